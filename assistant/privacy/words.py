"""A text as words, and how each is written: what an uncased encoder does not see."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
# lower, Capital, UPPER, a single capital, miXed, a3, mark, then numbers of one to six and more digits.
SHAPES = 7 + 6
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


def words_of(text: str) -> list[Word]:
    """The words, numbers and marks of a text, in order."""
    found = []
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        place = 2 * (not found or "\n" in gap) + bool(gap)
        found.append(Word(match[0], match.start(), match.end(), _shape(match[0]), place))
        end = match.end()
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
