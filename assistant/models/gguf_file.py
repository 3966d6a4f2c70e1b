"""GGUF files read and written: the weights of a llama model as arrays, and LoRA adapters laid over them.

Rows of the q and k projections stand in llama.cpp's order here (the two halves of a rotary pair side by side);
``assistant.models.hf`` turns them into the order of transformers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError

Tensors = dict[str, NDArray[np.float32]]
_PROMPTS = "shoptalk.prompts"
# Written by the writer itself.
_OWN = ("GGUF.", "general.architecture", "general.file_type", "general.quantization_version")


@lru_cache(maxsize=2)
def read_fields(path: Path) -> dict[str, Any]:
    """The file's metadata, values as Python objects; kept, since a vocabulary takes a second to read."""
    return {name: field.contents() for name, field in _reader(path).fields.items()}


def read_tensors(path: Path, adapter: Path | None = None) -> Tensors:
    """All weights as float32, name -> (out, in), with ``adapter`` its LoRA added; its own where it is a whole model."""
    if adapter is not None and is_model(adapter):
        return read_tensors(adapter)
    tensors: Tensors = {
        t.name: np.array(gguf.dequantize(t.data, t.tensor_type), dtype=np.float32) for t in _reader(path).tensors
    }
    if adapter is not None:
        for name, delta in _deltas(adapter).items():
            if name not in tensors or tensors[name].shape != delta.shape:
                raise ModelError(
                    f"The adapter {adapter} was made for another model ({name})", "Train it anew on this one"
                )
            tensors[name] = tensors[name] + delta
    return tensors


def shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Every tensor's shape, (out, in) of a matrix."""
    return {t.name: shape(t) for t in _reader(path).tensors}


def shape(tensor: gguf.ReaderTensor) -> tuple[int, ...]:
    """As NumPy has it: GGUF names the fastest axis first."""
    return tuple(int(n) for n in reversed(tensor.shape))


def is_model(path: Path) -> bool:
    """Whether the file holds a whole model, and not a LoRA to lay over one."""
    return "adapter.type" not in read_fields(path)


def write_model(base: Path, tensors: Tensors, out: Path, kind: str = "Q8_0", prompts: str = "") -> None:
    """Writes ``tensors`` with the metadata of ``base``: matrices as ``kind`` (Q8_0, Q4_0, F16, F32), vectors as F32.

    ``prompts`` names the prompts it was trained with, for ``adapter_prompts``.
    """
    quantised = gguf.GGMLQuantizationType[kind]
    writer = gguf.GGUFWriter(out, "llama")
    writer.add_file_type(gguf.LlamaFileType["ALL_F32" if kind == "F32" else f"MOSTLY_{kind}"])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    if prompts:
        writer.add_string(_PROMPTS, prompts)
    for name, field in _reader(base).fields.items():
        if not name.startswith(_OWN):
            inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(name, field.contents(), field.types[0], sub_type=inner)
    for name, values in tensors.items():
        if values.ndim == 1 or kind == "F32":
            writer.add_tensor(name, np.ascontiguousarray(values))
        else:
            writer.add_tensor(name, gguf.quantize(values, quantised), raw_dtype=quantised)
    _write(writer)


def write_adapter(
    out: Path, loras: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]], alpha: float, prompts: str = ""
) -> None:
    """A LoRA as llama.cpp loads it: ``loras`` maps a weight's name to (A of shape (r, in), B of shape (out, r)).

    ``prompts`` names the prompts it was trained with, for ``adapter_prompts``.
    """
    writer = gguf.GGUFWriter(out, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    if prompts:
        writer.add_string(_PROMPTS, prompts)
    for name, (a, b) in loras.items():
        writer.add_tensor(f"{name}.lora_a", np.ascontiguousarray(a, dtype=np.float32))
        writer.add_tensor(f"{name}.lora_b", np.ascontiguousarray(b, dtype=np.float32))
    _write(writer)


def read_safetensors(path: Path) -> Tensors:
    """All tensors of a safetensors file as float32, bfloat16 among them, without torch."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    found: Tensors = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        start, end = (8 + size + at for at in entry["data_offsets"])
        if entry["dtype"] == "BF16":
            # The upper half of a float32.
            values = (np.frombuffer(data[start:end], "<u2").astype("<u4") << 16).view("<f4")
        else:
            values = np.frombuffer(data[start:end], {"F32": "<f4", "F16": "<f2"}[entry["dtype"]])
        found[name] = values.astype(np.float32).reshape(entry["shape"])
    return found


def adapter_prompts(adapter: Path) -> str:
    """The prompts that an adapter was trained with, "" where it does not say."""
    return str(read_fields(adapter).get(_PROMPTS, ""))


def permute(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Rows of a q or k projection from the order of transformers to that of llama.cpp."""
    half = rows.shape[0] // heads // 2
    return rows.reshape(heads, 2, half, -1).swapaxes(1, 2).reshape(rows.shape)


def unpermute(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """The inverse of ``permute``."""
    half = rows.shape[0] // heads // 2
    return rows.reshape(heads, half, 2, -1).swapaxes(1, 2).reshape(rows.shape)


def _reader(path: Path) -> gguf.GGUFReader:
    """The file, opened once as it is now: its vocabulary takes seconds to go through."""
    return _opened(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _opened(path: Path, changed: int) -> gguf.GGUFReader:
    return gguf.GGUFReader(path)


def _deltas(adapter: Path) -> Tensors:
    reader = gguf.GGUFReader(adapter)
    parts = {t.name: np.asarray(gguf.dequantize(t.data, t.tensor_type), dtype=np.float32) for t in reader.tensors}
    alpha = float(reader.fields["adapter.lora.alpha"].contents())
    deltas = {}
    for name in (n.removesuffix(".lora_a") for n in parts if n.endswith(".lora_a")):
        a, b = parts[f"{name}.lora_a"], parts[f"{name}.lora_b"]
        deltas[name] = (b @ a) * np.float32(alpha / a.shape[0])
    return deltas


def _write(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
