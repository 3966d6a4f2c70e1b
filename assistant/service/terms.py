"""Days in texts: dates that are named, terms that a policy grants ("within 7 days of delivery"), what holds when."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Anchor = Literal["delivery", "order"]

_NAMES = [name.lower() for name in calendar.month_name[1:]]
_MONTH = "(?P<month>" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _NAMES) + r")\b\.?"
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH.replace('?P<month>', '?P<month2>')} "
    r"(?P<day2>\d{1,2})(?:st|nd|rd|th)?)(?:,? (?P<year>\d{4}))?\b|\b(?P<iso>\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_ORDERED = re.compile(r"\b(?:buy|bought|order(?:ed)?|purchased?)\b", re.IGNORECASE)
_CAME = re.compile(r"\b(?:deliver(?:ed|y)?|arriv(?:ed?|al)|came|got|received?)\b", re.IGNORECASE)
_TERM = re.compile(
    r"\b(?P<count>\d{1,3}) (?P<unit>day|week|month|year)s?\b(?: \w+){0,2}? (?:of|from|after|since) "
    r"(?:the day of |your |the )?(?P<anchor>deliver|arriv|order|purchase)",
    re.IGNORECASE,
)
_FORCE = re.compile(
    r"\b(?:valid|in force|effective|appl(?:y|ies)|holds?)\b[^.;]{0,20}?"
    r"\b(?P<side>from|since|as of|until|till|through)\b ?$",
    re.IGNORECASE,
)


# How much farther off a day ahead counts than one behind, where no year was said.
_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Term:
    """So long from a day: what a policy grants."""

    count: int
    unit: str
    anchor: Anchor

    def end(self, start: date) -> date:
        """The last day."""
        if self.unit in ("day", "week"):
            return start + timedelta(days=self.count * (7 if self.unit == "week" else 1))
        month = start.month - 1 + self.count * (12 if self.unit == "year" else 1)
        year, month = start.year + month // 12, month % 12 + 1
        return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Named:
    """A day that a text names, and what was on it."""

    day: date
    of: Anchor
    start: int
    # Whether the year was said too.
    dated: bool


def day(iso: str) -> str:
    """ "2026-05-03" as "3 May 2026"; what is no day stays as it is."""
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{found.day} {found:%B} {found.year}"


def days_in(text: str, today: date) -> list[Named]:
    """The days that a text names; without a year one near ``today`` is meant."""
    found = []
    for match in _DATE.finditer(text):
        found_day = _day(match, today)
        if found_day is None:
            continue
        before = text[: match.start()]
        came, ordered = (max((m.end() for m in p.finditer(before)), default=-1) for p in (_CAME, _ORDERED))
        found.append(Named(found_day, "order" if ordered > came else "delivery", match.start(), bool(match["year"])))
    return found


def term_in(text: str) -> Term | None:
    """The first term of a text that counts from a delivery or an order."""
    match = _TERM.search(text)
    if not match:
        return None
    anchor: Anchor = "delivery" if match["anchor"].lower() in ("deliver", "arriv") else "order"
    return Term(int(match["count"]), match["unit"].lower(), anchor)


def in_force(text: str, today: date) -> bool:
    """Whether a text that says from or until when it is valid is so ``today``; a text that does not say so is."""
    for named in days_in(text, today):
        match = _FORCE.search(text[: named.start])
        if match and named.dated:
            begins = match["side"].lower() in ("from", "since", "as of")
            if (today < named.day) if begins else (today > named.day):
                return False
    return True


def _day(match: re.Match[str], today: date) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        month = next(
            n for n, m in enumerate(_NAMES, 1) if m.startswith((match["month"] or match["month2"])[:3].lower())
        )
        number = int(match["day"] or match["day2"])
        if match["year"]:
            return date(int(match["year"]), month, number)
        near = [date(year, month, number) for year in (today.year - 1, today.year, today.year + 1)]
    except ValueError:
        return None
    # People speak more of what was than of what will be.
    return min(near, key=lambda d: (today - d).days if d <= today else _AHEAD * (d - today).days)
