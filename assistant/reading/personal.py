"""A message less what identifies somebody: none of it is a wish, and nothing of it is said again.

What has a form of its own is found by the rules that mask texts elsewhere (`assistant/privacy/rules.py`); names and
addresses by how people put them. What the shop knows as its own, a maker or a value, stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from assistant.privacy.values import Span as Personal
from assistant.reading.phrases import Span
from assistant.reading.tables import patterns, table

# Kinds whose form no product has. Orders' numbers are asked for, and a domain may be a maker's name.
_FORMED = ("CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "IP_ADDRESS", "US_SSN", "PHONE_NUMBER")
_MARK = "¤"
# Shorter numbers with a check digit are article codes too (EAN).
_CARD = 15
# Characters before a number within which a word says that it is a telephone's.
_NEAR = 30
_CALLED = re.compile(
    r"\b(?:call|phone|ring|text|reach|tel|telephone|mobile|cell|whatsapp|sms|contact|(?:me|us) (?:on|at|under))\b",
    re.IGNORECASE,
)
_MARKS_LEFT = re.compile(r"\s*[,;:](?:\s*[,;:])+\s*|^[\s,;:.]+")


class Shop(Protocol):
    """What tells a shop's own words from a person's."""

    def brands(self, text: str) -> Sequence[Span]: ...
    def features(self, text: str) -> Sequence[Span]: ...
    def kinds(self, text: str) -> Sequence[Span]: ...


def impersonal(text: str, vocabulary: Shop) -> str:
    """``text`` without personal data; the same where there is none."""
    from assistant.privacy import rules

    own = [(m.start, m.end) for found in (vocabulary.brands(text), vocabulary.features(text)) for m in found]
    found = text
    for span in reversed(rules.find(text)):
        if _tells(text, span) and all(span.end <= start or end <= span.start for start, end in own):
            found = f"{found[: span.start]}{_MARK}{found[span.end :]}"
    for pattern, stays in _hidden():

        def hide(match: re.Match[str], stays: str = stays) -> str:
            goods = not re.search(rf"[\d{_MARK}]", match[0]) and (
                vocabulary.brands(match[0]) or vocabulary.features(match[0]) or vocabulary.kinds(match[0])
            )
            return match[0] if goods else match.expand(stays)

        found = pattern.sub(hide, found)
    return text if found == text else _MARKS_LEFT.sub(lambda m: ", " if m.start() else "", found).strip()


def _tells(text: str, span: Personal) -> bool:
    """Whether it identifies somebody: a number is a telephone's where it is said so, and a card's from 15 digits on."""
    said = text[span.start : span.end]
    if span.type == "PHONE_NUMBER":
        return said.startswith("+") or _CALLED.search(text[max(0, span.start - _NEAR) : span.start]) is not None
    if span.type == "CREDIT_CARD":
        return sum(map(str.isdigit, said)) >= _CARD
    return span.type in _FORMED


@cache
def _hidden() -> tuple[tuple[re.Pattern[str], str], ...]:
    data = table("personal")
    return patterns(data["hidden"], data["parts"], "stays")
