"""What the attributes of a shop mean for products of one kind: the same word, or number, is another's elsewhere.

"Laser" of a printer is how it prints, of a mouse how it sees; "4 GB" of a graphics card is in an attribute of its own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from retrieval.lexicon import key, lexicon
from retrieval.measures import Quantity, attribute_key, in_unit, numbers, quantities, split_suffix, unit
from retrieval.nouns import noun_key, thesaurus
from retrieval.product import Kind, Product

# A kind shows what its attributes mean from so many products on, and so many of them tell enough.
_LEAST = 4
_ENOUGH = 50
# ... and so many for their amounts.
_PRINTED = 25
# A value is known from so many products of a kind on; values of more words, or letters, are free text.
_SEEN = 2
_WORDS = 3
_LETTERS = 30
# Of the holders of a value within a kind so many must have it in the same attribute.
_DECISIVE = 0.6
# A value marks a kind where so many of its products that state the attribute have the value, and so many of all.
_MARKS = 0.7
_STATED = 0.4
# What a lamp shows, a thing goes with or its box says is not what the thing is.
_BESIDE = re.compile(r"led_|indicator|suitable|compatib|certific|packag|country|supported|included|systems|cable_types")
# An attribute holds a measure where so many texts that print an amount of that sort print the attribute's own.
_AGREES = 0.6


@dataclass(frozen=True, slots=True)
class Typed:
    """The meaning of attributes by kind label. JSON-ready through ``to_dict``."""

    # Label -> key of a value -> the attribute that holds it.
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # Label -> the values that mark the kind: nearly all its products have them, so that they say what others are.
    marks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Label -> dimension -> (attribute, unit token), the most telling first.
    measures: Mapping[str, Mapping[str, Sequence[tuple[str, str]]]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-ready data."""
        measured = {
            label: {dimension: [list(pair) for pair in pairs] for dimension, pairs in found.items()}
            for label, found in self.measures.items()
        }
        return {
            "values": {label: dict(found) for label, found in self.values.items()},
            "marks": {label: list(found) for label, found in self.marks.items()},
            "measures": measured,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Typed:
        """The inverse of ``to_dict``."""
        measured = {
            label: {dimension: tuple((a, u) for a, u in pairs) for dimension, pairs in found.items()}
            for label, found in data["measures"].items()
        }
        return cls(data["values"], data["marks"], measured)

    def attribute(self, value: str, labels: Iterable[str]) -> str:
        """The attribute that holds ``value`` (a key) for products of these kinds, "" where none is known to."""
        found = Counter(self.values[label][value] for label in labels if value in self.values.get(label, ()))
        return found.most_common(1)[0][0] if found else ""

    def mark(self, value: str, labels: Iterable[str]) -> str:
        """The attribute in which ``value`` (a key) marks products of these kinds, "" where it marks none."""
        return self.attribute(value, [label for label in labels if value in self.marks.get(label, ())])

    def measuring(self, dimension: str, labels: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """(attribute, unit token) for amounts of ``dimension`` of products of these kinds, the most telling first."""
        pairs = [pair for label in labels for pair in self.measures.get(label, {}).get(dimension, ())]
        return tuple(dict.fromkeys(pairs))


def survey_kinds(products: Iterable[Product], kinds: Mapping[str, Kind]) -> Typed:
    """Reads what attributes mean off the products of each kind. Guessed kinds teach nothing."""
    shelves: defaultdict[str, list[Product]] = defaultdict(list)
    for product in products:
        kind = kinds.get(product.id)
        if kind is not None and not kind.guessed and len(shelves[kind.label]) < _ENOUGH:
            shelves[kind.label].append(product)
    kept = {label: shelf for label, shelf in sorted(shelves.items()) if len(shelf) >= _LEAST}
    values: dict[str, dict[str, str]] = {}
    marks: dict[str, list[str]] = {}
    measured: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {}
    for label, shelf in kept.items():
        found, telling = _values(shelf)
        if found:
            values[label], marks[label] = found, telling
        if amounts := _measured(shelf[:_PRINTED]):
            measured[label] = amounts
    return Typed(values, marks, measured)


@lru_cache(maxsize=65536)
def parts(value: str) -> frozenset[str]:
    """The keys of a listed value's parts ("Gold, Silver" -> "gold" and "silver"); none of a free text."""
    if len(value) > 3 * _LETTERS:
        return frozenset()
    listed = value.replace("\\n", ",").replace("\n", ",").replace(";", ",").replace("/", ",").split(",")
    keys = [key(part) for part in listed if part]
    found = [k for k in keys if 0 < len(k) <= _LETTERS and len(k.split()) <= _WORDS]
    return frozenset([*found, *(before for k in keys if (before := modifier(k)))])


@lru_cache(maxsize=16384)
def modifier(value: str) -> str:
    """The one word in front of the noun that a value (a key) ends in: "framed" of "framed display privacy filter"."""
    word, _, rest = value.partition(" ")
    head = thesaurus().head(noun_key(value)) if rest else None
    return word if head is not None and head == noun_key(rest) else ""


def _values(shelf: Sequence[Product]) -> tuple[dict[str, str], list[str]]:
    """The attribute of each value, and the values that mark the kind."""
    holders: defaultdict[str, Counter[str]] = defaultdict(Counter)
    present: Counter[str] = Counter()
    for product in shelf:
        for name, value in product.attributes.items():
            if isinstance(value, str) and not _BESIDE.search(attribute_key(name)):
                present[name] += 1
                for phrase in parts(value):
                    holders[phrase][name] += 1
    stop = lexicon().stop_words
    found, marks = {}, []
    for phrase, names in holders.items():
        said = phrase.split()
        if any(not p.isdigit() and len(p) > 1 and p not in stop for p in said):
            name, count = names.most_common(1)[0]
            if count >= _SEEN and count >= _DECISIVE * names.total():
                found[phrase] = name
                if count >= max(_MARKS * present[name], _STATED * len(shelf)):
                    marks.append(phrase)
    return found, marks


def _measured(shelf: Sequence[Product]) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each dimension the attributes whose numbers the texts of the products print with a unit of it."""
    # (dimension, attribute) -> products with both; (dimension, attribute, unit) -> those where they agree.
    seen: Counter[tuple[str, str]] = Counter()
    agreed: Counter[tuple[str, str, str]] = Counter()
    for product in shelf:
        said = list(quantities(f"{product.title} | {product.description[:120]}"))
        own = [(n, numbers(v)) for n, v in product.attributes.items() if not isinstance(v, bool)] if said else []
        dimensions = {q.unit.dimension for q in said}
        for name, stated in own:
            if not stated:
                continue
            for dimension in dimensions:
                units = _agreeing(name, stated, [q for q in said if q.unit.dimension == dimension])
                seen[dimension, name] += 1
                agreed.update((dimension, name, token) for token in units)
    found: defaultdict[str, list[tuple[float, str, str]]] = defaultdict(list)
    for (dimension, name, token), count in agreed.items():
        if count >= 3 and count >= _AGREES * seen[dimension, name]:
            found[dimension].append((-count, name, token))
    best: dict[str, tuple[tuple[str, str], ...]] = {}
    for dimension, rows in found.items():
        pairs: dict[str, str] = {}
        for _, name, token in sorted(rows):
            pairs.setdefault(name, token)
        best[dimension] = tuple(pairs.items())
    return best


def _agreeing(name: str, stated: Sequence[float], said: Sequence[Quantity]) -> set[str]:
    """Units in which the attribute's number is one of the amounts said."""
    _, suffix = split_suffix(attribute_key(name))
    found = set()
    for quantity in said:
        for token in {quantity.unit.token, suffix or quantity.unit.token}:
            if unit(token).dimension == quantity.unit.dimension:
                amount = in_unit(quantity.value, quantity.unit, token)
                if any(abs(amount - number) <= 1e-6 * max(1.0, abs(number)) for number in stated):
                    found.add(token)
    return found
