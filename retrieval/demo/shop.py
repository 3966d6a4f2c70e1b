"""Products of the specification: facts from the line's id, stock and words from the product's own."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.demo.chance import bell, between, roll
from retrieval.demo.prose import describe, fill
from retrieval.demo.spec import Category, Line, Spec, slug
from retrieval.demo.traits import LEVELS
from retrieval.product import AttributeValue

# Each brand ends its prices in its own way.
_ENDINGS = (99, 95, 90, 0)


@dataclass(frozen=True, slots=True)
class Item:
    """A product before its reviews are written."""

    id: str
    category: Category
    line: Line
    # Which edition of the shop brought it, from 1.
    edition: int
    title: str
    description: str
    price_cents: int
    attributes: dict[str, AttributeValue]
    stock: int
    codes: tuple[str, ...]
    # What customers find on average, 1 to 5 stars; no field of the feed, but its ratings and reviews follow it.
    quality: float


def items(spec: Spec, seed: int) -> Iterator[Item]:
    """Every product, in the order of the specification."""
    for category in spec.categories:
        for line in category.lines:
            for colour, edition in line.makes:
                yield _item(spec, category, line, colour, edition, seed)


def _item(spec: Spec, category: Category, line: Line, colour: str, edition: int, seed: int) -> Item:
    identity = f"{line.id}-{slug(colour)}" if colour else line.id
    attributes = facts(category, line, colour, seed)
    named = {**attributes, "brand": line.brand.name, "model": line.model}
    try:
        title = fill(category.title, named, seed, identity)
        description = describe(spec, category, line, attributes, seed, identity)
    except (KeyError, ValueError) as fault:
        raise ValueError(f"{identity} cannot be put in words: {fault}") from fault
    return Item(
        id=identity,
        category=category,
        line=line,
        edition=edition,
        title=title,
        description=description,
        price_cents=price(category, line, seed),
        attributes=attributes,
        stock=_stock(seed, identity),
        codes=(_ean(identity),),
        quality=_quality(line, seed, identity),
    )


def facts(category: Category, line: Line, colour: str, seed: int) -> dict[str, AttributeValue]:
    """The attributes: what the line states, and for the rest what its category lets it draw."""
    known: dict[str, AttributeValue] = {**({"colour": colour} if colour else {}), **line.fixed}
    for trait in category.traits:
        if trait.name not in known and all(test.holds(known) for test in trait.needs):
            known[trait.name] = trait.draw(line.level, seed, line.id)
    ranks = ["colour", *(trait.name for trait in category.traits)]
    return dict(sorted(known.items(), key=lambda pair: ranks.index(pair[0]) if pair[0] in ranks else len(ranks)))


def price(category: Category, line: Line, seed: int) -> int:
    """Cents: along the category's span by level, dearer or cheaper by brand, ending as the brand likes it."""
    low, high = category.prices
    place = (line.level - 1) / (LEVELS - 1)
    amount = math.exp(math.log(low) + (math.log(high) - math.log(low)) * place)
    amount *= (1 + 0.05 * (line.brand.level - 3)) * (1 + 0.12 * bell(seed, line.id, "price"))
    ending = _ENDINGS[int(roll(line.brand.name, "ending") * len(_ENDINGS))]
    if amount < 100:
        return max(round(amount) * 100 - (100 - ending if ending else 0), 199)
    step = 10 if amount < 1000 else 50
    return (round(amount / step) * step - (1 if ending >= 95 else 0)) * 100


def _stock(seed: int, identity: str) -> int:
    chance = roll(seed, identity, "stock")
    if chance < 0.07:
        return 0
    return 1 + int(between(0, 5 if chance < 0.22 else 80, seed, identity, "units"))


def _quality(line: Line, seed: int, identity: str) -> float:
    raw = 3.35 + 0.18 * line.level + line.brand.reliability
    raw += 0.5 * bell(seed, line.id, "quality") + 0.15 * bell(seed, identity, "quality")
    return min(max(raw, 2.3), 4.85)


def _ean(identity: str) -> str:
    """A valid EAN-13 from the range that is kept for use inside a shop, so it is no real product's."""
    digits = f"29{int(hashlib.sha256(identity.encode()).hexdigest(), 16) % 10**10:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
