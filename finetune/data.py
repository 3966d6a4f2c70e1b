"""Instruction rows in the very prompts that chat uses. The manual is in data.yaml."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from pydantic import Field

from finetune import explanations, messages
from finetune.overlap import Held
from finetune.rows import SHIPPED_SUITES
from finetune.settings import RecipeError, RecipeSettings, save
from retrieval.product import Product

# Task, seed, rows, whether of the dev split, products to explain.
Job = tuple[str, str, int, bool, Sequence[Product]]
_SHARD = 10_000
SHIPPED = Path(__file__).with_name("data.yaml")


class DataSettings(RecipeSettings):
    """The keys of data.yaml, where each is explained."""

    understanding: int = Field(ge=1, le=2_000_000)
    explanation: int = Field(ge=0, le=2_000_000)
    handwritten: int = Field(ge=0, le=100)
    handwritten_files: list[str]
    dev: int = Field(ge=10, le=100_000)
    held_out: list[Path]
    seed: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    folder: Path
    train: int
    dev: int
    # Rows left out because a test item has their words, and those that two shards had drawn alike.
    left_out: int


def write(settings: DataSettings, out: Path, products: Sequence[Product] = ()) -> Written:
    """Writes the rows into ``out``; ``products`` are those of the shops that explanations may speak of.

    Raises ``RecipeError`` for a folder that holds something, and for test items or messages that are not there.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RecipeError(f"{out} is not an empty folder", "Name another one with --out")
    by_hand = _by_hand(settings)
    held = Held.read([SHIPPED_SUITES, *settings.held_out])
    train = _rows(settings.seed, settings.understanding, settings.explanation, False, products)
    dev = _rows(settings.seed + 1, settings.dev - settings.dev // 5, settings.dev // 5, True, ())
    drawn = len(train) + len(dev)
    train += by_hand * settings.handwritten
    dev += [_understanding(row) for row in messages.handwritten(True)] if settings.handwritten else []
    kept = {"train": [r for r in train if not held.has(_words(r))], "dev": [r for r in dev if not held.has(_words(r))]}
    # An explanation and the messages it follows from stand apart: the order is the trainer's to choose, but a reader of
    # the file, and a run that stops early, should meet both.
    random.Random(settings.seed).shuffle(kept["train"])
    out.mkdir(parents=True, exist_ok=True)
    sums = {name: _write(out / f"{name}.jsonl.gz", name, rows) for name, rows in kept.items()}
    save(settings, out / "settings.yaml")
    counts = {name: dict(Counter(_task(r) for r in rows)) for name, rows in kept.items()}
    left = len(train) + len(dev) - sum(len(r) for r in kept.values())
    left += settings.understanding + settings.explanation + settings.dev - drawn
    report = {"counts": counts, "sha256": sums, "left_out": left}
    (out / "data.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return Written(out, len(kept["train"]), len(kept["dev"]), left)


def _by_hand(settings: DataSettings) -> list[dict[str, Any]]:
    try:
        return [_understanding(row) for row in messages.handwritten(False, settings.handwritten_files)]
    except LookupError as error:
        raise RecipeError(str(error), "Correct handwritten_files") from error


def _rows(
    seed: int, understanding: int, explanation: int, dev: bool, products: Sequence[Product]
) -> list[dict[str, Any]]:
    """Rows of both tasks, each drawn in shards of a seed of its own: the same on any number of cores."""
    jobs: list[Job] = [("u", f"{seed} {n}", size, dev, ()) for n, size in enumerate(_shards(understanding))]
    jobs += [("e", f"{seed} {n}", size, dev, products) for n, size in enumerate(_shards(explanation))]
    with Pool(min(len(jobs), os.cpu_count() or 1)) as pool:
        parts = pool.map(_shard, jobs, chunksize=1)
    seen: set[str] = set()
    found = []
    for row in (row for part in parts for row in part):
        key = "\n".join(row["values"].values())
        if key not in seen:
            seen.add(key)
            found.append(row)
    return found


def _shards(count: int) -> list[int]:
    return [min(_SHARD, count - start) for start in range(0, count, _SHARD)]


def _shard(job: Job) -> list[dict[str, Any]]:
    task, seed, size, dev, products = job
    rng = random.Random(f"{task} {seed}")
    if task == "u":
        return [_understanding(row) for row in messages.rows(rng, size, dev)]
    return [
        {"prompt": "explain_tuned", "values": {n: r[n] for n in ("wish", "facts")}, "answer": r["answer"]}
        for r in explanations.rows(rng, size, dev, products)
    ]


def _understanding(row: dict[str, Any]) -> dict[str, Any]:
    values = {name: row[name] for name in ("context", "message")}
    return {"prompt": "understand_tuned", "values": values, "answer": row["answer"]}


def _words(row: dict[str, Any]) -> str:
    values = row["values"]
    return str(values.get("message") or values["wish"])


def _task(row: dict[str, Any]) -> str:
    return str(row["answer"]["intent"]) if isinstance(row["answer"], dict) else "explanation"


def _write(path: Path, split: str, rows: Iterable[dict[str, Any]]) -> str:
    """Writes the rows with ids, and returns the sha256 of what stands in the file once unpacked."""
    digest = hashlib.sha256()
    # No time stamp in the file: the same rows are the same bytes.
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
        for line in _lines(split, rows):
            digest.update(line)
            file.write(line)
    return digest.hexdigest()


def _lines(split: str, rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for number, row in enumerate(rows):
        yield (json.dumps({"id": f"{split}-{number}", **row}, ensure_ascii=False) + "\n").encode()
