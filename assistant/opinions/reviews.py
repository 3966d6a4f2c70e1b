"""A review in, opinions out, each with the words it rests on: for profiles, and for what a product is praised for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.opinions.values import Polarity, Span

if TYPE_CHECKING:
    from assistant.opinions.reader import OpinionReader

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
# A number with its point, a word with its apostrophe, or one sign.
_WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+(?:['’-]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a review says of one thing. Places are characters of the review."""

    # The thing's own name in the review, and the words of judgement; None where it is meant and not said.
    aspect: str | None
    words: str | None
    # "BATTERY#QUALITY": the thing and what of it, by the names of the training data.
    category: str
    polarity: Polarity
    # The sentence it stands in, word for word, and where that begins.
    quote: str
    start: int


def opinions(reader: OpinionReader, reviews: Sequence[str]) -> list[list[Opinion]]:
    """The opinions of each review, in the order of their sentences."""
    parts = [(n, m.start(), m.group()) for n, review in enumerate(reviews) for m in _SENTENCE.finditer(review)]
    places = [[m.span() for m in _WORD.finditer(sentence)] for _, _, sentence in parts]
    # The open sets that readers learn from are in lower case.
    said = [[s[a:b].lower() for a, b in spans] for (_, _, s), spans in zip(parts, places, strict=True)]
    found: list[list[Opinion]] = [[] for _ in reviews]
    for (n, start, sentence), spans, quads in zip(parts, places, reader.read(said), strict=True):
        quote = sentence.strip()
        begin = start + sentence.index(quote)
        for quad in sorted(quads, key=str):
            aspect, words = _words(sentence, spans, quad.aspect), _words(sentence, spans, quad.opinion)
            found[n].append(Opinion(aspect, words, quad.category, quad.polarity, quote, begin))
    return found


def _words(sentence: str, places: Sequence[tuple[int, int]], span: Span | None) -> str | None:
    return sentence[places[span[0]][0] : places[span[1] - 1][1]] if span else None
