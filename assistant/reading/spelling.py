"""Product nouns written in two words, or with one letter wrong: "tooth brush", "calculater"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import Protocol

from assistant.reading.phrases import Mentioned, Span
from retrieval.nouns import singular

_WORD = re.compile(r"[^\W\d_]+")
# Shorter words are one letter from too many others, longer ones are no product nouns.
_LENGTHS = range(6, 20)
# From this length on a word may have any letter wrong; in a shorter one two are swapped, or one inside is missing.
_LONG = 8


class Kinds(Protocol):
    """What mending a noun takes of a shop's vocabulary."""

    def kinds(self, text: str) -> Sequence[Span]:
        """Product types that the text names."""
        ...


def mended(text: str, start: int, end: int, vocabulary: Kinds) -> Mentioned | None:
    """The noun that ``text[start:end]`` ends in, as the vocabulary knows it; None where it knows nothing like it."""
    said = [m.span() for m in _WORD.finditer(text, start, end)]
    if len(said) > 1:
        joined = "".join(text[slice(*w)] for w in said[-2:]).lower()
        for n in range(len(said) - 1):
            # "electric tooth brush": the longest name counts.
            name = (text[said[n][0] : said[-2][0]] if n < len(said) - 2 else "") + joined
            if kind := next((k for k in vocabulary.kinds(name) if k.words == name), None):
                return Mentioned(said[n][0], end, text[said[n][0] : end], kind.value)
    last = text[slice(*said[-1])].lower() if said else ""
    for spelling in _spellings(last) if len(last) in _LENGTHS and last.isascii() else ():
        if vocabulary.kinds(spelling):
            return Mentioned(said[-1][0], end, text[said[-1][0] : end], singular(spelling))
    return None


def _spellings(word: str) -> Iterator[str]:
    """What a slip of one letter may have meant: two swapped, one missing, one too many, one wrong.

    The first letter is hardly ever the wrong one.
    """
    for n in range(1, len(word) - 1):
        yield word[:n] + word[n + 1] + word[n] + word[n + 2 :]
    for n in range(1, len(word)):
        yield from (word[:n] + letter + word[n:] for letter in ascii_lowercase)
    if len(word) >= _LONG:
        for n in range(1, len(word)):
            yield word[:n] + word[n + 1 :]
            yield from (word[:n] + letter + word[n + 1 :] for letter in ascii_lowercase if letter != word[n])
        yield from (word + letter for letter in ascii_lowercase)
