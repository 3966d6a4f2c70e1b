"""Texts of customers without what tells of anybody: by the shop's own records first, and by the masker then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.privacy.known import Known, read_known
from assistant.privacy.masker import Masker, merged, replaced
from assistant.privacy.values import Span, joined
from retrieval import catalogue

# Kinds that a maker's or a product's name may be taken for; where somebody works tells of them as their town does.
_NAMES = ("PERSON", "GPE", "NRP", "TITLE", "ORGANIZATION")


@dataclass(frozen=True, slots=True)
class Hiding:
    """What hides people in the texts of one shop."""

    masker: Masker
    known: Known
    # Makers and products, in small letters: what a text calls them stays.
    goods: frozenset[str]

    def __call__(self, texts: Sequence[tuple[str, str | None]], counts: Counter[str] | None = None) -> list[str]:
        """Texts, each with the customer who wrote it, with ``[KIND]`` for what tells of anybody.

        ``counts`` is added to by kind.
        """
        different = list(dict.fromkeys(text for text, _ in texts))
        read = dict(zip(different, self.masker.find(different), strict=True))
        found = []
        for text, customer in texts:
            kept = [s for s in read[text] if not self._of_the_shop(text, s)]
            hidden = joined(text, merged(self.known.find(text, customer), kept))
            if counts is not None:
                counts.update(span.type for span in hidden)
            found.append(replaced(text, hidden, lambda span: f"[{span.type}]"))
        return found

    def _of_the_shop(self, text: str, span: Span) -> bool:
        return span.type in _NAMES and text[span.start : span.end].casefold() in self.goods


def open_hiding(folder: Path, masker: Masker) -> Hiding:
    """For the shop in ``folder``. Raises ShopError where it cannot be read."""
    products = [entry.product for entry in catalogue.load(folder).entries]
    goods = frozenset(name.casefold() for p in products for name in (p.brand, p.title) if name)
    return Hiding(masker, read_known(folder), goods)
