"""Names in a Chinese message: makers and types that the shop's own vocabulary knows, and whether they are wanted.

Chinese is written without spaces, so a name is looked for between any two characters; nothing else of such a message
is read but its figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.reading.phrases import Mentioned, Span
from assistant.state import Wish

_HAN = re.compile(r"[\u3400-\u9fff]+")
_NOT_LATIN = re.compile(r"[^\x00-\u024f]")
_REJECTS = re.compile(r"(?:不要|别要|除了|不含|不想要|不买|不喜欢)\s*$")
# Names of makers written in Chinese have so many characters.
_LENGTHS = (4, 3, 2)
# Of a very long message only so much is searched for names in Chinese.
_SEARCHED = 200


class Names(Protocol):
    """What a shop's vocabulary gives for it."""

    def brands(self, text: str) -> Sequence[Span]:
        """Makers that the text names."""
        ...

    def kinds(self, text: str) -> Sequence[Span]:
        """Product types that the text names."""
        ...


def named_in_chinese(text: str, vocabulary: Names) -> list[Wish]:
    """The makers, wanted or not, and the first type that ``text`` names in letters or in Chinese."""
    # Spaces keep each place where it was.
    latin = _NOT_LATIN.sub(" ", text)
    makers = [*vocabulary.brands(latin), *_in_han(text, vocabulary)]
    wishes = []
    for maker in sorted(makers, key=lambda m: m.start):
        rejected = _REJECTS.search(text[: maker.start]) is not None
        wishes.append(Wish("not_brand" if rejected else "brand", maker.value, True, maker.words))
    for kind in vocabulary.kinds(latin):
        if all(kind.end <= m.start or kind.start >= m.end for m in makers):
            wishes.append(Wish("category", kind.value, True, kind.words))
            break
    return wishes


def _in_han(text: str, vocabulary: Names) -> Iterator[Mentioned]:
    for run in _HAN.finditer(text[:_SEARCHED]):
        at = run.start()
        while at < run.end():
            found = next(_starting(text, at, run.end(), vocabulary), None)
            if found:
                yield found
            at = found.end if found else at + 1


def _starting(text: str, at: int, end: int, vocabulary: Names) -> Iterator[Mentioned]:
    for size in _LENGTHS:
        said = text[at : at + size]
        if at + size <= end:
            for brand in vocabulary.brands(said):
                if brand.words == said:
                    yield Mentioned(at, at + size, said, brand.value)
