"""Stretches of a text that identify somebody, by kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Kinds that rules alone find: they have a form, most of them a check digit.
FORMED = (
    "CREDIT_CARD",
    "IBAN_CODE",
    "EMAIL_ADDRESS",
    "DOMAIN_NAME",
    "IP_ADDRESS",
    "US_SSN",
    "PHONE_NUMBER",
    "US_DRIVER_LICENSE",
    "RECORD_ID",
)
# Kinds that need the sentence around them; the network learned them.
WRITTEN = ("PERSON", "STREET_ADDRESS", "GPE", "ORGANIZATION", "TITLE", "DATE_TIME", "AGE", "NRP", "ZIP_CODE")
TYPES = FORMED + WRITTEN
# Regular expressions: a character of a script that does not part its words (Chinese, Japanese), beside which anything
# stands alone; and a letter or digit of one that does.
UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff]"
LETTER = rf"[^\W_{UNSPACED[1:-1]}]"
# What parts two values of one kind that stand side by side: "12 Mill Lane, Apt. 4" is one stretch to hide.
_BETWEEN = re.compile(r"[\s,;]*")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``start`` to ``end`` of a text, and of which of ``TYPES`` they are."""

    start: int
    end: int
    type: str


def joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans in order, neighbours of one kind with nothing but spaces and commas between them as one."""
    found: list[Span] = []
    for span in sorted(spans):
        last = found[-1] if found else None
        if last and last.type == span.type and _BETWEEN.fullmatch(text, last.end, max(span.start, last.end)):
            found[-1] = Span(last.start, max(last.end, span.end), last.type)
        else:
            found.append(span)
    return found
