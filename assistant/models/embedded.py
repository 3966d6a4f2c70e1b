"""The embedded model: llama.cpp inside this process, behind an address of its own on the loopback interface."""

from __future__ import annotations

import atexit
import os
import secrets
import socket
import threading
from pathlib import Path

import openai
from pydantic import SecretStr

from assistant.errors import ModelUnavailable
from assistant.models import weights
from assistant.models.served import Served
from assistant.models.tuned import Tuned, tuned

# Tokens of context a slot; a prompt and its answer together must fit.
CONTEXT = 4096
# Calls answered at once; further ones wait. A slot keeps its last prompt, so prompts that share a beginning stay fast.
SLOTS = 4
# What the engine may keep of prompts whose slot went to another one.
CACHE_MIB = 256


class EmbeddedChat(Served):
    """The model in this process; it lives until the process ends."""

    # Which prompts the model learnt: "tuned" for the short ones, "" for those with examples.
    prompts: str = ""

    @property
    def _llm_type(self) -> str:
        return "embedded"

    def _gone(self, reason: str) -> ModelUnavailable:
        return ModelUnavailable(f"The embedded model at {self.url} does not answer ({reason})", "Start shoptalk again")


class Engine:
    """A running llama.cpp server on 127.0.0.1: one model, perhaps one adapter, several slots.

    ``port`` 0 takes a free one; ``key`` "" lets every local caller in. ``ModelUnavailable`` when it cannot start.
    """

    def __init__(self, model: Path, adapter: Path | None, *, name: str, port: int = 0, key: str = "") -> None:
        # As in ui/cli.py, for those who come in by another door.
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
        try:
            import xllamacpp
        except ImportError as error:  # a library of the system is missing: libgomp on a slim image
            raise ModelUnavailable(
                f"The engine of the embedded model cannot be loaded: {error}",
                "Install the library it names (on Debian `apt-get install libgomp1`)",
            ) from error
        if port and _taken(port):
            raise ModelUnavailable(f"Port {port} is taken", "Name another with `--port`")
        params = xllamacpp.CommonParams()
        params.model.path = str(model)
        params.model_alias = {name}
        params.port, params.api_keys = port, [key] if key else []
        params.n_parallel, params.n_ctx = SLOTS, SLOTS * CONTEXT
        params.cache_ram_mib = CACHE_MIB
        # Nobody reads prompts or looks at pages of this server.
        params.endpoint_slots = params.ui = False
        params.verbosity = -1
        # Measured on CPUs: without flash attention decoding is a third faster. One thread decodes nearly as fast as
        # two, and unlike two it does not crawl when something else wants a core.
        params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        params.cpuparams.n_threads, params.cpuparams_batch.n_threads = max(1, cores // 2), cores
        if adapter is not None:
            params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError as error:
            what = f"{model.name} with the adapter {adapter}" if adapter else model.name
            mend = "Train the adapter anew on this model, or say `--adapter none`" if adapter else weights.PULL
            raise ModelUnavailable(f"The engine cannot open {what}", mend) from error
        self.url = f"{self._server.listening_address}/v1"

    def stop(self) -> None:
        """Ends the server; calls in flight break."""
        del self._server


_running: dict[Tuned, tuple[Engine, EmbeddedChat]] = {}
_lock = threading.Lock()


def open_embedded(*, adapter: str | None, home: Path) -> EmbeddedChat:
    """The embedded model; its engine starts once a process for each adapter, here, and is shared after that."""
    what = tuned(adapter, home)
    with _lock:
        if not _running:
            atexit.register(_stop_all)
        if what not in _running:
            _running[what] = _start(what)
        return _running[what][1]


def _start(what: Tuned) -> tuple[Engine, EmbeddedChat]:
    # Other users of this machine, and pages in its browsers, are not served.
    key = secrets.token_hex(16)
    engine = Engine(what.model, what.lora, name=weights.CHAT.name, key=key)
    chat = EmbeddedChat.at(
        engine.url,
        weights.CHAT.name,
        start="shoptalk",
        prompts=what.prompts,
        api_key=SecretStr(key),
        # The user's proxy settings are for other machines.
        http_client=openai.DefaultHttpxClient(trust_env=False),
        http_async_client=openai.DefaultAsyncHttpxClient(trust_env=False),
    )
    return engine, chat


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _stop_all() -> None:
    while _running:
        engine, chat = _running.popitem()[1]
        chat.root_client.close()
        engine.stop()
