"""What the recipes share that train a network: the folder of a run, and its checkpoints."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from finetune.settings import RecipeError


def last_checkpoint(out: Path, resume: bool) -> Path | None:
    """The checkpoint to go on from, None for a new run; raises ``RecipeError`` where that is not what ``out`` holds."""
    # A kill leaves half a checkpoint behind as *.part.
    made = (p for p in (out / "checkpoints").glob("checkpoint-*") if p.suffix != ".part")
    found = sorted(made, key=lambda p: int(p.stem.split("-")[1]))
    if resume and not found:
        raise RecipeError(f"{out} holds no checkpoint to go on from", "Say resume=false")
    if not resume and out.is_dir() and any(out.iterdir()):
        raise RecipeError(f"{out} holds a run already", "Say resume=true to go on with it, or name another out")
    return found[-1] if resume else None


def absent(error: ImportError) -> RecipeError:
    """Says which package a recipe needs."""
    return RecipeError(f"Training needs {error.name}", "Install it with `pip install 'shoptalk[finetune]'`")


def has_bf16() -> bool:
    """Whether the machine computes in bfloat16 by itself."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported())


class Board:
    """What a run says of itself: log.jsonl at once, standard error, and TensorBoard where that is installed."""

    def __init__(self, out: Path, resume: bool) -> None:
        self._file = out / "log.jsonl"
        self.rows: list[dict[str, float]] = []
        if resume and self._file.is_file():
            self.rows = [json.loads(line) for line in self._file.read_text("utf-8").splitlines()]
        self._writer: Any = None
        if find_spec("tensorboard"):
            from torch.utils.tensorboard import SummaryWriter

            self._writer = SummaryWriter(str(out / "tensorboard"))

    def cut(self, step: int) -> None:
        """Forgets what was noted after ``step``: it comes again."""
        self.rows = [row for row in self.rows if row["step"] <= step]

    def note(self, row: dict[str, float]) -> None:
        """Adds a row with its "step"; a run that is killed keeps what it has learnt of itself."""
        self.rows.append(row)
        self._file.write_text("".join(json.dumps(r) + "\n" for r in self.rows), encoding="utf-8")
        print(json.dumps(row), file=sys.stderr, flush=True)
        if self._writer is not None:
            for name in row.keys() - {"step"}:
                self._writer.add_scalar(f"train/{name}", row[name], int(row["step"]))
            self._writer.flush()

    def last(self, name: str) -> float:
        """The last value of ``name``."""
        return self.rows[-1][name]
