"""Which rows a query is worth ranking, and what speaks for each: the columns that the ranker reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.asked import Asked
from retrieval.lexical import Lexical, Matches
from retrieval.masks import Masks
from retrieval.nearest import Around, Nearest
from retrieval.rank import Columns

if TYPE_CHECKING:
    import numpy as np

# Up to so many allowed rows all of them are ranked; of more, so many of the best by words and by meaning each.
ALL = 25_000
_BEST = 500


@dataclass(frozen=True, slots=True)
class Found:
    """Rows in ascending order, and the ranker's columns of them."""

    rows: np.ndarray
    columns: Columns


class Contenders:
    """Gathers contenders of one shelf. Safe to share between threads."""

    def __init__(self, masks: Masks, lexical: Lexical, nearest: Nearest | None) -> None:
        self._masks = masks
        self._lexical = lexical
        self._nearest = nearest

    def of(
        self, said: Asked, vector: np.ndarray | None, allowed: np.ndarray, wanted: int, among: Sequence[np.ndarray] = ()
    ) -> Found:
        """At least ``wanted`` of the ``allowed`` rows (bool, (n,)), all of them where they are few.

        Where they are many, those of each mask of ``among`` get their chance too. ``vector`` is the text's embedding.
        """
        import numpy as np

        around = None if vector is None or self._nearest is None else self._nearest.around(vector)
        if np.count_nonzero(allowed) <= max(ALL, wanted):
            rows, matches = np.flatnonzero(allowed), self._lexical.match(said.words)
            tops = float(matches.text.max(initial=0.0)), float(matches.field.max(initial=0.0))
            return Found(rows, self._columns(said, matches, tops, around, rows))
        masks = [mask for mask in (allowed, *(allowed & other for other in among)) if mask.any()]
        best = max(wanted, _BEST)
        by_words, *tops_found = self._lexical.best(said.words, masks, best)
        near = [around.best(best, mask)[0] for mask in masks] if around else []
        rows = np.unique(np.concatenate([*by_words, *near]))
        if len(rows) < wanted:
            rows = np.union1d(rows, np.setdiff1d(np.flatnonzero(allowed), rows)[: wanted - len(rows)])
        tops = tops_found[0], tops_found[1]
        return Found(rows, self._columns(said, self._lexical.match(said.words, rows), tops, around, rows))

    def _columns(
        self, said: Asked, matches: Matches, tops: tuple[float, float], around: Around | None, rows: np.ndarray
    ) -> Columns:
        """``tops`` are the greatest ``text`` and ``field`` of the whole shelf."""
        import numpy as np

        text, field = np.zeros(len(rows), dtype=np.float32), np.zeros(len(rows), dtype=np.float32)
        has = np.zeros((len(said.words), len(rows)), dtype=bool)
        if len(matches.rows):
            at = np.minimum(np.searchsorted(matches.rows, rows), len(matches.rows) - 1)
            here = matches.rows[at] == rows
            at = at[here]
            text[here], field[here], has[:, here] = matches.text[at], matches.field[at], matches.has[:, at]
        cosine, cosine_top = _cosines(around, len(self._masks.price), rows)
        of_kind = self._masks.of_kinds(said.kinds)[rows]
        return Columns(
            text=text,
            text_top=tops[0],
            field=field,
            field_top=tops[1],
            cosine=cosine,
            cosine_top=cosine_top,
            has=has,
            rarity=matches.rarity,
            naming=np.array(said.naming, dtype=bool),
            of_kind=of_kind,
            of_brand=self._masks.of_brands(said.brands)[rows],
            price=of_kind * self._masks.price_fit(said.kinds, rows),
        )


def _cosines(around: Around | None, size: int, rows: np.ndarray) -> tuple[np.ndarray, float]:
    """The rows' cosines, and about the greatest of the whole shelf of ``size`` rows."""
    import numpy as np

    if around is None:
        return np.zeros(len(rows), dtype=np.float32), 0.0
    if size <= ALL:
        every = around.cosines()
        return every[rows], float(every.max(initial=0.0))
    return around.cosines(rows), float(around.best(1)[1].max(initial=0.0))
