"""A question to the shelf and its answer, as plain values."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from typing import Literal

from retrieval.measures import amounts_in, is_number, numbers
from retrieval.product import AttributeValue, Kind, Product
from retrieval.text import words
from retrieval.typed import parts

# A feature that a record names only to say that the thing lacks it, or that it costs extra.
_LACKS = re.compile(r"(?:n|no|none|not .*|without.*|manual\b.*|n/a|-)|.*\boptional\b.*", re.IGNORECASE | re.DOTALL)


def product_words(product: Product) -> str:
    """Every normalised word a condition may match, as one space-padded string: title, description, attribute values.

    A true flag counts by its name (``waterproof: true`` matches "waterproof"), a false one not at all; nor does the
    name of an attribute whose text says that it is lacking ("duplex options: optional").
    """
    tokens = [words(part) for part in (product.title, product.description, product.brand, product.category)]
    for name, value in product.attributes.items():
        label = name.replace("_", " ")
        if value is True:
            tokens.append(_common_words(label))
        elif value is not False:
            lacking = isinstance(value, str) and _LACKS.fullmatch(value)
            tokens.append(_common_words(value if lacking else f"{label} {value}"))
    return f" {' '.join(chain.from_iterable(tokens))} "


# What an attribute says is said by many products.
_common_words = lru_cache(maxsize=1 << 15)(words)


@dataclass(frozen=True, slots=True)
class Condition:
    """One checkable wish about a product: by attribute where it has one of these, else by its words.

    ``Condition("16 GB RAM", ("internal_memory",), "=", 16)`` looks at ``internal_memory`` and, where a product
    lacks it, for all words of the phrase in the product's own words.
    """

    # The wish as the shopper said it.
    phrase: str
    # Names of attributes that decide, the first one present wins.
    attributes: tuple[str, ...] = ()
    op: Literal["=", ">=", "<="] = "="
    value: AttributeValue | None = None
    # Word sets any of which satisfies the wish when no attribute decides; () means the phrase's own words. A member of
    # a set may be several words with single spaces ("usb c"): these stand side by side.
    any_of: tuple[tuple[str, ...], ...] = ()
    # Look for the words in the title alone: what a thing is stands there, what it goes with stands in the description.
    title_only: bool = False
    # With "=" on a number: everything from ``value`` to this counts as equal ("17 inch" is 17 to 17.9).
    upto: float | None = None
    # The unit of a numeric ``value`` as ``retrieval.text.words`` writes it ("gb"): in an attribute that is text
    # ("16 GB DDR4") the amounts in such a unit are what is compared.
    unit: str = ""
    # (attribute, what one of its own units is in that of ``value``): ("weight_g", 0.001) for kilograms; absent means 1.
    scales: tuple[tuple[str, float], ...] = ()
    # (attribute, the greatest of its numbers that is believed): feeds mix units, and 2048 of memory beside 16 is no
    # 2048 GB. A greater one meets no wish.
    believed: tuple[tuple[str, float], ...] = ()
    # Keys one of which an attribute that is text must be, or list as a whole: a "Micro ATX" board is no "ATX" one.
    whole: tuple[str, ...] = ()
    # Wishes that do as well: "blue or red".
    others: tuple[Condition, ...] = ()

    @property
    def stated(self) -> bool:
        """Whether an attribute can decide it."""
        return bool(self.attributes) or any(other.stated for other in self.others)

    def admits(self, product: Product, its_words: str | None = None) -> bool:
        """Whether ``product`` meets the wish. ``its_words`` is ``product_words(product)`` where already at hand."""
        return self._alone(product, its_words) or any(o.admits(product, its_words) for o in self.others)

    def met_by(self, product: Product) -> Condition | None:
        """The one of these wishes, this one or one of the others, that ``product`` meets; None where it meets none."""
        return next((c for c in (replace(self, others=()), *self.others) if c.admits(product)), None)

    def _alone(self, product: Product, its_words: str | None) -> bool:
        for name in self.attributes:
            if name in product.attributes:
                return self._holds(name, product.attributes[name])
        if self.title_only:
            text = f" {' '.join(words(product.title))} "
        else:
            text = product_words(product) if its_words is None else its_words
        return any(all(f" {w} " in text for w in group) for group in self.groups())

    def _holds(self, name: str, actual: AttributeValue) -> bool:
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)) or isinstance(actual, bool):
            if self.whole and isinstance(actual, str):
                return not parts(actual).isdisjoint(self.whole)
            return _compare(actual, self.op, self.value)
        if isinstance(actual, str):
            amounts = [float(actual)] if is_number(actual) else amounts_in(actual, self.unit)
        elif actual > dict(self.believed).get(name, math.inf):
            amounts = []
        else:
            amounts = [actual * dict(self.scales).get(name, 1.0)]
        return any(_compare(amount, self.op, self.value, self.upto) for amount in amounts)

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The word sets that are looked for where no attribute decides."""
        return self.any_of or (tuple(words(self.phrase)),)


def _compare(actual: AttributeValue, op: str, wanted: AttributeValue | None, upto: float | None = None) -> bool:
    if wanted is None:
        return False
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return actual is wanted
    if isinstance(actual, (int, float)) and isinstance(wanted, (int, float)):
        if op == "=" and upto is not None:
            return wanted - 1e-6 <= actual <= upto + 1e-6
        return actual >= wanted if op == ">=" else actual <= wanted if op == "<=" else abs(actual - wanted) < 1e-6
    if op != "=":
        return reaches(str(actual), op, str(wanted))
    # "Black, Gray" satisfies "black"; "Light magenta" satisfies "magenta": every wanted word must stand in the value.
    have, wish = words(str(actual)), words(str(wanted))
    if "on" in wish[1:-1]:
        # "Black on white" is not "white on black".
        return f" {' '.join(wish)} " in f" {' '.join(have)} "
    return all(w in have for w in wish)


def reaches(actual: str, op: str, wanted: str) -> bool:
    """Whether a size ("1600 x 1200") keeps to the bound by ``wanted`` in both its numbers; no other text does."""
    have, wish = numbers(actual), numbers(wanted)
    if len(have) != 2 or len(wish) != 2:
        return False
    return all(h >= w if op == ">=" else h <= w for h, w in zip(have, wish, strict=True))


@dataclass(frozen=True, slots=True)
class Filters:
    """What must hold for a product to be a hit at all. Prices are minor units of the shop's currency, inclusive."""

    price_min: int | None = None
    price_max: int | None = None
    # Brand names, compared without case; () means any.
    brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    # Kind labels, any of which fits; () means any. The shelf resolves a shopper's word to labels.
    kinds: tuple[str, ...] = ()
    # (labels of ``kinds``, what a product of such a kind must meet to count): a "laser printer" is also any printer
    # whose record says laser.
    provided: tuple[tuple[tuple[str, ...], Condition], ...] = ()
    # Whether a kind that only a product's neighbours suggest counts as well; else its own record must name it.
    guessed: bool = False
    # Attribute name -> exact value.
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    must: tuple[Condition, ...] = ()
    must_not: tuple[Condition, ...] = ()
    # Mean stars.
    min_rating: float | None = None
    # True keeps only what the feed states to be on hand.
    in_stock: bool = False

    def admits(self, product: Product, kind: Kind | None = None, its_words: str | None = None) -> bool:
        """Whether ``product`` of ``kind`` satisfies every filter. This is the definition; the shelf's masks equal it.

        A bound on something that the product lacks (no price, no rating, no stock figure) is not met.
        """
        price = None if product.price is None else product.price.minor
        if self.price_min is not None and (price is None or price < self.price_min):
            return False
        if self.price_max is not None and (price is None or price > self.price_max):
            return False
        brand = product.brand.casefold()
        if self.brands and brand not in {b.casefold() for b in self.brands}:
            return False
        if brand in {b.casefold() for b in self.not_brands}:
            return False
        if self.kinds and (kind is None or kind.label not in self.kinds or (kind.guessed and not self.guessed)):
            return False
        if self.min_rating is not None and (product.rating is None or product.rating < self.min_rating):
            return False
        if self.in_stock and not product.stock:
            return False
        if not all(
            _compare(product.attributes[n], "=", v) if n in product.attributes else False
            for n, v in self.attributes.items()
        ):
            return False
        must = [*self.must, *(c for labels, c in self.provided if kind is not None and kind.label in labels)]
        if not must and not self.must_not:
            return True
        text = product_words(product) if its_words is None else its_words
        return all(c.admits(product, text) for c in must) and not any(c.admits(product, text) for c in self.must_not)


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: words for the ranking, filters for what is allowed."""

    text: str
    k: int = 10
    filters: Filters = Filters()
    # Soft wishes: they move a hit up, and never out.
    prefer: tuple[Condition, ...] = ()
    order: Literal["relevance", "price_up", "price_down", "rating"] = "relevance"


@dataclass(frozen=True, slots=True)
class Hit:
    """One product found, with what its rank is made of."""

    product: Product
    kind: Kind | None
    score: float
    # Contribution name -> value, e.g. {"bm25": 7.1, "dense": 0.62, "prefer": 1}.
    parts: Mapping[str, float] = field(default_factory=dict)
