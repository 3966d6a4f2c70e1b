"""How every recipe reads its settings: a YAML whose head is the manual, then ``key=value`` from the command line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import ShopTalkError


class RecipeError(ShopTalkError):
    """Settings or data that a recipe cannot train with."""


class RecipeSettings(BaseModel):
    """Base of a recipe's settings: unknown keys and wrong types are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


S = TypeVar("S", bound=RecipeSettings)


def load(kind: type[S], shipped: Path, config: Path | None = None, overrides: Sequence[str] = ()) -> S:
    """The shipped YAML, overlaid by the caller's YAML and then by ``key=value`` pairs.

    Raises ``RecipeError`` naming all faults at once, an unknown key with the nearest known one.
    """
    values = _read(shipped)
    if config is not None:
        values |= _read(config)
    for pair in overrides:
        key, equals, value = pair.partition("=")
        if not equals:
            raise RecipeError(f"{pair!r} sets nothing", "Write key=value")
        values[key.strip()] = yaml.safe_load(value)
    try:
        return kind(**values)
    except ValidationError as error:
        faults = [_fault(kind, e["loc"], e["type"], e["msg"]) for e in error.errors()]
        raise RecipeError("; ".join(faults), f"The settings are explained at the head of {shipped}") from error


def save(settings: RecipeSettings, path: Path) -> None:
    """Writes the resolved settings, so that a result says how it was made."""
    path.write_text(yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False), encoding="utf-8")


def begin(settings: RecipeSettings, out: Path) -> None:
    """Makes the folder of a run, where it is absent, with the resolved settings in it."""
    out.mkdir(parents=True, exist_ok=True)
    save(settings, out / "settings.yaml")


def _read(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"The settings {path} cannot be read: {error.strerror}", "Name a YAML file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RecipeError(f"The settings {path} are no YAML: {error}", "Write one `key: value` a line") from error
    if values is not None and not isinstance(values, dict):
        raise RecipeError(f"The settings {path} are no table", "Write one `key: value` a line")
    return values or {}


def _fault(kind: type[RecipeSettings], loc: tuple[int | str, ...], problem: str, message: str) -> str:
    key = ".".join(map(str, loc))
    if problem != "extra_forbidden":
        return f"{key}: {message}"
    near = difflib.get_close_matches(key, list(kind.model_fields), n=1)
    return f"the key {key!r} is unknown" + (f", did you mean {near[0]!r}?" if near else "")
