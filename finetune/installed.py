"""Adapters in use: put there in one step, and the way back. What a kill left lying hurts nobody and is cleared away.

``HOME/releases/NAME/TAG`` holds the files of an adapter, ``history.jsonl`` beside it what was in use, the oldest first,
and ``HOME/adapters/NAME`` points at the one in use. A release writes the history first and then points; the way back
points first. So a kill in between leaves a last entry that is not in use: the way back, tried again, ends where it was
going, and the next release forgets that entry.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import ModelError
from assistant.models.fitting import WEIGHTS, fits
from assistant.models.tuned import SHIPPED
from finetune.settings import RecipeError

_FILES = (*WEIGHTS, "adapter_config.json", "training.json")


def opened(candidate: Path) -> list[Path]:
    """The files of an adapter that can be used.

    Raises ``RecipeError`` where ``candidate`` holds none, or one that does not open over the chat model.
    """
    files = [candidate / name for name in _FILES if (candidate / name).is_file()]
    if not any(file.name in WEIGHTS for file in files):
        raise RecipeError(f"{candidate} holds no adapter", "Name the folder that `shoptalk finetune sft` printed")
    try:
        fits(candidate)
    except ModelError as error:
        raise RecipeError(f"{candidate} cannot be used: {error.fault}", error.mend) from error
    return files


def install(candidate: Path, home: Path, name: str, why: Sequence[str] = ()) -> Path:
    """Copies the adapter under ``home`` and points ``name`` at it in one step; the former one stays for `roll_back`.

    Raises ``RecipeError``, and changes nothing, where it does not open (``opened``) or the place is somebody else's.
    """
    place = home / "adapters" / name
    if place.exists() and not place.is_symlink():
        raise RecipeError(f"{place} was not put there by a release", "Move it away, or release under another name")
    files = opened(candidate)
    tag = _digest(files)
    kept = home / "releases" / name / tag
    with _alone(home, name):
        if not kept.is_dir():
            part = kept.with_name(f".{tag}.{os.getpid()}")
            part.mkdir()
            for file in files:
                shutil.copyfile(file, part / file.name)
            if _digest([part / file.name for file in files]) != tag:
                raise RecipeError(f"{candidate} changed while it was copied", "Release it when its training has ended")
            part.rename(kept)
        history = _settled(home, name)
        if not history or history[-1]["adapter"] != tag:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            _keep(home, name, [*history, {"adapter": tag, "at": at, "measured": list(why)}])
        _point(place, kept)
    return place


def roll_back(home: Path, name: str) -> str:
    """Puts what was in use before the last release of ``name`` back, and says what that is.

    Before the first release that is the adapter that ships, or nothing. Raises ``RecipeError`` where none was made.
    """
    if not _history(home, name):
        raise RecipeError(f"Nothing was released as {name!r}", "Release a candidate first")
    place = home / "adapters" / name
    with _alone(home, name):
        history = _history(home, name)[:-1]
        if history:
            _point(place, home / "releases" / name / str(history[-1]["adapter"]))
        else:
            place.unlink(missing_ok=True)
        _keep(home, name, history)
    if history:
        return f"{name} is {history[-1]['adapter']} again"
    return f"{name} is the adapter that ships again" if name == SHIPPED else f"{name} is gone"


@contextmanager
def _alone(home: Path, name: str) -> Iterator[None]:
    """One process at a time, so that what is half made here was left by one that is no more."""
    from filelock import FileLock

    folder = home / "releases" / name
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        for left in folder.glob(".*.*"):
            shutil.rmtree(left, ignore_errors=True)
        for link in (home / "adapters").glob(f".{name}.*"):
            if link.is_symlink():
                link.unlink()
        yield


def _point(place: Path, kept: Path) -> None:
    if not kept.is_dir():
        raise RecipeError(f"The files of {kept.name} are gone from {kept.parent}", "Release another candidate")
    place.parent.mkdir(parents=True, exist_ok=True)
    # Whoever opens the adapter meanwhile sees the old one or the new one, and never none.
    link = place.with_name(f".{place.name}.{os.getpid()}")
    link.symlink_to(os.path.relpath(kept, place.parent), target_is_directory=True)
    link.replace(place)


def _settled(home: Path, name: str) -> list[dict[str, object]]:
    """The history up to what is in use: what is behind that was never, or is no longer."""
    place, history = home / "adapters" / name, _history(home, name)
    in_use = place.readlink().name if place.is_symlink() else None
    while history and history[-1]["adapter"] != in_use:
        history.pop()
    return history


def _history(home: Path, name: str) -> list[dict[str, object]]:
    file = home / "releases" / name / "history.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.is_file() else []


def _keep(home: Path, name: str, history: Sequence[dict[str, object]]) -> None:
    file = home / "releases" / name / "history.jsonl"
    part = file.with_suffix(".part")
    part.write_text("".join(json.dumps(row) + "\n" for row in history), encoding="utf-8")
    part.replace(file)


def _digest(files: Sequence[Path]) -> str:
    """Of names and bytes: other settings make another adapter of the same weights."""
    found = hashlib.sha256()
    for file in files:
        found.update(f"{file.name} {file.stat().st_size} ".encode() + file.read_bytes())
    return found.hexdigest()[:12]
