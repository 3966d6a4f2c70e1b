"""Claims with a fixed form: price, stock, rating, brand, counts. Each reader takes its words out of a clause.

What a reader verified is gone from the text; what it found false is a violation; what it did not recognise stays, and
is judged word by word by ``assistant.grounding.cover``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.grounding.record import Record

# Where the sentence names money, each amount stands as one character from here on; products likewise.
MONEY = 0xE100
NAME = 0xE000
_M = "[\ue100-\ue1ff]"


@dataclass(slots=True)
class Reading:
    """One clause on its way through the readers."""

    text: str
    record: Record
    # The amounts that the money characters stand for.
    amounts: Sequence[Decimal]
    # The shopper's price bounds.
    bounds: frozenset[Decimal]
    # Counts over the shop that the reply states.
    counts: frozenset[str]
    faults: list[str] = field(default_factory=list)
    # Which readers took something out: their small words claim nothing any more.
    took: set[str] = field(default_factory=set)

    def take(self, kind: str, match: re.Match[str]) -> None:
        self.took.add(kind)
        self.text = self.text[: match.start()] + " " + self.text[match.end() :]

    def fault(self, text: str) -> None:
        self.faults.append(text)


def read_fixed(reading: Reading) -> None:
    """Runs all readers over the clause."""
    for reader in (_counts, _price, _rating, _stock, _brand):
        reader(reading)


def digits(text: str) -> Decimal | None:
    """The number in a printed amount ("$1,099.95"), None where there is none."""
    found = re.search(r"\d[\d,]*(?:\.\d+)?", text)
    return Decimal(found[0].replace(",", "")) if found else None


_BETWEEN = re.compile(rf"\bbetween\s*({_M})\s*-\s*({_M})")
_BOUND = re.compile(
    rf"\b(?:(?P<own>(?:within|under|below|inside|in|of)?\s*(?:your|the)\s+(?:budget|limit)(?:\s+of)?)|"
    rf"(?P<below>under|below|less than|cheaper than)|(?P<most>up to|at most|no more than|not more than|within)|"
    rf"(?P<above>over|above|more than)|(?P<least>at least|no less than))\s*(?P<money>{_M})"
)
_BUDGET = re.compile(r"\b(?:within|under|below|inside|in|fits?|meets?)\s+your\s+(?:budget|limit|price)\b")
_PLAIN = re.compile(_M)


def _price(reading: Reading) -> None:
    price = digits(reading.record.price)

    def judge(pattern: re.Pattern[str], holds: Callable[[re.Match[str]], bool]) -> None:
        while match := pattern.search(reading.text):
            if price is None:
                reading.fault("the record has no price")
            elif not holds(match):
                reading.fault(f"the price is {reading.record.price}")
            reading.take("price", match)

    def amount(match: re.Match[str], group: int | str = 0) -> Decimal:
        return reading.amounts[ord(match[group]) - MONEY]

    def bounded(match: re.Match[str]) -> bool:
        assert price is not None
        said = amount(match, "money")
        if match["own"]:
            return said in reading.bounds and price <= said
        if match["below"] or match["above"]:
            return price < said if match["below"] else price > said
        return price <= said if match["most"] else price >= said

    judge(_BETWEEN, lambda m: price is not None and amount(m, 1) <= price <= amount(m, 2))
    judge(_BOUND, bounded)
    judge(_BUDGET, lambda m: price is not None and bool(reading.bounds) and price <= max(reading.bounds))
    judge(_PLAIN, lambda m: amount(m) == price)


_STARS = r"(?:\s*(?:stars?\b|out of (?:5|five)(?: stars?)?\b|/\s?5\b))"
_RATINGS = (
    re.compile(rf"\b(?:rated|rating (?:of|is)|average of|scores?)\s+(?P<r>\d+(?:\.\d+)?)\b{_STARS}?"),
    re.compile(rf"(?<![\d.])(?P<r>\d+(?:\.\d+)?){_STARS}"),
    re.compile(r"(?<![\d.])(?P<r>\d+(?:\.\d+)?) (?:customer |average )?rating\b"),
)
_VOTES = re.compile(
    r"\b(?:(?:from|by|based on|across|over|with) )?(?P<n>\d[\d,]*) "
    r"(?:customer ratings|ratings|customers|votes|people|buyers|shoppers)\b"
)


def _rating(reading: Reading) -> None:
    record = reading.record
    for pattern in _RATINGS:
        while match := pattern.search(reading.text):
            if not record.rating:
                reading.fault("the record has no rating")
            elif Decimal(match["r"]) != Decimal(record.rating):
                reading.fault(f"the rating is {record.rating}")
            reading.take("rating", match)
    while match := _VOTES.search(reading.text):
        if match["n"].replace(",", "") != record.rating_count:
            reading.fault("that is not the number of ratings")
        reading.take("rating", match)


_THERE = r"(?:in stock|on hand|available)"
_NONE_LEFT = re.compile(
    r"\b(?:out of stock|sold out|unavailable|none left|"
    r"(?:not|no longer)(?: currently| now)? (?:in stock|on hand|available))\b"
)
_HOW_MANY = (
    re.compile(rf"\b{_THERE},? with (?P<n>\d+) (?:left|on hand|available|in stock)\b"),
    re.compile(
        rf"(?<![\w.])(?:only )?(?P<n>\d+)(?: more)?(?: units?| pieces?| items?| of (?:them|these))?(?: are| is)? "
        rf"(?:left in stock|left|{_THERE}|in store)\b"
    ),
)
_SOME = re.compile(rf"\b{_THERE}\b")


def _stock(reading: Reading) -> None:
    stock = reading.record.stock

    def judge(pattern: re.Pattern[str], holds: Callable[[re.Match[str]], bool]) -> None:
        while match := pattern.search(reading.text):
            if stock is None:
                reading.fault("the record does not say what is in stock")
            elif not holds(match):
                reading.fault(f"the record has {stock} in stock")
            reading.take("stock", match)

    judge(_NONE_LEFT, lambda m: stock == 0)
    for pattern in _HOW_MANY:
        judge(pattern, lambda m: int(m["n"]) == stock)
    judge(_SOME, lambda m: bool(stock))


_MADE_BY = (
    r"\b(?:(?:made|manufactured|produced|built|sold) by|from|by|a product (?:of|from|by)|"
    r"(?:the|its) brand(?: is)?|brand is)"
    r"\s+(?:the )?(?:brand )?(?:is )?"
)


def _brand(reading: Reading) -> None:
    brand = reading.record.brand.casefold().rstrip(".!?")
    if not brand:
        return
    pattern = re.compile(rf"{_MADE_BY}(?<![\w-]){re.escape(brand)}(?![\w-])")
    while match := pattern.search(reading.text):
        reading.take("brand", match)


_COUNT = re.compile(
    r"\b(?P<n>\d[\d,]*)\s+(?:(?:products?|items?|options?|results?|ones)\s+)?(?:(?:that|which)\s+)?(?:fits?|match(?:es)?)\b"
)


def _counts(reading: Reading) -> None:
    while match := _COUNT.search(reading.text):
        if match["n"].replace(",", "") not in reading.counts:
            reading.fault(f"the shop did not count {match['n']}")
        reading.take("count", match)
