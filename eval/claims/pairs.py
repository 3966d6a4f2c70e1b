"""Sentences that compare two or three products, and the same made false."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from eval.claims.facts import Fact
from retrieval.product import Money, Product


def comparisons(rng: random.Random, cards: Sequence[Product], names: Mapping[str, str]) -> Iterator[Fact]:
    """Whole sentences (``Fact.phrase`` with its subject) about ``cards``, two at least."""
    one, two = cards[0], cards[1]
    a, b = names[one.id], names[two.id]
    yield from _prices(rng, one, two, a, b)
    yield from _superlatives(cards, names)
    yield from _ratings(one, two, a, b)
    yield from _measures(rng, one, two, a, b)
    yield from _values(rng, one, two, a, b)


def _prices(rng: random.Random, one: Product, two: Product, a: str, b: str) -> Iterator[Fact]:
    if one.price is None or two.price is None:
        return
    if one.price == two.price:
        lies = (("not equal", f"{a} is cheaper than {b}."), ("not equal", f"{b} costs more than {a}."))
        yield Fact("comparison", f"{a} costs as much as {b}.", lies)
        return
    low, high = (a, b) if one.price < two.price else (b, a)
    gap = Money(abs(one.price.minor - two.price.minor), one.price.currency)
    wrong = Money(gap.minor + rng.randint(1, 900), gap.currency)
    for template in ("{} is cheaper than {}.", "{} costs less than {}.", "{} has a lower price than {}."):
        yield Fact("comparison", template.format(low, high), (("the other way round", template.format(high, low)),))
    for template in ("{} is more expensive than {}.", "{} costs more than {}."):
        yield Fact("comparison", template.format(high, low), (("the other way round", template.format(low, high)),))
    yield Fact(
        "comparison",
        f"{low} costs {gap} less than {high}.",
        (
            ("another difference", f"{low} costs {wrong} less than {high}."),
            ("the other way round", f"{high} costs {gap} less than {low}."),
        ),
    )
    yield Fact(
        "comparison",
        f"{a} costs {one.price} and {b} costs {two.price}.",
        (
            ("exchanged", f"{a} costs {two.price} and {b} costs {one.price}."),
            ("said to be equal", f"{a} costs as much as {b}."),
        ),
    )


def _superlatives(cards: Sequence[Product], names: Mapping[str, str]) -> Iterator[Fact]:
    priced = sorted((c for c in cards if c.price is not None), key=lambda c: c.price.minor if c.price else 0)
    if len(cards) < 3 or len(priced) < len(cards) or len({c.price for c in priced}) < len(priced):
        return
    lowest, highest = names[priced[0].id], names[priced[-1].id]
    yield Fact(
        "comparison",
        f"{lowest} is the cheapest of these.",
        (
            ("another one", f"{highest} is the cheapest of these."),
            ("another one", f"{names[priced[1].id]} is the cheapest."),
        ),
    )
    yield Fact(
        "comparison",
        f"{highest} is the most expensive of these.",
        (("another one", f"{lowest} is the most expensive of these."),),
    )


def _ratings(one: Product, two: Product, a: str, b: str) -> Iterator[Fact]:
    if one.rating is None or two.rating is None or one.rating == two.rating:
        return
    high, low = (a, b) if one.rating > two.rating else (b, a)
    for template in ("{} is rated higher than {}.", "{} has a better rating than {}."):
        yield Fact("comparison", template.format(high, low), (("the other way round", template.format(low, high)),))


def _measures(rng: random.Random, one: Product, two: Product, a: str, b: str) -> Iterator[Fact]:
    shared = [n for n, v in one.attributes.items() if _number(v) and _number(two.attributes.get(n))]
    differing = [n for n in shared if one.attributes[n] != two.attributes[n]]
    for name in rng.sample(differing, min(3, len(differing))):
        x, y = one.attributes[name], two.attributes[name]
        assert not isinstance(x, str) and not isinstance(y, str)
        more, less = (a, b) if x > y else (b, a)
        base, _, unit = name.rpartition("_")
        label = (base if base and unit in _ENDINGS else name).replace("_", " ")
        if label == "weight":
            yield Fact(
                "comparison",
                f"{less} is lighter than {more}.",
                (("the other way round", f"{more} is lighter than {less}."),),
            )
            yield Fact(
                "comparison",
                f"{less} weighs less than {more}.",
                (("the other way round", f"{more} weighs less than {less}."),),
            )
        said = "{} has a {} {} than {}."
        yield Fact(
            "comparison",
            said.format(more, "higher", label, less),
            (
                ("the other way round", said.format(less, "higher", label, more)),
                ("the other direction", said.format(more, "lower", label, less)),
            ),
        )
    only = [n for n, v in one.attributes.items() if _number(v) and n not in two.attributes]
    for name in only[:1]:
        label = name.replace("_", " ")
        yield Fact("comparison", "", (("the other is silent", f"{a} has a higher {label} than {b}."),))


_ENDINGS = {"kg", "g", "cm", "mm", "m", "in", "l", "ml", "h", "min", "gb", "w", "v", "hz", "db", "mah", "years", "days"}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _values(rng: random.Random, one: Product, two: Product, a: str, b: str) -> Iterator[Fact]:
    """Each product's own value of one field, and the two exchanged."""
    shared = [
        n
        for n, v in one.attributes.items()
        if isinstance(v, str) and len(v) < 30 and isinstance(two.attributes.get(n), str) and two.attributes[n] != v
    ]
    for name in rng.sample(shared, min(2, len(shared))):
        x, y, label = str(one.attributes[name]), str(two.attributes[name]), name.replace("_", " ")
        if x.casefold() in y.casefold() or y.casefold() in x.casefold() or "," in x + y:
            continue
        template = "The {} of {} is {}, while the {} of {} is {}."
        yield Fact(
            "comparison",
            template.format(label, a, x, label, b, y),
            (("values exchanged", template.format(label, a, y, label, b, x)),),
        )
