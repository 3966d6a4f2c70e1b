"""The same measure in other units, as words: who asks for "17 inch" also means 43.2 cm."""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.measures import unit

# Units of one dimension that shops print for one another; as ``retrieval.text.words`` writes them.
_GROUPS = (
    ("in", "cm", "mm", "m", "ft"),
    ("kg", "g", "lb", "oz"),
    ("l", "ml"),
    ("tb", "gb", "mb"),
    ("ghz", "mhz", "hz"),
    ("gbit", "mbit"),
)
_GROUP = {token: group for group in _GROUPS for token in group}
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)([a-z]+)")
# A converted figure is printed rounded; it is the same measure where rounding moved it by no more than this share.
_ROUNDED = 0.005
# Screens and bags of "17 inch" are 17 to 17.9: makers' sizes carry a digit that shoppers leave out.
_INCHES = range(10, 100)


@lru_cache(maxsize=4096)
def alike(word: str) -> tuple[str, ...]:
    """Other words for the measure that the normalised ``word`` is ("17in": "43.2cm", "17.3in"); () for no measure."""
    found = _MEASURE.fullmatch(word)
    if not found or found[2] not in _GROUP:
        return ()
    value, own = float(found[1]), found[2]
    if not value:
        return ()
    spelled = []
    for other in _GROUP[own]:
        if other != own:
            exact = value * unit(own).factor / unit(other).factor
            rounded = (round(exact, 1), float(round(exact)))
            spelled += [_spelled(r, other) for r in rounded if r and abs(r - exact) <= _ROUNDED * exact]
    if own == "in" and value in _INCHES:
        for tenth in range(1, 10):
            size = value + tenth / 10
            spelled += [_spelled(size, "in"), _spelled(round(size * 2.54, 1), "cm")]
    return tuple(dict.fromkeys(spelled))


def _spelled(value: float, token: str) -> str:
    return f"{value:.10g}{token}"
