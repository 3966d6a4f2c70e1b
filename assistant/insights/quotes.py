"""Which sentences of reviews are quoted: first those that tell of nobody; of others what tells of one is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

# Texts, each with the customer who wrote it -> without what tells of anybody, as ``assistant.privacy.hiding`` does.
Hide = Callable[[Sequence[tuple[str, str | None]]], Sequence[str]]
# Quotes of each side of an aspect; times that sentences are looked for in place of those that tell of somebody.
_QUOTES, _ROUNDS = 2, 4


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a review, word for word but for what is hidden."""

    text: str
    review: str
    product: str
    # ISO 8601, "" where unknown.
    date: str
    # 1 to 5; None where the review has none.
    stars: float | None


class Quoting:
    """Chooses among sentences; ``writers`` is who wrote a review, by its id."""

    def __init__(self, hide: Hide, writers: Mapping[str, str]) -> None:
        self._hide = hide
        self._writers = writers
        # (sentence, writer) -> what may be shown of it.
        self._hidden: dict[tuple[str, str], str] = {}

    def read(self, sides: Sequence[Sequence[Quote]]) -> None:
        """Looks who is told of in the best sentences of each of ``sides``, best first, all of them at once."""
        for _ in range(_ROUNDS):
            best = (self._key(q) for side in sides for q in self._best(side))
            unread = [key for key in dict.fromkeys(best) if key not in self._hidden]
            if not unread:
                return
            self._hidden.update(
                zip(unread, self._hide([(text, writer or None) for text, writer in unread]), strict=True)
            )

    def of(self, side: Iterable[Quote]) -> tuple[Quote, ...]:
        """What is quoted of ``side``, which ``read`` has seen."""
        read = [(q, self._hidden[self._key(q)]) for q in side if self._key(q) in self._hidden]
        read.sort(key=lambda pair: pair[1] != pair[0].text)
        return tuple(replace(q, text=shown) for q, shown in read[:_QUOTES])

    def _best(self, side: Sequence[Quote]) -> list[Quote]:
        return [q for q in side if self._hidden.get(self._key(q), q.text) == q.text][:_QUOTES]

    def _key(self, quote: Quote) -> tuple[str, str]:
        return quote.text, self._writers.get(quote.review, "")
