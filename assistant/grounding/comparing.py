"""Claims that set products side by side: who is cheaper, lighter, rated higher, has more of something."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from assistant.grounding.fixed import MONEY, NAME, digits
from assistant.grounding.record import Field, Record
from retrieval.measures import in_unit, unit
from retrieval.text import words

_N = "[\ue000-\ue0ff]"
_M = "[\ue100-\ue1ff]"
_WHO = rf"(?P<who>{_N}|\b(?:it|this one|this)\b)"
_THAN = rf" than (?P<other>{_N})"
# What may follow a superlative: that it is among the products shown.
_AMONG = r"(?: (?:one|option|product))?(?: of (?:these|them|those|the (?:\d|shown ones))| (?:here|shown))+"

# A property as a number of one product, or None where its record has none.
Measured = Callable[[Record], Decimal | None]


def compare(text: str, cards: Sequence[Record], about: Record, amounts: Sequence[Decimal]) -> tuple[str, list[str]]:
    """``text`` without its comparisons, and those that the records do not bear out.

    It is in lower case; each product and each amount of money is one character. "It" is ``about``.
    """
    said = _Said(cards, about, amounts)
    faults: list[str] = []
    for pattern, holds in _forms():
        while match := pattern.search(text):
            if not holds(said, match):
                faults.append(f"the records do not say “{_plain(match[0], cards)}”")
            # The product stays as the subject of what follows.
            text = text[: match.start()] + f"{match['who']} " + text[match.end() :]
    return text, faults


@dataclass(frozen=True, slots=True)
class _Said:
    """What a text speaks of."""

    cards: Sequence[Record]
    about: Record
    amounts: Sequence[Decimal]

    def card(self, said: str) -> Record:
        """The product that one character, or a word like "it", stands for."""
        return self.cards[ord(said) - NAME] if said and NAME <= ord(said[0]) < MONEY else self.about

    def both(self, measured: Measured, match: re.Match[str]) -> tuple[Decimal | None, Decimal | None]:
        """The number of the product that is compared, and that of the other one."""
        return measured(self.card(match["who"])), measured(self.card(match["other"]))


# Whether the records bear out what was said.
Verdict = Callable[[_Said, re.Match[str]], bool]


def _ordered(measured: Measured) -> Verdict:
    """One has more than the other where "more" was said, else less."""

    def holds(said: _Said, match: re.Match[str]) -> bool:
        one, two = said.both(measured, match)
        if one is None or two is None:
            return False
        return one > two if match["more"] is not None else one < two

    return holds


def _priced(said: _Said, match: re.Match[str]) -> bool:
    """One costs more or less than the other, by the amount that was said."""
    if not _ordered(_price)(said, match):
        return False
    if match["by"] is None:
        return True
    one, two = said.both(_price, match)
    assert one is not None and two is not None
    return abs(one - two) == said.amounts[ord(match["by"]) - MONEY]


def _equal(said: _Said, match: re.Match[str]) -> bool:
    one, two = said.both(_price, match)
    return one is not None and one == two


def _labelled(said: _Said, match: re.Match[str]) -> bool:
    return _ordered(_named(match["label"]))(said, match)


def _best(measured: Measured, more: bool) -> Verdict:
    """One has the most, or the least, of all that are shown."""

    def holds(said: _Said, match: re.Match[str]) -> bool:
        values = [(measured(c), c is said.card(match["who"])) for c in said.cards]
        if len(values) < 2 or any(v is None for v, _ in values):
            return False
        mine = next(v for v, own in values if own)
        assert mine is not None
        rest = [v for v, own in values if not own and v is not None]
        return all(mine > v if more else mine < v for v in rest)

    return holds


@cache
def _forms() -> list[tuple[re.Pattern[str], Verdict]]:
    """How comparisons are written, in the order in which they are looked for."""
    forms: list[tuple[str, Verdict]] = [
        (
            rf"{_WHO} (?:costs|is|sells for) (?:(?P<by>{_M}) )?"
            rf"(?:(?P<more>more expensive|pricier|dearer|more)|cheaper|less expensive|less){_THAN}",
            _priced,
        ),
        (rf"{_WHO} has (?:a|the) (?:(?P<more>higher)|lower|smaller|better) price{_THAN}", _ordered(_price)),
        (rf"{_WHO} (?:costs|is) (?:exactly )?(?:as much as|the same(?: price)? as) (?P<other>{_N})", _equal),
        (rf"{_WHO} (?:is|weighs) (?:(?P<more>heavier|more)|lighter|less){_THAN}", _ordered(_weight)),
        (
            rf"{_WHO} (?:is rated|has a|is) (?:(?P<more>higher|better)|lower|worse)(?: rated| rating)?{_THAN}",
            _ordered(_rating),
        ),
        (
            rf"{_WHO} (?:has|offers|holds|gives) (?:an? |the )?"
            rf"(?:(?P<more>higher|larger|longer|greater|bigger|more)|lower|smaller|shorter|less|fewer) "
            rf"(?P<label>[a-z0-9 /.-]{{2,60}}?){_THAN}",
            _labelled,
        ),
    ]
    for (more, less), label in _SIDES:
        forms.append((rf"{_WHO} is (?:(?P<more>{more})|{less}){_THAN}", _ordered(_named(label))))
    for superlative, measured, most in _MOST:
        forms.append((rf"{_WHO} is (?:the )?(?:{superlative}){_AMONG}(?![\w-])", _best(measured, most)))
    return [(re.compile(pattern), holds) for pattern, holds in forms]


def _plain(text: str, cards: Sequence[Record]) -> str:
    return "".join(cards[ord(c) - NAME].names[0] if NAME <= ord(c) < MONEY else c for c in text)


def _price(record: Record) -> Decimal | None:
    return digits(record.price)


def _rating(record: Record) -> Decimal | None:
    return Decimal(record.rating) if record.rating else None


def _weight(record: Record) -> Decimal | None:
    return _named("weight")(record)


def _named(label: str) -> Measured:
    """The one number of a record that ``label`` names in full, in its unit's base."""
    named = frozenset(words(label))

    def measured(record: Record) -> Decimal | None:
        fields = [f for f in record.fields if set(f.labels[0]) == named]
        fields = fields or [f for f in record.fields if f.distance(named) == 0]
        values = [_based(f) for f in fields]
        return values[0] if len(values) == 1 else None

    return measured


def _based(field: Field) -> Decimal | None:
    if field.amount is None:
        return None
    value, token = field.amount
    try:
        return Decimal(repr(in_unit(value, unit(token), token))) * Decimal(repr(unit(token).factor))
    except KeyError:
        return Decimal(repr(value))


# (more, less) of a side, and its name.
_SIDES = (
    (("wider", "narrower"), "width"),
    (("taller|higher", "lower"), "height"),
    (("longer", "shorter"), "length"),
    (("deeper", "shallower"), "depth"),
    (("thicker", "thinner"), "thickness"),
)
_MOST: tuple[tuple[str, Measured, bool], ...] = (
    ("cheapest|least expensive", _price, False),
    ("most expensive|dearest|priciest", _price, True),
    ("lightest", _weight, False),
    ("heaviest", _weight, True),
    ("best[- ]rated|highest[- ]rated", _rating, True),
)
