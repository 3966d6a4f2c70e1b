"""Chance without a sequence: each draw is a hash of what it decides, so nothing shifts when the shop grows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

Key = str | int


def roll(*keys: Key) -> float:
    """A number in [0, 1) that depends on ``keys`` alone: not on the order of calls, the process or Python's version."""
    digest = hashlib.blake2b("\x1f".join(map(str, keys)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def rolls(*keys: Key) -> Callable[[str], float]:
    """``roll(*keys, name)`` for many names; the keys are hashed once."""
    draw = _drawer(keys)
    return lambda name: int.from_bytes(draw(name), "big") / 2**64


def bell(*keys: Key) -> float:
    """A roughly normal number in (-1, 1) around 0, standard deviation about 0.33."""
    return sum(roll(*keys, i) for i in range(3)) / 1.5 - 1


def between(low: float, high: float, *keys: Key) -> float:
    """A number in [low, high)."""
    return low + (high - low) * roll(*keys)


def order(options: Sequence[T], *keys: Key, name: Callable[[T], str] = str) -> list[T]:
    """``options`` shuffled. One more option moves no other: each has its own draw, made from its name."""
    draw = _drawer(keys)
    return sorted(options, key=lambda option: draw(name(option)))


def pick(options: Sequence[T], *keys: Key, name: Callable[[T], str] = str) -> T:
    """One of ``options``; one more option changes the pick only where it wins."""
    if len(options) == 1:
        return options[0]
    draw = _drawer(keys)
    return min(options, key=lambda option: draw(name(option)))


def _drawer(keys: tuple[Key, ...]) -> Callable[[str], bytes]:
    """What ``roll(*keys, name)`` gives for a name, as bytes that compare like it; the keys are hashed once."""
    stem = hashlib.blake2b("".join(f"{key}\x1f" for key in keys).encode(), digest_size=8)

    def draw(name: str) -> bytes:
        drawn = stem.copy()
        drawn.update(name.encode())
        return drawn.digest()

    return draw
