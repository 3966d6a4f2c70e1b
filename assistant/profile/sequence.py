"""The next item: what follows what, content and popularity, weighed by how well each foretold others' next items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.profile.content import Content
from assistant.profile.habits import COLUMNS, Habits, Step

# What a shop without a past starts from, on the columns' own scales: set by hand, so that the like of the history
# comes first and nothing is sold twice. With a past, the weights are learnt.
PRIOR = dict.fromkeys(COLUMNS, 0.0) | {
    "follows": 3.0,
    "follows_any": 1.0,
    "follows_alike": 2.0,
    "expected": 3.0,
    "meaning_last": 0.6,
    "meaning_best": 0.4,
    "words_last": 0.5,
    "words_best": 0.5,
    "popular": 0.1,
    "again": -3.0,
}
# Fewer steps, or users, than this teach no weights.
_LEAST_STEPS, _LEAST_USERS = 200, 20
# Steps that weights are learnt from, the items that each target is told from, folds by user, and the ridge.
_MOST, _RIVALS, _FOLDS, _RIDGE = 5000, 300, 5, 1e-3


@dataclass(frozen=True, slots=True)
class Because:
    """An item of the history, by its place in it, and how much it lifts a recommended item; negative is lowers."""

    place: int
    amount: float


class NextItem:
    """Scores every item as the next one of a history."""

    def __init__(self, habits: Habits, weights: np.ndarray) -> None:
        """``weights``: shape (len(COLUMNS),)."""
        self._habits = habits
        self.weights = weights

    def scores(self, histories: Sequence[Sequence[int]]) -> Iterator[np.ndarray]:
        """For each history float32 of shape (items,), higher is likelier; an empty history is somebody new."""
        for columns in self._habits.columns(histories):
            yield self.weights @ columns

    def because(self, history: Sequence[int], item: int) -> list[Because]:
        """How much each item of the history matters: the score less the score without it, the largest first."""
        without = [[*history[:place], *history[place + 1 :]] for place in range(len(history))]
        whole, *less = (float(scores[item]) for scores in self.scores([history, *without]))
        found = [Because(place, whole - score) for place, score in enumerate(less)]
        return sorted(found, key=lambda reason: -reason.amount)

    def parts(self, history: Sequence[int], item: int) -> dict[str, float]:
        """Column -> what it adds to the item's score over what it adds to an average one."""
        (columns,) = self._habits.columns([history])
        gains = self.weights * (columns[:, item] - columns.mean(axis=1))
        return dict(zip(COLUMNS, gains.tolist(), strict=True))


def learn(steps: Sequence[Step], content: Content, *, sold: np.ndarray | None = None, seed: int = 0) -> NextItem:
    """Learns habits and weights from ``steps`` in time order; ``sold`` as in ``Habits``."""
    weights = weigh(steps, content, seed) if teachable(steps) else prior()
    return NextItem(Habits(steps, content, sold), weights)


def teachable(steps: Sequence[Step]) -> bool:
    """Whether there is enough to learn weights from."""
    return len(steps) >= _LEAST_STEPS and len({step.user for step in steps}) >= _LEAST_USERS


def prior() -> np.ndarray:
    """``PRIOR`` in the order of the columns."""
    return np.array([PRIOR[name] for name in COLUMNS], dtype=np.float32)


def weigh(steps: Sequence[Step], content: Content, seed: int = 0) -> np.ndarray:
    """The weights that best tell each target from its rivals, where habits are learnt from other users' steps.

    A conditional logit: the mean log-likelihood of the target among the items that look likeliest by hand-set weights,
    on standardised columns, with a ridge. Steps whose target is not among those say nothing of their order.
    """
    rng = np.random.default_rng(seed)
    users = sorted({step.user for step in steps})
    fold = dict(zip(users, rng.permutation(len(users)) % _FOLDS, strict=True))
    asked = sorted(rng.permutation(len(steps))[:_MOST].tolist())
    columns, targets = [], []
    for number in range(_FOLDS):
        habits = Habits([step for step in steps if fold[step.user] != number], content)
        held = [steps[i] for i in asked if fold[steps[i].user] == number]
        for step, found in zip(held, habits.columns([step.history for step in held]), strict=True):
            rivals, place = _rivals(found, step.target)
            if place is not None:
                columns.append(rivals)
                targets.append(place)
    return _logit(np.stack(columns), np.array(targets)) if columns else prior()


def _rivals(columns: np.ndarray, target: int) -> tuple[np.ndarray, int | None]:
    """The columns of the likeliest items, shape (rivals, columns), and the target's place among them."""
    first = prior()
    # What was bought before stays among them, so that the data say whether it is bought again.
    first[[name.startswith("again") for name in COLUMNS]] = 0
    scores = first @ columns
    best = np.argpartition(-scores, min(_RIVALS, len(scores) - 1))[:_RIVALS]
    place = np.flatnonzero(best == target)
    return columns[:, best].T, int(place[0]) if len(place) else None


def _logit(columns: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Weights on the columns' own scales from ``columns``, shape (steps, rivals, columns), and the targets' places."""
    from scipy.optimize import minimize

    flat = columns.reshape(-1, columns.shape[-1])
    spread = flat.std(axis=0)
    # A column that is the same everywhere tells nothing apart.
    scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0)
    scaled = ((columns - flat.mean(axis=0)) * scale).astype(np.float32)
    right = scaled[np.arange(len(targets)), targets]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = scaled @ weights.astype(np.float32)
        top = scores.max(axis=1, keepdims=True)
        shares = np.exp(scores - top)
        total = shares.sum(axis=1, keepdims=True)
        value = float(np.mean(np.log(total[:, 0]) + top[:, 0] - right @ weights))
        slope = np.einsum("sr,src->c", shares / total, scaled, optimize=True) / len(targets) - right.mean(axis=0)
        return value + _RIDGE * float(weights @ weights), (slope + 2 * _RIDGE * weights).astype(np.float64)

    found = minimize(loss, np.zeros(columns.shape[-1]), jac=True, method="L-BFGS-B", options={"maxiter": 100})
    weights: np.ndarray = (found.x * scale).astype(np.float32)
    return weights
