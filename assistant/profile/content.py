"""Items as texts: how alike two of them are in meaning, in words and in who makes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

# Neighbours by content that share what is learnt of an item, and how fast the share falls with likeness.
_NEIGHBOURS = 15
_SHARPNESS = 0.08
# What words count beside meaning in finding those neighbours.
_WORDS = 0.3
# One letter or digit may be all that tells a model: "Wii U", "Gen 2".
_WORD = r"(?u)\b\w+\b"
# Items compared at a time: bounds the memory.
_CHUNK = 512


class Content:
    """The texts of some items, in a fixed order; an item is named by its place in it."""

    def __init__(self, texts: Sequence[str], vectors: np.ndarray, brands: Sequence[str]) -> None:
        """``vectors``: float32 of shape (items, dimension), rows of length 1 or 0; no columns where there are none."""
        self.size = len(texts)
        self.vectors = vectors
        self._texts = texts
        names = {name: number for number, name in enumerate(dict.fromkeys(b.casefold() for b in brands if b))}
        self._brands = np.array([names.get(b.casefold(), -1 - n) for n, b in enumerate(brands)], dtype=np.int64)

    @cached_property
    def words(self) -> Any:
        """TF-IDF of words and pairs of words, a sparse matrix of shape (items, terms) with rows of length 1."""
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import TfidfVectorizer

        least = 2 if self.size > 50 else 1
        try:
            found = TfidfVectorizer(
                sublinear_tf=True, ngram_range=(1, 2), min_df=least, token_pattern=_WORD
            ).fit_transform(self._texts)
        except ValueError:
            # No term is in two texts.
            return csr_matrix((self.size, 1), dtype=np.float32)
        return found.astype(np.float32).tocsr()

    def meaning(self, places: Sequence[int]) -> np.ndarray:
        """Cosines of the vectors, shape (len(places), items)."""
        found: np.ndarray = self.vectors[list(places)] @ self.vectors.T
        return found

    def wording(self, places: Sequence[int]) -> np.ndarray:
        """Cosines of the words, shape (len(places), items)."""
        found: np.ndarray = (self.words[list(places)] @ self.words.T).toarray()
        return found

    def same_brand(self, place: int) -> np.ndarray:
        """1 for the items of the same maker as the one at ``place``, else 0; shape (items,)."""
        found: np.ndarray = (self._brands == self._brands[place]).astype(np.float32)
        return found

    @cached_property
    def alike(self) -> Any:
        """Sparse, shape (items, items): for each item its nearest by content, itself among them; rows sum to 1."""
        from scipy.sparse import csr_matrix

        count = min(_NEIGHBOURS, self.size)
        columns, shares = [], []
        for start in range(0, self.size, _CHUNK):
            rows = range(start, min(start + _CHUNK, self.size))
            near = (1 - _WORDS) * self.meaning(rows) + _WORDS * self.wording(rows)
            best = np.argpartition(-near, count - 1, axis=1)[:, :count]
            share = np.exp((np.take_along_axis(near, best, 1) - 1) / _SHARPNESS)
            columns.append(best.ravel())
            shares.append((share / share.sum(axis=1, keepdims=True)).ravel())
        places = np.repeat(np.arange(self.size), count)
        values = np.concatenate(shares).astype(np.float32)
        return csr_matrix((values, (places, np.concatenate(columns))), (self.size, self.size))
