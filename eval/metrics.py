"""Measures and how sure they are: ranking scores of one query, and bootstrap intervals over many items.

Every interval is the 95 % percentile bootstrap of 2,000 resamples, deterministic by seed. Items that belong together
(the turns of one conversation) are drawn together: they are not independent of each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
# Cells of one block of resamples: bounds the memory at some 32 MB for any number of items.
_BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with its 95 % interval and how many items it stands on."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float | int]:
        """As it stands in ``metrics.json``."""
        return asdict(self)


def ndcg(ranking: Sequence[str], grades: Mapping[str, float], k: int = 10, *, exponential: bool = False) -> float:
    """Normalised discounted cumulative gain of the first ``k``, log2 discount (as trec_eval).

    A product gains its grade, or 2^grade - 1 where ``exponential``; what is not in ``grades`` counts 0. NaN where no
    product has a grade above 0: nothing could score.
    """
    if exponential:
        grades = {id_: 2.0**grade - 1 for id_, grade in grades.items()}
    ideal = _dcg(sorted((g for g in grades.values() if g > 0), reverse=True)[:k])
    return _dcg([grades.get(id_, 0) for id_ in ranking[:k]]) / ideal if ideal else math.nan


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def judged_only(ranking: Sequence[str], grades: Mapping[str, float]) -> list[str]:
    """The ranking with everything that nobody judged taken out (a condensed list)."""
    return [id_ for id_ in ranking if id_ in grades]


def recall(ranking: Sequence[str], grades: Mapping[str, float], k: int = 100) -> float:
    """Share of the products graded above 0 that stand among the first ``k``; NaN where there is none."""
    relevant = {id_ for id_, grade in grades.items() if grade > 0}
    return len(relevant & set(ranking[:k])) / len(relevant) if relevant else math.nan


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, float]) -> float:
    """1 / rank of the first product graded above 0, 0 where none is found; NaN where there is none to find."""
    if not any(grade > 0 for grade in grades.values()):
        return math.nan
    return next((1 / rank for rank, id_ in enumerate(ranking, start=1) if grades.get(id_, 0) > 0), 0.0)


def mean(values: Sequence[float], *, seed: int, groups: Sequence[str] | None = None) -> Metric:
    """The mean with its interval; ``groups`` names for each value what is drawn together. Needs at least one value."""
    names = list(range(len(values))) if groups is None else _numbered(groups)
    size = max(names) + 1
    sums, counts = np.zeros(size), np.zeros(size)
    np.add.at(sums, names, np.asarray(values, dtype=float))
    np.add.at(counts, names, 1.0)
    drawn: list[npt.NDArray[np.float64]] = [
        sums[picks].sum(axis=1) / counts[picks].sum(axis=1) for picks in _draws(size, seed)
    ]
    low, high = np.quantile(np.concatenate(drawn), [0.025, 0.975])
    return Metric(float(sums.sum() / counts.sum()), float(low), float(high), len(values))


def resampled(
    count: int, statistic: Callable[[Sequence[int]], float], *, seed: int, groups: Sequence[str] | None = None
) -> Metric:
    """Any statistic of ``count`` items, given as their positions, with its interval. Needs at least one item.

    For what is no mean of single items, such as an F1 over all of them; ``groups`` as in ``mean``.
    """
    names = list(range(count)) if groups is None else _numbered(groups)
    members: list[list[int]] = [[] for _ in range(max(names) + 1)]
    for position, name in enumerate(names):
        members[name].append(position)
    drawn = [
        statistic([position for group in pick for position in members[group]])
        for picks in _draws(len(members), seed)
        for pick in picks
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Metric(float(statistic(range(count))), float(low), float(high), count)


def quantile(values: Sequence[float], q: float, *, seed: int, groups: Sequence[str] | None = None) -> Metric:
    """The ``q`` quantile (0.5 is p50) with its interval. Needs at least one value."""
    data = np.asarray(values, dtype=float)
    names = np.arange(len(data)) if groups is None else np.asarray(_numbered(groups))
    members = [data[names == number] for number in range(int(names.max()) + 1)]
    drawn = [
        np.quantile(np.concatenate([members[g] for g in pick]), q)
        for picks in _draws(len(members), seed)
        for pick in picks
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Metric(float(np.quantile(data, q)), float(low), float(high), len(values))


@dataclass(frozen=True, slots=True)
class Difference:
    """B minus A on the items both have, with its paired bootstrap interval."""

    a: float
    b: float
    value: float
    low: float
    high: float
    # Share of the resamples in which the sign is the other one or zero, doubled: small means the sign is sure.
    p: float
    n: int


def paired(a: Sequence[float], b: Sequence[float], *, seed: int, groups: Sequence[str] | None = None) -> Difference:
    """Compares two columns of the same items in the same order."""
    gap = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    names = list(range(len(gap))) if groups is None else _numbered(groups)
    size = max(names) + 1
    sums, counts = np.zeros(size), np.zeros(size)
    np.add.at(sums, names, gap)
    np.add.at(counts, names, 1.0)
    drawn = np.concatenate([sums[p].sum(axis=1) / counts[p].sum(axis=1) for p in _draws(size, seed)])
    low, high = np.quantile(drawn, [0.025, 0.975])
    p = min(1.0, 2 * min(float((drawn <= 0).mean()), float((drawn >= 0).mean())))
    return Difference(
        float(np.mean(a)), float(np.mean(b)), float(gap.mean()), float(low), float(high), p, int(gap.size)
    )


def _numbered(groups: Sequence[str]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(name, len(numbers)) for name in groups]


def _draws(size: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    rows = max(1, _BLOCK // size)
    for start in range(0, RESAMPLES, rows):
        yield rng.integers(0, size, (min(rows, RESAMPLES - start), size), dtype=np.int64)
