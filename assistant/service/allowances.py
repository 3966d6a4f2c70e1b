"""For how long, and at what cost, a shop takes things back: the numbers of its policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Season:
    """What is ordered between two days of the year may be sent back until a third; (month, day) each."""

    first: tuple[int, int]
    last: tuple[int, int]
    until: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """How many days from delivery a thing may be sent back."""

    days: int = 30
    members: int | None = None
    # Category, of any level -> days; the shortest counts.
    groups: Mapping[str, int] = field(default_factory=dict)
    # Categories that are never taken back.
    never: tuple[str, ...] = ()
    season: Season | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """What a return costs the customer, in minor units of the shop's currency."""

    parcel: int = 0
    members: int | None = None
    # Category, of any level -> fee; the highest counts, for members too.
    groups: Mapping[str, int] = field(default_factory=dict)
