"""What every compared system gives back, and what is measured of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Named:
    """A product as an answer presents it: what it says of it, true or not."""

    # Empty where the answer gives none.
    id: str
    name: str
    # In major units; None where the answer gives none.
    price: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one request."""

    # All words of the answer that a shopper reads.
    text: str
    # What it presents as fitting, best first.
    products: tuple[Named, ...]
    # Products that the text may speak of because they are on the screen as near misses, marked as such.
    beside: tuple[str, ...] = ()
    # What the text may count or offer to choose from beyond the records shown.
    counts: tuple[str, ...] = ()
    model_calls: int = 0
    prompt_tokens: int = 0
    # Why there is no answer: the peer's own error, in its words.
    error: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as every system gets it; ``check`` is for a shopper who ticks facets, and for nobody else."""

    text: str
    check: dict[str, Any]


Peer = Callable[[Asked], Answer]
