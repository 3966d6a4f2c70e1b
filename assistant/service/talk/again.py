""" "The same as last time, but in blue": the thing meant is one the customer ordered, and the rest is a wish."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.service.talk import find
from assistant.service.values import Line, Order

_HAD = r"i\s+(?:bought|ordered|had|got)"
_LAST = r"(?:和|跟|同|像)?我?上一?次(?:买|订|下单)?的?(?:那[个款件])?的?"
_SAME = re.compile(
    rf"\b(?:the\s+)?(?:exact(?:ly the)?\s+)?same\b|\bas\s+(?:{_HAD}\s+)?(?:the )?(?:last time|before)\b|"
    rf"\b(?:that\s+)?{_HAD}\s+(?:last time|before)\b|"
    rf"{_LAST}(?P<like>.{{0,30}}?)(?:一模一样|一样|同款|相同)的?|{_LAST}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Again:
    """What was ordered, and the message without the words that point at it."""

    line: Line
    text: str


def again(text: str, orders: Iterable[Order]) -> Again | None:
    """The thing of ``orders`` (oldest first) that ``text`` wants once more; None where it wants none, or it is open."""
    if not find.said("as_before", text):
        return None
    lines = [line for order in sorted(orders, key=lambda o: o.placed, reverse=True) for line in order.lines]
    line = find.likeliest(text, lines)
    if line is None:
        return None
    rest = _SAME.sub(lambda m: f" {m['like'] or ''} ", text)
    return Again(line, " ".join(rest.split()).strip(" ,，"))
