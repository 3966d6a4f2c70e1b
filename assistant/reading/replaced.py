"""One amount for another: "not over 900 but 700", "900, no wait, 700", "make that 40 instead of 30".

For the reading of prices the message is put right: what gives way is blanked out, and what takes its place stands there
with the words that bound the old amount. The word patterns stand in ``replaced.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Literal, get_args

from assistant.reading.clauses import Clause
from assistant.reading.sums import amount, counts, measured, value
from assistant.reading.tables import compiled, entry, table
from assistant.state import Preferences, Slot

Place = tuple[int, int]
# What the words do with the old amount, by their table: they mend what was said in the same breath, or name another
# there; they end whatever it is; they deny a price in force, or an amount that speaks of money itself; or a price in
# force alone.
_Act = Literal["mends", "betters", "ends", "denies", "denies_held"]
_IN_ONE_BREATH = ("mends", "betters")
_AMOUNT = re.compile(amount(1), re.IGNORECASE)
_SIGN, _COIN = re.compile(r"[$€£¥₹]\s?"), re.compile(r"(?:\s?k\b)?(\s?(?:[$€£]|[a-z]+))$", re.IGNORECASE)
# The ends of a price, as a shopper would call them, and the sign that bounds it there.
_ENDS: dict[Slot, tuple[str, str]] = {"price_max": ("upper limit", "≤"), "price_min": ("lower limit", "≥")}
# Two sums further apart than so many times are no price corrected, less far where no word says that one is a slip,
# and two amounts with a unit no size.
_ONE_PRICE, _NEAR_PRICE, _ONE_SIZE = 20, 2, 2
# A bare number below is a size or a count as often as a price.
_LEAST_PRICE = 10
# "900, no wait, 800, no wait, 700" takes as many passes as it has slips.
_PASSES = 3
# Nobody says so more often in one message, and reading it takes time.
_AT_MOST = 8
# Characters before an amount within which stands what bounds it.
_LOOK_BACK = 30


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a message takes back of the price, and what it puts in its place."""

    # The message put right, as long as it was.
    text: str
    # Where amounts stand that hold no longer: no price to be met.
    places: tuple[Place, ...] = ()
    # Where one amount stands with the one that it replaces.
    swaps: tuple[Place, ...] = ()
    # The ends of the price that hold no longer.
    drops: tuple[str, ...] = ()

    def around(self, place: Place) -> Place:
        """A place in ``text``, widened to the whole of every swap that it is part of."""
        inside = [place, *(s for s in self.swaps if s[0] < place[1] and place[0] < s[1])]
        return min(s for s, _ in inside), max(e for _, e in inside)


def replaced(text: str, clauses: Sequence[Clause], current: Preferences) -> Replaced:
    """What ``text``, said after ``current``, puts in the place of other amounts."""
    mender = _Mender(current)
    for act, row in _rows():
        for _ in range(_PASSES if act in _IN_ONE_BREATH else 1):
            text = row.sub(partial(mender.mended, act), text, count=_AT_MOST)
    for start, end in (c.body for c in clauses if c.act == "drops" and _AMOUNT.search(text, *c.body)):
        if not mender.swapped((start, end)):
            mender.drop(text[start:end], (start, end))
            text = text[:start] + " " * (end - start) + text[end:]
    sizes = [m.span("old") for row in table("replaced")["sizes"] for m in compiled("replaced", row).finditer(text)]
    sizes = [s for s in sizes if not entry("replaced", "torn").search(text[: s[0]])]
    drops = tuple(name for slot, (name, _) in _ENDS.items() if slot in mender.gone)
    return Replaced(text, (*mender.places, *sizes), tuple(mender.swaps), drops)


@cache
def _rows() -> tuple[tuple[_Act, re.Pattern[str]], ...]:
    return tuple((act, compiled("replaced", row)) for act in get_args(_Act) for row in table("replaced")[act])


class _Mender:
    """One pass over a message; no step changes its length, so that every place stays where it is."""

    def __init__(self, current: Preferences) -> None:
        self.held = {slot: {Decimal(str(w.value)) for w in current.of(slot)} for slot in _ENDS}
        self.places: list[Place] = []
        self.swaps: list[Place] = []
        self.gone: set[Slot] = set()

    def mended(self, act: _Act, match: re.Match[str]) -> str:
        """What stands in the place of a match once it is put right."""
        end = None if act in _IN_ONE_BREATH else self._held_at(match["old"])
        written = any(start <= match.start() and match.end() <= stop for start, stop in self.swaps)
        if written or not self._gives_way(match, act, end):
            return match[0]
        if _no_money(match.string, _part(match, "new") or match["old"], match.end()):
            # "24, no wait, 27 inch": neither is a price. "Not over 900 but 65 inch" speaks of two things.
            one = act in (*_IN_ONE_BREATH, "denies") and end is None and not _apart(match, _ONE_SIZE)
            sizes = one and not _priced(match)
            return " " * len(match[0]) if sizes else match[0]
        if not _part(match, "new"):
            self.drop(match["old"], match.span())
            return " " * len(match[0])
        if act not in _IN_ONE_BREATH:
            for place in ((match.start(), match.start("new_lead")), (match.end("new_tail"), match.end())):
                if place[0] < place[1]:
                    self.drop(match["old"], place)
        # A swap of what an earlier one wrote is one with it.
        over = [match.span(), *self.swapped(match.span())]
        self.swaps = [s for s in self.swaps if s not in over]
        self.swaps.append((min(s for s, _ in over), max(e for _, e in over)))
        return _put(match, act, end).rjust(len(match[0]))

    def drop(self, old: str, place: Place) -> None:
        """Takes amounts back that stand there."""
        self.places.append(place)
        self.gone |= {slot for slot in _ENDS if self.held[slot] & set(_values(old))}

    def swapped(self, place: Place) -> list[Place]:
        """The swaps that overlap a place."""
        return [s for s in self.swaps if s[0] < place[1] and place[0] < s[1]]

    def _held_at(self, old: str) -> Slot | None:
        """The end of the price in force at which an amount stands."""
        return next((slot for slot in _ENDS if self.held[slot] & set(_values(old))), None)

    def _gives_way(self, match: re.Match[str], act: _Act, end: Slot | None) -> bool:
        bounded = bool(_part(match, "new_bound") or _part(match, "new_tail"))
        if act in _IN_ONE_BREATH:
            if entry("replaced", "one_of").match(match.string, match.end()):
                return False
            return bounded or not _apart(match, _ONE_PRICE if act == "mends" else _NEAR_PRICE)
        before = match.string[: match.start()]
        if entry("replaced", "of_a_thing").search(before):
            return False
        if act == "ends":
            # Where another price is in force, "43 instead of 42" says nothing of it.
            spends = entry("replaced", "money").search(before[-_LOOK_BACK:])
            return bool(end or bounded or spends or _of_money(match)) or not any(self.held.values())
        if end is None:
            return act == "denies" and not bounded and _of_money(match) and not _apart(match, _ONE_PRICE)
        return bool(others := _others(match)) and not _says_again(match, end, others)


def _part(match: re.Match[str], name: str) -> str:
    """What stands in a group that a row may lack."""
    return match.groupdict().get(name) or ""


def _values(said: str) -> list[Decimal]:
    return [value(m, 1) for m in _AMOUNT.finditer(said)]


def _others(match: re.Match[str]) -> list[str]:
    """What stands before each amount beside the one denied, those that measure or count something aside."""
    text, (start, end) = match.string, match.span("old")
    found = (m for m in _AMOUNT.finditer(text) if not start <= m.start("num1") < end)
    return [text[max(0, m.start() - _LOOK_BACK) : m.start()] for m in found if not _no_money(text, m[0], m.end())]


def _says_again(match: re.Match[str], end: Slot, others: Sequence[str]) -> bool:
    """Whether a bound denied is the one in force once more: "not over 50, but over 30", "at least 30, not over 50"."""
    denied, other = ("beyond", "lower") if end == "price_max" else ("short_of", "upper")
    bounded = entry("replaced", denied).search(match["old_bound"])
    return bounded is not None and all(entry("replaced", other).search(said) for said in others)


def _no_money(text: str, said: str, end: int) -> bool:
    """Whether an amount that ends there measures or counts something."""
    return measured(text, end) or (not entry("replaced", "money").search(said) and counts(text, end))


def _of_money(match: re.Match[str]) -> bool:
    said = f"{_part(match, 'denied')}{match['old']} {_part(match, 'new')}"
    return bool(match["old_bound"] or match["old_tail"] or entry("replaced", "money").search(said))


def _priced(match: re.Match[str]) -> bool:
    """Whether the old amount is a price said beside a size: "not over 200 but 144 Hz"."""
    if entry("replaced", "money").search(f"{_part(match, 'denied')}{match['old']}"):
        return True
    return bool(match["old_bound"] or match["old_tail"]) and max(_values(match["old"]), default=0) >= _LEAST_PRICE


def _apart(match: re.Match[str], times: int) -> bool:
    """Whether the amounts are further apart than so many times, the new one without a sign of money."""
    if entry("replaced", "money").search(match["new"]):
        return False
    low, high = sorted(max(_values(match[name]), default=Decimal()) for name in ("old", "new"))
    return high > low * times


def _put(match: re.Match[str], act: _Act, end: Slot | None) -> str:
    """The new amount with its own bound, or with that of the old one."""
    if match["new_bound"] or match["new_tail"]:
        return match.string[match.start("new_lead") : match.end("new_tail")]
    new = _coined(match["new"], match["old"])
    bound, tail = match["old_bound"], match["old_tail"]
    if len(_values(new)) > 1:
        return f"between {new}" if end or bound or act == "denies" else new
    if end or (act == "denies" and not (bound or tail)) or len(_values(match["old"])) > 1:
        return _ENDS[end or "price_max"][1] + new
    if "denied" in match.groupdict():
        denied = f"{match['denied']}{bound}"
        if any(entry("replaced", side).search(denied) for side in ("beyond", "short_of")):
            return f"not {denied}{new}{tail}"
    return f"{match['old_lead']}{bound}{new}{tail}"


def _coined(new: str, old: str) -> str:
    """The new amount with the sign of money of the old one, where it has none."""
    if entry("replaced", "money").search(new):
        return new
    sign, coin = _SIGN.match(old), _COIN.search(old)
    return f"{sign[0] if sign else ''}{new}{coin[1] if coin else ''}"
