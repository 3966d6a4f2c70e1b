"""Counts of people with noise that hides each of them, by OpenDP.

Two databases are neighbours where one has all records of one person more than the other. A table of counts to which
one person adds at most ``each`` in all is then released with ``epsilon``-differential privacy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import log, sqrt
from types import ModuleType
from typing import Any, cast


def noisy(counts: Sequence[int], epsilon: float, each: int) -> list[int]:
    """The counts of a table whose rows are known without looking at anybody; a noisy count may be below 0."""
    if not counts:
        return []
    return [int(n) for n in _laplace(epsilon, each)(list(counts))]


def noisy_known(counts: Mapping[str, int], epsilon: float, delta: float, each: int) -> dict[str, int]:
    """Of a table whose very rows come from people (what they typed): those that enough of them share.

    One person adds at most 1 to each of at most ``each`` rows. Raises ``ValueError`` where ``delta`` is 0.
    """
    if delta <= 0:
        raise ValueError("rows that come from people need a delta above 0")
    measure = _threshold(epsilon, each, least(epsilon, delta, each))
    return {str(name): int(n) for name, n in measure(dict(counts)).items()}


@cache
def least(epsilon: float, delta: float, each: int) -> int:
    """The smallest noisy count at which such a row is told of."""
    # The threshold's own privacy falls with each step; OpenDP says where it is enough.
    return next(n for n in range(2, 100_000) if _threshold(epsilon, each, n).map((each, each, 1))[1] <= delta)


def spread(epsilon: float, each: int, cells: int = 1) -> float:
    """How far the sum of ``cells`` noisy counts is from the true one in 95 of 100 cases, at most about."""
    # One Laplace variable has heavier tails than the sum of several, which is nearly normal.
    return (log(20) if cells == 1 else 1.96 * sqrt(2 * cells)) * each / epsilon


@lru_cache(maxsize=64)
def _laplace(epsilon: float, each: int) -> Any:
    dp = _opendp()
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    measure = dp.m.make_laplace(*space, scale=each / epsilon)
    # What OpenDP itself proves of it, rather than what is claimed here.
    assert measure.map(each) <= epsilon * (1 + 1e-9)
    return measure


@lru_cache(maxsize=64)
def _threshold(epsilon: float, each: int, threshold: int) -> Any:
    dp = _opendp()
    domain = dp.map_domain(dp.atom_domain(T="String"), dp.atom_domain(T="u32"))
    space = domain, dp.l01inf_distance(dp.absolute_distance(T="u32"))
    measure = dp.m.make_laplace_threshold(*space, scale=each / epsilon, threshold=threshold)
    assert measure.map((each, each, 1))[0] <= epsilon * (1 + 1e-9)
    return measure


@cache
def _opendp() -> ModuleType:
    import opendp.prelude as dp

    # Its mechanisms are proved and not yet audited, which it wants to hear that one knows.
    dp.enable_features("contrib")
    return cast(ModuleType, dp)
