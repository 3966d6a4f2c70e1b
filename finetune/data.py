"""Instruction rows in the very prompts that chat uses. The manual is in data.yaml."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from finetune import explanations, messages
from finetune.overlap import Held
from finetune.rows import SHIPPED_SUITES
from finetune.settings import RecipeError, RecipeSettings, save
from retrieval.product import Product

SHIPPED = Path(__file__).with_name("data.yaml")


class DataSettings(RecipeSettings):
    """The keys of data.yaml, where each is explained."""

    understanding: int = Field(ge=1, le=2_000_000)
    explanation: int = Field(ge=0, le=2_000_000)
    dev: int = Field(ge=10, le=100_000)
    held_out: list[Path]
    seed: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    folder: Path
    train: int
    dev: int
    # Rows left out because a test item has their words.
    left_out: int


def write(settings: DataSettings, out: Path, products: Sequence[Product] = ()) -> Written:
    """Writes the rows into ``out``; ``products`` are those of the shops that explanations may speak of.

    Raises ``RecipeError`` for a folder that holds something, and for test items that are not there.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RecipeError(f"{out} is not an empty folder", "Name another one with --out")
    held = Held.read([SHIPPED_SUITES, *settings.held_out])
    train = _rows(settings.seed, settings.understanding, settings.explanation, False, products)
    dev = _rows(settings.seed + 1, settings.dev - settings.dev // 5, settings.dev // 5, True, ())
    kept = {"train": [r for r in train if not held.has(_words(r))], "dev": [r for r in dev if not held.has(_words(r))]}
    # An explanation and the messages it follows from stand apart: the order is the trainer's to choose, but a reader of
    # the file, and a run that stops early, should meet both.
    random.Random(settings.seed).shuffle(kept["train"])
    out.mkdir(parents=True, exist_ok=True)
    sums = {name: _write(out / f"{name}.jsonl.gz", name, rows) for name, rows in kept.items()}
    save(settings, out / "settings.yaml")
    counts = {name: dict(Counter(_task(r) for r in rows)) for name, rows in kept.items()}
    left = settings.understanding + settings.explanation + settings.dev - sum(len(r) for r in kept.values())
    report = {"counts": counts, "sha256": sums, "left_out": left}
    (out / "data.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return Written(out, len(kept["train"]), len(kept["dev"]), left)


def _rows(
    seed: int, understanding: int, explanation: int, dev: bool, products: Sequence[Product]
) -> list[dict[str, Any]]:
    found = [
        {
            "prompt": "understand_tuned",
            "values": {"context": r["context"], "message": r["message"]},
            "answer": r["answer"],
        }
        for r in messages.rows(random.Random(seed), understanding, dev)
    ]
    found += [
        {"prompt": "explain_tuned", "values": {"wish": r["wish"], "facts": r["facts"]}, "answer": r["answer"]}
        for r in explanations.rows(random.Random(seed + 1000), explanation, dev, products)
    ]
    return found


def _words(row: dict[str, Any]) -> str:
    values = row["values"]
    return str(values.get("message") or values["wish"])


def _task(row: dict[str, Any]) -> str:
    return str(row["answer"]["intent"]) if isinstance(row["answer"], dict) else "explanation"


def _write(path: Path, split: str, rows: Iterable[dict[str, Any]]) -> str:
    """Writes the rows with ids, and returns the sha256 of what stands in the file once unpacked."""
    digest = hashlib.sha256()
    # No time stamp in the file: the same rows are the same bytes.
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        for line in _lines(split, rows):
            digest.update(line)
            file.write(line)
    return digest.hexdigest()


def _lines(split: str, rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for number, row in enumerate(rows):
        yield (json.dumps({"id": f"{split}-{number}", **row}, ensure_ascii=False) + "\n").encode()
