"""One record of a feed file, before anybody knows what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from retrieval.product import AttributeValue


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left out, and why."""

    file: str
    # From 1; the line on which the row starts, or its number where the file has no lines (Parquet).
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it stands in the file."""

    line: int
    cells: dict[str, Any]
    # Text cells mean whatever they look like; JSON and Parquet values have their type.
    typed: bool


Rows = Iterator[Row | Refused]


def typed_value(text: str) -> AttributeValue:
    """What a text cell means: a flag, a number, or its text. "007" stays text: leading zeros matter in codes."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})", text):
        return int(text)
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})\.\d{1,9}", text):
        return float(text)
    return text
