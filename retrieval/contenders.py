"""Which rows a query is worth ranking, and what speaks for each: the columns that the ranker reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.asked import Asked
from retrieval.lexical import Lexical, Matches
from retrieval.masks import Masks
from retrieval.nearest import Nearest
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

        matches = self._lexical.match(said.words)
        rows = np.flatnonzero(allowed)
        if len(rows) > max(ALL, wanted):
            masks = [allowed, *(allowed & mask for mask in among)]
            chosen = np.unique(np.concatenate([self._best(matches, vector, m, max(wanted, _BEST)) for m in masks]))
            missing = wanted - len(chosen)
            rows = chosen if missing <= 0 else np.union1d(chosen, np.setdiff1d(rows, chosen)[:missing])
        return Found(rows, self._columns(said, matches, vector, rows))

    def _best(self, matches: Matches, vector: np.ndarray | None, allowed: np.ndarray, n: int) -> np.ndarray:
        """The ``n`` best of the allowed rows by their words, and the ``n`` nearest in meaning."""
        import numpy as np

        there = np.flatnonzero(allowed[matches.rows])
        if len(there) > n:
            scores = matches.text[there] + matches.field[there]
            there = there[np.argpartition(scores, len(scores) - n)[len(scores) - n :]]
        by_words = matches.rows[there]
        if vector is None or self._nearest is None:
            return by_words
        return np.concatenate([by_words, self._nearest.best(vector, n, allowed)[0]])

    def _columns(self, said: Asked, matches: Matches, vector: np.ndarray | None, rows: np.ndarray) -> Columns:
        import numpy as np

        text, field = np.zeros(len(rows), dtype=np.float32), np.zeros(len(rows), dtype=np.float32)
        has = np.zeros((len(said.words), len(rows)), dtype=bool)
        if len(matches.rows):
            at = np.minimum(np.searchsorted(matches.rows, rows), len(matches.rows) - 1)
            here = matches.rows[at] == rows
            at = at[here]
            text[here], field[here], has[:, here] = matches.text[at], matches.field[at], matches.has[:, at]
        cosine, cosine_top = self._cosines(vector, rows)
        of_kind = self._masks.of_kinds(said.kinds)[rows]
        return Columns(
            text=text,
            text_top=float(matches.text.max(initial=0.0)),
            field=field,
            field_top=float(matches.field.max(initial=0.0)),
            cosine=cosine,
            cosine_top=cosine_top,
            has=has,
            rarity=matches.rarity,
            naming=np.array(said.naming, dtype=bool),
            of_kind=of_kind,
            of_brand=self._masks.of_brands(said.brands)[rows],
            price=of_kind * self._masks.price_fit(said.kinds, rows),
        )

    def _cosines(self, vector: np.ndarray | None, rows: np.ndarray) -> tuple[np.ndarray, float]:
        """The rows' cosines, and about the greatest of the whole shelf."""
        import numpy as np

        if vector is None or self._nearest is None:
            return np.zeros(len(rows), dtype=np.float32), 0.0
        if len(self._nearest) <= ALL:
            every = self._nearest.cosines(vector)
            return every[rows], float(every.max(initial=0.0))
        cosines = self._nearest.cosines(vector, rows)
        return cosines, float(self._nearest.best(vector, 1)[1].max(initial=0.0))
