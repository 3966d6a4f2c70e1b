"""The embedded model: llama.cpp inside this process, behind an address of its own on the loopback interface."""

from __future__ import annotations

import atexit
import os
import threading
from pathlib import Path
from typing import Any

import openai

from assistant.errors import ModelSpecError
from assistant.models import weights
from assistant.models.served import Served

# Tokens of context a slot; a prompt and its answer together must fit.
CONTEXT = 4096
# Calls answered at once; further ones wait. A slot keeps its last prompt, so prompts that share a beginning stay fast.
SLOTS = 4


class EmbeddedChat(Served):
    """The model in this process; it lives until the process ends."""

    @property
    def _llm_type(self) -> str:
        return "embedded"


class Engine:
    """A running llama.cpp server: one model, perhaps one adapter, several slots."""

    def __init__(self, model: Path, adapter: Path | None, *, port: int = 0) -> None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(model)
        params.n_parallel = SLOTS
        params.n_ctx = SLOTS * CONTEXT
        params.port = port
        params.model_alias = {weights.CHAT.name}
        params.verbosity = 0
        threads = os.cpu_count() or 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        if adapter is not None:
            params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
        self._server = xllamacpp.Server(params)
        self.url = f"{self._server.listening_address}/v1"

    def stop(self) -> None:
        """Ends the server; calls in flight break."""
        del self._server


_engines: dict[tuple[Path, Path | None], Engine] = {}
_lock = threading.Lock()


def open_embedded(*, adapter: str | None, home: Path) -> EmbeddedChat:
    """The embedded model, started at the first call of this function and shared after that."""
    model = weights.verified(weights.CHAT)
    lora = adapter_file(adapter, home) if adapter else None
    with _lock:
        if not _engines:
            atexit.register(_stop_all)
        if (model, lora) not in _engines:
            _engines[model, lora] = Engine(model, lora)
        engine = _engines[model, lora]
    # The user's proxy settings are for other machines.
    clients: dict[str, Any] = {
        "http_client": openai.DefaultHttpxClient(trust_env=False),
        "http_async_client": openai.DefaultAsyncHttpxClient(trust_env=False),
    }
    return EmbeddedChat.at(engine.url, weights.CHAT.name, start="shoptalk", **clients)


def adapter_file(adapter: str, home: Path) -> Path:
    """The GGUF of an adapter: a folder that holds ``adapter.gguf``, or a name under ``home``/adapters."""
    for folder in (Path(adapter).expanduser(), home / "adapters" / adapter):
        if (folder / "adapter.gguf").is_file():
            return (folder / "adapter.gguf").resolve()
    known = sorted(p.parent.name for p in (home / "adapters").glob("*/adapter.gguf"))
    there = f"; there are {', '.join(known)}" if known else ""
    raise ModelSpecError(
        f"There is no adapter {adapter!r}{there}",
        f"Name a folder with adapter.gguf, one under {home / 'adapters'}, or `none`",
    )


def _stop_all() -> None:
    while _engines:
        _engines.popitem()[1].stop()
