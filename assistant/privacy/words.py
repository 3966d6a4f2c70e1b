"""A text as words, and how each is written: what an uncased encoder does not see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.privacy.values import Span

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
# lower, Capital, UPPER, a single capital, miXed, a3, mark, numbers of one to six and more digits, what rules found.
SHAPES = 7 + 6 + 1
# Whether a line begins with the word, and whether a space stands before it.
PLACES = 4


@dataclass(frozen=True, slots=True)
class Word:
    """Characters ``start`` to ``end`` of a text."""

    text: str
    start: int
    end: int
    # Below ``SHAPES``.
    shape: int
    # Below ``PLACES``.
    place: int


def words_of(text: str, formed: Sequence[Span] = ()) -> list[Word]:
    """The words, numbers and marks of a text, in order; of what rules found only the kind is read, as one word."""
    kinds = {span.start: span for span in formed}
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        if match.start() < end:
            continue
        gap = text[end : match.start()]
        place = 2 * (not found or "\n" in gap) + bool(gap)
        span = kinds.get(match.start())
        if span is not None:
            word = span.type.split("_")[0].lower()
            found.append(Word(word, span.start, span.end, SHAPES - 1, place))
        else:
            found.append(Word(match[0], match.start(), match.end(), _shape(match[0]), place))
        end = found[-1].end
    return found


def _shape(word: str) -> int:
    if word.isdigit():
        return 6 + min(len(word), 6)
    if not any(map(str.isalpha, word)):
        return 6
    if any(map(str.isdigit, word)):
        return 5
    if len(word) == 1 and word.isupper():
        return 3
    checks = (str.islower, lambda w: w[0].isupper() and w[1:].islower(), str.isupper)
    return next((n for n, holds in enumerate(checks) if holds(word)), 4)
