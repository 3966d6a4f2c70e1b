"""Questions about a product, answered from a review: the chat's answerer beside the nearest sentence by MiniLM.

`python -m benchmarks.questions` needs the data set `subjqa_electronics` (see `docs/data.md`).
"""

from __future__ import annotations

import sys

from benchmarks.icecat import home, run_suite
from benchmarks.record import data_folder, write

SHOWN = ("answerable_f1", "answerable_macro_f1", "span_f1", "overall_f1", "quoted")


def main(*options: str) -> None:
    """Measures and writes the results."""
    data = data_folder()
    if data is None:
        raise SystemExit("benchmarks: name the folder of the public data sets in SHOPTALK_DATA.")
    found = run_suite("questions", home() / "questions", "--data", str(data / "subjqa_electronics"), *options)
    (baseline,) = found["baselines"].values()
    table = [["metric", "ours", "nearest sentence", "difference", "95 % interval", "items"]]
    for name in SHOWN:
        ours, gain = found["metrics"][name], found["metrics"].get(f"gain/{name}")
        apart = [f"{gain['value']:+.3f}", f"{gain['low']:+.3f} – {gain['high']:+.3f}"] if gain else ["", ""]
        table.append([f"`{name}`", f"{ours['value']:.3f}", f"{baseline[name]['value']:.3f}", *apart, str(ours["n"])])
    note = (
        "The test questions of SubjQA (electronics), each with one review. Both systems use the same embedding model, "
        "and take from the training questions nothing but the score from which on they answer. `quoted` is the share "
        "of answers that stand in the review word for word; an answer without a quote does not exist. Differences are "
        "paired by question."
    )
    write("questions", "Questions about a product, answered from a review", found, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
