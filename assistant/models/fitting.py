"""Whether what a training run wrote can be used: its adapter is opened and laid over the chat model, file by file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from math import isfinite
from pathlib import Path

import numpy as np

from assistant.errors import ModelError
from assistant.models import weights

Shape = tuple[int, ...]
_MEND = "Train it anew on this model"
# Of the base's metadata, what a whole model has to share with it to be read alike.
_ALIKE = ("llama.", "tokenizer.ggml.tokens")
# GGUF files, and what PEFT writes.
WEIGHTS = ("adapter.gguf", "model.gguf", "adapter_model.safetensors")


def fits(folder: Path) -> None:
    """Opens every file of weights in ``folder`` over the chat model; some tenths of a second for a LoRA.

    Raises ``ModelError`` that names the file, and the tensor where one is wrong: unknown to the model, of another
    shape, without its other half, or not finite. ``WeightsMissing`` without the chat model.
    """
    base = weights.verified(weights.CHAT)
    for path in (folder / name for name in WEIGHTS):
        if not path.is_file():
            continue
        try:
            if path.suffix == ".gguf":
                _gguf(path, base, path)
            else:
                _safetensors(folder, base)
        except ModelError:
            raise
        # What readers of torn files raise is theirs: struct, NumPy, JSON and the file system all have their own.
        except Exception as error:
            raise ModelError(f"{path} cannot be opened: {error!r}", _MEND) from error


def _safetensors(folder: Path, base: Path) -> None:
    from assistant.models import hf
    from assistant.models.gguf_file import read_safetensors

    told, file = folder / "adapter_config.json", folder / "adapter_model.safetensors"
    if not told.is_file():
        raise ModelError(f"{file} has no adapter_config.json beside it", "Name the folder that the recipe printed")
    try:
        config = json.loads(told.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{told} is no JSON: {error}", _MEND) from error
    ranks = {len(values) for name, values in read_safetensors(file).items() if ".lora_A." in name}
    if ranks - {config.get("r")}:
        raise ModelError(f"{told} says rank {config.get('r')}, and {file.name} has {sorted(ranks)}", _MEND)
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "adapter.gguf"
        hf.peft_to_gguf(folder, base, made)
        _gguf(made, base, file)


def _gguf(path: Path, base: Path, named: Path) -> None:
    """``named`` is the file that ``path`` was made of."""
    import gguf

    from assistant.models.gguf_file import read_fields, shape, shapes

    reader, wanted = gguf.GGUFReader(path), shapes(base)
    for tensor in reader.tensors:
        if not np.isfinite(gguf.dequantize(tensor.data, tensor.tensor_type)).all():
            raise ModelError(f"{named}: {tensor.name} holds what is no number", _MEND)
    found = {tensor.name: shape(tensor) for tensor in reader.tensors}
    if "adapter.type" in reader.fields:
        _lora(named, found, float(reader.fields["adapter.lora.alpha"].contents()), wanted)
        return
    other = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if not other:
        theirs = {name: value for name, value in read_fields(base).items() if name.startswith(_ALIKE)}
        own = {name: reader.fields[name].contents() for name in theirs if name in reader.fields}
        other = [name for name, value in theirs.items() if own.get(name) != value]
    if other:
        raise ModelError(f"{named} is another model than the one that ships ({other[0]})", _MEND)


def _lora(path: Path, found: Mapping[str, Shape], alpha: float, wanted: Mapping[str, Shape]) -> None:
    sides = (".lora_a", ".lora_b")
    if odd := [name for name in found if not name.endswith(sides)]:
        raise ModelError(f"{path} holds {odd[0]}, which is no LoRA", _MEND)
    matrices = sorted({name[: -len(sides[0])] for name in found})
    if not matrices or not isfinite(alpha) or alpha <= 0:
        raise ModelError(f"{path} changes nothing: {len(matrices)} matrices, alpha {alpha:g}", _MEND)
    for name in matrices:
        a, b = (found.get(name + side) for side in sides)
        if a is None or b is None:
            raise ModelError(f"{path} has only half of {name}", _MEND)
        if len(a) != 2 or len(b) != 2 or a[0] != b[1] or (b[0], a[1]) != wanted.get(name):
            has = f"whose matrix is {wanted[name]}" if name in wanted else "which has none of that name"
            raise ModelError(f"{path} was made for another model: {name} is {b} by {a}, not for this one, {has}", _MEND)
