"""What a search text says to one shop: its words, its direction, the kinds of things and the brands it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text import words
from retrieval.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np

    from retrieval.embed import Embedder

# Longer texts say no more to an embedding model, and cost time.
_LONGEST = 1000
# The rarest so many words of a text decide; a query has two or three.
_WORDS = 32
_AIMED_AT = re.compile(r"\b(?:for|with|without|to|from|in|of|on|by|fits?|compatible|like)\s+(?:[\w-]+\s+){0,2}$", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search text as a shop reads it."""

    text: str
    # Normalised words in order, each once; a word is given by its spellings, any of which serves.
    words: tuple[tuple[str, ...], ...]
    # For each word whether it is part of a phrase that names a kind.
    naming: tuple[bool, ...]
    # Labels of the kinds that the text names: an accessory for a thing is another kind. In "case for a tablet" the
    # tablet only says what the case must fit.
    kinds: tuple[str, ...]
    # Brands that the text names, in the feed's spelling.
    brands: tuple[str, ...]


def read(text: str, vocabulary: Vocabulary) -> Asked:
    """``text`` in the shop's own words."""
    text = text[:_LONGEST]
    said = tuple(dict.fromkeys(words(text)))[:_WORDS]
    named = [m for m in vocabulary.kinds(text) if not _AIMED_AT.search(text[: m.start])]
    kinds = tuple(dict.fromkeys(label for m in named for label in vocabulary.resolve_kind(m.value)))
    naming = {word for m in named for word in words(m.words)} if kinds else set()
    return Asked(
        text=text,
        words=tuple((word,) for word in said),
        naming=tuple(word in naming for word in said),
        kinds=kinds,
        brands=tuple(m.value for m in vocabulary.brands(text)),
    )


def direction(asked: Asked, embedder: Embedder | None) -> np.ndarray | None:
    """The text's embedding, float32 (d,); None without words or without an embedding model."""
    return embedder.encode([asked.text])[0] if asked.words and embedder is not None else None
