"""What a product's neighbours say it is: those of known kind that share its attributes, its words, its direction."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from retrieval.lexicon import lexicon
from retrieval.naming import Reading
from retrieval.nouns import noun_key
from retrieval.product import Kind, Product
from retrieval.text import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A label teaches from this many products on.
_TAUGHT = 3
_SMOOTH = 2.0
_SHAPE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9.\-]{4,12}")
# Evidence of one sort is not independent: each sort of feature counts as at most so many.
_AT_MOST = {"k": 7.0, "v": 5.0, "t": 8.0, "d": 3.0, "b": 1.0, "s": 1.0}
_STRONG = 2.0


class Neighbours:
    """A naive Bayes vote over the products whose title names their kind."""

    def __init__(
        self, products: Sequence[Product], labels: Sequence[str], vectors: NDArray[np.float32] | None = None
    ) -> None:
        self._features, size = _numbered([_features(p) for p in products])
        counts = Counter(label for label in labels if label)
        self._classes = sorted(label for label, n in counts.items() if n >= _TAUGHT)
        self._number = {label: n for n, label in enumerate(self._classes)}
        self._own = [self._number.get(label, -1) for label in labels]
        self._learn(size)

    def _learn(self, size: int) -> None:
        shape = (size, max(len(self._classes), 1))
        self._seen = np.zeros(shape, np.float32)
        self._total = np.zeros(shape[1], np.float32)
        for own, (ids, _) in zip(self._own, self._features, strict=True):
            if own >= 0:
                self._seen[ids, own] += 1.0
                self._total[own] += 1.0
        self._everywhere = (self._seen.sum(1, keepdims=True) + 0.5) / (self._total.sum() + 1.0)
        lift = (self._seen + _SMOOTH * self._everywhere) / ((self._total + _SMOOTH) * self._everywhere)
        self._lift = np.log(lift).astype(np.float32)
        self._prior = np.log((self._total + 0.5) / (self._total.sum() + 1.0))

    def scores(self, place: int) -> NDArray[np.float32]:
        """Log odds of every class for the product at ``place``, as if its own label were not known."""
        ids, weights = self._features[place]
        found = self._prior + weights @ self._lift[ids]
        own = self._own[place]
        if own >= 0:
            total = self._total[own] - 1.0
            base = self._everywhere[ids, 0]
            seen = self._seen[ids, own] - 1.0
            lift = np.log((seen + _SMOOTH * base) / ((total + _SMOOTH) * base))
            found[own] = math.log((total + 0.5) / (self._total.sum() + 1.0)) + weights @ lift
        return np.asarray(found, np.float32)

    def judge(self, place: int, reading: Reading) -> Kind:
        """The kind of the product at ``place``, whose own words give ``reading``."""
        if not self._classes:
            return Kind(reading.label, reading.options[0].source, 0.6) if reading.options else Kind("", "title", 0.0)
        scores = self.scores(place)
        top = int(scores.argmax())
        rest = float(np.partition(scores, -2)[-2]) if len(scores) > 1 else -math.inf
        margin = min(float(scores[top]) - rest, 20.0)
        best = None
        for option in reading.options:
            number = self._number.get(option.label)
            doubt = 6.0 if number is None else min(float(scores[top] - scores[number]), 20.0)
            value = option.weight - 0.3 * doubt
            if best is None or value > best[0]:
                best = (value, option, doubt)
        if best is None:
            return Kind(self._classes[top], "neighbours", _squash(margin))
        value, option, doubt = best
        if value < -3.0 and margin > 3.0:
            return Kind(self._classes[top], "neighbours", _squash(margin - 2.0))
        return Kind(option.label, option.source, max(0.5, min(0.98, 0.9 + 0.04 * option.weight - 0.03 * doubt)))


def _squash(margin: float) -> float:
    return round(0.4 + 0.5 * (1.0 - math.exp(-margin / 5.0)), 3)


def _features(product: Product) -> list[str]:
    found = [f"b:{product.brand.casefold()}"]
    for name, value in product.attributes.items():
        found.append(f"k:{name}")
        if isinstance(value, str) and len(value) <= 30:
            found.append(f"v:{name}={value.casefold()}")
    for word in words(product.title)[:24]:
        found.append(f"t:{re.sub(r'[0-9.]+', '#', word)}")
    for word in words(product.description[:200])[:24]:
        found.append(f"d:{re.sub(r'[0-9.]+', '#', word)}")
    for code in _SHAPE.findall(product.title)[:2]:
        found.append(f"s:{product.brand.casefold()} {re.sub(r'[0-9]', '9', re.sub(r'[a-z]', 'a', code))}")
    stop = lexicon().stop_words
    return [f for f in dict.fromkeys(found) if f[2:] not in stop]


def _numbered(rows: list[list[str]]) -> tuple[list[tuple[NDArray[np.int64], NDArray[np.float32]]], int]:
    """Features as numbers with weights; those of one product alone are dropped."""
    counts = Counter(f for row in rows for f in row)
    number = {f: n for n, f in enumerate(f for f, c in counts.items() if c > 1)}
    found = []
    for row in rows:
        kept = [f for f in row if f in number]
        sorts = Counter(f[0] for f in kept)
        weights = [min(1.0, _AT_MOST[f[0]] / sorts[f[0]]) for f in kept]
        found.append((np.array([number[f] for f in kept], np.int64), np.array(weights, np.float32)))
    return found, len(number)


def head_of(label: str) -> str:
    """The head noun of a label."""
    key = noun_key(label)
    return key[-1] if key else ""
