"""Prices that a message takes back: "up to $50, no longer up to $30", "we would manage without a limit of $50"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.clauses import Clause
from assistant.state import Preferences, Slot

Place = tuple[int, int]
_CUE = (
    r"(?:(?:for|at|from|within|under|below|over|above|around|up to|at (?:most|least)|(?:more|less|cheaper|dearer) than|"
    r"max(?:imum)?(?: of)?|min(?:imum)?(?: of)?|between)\s+)?"
)
_MONEY = (
    r"(?:[$€£¥₹]\s?)?(?<![\w.,])\d[\d.,]*(?<![.,])(?:\s?(?:[$€£]|dollars?|bucks?|euros?|pounds?|usd|eur|gbp)(?!\w))?"
)
_TAIL = r"(?:\s+(?:or|and)\s+(?:less|more|under|over|below|above|up|dearer|pricier|cheaper)|\s+upwards?)?"
# These words say that what follows gives way, whatever it is.
_GIVES_WAY = re.compile(
    r"\b(?:no longer|not any ?more|instead of|rather than|in place of)\s+(?:be(?:ing)? )?"
    rf"{_CUE}(?P<amount>{_MONEY}){_TAIL}",
    re.IGNORECASE,
)
# "Under 30, not under 50": of a price in force.
_DENIED = re.compile(rf"(?:\bnot|n['’]t)\s+(?:be(?:ing)? )?{_CUE}(?P<amount>{_MONEY}){_TAIL}", re.IGNORECASE)
_AMOUNT = re.compile(_MONEY, re.IGNORECASE)
_SLOTS: tuple[tuple[Slot, str], ...] = (("price_max", "upper limit"), ("price_min", "lower limit"))


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a message takes back of the price."""

    # Where it stands: no price to be met.
    places: tuple[Place, ...] = ()
    # The ends of the price that hold no longer, as a shopper would call them.
    drops: tuple[str, ...] = ()


def prices_taken_back(text: str, clauses: Sequence[Clause], current: Preferences) -> TakenBack:
    """The prices that ``text`` says hold no longer after ``current``."""
    in_force = {float(str(w.value)) for slot, _ in _SLOTS for w in current.of(slot)}
    places = [m.span() for m in _GIVES_WAY.finditer(text)]
    for match in _DENIED.finditer(text):
        others = [m for m in _AMOUNT.finditer(text) if not match.start() <= m.start() < match.end()]
        if _value(match["amount"]) in in_force and others:
            places.append(match.span())
    places += [c.body for c in clauses if c.act == "drops" and _AMOUNT.search(text, *c.body)]
    gone = {_value(m[0]) for start, end in places for m in _AMOUNT.finditer(text, start, end)}
    drops = [name for slot, name in _SLOTS if any(float(str(w.value)) in gone for w in current.of(slot))]
    return TakenBack(tuple(places), tuple(drops))


def _value(amount: str) -> float:
    digits = re.sub(r"[^\d.,]", "", amount)
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits)
    return float(digits.replace(",", "" if thousands else "."))
