"""Sentences whose opinions somebody marked, as files."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import ShopTalkError
from assistant.opinions.values import Quad, Sentence
from retrieval.jsonlines import read_rows

_FORM = 'A row is {"text": words parted by spaces, "quads": [{"category", "sentiment", "aspect_span", "opinion_span"}]}'


class OpinionError(ShopTalkError):
    """A folder that holds no reader of opinions, or data that none can learn from."""


def sentences(path: Path) -> list[Sentence]:
    """Every row of a file, in its order; equal quads count once. Raises ``OpinionError`` with the first bad row."""
    found = []
    for number, row in enumerate(read_rows(path), start=1):
        try:
            words = tuple(str(row["text"]).split(" "))
            quads = {Quad.from_dict(quad) for quad in row["quads"]}
            if any(span and not 0 <= span[0] < span[1] <= len(words) for q in quads for span in (q.aspect, q.opinion)):
                raise ValueError("a span lies outside the text")
            found.append(Sentence(words, tuple(sorted(quads, key=str))))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise OpinionError(f"{path}, row {number} is no marked sentence: {error!r}", _FORM) from error
    if not any(sentence.quads for sentence in found):
        raise OpinionError(f"{path} has no opinion in it", "Name another file")
    return found
