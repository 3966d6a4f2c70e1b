"""The little language in which a department file writes what products have and when a sentence may be said of one.

A trait is an attribute with its possible values, poorer to better where the level of a line counts:

    4.5..9 by 0.5         a number between the ends by level, with some play, on that grid
    8 < 16 < 32           a ladder climbed by level
    cotton | linen        a free choice
    20%..90%              a flag, by its chance at the lowest and the highest level
    anything else         that very value
    ... if lid=yes        only where the condition holds

A condition is ``name``, ``!name``, ``name=value``, ``name!=value``, ``name<number`` or ``name>=number``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.demo.chance import Key, bell, pick, roll
from retrieval.product import AttributeValue

LEVELS = 5
_RANGE = re.compile(r"(-?[\d.]+)\.\.(-?[\d.]+) by ([\d.]+)")
_FLAG = re.compile(r"(\d+)%\.\.(\d+)%")
_TEST = re.compile(r"(!?)([a-z_]+)(?:(!=|>=|<|=)(.+))?")


def value(text: str) -> AttributeValue:
    """``yes`` and ``no`` are flags, digits are numbers, the rest is text."""
    text = text.strip()
    if text in ("yes", "no"):
        return text == "yes"
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on a product's attributes. A test of an absent attribute fails, whatever it asks."""

    name: str
    op: str = "has"
    wanted: AttributeValue = True

    @classmethod
    def parse(cls, text: str) -> Test:
        match = _TEST.fullmatch(text.strip())
        if not match:
            raise ValueError(f"not a condition: {text!r}")
        negated, name, op, wanted = match.groups()
        if op is None:
            return cls(name, "has", not negated)
        return cls(name, op, value(wanted))

    def holds(self, attributes: Mapping[str, AttributeValue]) -> bool:
        if self.name not in attributes:
            return False
        actual = attributes[self.name]
        if self.op == "has":
            return bool(actual) is self.wanted
        if self.op in ("=", "!="):
            return (actual == self.wanted) is (self.op == "=")
        if not isinstance(actual, (int, float)) or not isinstance(self.wanted, (int, float)):
            raise ValueError(f"{self.name} is no number, so it cannot be compared with {self.wanted!r}")
        return actual < self.wanted if self.op == "<" else actual >= self.wanted


def tests(text: str) -> tuple[Test, ...]:
    """Conditions separated by commas; all of them must hold."""
    return tuple(Test.parse(part) for part in text.split(",")) if text.strip() else ()


@dataclass(frozen=True, slots=True)
class Trait:
    """An attribute, the expression its value is drawn from, and the conditions under which a product has it."""

    name: str
    expression: str
    needs: tuple[Test, ...] = ()

    @classmethod
    def parse(cls, name: str, text: str) -> Trait:
        expression, _, condition = text.partition(" if ")
        return cls(name, expression.strip(), tests(condition))

    @property
    def ends(self) -> tuple[float, float] | None:
        """The poorest and the best value of a range; None for every other kind."""
        match = _RANGE.fullmatch(self.expression)
        return (float(match[1]), float(match[2])) if match else None

    def draw(self, level: int, *keys: Key) -> AttributeValue:
        """The value for a line of ``level`` 1 to 5; ``keys`` name the line."""
        place = (level - 1) / (LEVELS - 1)
        keys = (*keys, self.name)
        if match := _RANGE.fullmatch(self.expression):
            low, high, step = (float(g) for g in match.groups())
            raw = low + (high - low) * place + 0.18 * abs(high - low) * bell(*keys)
            snapped = round(min(max(raw, min(low, high)), max(low, high)) / step) * step
            return round(snapped) if step.is_integer() else round(snapped, len(match[3].partition(".")[2]))
        if match := _FLAG.fullmatch(self.expression):
            low, high = (int(g) / 100 for g in match.groups())
            return roll(*keys) < low + (high - low) * place
        if " < " in self.expression:
            steps = self.expression.split(" < ")
            at = place * (len(steps) - 1) + 0.9 * bell(*keys)
            return value(steps[min(max(round(at), 0), len(steps) - 1)])
        return value(pick(self.expression.split(" | "), *keys))
