"""Prices that a message takes back: "up to $50, no longer up to $30", "we would manage without a limit of $50"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.clauses import Clause
from assistant.reading.prices import measured
from assistant.state import Preferences, Slot

Place = tuple[int, int]
_CUE = (
    r"(?:(?:for|at|from|within|under|below|over|above|around|up to|at (?:most|least)|(?:more|less|cheaper|dearer) than|"
    r"max(?:imum)?(?: of)?|min(?:imum)?(?: of)?|between)\s+)?"
)
_MONEY = (
    r"(?:[$€£¥₹]\s?)?(?<![\w.,])\d[\d.,]*(?<![.,])(?:\s?(?:[$€£]|dollars?|bucks?|euros?|pounds?|usd|eur|gbp)(?!\w))?"
)
_SUM = rf"(?:{_MONEY}(?: to |\s?[-–]\s?)|(?<=between ){_MONEY} and )?(?P<amount>{_MONEY})"
_TAIL = r"(?:\s+(?:or|and)\s+(?:less|more|under|over|below|above|up|dearer|pricier|cheaper)|\s+upwards?)?"
# These words say that what follows gives way, whatever it is.
_GIVES_WAY = re.compile(
    r"\b(?:no longer|not any ?more|instead of|rather than|in place of)\s+(?:be(?:ing)? )?"
    rf"{_CUE}{_SUM}{_TAIL}",
    re.IGNORECASE,
)
# "Under 30, not under 50": of a price in force.
_DENIED = re.compile(rf"(?:\bnot|n['’]t)\s+(?:be(?:ing)? )?(?P<cue>{_CUE}){_SUM}{_TAIL}", re.IGNORECASE)
_OVER = re.compile(r"\b(?:over|above|more than|dearer than)\s*$", re.IGNORECASE)
_AMOUNT = re.compile(_MONEY, re.IGNORECASE)
_UPPER, _LOWER = "upper limit", "lower limit"
_SLOTS: tuple[tuple[Slot, str], ...] = (("price_max", _UPPER), ("price_min", _LOWER))


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a message takes back of the price."""

    # Where it stands: no price to be met.
    places: tuple[Place, ...] = ()
    # The ends of the price that hold no longer, as a shopper would call them.
    drops: tuple[str, ...] = ()

    @property
    def end(self) -> Slot:
        """The end of the price that a bare amount beside it sets: the one that it takes the place of."""
        return "price_min" if self.drops == (_LOWER,) else "price_max"


def prices_taken_back(text: str, clauses: Sequence[Clause], current: Preferences) -> TakenBack:
    """The prices that ``text`` says hold no longer after ``current``."""
    in_force = {float(str(w.value)) for slot, _ in _SLOTS for w in current.of(slot)}
    most = {float(str(w.value)) for w in current.of("price_max")}
    places = [m.span() for m in _GIVES_WAY.finditer(text)]
    for match in _DENIED.finditer(text):
        others = [m for m in _AMOUNT.finditer(text) if not match.start() <= m.start() < match.end()]
        others = [m for m in others if not measured(text, m.end())]
        amount = _value(match["amount"])
        denied = {_value(m[0]) for m in _AMOUNT.finditer(text, *match.span())}
        if not denied & in_force or not others or measured(text, match.end()):
            continue
        if not (
            amount in most and all(_OVER.search(said) for said in (match["cue"], *(text[: m.start()] for m in others)))
        ):
            # "Not over 50, but over 30" says the upper limit once more.
            places.append(match.span())
    places += [c.body for c in clauses if c.act == "drops" and _AMOUNT.search(text, *c.body)]
    gone = {_value(m[0]) for start, end in places for m in _AMOUNT.finditer(text, start, end)}
    drops = [name for slot, name in _SLOTS if any(float(str(w.value)) in gone for w in current.of(slot))]
    return TakenBack(tuple(places), tuple(drops))


def _value(amount: str) -> float:
    digits = re.sub(r"[^\d.,]", "", amount)
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits)
    return float(digits.replace(",", "" if thousands else "."))
