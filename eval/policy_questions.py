"""Questions about a shop's documents as rows, and how a system's finds and answers are judged by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.metrics import Metric, mean, resampled
from retrieval.jsonlines import read_rows

DATA = Path(__file__).resolve().parent / "data"
# Questions written when the first had been learned from (and learned from since), and those written after these.
LATER = ("fresh", "second")


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``passages`` are the ids of those that answer it, none for one that the documents do not answer."""

    id: str
    text: str
    passages: frozenset[str]
    # "dev" and "fresh": weights and limits were learned from it; "test" and "second": they were not.
    half: str = "test"
    # "plain", "group", "date", "order", "none".
    kind: str = "plain"
    # Patterns that the answer must hold, and such that it must not.
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    # Who asks about an order of theirs; verified.
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Finds:
    """What a system made of one question: passage ids, the best first, and how sure it is of an answer."""

    ranked: tuple[str, ...]
    sure: float


def shipped() -> list[Question]:
    """The questions on the demo shop's documents."""
    return [question(row) for row in read_rows(DATA / "policy_questions.jsonl")]


def later() -> list[Question]:
    """Questions on the same documents that were written afterwards, set by set in the order of ``LATER``."""
    return [
        replace(question(row), half=name)
        for name in LATER
        for row in read_rows(DATA / f"policy_questions_{name}.jsonl")
    ]


def question(row: Mapping[str, Any]) -> Question:
    """A row of the file as a question."""
    return Question(
        str(row["id"]),
        str(row["text"]),
        frozenset(map(str, row["passages"])),
        str(row.get("half", "test")),
        str(row.get("kind", "plain")),
        tuple(row.get("says", ())),
        tuple(row.get("never", ())),
        row.get("customer"),
    )


def right(asked: Question, answer: str) -> bool:
    """Whether an answer holds what it must and nothing that it must not."""
    holds = all(re.search(pattern, answer) for pattern in asked.says)
    return holds and not any(re.search(pattern, answer) for pattern in asked.never)


def best_limit(sure: Sequence[float], none: Sequence[bool]) -> float:
    """The sureness below which saying "no answer" has the best F1 on these questions."""
    limits = [*sorted(set(sure)), float("inf")]
    return max(limits, key=lambda limit: _f1([s < limit for s in sure], none))


def hits(asked: Sequence[Question], ranked: Sequence[Collection[str]], depth: int) -> list[float]:
    """For each question with an answer 1.0 where one of its passages is among the first ``depth``."""
    return [
        float(bool(set(list(ids)[:depth]) & q.passages)) for q, ids in zip(asked, ranked, strict=True) if q.passages
    ]


def refusals(asked: Sequence[Question], refused: Sequence[bool], seed: int) -> dict[str, Metric]:
    """Precision, recall and F1 of saying that the documents do not answer."""
    none = [not q.passages for q in asked]

    def over(measure: Callable[[Sequence[bool], Sequence[bool]], float]) -> Metric:
        return resampled(
            len(none), lambda picked: measure([refused[n] for n in picked], [none[n] for n in picked]), seed=seed
        )

    return {
        "refusal_precision": over(_precision),
        "refusal_recall": over(lambda said, is_: _precision(is_, said)),
        "refusal_f1": over(_f1),
    }


def shares(values: Sequence[float], seed: int) -> Metric:
    """A share with its interval."""
    return mean(values, seed=seed)


def _precision(said: Sequence[bool], none: Sequence[bool]) -> float:
    return sum(a and b for a, b in zip(said, none, strict=True)) / max(sum(said), 1)


def _f1(said: Sequence[bool], none: Sequence[bool]) -> float:
    both = sum(a and b for a, b in zip(said, none, strict=True))
    return 2 * both / max(sum(said) + sum(none), 1)
