"""Pairs of themes into segments: spherical k-means over a table of noisy counts, and how many segments it has. Pure.

Only the released table is looked at, so that nothing here tells more of anybody. A pair is a point: the first theme
counts about twice as much as the second. Of the numbers of segments at which tables that are drawn anew give nearly
the same segments, the one is chosen whose segments are best apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.intp]

# The part of the first theme in what somebody buys who has two.
_FIRST = 0.65
_LEAST, _MOST = 3, 12
_REDRAWN = 10
# Adjusted Rand between segments of tables drawn anew, from which on a number of segments counts as settled.
SETTLED = 0.9


@dataclass(frozen=True, slots=True)
class Attempt:
    """What speaks for one number of segments."""

    count: int
    # Mean adjusted Rand between the segments and those of tables drawn anew; 1 where they are the same.
    agreement: float
    # Mean silhouette, -1 to 1: how much nearer a customer is to their own segment than to the next.
    apart: float


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which segment each pair of themes is in."""

    # By pair, as ``Themes.cell`` numbers them; segments are numbered by size, the largest 0.
    of: tuple[int, ...]
    attempts: tuple[Attempt, ...]
    chosen: Attempt


def grouped(table: Sequence[int], themes: int, scale: float, seed: int = 0) -> Grouping:
    """The segments of a noisy table with a row for each pair of ``themes``; ``scale`` is that of its Laplace noise."""
    import numpy as np

    dice = np.random.default_rng(seed)
    points, weights = _points(themes), _weights(np.asarray(table, float), scale)
    redrawn = [_weights(dice.poisson(weights) + dice.laplace(0, scale, len(weights)), scale) for _ in range(_REDRAWN)]
    found: dict[int, tuple[Attempt, Whole]] = {}
    for count in range(_LEAST, min(_MOST, themes + 1, int((weights > 0).sum())) + 1):
        labels = _fitted(points, weights, count, seed, 10)
        others = [_fitted(points, w, count, seed, 3) for w in redrawn]
        agreement = float(np.mean([_adjusted_rand(labels, o, weights) for o in others]))
        found[count] = Attempt(count, agreement, _silhouette(points, labels, weights)), labels
    attempts = [attempt for attempt, _ in found.values()]
    settled = [a for a in attempts if a.agreement >= SETTLED]
    chosen = max(settled, key=lambda a: a.apart) if settled else max(attempts, key=lambda a: a.agreement)
    return Grouping(_by_size(found[chosen.count][1], weights), tuple(attempts), chosen)


def _weights(table: Floats, scale: float) -> Floats:
    """Counts, and 0 where a count is no more than the noise of an empty row."""
    import numpy as np

    return np.where(table < 1.5 * scale, 0.0, table)


def _points(themes: int) -> Floats:
    import numpy as np

    one = np.eye(themes)
    points = _FIRST * one[:, None, :] + (1 - _FIRST) * one[None, :, :]
    flat = points.reshape(themes * themes, themes)
    return np.asarray(flat / np.linalg.norm(flat, axis=1, keepdims=True))


def _fitted(points: Floats, weights: Floats, count: int, seed: int, starts: int) -> Whole:
    """The nearest centre of each point, empty ones too; centres are directions."""
    import numpy as np
    from sklearn.cluster import KMeans

    there = weights > 0
    if int(there.sum()) < count:
        return np.zeros(len(points), dtype=np.intp)
    model = KMeans(count, n_init=starts, random_state=seed).fit(points[there], sample_weight=weights[there])
    centres = model.cluster_centers_ / np.linalg.norm(model.cluster_centers_, axis=1, keepdims=True)
    return np.asarray((points @ centres.T).argmax(axis=1))


def _adjusted_rand(one: Whole, other: Whole, weights: Floats) -> float:
    """Of two labellings of the same points, each point as many customers as its weight."""
    import numpy as np

    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one, other), weights)
    pairs, rows, columns, whole = (
        float((t * (t - 1) / 2).sum()) for t in (table, table.sum(1), table.sum(0), table.sum().reshape(1))
    )
    chance, most = rows * columns / whole, (rows + columns) / 2
    return 1.0 if most == chance else (pairs - chance) / (most - chance)


def _silhouette(points: Floats, labels: Whole, weights: Floats) -> float:
    import numpy as np

    far = np.linalg.norm(points[:, None] - points[None], axis=2) * weights
    groups = range(int(labels.max()) + 1)
    size = np.array([weights[labels == g].sum() for g in groups])
    away = np.array([far[:, labels == g].sum(axis=1) for g in groups]).T
    rows = np.arange(len(points))
    own = away[rows, labels] / np.maximum(size[labels] - 1, 1e-9)
    away = away / np.maximum(size, 1e-9)
    away[rows, labels] = np.inf
    away[:, size <= 0] = np.inf
    nearest = away.min(axis=1)
    each = np.where(size[labels] > 1, (nearest - own) / np.maximum(np.maximum(own, nearest), 1e-9), 0.0)
    return float((each * weights).sum() / weights.sum())


def _by_size(labels: Whole, weights: Floats) -> tuple[int, ...]:
    import numpy as np

    size = np.array([weights[labels == g].sum() for g in range(int(labels.max()) + 1)])
    place = np.empty(len(size), dtype=int)
    place[np.argsort(-size, kind="stable")] = np.arange(len(size))
    return tuple(int(place[label]) for label in labels)
