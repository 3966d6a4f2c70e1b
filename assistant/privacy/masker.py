"""Texts -> texts without personal data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.privacy import rules
from assistant.privacy.values import TYPES, WRITTEN, Span, joined
from retrieval.errors import RowsError

# What is left in a text unless somebody asks: makers and shops are what people talk about here, and no person.
KEPT = ("ORGANIZATION",)
MASKED = tuple(kind for kind in TYPES if kind not in KEPT)
_MARKS = " \t\n,;:"


class Reader(Protocol):
    """What finds the kinds that need their sentence."""

    def find(self, texts: Sequence[str], formed: Sequence[Sequence[Span]]) -> list[list[Span]]:
        """The spans of each text, beside those that rules found."""
        ...


@dataclass(frozen=True, slots=True)
class Masked:
    """A text in which ``[KIND]`` stands where somebody was told of, and what stood there in the text that came in."""

    text: str
    spans: tuple[Span, ...]


class Masker:
    """Finds and hides. Without a reader it goes by rules alone and knows neither names nor places."""

    def __init__(self, reader: Reader | None) -> None:
        self._reader = reader

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """What identifies somebody in each text, in order, none over another."""
        formed = [rules.find(text) for text in texts]
        read = self._reader.find(texts, formed) if self._reader else [[] for _ in texts]
        return [joined(text, _trimmed(text, merged(f, r))) for text, f, r in zip(texts, formed, read, strict=True)]

    def mask(self, texts: Sequence[str], kinds: Iterable[str] = MASKED) -> list[Masked]:
        """Each text with ``[KIND]`` for what is of ``kinds``."""
        wanted = frozenset(kinds)
        found = [[s for s in spans if s.type in wanted] for spans in self.find(texts)]
        return [
            Masked(replaced(text, spans, lambda span: f"[{span.type}]"), tuple(spans))
            for text, spans in zip(texts, found, strict=True)
        ]


def text_rows(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows as they are; raises RowsError with every one that is no ``{"id", "text"}``, counted from 1."""
    faults = [
        f'row {number} has no text. Write {{"id", "text"}}.'
        for number, row in enumerate(rows, 1)
        if not isinstance(row.get("text"), str) or not isinstance(row.get("id"), str | int)
    ]
    if faults:
        raise RowsError(faults)
    return list(rows)


def replaced(text: str, spans: Iterable[Span], by: Callable[[Span], str]) -> str:
    """The text with something else in the place of each span."""
    parts, at = [], 0
    for span in sorted(spans):
        parts += [text[at : span.start], by(span)]
        at = span.end
    return "".join([*parts, text[at:]])


def _trimmed(text: str, spans: Iterable[Span]) -> list[Span]:
    """Without spaces and commas at the ends: what is left of an address where a number was taken out of it."""
    found = []
    for span in spans:
        inside = text[span.start : span.end]
        start = span.start + len(inside) - len(inside.lstrip(_MARKS))
        end = span.end - len(inside) + len(inside.rstrip(_MARKS))
        if any(map(str.isalnum, text[start:end])):
            found.append(Span(start, end, span.type))
    return found


def merged(formed: Sequence[Span], read: Sequence[Span]) -> list[Span]:
    """Both; a number inside an address is part of it, anything else that rules found parts what was read around it."""
    kept = [f for f in formed if f.type not in WRITTEN or not any(r.start <= f.start and f.end <= r.end for r in read)]
    found = list(kept)
    for span in read:
        start = span.start
        for rule in (f for f in kept if f.start < span.end and f.end > span.start):
            if rule.start > start:
                found.append(Span(start, rule.start, span.type))
            start = rule.end
        if start < span.end:
            found.append(Span(start, span.end, span.type))
    return sorted(found)
