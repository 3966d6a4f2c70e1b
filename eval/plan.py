"""What a suite is given and what it gives back, and the reading of its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.metrics import Metric
from retrieval.errors import ShopTalkError
from retrieval.jsonlines import open_text


class EvalError(ShopTalkError):
    """A test set that is missing, broken, or does not fit the shop; or a suite nobody knows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of one run, resolved at the door."""

    # Where OUT/SUITE is written.
    out: Path
    # Folder with the suite's files; None for the test set that ships.
    data: Path | None = None
    # Conversations to play instead of those of ``data``.
    script: Path | None = None
    # An existing shop, or where to build one; None builds it under ``out``.
    shop: Path | None = None
    model: str = "embedded"
    adapter: str | None = None
    # The model that words what simulated shoppers say; None has fixed phrases.
    shopper: str | None = None
    seed: int = 0
    # Where derived files and adapters lie.
    home: Path | None = None
    # Called with (done, of, what) as items are finished.
    on_progress: Callable[[int, int, str], None] = lambda done, of, what: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a suite found."""

    # One row a test item, with its ``id`` and ``scores``: column -> number.
    predictions: list[dict[str, Any]]
    metrics: dict[str, Metric]
    # The model that was measured.
    model: str
    # The report: what was done in a sentence or two, then (heading, HTML) sections.
    lead: str
    sections: list[tuple[str, str]]
    baselines: dict[str, dict[str, Metric]] = field(default_factory=dict)
    # ``eval.shop.shop_hash`` of the shop that was measured; None where none was.
    shop: str | None = None


def find(folder: Path, name: str) -> Path | None:
    """``folder/name`` or its ``.gz``, whichever is there."""
    return next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)


def need(folder: Path, name: str) -> Path:
    """As ``find``; raises ``EvalError`` where neither is there."""
    if not folder.is_dir():
        raise EvalError(f"The data folder {folder} does not exist", "Name the folder of the test set with --data DIR")
    found = find(folder, name)
    if found is None:
        raise EvalError(f"The data folder {folder} has no {name} (nor {name}.gz)", "Name another with --data DIR")
    return found


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """(line number, line) of a text file, unpacked where it ends in .gz; blank lines are left out."""
    try:
        with open_text(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise EvalError(f"{path} cannot be read: {error}", "Fetch the file anew") from error


def scored(rows: list[dict[str, Any]], column: str) -> Mapping[str, float]:
    """Item id -> its number in ``column``, for the items that have one."""
    return {str(r["id"]): float(r["scores"][column]) for r in rows if r.get("scores", {}).get(column) is not None}
