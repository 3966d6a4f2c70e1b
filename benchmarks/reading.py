"""Who reads messages better: rules, the tuned model, or both, and what each half of the other is worth.

`python -m benchmarks.reading [--rules]`

The 214 messages of `tests/data/reading_dev.jsonl` are read once by the model; the three readings are made of the same
answers. `--rules` leaves the model out.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.record import ROOT, write

Counts = Mapping[str, tuple[float, float, float]]
SLOTS = ("row", "intent", "category", "features", "dislikes", "brands", "price")
SEED = 20261127


def main() -> None:
    """Measures and writes the results."""
    # The rows and their scoring are the tests' own, so that one number means one thing.
    sys.path.insert(0, str(ROOT / "tests" / "assistant"))
    scores = importlib.import_module("reading_scores")

    found = {half: scores.rows(half) for half in ("open", "closed")}
    systems: dict[str, Callable[[Mapping[str, Any]], Counts]] = {"rules": lambda r: scores.score(r, scores.VOCABULARY)}
    started = time.perf_counter()
    for row in (row for half in found.values() for row in half):
        systems["rules"](row)
    ms = (time.perf_counter() - started) * 1000 / sum(map(len, found.values()))
    if "--rules" not in sys.argv:
        answers = answered([row for half in found.values() for row in half], scores.VOCABULARY)
        systems["both"] = lambda r: scores.score(r, scores.VOCABULARY, answers[r["id"]], "model")
        systems["model alone"] = lambda r: scores.score(r, scores.VOCABULARY, answers[r["id"]], "model alone")
    report(found, systems, scores.totals, ms)


def answered(rows: Sequence[Mapping[str, Any]], vocabulary: Any) -> dict[str, dict[str, Any]]:
    """Row id -> what the model that ships says of its last message, told of the earlier ones."""
    from assistant.batch import conversation
    from assistant.build import Settings, open_model
    from assistant.context import context
    from assistant.understand import ask_model

    model = open_model(Settings())
    found, spent = {}, []
    for row in rows:
        state, text = conversation(row, vocabulary)
        started = time.perf_counter()
        found[str(row["id"])] = ask_model(model, text, context(state)).values
        spent.append((time.perf_counter() - started) * 1000)
    print(f"the model read a message in {statistics.median(spent):.0f} ms (median)", file=sys.stderr)
    return found


def report(
    found: Mapping[str, Sequence[Mapping[str, Any]]],
    systems: Mapping[str, Callable[[Mapping[str, Any]], Counts]],
    totals: Callable[[Sequence[Counts]], dict[str, float]],
    ms: float,
) -> None:
    """Writes the table: a line a half and system."""
    table = [["messages", "read by", *SLOTS]]
    values: dict[str, Any] = {}
    rng = np.random.default_rng(SEED)
    for half, rows in found.items():
        draws = rng.integers(0, len(rows), size=(1000, len(rows)))
        for name, read in systems.items():
            counts = [read(row) for row in rows]
            point = totals(counts)
            drawn = [totals([counts[i] for i in draw]) for draw in draws]
            cells = []
            for slot in SLOTS:
                low, high = np.quantile([d.get(slot, 1.0) for d in drawn], [0.025, 0.975])
                values[f"{half}/{name}/{slot}"] = {"value": point[slot], "low": low, "high": high, "n": len(rows)}
                cells.append(f"{point[slot]:.3f} [{low:.3f}, {high:.3f}]")
            table.append([f"{half} ({len(rows)})", name, *cells])
    note = (
        "Row: share of messages of which everything was read right, earlier wishes that end included. Intent: share "
        "right. The other columns: F1 over words (category: its noun). 95 % bootstrap intervals over messages. Rules "
        "may be changed while looking at the open half; the closed half, chosen by the hash of the id, only scores. "
        f"Rules alone take {ms:.1f} ms a row, its earlier messages included."
    )
    write("reading", "Reading messages by rules, by the tuned model, by both", values, table, note)


if __name__ == "__main__":
    main()
