"""Values as JSON-ready data, there and back: of a conversation, of orders, of whatever is made of dataclasses."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin

T = TypeVar("T")


def to_dict(value: Any) -> Any:
    """A dataclass, and what it holds, as JSON-ready data."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_dict(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (list, tuple)):
        return [to_dict(v) for v in value]
    if isinstance(value, Mapping):
        return {k: to_dict(v) for k, v in value.items()}
    return value


def from_dict(cls: type[T], data: Any) -> T:
    """The inverse of ``to_dict`` for the named type; unknown keys are refused with ``KeyError``."""
    return typing.cast(T, _build(cls, data))


def _build(kind: Any, data: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        unknown = set(data) - set(hints)
        if unknown:
            raise KeyError(f"{kind.__name__} has no field {sorted(unknown)[0]!r}")
        return kind(**{name: _build(hints[name], value) for name, value in data.items()})
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_build(args[0], v) for v in data)
        return tuple(_build(a, v) for a, v in zip(args, data, strict=True))
    if origin in (types.UnionType, typing.Union):
        # The only unions that hold a dataclass here are "X | None".
        inner = [a for a in args if a is not type(None)]
        return None if data is None else _build(inner[0], data) if len(inner) == 1 else data
    return data
