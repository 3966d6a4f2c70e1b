"""What a simulated shopper is after: a sort of thing and hidden wishes about it, drawn from the feed's own values."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from retrieval.product import Product

Kind = Literal["price_max", "price_min", "brand", "not_brand", "value", "least", "most", "flag"]
# Products that a sort needs, so that there is something to choose from; a phrase of titles needs more to be a sort.
_SORT, _PHRASE = 8, 25
# Share of a sort's products that a wish may leave: fewer is luck, more is no wish.
_NARROW, _WIDE = 0.05, 0.7
# Products that all wishes together leave at least.
_FITS = 2
# An attribute is worth a wish where this share of the sort has it.
_COMMON = 0.4
_WORD = re.compile(r"[A-Za-z][A-Za-z-]*")
# Words that make no noun of their neighbours.
_JOINTS = {"with", "for", "and", "from", "that"}
# What stands in records for the sake of carriers and offices; nobody shops by it.
_OFFICE = re.compile(r"package|packag|master|outer|carton|pallet|imperial|country|code|harmonized|certif|compliance")
# Attributes in which a feed without categories says what a thing is.
_TYPE = "product_type"


@dataclass(frozen=True, slots=True)
class Want:
    """One hidden wish: what must hold of a product."""

    kind: Kind
    # Name of the attribute for "value", "least", "most" and "flag"; "" for the others.
    field: str
    # Major units for a price.
    value: str | int | float | bool

    def met(self, product: Product) -> bool:
        """Whether ``product`` has it; what its record does not say, it does not have."""
        match self.kind:
            case "price_max":
                return product.price is not None and float(product.price.major) <= float(self.value)
            case "price_min":
                return product.price is not None and float(product.price.major) >= float(self.value)
            case "brand":
                return product.brand.casefold() == str(self.value).casefold()
            case "not_brand":
                return product.brand.casefold() != str(self.value).casefold()
        own = product.attributes.get(self.field)
        if self.kind == "flag":
            return own is True
        if self.kind == "value":
            return own is not None and _stands(str(self.value), str(own))
        number = isinstance(own, (int, float)) and not isinstance(own, bool)
        if not number:
            return False
        return float(own) >= float(self.value) if self.kind == "least" else float(own) <= float(self.value)  # type: ignore[arg-type]

    def check(self) -> dict[str, Any]:
        """The same as a predicate on a row of the feed, in the language of test sets."""
        match self.kind:
            case "price_max" | "price_min":
                return {self.kind: self.value}
            case "brand" | "not_brand":
                return {self.kind: [self.value]}
        op = {"flag": "=", "value": "says", "least": ">=", "most": "<="}[self.kind]
        return {"attr": [{"name": self.field, "op": op, "value": self.value}]}


@dataclass(frozen=True)
class Sort:
    """A sort of thing that a shop sells."""

    # As a shopper calls it: "running shoes", "toner cartridge".
    name: str
    products: tuple[Product, ...]
    # The predicate that says whether a row of the feed is one.
    check: Mapping[str, Any]

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of all of them."""
        return frozenset(p.id for p in self.products)


@dataclass(frozen=True, slots=True)
class Goal:
    """A sort and the wishes about it."""

    sort: Sort
    wants: tuple[Want, ...]
    # Looks for the cheapest of what fits.
    thrifty: bool = False

    def met(self, product: Product) -> bool:
        """Whether ``product`` is of the sort and meets every wish."""
        return product.id in self.sort.ids and all(w.met(product) for w in self.wants)

    def fits(self) -> list[Product]:
        """The products that meet everything."""
        return [p for p in self.sort.products if all(w.met(p) for w in self.wants)]

    def check(self, wants: Iterable[Want] | None = None) -> dict[str, Any]:
        """Sort and wishes (all, or ``wants``) as one predicate."""
        return {"all": [dict(self.sort.check), *(w.check() for w in (self.wants if wants is None else wants))]}

    def worth(self, product: Product | None) -> float:
        """0 to 1: the share of the wishes met; who is thrifty lets the price within the sort count a fifth.

        Nothing, and a thing of another sort, is worth 0.
        """
        if product is None or product.id not in self.sort.ids:
            return 0.0
        share = sum(w.met(product) for w in self.wants) / max(len(self.wants), 1)
        if not self.thrifty or product.price is None:
            return share
        prices = [p.price.minor for p in self.sort.products if p.price]
        return 0.8 * share + 0.2 * sum(m > product.price.minor for m in prices) / len(prices)

    def regret(self, product: Product | None) -> float:
        """What the best product of the shop is worth more than ``product``."""
        return max(self.worth(p) for p in self.sort.products) - self.worth(product)


def sorts(products: Sequence[Product]) -> list[Sort]:
    """The sorts that a feed tells apart by itself, by name.

    By its categories; where it has none, by an attribute that says the type, and by names of two or three small words
    that many titles carry ("toner cartridge").
    """
    found: dict[str, list[Product]] = defaultdict(list)
    checks: dict[str, dict[str, Any]] = {}
    for product in products:
        for name, check in _names(product):
            found[name].append(product)
            checks[name] = check
    least = {name: _PHRASE if "title_any" in check else _SORT for name, check in checks.items()}
    return [Sort(name, tuple(found[name]), checks[name]) for name in sorted(found) if len(found[name]) >= least[name]]


def _names(product: Product) -> Iterator[tuple[str, dict[str, Any]]]:
    leaf = product.category.rpartition(">")[2].strip()
    if leaf:
        yield leaf.lower(), {"category": [leaf]}
        return
    kind = str(product.attributes.get(_TYPE, ""))
    if len(kind) > 3 and all(map(_WORD.fullmatch, kind.split())):
        yield kind.lower(), {"attr": [{"name": _TYPE, "op": "=", "value": kind}]}
    # Titles are printed in capitals, so a few small words in a row are a noun that the feed's makers put there.
    for small, run in groupby(product.title.split(), key=lambda w: len(w) > 2 and w.isalpha() and w.islower()):
        words = list(run)
        if small and 2 <= len(words) <= 3 and not set(words) & _JOINTS:
            yield " ".join(words), {"title_any": [" ".join(words)]}


def draw_goal(rng: random.Random, among: Sequence[Sort], wishes: Sequence[int] = (1, 2, 2, 3, 3)) -> Goal:
    """A goal that at least two products meet; raises ``ValueError`` where no sort of ``among`` has wishes to draw."""
    for _ in range(300):
        sort = rng.choice(among)
        goal = Goal(sort, (), rng.random() < 0.4)
        for _ in range(rng.choice(wishes)):
            if want := another(rng, goal):
                goal = replace(goal, wants=(*goal.wants, want))
        if goal.wants:
            return goal
    raise ValueError("The feed has no attributes that a shopper could wish for")


def another(rng: random.Random, goal: Goal, instead: Want | None = None) -> Want | None:
    """A further wish, about something that no wish is about; or another value of what ``instead`` is about."""
    kept = [w for w in goal.wants if w is not instead]
    taken = {subject(w) for w in kept}
    left = [p for p in goal.sort.products if all(w.met(p) for w in kept)]
    drawn = [w for w in _possible(rng, goal.sort.products) if subject(w) not in taken and w != instead]
    if instead is not None:
        drawn = [w for w in drawn if subject(w) == subject(instead) and w.kind == instead.kind]
    rng.shuffle(drawn)
    for want in drawn:
        count = sum(map(want.met, left))
        if count >= _FITS and (instead is not None or count <= _WIDE * len(left)):
            return want
    return None


def subject(want: Want) -> str:
    """What a wish is about: two of one subject would contradict each other."""
    return want.field or want.kind.removeprefix("not_").partition("_")[0]


def _possible(rng: random.Random, products: Sequence[Product]) -> list[Want]:
    """Wishes that part of ``products`` meets, a value or two a subject."""
    found: list[Want] = []
    prices = sorted(float(p.price.major) for p in products if p.price)
    if len(prices) >= _SORT:
        found += [Want("price_max", "", _round(prices[int(len(prices) * q)])) for q in (0.35, 0.5, 0.7)]
        found.append(Want("price_min", "", _round(prices[int(len(prices) * 0.3)])))
    makers = Counter(p.brand for p in products if p.brand)
    if len(makers) > 2:
        maker = rng.choice(sorted(makers))
        found += [Want("brand", "", maker), Want("not_brand", "", rng.choice(makers.most_common(3))[0])]
    values: dict[str, list[Any]] = defaultdict(list)
    for product in products:
        for name, value in product.attributes.items():
            values[name].append(value)
    for name, own in sorted(values.items()):
        if len(own) >= _COMMON * len(products) and _asked(name):
            found += _about(rng, name, own, len(products))
    return found


def _asked(name: str) -> bool:
    """Whether an attribute is one that people ask for: up to four plain words, and no office's."""
    words = name.split("_")
    return name != _TYPE and len(words) <= 4 and not _OFFICE.search(name) and all(map(_WORD.fullmatch, words))


def _about(rng: random.Random, name: str, values: Sequence[Any], of: int) -> Iterator[Want]:
    if all(isinstance(v, bool) for v in values):
        if _NARROW <= sum(values) / of <= _WIDE:
            yield Want("flag", name, True)
    elif all(isinstance(v, (int, float)) for v in values):
        ranked = sorted(set(values))
        if len(ranked) > 2:
            kind: Kind = rng.choice(("least", "most"))
            yield Want(kind, name, ranked[len(ranked) // 2 - (kind == "most")])
    else:
        counted = Counter(str(v) for v in values)
        usual = [v for v, n in sorted(counted.items()) if _NARROW <= n / of <= _WIDE and _plain(v)]
        yield from (Want("value", name, value) for value in rng.sample(usual, min(2, len(usual))))


def _plain(value: str) -> bool:
    """Whether people say it: up to three words without figures and marks."""
    words = value.split()
    said = len(value) > 2 and value.lower() not in ("yes", "included")
    return said and len(words) <= 3 and all(map(_WORD.fullmatch, words))


def _round(price: float) -> int:
    """As people name limits: to the next 5 above, to the next 50 from 200 on."""
    step = 50 if price >= 200 else 5
    return int(price // step + 1) * step


def _stands(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None
