"""What was erased where; it names the places and not the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.jsonable import to_dict


@dataclass(frozen=True, slots=True)
class Line:
    """What was done in one place."""

    # A table, a file or a store: "conversations", "clicks.jsonl", "chroma".
    place: str
    # "erased", "kept for the books without the person", ...
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """The places in the order in which they were looked through; each is named, also where nothing was found."""

    lines: tuple[Line, ...]
    # What the shop's owner has to know: orders that are still open, files that could not be rewritten.
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many things were erased or stripped of the person."""
        return sum(line.count for line in self.lines)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"lines": to_dict(self.lines), "notes": list(self.notes)}
