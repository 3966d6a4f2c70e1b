"""The gate before a trained adapter comes into use: see release.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol

from pydantic import Field

from finetune.installed import install
from finetune.settings import RecipeError, RecipeSettings

SHIPPED = Path(__file__).with_name("release.yaml")
# The target's rise is no chance where chance brings the like so seldom.
LEVEL = 0.05


class ReleaseSettings(RecipeSettings):
    """The keys of release.yaml, where each is explained."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    target: str = Field(pattern=r"^[^/]+/[^/]+.*$")
    suites: dict[str, Path | None] = Field(min_length=1)
    lower: list[str]
    neutral: list[str]
    out: Path
    seed: int = Field(ge=0)


class Gap(Protocol):
    """Candidate less former on the items both have: what ``eval.compare`` finds."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def p(self) -> float: ...
    @property
    def n(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Change:
    """One score of one suite, turned so that more is better."""

    # "understanding/features".
    name: str
    value: float
    # 95 % interval of the paired bootstrap.
    low: float
    high: float
    p: float
    n: int

    def __str__(self) -> str:
        return f"{self.name} {self.value:+.4f} [{self.low:+.4f}, {self.high:+.4f}], p {self.p:.3f}, n {self.n}"


def changes(found: Mapping[str, Mapping[str, Gap]], settings: ReleaseSettings) -> list[Change]:
    """Every score that says better or worse; of times and errors less is better."""
    kept = []
    for suite, columns in found.items():
        for column, gap in columns.items():
            name = f"{suite}/{column}"
            if any(fnmatch(name, pattern) for pattern in settings.neutral):
                continue
            if any(fnmatch(name, pattern) for pattern in settings.lower):
                kept.append(Change(name, -gap.value, -gap.high, -gap.low, gap.p, gap.n))
            else:
                kept.append(Change(name, gap.value, gap.low, gap.high, gap.p, gap.n))
    return kept


def refusals(measured: Sequence[Change], target: str) -> list[str]:
    """Why the candidate may not come into use, one line a reason; [] where it may."""
    reasons = [f"{change} has fallen" for change in measured if change.high < 0]
    aimed = next((change for change in measured if change.name == target), None)
    if aimed is None:
        known = ", ".join(change.name for change in measured)
        raise RecipeError(f"The target {target} was not measured", f"Measured are {known}")
    if aimed.value <= 0 or aimed.p >= LEVEL:
        reasons.append(f"the target {aimed} has not risen")
    return reasons


def admit(candidate: Path, home: Path, measured: Sequence[Change], settings: ReleaseSettings) -> Path:
    """Installs ``candidate`` as ``--adapter NAME`` finds it; returns its folder.

    Raises ``RecipeError`` with every score that speaks against it, and then changes nothing.
    """
    if reasons := refusals(measured, settings.target):
        raise RecipeError(f"{candidate} is refused: {'; '.join(reasons)}", "Train it longer, or on other rows")
    return install(candidate, home, settings.name, [str(change) for change in measured])
