"""What a product has that somebody may like or dislike, and how common that is among products like it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from assistant.grounding.lists import listed
from retrieval.lexicon import key, lexicon
from retrieval.product import Kind, Product
from retrieval.text import words

# Words of one attribute's value that are looked at: what is longer is a description.
_LONGEST = 6


class Trait(NamedTuple):
    """Something that products have in common."""

    # "brand", "colour", "material", "feature", or the name of an attribute.
    facet: str
    # As the feed writes it, in small letters but for makers: "navy", "machine washable".
    value: str

    @property
    def entry(self) -> str:
        """What a person types to name it: "colour:navy"."""
        return f"{self.facet}:{'-'.join(self.value.casefold().split())}"


def traits(product: Product) -> frozenset[Trait]:
    """Maker, colours, materials and stated features of ``product``."""
    return _traits(product)[0]


def lacks(product: Product) -> frozenset[Trait]:
    """The features that the record says ``product`` has not."""
    return _traits(product)[1]


def departments(product: Product) -> tuple[str, ...]:
    """The feed's category from the top down; () where it has none."""
    return tuple(part.strip() for part in product.category.split(">") if part.strip())


def _traits(product: Product) -> tuple[frozenset[Trait], frozenset[Trait]]:
    return _read(product.brand, tuple((k, v) for k, v in product.attributes.items() if isinstance(v, bool | str)))


@lru_cache(maxsize=50_000)
def _read(brand: str, attributes: tuple[tuple[str, bool | str], ...]) -> tuple[frozenset[Trait], frozenset[Trait]]:
    found = {Trait("brand", brand)} if brand else set()
    missing: set[Trait] = set()
    for name, value in attributes:
        if isinstance(value, bool):
            usual = lexicon().flags.get(key(name.replace("_", " ")), (name.replace("_", " "),))[0]
            (found if value else missing).add(Trait("feature", usual))
        elif len(value.split()) <= _LONGEST:
            found.update(_plain(name, value))
    return frozenset(found), frozenset(missing)


def _plain(name: str, value: str) -> Iterator[Trait]:
    """Colours and materials by what the words mean, whatever the attribute is called: a handle of oak is oak."""
    if spellings := lexicon().flags.get(key(value)):
        yield Trait("feature", spellings[0])
    told = value.casefold().replace(",", " ").replace("/", " ").split()
    for before, word in zip(("", *told), told, strict=False):
        stem = next(iter(words(word)), "")
        # "Faux leather" is no leather.
        if before in listed("turns"):
            continue
        if "colo" in name and stem in _stems("colours"):
            yield Trait("colour", word)
        elif stem in _stems("materials"):
            yield Trait("material", word)


@cache
def _stems(kind: str) -> frozenset[str]:
    phrases = lexicon().colours if kind == "colours" else lexicon().materials
    return frozenset(stems[0] for phrase in phrases if len(stems := words(phrase)) == 1)


class Shares:
    """How common each trait is among the products that somebody chose one of."""

    def __init__(self, products: Iterable[Product], kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        self._members: dict[str, list[Product]] = {}
        for product in products:
            self._members.setdefault(self.group(product), []).append(product)
        self._counted: dict[str, Mapping[Trait, float]] = {}
        self._prices: dict[str, list[int]] = {}

    def group(self, product: Product) -> str:
        """What ``product`` is compared within: the feed's category, else what the product is called."""
        kind = self._kinds.get(product.id)
        return product.category or (kind.label if kind else "")

    def of(self, product: Product) -> Mapping[Trait, float]:
        """Trait -> the share of the products of this group that have it, 0 to 1."""
        group = self.group(product)
        if group not in self._counted:
            members = self._members.get(group, [])
            counts = Counter(trait for member in members for trait in traits(member))
            self._counted[group] = {trait: n / len(members) for trait, n in counts.items()}
        return self._counted[group]

    def dearness(self, product: Product) -> float | None:
        """Where its price stands among those of its group, 0 the cheapest, 1 the dearest; None where that says nothing.

        Prices in another currency than the product's own are left out.
        """
        if product.price is None:
            return None
        group = self.group(product)
        if group not in self._prices:
            members = self._members.get(group, [])
            same = [m.price.minor for m in members if m.price and m.price.currency == product.price.currency]
            self._prices[group] = sorted(same)
        prices = self._prices[group]
        if len(prices) < 3 or prices[0] == prices[-1]:
            return None
        below = sum(price < product.price.minor for price in prices)
        equal = sum(price == product.price.minor for price in prices)
        return (below + equal / 2) / len(prices)
