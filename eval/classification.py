"""Scores of classes that were guessed, with intervals; and the files of a labelled test set.

An interval is the 95 % percentile bootstrap of ``eval.metrics``. Items that look alike to a score (same class, same
guess) are drawn by how many there are: the same resamples as item by item, at once for any number of items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from eval.metrics import RESAMPLES, Metric, resampled
from eval.plan import EvalError

Counts = npt.NDArray[np.int64]
H = TypeVar("H", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Split:
    """The files of one labelled set: ``NAME_train``, ``NAME_dev`` and ``NAME_test``, ``.jsonl`` or ``.jsonl.gz``."""

    name: str
    train: Path
    dev: Path | None
    test: Path | None


def splits(folder: Path) -> list[Split]:
    """Every set of ``folder`` that has a training file, by name."""
    if not folder.is_dir():
        raise EvalError(f"The data folder {folder} does not exist", "Name the folder of the test set with --data DIR")
    files = {p.name.removesuffix(".gz").removesuffix(".jsonl"): p for p in folder.iterdir() if ".jsonl" in p.suffixes}
    found = []
    for stem in sorted(files):
        if stem == "train" or stem.endswith("_train"):
            base = stem.removesuffix("train")
            others = (files.get(base + part) for part in ("dev", "test"))
            found.append(Split(base.rstrip("_") or folder.name, files[stem], *others))
    return found


def classes(gold: Sequence[str], guessed: Sequence[str], seed: int) -> dict[str, Metric]:
    """``accuracy``, and ``macro_f1``: the F1 of each class that ``gold`` has, whatever its size, averaged.

    A resample without any item of a rare class is averaged over the others.
    """
    names = sorted({*gold, *guessed})
    at = {name: n for n, name in enumerate(names)}
    wanted = [at[name] for name in sorted(set(gold))]
    pairs = [(at[g], at[p]) for g, p in zip(gold, guessed, strict=True)]

    def accuracy(kinds: Sequence[tuple[int, int]], counts: Counts) -> npt.NDArray[np.float64]:
        right = np.array([g == p for g, p in kinds])
        shares: npt.NDArray[np.float64] = counts[:, right].sum(axis=1) / counts.sum(axis=1)
        return shares

    def macro(kinds: Sequence[tuple[int, int]], counts: Counts) -> npt.NDArray[np.float64]:
        total, present = np.zeros(len(counts)), np.zeros(len(counts))
        for name in wanted:
            is_gold, is_guess = np.array([g == name for g, _ in kinds]), np.array([p == name for _, p in kinds])
            hits, held, guesses = (counts[:, w].sum(axis=1) for w in (is_gold & is_guess, is_gold, is_guess))
            total += np.where(held > 0, _f1(hits, held, guesses), 0.0)
            present += held > 0
        mean: npt.NDArray[np.float64] = total / present
        return mean

    return {"accuracy": drawn(pairs, accuracy, seed), "macro_f1": drawn(pairs, macro, seed)}


def micro_f1(counted: Sequence[tuple[int, int, int]], seed: int) -> Metric:
    """F1 over all items, each given as (right, in the labels, guessed)."""

    def measure(kinds: Sequence[tuple[int, int, int]], counts: Counts) -> npt.NDArray[np.float64]:
        hits, gold, guessed = (counts @ np.array([kind[n] for kind in kinds]) for n in range(3))
        return _f1(hits, gold, guessed)

    return drawn(counted, measure, seed)


def _f1(hits: Counts, gold: Counts, guessed: Counts) -> npt.NDArray[np.float64]:
    """0 where there is nothing to find and nothing was found, as scikit-learn has it."""
    found: npt.NDArray[np.float64] = 2 * hits / np.maximum(gold + guessed, 1)
    return found


def drawn(items: Sequence[H], measure: Callable[[Sequence[H], Counts], npt.NDArray[np.float64]], seed: int) -> Metric:
    """Any score of how often each kind of item occurs, with its interval. Needs at least one item.

    ``measure`` gets the kinds and (resamples, kinds) counts, and gives a number a resample.
    """
    counts = Counter(items)
    kinds = list(counts)
    own = np.array([[counts[kind] for kind in kinds]])
    rng = np.random.default_rng(seed)
    resamples = rng.multinomial(len(items), own[0] / len(items), size=RESAMPLES)
    low, high = np.quantile(measure(kinds, resamples), [0.025, 0.975])
    return Metric(float(measure(kinds, own)[0]), float(low), float(high), len(items))


def auroc(scores: Sequence[float], positive: Sequence[bool], seed: int) -> Metric:
    """The chance that a positive item has a higher score than another one, ties counting half."""
    values, yes = np.asarray(scores, dtype=float), np.asarray(positive, dtype=bool)

    def measure(picked: Sequence[int]) -> float:
        rows = np.asarray(picked)
        return _area(values[rows], yes[rows])

    return resampled(len(values), measure, seed=seed)


def _area(values: npt.NDArray[np.float64], yes: npt.NDArray[np.bool_]) -> float:
    # Mann-Whitney: the positives' ranks, equal values sharing theirs.
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    wins = int(yes.sum())
    rest = len(yes) - wins
    return float((ranks[yes].sum() - wins * (wins + 1) / 2) / (wins * rest)) if wins and rest else 0.5


def folds(labels: Sequence[str], count: int, seed: int) -> list[int]:
    """A fold from 0 to ``count`` - 1 for each item, every class spread over all of them as evenly as it goes."""
    rng = np.random.default_rng(seed)
    found = [0] * len(labels)
    order = sorted(rng.permutation(len(labels)).tolist(), key=lambda n: labels[n])
    for place, n in enumerate(order):
        found[n] = place % count
    return found
