"""One ranking out of two: pure functions over score columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# Share of the dense score in ``weighted``, and the constant of ``rrf``.
DENSE = 0.6
SMOOTHING = 60


def weighted(lexical: np.ndarray, dense: np.ndarray, share: float = DENSE) -> np.ndarray:
    """Both columns on a scale of 0 to 1 (BM25 by its maximum, cosines by their range), then their weighted mean."""
    return (1 - share) * _by_maximum(lexical) + share * _by_range(dense)


def rrf(lexical: np.ndarray, dense: np.ndarray, smoothing: int = SMOOTHING) -> np.ndarray:
    """Reciprocal rank fusion; a row that BM25 does not match at all gets nothing from it."""
    fused: np.ndarray = (lexical > 0) / (smoothing + ranks(lexical)) + 1 / (smoothing + ranks(dense))
    return fused


def ranks(scores: np.ndarray) -> np.ndarray:
    """1 for the highest score; equal scores in row order."""
    import numpy as np

    found = np.empty(len(scores), dtype=np.int64)
    found[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return found


def _by_maximum(scores: np.ndarray) -> np.ndarray:
    top = scores.max(initial=0.0)
    return scores / top if top > 0 else scores


def _by_range(scores: np.ndarray) -> np.ndarray:
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else scores * 0
