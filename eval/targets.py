"""Rankings with one right item each: where it stands, what that scores, and how systems differ row by row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval import report
from eval.metrics import Metric, mean, paired

CUTS = (1, 5, 10, 20)
HEAD = "ndcg@10"
MEANING = {
    **{f"ndcg@{k}": f"1 / log2(1 + rank) of the right item where it is among the first {k}, else 0" for k in CUTS},
    **{f"hr@{k}": f"share of rows whose right item is among the first {k}" for k in CUTS},
}

# A row of answers: {"id", ..., "scores": ours, "baselines": {system: its scores}}.
Row = dict[str, Any]


def columns(place: int | None) -> dict[str, float]:
    """The scores of one row; ``place`` counts from 0, None where the right item is not in the ranking."""
    found = {}
    for k in CUTS:
        hit = place is not None and place < k
        found[f"ndcg@{k}"] = 1 / math.log2(place + 2) if hit and place is not None else 0.0
        found[f"hr@{k}"] = float(hit)
    return {name: found[name] for name in MEANING}


def summary(rows: Sequence[Row], seed: int, system: str | None = None) -> dict[str, Metric]:
    """Each column's mean; of ``system`` among the baselines, else ours. Rows of one ``user`` are drawn together."""
    scores = [row["baselines"][system] if system else row["scores"] for row in rows]
    groups = [str(row.get("user", row["id"])) for row in rows]
    return {name: mean([s[name] for s in scores], seed=seed, groups=groups) for name in scores[0]}


def gaps(rows: Sequence[Row], seed: int, column: str = HEAD) -> Iterator[str]:
    """What ours gains row by row over each baseline, in a sentence each."""
    groups = [str(row.get("user", row["id"])) for row in rows]
    for name in rows[0]["baselines"]:
        theirs = [row["baselines"][name][column] for row in rows]
        gap = paired(theirs, [row["scores"][column] for row in rows], seed=seed, groups=groups)
        sure = "a difference" if gap.low > 0 or gap.high < 0 else "no sure difference"
        yield f"{column} minus {name}: {gap.value:+.3f}, paired interval {gap.low:+.3f} to {gap.high:+.3f}: {sure}."


def comparison(metrics: Mapping[str, Mapping[str, Metric]], rows: Sequence[Row], seed: int, about: str) -> str:
    """HTML: the systems side by side, a plot of ``HEAD``, and the paired differences."""
    bars = [(name, found[HEAD]) for name, found in metrics.items() if HEAD in found]
    top = max(metric.high for _, metric in bars) * 1.15
    return (
        report.comparison_table(list(MEANING), metrics)
        + report.interval_chart(bars, f"{HEAD} with its 95 % interval.", top=top)
        + report.paragraph(about)
        + "".join(report.paragraph(line) for line in gaps(rows, seed))
    )
