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
from retrieval.naming import PLAIN, Option, Reading
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
_SHAPE = re.compile(r"(?=[^\s\d]{0,40}\d)(?=[^\sA-Za-z]{0,40}[A-Za-z])[A-Za-z0-9.\-]{4,12}")
# Attributes that name other things: those that the product goes with.
_MADE_FOR = re.compile(r"compatib|suitab|works?[ _]with|designed[ _]for|made[ _]for|^fits?(?:$|[ _])|^for(?:$|[ _])")
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
# The sorts of feature that are a product's own record of what it is: which attributes it has, and their values.
_OWN = "kv"
# A product whose attributes alone lead to a kind by so much, in log odds, is of that kind by its own record: of the
# products whose title names their kind, hidden from the vote, 0.98 and more were found so at this lead.
_ATTESTED = 12.0
# ... and by so much where a word of it names the kind as well, however faintly.
_SUPPORTED = 8.0
_BY_ATTRIBUTES = 0.97
# A word in capitals, or of a type attribute, gives way to attributes that lead elsewhere, where so many teach that.
_MANY = 20
# So many teach a class firmly, however they stand in their records; else two must stand there like type names.
_SEVERAL = 8


class Features:
    """What products can share, as numbers with weights."""

    def __init__(self, products: Sequence[Product], vectors: NDArray[np.float32] | None = None) -> None:
        named = [_features(p) for p in products]
        counts = Counter(f for row in named for f in row)
        number = {f: n for n, f in enumerate(f for f, c in counts.items() if c > 1)}
        self.size = len(number)
        self.rows: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
        # Of each row the part that is the product's own record.
        self.own: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
        for row in named:
            kept = [f for f in row if f in number]
            sorts = Counter(f[0] for f in kept)
            weights = [min(1.0, _AT_MOST[f[0]] / sorts[f[0]]) for f in kept]
            row_of = np.array([number[f] for f in kept], np.int64), np.array(weights, np.float32)
            self.rows.append(row_of)
            part = np.array([f[0] in _OWN for f in kept], np.bool_)
            self.own.append((row_of[0][part], row_of[1][part]))
        self.vectors = vectors


class Neighbours:
    """A naive Bayes vote over the products whose kind is known."""

    def __init__(self, features: Features, labels: Sequence[str], plain: Sequence[bool]) -> None:
        """``labels`` in the order of the products, "" where a product does not teach.

        ``plain`` tells which of them stand in the record like a type name and like nothing else.
        """
        self._features = features
        classes = [class_of(label) for label in labels]
        firm = Counter(c for c, sure in zip(classes, plain, strict=True) if sure)
        counts = Counter(c for c in classes if c)
        self._number = {c: n for n, c in enumerate(sorted(c for c, n in counts.items() if n >= _TAUGHT))}
        self._own = [self._number.get(c, -1) for c in classes]
        spoken: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for own, label in zip(self._own, labels, strict=True):
            spoken[own][label] += 1
        self._firm = [firm[c] >= _TAUGHT or counts[c] >= _SEVERAL for c in self._number]
        # A class goes by the commonest of its labels.
        self._label = [spoken[n].most_common(1)[0][0] for n in range(len(self._number))]
        self._keys = [noun_key(label) for label in self._label]
        self._same: dict[tuple[str, Key], NDArray[np.bool_]] = {}
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
        found = self._evidence(place, self._features.rows[place])
        if self._mean is not None and self._features.vectors is not None:
            found = found + _DIRECTION * (self._mean @ self._features.vectors[place])
        return np.asarray(found, np.float32)

    def _evidence(self, place: int, row: tuple[NDArray[np.int64], NDArray[np.float32]]) -> NDArray[np.float32]:
        ids, weights = row
        found = self._prior + weights @ self._lift[ids]
        own = self._own[place]
        if own >= 0:
            total = self._total[own] - 1.0
            lift = self._lifts(self._seen[ids, own] - 1.0, total, self._everywhere[ids, 0])
            found[own] = math.log((total + 0.5) / (self._total.sum() + 1.0)) + float(weights @ lift)
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
            return self._voted(place, reading, top, margin, scores)
        option, doubt = ranked[0]
        if option.weight < _PLAIN and option.weight - _PER_ODDS * doubt < _FAINT and margin > 3.0:
            return self._voted(place, reading, top, margin - 2.0, scores)
        if _gives_way(option, doubt) and self._outvotes(place, scores, top):
            return self._voted(place, reading, top, margin, scores)
        label = self._finer(place, scores, option.label)
        if option.open and not self._supports(place, option):
            return Kind(label, "neighbours", _sure(margin if doubt == 0.0 else 0.0))
        return Kind(label, option.source, _sure_of(option, doubt))

    def _outvotes(self, place: int, scores: NDArray[np.float32], top: int) -> bool:
        """Whether the attributes alone, and all the neighbours, lead to a kind that many teach."""
        sure = self._total[top] >= _MANY and self._lead(scores, top) >= _ATTESTED
        return bool(sure) and self._attests(place, top, _ATTESTED)

    def _voted(self, place: int, reading: Reading, top: int, margin: float, scores: NDArray[np.float32]) -> Kind:
        """The class ``top`` as the kind: by the product's own record where its attributes or its words say so too."""
        if self._attests(place, top, _ATTESTED) and self._lead(scores, top) > 0.0:
            return Kind(self._label[top], "attribute", _BY_ATTRIBUTES)
        for option in reading.options:
            if self._number.get(class_of(option.label)) == top and not option.open:
                return Kind(self._label[top], option.source, _sure_of(option, 0.0))
        return Kind(self._label[top], "neighbours", _sure(margin))

    def _supports(self, place: int, option: Option) -> bool:
        """Whether the attributes agree with the kind that ``option`` names."""
        own = self._number.get(class_of(option.label))
        return own is not None and self._attests(place, own, _SUPPORTED)

    def _attests(self, place: int, top: int, least: float) -> bool:
        """Whether the attributes alone put class ``top``, or one with its head noun, ``least`` before all others."""
        row = self._features.own[place]
        return self._firm[top] and len(row[0]) > 0 and self._lead(self._evidence(place, row), top) >= least

    def _lead(self, scores: NDArray[np.float32], top: int) -> float:
        """How far class ``top`` and those with its head noun are before all others, in log odds."""
        same = self._alike(class_of(self._label[top]), self._keys[top])
        return math.inf if same.all() else float(scores[same].max() - scores[~same].max())

    def _finer(self, place: int, scores: NDArray[np.float32], label: str) -> str:
        """``label``, or the narrower kind with the same head that the neighbours are sure of."""
        key = noun_key(label)
        if not _unspecific(key):
            return label
        finer = [n for n, other in enumerate(self._keys) if other[-1:] == key[-1:] and not _unspecific(other)]
        finer.sort(key=lambda n: -float(scores[n]))
        if not finer or (len(finer) > 1 and scores[finer[0]] - scores[finer[1]] < _FINER):
            return label
        if len(finer) == 1:
            # Nothing else could be meant, so that its own attributes must speak for it.
            own = self._evidence(place, self._features.own[place])
            others = own[~self._alike(class_of(label), key)]
            if own[finer[0]] - others.max(initial=-math.inf) < _FINER:
                return label
        return self._label[finer[0]]

    def _doubt(self, scores: NDArray[np.float32], option: Option) -> float:
        """How much likelier, in log odds, the neighbours find a kind with another head noun than the named one."""
        same = self._alike(class_of(option.label), noun_key(option.label))
        if not same.any():
            return _UNTAUGHT
        if same.all():
            return 0.0
        return float(np.clip(scores[~same].max() - scores[same].max(), 0.0, _MOST_DOUBT))

    def _alike(self, name: str, key: Key) -> NDArray[np.bool_]:
        """Which classes are ``name``, or a kind of it, or have the head noun of ``key``."""
        if (name, key) not in self._same:
            own = self._number.get(name)
            kinds = thesaurus().denotes(key)
            alike = [n == own or other[-1:] == key[-1:] or other in kinds for n, other in enumerate(self._keys)]
            self._same[name, key] = np.array(alike, np.bool_)
        return self._same[name, key]


def _unspecific(key: Key) -> bool:
    """Whether a kind says too little: "print cartridge" is one of ink or of toner."""
    return bool(key) and key[-1] in noun_words("unspecific") and set(key[:-1]) <= noun_words("saying_nothing")


def _gives_way(option: Option, doubt: float) -> bool:
    """Whether a word is so little like a type name that the product's attributes may overrule it."""
    single = len(noun_key(option.label)) == 1
    return single and option.weight < (PLAIN if doubt >= _MOST_DOUBT else 0.0) and doubt >= _UNTAUGHT


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
        if _MADE_FOR.search(name.casefold()):
            # What a thing is made for is not what it is.
            continue
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
