"""What customers ask shops about: which subjects a text is about, learned from questions and statements of other shops.

A question and a statement that answers it often share neither words nor, to a small embedding model, meaning; but each
is like others of its own sort. So both are told by subject, and a statement suits a question as far as they share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from retrieval.measures import read_table

if TYPE_CHECKING:
    import numpy as np

# How far the spread of texts within a subject is taken to be alike in every direction: there are fewer texts than
# would tell it. And by what the logarithms of likelihoods are divided so that their certainty is true of texts that
# nothing was learned from; both from a cross-validation over the file's own texts.
_SHRINK, _TEMPERATURE = 0.5, 9.0


@cache
def _table() -> Sequence[Mapping[str, Sequence[str]]]:
    return [row for area in read_table("policy_subjects.yaml").values() for row in area.values()]


@cache
def examples() -> tuple[str, ...]:
    """Every text of ``policy_subjects.yaml``, subject by subject."""
    return tuple(text for row in _table() for part in ("asked", "said", "seldom") for text in row.get(part, ()))


@cache
def background() -> tuple[str, ...]:
    """The statements that few shops make."""
    return tuple(text for row in _table() for text in row.get("seldom", ()))


class Subjects:
    """Tells the subjects of texts by their vectors: a linear discriminant analysis. Immutable."""

    def __init__(self, vectors: np.ndarray) -> None:
        """``vectors`` are those of ``examples()``, float32 (n, dimension)."""
        import numpy as np

        sizes = [sum(map(len, row.values())) for row in _table()]
        label = np.repeat(np.arange(len(sizes)), sizes)
        means = np.zeros((len(sizes), vectors.shape[1]))
        np.add.at(means, label, vectors)
        # A subject of few texts is drawn to the middle of all by as much as one text weighs.
        means = (means + vectors.mean(axis=0)) / (np.array(sizes)[:, None] + 1)
        rest = vectors - means[label]
        spread = rest.T @ rest / len(vectors)
        even = np.eye(len(spread)) * np.trace(spread) / len(spread)
        self._weights = np.linalg.solve((1 - _SHRINK) * spread + _SHRINK * even, means.T)
        self._bias = -(means.T * self._weights).sum(axis=0) / 2

    def of(self, vectors: np.ndarray) -> np.ndarray:
        """float32 (n, subjects): how likely each text is about each subject; a row sums to 1."""
        import numpy as np

        told = (vectors @ self._weights + self._bias) / _TEMPERATURE
        odds = np.exp(told - told.max(axis=1, keepdims=True))
        found: np.ndarray = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
        return found
