"""What words of customer service say: phrases of one meaning as one token, what a question asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.measures import read_table
from retrieval.text import words

# Words that may stand where a phrase has a gap ("send the lamp back").
_GAP = 3
_MARK = "~"


@dataclass(frozen=True, slots=True)
class _Words:
    # First word of a phrase -> (its words with "*" for a gap, the idea), the longest first.
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    plain: frozenset[str]
    # Sort of answer -> the questions that ask for it, the texts that hold it.
    asks: Mapping[str, re.Pattern[str]]
    holds: Mapping[str, re.Pattern[str]]


@cache
def _words() -> _Words:
    raw = read_table("policy_words.yaml")
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for idea, said in raw["ideas"].items():
        for phrase in said:
            stems = tuple(part if part == "*" else words(part)[0] for part in phrase.split())
            phrases.setdefault(stems[0], []).append((stems, _MARK + idea))
    for known in phrases.values():
        known.sort(key=lambda row: -len(row[0]))
    return _Words(
        phrases,
        frozenset(w for word in raw["plain"].split() for w in words(word)),
        {sort: re.compile(pattern, re.IGNORECASE) for sort, pattern in raw["asks"].items()},
        {sort: re.compile(pattern, re.IGNORECASE) for sort, pattern in raw["holds"].items()},
    )


def tokens(text: str) -> list[str]:
    """The ideas of a text ("~return") and its other words as stems, without those that say nothing; repeats kept."""
    table, said = _words(), words(text)
    found: list[str] = []
    used: set[int] = set()
    for n, word in enumerate(said):
        for phrase, idea in table.phrases.get(word, ()):
            if places := _at(said, n, phrase):
                found.append(idea)
                used.update(places)
                break
    return found + [w for n, w in enumerate(said) if n not in used and w not in table.plain]


def ideas(text: str) -> frozenset[str]:
    """The ideas of a text by their names ("return")."""
    return frozenset(t.removeprefix(_MARK) for t in tokens(text) if t.startswith(_MARK))


def asks(question: str) -> frozenset[str]:
    """The sorts of answer that a question asks for: a time, an amount of money, a number."""
    return frozenset(sort for sort, pattern in _words().asks.items() if pattern.search(question))


def holds(text: str) -> frozenset[str]:
    """The sorts of answer that a text holds."""
    return frozenset(sort for sort, pattern in _words().holds.items() if pattern.search(text))


def _at(said: Sequence[str], start: int, phrase: Sequence[str]) -> list[int]:
    """The places of a phrase's words from ``start`` on; [] where it does not stand there."""
    places: list[int] = []
    n, gap = start, 0
    for stem in phrase:
        if stem == "*":
            gap = _GAP
            continue
        n = next((m for m in range(n, min(n + gap + 1, len(said))) if said[m] == stem), -1)
        if n < 0:
            return []
        places.append(n)
        n, gap = n + 1, 0
    return places
