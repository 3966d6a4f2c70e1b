"""What many people's purchases say of the next one: who followed whom, what sells, what a regression expects.

The columns that ``NextItem`` weighs. Counts are shared with an item's neighbours by content, so that an item which
nobody has bought yet is expected where its like was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from assistant.profile.content import Content

COLUMNS = (
    # How often it followed the last item; any item of the history; and both among what is alike.
    "follows", "follows_any", "follows_alike",
    # What a ridge regression of next items on histories, as items and as texts, expects.
    "expected",
    # Cosines with the last item, and the largest with any, by meaning and by words; the maker of the last item.
    "meaning_last", "meaning_best", "words_last", "words_best", "same_brand",
    # log(1 + how often it was bought), and the same over the length of the history: who is new follows the crowd.
    "popular", "popular_early",
    # In the history; the last of it; the last of the history of somebody who bought it twice running.
    "again", "again_last", "again_habit",
    # Next in the catalogue's order to the last item, where variants and accessories often stand.
    "beside",
)  # fmt: skip
# How much the item before counts beside a later one.
_DECAY = 0.7
# Added to an item's count of followers, so that one follower is no certainty; less where neighbours have been counted.
_PRIOR, _PRIOR_ALIKE = 1.0, 0.3
# The regression: weight of the texts beside the items themselves, ridge, share of a target that goes to its like, and
# how many of the latest steps it learns from.
_TEXT, _RIDGE, _SHARED, _MOST = 2.0, 2.0, 0.3, 5000
# Histories answered together.
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody's items so far, oldest first, and the one that came next; as places in the content."""

    user: str
    history: tuple[int, ...]
    target: int


class Habits:
    """Counts and a regression over ``steps``; steps of one user may repeat each other's beginnings."""

    def __init__(self, steps: Sequence[Step], content: Content, sold: np.ndarray | None = None) -> None:
        """``sold``, shape (items,), is how often each was bought beyond the steps; None is never."""
        self._content = content
        # The latest are kept: callers give steps in time order.
        self._steps = steps[-_MOST:]
        bought = np.bincount([step.target for step in steps], minlength=content.size).astype(np.float32)
        self._popular = np.log1p(bought + (0 if sold is None else sold)).astype(np.float32)
        self._follow = _followers(steps, content.size)

    def columns(self, histories: Sequence[Sequence[int]]) -> Iterator[np.ndarray]:
        """For each history, oldest first and maybe empty: shape (len(COLUMNS), items), float32.

        Many are cheaper together than one by one: the regression is solved for a batch at a time.
        """
        for start in range(0, len(histories), _BATCH):
            batch = histories[start : start + _BATCH]
            for history, expected in zip(batch, self._expected(batch), strict=True):
                yield self._of(history, expected)

    def _of(self, history: Sequence[int], expected: np.ndarray) -> np.ndarray:
        found = np.zeros((len(COLUMNS), self._content.size), dtype=np.float32)
        at = {name: row for row, name in enumerate(COLUMNS)}
        found[at["popular"]] = self._popular
        found[at["popular_early"]] = self._popular / max(1, len(history))
        if not history:
            return found
        last, places = history[-1], list(history)
        meaning, wording = self._content.meaning(places), self._content.wording(places)
        found[at["meaning_last"]], found[at["meaning_best"]] = meaning[-1], meaning.max(axis=0)
        found[at["words_last"]], found[at["words_best"]] = wording[-1], wording.max(axis=0)
        found[at["same_brand"]] = self._content.same_brand(last)
        found[at["again"], places] = 1
        found[at["again_last"], last] = 1
        found[at["again_habit"], last] = float(len(history) > 1 and history[-2] == last)
        if last + 1 < self._content.size:
            found[at["beside"], last + 1] = 1
        if self._steps:
            found[at["follows"]] = self._next[[last]].toarray()[0]
            weights = _ages(len(history))
            for name, matrix in (("follows_any", self._next), ("follows_alike", self._next_alike)):
                found[at[name]] = weights / weights.sum() @ matrix[places].toarray()
            found[at["expected"]] = expected
        return found

    @cached_property
    def _next(self) -> Any:
        return _shares(self._follow, _PRIOR)

    @cached_property
    def _next_alike(self) -> Any:
        alike = self._content.alike
        return _shares(alike @ self._follow @ alike.T, _PRIOR_ALIKE)

    @cached_property
    def _histories(self) -> tuple[Any, np.ndarray]:
        """The steps' histories as items, sparse (steps, items), and as texts, (steps, dimension)."""
        return self._described([step.history for step in self._steps])

    def _described(self, histories: Sequence[Sequence[int]]) -> tuple[Any, np.ndarray]:
        from scipy.sparse import csr_matrix

        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        texts = np.zeros((len(histories), self._content.vectors.shape[1]), dtype=np.float32)
        for row, history in enumerate(histories):
            if not history:
                continue
            weights = _ages(len(history))
            # Of one that was bought twice the later time counts.
            latest = dict(zip(history, weights.tolist(), strict=True))
            rows += [row] * len(latest)
            columns += latest
            values += latest.values()
            texts[row] = weights / weights.sum() @ self._content.vectors[list(history)]
        shape = (len(histories), self._content.size)
        return csr_matrix((np.array(values, dtype=np.float32), (rows, columns)), shape), texts

    @cached_property
    def _regression(self) -> tuple[Any, Any]:
        """The factored kernel of the steps, and their targets with a share for what is alike, sparse."""
        from scipy.linalg import cho_factor
        from scipy.sparse import csr_matrix

        items, texts = self._histories
        kernel = (items @ items.T).toarray() + _TEXT * (texts @ texts.T)
        kernel[np.diag_indices_from(kernel)] += _RIDGE
        count = len(self._steps)
        ones = np.ones(count, dtype=np.float32)
        targets = csr_matrix((ones, (range(count), [s.target for s in self._steps])), (count, self._content.size))
        shared = (1 - _SHARED) * targets + _SHARED * (targets @ self._content.alike)
        return cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False), shared

    def _expected(self, histories: Sequence[Sequence[int]]) -> np.ndarray:
        """Shape (histories, items)."""
        from scipy.linalg import cho_solve

        if not self._steps:
            return np.zeros((len(histories), self._content.size), dtype=np.float32)
        items, texts = self._histories
        mine, text = self._described(histories)
        near = (items @ mine.T).toarray() + _TEXT * (texts @ text.T)
        factor, targets = self._regression
        found: np.ndarray = (targets.T @ cho_solve(factor, near, check_finite=False)).T
        return found


def _ages(length: int) -> np.ndarray:
    """Weights of a history's items, oldest first; the last counts 1."""
    found: np.ndarray = (_DECAY ** np.arange(length)[::-1]).astype(np.float32)
    return found


def _followers(steps: Sequence[Step], size: int) -> Any:
    """Sparse (items, items): how often the second came after the first, by 1 / steps between; once a user and gap."""
    from scipy.sparse import csr_matrix

    seen = {
        (step.user, a, b, gap)
        for step in steps
        for line in [(*step.history, step.target)]
        for i, a in enumerate(line)
        for gap, b in enumerate(line[i + 1 :], start=1)
        if a != b
    }
    pairs = sorted((a, b, gap) for _, a, b, gap in seen)
    values = np.array([1 / gap for _, _, gap in pairs], dtype=np.float32)
    return csr_matrix((values, ([a for a, _, _ in pairs], [b for _, b, _ in pairs])), (size, size))


def _shares(counts: Any, prior: float) -> Any:
    from scipy.sparse import diags

    return (diags(1 / (np.asarray(counts.sum(axis=1)).ravel() + prior)) @ counts).tocsr()
