"""A message less what identifies somebody: none of it is a wish, and nothing of it is said again.

What has a form of its own is found by the rules that mask texts elsewhere (`assistant/privacy/rules.py`); names and
addresses by how people put them. What the shop knows as its own, a maker or a value, stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from assistant.reading.phrases import Span

# Kinds whose form no product has. Orders' numbers are asked for, and a domain may be a maker's name.
_FORMED = ("CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "IP_ADDRESS", "US_SSN", "PHONE_NUMBER")
_MARK = "¤"
_MARKS_LEFT = re.compile(r"\s*[,;:](?:\s*[,;:])+\s*|^[\s,;:.]+")


class Shop(Protocol):
    """What tells a shop's own words from a person's."""

    def brands(self, text: str) -> Sequence[Span]: ...
    def features(self, text: str) -> Sequence[Span]: ...


def impersonal(text: str, vocabulary: Shop) -> str:
    """``text`` without personal data; the same where there is none."""
    from assistant.privacy import rules

    own = [(m.start, m.end) for found in (vocabulary.brands(text), vocabulary.features(text)) for m in found]
    found = text
    for span in reversed(rules.find(text)):
        if span.type in _FORMED and all(span.end <= start or end <= span.start for start, end in own):
            found = f"{found[: span.start]}{_MARK}{found[span.end :]}"
    for pattern, stays in _hidden():

        def hide(match: re.Match[str], stays: str = stays) -> str:
            maker = not re.search(rf"[\d{_MARK}]", match[0]) and vocabulary.brands(match[0])
            return match[0] if maker else match.expand(stays)

        found = pattern.sub(hide, found)
    return text if found == text else _MARKS_LEFT.sub(lambda m: ", " if m.start() else "", found).strip()


@cache
def _hidden() -> tuple[tuple[re.Pattern[str], str], ...]:
    import yaml

    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    found = []
    for row in data["hidden"]:
        pattern = row["said"]
        for name, part in data["parts"].items():
            pattern = pattern.replace(f"{{{name}}}", part)
        found.append((re.compile(pattern), row["stays"]))
    return tuple(found)
