"""Two runs side by side: item by item, on the items both have, and which items went another way and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.metrics import Difference, paired
from eval.plan import EvalError, scored
from retrieval.jsonlines import read_rows


def suites_in(out: Path) -> list[str]:
    """The suites that ``out`` holds complete results of; raises ``EvalError`` where there is none."""
    if not out.is_dir():
        raise EvalError(f"The folder {out} does not exist", "Name an OUT folder of `shoptalk eval run`")
    found = sorted(path.parent.name for path in out.glob("*/metrics.json"))
    if not found:
        raise EvalError(f"The folder {out} holds no finished suite", "Run `shoptalk eval run SUITE --out DIR` first")
    return found


def compare(a: Path, b: Path, *, seed: int = 0) -> dict[str, dict[str, Difference]]:
    """Suite -> score column -> B minus A on their common items; raises ``EvalError`` where nothing is common."""
    common = [suite for suite in suites_in(a) if suite in suites_in(b)]
    if not common:
        raise EvalError(f"{a} and {b} have no suite in common", "Compare two runs of the same suite")
    return {suite: _columns(suite, a, b, seed) for suite in common}


def _columns(suite: str, a: Path, b: Path, seed: int) -> dict[str, Difference]:
    one, other = (_predictions(out / suite / "predictions.jsonl") for out in (a, b))
    names = sorted({name for row in one for name in row.get("scores", {})})
    # Turns of one conversation hang together and are drawn together.
    group = {str(row["id"]): str(row.get("conversation", row["id"])) for row in one}
    found: dict[str, Difference] = {}
    for name in names:
        left, right = scored(one, name), scored(other, name)
        ids = [id_ for id_ in left if id_ in right]
        if ids:
            found[name] = paired(
                [left[i] for i in ids], [right[i] for i in ids], seed=seed, groups=[group[i] for i in ids]
            )
    if not found:
        raise EvalError(f"{a} and {b} have no scored {suite} item in common", "Compare runs over the same --data")
    return found


def _predictions(path: Path) -> list[dict[str, Any]]:
    found = read_rows(path)
    ids = [str(row.get("id")) for row in found]
    double = next((id_ for id_ in ids if ids.count(id_) > 1), None) if len(set(ids)) < len(ids) else None
    if double is not None:
        raise EvalError(f"{path} has the item {double!r} twice", "Run the suite again")
    return found


@dataclass(frozen=True, slots=True)
class Flip:
    """An item that scores otherwise in B than in A."""

    id: str
    column: str
    a: float
    b: float
    # What the worse of the two runs says is wrong with it and the other does not.
    why: tuple[str, ...]

    @property
    def gain(self) -> float:
        """B minus A."""
        return self.b - self.a


def flips(a: Path, b: Path) -> dict[str, list[Flip]]:
    """Suite -> the items of common suites whose score changed, the largest change first; times are no score."""
    common = [suite for suite in suites_in(a) if suite in suites_in(b)]
    return {suite: sorted(_flipped(suite, a, b), key=lambda f: (-abs(f.gain), f.id)) for suite in common}


def _flipped(suite: str, a: Path, b: Path) -> Iterator[Flip]:
    one, other = ({str(r["id"]): r for r in _predictions(out / suite / "predictions.jsonl")} for out in (a, b))
    for id_ in (id_ for id_ in one if id_ in other):
        left, right = (run[id_].get("scores", {}) for run in (one, other))
        for column in left:
            pair = (left[column], right.get(column))
            if "_ms" in column or None in pair or pair[0] == pair[1]:
                continue
            worse, better = (one[id_], other[id_]) if left[column] < right[column] else (other[id_], one[id_])
            why = [line for line in _reasons(worse) if line not in set(_reasons(better))]
            yield Flip(id_, column, float(left[column]), float(right[column]), tuple(why))


def _reasons(row: Mapping[str, Any]) -> list[str]:
    return [str(line) for lines in (row.get("faults") or {}).values() for line in lines]
