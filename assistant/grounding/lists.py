"""The word lists of the check, read once from ``words.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, cast

from retrieval.text import words


@cache
def _lists() -> dict[str, Any]:
    import yaml

    return cast(dict[str, Any], yaml.safe_load((Path(__file__).parent / "words.yaml").read_text("utf-8")))


@cache
def listed(name: str) -> frozenset[str]:
    """The words under ``name``, normalised as ``retrieval.text.words`` has them."""
    found: Any = _lists()
    for part in name.split("."):
        found = found[part]
    items = found.split() if isinstance(found, str) else found
    return frozenset(token for item in items for token in words(item))


@cache
def verbs() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Stem of a verb -> the names, as tokens, of what it measures."""
    return {verb: tuple(tuple(words(n)) for n in names) for verb, names in _lists()["verbs"].items()}


@cache
def whole() -> frozenset[tuple[str, ...]]:
    """Labels whose values may be said of a product without the label."""
    return frozenset(tuple(words(label)) for label in _lists()["whole"])


@cache
def numbers() -> dict[str, str]:
    """Number words and their figures."""
    return {word: str(figure) for word, figure in _lists()["numbers"].items()}


@cache
def spelled_units() -> dict[str, str]:
    """Units that stand as a word of their own behind a number, and their tokens in ``retrieval.measures``."""
    return {words(spelling)[0]: token for spelling, token in _lists()["units"].items()}


@cache
def aliases(measure: str) -> tuple[tuple[str, ...], ...]:
    """What a measure may be called, as tokens; () where nothing is listed."""
    return tuple(tuple(words(name)) for name in _lists()["aliases"].get(measure, ()))
