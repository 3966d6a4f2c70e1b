"""One string names a model: ``open_llm(spec)``."""

from __future__ import annotations

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
    ``home``/adapters; None for the one that ships, "none" for the bare model. ``home`` is where derived files lie,
    ``~/.cache/shoptalk`` when None.

    Raises ``ModelSpecError`` for a spec or adapter nobody knows, ``WeightsMissing`` for ``embedded`` without weights.
    Whether a server answers shows at the first call: ``ModelUnavailable``.
    """
    spec = spec.strip()
    kind, _, rest = spec.partition(":")
    if spec == "embedded":
        from assistant.models.embedded import open_embedded

        return open_embedded(adapter=adapter, home=(home or HOME).expanduser())
    if adapter not in (None, "", "none"):
        raise ModelSpecError(
            f"The adapter {adapter!r} cannot be laid over {spec!r}",
            "Adapters belong to the model `embedded`; a server loads its own (`vllm serve --lora-modules`)",
        )
    if kind == "vllm":
        return _open_vllm(spec, rest)
    if kind == "script":
        from assistant.models.scripted import Scripted

        return Scripted.from_file(Path(rest).expanduser())
    from assistant.models.provider import open_provider

    return open_provider(spec, kind, rest, forms=FORMS)


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
