"""Product nouns and makers written in two words, or with one letter wrong: "tooth brush", "calculater"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import Protocol

from assistant.reading.cues import stop_words
from assistant.reading.phrases import Mentioned, Span
from retrieval.lexicon import key, lexicon
from retrieval.nouns import singular

_WORD = re.compile(r"[^\W\d_]+")
# Shorter words are one letter from too many others, longer ones are no product nouns.
_LENGTHS = range(6, 20)
# From this length on a word may have any letter wrong; in a shorter one two are swapped, or one inside is missing.
_LONG = 8
# A shorter name is one letter from too many ordinary words.
_NAME = 7
_ALIKE = {
    "b": "p",
    "p": "b",
    "d": "t",
    "t": "d",
    "c": "ks",
    "k": "cg",
    "s": "cz",
    "z": "s",
    "g": "k",
    "v": "f",
    "f": "v",
}
_ALIKE |= {"m": "n", "n": "m", "a": "e", "e": "ai", "i": "ey", "y": "i", "o": "u", "u": "o"}


class Kinds(Protocol):
    """What mending a noun takes of a shop's vocabulary."""

    def kinds(self, text: str) -> Sequence[Span]:
        """Product types that the text names."""
        ...


class Makers(Kinds, Protocol):
    """What mending a maker's name takes of it."""

    def brands(self, text: str) -> Sequence[Span]:
        """Makers of the shop that the text names."""
        ...

    def features(self, text: str) -> Sequence[Span]:
        """Values that the shop's records know."""
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
    before = text[slice(*said[-2])].lower() if len(said) > 1 else ""
    for spelling in _spellings(before) if len(before) in _LENGTHS and before.isascii() else ():
        # "grafics card": the word before the noun says which.
        name = f"{spelling} {last}"
        if kind := next((k for k in vocabulary.kinds(name) if k.words == name and k.value != singular(last)), None):
            return Mentioned(said[-2][0], end, text[said[-2][0] : end], kind.value)
    for spelling in _spellings(last) if len(last) in _LENGTHS and last.isascii() else ():
        if vocabulary.kinds(spelling):
            return Mentioned(said[-1][0], end, text[said[-1][0] : end], singular(spelling))
        for at, _ in said[-3:-1]:
            # A "dvd player" is one thing where a "player" may be none.
            name = text[at : said[-1][0]] + spelling
            if kind := next((k for k in vocabulary.kinds(name) if k.words == name), None):
                return Mentioned(at, end, text[at:end], kind.value)
    return None


def mended_maker(text: str, vocabulary: Makers) -> Mentioned | None:
    """The first maker of the shop that ``text`` names with a slip of the pen; its words are as written."""
    said = list(_WORD.finditer(text))
    for n, word in enumerate(said):
        low = word[0].lower()
        if len(low) not in _LENGTHS or len(low) < _NAME or not low.isascii() or low in stop_words():
            continue
        if vocabulary.kinds(low) or vocabulary.features(low):
            continue
        rest = text[word.end() : said[min(n + 2, len(said) - 1)].end()]
        for spelling in _slips(low):
            for maker in vocabulary.brands(spelling + rest):
                if maker.start == 0 and maker.end >= len(spelling):
                    end = word.end() + maker.end - len(spelling)
                    return Mentioned(word.start(), end, text[word.start() : end], maker.value)
    return None


def mended_value(word: str) -> str:
    """A property that every shop knows, for one with a slip of the pen ("cordles"); "" of other words."""
    low = word.lower()
    if len(low) not in _LENGTHS or not low.isascii() or not low.isalpha():
        return ""
    known = lexicon()
    if key(low) in known.flags or known.colour(key(low)):
        return ""
    return next((s for s in _spellings(low) if s in known.flags), "")


def _slips(word: str) -> Iterator[str]:
    """Two letters swapped, one missing, one too many, or one taken for another that sounds like it."""
    for n in range(1, len(word) - 1):
        yield word[:n] + word[n + 1] + word[n] + word[n + 2 :]
    for n in range(1, len(word)):
        yield word[:n] + word[n + 1 :]
        yield from (word[:n] + letter + word[n:] for letter in ascii_lowercase)
        yield from (word[:n] + letter + word[n + 1 :] for letter in _ALIKE.get(word[n], ""))


def _spellings(word: str) -> Iterator[str]:
    """What a slip of one letter may have meant: two swapped, one missing, one too many, one wrong.

    The first letter is hardly ever the wrong one.
    """
    yield from (word.replace(*pair) for pair in (("f", "ph"), ("ph", "f")) if pair[0] in word[1:])
    for n in range(1, len(word) - 1):
        yield word[:n] + word[n + 1] + word[n] + word[n + 2 :]
    for n in range(1, len(word)):
        yield from (word[:n] + letter + word[n:] for letter in ascii_lowercase)
        yield from (word[:n] + letter + word[n + 1 :] for letter in _ALIKE.get(word[n], ""))
    if len(word) >= _LONG:
        for n in range(1, len(word)):
            yield word[:n] + word[n + 1 :]
            yield from (word[:n] + letter + word[n + 1 :] for letter in ascii_lowercase if letter != word[n])
        yield from (word + letter for letter in ascii_lowercase)
