"""Grades: "the lightest", "a bigger screen", "quieter". What is graded, which way, and what a record says to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from assistant.recommend import printed
from assistant.state import Evidence
from retrieval.measures import amounts_in, split_suffix
from retrieval.product import Product
from retrieval.query import Condition
from retrieval.text import words

Way = Literal["most", "least", "more", "less"]


class Linker(Protocol):
    """What is needed of a shop's vocabulary."""

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        """What a product, of types with these labels, must have to satisfy the phrase."""
        ...


@dataclass(frozen=True, slots=True)
class Degree:
    """One grade that a message asks for."""

    way: Way
    # A measure of ``degrees.yaml``; "" for mere size ("the biggest"); else a field's name in the shopper's words.
    measure: str
    # As said: "the lightest", "bigger screen".
    said: str
    span: tuple[int, int]

    @property
    def up(self) -> bool:
        """Whether more of it is asked for."""
        return self.way in ("most", "more")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a record says to a measure."""

    # In one unit for all products.
    value: float
    evidence: Evidence
    # As it is said: "1.2 kg".
    words: str


# Parts that are counted; what they are of stands before them ("USB ports").
_COUNTED = r"(?:ports?|pockets?|cores?|gears?|speeds?|functions?|pieces|compartments?)"

_AMOUNT_OR = re.compile(r"\d[\w\"”]*(?: \w+)? or $", re.IGNORECASE)

Reader = Callable[[Product], Reading | None]


@cache
def _lists() -> dict[str, Any]:
    import yaml

    return cast(dict[str, Any], yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


@cache
def _pattern(*ways: Way) -> re.Pattern[str]:
    lists = _lists()
    nouns = sorted({n for m in lists["measures"].values() for n in m["nouns"]}, key=len, reverse=True)
    graded = "|".join(f"(?P<{way}>{'|'.join(lists['words'][way])})" for way in ways)
    alone = [
        (way, adjective)
        for m in lists["measures"].values()
        for way in ways
        for adjective in m.get("alone", {}).get(way, ())
    ]
    listed = "|".join(sorted((re.escape(a) for _, a in alone), key=len, reverse=True))
    noun = "|".join(map(re.escape, nouns))
    return re.compile(
        rf"\b(?:the )?(?:(?P<alone>{listed})\b|(?:{graded})\b(?: (?:amount of |number of )?"
        rf"(?P<noun>{noun}|(?!than\b)[a-z][\w-]*(?: {_COUNTED})?)\b)?)(?! than (?:\d|an?\b))",
        re.IGNORECASE,
    )


def superlative(text: str) -> Degree | None:
    """The grade by which ``text`` picks one out of many ("the lightest"), or None."""
    return _read(text, ("most", "least"))


def comparative(text: str) -> Degree | None:
    """The grade by which ``text`` sets one thing against another ("lighter", "a bigger screen"), or None.

    A clause that takes a wish back ("it need not be lighter") asks for none.
    """
    clauses = (text[s:e] for s, e in _clauses(text))
    kept = (c if re.search(_lists()["no_wish"], c, re.IGNORECASE) is None else " " * len(c) for c in clauses)
    return _read("".join(kept), ("more", "less"))


def _clauses(text: str) -> list[tuple[int, int]]:
    ends = [m.end() for m in re.finditer(r"[,;!?]|\.(?!\d)|\bbut\b", text, re.IGNORECASE)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def measured(text: str) -> tuple[str, str]:
    """The measure that a question asks for, and the words that name it; ("", "") for none.

    "how heavy is it?" asks for the "weight", "how much weight can it take?" for the "load".
    """
    said = f" {' '.join(re.findall(r'[a-z]+', text.lower()))} "
    for name, row in _lists()["measures"].items():
        for phrase in (*row.get("asked", ()), *row["nouns"]):
            if f" {phrase} " in said:
                return str(name), str(phrase)
    return "", ""


def reader_of(measure: str, vocabulary: Linker, kinds: Sequence[str] = ()) -> Reader:
    """How the records of a shop, of types with these labels, are read for a measure of ``degrees.yaml``."""
    return _of_condition(vocabulary.link(_lists()["measures"][measure]["probe"], kinds))


def among_shown(text: str) -> bool:
    """Whether a grade is asked of what is on the cards only."""
    return re.search(_lists()["among_shown"], text, re.IGNORECASE) is not None


def _read(text: str, ways: tuple[Way, Way]) -> Degree | None:
    for match in _pattern(*ways).finditer(text):
        if match["alone"]:
            way, measure = _alone(match["alone"].lower(), ways)
            return Degree(way, measure, match[0], match.span())
        way = next(w for w in ways if match[w])
        noun = (match["noun"] or "").lower()
        measure = next((m for m, row in _lists()["measures"].items() if noun in row["nouns"]), "")
        word = match[way].lower()
        # "most", "more" and "better" need their thing: "more options" is no size.
        if not measure and word in ("most", "more", "least", "less", "fewer", "fewest", "better"):
            if re.search(rf"{_COUNTED}$", noun):
                return Degree(way, noun, match[0], match.span())
            continue
        if not measure and noun in _lists()["limits"]:
            continue
        if _AMOUNT_OR.search(text[: match.start()]):
            # "8 inch or bigger" is a bound.
            continue
        if not measure:
            # "the widest one", "a bigger laptop": an adjective of its own, or mere size.
            own = _of_adjective(word, ways)
            said = text[match.start() : match.end(way)]
            return Degree(way, own, said, (match.start(), match.end(way)))
        return Degree(way, measure, match[0], match.span())
    return None


def _alone(adjective: str, ways: Iterable[Way]) -> tuple[Way, str]:
    for name, row in _lists()["measures"].items():
        for way in ways:
            if adjective in row.get("alone", {}).get(way, ()):
                return way, name
    raise KeyError(adjective)


def _of_adjective(word: str, ways: Iterable[Way]) -> str:
    """The measure that an adjective names by itself ("widest"), "" for mere size."""
    for name, row in _lists()["measures"].items():
        if any(word in row.get("alone", {}).get(way, ()) for way in ways):
            return str(name)
    return ""


def by_order(order: str) -> tuple[Degree, Reader] | None:
    """An order by price or rating as a grade and its reader; None for any other."""
    match order:
        case "price_up":
            return Degree("least", "price", "the cheapest", (0, 0)), _price
        case "price_down":
            return Degree("most", "price", "the most expensive", (0, 0)), _price
        case "rating":
            return Degree("most", "rating", "the best rated", (0, 0)), _rating
        case _:
            return None


def _price(product: Product) -> Reading | None:
    if product.price is None:
        return None
    said = str(product.price)
    return Reading(product.price.minor, Evidence("product", product.id, "price", said), said)


def _rating(product: Product) -> Reading | None:
    if product.rating is None:
        return None
    said = f"{product.rating:g}"
    return Reading(product.rating, Evidence("product", product.id, "rating", said), f"{said} stars")


def bound(
    degree: Degree, vocabulary: Linker, kinds: Sequence[str], products: Sequence[Product], pool: Sequence[Product]
) -> str | None:
    """A wish for what is beyond all of ``products``, for a comparative: "at most 1.2 kg weight"; None for none.

    The amount is the nearest one that a product of ``pool`` really has.
    """
    for name in [degree.measure] if degree.measure else _lists()["sizes"]:
        row = _lists()["measures"].get(name)
        if row is None:
            return None
        condition = vocabulary.link(row["probe"], kinds)
        read = _of_condition(condition)
        values = [found.value for p in products if (found := read(p)) is not None]
        if not values:
            continue
        edge = max(values) if degree.up else min(values)
        others = [found.value for p in pool if (found := read(p)) is not None]
        beyond = [v for v in others if (v > edge if degree.up else v < edge)]
        nearest = (min(beyond) if degree.up else max(beyond)) if beyond else edge * (1.01 if degree.up else 0.99)
        op = "at least" if degree.up else "at most"
        return str(row["probe"]).replace("at least 1", f"{op} {nearest:.6g}")
    return None


def reader(degree: Degree, vocabulary: Linker, kinds: Sequence[str], products: Sequence[Product]) -> Reader | None:
    """How the records of ``products``, of these types, are read for a grade; None where they do not state it."""
    names = [degree.measure] if degree.measure else _lists()["sizes"]
    for name in names:
        row = _lists()["measures"].get(name)
        reads = [] if row is None else [_of_condition(vocabulary.link(row["probe"], kinds))]
        # A shop may have the field and no unit for it that is known.
        for read in (*reads, _of_field(name)):
            known = sum(read(p) is not None for p in products)
            if known and (degree.measure or 2 * known >= len(products)):
                return read
    return None


def _of_condition(condition: Condition) -> Reader:
    def read(product: Product) -> Reading | None:
        for name in condition.attributes:
            if name not in product.attributes:
                continue
            value = product.attributes[name]
            if isinstance(value, bool):
                continue
            if isinstance(value, str):
                amounts = amounts_in(value, condition.unit)
                number = max(amounts, default=None)
            else:
                number = value * dict(condition.scales).get(name, 1.0)
                if value > dict(condition.believed).get(name, float("inf")):
                    number = None
            if number is not None:
                return _reading(product, name, number, condition.unit)
        return None

    return read


def _of_field(said: str) -> Reader:
    wanted = set(words(said))

    def read(product: Product) -> Reading | None:
        for name, value in product.attributes.items():
            base, _ = split_suffix(name)
            exact = wanted <= set(words(base.replace("_", " ")))
            if exact and isinstance(value, int | float) and not isinstance(value, bool):
                return _reading(product, name, float(value), "")
        return None

    return read


# How a unit's token is written behind a number.
_WRITTEN = {"in": "inches", "l": "litres", "db": "dB", "mp": "megapixels", "hz": "Hz", "min": "minutes"}
_WRITTEN |= {token: token.upper() for token in ("gb", "tb", "mb", "w", "v")}
_WRITTEN |= {token: f"{token}s" for token in ("hour", "year", "month", "week", "day", "lumen")}


def written(token: str) -> str:
    """A unit's token as it stands behind a number: "gb" -> "GB"."""
    return _WRITTEN.get(token, token)


def _reading(product: Product, name: str, number: float, unit: str) -> Reading:
    value = printed(product.attributes[name])
    said = value if isinstance(product.attributes[name], str) else f"{number:.6g} {written(unit)}".strip()
    return Reading(number, Evidence("product", product.id, f"attributes.{name}", value), said)
