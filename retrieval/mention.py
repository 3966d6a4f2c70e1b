"""Places in a text: what was found where, and the words to look through."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.text import fold

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """Something of the shop that a text names."""

    # Character offsets; ``text[start:end] == words``.
    start: int
    end: int
    words: str
    # The shop's own spelling for a brand, the singular noun for a type, the phrase as said for a feature.
    value: str


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text."""

    start: int
    end: int
    said: str
    # Folded: lower case, without accents.
    key: str


def tokens(text: str) -> list[Token]:
    """The words of ``text``; hyphens, dots and apostrophes part them."""
    return [Token(m.start(), m.end(), m[0], fold(m[0])) for m in _WORD.finditer(text)]
