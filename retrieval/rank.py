"""The learned ranker: what speaks for each candidate, as pure columns, and a small linear model over them.

The weights are learned from judged queries (``finetune/rank.py``) and lie in ``ranker.json``; docs/ranker.md is
their card. Three further weights are set by hand: of stars and of an empty stock, which no judgement teaches, and
of being the kind of thing named, which the judges of one shop teach too little of for all shops.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.text import words

if TYPE_CHECKING:
    import numpy as np

FILE = Path(__file__).with_name("ranker.json")
# What the judges teach, in the order of the columns that ``features`` makes. All but "dense" and "agreement", which
# can be slightly negative, go from 0 to 1.
FEATURES = (
    "text",  # BM25, of the shop's best
    "field",  # BM25 where each word counts by the part of the record it fits best, of the shop's best
    "dense",  # cosine of the embeddings, of the shop's nearest
    "coverage",  # share of the query's words that the record has, rare words counting more
    "kind_coverage",  # the same where being the kind of thing named stands for the words that name it
    "agreement",  # "dense" times "kind_coverage": near in meaning and in words
    "kind",  # whether it is the kind of thing that the query names
    "modifiers",  # of that kind: share of the query's other words that the record has
    "brand",  # whether it is of a brand that the query names
    "price",  # of that kind: whether the price is within what the kind usually costs
)
# Set by hand, in units of a score whose learned part is 1 where every column is. What being the kind of thing named is
# worth beside what was learned, so that an accessory that repeats the thing's name does not outrank the thing; what
# five stars are worth over the shop's mean; and what being out of stock costs.
KIND = 0.1
RATING = 0.04
OUT_OF_STOCK = 0.05
# As many ratings of the shop's mean stand behind each product's own.
_RATINGS = 10.0


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of m candidates beside one query of w words; features are made of nothing else."""

    # float32 of shape (m,), and the greatest that any row of the shop has, candidate or not.
    text: np.ndarray
    text_top: float
    field: np.ndarray
    field_top: float
    cosine: np.ndarray
    cosine_top: float
    # bool of shape (w, m): which words each has; float32 of shape (w,): how rare each is; bool of shape (w,): whether
    # the word is part of a phrase that names a kind of thing.
    has: np.ndarray
    rarity: np.ndarray
    naming: np.ndarray
    # bool of shape (m,).
    of_kind: np.ndarray
    of_brand: np.ndarray
    # float32 of shape (m,): 1 within the usual prices of the kind named, less the farther; 0 without kind or price.
    price: np.ndarray


def features(columns: Columns) -> np.ndarray:
    """float32 of shape (m, len(FEATURES))."""
    import numpy as np

    kind = columns.of_kind.astype(np.float32)
    dense = _part(columns.cosine, columns.cosine_top)
    kind_coverage = _coverage(columns.has | (columns.naming[:, None] & columns.of_kind), columns.rarity)
    others = ~columns.naming
    # "laptop" says nothing more of a laptop: then each of the kind has all there is to have.
    said_more = others.any() and columns.naming.any()
    modifiers = kind * (_coverage(columns.has[others], columns.rarity[others]) if said_more else 1)
    made = {
        "text": _part(columns.text, columns.text_top),
        "field": _part(columns.field, columns.field_top),
        "dense": dense,
        "coverage": _coverage(columns.has, columns.rarity),
        "kind_coverage": kind_coverage,
        "agreement": dense * kind_coverage,
        "kind": kind,
        "modifiers": modifiers,
        "brand": columns.of_brand.astype(np.float32),
        "price": columns.price,
    }
    return np.stack([made[name] for name in FEATURES], axis=1).astype(np.float32)


def _part(scores: np.ndarray, top: float) -> np.ndarray:
    return scores / top if top > 0 else scores * 0


def _coverage(has: np.ndarray, rarity: np.ndarray) -> np.ndarray:
    """float32 of shape (m,): the share of the words' rarity that each column of ``has`` holds."""
    import numpy as np

    total = float(rarity.sum())
    if total <= 0:
        return np.zeros(has.shape[1], dtype=np.float32)
    share: np.ndarray = rarity @ has.astype(np.float32) / total
    return share


class Ranker:
    """Weights for the features. Immutable."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        """``weights`` by feature name; a feature that is not named weighs nothing. They are scaled to a sum of 1."""
        total = sum(weights.values()) or 1.0
        self.weights = {name: weights.get(name, 0.0) / total for name in FEATURES}

    def scores(self, columns: Columns) -> np.ndarray:
        """float32 of shape (m,): what the query makes of each candidate, mostly 0 to 1.1."""
        import numpy as np

        learned = features(columns) @ np.array([self.weights[name] for name in FEATURES], dtype=np.float32)
        found: np.ndarray = learned + KIND * columns.of_kind.astype(np.float32)
        return found


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def shipped() -> Ranker:
    """The ranker that comes with the program."""
    return Ranker(_file()["weights"])


def unaware_of(text: str) -> Ranker:
    """The shipped ranker as it is without what it learned from the query ``text`` and its like: for measuring it.

    For a text that it did not learn from this is the shipped ranker itself.
    """
    weights = _file().get("left_out", {}).get(fingerprint(text))
    return shipped() if weights is None else Ranker(dict(zip(FEATURES, weights, strict=True)))


def fingerprint(text: str) -> str:
    """Names a query without showing it: the file holds none of the texts it was learned from."""
    return hashlib.sha256(" ".join(words(text)).encode()).hexdigest()[:16]


def standing(rating: np.ndarray, count: np.ndarray, out_of_stock: np.ndarray) -> np.ndarray:
    """float32 of shape (n,): what each product earns whatever the query: stars against the shop's mean, and its stock.

    ``rating`` is mean stars (NaN where there are none), ``count`` how many ratings it is the mean of. Few ratings are
    drawn to the mean of all (a Bayesian average), so one five-star rating is worth less than hundreds of 4.6.
    """
    import numpy as np

    rated = ~np.isnan(rating)
    behind = np.where(rated, np.maximum(count, 1), 0).astype(np.float64)
    if not behind.sum():
        return np.where(out_of_stock, -OUT_OF_STOCK, 0.0).astype(np.float32)
    stars = np.where(rated, rating, 0.0)
    mean = float((stars * behind).sum() / behind.sum())
    drawn = (stars * behind + mean * _RATINGS) / (behind + _RATINGS)
    found: np.ndarray = (RATING * (drawn - mean) / 4 - np.where(out_of_stock, OUT_OF_STOCK, 0.0)).astype(np.float32)
    return found
