"""What a product's neighbours say it is: those of known kind that share its attributes, its words, its direction."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.lexicon import lexicon
from retrieval.naming import Option, Reading
from retrieval.nouns import Key, noun_key, noun_words, thesaurus
from retrieval.product import Kind, Product
from retrieval.text import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A label teaches from this many products on.
_TAUGHT = 2
# Strength of "as everywhere" in the share of a class that has a feature, in products.
_SMOOTH = 2.0
# A class of this many products lacks a feature for sure.
_LARGE = 100.0
_SHAPE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9.\-]{4,12}")
# Evidence of one sort is not independent: each sort of feature counts as at most so many.
# k attribute name, v attribute value, t title word, d description word, b brand, s shape of an article number.
_AT_MOST = {"k": 7.0, "v": 5.0, "t": 8.0, "d": 3.0, "b": 1.0, "s": 1.0}
# How much a cosine of 1 to a class's mean direction adds to its log odds.
_DIRECTION = 20.0
# What a log odds of 1 against a named kind takes from its weight, and the most that it can.
_PER_ODDS = 0.2
_MOST_DOUBT = 12.0
# Doubt in a kind that too few products share to be taught.
_UNTAUGHT = 6.0
# Of several narrower kinds the likeliest must lead the next by so much.
_FINER = 4.0
# A kind that is named so faintly gives way to a sure vote of the neighbours.
_FAINT = -2.6
# ... unless it stands there like a type name.
_PLAIN = 0.3


class Features:
    """What products can share, as numbers with weights."""

    def __init__(self, products: Sequence[Product], vectors: NDArray[np.float32] | None = None) -> None:
        named = [_features(p) for p in products]
        counts = Counter(f for row in named for f in row)
        number = {f: n for n, f in enumerate(f for f, c in counts.items() if c > 1)}
        self.size = len(number)
        self.rows: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
        for row in named:
            kept = [f for f in row if f in number]
            sorts = Counter(f[0] for f in kept)
            weights = [min(1.0, _AT_MOST[f[0]] / sorts[f[0]]) for f in kept]
            self.rows.append((np.array([number[f] for f in kept], np.int64), np.array(weights, np.float32)))
        self.vectors = vectors


class Neighbours:
    """A naive Bayes vote over the products whose kind is known."""

    def __init__(self, features: Features, labels: Sequence[str]) -> None:
        """``labels`` in the order of the products, "" where a product does not teach."""
        self._features = features
        classes = [class_of(label) for label in labels]
        counts = Counter(c for c in classes if c)
        self._number = {c: n for n, c in enumerate(sorted(c for c, n in counts.items() if n >= _TAUGHT))}
        self._own = [self._number.get(c, -1) for c in classes]
        spoken: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for own, label in zip(self._own, labels, strict=True):
            spoken[own][label] += 1
        # A class goes by the commonest of its labels.
        self._label = [spoken[n].most_common(1)[0][0] for n in range(len(self._number))]
        self._keys = [noun_key(label) for label in self._label]
        self._alike: dict[tuple[str, Key], NDArray[np.bool_]] = {}
        self._learn()

    def _learn(self) -> None:
        shape = (self._features.size, max(len(self._number), 1))
        self._seen = np.zeros(shape, np.float32)
        self._total = np.zeros(shape[1], np.float32)
        for own, (ids, _) in zip(self._own, self._features.rows, strict=True):
            if own >= 0:
                self._seen[ids, own] += 1.0
                self._total[own] += 1.0
        self._everywhere = (self._seen.sum(1, keepdims=True) + 0.5) / (self._total.sum() + 1.0)
        self._lift = self._lifts(self._seen, self._total, self._everywhere).astype(np.float32)
        self._prior = np.log((self._total + 0.5) / (self._total.sum() + 1.0)).astype(np.float32)
        self._mean = None
        if self._features.vectors is not None and self._number:
            taught = np.array(self._own)
            sums = np.zeros((shape[1], self._features.vectors.shape[1]), np.float32)
            np.add.at(sums, taught[taught >= 0], self._features.vectors[taught >= 0])
            self._mean = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)

    @staticmethod
    def _lifts(seen: Any, total: Any, everywhere: Any) -> Any:
        """Log of how much commoner features are in a class than everywhere.

        What a small class lacks counts as much against it as if it were large: else the rarest kinds, which miss
        nothing for sure, would win wherever little is known.
        """
        lift = np.log((seen + _SMOOTH * everywhere) / ((total + _SMOOTH) * everywhere))
        lacking = np.log((seen + _SMOOTH * everywhere) / ((np.maximum(total, _LARGE) + _SMOOTH) * everywhere))
        return np.where(lift < 0, lacking, lift)

    def scores(self, place: int) -> NDArray[np.float32]:
        """Log odds of every class for the product at ``place``, as if its own label were not known."""
        ids, weights = self._features.rows[place]
        found = self._prior + weights @ self._lift[ids]
        own = self._own[place]
        if own >= 0:
            total = self._total[own] - 1.0
            lift = self._lifts(self._seen[ids, own] - 1.0, total, self._everywhere[ids, 0])
            found[own] = math.log((total + 0.5) / (self._total.sum() + 1.0)) + float(weights @ lift)
        if self._mean is not None and self._features.vectors is not None:
            found = found + _DIRECTION * (self._mean @ self._features.vectors[place])
        return np.asarray(found, np.float32)

    def judge(self, place: int, reading: Reading) -> Kind:
        """The kind of the product at ``place``, whose own words give ``reading``."""
        if not self._number:
            return Kind(reading.label, reading.options[0].source, 0.6) if reading.options else Kind("", "title", 0.0)
        scores = self.scores(place)
        top = int(scores.argmax())
        margin = float(scores[top] - np.partition(scores, -2)[-2]) if len(scores) > 1 else _MOST_DOUBT
        margin = min(margin, _MOST_DOUBT)
        doubts = [self._doubt(scores, option) for option in reading.options]
        ranked = sorted(
            zip(reading.options, doubts, strict=True), key=lambda pair: _PER_ODDS * pair[1] - pair[0].weight
        )
        if not ranked:
            return Kind(self._label[top], "neighbours", _sure(margin))
        option, doubt = ranked[0]
        if option.weight < _PLAIN and option.weight - _PER_ODDS * doubt < _FAINT and margin > 3.0:
            return Kind(self._label[top], "neighbours", _sure(margin - 2.0))
        return Kind(self._finer(scores, option.label), option.source, _sure_of(option, doubt))

    def _finer(self, scores: NDArray[np.float32], label: str) -> str:
        """``label``, or the narrower kind with the same head that the neighbours are sure of."""
        key = noun_key(label)
        own = self._number.get(class_of(label))
        if own is None or key[-1] not in noun_words("unspecific"):
            return label
        kinds = thesaurus().denotes(key)
        finer = [n for n, other in enumerate(self._keys) if n != own and other in kinds and other[-1:] == key[-1:]]
        finer.sort(key=lambda n: -float(scores[n]))
        if not finer or (len(finer) > 1 and scores[finer[0]] - scores[finer[1]] < _FINER):
            return label
        return self._label[finer[0]]

    def _doubt(self, scores: NDArray[np.float32], option: Option) -> float:
        """How much likelier, in log odds, the neighbours find a kind with another head noun than the named one."""
        same = self._same_head(class_of(option.label), noun_key(option.label)[-1:])
        if not same.any():
            return _UNTAUGHT
        if same.all():
            return 0.0
        return float(np.clip(scores[~same].max() - scores[same].max(), 0.0, _MOST_DOUBT))

    def _same_head(self, name: str, head: Key) -> NDArray[np.bool_]:
        """Which classes are ``name`` or have the head noun ``head``."""
        if (name, head) not in self._alike:
            own = self._number.get(name)
            alike = [n == own or key[-1:] == head for n, key in enumerate(self._keys)]
            self._alike[name, head] = np.array(alike, np.bool_)
        return self._alike[name, head]


@cache
def class_of(label: str) -> str:
    """What a label teaches: the noun whose synonym it is."""
    line = thesaurus().line(noun_key(label)) if label else None
    return line.name if line else label


def _sure(margin: float) -> float:
    """The confidence of a vote by its lead in log odds; set so that it equals the share of right head nouns."""
    return round(0.4 + 0.42 * (1.0 - math.exp(-max(margin, 0.0) / 6.0)), 3)


def _sure_of(option: Option, doubt: float) -> float:
    """The confidence of a named kind; set so that it equals the share of right head nouns."""
    base = 0.97 if option.source == "title" else 0.9
    return round(min(max(base + 0.01 * option.weight - 0.015 * doubt, 0.5), 0.99), 3)


def _features(product: Product) -> list[str]:
    found = [f"b:{product.brand.casefold()}"]
    for name, value in product.attributes.items():
        found.append(f"k:{name}")
        if isinstance(value, str) and len(value) <= 30:
            found.append(f"v:{name}={value.casefold()}")
    # The brand votes once, not again by each of its words.
    maker = set(words(product.brand))
    for word in (w for w in words(product.title)[:24] if w not in maker):
        found.append(f"t:{re.sub(r'[0-9.]+', '#', word)}")
    for word in (w for w in words(product.description[:200])[:24] if w not in maker):
        found.append(f"d:{re.sub(r'[0-9.]+', '#', word)}")
    for code in _SHAPE.findall(product.title)[:2]:
        found.append(f"s:{product.brand.casefold()} {re.sub(r'[0-9]', '9', re.sub(r'[a-z]', 'a', code))}")
    stop = lexicon().stop_words
    return [f for f in dict.fromkeys(found) if f[2:] not in stop]
