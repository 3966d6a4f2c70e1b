"""What do reviews feel, and about what? Whole texts, named aspects, and opinions found with aspect, category and words.

Data: any number of sets, told apart by their columns.

- ``NAME_train``, ``NAME_dev`` and ``NAME_test`` with ``text`` (tokens parted by spaces) and ``quads``: opinions are to
  be found.
- ``NAME_train`` and ``NAME_test`` with ``text``, ``aspect``, ``start``, ``polarity``: the polarity toward a named
  aspect.
- ``reviews`` with ``text`` and ``label`` or ``recommended``: the polarity of the whole; learned from four fifths of the
  reviews and judged on the last, chosen by a hash of what is reviewed (``item_id``), or of the text, so that no twin
  of a judged text was learned from.

Opinions and English aspects are read by networks that start from the MiniLM encoder (``assistant/opinions``), Chinese
aspects and whole texts by linear models. The network of opinions is kept under the home folder, by the content of what
it learned from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval import report
from eval.classification import Split, splits
from eval.metrics import Metric
from eval.plan import EvalError, Outcome, Plan, find
from eval.sentiment import aspects, quads, whole
from eval.sentiment.judged import Judged
from retrieval.jsonlines import read_rows

OURS = "shoptalk"
MEANING = {
    "accuracy": "share of items with the right polarity",
    "macro_f1": "the F1 of each polarity, whatever its size, averaged",
    "quad_f1": "F1 of whole opinions: aspect, category, opinion words and polarity all exactly as marked",
    "aspect_sentiment_f1": "F1 of aspect (exactly its words, or unsaid) with polarity",
    "category_sentiment_f1": "F1 of category with polarity",
    "opinion_f1": "F1 of the words of opinion, those unsaid left out",
    "implicit_f1": "quad_f1 of the opinions whose aspect or words are unsaid",
}


@dataclass(slots=True)
class Found:
    """What the sets gave so far."""

    metrics: dict[str, dict[str, Metric]] = field(default_factory=dict)
    predictions: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, judged: Judged, name: str) -> None:
        """Takes a set's scores under its name; ids of rows without one are NAME:number."""
        for system, scores in judged.metrics.items():
            self.metrics.setdefault(system, {}).update({f"{name}/{key}": m for key, m in scores.items()})
        taken = {row["id"] for row in self.predictions}
        for n, row in enumerate(judged.rows, start=1):
            own = row.pop("id", None)
            id_ = own if own is not None and own not in taken else f"{name}:{n if own is None else own}"
            self.predictions.append({"id": id_, "set": name, **row})
        self.notes.append(f"{name}: {judged.note}")


def run(plan: Plan) -> Outcome:
    """Learns and judges every set of ``plan.data``; raises ``EvalError`` where there is none."""
    if plan.data is None:
        raise EvalError("The suite sentiment ships no test set", "Name a folder of labelled reviews with --data DIR")
    found, known = Found(), [(split, _judge_of(split)) for split in splits(plan.data)]
    left_out = [split.name for split, judge in known if judge is None]
    for split, judge in known:
        if judge is quads.judge:
            # A bad row of the last set shall not be found after the first one's quarter of an hour.
            quads.read(split)
    for split, judge in known:
        if judge is not None:
            found.add(judge(split, plan), split.name)
    reviews = find(plan.data, "reviews.jsonl")
    if reviews is not None:
        found.add(whole.judge(read_rows(reviews), plan), "reviews")
    if not found.metrics:
        raise EvalError(
            f"{plan.data} has no set of reviews that this suite knows",
            "Name a folder with NAME_train and NAME_test files, or reviews.jsonl: --data DIR",
        )
    return Outcome(
        predictions=found.predictions,
        metrics=found.metrics[OURS],
        baselines={name: scores for name, scores in found.metrics.items() if name != OURS},
        model="all-MiniLM-L6-v2",
        lead=_lead(found, left_out),
        sections=_sections(found),
    )


def _judge_of(split: Split) -> Callable[[Split, Plan], Judged] | None:
    """By the columns of the training file's first row; None for a set that has no test file or no known column."""
    first = next(iter(read_rows(split.train)), {})
    if split.test is None:
        return None
    if "quads" in first:
        return quads.judge
    return aspects.judge if "aspect" in first and "polarity" in first else None


def _lead(found: Found, left_out: Sequence[str]) -> str:
    text = (
        f"{len(found.predictions)} judged items. Every system learns from the training file alone (and reads "
        "thresholds from a dev file, where there is one). Intervals are the 95 % bootstrap over items."
    )
    return text + (f" Not judged, for want of a task this suite knows: {', '.join(left_out)}." if left_out else "")


def _sections(found: Found) -> list[tuple[str, str]]:
    ours = found.metrics[OURS]
    charts = "".join(
        report.interval_chart([(name, m[key]) for name, m in found.metrics.items() if key in m], f"{key}.", top=1.0)
        for key in ours
        if key.rpartition("/")[2] in ("macro_f1", "quad_f1")
    )
    wrong = [row for row in found.predictions if min(row["scores"].values(), default=1.0) < 1.0]
    return [
        ("Scores", report.metric_table(ours, {key: MEANING[key.rpartition("/")[2]] for key in ours})),
        ("Beside other systems", report.comparison_table(list(ours), found.metrics) + charts),
        ("How each set was read", "".join(map(report.paragraph, found.notes))),
        ("Some that were read wrong", "".join(map(_case, wrong[:: max(1, len(wrong) // 60)]))),
    ]


def _case(row: Mapping[str, Any]) -> str:
    return report.case(
        f"{row['set']}: {row['text'][:600]}", [("meant:", str(row["meant"])), ("read:", str(row["read"]))]
    )
