"""What the recipes share that train a network: how a run begins, its checkpoints, and what it writes of itself."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from finetune.settings import RecipeError
from retrieval.offline import stay_offline


def before_trainer(out: Path) -> None:
    """To be called before a trainer's library is imported: no network, TensorBoard's files beside the run's others."""
    stay_offline()
    os.environ.setdefault("TENSORBOARD_LOGGING_DIR", str(out / "tensorboard"))


def checkpoints(out: Path) -> list[Path]:
    """What a run may go on from, the oldest first."""
    # A kill leaves half a checkpoint behind as *.part.
    made = (p for p in (out / "checkpoints").glob("checkpoint-*") if p.suffix != ".part")
    return sorted(made, key=lambda p: int(p.stem.split("-")[1]))


def last_checkpoint(out: Path, resume: bool) -> Path | None:
    """The checkpoint to go on from, None for a new run; raises ``RecipeError`` where that is not what ``out`` holds."""
    found = checkpoints(out)
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


def in_bf16(asked: bool | Literal["auto"]) -> bool:
    """Whether a run computes in bfloat16: as was asked, or as suits the machine."""
    return has_bf16() if asked == "auto" else asked


def trainer_log(trainer: Any, names: Sequence[str]) -> list[dict[str, float]]:
    """The rows that a trainer noted of its steps, of each what stands in it under ``names``."""
    return [{n: e[n] for n in names if n in e} for e in trainer.state.log_history if "loss" in e]


def write_log(out: Path, log: Sequence[Mapping[str, float]]) -> None:
    """Writes log.jsonl, one step noted a line."""
    (out / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in log), encoding="utf-8")


def write_report(out: Path, report: Mapping[str, object]) -> None:
    """Writes training.json: what a run was made from, and what came of it."""
    (out / "training.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


class Board:
    """What a run says of itself: log.jsonl at once, standard error, and TensorBoard where that is installed."""

    def __init__(self, out: Path, resume: bool) -> None:
        self._out, self._file = out, out / "log.jsonl"
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
        write_log(self._out, self.rows)
        print(json.dumps(row), file=sys.stderr, flush=True)
        if self._writer is not None:
            for name in row.keys() - {"step"}:
                self._writer.add_scalar(f"train/{name}", row[name], int(row["step"]))
            self._writer.flush()

    def last(self, name: str) -> float:
        """The last value of ``name``."""
        return self.rows[-1][name]
