"""What the attributes of a shop mean for products of one kind: the same word, or number, is another's elsewhere.

"Laser" of a printer is how it prints, of a mouse how it sees; "4 GB" of a graphics card is in an attribute of its own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from retrieval.lexicon import key, lexicon
from retrieval.measures import Quantity, attribute_key, in_unit, is_number, numbers, quantities, split_suffix, unit
from retrieval.nouns import noun_key, thesaurus
from retrieval.product import Kind, Product
from retrieval.text import words

# A kind shows what its attributes mean from so many products on, and so many of them tell enough.
_LEAST = 4
_ENOUGH = 200
# ... and so many for their amounts.
_PRINTED = 25
# A value is known from so many products of a kind on; values of more words, or letters, are free text.
_SEEN = 2
_WORDS = 3
_LETTERS = 30
# Of the holders of a value within a kind so many must have it in the same attribute.
_DECISIVE = 0.6
# ... and an attribute of so many products of which this share have the value tells nothing apart.
_FEW = 10
_COMMON = 0.9
# A value marks a kind where so many of its products that state the attribute have the value, and so many of all.
_MARKS = 0.7
_STATED = 0.4
# What a lamp shows, a thing goes with or its box says is not what the thing is.
# "16:9", as a key.
_RATIO = re.compile(r"\d{1,2} \d{1,2}")
_BESIDE = re.compile(r"led_|indicator|suitable|compatib|certific|packag|country|supported|included|systems|cable_types")
# An attribute holds a measure where so many texts that print an amount of that sort print the attribute's own.
_AGREES = 0.6


@dataclass(frozen=True, slots=True)
class Typed:
    """The meaning of attributes by kind label. JSON-ready through ``to_dict``."""

    # Label -> key of a value -> the attributes that hold it, that of most products first.
    values: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    # Label -> the values that mark the kind: nearly all its products have them, so that they say what others are.
    marks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Label -> dimension -> (attribute, unit token), the most telling first.
    measures: Mapping[str, Mapping[str, Sequence[tuple[str, str]]]] = field(default_factory=dict)
    # Label -> attributes that hold a number, a size ("1600 x 1200") or a yes, with the share of its products that do.
    numbers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sizes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    flags: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    # Label -> attribute that holds a number -> the least, the middle and the greatest that its products have.
    spans: Mapping[str, Mapping[str, tuple[float, float, float]]] = field(default_factory=dict)
    # Label -> attribute that holds short texts -> the share of its products that have it.
    texts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-ready data."""
        measured = {
            label: {dimension: [list(pair) for pair in pairs] for dimension, pairs in found.items()}
            for label, found in self.measures.items()
        }
        return {
            "values": {label: {v: list(names) for v, names in found.items()} for label, found in self.values.items()},
            "marks": {label: list(found) for label, found in self.marks.items()},
            "measures": measured,
            "numbers": {label: dict(found) for label, found in self.numbers.items()},
            "sizes": {label: dict(found) for label, found in self.sizes.items()},
            "flags": {label: dict(found) for label, found in self.flags.items()},
            "spans": {label: {n: list(span) for n, span in found.items()} for label, found in self.spans.items()},
            "texts": {label: dict(found) for label, found in self.texts.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Typed:
        """The inverse of ``to_dict``."""
        measured = {
            label: {dimension: tuple((a, u) for a, u in pairs) for dimension, pairs in found.items()}
            for label, found in data["measures"].items()
        }
        # A shop of an earlier import has one attribute a value, and no shares.
        values = {
            label: {value: (names,) if isinstance(names, str) else tuple(names) for value, names in found.items()}
            for label, found in data["values"].items()
        }
        shares = (data.get("numbers", {}), data.get("sizes", {}), data.get("flags", {}))
        spans = {
            label: {name: (low, middle, high) for name, (low, middle, high) in found.items()}
            for label, found in data.get("spans", {}).items()
        }
        return cls(values, data["marks"], measured, *shares, spans, data.get("texts", {}))

    def attributes(self, value: str, labels: Iterable[str]) -> tuple[str, ...]:
        """The attributes that hold ``value`` (a key) for products of these kinds; () where none is known to."""
        found = Counter(tuple(self.values[label][value]) for label in labels if value in self.values.get(label, ()))
        return found.most_common(1)[0][0] if found else ()

    def names(self, labels: Iterable[str]) -> set[str]:
        """The attributes in which products of these kinds have values that shoppers may say."""
        return {name for label in labels for found in self.values.get(label, {}).values() for name in found}

    def texted(self, labels: Iterable[str]) -> set[str]:
        """The attributes in which products of these kinds have short texts, whether or not they say what a thing is."""
        labels = tuple(labels)
        return self.names(labels) | {name for label in labels for name in self.texts.get(label, ())}

    def mark(self, value: str, labels: Iterable[str]) -> tuple[str, ...]:
        """The attributes in which ``value`` (a key) marks products of these kinds; () where it marks none."""
        return self.attributes(value, [label for label in labels if value in self.marks.get(label, ())])

    def containing(self, value: str, labels: Iterable[str]) -> tuple[str, ...]:
        """The attributes of the known values that say ``value`` (a key) and more: "lock_type" of "dial" in "dial lock".

        () where values of several attributes do.
        """
        wanted = words(value)
        every, ending = set(), set()
        for label in labels:
            for phrase, names in self.values.get(label, {}).items():
                said = words(phrase)
                if set(wanted) < set(said):
                    every.add(tuple(names))
                    ending.update([tuple(names)] if said[-len(wanted) :] == wanted else [])
        # "Coffee pod" is a pod, and "pod coffee machine" none.
        return next((next(iter(found)) for found in (every, ending) if len(found) == 1), ())

    def narrower(self, value: str, labels: Iterable[str]) -> bool:
        """Whether another value of its attribute ends in ``value`` (a key) and is another sort: "micro atx"."""
        for label in labels:
            known = self.values.get(label, {})
            own = known.get(value, ())
            if any(p.endswith(f" {value}") and set(names) & set(own) for p, names in known.items()):
                return True
            if any(p != value and p.endswith(value) and set(names) & set(own) for p, names in known.items()):
                return True
        return False

    def shares(self, what: Literal["numbers", "sizes", "flags"], labels: Iterable[str]) -> dict[str, float]:
        """Attribute -> the greatest share of the products of one of these kinds that have such a value there."""
        table: Mapping[str, Mapping[str, float]] = getattr(self, what)
        found: dict[str, float] = {}
        for label in labels:
            for name, share in table.get(label, {}).items():
                found[name] = max(share, found.get(name, 0.0))
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def span(self, name: str, labels: Iterable[str]) -> tuple[float, float, float]:
        """The least, a middle and the greatest number above 0 in an attribute of products of these kinds; else 0s."""
        found = [self.spans[label][name] for label in labels if name in self.spans.get(label, {})]
        if not found:
            return 0.0, 1.0, 0.0
        return min(f[0] for f in found), found[0][1], max(f[2] for f in found)

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
    values: dict[str, dict[str, tuple[str, ...]]] = {}
    marks: dict[str, list[str]] = {}
    measured: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {}
    for label, shelf in kept.items():
        found, telling = _values(shelf)
        if found:
            values[label], marks[label] = found, telling
        if amounts := _measured(shelf[:_PRINTED]):
            measured[label] = amounts
    held = {label: _shares(shelf) for label, shelf in kept.items()}
    numbers_, sizes, flags, texts = ({label: found[n] for label, found in held.items() if found[n]} for n in range(4))
    spans = {label: _spans(kept[label], names) for label, names in numbers_.items()}
    return Typed(values, marks, measured, numbers_, sizes, flags, spans, texts)


def _spans(shelf: Sequence[Product], names: Iterable[str]) -> dict[str, tuple[float, float, float]]:
    """The least, the middle and the greatest of the positive numbers in each attribute."""
    found = {}
    for name in names:
        held = [v for p in shelf if (v := p.attributes.get(name)) is not None and not isinstance(v, bool)]
        stated = sorted(f for v in held if not isinstance(v, str) or is_number(v) if (f := float(v)) > 0)
        if stated:
            found[name] = (stated[0], stated[len(stated) // 2], stated[-1])
    return found


def _shares(shelf: Sequence[Product]) -> tuple[dict[str, float], ...]:
    """The shares of the products that have a number, a size, a yes, and a short text, by the attribute."""
    counted: tuple[Counter[str], ...] = (Counter(), Counter(), Counter(), Counter())
    for product in shelf:
        for name, value in product.attributes.items():
            if isinstance(value, bool):
                counted[2][name] += value
            elif isinstance(value, str) and not is_number(value):
                counted[1][name] += len(numbers(value)) == 2
                counted[3][name] += bool(parts(value))
            else:
                counted[0][name] += 1
    return tuple(
        {name: round(count / len(shelf), 2) for name, count in sorted(found.items()) if count >= _SEEN}
        for found in counted
    )


@lru_cache(maxsize=65536)
def parts(value: str) -> frozenset[str]:
    """The keys of a listed value's parts ("Gold, Silver" -> "gold" and "silver"); none of a free text."""
    if len(value) > 3 * _LETTERS:
        return frozenset()
    listed = value.replace("\\n", ",").replace("\n", ",").replace(";", ",").replace("/", ",").split(",")
    # What stands in brackets only says more of it: "LGA 1156 (Socket H)".
    said = [piece for part in listed for piece in (part, part.partition("(")[0])]
    keys = [key(part) for part in said if part]
    found = [k for k in keys if 0 < len(k) <= _LETTERS and len(k.split()) <= _WORDS]
    return frozenset([*found, *(before for k in keys if (before := modifier(k)))])


@lru_cache(maxsize=16384)
def modifier(value: str) -> str:
    """The one word in front of the noun that a value (a key) ends in: "framed" of "framed display privacy filter"."""
    word, _, rest = value.partition(" ")
    head = thesaurus().head(noun_key(value)) if rest else None
    return word if head is not None and head == noun_key(rest) else ""


def _values(shelf: Sequence[Product]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The attributes of each value, and the values that mark the kind."""
    holders: defaultdict[str, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    present: defaultdict[str, set[int]] = defaultdict(set)
    for n, product in enumerate(shelf):
        for name, value in product.attributes.items():
            if isinstance(value, str) and not _BESIDE.search(attribute_key(name)):
                present[name].add(n)
                for phrase in parts(value):
                    holders[phrase][name].add(n)
    stop = lexicon().stop_words
    found, marks = {}, []
    for phrase, names in holders.items():
        said = phrase.split()
        if _RATIO.fullmatch(phrase) or any(not p.isdigit() and len(p) > 1 and p not in stop for p in said):
            own = _deciding(names, present)
            if own:
                found[phrase] = own
                if len(names[own[0]]) >= max(_MARKS * len(present[own[0]]), _STATED * len(shelf)):
                    marks.append(phrase)
    return found, marks


def _deciding(names: Mapping[str, set[int]], present: Mapping[str, set[int]]) -> tuple[str, ...]:
    """The attribute that most holders of a value have it in; else those that say the same."""
    # What nearly all have tells nothing apart: "ATX" as the power plug of motherboards.
    telling = {n: held for n, held in names.items() if len(held) < _COMMON * len(present[n]) or len(present[n]) < _FEW}
    names = telling or names
    ordered = sorted(names, key=lambda name: (-len(names[name]), name))
    best, total = ordered[0], sum(map(len, names.values()))
    if len(names[best]) < _SEEN:
        return ()
    if len(names[best]) >= _DECISIVE * total:
        return (best,)
    agreeing = [best]
    for name in ordered[1:]:
        both = present[name] & present[best]
        if 2 * len(names[name] & names[best]) >= len(both & (names[name] | names[best])) > 0:
            agreeing.append(name)
    return tuple(agreeing) if sum(len(names[n]) for n in agreeing) >= _DECISIVE * total else ()


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
