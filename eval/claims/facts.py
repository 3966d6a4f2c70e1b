"""What a record says, as verb phrases ("weighs 1.2 kg"), each with ways to make it false."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.product import Money, Product

# How an attribute's name ends, and how its unit is said.
_UNITS = {
    "kg": "kg",
    "g": "g",
    "cm": "cm",
    "mm": "mm",
    "m": "m",
    "in": "inches",
    "l": "litres",
    "ml": "ml",
    "h": "hours",
    "min": "minutes",
    "gb": "GB",
    "w": "W",
    "v": "V",
    "hz": "Hz",
    "db": "dB",
    "mah": "mAh",
    "years": "years",
    "days": "days",
}
_OTHER_UNIT = {"kg": "g", "g": "kg", "cm": "mm", "mm": "cm", "m": "cm", "hours": "minutes", "minutes": "hours"}
_OTHER_UNIT |= {"litres": "ml", "ml": "litres", "GB": "MB", "years": "months", "days": "weeks", "inches": "cm"}
# A verb that says the measure by itself, by the name without its unit.
_VERBS = {"weight": "weighs", "capacity": "holds", "battery_life": "lasts"}
_PLAIN = re.compile(r"[A-Za-z0-9][\w .+°-]{0,38}")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a record says."""

    # "price", "size", "stock", "brand", "rating", "attribute" or "denial".
    sort: str
    # Without its subject: "costs $14.00".
    phrase: str
    # (how it was made false, the phrase): every one of them false of the record.
    lies: tuple[tuple[str, str], ...]


Maker = Callable[[random.Random, Product, Sequence[Product]], Iterator[Fact]]


def facts(rng: random.Random, product: Product, others: Sequence[Product]) -> list[Fact]:
    """Everything that can be said of ``product``; lies may borrow from ``others``, the cards beside it."""
    return [fact for maker in MAKERS for fact in maker(rng, product, others)]


def unsupported(rng: random.Random, product: Product) -> list[Fact]:
    """Lies about what the record is silent on: there is no true phrase beside them."""
    found = []
    if product.stock is None:
        found.append(Fact("stock", "", (("silent", rng.choice(["is in stock", "is available now"])),)))
        found.append(Fact("stock", "", (("silent", f"has {rng.randint(2, 60)} left in stock"),)))
    if product.rating is None:
        found.append(Fact("rating", "", (("silent", f"is rated {rng.choice(['4.1', '4.6', '5'])} stars"),)))
    if product.price is None:
        found.append(Fact("price", "", (("silent", f"costs ${rng.randint(5, 900)}.00"),)))
    said = _record(product) + " ".join(product.attributes)
    promises = [p for p in _PROMISES if not any(word in said for word in re.findall(r"warrant|return|ship|money", p))]
    if promises:
        found.append(Fact("policy", "", (("silent", rng.choice(promises)),)))
    return found


_PROMISES = (
    "comes with free shipping",
    "can be returned within 30 days",
    "has a 2-year warranty",
    "ships within 24 hours",
    "comes with a money-back guarantee",
)


def _price(rng: random.Random, product: Product, others: Sequence[Product]) -> Iterator[Fact]:
    if product.price is None:
        return
    money = product.price
    wrong = {f"{how}": str(other) for how, other in _other_prices(rng, money, others).items() if other != money}
    for template in ("costs {}", "is priced at {}", "is yours for {}", "has a price of {}", "sells for {}"):
        yield Fact("price", template.format(money), tuple((how, template.format(w)) for how, w in wrong.items()))
    below = Money(max(1, money.minor * rng.randint(40, 97) // 100), money.currency)
    above = Money(money.minor * rng.randint(103, 160) // 100 + 1, money.currency)
    bounds = (
        ("too low a bound", f"costs less than {below}"),
        ("too low a bound", f"is under {below}"),
        ("too high a bound", f"costs more than {above}"),
        ("the price as a bound", f"costs less than {money}"),
    )
    yield Fact("price", f"costs {money}", bounds)


def _other_prices(rng: random.Random, money: Money, others: Sequence[Product]) -> dict[str, Money]:
    found = {
        "off by some": Money(max(1, money.minor + rng.choice([-1, 1]) * rng.randint(1, 2500)), money.currency),
        "a digit changed": Money(_digit_changed(rng, money.minor), money.currency),
        "ten times": Money(money.minor * 10, money.currency),
        "cents cut": Money(money.minor // 100 * 100, money.currency),
    }
    for other in others:
        if other.price is not None:
            found["another card's"] = other.price
    return {how: price for how, price in found.items() if price.minor > 0}


def _digit_changed(rng: random.Random, number: int) -> int:
    digits = list(str(number))
    place = rng.randrange(len(digits))
    digits[place] = rng.choice([d for d in "123456789" if d != digits[place]])
    return int("".join(digits))


def _size(rng: random.Random, product: Product, others: Sequence[Product]) -> Iterator[Fact]:
    numbers = {n: v for n, v in product.attributes.items() if isinstance(v, int | float) and not isinstance(v, bool)}
    for name, value in numbers.items():
        base, unit = _split(name)
        label = base.replace("_", " ")
        said = f"{_figure(value)} {unit}".strip()
        strangers = {_figure(v) for n, v in numbers.items() if _split(n)[0] != base} - {_figure(value)}
        strangers |= {_figure(v) for o in others if isinstance(v := o.attributes.get(name), int | float)}
        wrong = [("another number of the record or of a card beside it", s) for s in sorted(strangers)]
        wrong.append(("off by some", _figure(_moved(rng, value))))
        if "." in _figure(value):
            wrong.append(("rounded", _figure(round(value) or 1)))
        lies = [(how, f"{w} {unit}".strip()) for how, w in wrong if w != _figure(value)]
        if unit in _OTHER_UNIT:
            lies.append(("another unit", f"{_figure(value)} {_OTHER_UNIT[unit]}"))
        templates = [f"has a {label} of {{}}"]
        if unit and base in _VERBS:
            templates.append(f"{_VERBS[base]} {{}}")
        for template in templates:
            yield Fact("size", template.format(said), tuple((how, template.format(x)) for how, x in lies))


def _two_sizes(rng: random.Random, product: Product, others: Sequence[Product]) -> Iterator[Fact]:
    """Two numbers of one record, and the same two exchanged."""
    numbers = [
        (_split(n), _figure(v))
        for n, v in product.attributes.items()
        if isinstance(v, int | float) and not isinstance(v, bool)
    ]
    pairs = [(a, b) for i, a in enumerate(numbers) for b in numbers[i + 1 :] if a[1] != b[1] and a[0][1] == b[0][1]]
    for ((one, unit), x), ((two, _), y) in rng.sample(pairs, min(2, len(pairs))):
        one, two = one.replace("_", " "), two.replace("_", " ")

        def said(first: str, second: str, one: str = one, two: str = two, unit: str = unit) -> str:
            return f"has a {one} of {first} {unit}".strip() + f" and a {two} of {second} {unit}".rstrip()

        yield Fact("size", said(x, y), (("two numbers exchanged", said(y, x)),))


def _split(name: str) -> tuple[str, str]:
    base, _, last = name.rpartition("_")
    return (base, _UNITS[last]) if base and last in _UNITS else (name, "")


def _figure(value: float) -> str:
    return f"{value:.10g}"


def _moved(rng: random.Random, value: float) -> float:
    if isinstance(value, int):
        return value + rng.choice([1, 2, 3, 5, max(1, value // 10)])
    return round(value * rng.choice([0.5, 0.9, 1.1, 1.5, 2.0]) + 0.1, 2)


def _stock(rng: random.Random, product: Product, others: Sequence[Product]) -> Iterator[Fact]:
    if product.stock is None:
        return
    there, gone = ("is in stock", "is available"), ("is out of stock", "is not available", "is not in stock")
    if not product.stock:
        for phrase in gone:
            yield Fact("stock", phrase, tuple(("said to be there", p) for p in (*there, "has 3 left in stock")))
        return
    for phrase in there:
        yield Fact("stock", phrase, tuple(("said to be gone", p) for p in (*gone, "is sold out")))
    wrong = {product.stock + rng.randint(1, 40), max(1, product.stock // 2), product.rating_count} - {product.stock, 0}
    template = rng.choice(["has {} left in stock", "is in stock with {} on hand"])
    lies = tuple(("another count", template.format(w)) for w in sorted(wrong))
    yield Fact("stock", template.format(product.stock), lies)


def _brand(rng: random.Random, product: Product, others: Sequence[Product]) -> Iterator[Fact]:
    if not product.brand:
        return
    wrong = sorted({o.brand for o in others if o.brand and o.brand.casefold() != product.brand.casefold()})
    for template in ("is made by {}", "is from {}", "comes from the brand {}", "is a product of {}"):
        lies = tuple(("another brand", template.format(w)) for w in wrong)
        if lies:
            yield Fact("brand", template.format(product.brand), lies)


def _rating(rng: random.Random, product: Product, others: Sequence[Product]) -> Iterator[Fact]:
    if product.rating is None:
        return
    stars = f"{product.rating:g}"
    wrong = {f"{min(5.0, product.rating + d):g}" for d in (0.2, 0.4)} | {f"{product.rating - 0.3:g}", "5", "4"}
    wrong |= {f"{o.rating:g}" for o in others if o.rating is not None}
    for template in ("is rated {} stars", "has an average rating of {} out of 5", "has {} stars from customers"):
        lies = tuple(("another rating", template.format(w)) for w in sorted(wrong - {stars}))
        yield Fact("rating", template.format(stars), lies)
    if product.rating_count:
        n = product.rating_count
        template = "has a rating of {} stars from {} ratings"
        yield Fact(
            "rating",
            template.format(stars, n),
            (
                ("another count", template.format(stars, n + rng.randint(1, 300))),
                ("another rating", template.format(f"{max(1, product.rating - 0.5):g}", n)),
                ("stars and count exchanged", template.format(n, stars)),
            ),
        )
        loud = ("is rated 5 stars by everybody", "is the best rated one", "is highly rated")
        yield Fact("rating", f"is rated {stars} stars", tuple(("more than the record", x) for x in loud))


def _attribute(rng: random.Random, product: Product, others: Sequence[Product]) -> Iterator[Fact]:
    texts = {n: v for n, v in product.attributes.items() if isinstance(v, str) and _PLAIN.fullmatch(v)}
    record = _record(product)
    for name, value in texts.items():
        label = name.replace("_", " ")
        wrong = {
            ("a card's beside it", str(o.attributes[name]))
            for o in others
            if name in o.attributes and not _overlap(str(o.attributes[name]), value)
        }
        wrong |= {
            ("another field's", v)
            for n, v in texts.items()
            if not _overlap(v, value) and not _overlap(n.replace("_", " "), label)
        }
        templates = [f"has {{}} as its {label}", f"has the {label} {{}}"]
        for template in templates:
            yield Fact("attribute", template.format(value), tuple((h, template.format(w)) for h, w in sorted(wrong)))
        bare = _bare(name, value)
        if bare:
            new = {(h, w) for h, w in wrong if h == "a card's beside it" and w.casefold() not in record}
            yield Fact("attribute", bare.format(value), tuple((h, bare.format(w)) for h, w in sorted(new)))


def _bare(name: str, value: str) -> str:
    """How a value is said without the name of its field, "" where that would be odd."""
    if name in ("colour", "product_colour"):
        return "is {}"
    return "is made of {}" if name == "material" else ""


def _flags(rng: random.Random, product: Product, others: Sequence[Product]) -> Iterator[Fact]:
    flags = {n: v for n, v in product.attributes.items() if isinstance(v, bool)}
    yes = [n.replace("_", " ") for n, v in flags.items() if v]
    no = [n.replace("_", " ") for n, v in flags.items() if not v]
    # "hepa filter: no" beside "filter: yes" would make a lie arguable.
    no_only = [n for n in no if not any(_overlap(n, y) for y in yes)]
    yes_only = [y for y in yes if not any(_overlap(n, y) for n in no)]
    for label in yes_only:
        lies = [("a flag that is no", f"has {other}") for other in rng.sample(no_only, min(3, len(no_only)))]
        lies.append(("denied", f"has no {label}"))
        lies.append(("denied", f"does not have {label}"))
        yield Fact("attribute", f"has {label}", tuple(lies))
    for label in no_only:
        lies = [("a flag that is yes", f"has no {y}") for y in rng.sample(yes_only, min(3, len(yes_only)))]
        lies.append(("said to be there", f"has {label}"))
        phrase = rng.choice(["has no {}", "does not have {}", "comes without {}"])
        yield Fact("denial", phrase.format(label), tuple(lies))


def _overlap(one: str, other: str) -> bool:
    return bool(set(re.findall(r"\w+", one.casefold())) & set(re.findall(r"\w+", other.casefold())))


def _record(product: Product) -> str:
    return " ".join(
        [product.title, product.description, product.category, *map(str, product.attributes.values())]
    ).casefold()


MAKERS: tuple[Maker, ...] = (_price, _size, _two_sizes, _stock, _brand, _rating, _attribute, _flags)
