"""One string names a model: ``open_llm(spec)``."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ModelSpecError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FORMS = "`embedded`, `vllm:MODEL@http://HOST:8000/v1`, `script:FILE` or `PROVIDER:MODEL`"
HOME = Path("~/.cache/shoptalk")


def open_llm(spec: str, *, adapter: str | None = None, home: Path | None = None) -> BaseChatModel:
    """The chat model that ``spec`` names.

    ``embedded``                      llama.cpp in this process, on the weights of `shoptalk model pull`.
    ``vllm:MODEL@http://HOST:8000/v1``  any server that speaks OpenAI's protocol.
    ``script:FILE``                   planned replies, for tests.
    ``PROVIDER:MODEL``                any provider that LangChain's ``init_chat_model`` knows.

    ``adapter`` is a LoRA for the embedded model: a folder that holds ``adapter.gguf``, or its name under
    ``home``/adapters; None or "none" for the bare model. ``home`` is where derived files lie, ``~/.cache/shoptalk``
    when None.

    Raises ``ModelSpecError`` for a spec or adapter nobody knows, ``WeightsMissing`` for ``embedded`` without weights.
    Whether a server answers shows at the first call: ``ModelUnavailable``.
    """
    spec, adapter = spec.strip(), None if adapter in (None, "", "none") else adapter
    kind, _, rest = spec.partition(":")
    if spec == "embedded":
        from assistant.models.embedded import open_embedded

        return open_embedded(adapter=adapter, home=(home or HOME).expanduser())
    if adapter is not None:
        raise ModelSpecError(
            f"The adapter {adapter!r} cannot be laid over {spec!r}",
            "Adapters belong to the model `embedded`; a server loads its own (`vllm serve --lora-modules`)",
        )
    if kind == "vllm":
        return _open_vllm(spec, rest)
    if kind == "script":
        from assistant.models.scripted import Scripted

        return Scripted.from_file(Path(rest).expanduser())
    return _open_provider(spec, kind, rest)


def _open_vllm(spec: str, rest: str) -> BaseChatModel:
    match = re.fullmatch(r"(?P<model>.+)@(?P<url>https?://[^\s/@]+(/\S*)?)", rest)
    if match is None:
        raise ModelSpecError(
            f"The model {spec!r} names no server",
            "Write `vllm:MODEL@http://HOST:8000/v1`, as `vllm serve MODEL` offers it",
        )
    from assistant.models.served import Served

    model, url = match["model"], match["url"].rstrip("/")
    return Served.at(url, model, start=f"vllm serve {model}` or `shoptalk model serve")


def _open_provider(spec: str, provider: str, model: str) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    try:
        if not model:
            raise ValueError("supported: openai, anthropic, ollama")
        return init_chat_model(model, model_provider=provider, max_retries=0)
    except ImportError as error:
        raise ModelSpecError(f"The provider {provider!r} is not installed here", str(error).split(". ")[-1]) from error
    except ValueError as error:
        # LangChain lists the providers it knows in this message and nowhere else in public.
        known = re.findall(r"\w+", str(error).rpartition(":")[2])
        near = difflib.get_close_matches(provider, ["embedded", "vllm", "script", *known], n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise ModelSpecError(f"Nobody knows the model {spec!r}", f"{hint}Models are named {FORMS}") from error
    except Exception as error:  # a provider's own complaint: a missing key, mostly
        raise ModelSpecError(
            f"The model {spec!r} cannot be opened: {error}", "Set what the provider asks for"
        ) from error
