"""Cards that differ: ten near-twins of the best product do not fill a list. ``shoptalk search`` does not use it."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.query import Hit
from retrieval.text import words

# What a twin of a product that is already chosen loses, in units of a score; and from which to which share of their
# titles' words in common two products grow from unlike to twins.
_TWIN = 0.2
_UNLIKE, _ALIKE = 0.4, 0.75


def diverse(hits: Sequence[Hit], k: int) -> list[Hit]:
    """``k`` of ``hits`` (best first), the best one first, each next one good and unlike those before it.

    Maximal marginal relevance: a hit's score less what its likest chosen one costs it. Equal values keep their order,
    and where fewer than ``k`` are given all of them come.
    """
    said = [frozenset(words(hit.product.title)) for hit in hits]
    left = list(range(len(hits)))
    chosen: list[int] = []
    likest = [0.0] * len(hits)
    while left and len(chosen) < k:
        best = max(left, key=lambda n: hits[n].score - _TWIN * likest[n])
        left.remove(best)
        chosen.append(best)
        for n in left:
            likest[n] = max(likest[n], _likeness(hits[best], hits[n], said[best], said[n]))
    return [hits[n] for n in chosen]


def _likeness(one: Hit, other: Hit, words_of_one: frozenset[str], words_of_other: frozenset[str]) -> float:
    """0 for unlike products or two brands' to 1 for twins."""
    every = words_of_one | words_of_other
    if one.product.brand != other.product.brand or not every:
        return 0.0
    share = len(words_of_one & words_of_other) / len(every)
    return min(1.0, max(0.0, (share - _UNLIKE) / (_ALIKE - _UNLIKE)))
