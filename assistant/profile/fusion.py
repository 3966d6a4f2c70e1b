"""How will a customer like an item? A small network over numbers and texts that foretells the stars, and a like.

Linear in the numbers, and beside that a narrow hidden layer where numbers and texts meet. A few are trained from
different seeds and their answers averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from assistant.profile.features import LIKED, Described

if TYPE_CHECKING:
    import torch

Sides = Literal["numbers", "texts", "both"]
# Folds by user, and what the model of both may count beside that of the numbers.
_FOLDS = 3
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Training:
    """How a model is trained."""

    # Passes over all rows; rows a step.
    epochs: int = 10
    batch: int = 128
    rate: float = 3e-3
    # AdamW's decay of the weights, and the share of hidden values that are dropped in training.
    decay: float = 0.5
    dropout: float = 0.7
    # Values between texts and answer for each of the three texts, and where numbers and texts meet.
    narrow: int = 8
    hidden: int = 64
    # Networks whose answers are averaged.
    members: int = 3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """Answers to some questions, shape (questions,) each."""

    # Stars, 1 to 5.
    rating: np.ndarray
    # Probability of ``LIKED`` stars or more.
    like: np.ndarray


class PreferenceModel:
    """A trained model; ``train`` makes one."""

    def __init__(self, nets: Sequence[torch.nn.Module], centre: np.ndarray, scale: np.ndarray, sides: Sides) -> None:
        self._nets = nets
        self._centre = centre
        self._scale = scale
        self._sides: Sides = sides

    def forecast(self, described: Described) -> Forecast:
        """Stars and likes for each question."""
        import torch

        numbers, texts = _inputs(described, self._centre, self._scale, self._sides)
        with torch.no_grad():
            found = torch.stack([net(numbers, texts) for net in self._nets])
            rating = found[..., 0].mean(dim=0).clamp(1, 5).numpy()
            like = torch.sigmoid(found[..., 1]).mean(dim=0).numpy()
        return Forecast(rating, like)


def train(described: Described, ratings: np.ndarray, how: Training, sides: Sides = "both") -> PreferenceModel:
    """Trains on questions and the stars that answered them; ``sides`` leaves one side out, for comparison.

    The learning rate falls along half a cosine to zero.
    """
    import torch

    plain = _plain(described, sides)
    centre, scale = plain.mean(axis=0), np.maximum(plain.std(axis=0), 1e-3)
    numbers, texts = _inputs(described, centre, scale, sides)
    stars = torch.tensor(ratings, dtype=torch.float32)
    nets = []
    for member in range(how.members):
        # Only our own draws are seeded: a caller's generator stays as it was.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(how.seed * 1000 + member)
            nets.append(_fitted(numbers, texts, stars, how))
    return PreferenceModel(nets, centre, scale, sides)


class FusedModel:
    """Two models, of the numbers alone and of numbers and texts, joined by how far the texts have proved to help."""

    def __init__(self, plain: PreferenceModel, both: PreferenceModel, share: tuple[float, float]) -> None:
        """``share``: what ``both`` counts in the stars and in the like, 0 to 1."""
        self._plain = plain
        self._both = both
        self.share = share

    def forecast(self, described: Described) -> Forecast:
        """Stars and likes for each question."""
        return _joined(self._plain.forecast(described), self._both.forecast(described), self.share)

    def because(self, described: Described, without: Sequence[Described]) -> list[float]:
        """How much each piece of evidence lifts the stars of the one question ``described``.

        ``without`` holds the same question with one piece left out, such as a review of the customer's: what the
        forecast then loses is what the piece gave.
        """
        whole = float(self.forecast(described).rating[0])
        return [whole - float(self.forecast(less).rating[0]) for less in without]


def fuse(described: Described, ratings: np.ndarray, users: np.ndarray, how: Training) -> FusedModel:
    """Trains both models on all rows; what the texts count is settled on users held out, in ``_FOLDS`` folds.

    ``users``: whose each question is. Few rows teach a network of texts little beside its noise, many teach it much.
    """
    names = np.unique(users)
    fold = np.random.default_rng(how.seed).permutation(len(names))[np.searchsorted(names, users)] % _FOLDS
    kinds: tuple[Sides, Sides] = ("numbers", "both")
    held: list[Forecast] = [Forecast(np.zeros(len(ratings)), np.zeros(len(ratings))) for _ in range(2)]
    for number in range(_FOLDS):
        kept, out = fold != number, fold == number
        for answers, sides in zip(held, kinds, strict=True):
            found = train(described.rows(kept), ratings[kept], how, sides).forecast(described.rows(out))
            answers.rating[out], answers.like[out] = found.rating, found.like
    share = _best_share(held[0], held[1], ratings)
    return FusedModel(train(described, ratings, how, "numbers"), train(described, ratings, how), share)


def _best_share(plain: Forecast, both: Forecast, ratings: np.ndarray) -> tuple[float, float]:
    liked = ratings >= LIKED
    losses = []
    for share in _SHARES:
        found = _joined(plain, both, (share, share))
        likely = np.clip(np.where(liked, found.like, 1 - found.like), 1e-6, 1)
        losses.append((float(np.mean((found.rating - ratings) ** 2)), float(-np.mean(np.log(likely)))))
    stars, like = np.argmin(losses, axis=0)
    return _SHARES[stars], _SHARES[like]


def _joined(plain: Forecast, both: Forecast, share: tuple[float, float]) -> Forecast:
    return Forecast(
        (1 - share[0]) * plain.rating + share[0] * both.rating, (1 - share[1]) * plain.like + share[1] * both.like
    )


def _fitted(numbers: torch.Tensor, texts: torch.Tensor, stars: torch.Tensor, how: Training) -> torch.nn.Module:
    import torch
    from torch.nn import functional

    net: Any = _net(numbers.shape[1], texts.shape[1], how)
    net.base.data[:] = torch.tensor([float(stars.mean()), 0.0])
    steps = how.epochs * -(-len(stars) // how.batch)
    # What holds in general and the linear part are few and well told: only the rest is drawn to nothing.
    free = [w for name, w in net.named_parameters() if name.startswith(("base", "straight"))]
    drawn = [w for name, w in net.named_parameters() if not name.startswith(("base", "straight"))]
    groups = [{"params": drawn, "weight_decay": how.decay}, {"params": free, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=how.rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    liked = (stars >= LIKED).float()
    net.train()
    for _ in range(how.epochs):
        shuffled = torch.randperm(len(stars))
        for start in range(0, len(stars), how.batch):
            rows = shuffled[start : start + how.batch]
            found = net(numbers[rows], texts[rows])
            loss = functional.mse_loss(found[:, 0], stars[rows])
            loss = loss + functional.binary_cross_entropy_with_logits(found[:, 1], liked[rows])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            falling.step()
    trained: torch.nn.Module = net.eval()
    return trained


def _net(numbers: int, texts: int, how: Training) -> Any:
    import torch
    from torch import nn

    class Net(nn.Module):
        """(rows, numbers), (rows, texts) -> (rows, 2): stars and the logit of a like."""

        def __init__(self) -> None:
            super().__init__()
            self.base = nn.Parameter(torch.zeros(2))
            self.straight = nn.Linear(numbers, 2, bias=False) if numbers else None
            self.narrow = nn.ModuleList(nn.Linear(texts // 3, how.narrow) for _ in range(3)) if texts else None
            self.drop = nn.Dropout(how.dropout)
            meeting = numbers + (5 * how.narrow if texts else 0)
            self.hidden = nn.Linear(meeting, how.hidden)
            self.out = nn.Linear(how.hidden, 2)
            # At first the answer is the linear part alone, so that what the rest adds is learnt and not noise.
            for start in (self.out.weight, self.out.bias, *([self.straight.weight] if self.straight else [])):
                nn.init.zeros_(start)

        def forward(self, plain: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
            parts = [plain]
            if self.narrow is not None:
                wrote, item, said = (f(t) for f, t in zip(self.narrow, text.chunk(3, dim=1), strict=True))
                parts += [wrote, item, said, wrote * item, wrote * said]
            met = nn.functional.gelu(self.hidden(self.drop(torch.cat(parts, dim=1))))
            answer: torch.Tensor = self.base + self.out(self.drop(met))
            return answer if self.straight is None else answer + self.straight(plain)

    return Net()


def _plain(described: Described, sides: Sides) -> np.ndarray:
    if sides == "texts":
        return described.numbers[:, :0]
    return described.numbers if sides == "numbers" else np.hstack([described.numbers, described.joined])


def _inputs(
    described: Described, centre: np.ndarray, scale: np.ndarray, sides: Sides
) -> tuple[torch.Tensor, torch.Tensor]:
    import torch

    plain = (_plain(described, sides) - centre) / scale
    # Unit vectors have entries of about 0.05; the network is made for entries of about 1.
    texts = described.texts * described.texts.shape[1] ** 0.5 / 3**0.5 if sides != "numbers" else described.texts[:, :0]
    return torch.tensor(plain, dtype=torch.float32), torch.tensor(texts, dtype=torch.float32)
