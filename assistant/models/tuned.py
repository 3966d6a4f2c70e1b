"""Which file the embedded engine runs: the bare model, or one that an adapter was merged into once and kept."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelSpecError
from assistant.models import weights

# The adapter that ships; its folder says how it was made.
SHIPPED = "shopper"
_HERE = Path(__file__).parent / "adapters"


@dataclass(frozen=True, slots=True)
class Tuned:
    """What runs. ``lora`` is laid over ``model`` by the engine; None where it is in the weights, or there is none."""

    model: Path
    lora: Path | None
    # The adapter as GGUF, None for the bare model.
    adapter: Path | None = None
    # Which prompts it learnt: "tuned" or "".
    prompts: str = ""


def tuned(adapter: str | None, home: Path) -> Tuned:
    """The model with ``adapter``: a folder, a name, "none" for the bare model, None for the adapter that ships.

    A merged file is made at the first call and kept under ``home``/derived by the checksums of what it is made of.
    Raises ``WeightsMissing``, and ``ModelSpecError`` for an adapter nobody knows.
    """
    base = weights.verified(weights.CHAT)
    gguf = adapter_file(adapter, home)
    if gguf is None:
        return Tuned(base, None)
    from assistant.models.gguf_file import adapter_prompts, is_model

    prompts = adapter_prompts(gguf)
    if weights.FORM == "lora" and is_model(gguf):
        return Tuned(gguf, None, gguf, prompts)
    if weights.FORM == "lora":
        return Tuned(base, gguf, gguf, prompts)
    return Tuned(_merged(base, gguf, weights.FORM, home), None, gguf, prompts)


def adapter_file(adapter: str | None, home: Path) -> Path | None:
    """The GGUF of an adapter as ``tuned`` takes it; made of its safetensors once where its folder has none.

    It is a LoRA, or the whole model where what was learnt is no LoRA (`is_model`).
    """
    if adapter == "none" or (adapter in (None, "") and shipped() is None):
        return None
    name = adapter or SHIPPED
    for folder in (Path(name).expanduser(), home / "adapters" / name, _HERE / name):
        for file in (folder / "adapter.gguf", folder / "model.gguf"):
            if file.is_file():
                return file.resolve()
        if (folder / "adapter_model.safetensors").is_file():
            return _converted(folder, home)
    places = (*own(home), *_HERE.glob("*/adapter_model.safetensors"))
    known = sorted(p.parent.name for p in places)
    there = f"; there are {', '.join(known)}" if known else ""
    raise ModelSpecError(
        f"There is no adapter {name!r}{there}",
        f"Name a folder with adapter.gguf, one under {home / 'adapters'}, or `none`",
    )


def own(home: Path) -> list[Path]:
    """The files of the adapters under ``home``, a folder each."""
    return sorted(p for name in ("adapter.gguf", "model.gguf") for p in (home / "adapters").glob(f"[!.]*/{name}"))


def shipped() -> Path | None:
    """The weights of the adapter that ships, None in a tree that has none."""
    file = _HERE / SHIPPED / "adapter_model.safetensors"
    return file if file.is_file() else None


def _converted(folder: Path, home: Path) -> Path:
    made_of = (folder / name for name in ("adapter_model.safetensors", "adapter_config.json", "training.json"))
    key = hashlib.sha256("".join(weights.sha256(file) for file in made_of if file.is_file()).encode()).hexdigest()
    kept = home / "derived" / f"adapter-{key[:16]}.gguf"
    if not kept.is_file():
        from assistant.models import hf

        part = _part(kept)
        hf.peft_to_gguf(folder, weights.locate(weights.CHAT), part)
        part.replace(kept)
    return kept


def _merged(base: Path, adapter: Path, form: str, home: Path) -> Path:
    key = f"{weights.CHAT.files[weights.CHAT.main][:8]}-{weights.sha256(adapter)[:16]}"
    kept = home / "derived" / f"{weights.CHAT.name}-{key}.{form}.gguf"
    if not kept.is_file():
        from assistant.models.gguf_file import read_tensors, write_model

        part = _part(kept)
        write_model(base, read_tensors(base, adapter), part, form)
        part.replace(kept)
    return kept


def _part(path: Path) -> Path:
    # Two processes that start together each write their own, and the second replaces the first by the same.
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}")
