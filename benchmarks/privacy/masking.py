"""What a system found of the personal data that somebody marked: counts by template, then precision, recall and F1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.privacy.marked import Marked
from assistant.privacy.values import TYPES, Span, joined

SEED = 0
_RESAMPLES = 2000
# A kind that a system knows only at large -> the kinds of ours that it may stand for.
LARGE: Mapping[str, frozenset[str]] = {
    "LOCATION": frozenset({"GPE", "STREET_ADDRESS", "ZIP_CODE"}),
    "URL": frozenset({"DOMAIN_NAME"}),
}


@dataclass
class Counts:
    """By kind: values that were there, those that were hidden; stretches that a system hid, those rightly."""

    there: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1 with its interval over templates; ``n`` values were there."""

    precision: float
    recall: float
    f1: float
    low: float
    high: float
    n: int


def hiding(row: Marked, found: Sequence[Span]) -> Counts:
    """Whatever a system calls it: is each value hidden to its last letter, is nothing hidden beside the values?"""
    values = joined(row.text, row.spans)
    masked = _places(found)
    wanted = _places(values)
    counts = Counts()
    for span in values:
        counts.there[span.type] += 1
        counts.hidden[span.type] += _letters(row.text, span) <= masked
    for span in joined(row.text, found):
        kind = _kind(span, values)
        counts.said[kind] += 1
        counts.right[kind] += _letters(row.text, span) <= wanted
    return counts


def naming(row: Marked, found: Sequence[Span]) -> Counts:
    """Exactly these characters, and called what they are."""
    values = joined(row.text, row.spans)
    named = {(s.start, s.end, _kind(s, values)) for s in joined(row.text, found)}
    wanted = {(s.start, s.end, s.type) for s in values}
    counts = Counts()
    for start, end, kind in wanted:
        counts.there[kind] += 1
        counts.hidden[kind] += (start, end, kind) in named
    for start, end, kind in named:
        counts.said[kind] += 1
        counts.right[kind] += (start, end, kind) in wanted
    return counts


def scored(
    rows: Sequence[Marked],
    found: Sequence[Sequence[Span]],
    count: Callable[[Marked, Sequence[Span]], Counts],
    kinds: Sequence[str] = TYPES,
) -> dict[str, Scores]:
    """Scores by kind and over all of ``kinds`` ("all"); a kind that is never there is left out."""
    templates = {name: place for place, name in enumerate(dict.fromkeys(row.template for row in rows))}
    table = np.zeros((len(templates), len(kinds), 4))
    for row, spans in zip(rows, found, strict=True):
        counts = count(row, spans)
        for n, kind in enumerate(kinds):
            table[templates[row.template], n] += [
                counts.there[kind], counts.hidden[kind], counts.said[kind], counts.right[kind]
            ]  # fmt: skip
    scores = {"all": _score(table.sum(1))}
    scores |= {kind: _score(table[:, n]) for n, kind in enumerate(kinds) if table[:, n, 0].sum()}
    return scores


def _score(table: np.ndarray) -> Scores:
    """From there, hidden, said and right by template: (templates, 4)."""
    picks = np.random.default_rng(SEED).integers(0, len(table), (_RESAMPLES, len(table)))
    precision, recall, f1 = _f1(table.sum(0))
    drawn = [_f1(table[pick].sum(0))[2] for pick in picks if table[pick, 0].sum()]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Scores(precision, recall, f1, float(low), float(high), int(table[:, 0].sum()))


def _f1(sums: np.ndarray) -> tuple[float, float, float]:
    there, hidden, said, right = (float(n) for n in sums)
    precision, recall = right / said if said else 0.0, hidden / there if there else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _kind(span: Span, values: Sequence[Span]) -> str:
    """The kind of a stretch; one known at large is given the benefit of the doubt."""
    may = LARGE.get(span.type)
    if may is None:
        return span.type
    over = (v.type for v in values if v.start < span.end and v.end > span.start and v.type in may)
    return next(over, min(may))


def _letters(text: str, span: Span) -> set[int]:
    return {n for n in range(span.start, span.end) if text[n].isalnum()}


def _places(spans: Sequence[Span]) -> set[int]:
    return {n for span in spans for n in range(span.start, span.end)}
