"""Is a filtered search exact, and each explained no minimal? Random questions against a loop over every product.

The oracle judges one product at a time by the definition of a filter (``Filters.admits``); it shares nothing with the
columns, masks and indexes that a search runs on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from assistant.preferences import hard_wishes, to_filters, without
from assistant.relax import LARGEST, Relaxation, relaxations
from assistant.state import Preferences, Wish
from retrieval.product import AttributeValue, Product
from retrieval.query import Condition, Filters, Query, product_words

if TYPE_CHECKING:
    from retrieval.search import Shelf

_ORDERS = ("relevance", "relevance", "relevance", "price_up", "price_down", "rating")


@dataclass(frozen=True, slots=True)
class Fault:
    """A question that was not answered exactly."""

    # "outside": a hit breaks a filter; "lost": fewer hits than there are; "false empty": none though some satisfy;
    # "count"; "order"; and of an explained no "missing", "not minimal", "count", "not nearest", "breaks more".
    kind: str
    question: str


class Oracle:
    """Every product of a shelf, judged one by one."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.products = shelf.products(shelf.ids)
        self._kinds = [shelf.kind(p.id) for p in self.products]
        self._words = [product_words(p) for p in self.products]

    def right(self, filters: Filters) -> list[Product]:
        """The products that satisfy ``filters``."""
        judged = zip(self.products, self._kinds, self._words, strict=True)
        return [p for p, kind, said in judged if filters.admits(p, kind, said)]

    def answers(self, preferences: Preferences) -> bool:
        """Whether any product meets all the hard wishes."""
        plan = to_filters(preferences, self.shelf.vocabulary, self.shelf.currency)
        return self.shelf.count(plan.filters) > 0

    def search_faults(self, query: Query) -> Iterator[Fault]:
        """What is wrong with the shelf's answer to ``query``."""
        right = {p.id: p for p in self.right(query.filters)}
        hits = self.shelf.search(query)
        found = [hit.product.id for hit in hits]
        asked = repr(query)
        if any(id_ not in right for id_ in found):
            yield Fault("outside", asked)
        if right and not found:
            yield Fault("false empty", asked)
        elif len(set(found)) != min(query.k, len(right)) or len(set(found)) != len(found):
            yield Fault("lost", asked)
        if self.shelf.count(query.filters) != len(right):
            yield Fault("count", asked)
        if not _ordered([hit.product for hit in hits], query):
            yield Fault("order", asked)

    def relaxation_faults(self, preferences: Preferences) -> Iterator[Fault]:
        """What is wrong with the relaxations of wishes that nothing meets together."""
        asked = "; ".join(f"{w.slot} {w.value}" for w in preferences)
        found = {frozenset(r.dropped): r for r in relaxations(self.shelf, preferences)}
        opened = self._smallest(preferences)
        if set(found) - set(opened):
            yield Fault("not minimal", asked)
        if set(opened) - set(found):
            yield Fault("missing", asked)
        for dropped, relaxation in found.items():
            if dropped in opened:
                yield from (Fault(kind, asked) for kind in _told_wrong(relaxation, opened[dropped], preferences))

    def _smallest(self, preferences: Preferences) -> dict[frozenset[Wish], list[Product]]:
        """Each smallest set of wishes whose giving up opens something, with what it opens."""
        wishes = hard_wishes(preferences)
        for size in range(1, min(LARGEST, len(wishes)) + 1):
            opened = {}
            for dropped in combinations(wishes, size):
                rest = without(preferences, dropped)
                price_alone = all(w.slot in ("price_min", "price_max") for w in dropped)
                if (hard_wishes(rest) or price_alone) and all(w.slot != "category" for w in dropped):
                    plan = to_filters(rest, self.shelf.vocabulary, self.shelf.currency)
                    if right := self.right(plan.filters):
                        opened[frozenset(dropped)] = right
            if opened:
                return opened
        return {}


def _ordered(products: Sequence[Product], query: Query) -> bool:
    """Whether an answer by price or rating stands in that order, with what lacks it at the end."""
    if query.order == "relevance":
        return True
    if query.order == "rating":
        values: list[float | None] = [p.rating for p in products]
    else:
        values = [None if p.price is None else float(p.price.minor) for p in products]
    sign = 1 if query.order == "price_up" else -1
    keys = [(value is None, sign * (value or 0.0)) for value in values]
    return keys == sorted(keys)


def _told_wrong(relaxation: Relaxation, opened: list[Product], preferences: Preferences) -> Iterator[str]:
    if relaxation.count != len(opened):
        yield "count"
    ids = {p.id for p in opened}
    if any(card.product_id not in ids for card in relaxation.alternatives) or not relaxation.alternatives:
        yield "breaks more"
    slots = {w.slot for w in relaxation.dropped} & {"price_min", "price_max"}
    if len(slots) == 1 and (relaxation.nearest is None or relaxation.nearest.price is None):
        if any(p.price is not None for p in opened):
            yield "not nearest"
    elif len(slots) == 1 and relaxation.nearest is not None and relaxation.nearest.price is not None:
        bound = next(Decimal(str(w.value)) for w in relaxation.dropped if w.slot in slots)
        gaps = [abs(p.price.major - bound) for p in opened if p.price is not None]
        if abs(relaxation.nearest.price.major - bound) != min(gaps):
            yield "not nearest"


def random_query(rng: Random, products: Sequence[Product], kinds: Sequence[str]) -> Query:
    """A search with one to four filters. In most of them all come from one product, so that something satisfies."""
    anchor = rng.choice(products)
    given: dict[str, object] = {}
    for name in rng.sample(sorted(_DRAWN), rng.randint(1, 4)):
        source = anchor if rng.random() < 0.7 else rng.choice(products)
        given.update(_DRAWN[name](rng, source, kinds))
    text = " ".join(rng.sample(anchor.title.split(), min(len(anchor.title.split()), rng.randint(0, 3))))
    prefer = tuple(_condition(rng, anchor) for _ in range(rng.choice([0, 0, 1, 2])))
    return Query(text, rng.choice([1, 5, 10, 50, 400]), Filters(**given), prefer, rng.choice(_ORDERS))  # type: ignore[arg-type]


def _price(rng: Random, product: Product) -> int:
    return int((product.price.minor if product.price else 5000) * rng.choice([0.5, 0.9, 1, 1, 1.1, 2]))


def _condition(rng: Random, product: Product) -> Condition:
    """Words of the product, or one of its attributes compared with its own or a nearby value."""
    words = product_words(product).split()
    phrase = " ".join(rng.sample(words, min(len(words), rng.randint(1, 2)))) or "nothing"
    if not product.attributes or rng.random() < 0.4:
        return Condition(phrase, title_only=rng.random() < 0.3)
    name = rng.choice(sorted(product.attributes))
    value: AttributeValue = product.attributes[name]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = value * rng.choice([1, 1, 0.5, 2])
        return Condition(phrase, (name,), rng.choice(["=", ">=", "<="]), value)
    return Condition(phrase, (name,), "=", value)


def _attribute(rng: Random, product: Product) -> dict[str, AttributeValue]:
    if not product.attributes:
        return {}
    name = rng.choice(sorted(product.attributes))
    return {name: product.attributes[name]}


_DRAWN: dict[str, Callable[[Random, Product, Sequence[str]], dict[str, object]]] = {
    "price_min": lambda rng, p, kinds: {"price_min": _price(rng, p)},
    "price_max": lambda rng, p, kinds: {"price_max": _price(rng, p)},
    "brands": lambda rng, p, kinds: {"brands": tuple({p.brand, rng.choice([p.brand, p.brand.upper()])})},
    "not_brands": lambda rng, p, kinds: {"not_brands": (p.brand.lower(),)},
    "kinds": lambda rng, p, kinds: {"kinds": tuple(rng.sample(kinds, min(len(kinds), rng.randint(1, 3))))},
    "attributes": lambda rng, p, kinds: {"attributes": _attribute(rng, p)},
    "must": lambda rng, p, kinds: {"must": (_condition(rng, p),)},
    "must_not": lambda rng, p, kinds: {"must_not": (_condition(rng, p),)},
    "min_rating": lambda rng, p, kinds: {"min_rating": rng.choice([1.0, 3.0, 4.0, 4.5, 5.0])},
    "in_stock": lambda rng, p, kinds: {"in_stock": True},
}


def random_wishes(rng: Random, products: Sequence[Product], kinds: Sequence[str]) -> Preferences:
    """Two to five hard wishes of several products at once, so that they often contradict each other."""
    wishes: list[Wish] = []
    if kinds and rng.random() < 0.7:
        wishes.append(_wish("category", rng.choice(kinds)))
    for _ in range(rng.randint(2, 4)):
        source = rng.choice(products)
        price = Decimal(_price(rng, source)) / 100
        wishes.append(
            rng.choice(
                [
                    _wish("price_max", float(price)),
                    _wish("price_min", float(price)),
                    _wish("brand", source.brand),
                    _wish("not_brand", source.brand),
                    _wish("min_rating", rng.choice([3.0, 4.0, 4.8])),
                    _wish("feature", _said(rng, source)),
                    _wish("dislike", _said(rng, source)),
                ]
            )
        )
    single = {"price_max", "price_min", "min_rating"}
    kept = {(w.slot, "" if w.slot in single else str(w.value)): w for w in wishes if w.value != ""}
    return Preferences(tuple(kept.values()))


def _said(rng: Random, product: Product) -> str:
    values = [str(v) for v in product.attributes.values() if isinstance(v, str)] or [product.title]
    return " ".join(rng.choice(values).split()[:2])


def _wish(slot: str, value: str | float) -> Wish:
    return Wish(slot, value, True, f"{slot} {value}", 1)  # type: ignore[arg-type]
