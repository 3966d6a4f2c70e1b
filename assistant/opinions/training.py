"""How every network of this room is trained: AdamW, warm-up, a straight line down. Import it late: it needs torch."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn

# Items sorted by length together, so that a batch is hardly padded and the order still chance.
_POOL = 24

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training is told."""

    epochs: int = 12
    # Sentences of a step.
    batch: int = 16
    # Highest learning rate of the encoder, and of the heads, which start from nothing.
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    # Share of the steps in which the rates rise.
    warm_up: float = 0.1
    # Longest gradient of a step.
    clip: float = 1.0
    seed: int = 0


def fit(
    net: nn.Module,
    items: Sequence[T],
    length: Callable[[T], int],
    loss: Callable[[list[T]], Tensor],
    recipe: Recipe,
    on_progress: Callable[[int, int, str], None],
) -> None:
    """Trains ``net``, whose encoder is ``net.encoder``, on all of ``items`` in every epoch, and leaves it in eval mode.

    ``length`` says which items are read together; ``loss`` takes those of a step.
    """
    chance = random.Random(recipe.seed)
    free = [(name, p) for name, p in net.named_parameters() if p.requires_grad]
    heads = [p for name, p in free if not name.startswith("encoder.")]
    body = [p for name, p in free if name.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": recipe.encoder_rate}, {"params": heads, "lr": recipe.head_rate}],
        weight_decay=recipe.weight_decay,
    )
    steps = recipe.epochs * math.ceil(len(items) / recipe.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _rate(int(recipe.warm_up * steps), steps))
    done = 0
    net.train()
    for _ in range(recipe.epochs):
        for picked in _batches(items, length, recipe.batch, chance):
            found = loss(picked)
            optimizer.zero_grad()
            found.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_([*body, *heads], recipe.clip)
            optimizer.step()
            schedule.step()
            done += 1
            on_progress(done, steps, "training steps")
    net.eval()


def _rate(warm_up: int, steps: int) -> Callable[[int], float]:
    """Linear up, linear down to nothing."""
    return lambda step: min((step + 1) / max(warm_up, 1), max(steps - step, 0) / max(steps - warm_up, 1))


def _batches(items: Sequence[T], length: Callable[[T], int], size: int, chance: random.Random) -> Iterator[list[T]]:
    order = chance.sample(list(items), len(items))
    batches = []
    for start in range(0, len(order), size * _POOL):
        pool = sorted(order[start : start + size * _POOL], key=length)
        batches += [pool[n : n + size] for n in range(0, len(pool), size)]
    chance.shuffle(batches)
    yield from batches
