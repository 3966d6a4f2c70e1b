"""Misspelt words of a search, read as the shop's own: only words that neither the shop nor plain English has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from retrieval.lexicon import lexicon
from retrieval.nouns import thesaurus
from retrieval.product import Kind, Product
from retrieval.text import fold, words

_WORD = re.compile(r"[^\W\d_]+")
# Shorter words have too many neighbours; from the second length on two slips are forgiven.
_SHORT = 4
_LONG = 9


class Spelling:
    """The words of one shop. Safe to share between threads; the table is made when the first unknown word comes."""

    def __init__(
        self,
        products: Sequence[Product],
        kinds: Mapping[str, Kind],
        has: Callable[[str], bool],
        english: Path | None,
    ) -> None:
        """``has`` tells whether any product has a normalised word; ``english`` is a file of words, one a line."""
        self._products = products
        self._kinds = kinds
        self._has = has
        self._english = english
        self._nearest = lru_cache(maxsize=4096)(self._nearest_word)

    def mended(self, text: str) -> str:
        """``text`` with each misspelt word as the shop spells it; what nobody knows stays as it is."""
        return _WORD.sub(lambda m: self._nearest(fold(m[0])) or m[0] if self._unknown(m[0]) else m[0], text)

    def _unknown(self, word: str) -> bool:
        folded = fold(word)
        if len(folded) < _SHORT or not folded.isascii():
            return False
        return not all(map(self._has, words(folded))) and folded not in _known() and folded not in self._model_words

    def _nearest_word(self, word: str) -> str | None:
        """The shop's word that ``word`` is a slip of, or the two that it runs together; None where there is none."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        allowed = 2 if len(word) >= _LONG else 1
        near = process.extract(word, self._table.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=20)
        if near:
            # The first letter is seldom wrong; then the fewer slips, then the commoner word.
            return str(min(near, key=lambda n: (n[1], n[0][0] != word[0], -self._table[n[0]], n[0]))[0])
        cuts = ((word[:n], word[n:]) for n in range(3, len(word) - 2))
        pairs = [cut for cut in cuts if all(part in self._table for part in cut)]
        return " ".join(max(pairs, key=lambda cut: min(self._table[part] for part in cut))) if pairs else None

    @cached_property
    def _table(self) -> Counter[str]:
        """Word of titles, brands, categories and kinds -> products that have it."""
        used: Counter[str] = Counter()
        for product in self._products:
            kind = self._kinds.get(product.id)
            text = f"{product.title} {product.brand} {product.category} {kind.label if kind else ''}"
            used.update({w for w in _WORD.findall(fold(text)) if len(w) >= 3})
        return used

    @cached_property
    def _model_words(self) -> frozenset[str]:
        """The words that the embedding model reads whole: common English, as a list of its own would have it."""
        if self._english is None or not self._english.is_file():
            return frozenset()
        return frozenset(self._english.read_text(encoding="utf-8").split("\n"))


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Product nouns and words of description that every shop shares."""
    lex = lexicon()
    nouns = {word for phrase in thesaurus().spelling.values() for word in phrase.split()}
    said = (*lex.stop_words, *lex.colours, *lex.shades, *lex.materials, *lex.flags)
    return frozenset({*nouns, *(f"{noun}s" for noun in nouns), *(w for phrase in said for w in phrase.split())})
