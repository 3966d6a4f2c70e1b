"""The values of opinion reading: what a sentence says of which aspect, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Polarity = Literal["negative", "neutral", "positive"]
POLARITIES: tuple[Polarity, ...] = ("negative", "neutral", "positive")
# Words [start, end) of a sentence.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Quad:
    """One opinion: of what, of which category, in which words, and how. A None span is meant and not said."""

    aspect: Span | None
    category: str
    opinion: Span | None
    polarity: Polarity

    def to_dict(self, words: tuple[str, ...]) -> dict[str, Any]:
        """As a row of ``data/acos`` writes it: spans and their words."""
        return {
            "category": self.category,
            "sentiment": self.polarity,
            "aspect": _said(words, self.aspect),
            "aspect_span": list(self.aspect) if self.aspect else None,
            "opinion": _said(words, self.opinion),
            "opinion_span": list(self.opinion) if self.opinion else None,
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Quad:
        """The other way. Raises KeyError or ValueError for a row that is none."""
        polarity = row["sentiment"]
        if polarity not in POLARITIES:
            raise ValueError(f"{polarity!r} is no polarity; they are {', '.join(POLARITIES)}")
        return cls(_span(row["aspect_span"]), str(row["category"]), _span(row["opinion_span"]), polarity)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as words, with the opinions that somebody marked in it."""

    words: tuple[str, ...]
    quads: tuple[Quad, ...] = ()


def _said(words: tuple[str, ...], span: Span | None) -> str | None:
    return " ".join(words[span[0] : span[1]]) if span else None


def _span(value: Any) -> Span | None:
    # Some who mark write what is not said as a span of no words.
    return (int(value[0]), int(value[1])) if value and value[0] != value[1] else None
