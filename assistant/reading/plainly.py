"""A message as it would be written with care: contractions with their apostrophe, slips and short forms written out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from assistant.reading.tables import patterns, table

# Written without its apostrophe, each of these is no other English word.
_CONTRACTED = re.compile(
    r"\b(?P<verb>do|does|did|is|are|was|were|has|have|had|should|would|could|must|need)nt\b", re.IGNORECASE
)
# Nobody says so more often in one message, and reading it takes time.
_AT_MOST = 4
# Of "2U" and "U-shaped" no letter is a word.
_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")


def plainly(text: str) -> str:
    """``text`` in single spaces, with what was written in haste written out: "doesnt cost undr 20"."""
    text = _CONTRACTED.sub(lambda m: f"{m['verb']}n't", " ".join(text.split()))
    text = _WORD.sub(lambda m: _written_out(m[0]), text)
    for said, meant in _said().otherwise:
        text = said.sub(meant, text, count=_AT_MOST)
    return " ".join(text.split())


def _written_out(word: str) -> str:
    low = word.lower()
    meant = None if word != low and low in _said().small_only else _said().words.get(low)
    return word if meant is None else meant.capitalize() if word[0].isupper() else meant


@dataclass(frozen=True, slots=True)
class _Said:
    # Slip, short form or bare contraction -> what is meant.
    words: Mapping[str, str]
    small_only: frozenset[str]
    # (pattern, what it is replaced by), in order.
    otherwise: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _said() -> _Said:
    data = table("plainly")
    words = dict(data["contractions"]) | {slip: meant for meant, said in data["slips"].items() for slip in said.split()}
    otherwise = patterns(data["said_otherwise"], data["parts"], "meant", re.IGNORECASE)
    return _Said(words, frozenset(data["small_only"].split()), otherwise)
