"""Simpler rankings beside which a search is measured: textbook BM25, embeddings alone, two plain ways to join both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.product import Product
from retrieval.rank import FEATURES
from retrieval.text import words

if TYPE_CHECKING:
    from retrieval.search import Shelf

# How often a title's words count beside the description's, and what an attribute's match is worth beside one in the
# text: the best of the values tried on data/icecat, so that the baseline is no straw man.
_TITLE = 2
_ATTRIBUTES = 0.1
_PARAMETERS = {"k1": 1.2, "b": 0.4}
# The usual constant of reciprocal rank fusion, and the share of the embeddings in the weighted mean.
SMOOTHING = 60
DENSE = 0.6


def rankings(shelf: Shelf) -> dict[str, Callable[[str, int], list[str]]]:
    """Name -> (text, how many) -> ids of the shelf's products, best first, equal ones by id."""
    ids = shelf.ids
    bm25 = Bm25(shelf.products(ids))
    place = FEATURES.index("dense")

    def ranked(by: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[[str, int], list[str]]:
        def best(text: str, k: int) -> list[str]:
            scores = by(bm25.scores(text), shelf.features(text)[:, place])
            return [ids[row] for row in np.argsort(-scores, kind="stable")[:k].tolist()]

        return best

    return {
        "bm25": ranked(lambda lexical, dense: lexical),
        "dense": ranked(lambda lexical, dense: dense),
        "rrf": ranked(rrf),
        "weighted": ranked(weighted),
    }


class Bm25:
    """One index over title, description, brand and category, a second over the attributes."""

    def __init__(self, products: list[Product]) -> None:
        texts = [words(p.title) * _TITLE + words(p.description) + words(p.brand) + words(p.category) for p in products]
        attributes = [
            [word for name, value in p.attributes.items() for word in words(f"{name.replace('_', ' ')} {value}")]
            for p in products
        ]
        self._parts = [(_index(texts), 1.0), (_index(attributes), _ATTRIBUTES)]
        self._size = len(products)

    def scores(self, text: str) -> np.ndarray:
        """float32 of shape (n,)."""
        total = np.zeros(self._size, dtype=np.float32)
        for index, weight in self._parts:
            known = [word for word in words(text) if index is not None and word in index.vocab_dict]
            if known:
                total += weight * index.get_scores(known)
        return total


def _index(rows: list[list[str]]) -> Any:
    """A bm25s index, or None where no row has any word, which bm25s cannot hold."""
    import bm25s

    if not any(rows):
        return None
    index = bm25s.BM25(**_PARAMETERS)
    index.index(rows, show_progress=False)
    return index


def weighted(lexical: np.ndarray, dense: np.ndarray, share: float = DENSE) -> np.ndarray:
    """Both columns on a scale of 0 to 1 (BM25 by its maximum, cosines by their range), then their weighted mean."""
    return (1 - share) * _by_maximum(lexical) + share * _by_range(dense)


def rrf(lexical: np.ndarray, dense: np.ndarray, smoothing: int = SMOOTHING) -> np.ndarray:
    """Reciprocal rank fusion; a row that BM25 does not match at all gets nothing from it."""
    fused: np.ndarray = (lexical > 0) / (smoothing + ranks(lexical)) + 1 / (smoothing + ranks(dense))
    return fused


def ranks(scores: np.ndarray) -> np.ndarray:
    """1 for the highest score; equal scores in row order."""
    found = np.empty(len(scores), dtype=np.int64)
    found[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return found


def _by_maximum(scores: np.ndarray) -> np.ndarray:
    top = scores.max(initial=0.0)
    return scores / top if top > 0 else scores


def _by_range(scores: np.ndarray) -> np.ndarray:
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else scores * 0
