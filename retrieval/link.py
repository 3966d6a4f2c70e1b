"""From a shopper's phrase to a checkable wish: which attribute decides, else which words.

``links`` holds what a shop's own attributes mean; ``link`` reads a phrase with it. Only attributes that truly speak
about the phrase are named, because the first one that a product has decides alone; in doubt the words decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from retrieval.lexicon import key, lexicon
from retrieval.measures import Measure, Op, Quantity, in_unit, measures_of, quantities, spelled
from retrieval.query import Condition
from retrieval.text import words


@dataclass(frozen=True, slots=True)
class Links:
    """What the attributes of one shop mean. JSON-ready through ``to_dict``."""

    # Attributes whose values are colours, and materials, the most telling first.
    colours: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    # Key of a yes-or-no attribute's name -> the attribute.
    flags: Mapping[str, str] = field(default_factory=dict)
    # Key of a short attribute value -> the one attribute that it belongs to, "" where several share it.
    values: Mapping[str, str] = field(default_factory=dict)
    # Measure name -> (attribute, unit token), the most telling first.
    measures: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The links as JSON-ready data."""
        return {
            "colours": list(self.colours),
            "materials": list(self.materials),
            "flags": dict(self.flags),
            "values": dict(self.values),
            "measures": {name: [list(pair) for pair in pairs] for name, pairs in self.measures.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Links:
        """The inverse of ``to_dict``."""
        return cls(
            colours=tuple(data["colours"]),
            materials=tuple(data["materials"]),
            flags=dict(data["flags"]),
            values=dict(data["values"]),
            measures={name: tuple((a, u) for a, u in pairs) for name, pairs in data["measures"].items()},
        )


def link(phrase: str, links: Links) -> Condition:
    """What a product must have to satisfy ``phrase``.

    A phrase of stop words alone ("something nice") asks nothing that a record could show: its condition admits
    nothing, so that as a soft wish it moves no product and as a hard one it can be relaxed by name.
    """
    found = next(iter(quantities(phrase)), None)
    if found is not None:
        return _quantity(phrase, found, links)
    wanted = key(" ".join(w for w in re.findall(r"[^\s,;]+", phrase) if w.lower() not in lexicon().stop_words))
    colour = lexicon().colour(wanted)
    if colour is not None:
        return Condition(phrase, links.colours, "=", colour, _groups([colour]), title_only=True)
    if wanted in lexicon().materials:
        return Condition(phrase, links.materials, "=", wanted, _groups([wanted]))
    if wanted in lexicon().flags:
        spellings = lexicon().flags[wanted]
        names = tuple(links.flags[s] for s in spellings if s in links.flags)
        if names:
            return Condition(phrase, tuple(dict.fromkeys(names)), "=", True, _groups(spellings))
        name = next((links.values[s] for s in spellings if links.values.get(s)), "")
        return Condition(phrase, (name,) if name else (), "=", wanted if name else None, _groups(spellings))
    if wanted in links.flags:
        return Condition(phrase, (links.flags[wanted],), "=", True, _groups([wanted]))
    if name := links.values.get(wanted, ""):
        return Condition(phrase, (name,), "=", wanted, _groups([wanted]))
    return Condition(phrase, any_of=_groups([wanted or phrase]))


def _groups(spellings: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(tuple(words(s)) for s in spellings))


# A word group that no product's words hold: ``words`` never yields a token with a space.
_NEVER = ((" ",),)


def _quantity(phrase: str, said: Quantity, links: Links) -> Condition:
    meant = measures_of(said)
    for measure in meant:
        pairs = links.measures.get(measure.name, ())
        if not pairs:
            continue
        token = pairs[0][1]
        names = tuple(name for name, u in pairs if u == token)
        low, high = _range(said, measure, token)
        if said.op != "=":
            return Condition(phrase, names, said.op, low, _bound_groups(said, measure), title_only=True)
        return Condition(phrase, names, "=", low, _equal_groups(said, measure), title_only=True, upto=high)
    measure = meant[0] if meant else None
    if said.op != "=":
        return Condition(phrase, any_of=_bound_groups(said, measure))
    rest = tuple(w for w in words(_without(phrase, said)) if w not in _stop_tokens())
    return Condition(phrase, any_of=tuple((*g, *rest) for g in _equal_groups(said, measure)))


def _stop_tokens() -> frozenset[str]:
    return frozenset(t for w in lexicon().stop_words for t in words(w))


def _without(phrase: str, said: Quantity) -> str:
    return phrase[: said.start] + " " + phrase[said.end :]


def _range(said: Quantity, measure: Measure, token: str) -> tuple[float, float | None]:
    """The numbers that count as what was said, in the attribute's unit; the second is None for exactly the first."""
    value = round(in_unit(said.value, said.unit, token), 6)
    if said.op != "=":
        return value, None
    if measure.near == "inches" and token == "in" and said.unit.token == "in":
        if said.value != int(said.value):
            return value - 0.05, value + 0.05
        # Notebooks are named by the inch they reach (15.6 is "15 inch"), monitors by the nearest (23.8 is "24 inch").
        return (value, value + 0.9) if value < 20 else (value - 0.5, value + 0.4)
    if said.unit.token != token:
        # Converted: 6 ft is 1.8288 m, and stands in a record as 1.8 or 1.83.
        return round(value * 0.98, 6), round(value * 1.02, 6)
    return value, None


def _equal_groups(said: Quantity, measure: Measure | None) -> tuple[tuple[str, ...], ...]:
    """Word groups that say the same amount, in the units that titles print."""
    sizes = [said.value]
    if measure is not None and measure.near == "inches" and said.unit.token == "in":
        sizes += {17.0: [17.3], 15.0: [15.6, 15.4], 13.0: [13.3], 22.0: [21.5], 24.0: [23.8], 32.0: [31.5]}.get(
            said.value, []
        )
    tokens = [spelled(size, said.unit.token) for size in sizes]
    if said.unit.token == "in":
        tokens += [spelled(round(size * 2.54, 1), "cm") for size in sizes]
    beside = [w for t in (measure.title if measure and said.noun else ()) for w in words(t)]
    if beside:
        return tuple((t, b) for t in tokens for b in dict.fromkeys(beside))
    return tuple((t,) for t in tokens)


def _bound_groups(said: Quantity, measure: Measure | None) -> tuple[tuple[str, ...], ...]:
    """Word groups of the usual amounts within a bound; other amounts cannot be told by words."""
    if measure is None or not measure.ladder:
        return _NEVER
    op: Op = said.op
    wanted = in_unit(said.value, said.unit, "gb")
    steps = [s for s in measure.ladder if (s >= wanted if op == ">=" else s <= wanted)]
    tokens = [spelled(s, "gb") for s in steps] + [spelled(s / 1000, "tb") for s in steps if s >= 1000 and s % 1000 == 0]
    beside = [w for t in (measure.title if said.noun else ()) for w in words(t)]
    groups = [(t, b) for t in tokens for b in dict.fromkeys(beside)] if beside else [(t,) for t in tokens]
    return tuple(groups) or _NEVER
