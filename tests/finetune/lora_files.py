"""Adapters that fit the embedded model, small enough to be made in a moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assistant.models.gguf_file import write_adapter


def trained(folder: Path, seed: int) -> Path:
    """The folder of a run: a LoRA of rank 2 over one matrix."""
    rng = np.random.default_rng(seed)
    a, b = (rng.normal(size=shape).astype(np.float32) for shape in ((2, 576), (576, 2)))
    folder.mkdir(parents=True)
    write_adapter(folder / "adapter.gguf", {"blk.3.attn_q.weight": (a, b)}, 4.0)
    return folder
