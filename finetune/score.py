"""How near an answer comes to the one that was meant: what `sft` is judged by on rows it has not seen. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

_LISTS = ("features", "dislikes", "brands", "not_brands", "references")
_SINGLE = ("category", "price_min", "price_max", "for_whom", "min_rating")


def parsed(text: str) -> dict[str, Any]:
    """The answer as an object; {} where it is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def understanding(pairs: Iterable[tuple[Mapping[str, Any], str]]) -> dict[str, float]:
    """(meant, answered) pairs into shares: intents right, whole answers right, and F1 of (slot, value) by slot."""
    hits: dict[str, int] = {}
    wanted: dict[str, int] = {}
    given: dict[str, int] = {}
    rows = intents = exact = valid = 0
    for meant, text in pairs:
        answer = parsed(text)
        rows += 1
        valid += bool(answer)
        intents += answer.get("intent") == meant.get("intent")
        exact += _values(answer) == _values(meant) and answer.get("intent") == meant.get("intent")
        one, other = _values(meant), _values(answer)
        for slot, _ in one:
            wanted[slot] = wanted.get(slot, 0) + 1
        for slot, _ in other:
            given[slot] = given.get(slot, 0) + 1
        for slot, _ in one & other:
            hits[slot] = hits.get(slot, 0) + 1
    found = {"valid": valid / rows, "intent": intents / rows, "exact": exact / rows}
    found["slot_f1"] = _f1(sum(hits.values()), sum(wanted.values()), sum(given.values()))
    return found | {f"f1_{s}": _f1(hits.get(s, 0), wanted[s], given.get(s, 0)) for s in sorted(wanted)}


def shared(meant: Mapping[str, Any], text: str) -> tuple[int, int]:
    """(slot, value) in both, and in either counted by itself: F1 over rows is twice the one sum over the other."""
    one, other = _values(meant), _values(parsed(text))
    return len(one & other), len(one) + len(other)


def _values(answer: Mapping[str, Any]) -> set[tuple[str, str]]:
    found = set()
    for slot in _LISTS:
        values = answer.get(slot)
        found |= {(slot, str(v).lower()) for v in values} if isinstance(values, list) else set()
    for slot in _SINGLE:
        value = answer.get(slot)
        if isinstance(value, str | int | float):
            found.add((slot, f"{value:g}" if isinstance(value, int | float) else value.lower()))
    return found


def _f1(hits: int, wanted: int, given: int) -> float:
    return 2 * hits / (wanted + given) if wanted + given else 1.0
