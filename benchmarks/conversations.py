"""Import of the 19,406-product catalogue, then twenty conversations over it with the embedded model.

`python -m benchmarks.conversations [--model SPEC] [--adapter NAME]`
"""

from __future__ import annotations

import sys

from benchmarks.icecat import evaluate, row, shop
from benchmarks.record import write

# Metric -> at least (shares) or at most (milliseconds).
GOALS = {"shown_right": 1.0, "named_are_shown": 1.0, "evidence_true": 1.0, "numbers_supported": 1.0}
LIMITS = {"first_card_ms_p50": 1500.0, "first_sentence_ms_p50": 3000.0}


def main(*options: str) -> None:
    """Measures and writes the results."""
    _, seconds = shop()
    found = evaluate("conversations", *options)
    table = [["metric", "value", "95 % interval", "items", "goal"]]
    for name, metric in found["metrics"].items():
        goal = (
            f"at least {GOALS[name]:g}" if name in GOALS else f"at most {LIMITS[name]:,.0f}" if name in LIMITS else ""
        )
        table.append([*row(name, metric), goal])
    note = (
        f"Twenty scripted conversations of two or three turns (`eval/data/conversations_icecat.jsonl`), model "
        f"`{found['model']}`, adapter {found['adapter'] or 'none'}. What each metric says stands in the suite's report "
        "and in `eval/suites/conversations.py`. Intervals: bootstrap over conversations; a share of 1 has no width and "
        "still only says that no failure was seen in so many items."
    )
    if seconds is not None:
        note += f" Importing the catalogue took {seconds:,.0f} s."
    write("conversations", "Conversations over a real catalogue", {**found, "import_seconds": seconds}, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
