"""Which attribute may hold an amount where no table says so: by its name, and by the numbers that it holds.

"Range 18 metres or more" of a presenter is its ``wireless_range``, whose numbers lie around 15: so it is in metres.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from retrieval.attributes import Links
from retrieval.lexicon import key
from retrieval.measures import Quantity, attribute_key, in_unit, is_unit, measures, split_suffix, unit, units_of
from retrieval.nouns import singular_word

# An attribute speaks for a kind from this share of its products on.
SPEAKS = 0.1
# A number may be so many times smaller or greater than any that the attribute holds.
_BEYOND = 4.0
# Dimension -> words of attribute names that are measured in it.
_NAMED = {
    "length": {"length", "width", "height", "depth", "diameter", "range", "distance", "diagonal", "thickness"},
    "volume": {"capacity", "volume", "tank"},
    "mass": {"weight", "mass", "load"},
    "power": {"power", "wattage", "consumption"},
    "time": {"time", "life", "duration", "autonomy"},
    "tension": {"voltage"},
    "data": {"memory", "capacity", "storage", "ram"},
    "light": {"brightness", "flux", "lumens"},
    "noise": {"noise"},
    "frequency": {"frequency", "rate"},
    "density": {"resolution"},
    "pages": {"yield"},
    "page rate": {"speed"},
    "data rate": {"rate", "bandwidth"},
    "apparent power": {"power", "capacity"},
    "pixels": {"resolution", "megapixel"},
    "rotation": {"speed"},
    "pieces": {"quantity", "pieces", "number"},
    "sheets": {"sheet", "capacity"},
}
# Of the box, or of a part that comes with the thing.
_NOT_ITS_OWN = frozenset("package packaging master pallet shipping carton container layer box receiver".split())


def likely(said: Quantity, near: Iterable[str], links: Links, kinds: Sequence[str]) -> dict[str, str]:
    """The attributes of these kinds that ``said`` may speak about, with their units; {} where none stands out.

    ``near`` are the words beside the number. Those whose names have most of them count, else those named for the
    thing itself ("fan_diameter" of a case fan), else the only one there is.
    """
    words_near = {singular_word(w) for w in near}
    nouns = {singular_word(w) for label in kinds for w in key(label).split()}
    found: dict[str, str] = {}
    # How many words speak for an attribute, and how far the amount is from what it usually holds.
    rank: dict[str, tuple[int, float]] = {}
    for name, share in links.typed.shares("numbers", kinds).items():
        parts = [singular_word(p) for p in attribute_key(name).split("_")]
        if share < SPEAKS or _NOT_ITS_OWN.intersection(parts):
            continue
        token = unit_of(name, said, links, kinds)
        if token:
            found[name] = token
            told = 2 * len(words_near.intersection(parts)) + bool(nouns.intersection(parts))
            middle = links.typed.span(name, kinds)[1]
            rank[name] = (told, -round(abs(math.log(in_unit(said.value, said.unit, token) / middle)), 1))
    best = max(rank.values(), default=(0, 0.0))
    chosen = [name for name in found if rank[name] == best]
    return {name: found[name] for name in chosen} if best[0] or len(found) == 1 else {}


def unit_of(name: str, said: Quantity, links: Links, kinds: Sequence[str]) -> str:
    """The unit that the numbers of an attribute are in, "" where they are no amounts of what ``said`` measures."""
    dimension = said.unit.dimension
    parts = [singular_word(p) for p in attribute_key(name).split("_")]
    _, stated = split_suffix(attribute_key(name))
    known = [stated] if stated else [u for m in measures() for n, u in links.measures.get(m.name, ()) if n == name]
    if known:
        return known[0] if is_unit(known[0]) and unit(known[0]).dimension == dimension else ""
    if not _NAMED.get(dimension, set()).intersection(parts):
        return ""
    low, middle, high = links.typed.span(name, kinds)
    fitting = []
    for token in units_of(dimension):
        amount = in_unit(said.value, said.unit, token)
        if low / _BEYOND <= amount <= high * _BEYOND:
            # Of two units that would do, the one that makes the amount a usual one of the attribute.
            fitting.append((abs(math.log(amount / middle)), token))
    return min(fitting)[1] if fitting else ""
