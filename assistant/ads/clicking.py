"""How likely an advertisement is to be clicked: a logistic regression on what is known when it may be shown.

Its probabilities are calibrated as they come: it is fitted by likelihood on few columns and strongly shrunk. A network
or boosted trees on the same columns did no better on the demo shop's earlier months.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.ads.features import NAMES, Goods, Known, Theme
from assistant.ads.values import AdsError, Shown
from assistant.profile.past import Act

# Weight of the data against the shrinking of the coefficients, and how many segments customers fall into.
_DATA = 0.05
_SEGMENTS = 8
# Clicks that a model needs.
_CLICKS = 20


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned, a value for each of ``features.NAMES``."""

    means: np.ndarray
    scales: np.ndarray
    coefficients: np.ndarray
    intercept: float

    def chances(self, rows: np.ndarray) -> np.ndarray:
        """The probability of a click for each row of (showings, NAMES)."""
        scores = (rows - self.means) / self.scales @ self.coefficients + self.intercept
        return np.asarray(1 / (1 + np.exp(-scores)))

    def by_name(self) -> dict[str, float]:
        """What each column moves the log odds by, for one standard deviation more of it; the strongest first."""
        found = dict(zip(NAMES, self.coefficients.tolist(), strict=True))
        return dict(sorted(found.items(), key=lambda pair: -abs(pair[1])))


def learn(rows: np.ndarray, clicked: np.ndarray) -> Weights:
    """From what was known at each showing, (showings, NAMES), and whether it was clicked, (showings,).

    Raises ``AdsError`` where too few clicks are known.
    """
    if min(clicked.sum(), len(clicked) - clicked.sum()) < _CLICKS:
        raise AdsError(
            f"{int(clicked.sum())} clicks on {len(clicked)} advertisements are too few to learn from",
            f"Come back with {_CLICKS} or more",
        )
    from sklearn.linear_model import LogisticRegression

    means, scales = rows.mean(0), rows.std(0)
    scales[scales == 0] = 1.0
    model = LogisticRegression(C=_DATA, max_iter=1000).fit((rows - means) / scales, clicked)
    return Weights(means, scales, model.coef_[0], float(model.intercept_[0]))


def known_at(
    shown: Sequence[Shown], goods: Goods, themes: Mapping[str, Theme], past: Mapping[str, Sequence[Act]], until: str
) -> tuple[np.ndarray, Known]:
    """What was known at each of ``shown``, in their order, and what is known after the last of them.

    A row holds nothing of its customer's doings of its own day or of later ones, nor what became of later
    advertisements. Segments, and how common a product is, follow from what all did before the day of ``until``.
    """
    known = Known(goods, themes, past, segments(goods, past, until), until)
    rows = []
    for one in shown:
        rows.append(known.of(one.customer, one.ad, one.time))
        known.note(one)
    return np.array(rows).reshape(len(rows), len(NAMES)), known


def segments(goods: Goods, past: Mapping[str, Sequence[Act]], until: str) -> np.ndarray:
    """Centres of groups of customers who buy in the same departments: (segments, departments)."""
    from sklearn.cluster import KMeans

    blank = Known(goods, {}, past, np.zeros((0, 0)), until)
    shares = np.array([blank.shares(customer, until) for customer in sorted(past)])
    if len(np.unique(shares, axis=0)) < _SEGMENTS:
        return np.zeros((0, 0))
    return np.asarray(KMeans(_SEGMENTS, n_init=4, random_state=0).fit(shares).cluster_centers_)
