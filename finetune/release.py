"""The gate before a trained adapter comes into use, its installation, and the way back: see release.yaml."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol

from pydantic import Field

from assistant.models.tuned import SHIPPED as SHIPPED_ADAPTER
from assistant.models.weights import sha256
from finetune.settings import RecipeError, RecipeSettings

SHIPPED = Path(__file__).with_name("release.yaml")
_FILES = ("adapter.gguf", "model.gguf", "adapter_model.safetensors", "adapter_config.json", "training.json")
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


def install(candidate: Path, home: Path, name: str, why: Sequence[str] = ()) -> Path:
    """Copies the adapter under ``home`` and points ``name`` at it in one step; the former one stays for `roll_back`."""
    files = [candidate / file for file in _FILES if (candidate / file).is_file()]
    if not any(file.suffix in (".gguf", ".safetensors") for file in files):
        raise RecipeError(f"{candidate} holds no adapter", "Name the folder that `shoptalk finetune sft` printed")
    place = home / "adapters" / name
    if place.exists() and not place.is_symlink():
        raise RecipeError(f"{place} was not put there by a release", "Move it away, or release under another name")
    tag = sha256(next(file for file in files if file.suffix in (".gguf", ".safetensors")))[:12]
    kept = home / "releases" / name / tag
    if not kept.is_dir():
        part = kept.with_name(f".{tag}.{os.getpid()}")
        part.mkdir(parents=True)
        for file in files:
            shutil.copyfile(file, part / file.name)
        part.rename(kept)
    _note(home, name, tag, why)
    _point(place, kept)
    return place


def roll_back(home: Path, name: str) -> str:
    """Puts what was in use before the last release of ``name`` back, and says what that is.

    Before the first release that is the adapter that ships, or nothing. Raises ``RecipeError`` where none was made.
    """
    history = list(_history(home, name))
    if not history:
        raise RecipeError(f"Nothing was released as {name!r}", "Release a candidate first")
    place = home / "adapters" / name
    _keep(home, name, history[:-1])
    if len(history) > 1:
        former = home / "releases" / name / str(history[-2]["adapter"])
        _point(place, former)
        return f"{name} is {former.name} again"
    place.unlink(missing_ok=True)
    return f"{name} is the adapter that ships again" if name == SHIPPED_ADAPTER else f"{name} is gone"


def _point(place: Path, kept: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    # Whoever opens the adapter meanwhile sees the old one or the new one, and never none.
    link = place.with_name(f".{place.name}.{os.getpid()}")
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(kept, place.parent), target_is_directory=True)
    link.replace(place)


def _note(home: Path, name: str, tag: str, why: Sequence[str]) -> None:
    entry: dict[str, object] = {
        "adapter": tag,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "measured": list(why),
    }
    former = list(_history(home, name))
    if not former or former[-1]["adapter"] != tag:
        _keep(home, name, [*former, entry])


def _history(home: Path, name: str) -> Iterator[dict[str, object]]:
    file = home / "releases" / name / "history.jsonl"
    if file.is_file():
        yield from (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())


def _keep(home: Path, name: str, history: Sequence[dict[str, object]]) -> None:
    file = home / "releases" / name / "history.jsonl"
    part = file.with_suffix(".part")
    part.write_text("".join(json.dumps(row) + "\n" for row in history), encoding="utf-8")
    part.replace(file)
