"""What a search text says to one shop: its words, its direction, the kinds of things and the brands it names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.nouns import noun_key, thesaurus
from retrieval.spelling import Spelling
from retrieval.text import words
from retrieval.units import alike
from retrieval.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np

    from retrieval.embed import Embedder

# Longer texts say no more to an embedding model, and cost time.
_LONGEST = 1000
# The rarest so many words of a text decide; a query has two or three.
_WORDS = 32
_AIMED_AT = re.compile(r"\b(?:for|with|without|to|from|in|of|on|by|fits?|compatible|like)\s+(?:[\w-]+\s+){0,2}$", re.I)
_THOUSANDS = re.compile(r"(?<![\w.,])\d,?\d{3}[\s-]?[A-Za-z]+\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search text as a shop reads it."""

    # With misspelt words mended.
    text: str
    # Normalised words in order, each once; a word is given by its spellings, any of which serves: a measure also in
    # other units, a thing also by its other names.
    words: tuple[tuple[str, ...], ...]
    # For each word whether it is part of a phrase that names a kind.
    naming: tuple[bool, ...]
    # Labels of the kinds that the text names: an accessory for a thing is another kind. In "case for a tablet" the
    # tablet only says what the case must fit.
    kinds: tuple[str, ...]
    # Brands that the text names, in the feed's spelling.
    brands: tuple[str, ...]


def read(text: str, vocabulary: Vocabulary, spelling: Spelling, has: Callable[[str], bool]) -> Asked:
    """``text`` in the shop's own words; ``has`` tells whether any product has a normalised word."""
    text = _amounts(spelling.mended(text[:_LONGEST]), has)
    said = tuple(dict.fromkeys(words(text)))[:_WORDS]
    named = [m for m in vocabulary.kinds(text) if not _AIMED_AT.search(text[: m.start])]
    kinds = tuple(dict.fromkeys(label for m in named for label in vocabulary.resolve_kind(m.value)))
    naming = {word for m in named for word in words(m.words)} if kinds else set()
    others = {word: alike(word) for word in said}
    for mention in named if kinds else ():
        if len(single := words(mention.words)) == 1:
            others[single[0]] = _synonyms(mention.value)
    return Asked(
        text=text,
        words=tuple((word, *(o for o in others[word] if o != word and has(o))) for word in said),
        naming=tuple(word in naming for word in said),
        kinds=kinds,
        brands=tuple(m.value for m in vocabulary.brands(text)),
    )


def _amounts(text: str, has: Callable[[str], bool]) -> str:
    """``text`` with "2000 gb" as "2tb" where the shop says so: thousands of a unit are seldom printed."""

    def shorter(match: re.Match[str]) -> str:
        found = words(match[0])
        if len(found) != 1:
            return match[0]
        others = [other for other in alike(found[0]) if len(other) < len(found[0]) and has(other)]
        return min(others, key=len) if others else match[0]

    return _THOUSANDS.sub(shorter, text)


def _synonyms(noun: str) -> tuple[str, ...]:
    """The other single words, normalised, for the thing that ``noun`` names: a "laptop" is a "notebook" too."""
    line = thesaurus().line(noun_key(noun))
    same = [" ".join(key) for key in (line.key, *line.same) if len(key) == 1] if line else []
    return tuple(dict.fromkeys(word for phrase in same for word in words(phrase)))


def direction(asked: Asked, embedder: Embedder | None) -> np.ndarray | None:
    """The text's embedding, float32 (d,); None without words or without an embedding model."""
    return embedder.encode([asked.text])[0] if asked.words and embedder is not None else None
