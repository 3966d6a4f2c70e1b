"""How well stars and likes were foretold: RMSE, MAE and AUC of several systems on the same answers, and the gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from assistant.profile.features import LIKED
from assistant.profile.fusion import Forecast
from eval.metrics import Metric, resampled

MEANING = {
    "rmse": "root of the mean squared error of the stars foretold; lower is better",
    "mae": "mean error of the stars foretold, whichever way; lower is better",
    "auc": f"how often something liked ({LIKED:g} stars or more) is foretold to be liked more than something not liked",
}
# A gap is written so that above 0 means ours is better, whatever the measure.
_SIGN = {"rmse": -1.0, "mae": -1.0, "auc": 1.0}

Score = Callable[[np.ndarray, Forecast], float]


def auc(liked: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve, ties counting half; NaN where all are liked or none is."""
    from scipy.stats import rankdata

    yes = int(liked.sum())
    no = len(liked) - yes
    if not yes or not no:
        return float("nan")
    return float((rankdata(score)[liked].sum() - yes * (yes + 1) / 2) / (yes * no))


SCORES: dict[str, Score] = {
    "rmse": lambda stars, found: float(np.sqrt(np.mean((found.rating - stars) ** 2))),
    "mae": lambda stars, found: float(np.mean(np.abs(found.rating - stars))),
    "auc": lambda stars, found: auc(stars >= LIKED, found.like),
}


def measure(
    stars: np.ndarray, systems: Mapping[str, Forecast], ours: str, groups: Sequence[str], seed: int
) -> dict[str, dict[str, Metric]]:
    """System -> metrics; ours has, too, ``METRIC_gain/SYSTEM`` over each other one, above 0 where ours is better.

    ``groups`` names for each answer whose it is: they are drawn together.
    """
    found = {
        name: {key: _metric(stars, score, (answers,), seed, groups) for key, score in SCORES.items()}
        for name, answers in systems.items()
    }
    for name, answers in systems.items():
        if name != ours:
            for key, score in SCORES.items():
                pair = (systems[ours], answers)
                found[ours][f"{key}_gain/{name}"] = _metric(stars, score, pair, seed, groups, _SIGN[key])
    return found


def _metric(
    stars: np.ndarray,
    score: Score,
    of: Sequence[Forecast],
    seed: int,
    groups: Sequence[str],
    sign: float = 1.0,
) -> Metric:
    def statistic(positions: Sequence[int]) -> float:
        rows = np.asarray(positions)
        values = [score(stars[rows], Forecast(f.rating[rows], f.like[rows])) for f in of]
        return values[0] if len(values) == 1 else sign * (values[0] - values[1])

    return resampled(len(stars), statistic, seed=seed, groups=groups)
