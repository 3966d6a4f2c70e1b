"""From an amount with a unit to a checkable wish: which attribute holds it, which numbers count as what was said."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from retrieval.attributes import Links
from retrieval.lexicon import key
from retrieval.likely import SPEAKS, likely
from retrieval.measures import (
    Measure,
    Quantity,
    attribute_key,
    in_unit,
    measures,
    measures_of,
    spelled,
    split_suffix,
    unit,
)
from retrieval.nouns import singular_word
from retrieval.query import Condition
from retrieval.text import words

# A word that no product has: ``words`` never yields a space.
ABSENT = " "


def quantity(phrase: str, said: Quantity, links: Links, kinds: Sequence[str], near: Sequence[str] = ()) -> Condition:
    """What a product of these kinds must have to be of the amount ``said`` in ``phrase``.

    ``near`` are words of the phrase beside the amount that name no measure of the table.
    """
    meant = measures_of(said)
    known = [m for m in meant if links.measures.get(m.name)]
    near = [_SIDE.get(w, w) for w in (*near, *_ORDER.findall(phrase.lower()))]
    own = _borne(said, links, kinds) or _by_name(said, near, links, kinds) or _of_kinds(said, meant, links, kinds)
    if not own and not _held(known, links, kinds):
        own = likely(said, near, links, kinds)
    if not known and not own:
        return Condition(phrase, any_of=_amount_groups(said, meant[:1]))
    # Without a noun a number may mean either ("32 GB" of memory or of a stick): what a product has, decides.
    if said.noun:
        known = known[:1]
    pairs = own or {name: token for m in known for name, token in links.measures[m.name]}
    known = known or list(meant[:1])
    trusted = dict(_believed(known, pairs))
    # 512 GB is more than any memory has: storage is meant.
    pairs = {n: u for n, u in pairs.items() if in_unit(said.value, said.unit, u) <= trusted.get(n, math.inf)} or pairs
    token = said.unit.token
    same_unit = all(u == token for u in pairs.values())
    value, upto = _range(said, known[0] if known else None, same_unit=same_unit)
    if said.op == "=" and said.upto is None and _to_size(phrase, said, pairs):
        value, upto = round(said.value - 0.05, 6), round(said.value + 0.05, 6)
    if said.op == ">=" and _BEYOND.search(phrase):
        # "Over 150 cm" is more than that.
        value = round(value * (1 + 1e-6), 9)
    more = said.op == "=" and said.upto is None and (_more(known, pairs) or _at_least(pairs, links, kinds))
    return Condition(
        phrase,
        tuple(pairs),
        ">=" if more else said.op,
        said.value if more else value,
        _amount_groups(replace(said, noun="") if own else said, known),
        title_only=True,
        upto=None if more else upto,
        unit=token,
        scales=tuple((name, in_unit(1, unit(u), token)) for name, u in pairs.items() if u != token),
        believed=_believed(known, pairs),
    )


def _of_kinds(said: Quantity, meant: Sequence[Measure], links: Links, kinds: Sequence[str]) -> dict[str, str]:
    """The attributes that hold such an amount for products of these kinds, with their units.

    Only where the kinds leave no doubt: the noun said beside the number stands in the attribute's name, or what the
    number means in general is this attribute.
    """
    found = dict(links.typed.measuring(said.unit.dimension, kinds))
    listed = {name for m in meant for name, _ in links.measures.get(m.name, ())}
    if not found:
        shares = links.typed.shares("numbers", kinds)
        found = {n: u for m in meant for n, u in links.measures.get(m.name, ()) if shares.get(n, 0.0) >= SPEAKS}
    if said.noun:
        named = set(key(said.noun).split())
        fitting = {n: u for n, u in found.items() if n in listed or named & set(attribute_key(n).split("_"))}
    else:
        fitting = {n: u for n, u in found.items() if n in listed} or (found if len(found) == 1 else {})
    return fitting


_BEYOND = re.compile(r"\b(?:over|more than|above|beyond|exceeding|[a-z]+er than)\b", re.IGNORECASE)
# "7.5 inches or longer", "12 mm wide": the word says along which side.
_SIDE = {
    **dict.fromkeys(("long", "longer", "shorter"), "length"),
    **dict.fromkeys(("wide", "wider", "narrower"), "width"),
    **dict.fromkeys(("tall", "taller", "high", "higher"), "height"),
    **dict.fromkeys(("deep", "deeper"), "depth"),
    **dict.fromkeys(("thick", "thicker", "thinner"), "thickness"),
}
_ORDER = re.compile(rf"\b(?:{'|'.join(_SIDE)})\b")


def _by_name(said: Quantity, near: Sequence[str], links: Links, kinds: Sequence[str]) -> dict[str, str]:
    """The attributes that bear the words beside the amount in their names: "range" of "wireless_range"."""
    beside = {singular_word(w) for w in near}
    found = likely(said, near, links, kinds) if beside else {}
    return {n: u for n, u in found.items() if beside.intersection(map(singular_word, attribute_key(n).split("_")))}


def _held(known: Sequence[Measure], links: Links, kinds: Sequence[str]) -> bool:
    """Whether products of these kinds have an attribute of one of the measures, or nothing is known of the kinds."""
    shares = links.typed.shares("numbers", kinds)
    return not shares or any(shares.get(n, 0.0) >= SPEAKS for m in known for n, _ in links.measures.get(m.name, ()))


def _borne(said: Quantity, links: Links, kinds: Sequence[str]) -> dict[str, str]:
    """The attributes, with their units, that say how much things of these kinds bear, where a weight is said."""
    if said.unit.dimension != "mass" or said.op == "<=":
        return {}
    shares = links.typed.shares("numbers", kinds)
    return {name: u for name, u in links.measures.get("load", ()) if shares.get(name, 0.0) >= SPEAKS}


def _more(meant: Sequence[Measure], pairs: Mapping[str, str]) -> bool:
    """Whether who names such an amount is glad of more."""
    loads = next((m.attributes for m in measures() if m.name == "load"), ())
    return (bool(meant) and meant[0].near == "more") or any(attribute_key(name) in loads for name in pairs)


def _at_least(pairs: Mapping[str, str], links: Links, kinds: Sequence[str]) -> bool:
    """Whether the amounts are the upper ends of what fits: a mount for up to 85 inches takes a screen of 75."""
    shares = links.typed.shares("numbers", kinds)
    upper = [name for name in pairs if attribute_key(name).startswith("maximum_")]
    lower = {name: name.replace("maximum", "minimum", 1) for name in upper}
    return bool(upper) and all(shares.get(low, 0.0) >= shares.get(name, 1.0) / 2 for name, low in lower.items())


def _to_size(phrase: str, said: Quantity, pairs: Mapping[str, str]) -> bool:
    """Whether just this number will do: "exactly 24 inch", or what is cut to fit a large screen."""
    cut = said.unit.token == "in" and said.value >= 20 and any("compatib" in attribute_key(name) for name in pairs)
    return cut or re.search(r"\b(?:exact|precise)(?:ly)?\b", phrase, re.IGNORECASE) is not None


def _believed(meant: Sequence[Measure], pairs: Mapping[str, str]) -> tuple[tuple[str, float], ...]:
    """Up to which number each attribute that does not name its own unit is believed."""
    limits = {u: most for m in meant for u, most in m.believed.items()}
    unnamed = ((name, u) for name, u in pairs.items() if split_suffix(attribute_key(name))[1] is None)
    return tuple((name, limits[u]) for name, u in unnamed if u in limits and _is_one_of(name, meant))


def _is_one_of(name: str, meant: Sequence[Measure]) -> bool:
    return any(m.believed and attribute_key(name) in m.attributes for m in meant)


def _range(said: Quantity, measure: Measure | None, *, same_unit: bool) -> tuple[float, float | None]:
    """The numbers that count as what was said; the second is None for exactly the first."""
    near = measure.near if measure else ""
    if said.op != "=" or said.upto is not None:
        return said.value, said.upto
    if near == "inches" and said.unit.token == "in":
        if said.value != int(said.value):
            return round(said.value - 0.05, 6), round(said.value + 0.05, 6)
        # Notebooks are named by the inch they reach (15.6 is "15 inch"), monitors by the nearest (23.8 is "24 inch").
        reach = max((0.4, *(size - said.value for size in _PRINTED.get(int(said.value), ()))))
        return (said.value, said.value + reach) if said.value < 20 else (said.value - 0.5, said.value + 0.4)
    if near == "about" or not same_unit:
        # 6 ft is 1.8288 m and stands in a record as 1.8 or 1.83; 10 ft is sold as 3 m.
        return round(said.value * 0.98, 6), round(said.value * 1.02, 6)
    return said.value, None


# Sizes that makers print for a round number of inches.
_PRINTED = {
    10: (10.1,),
    11: (11.6,),
    12: (12.5,),
    13: (13.3, 13.5),
    14: (14.1,),
    15: (15.6, 15.4),
    17: (17.3,),
    22: (21.5,),
    24: (23.8,),
    32: (31.5,),
}


def _amount_groups(said: Quantity, meant: Sequence[Measure]) -> tuple[tuple[str, ...], ...]:
    """Word groups that say a fitting amount, in the units that titles print."""
    if said.op != "=" or said.upto is not None:
        amounts = [step for m in meant for step in _steps(said, m)]
    else:
        amounts = [(said.value, said.unit.token)]
        if said.unit.token == "in":
            sizes = [said.value]
            if said.value == int(said.value) and any(m.near == "inches" for m in meant):
                sizes += _PRINTED.get(int(said.value), ())
            amounts = [(s, "in") for s in sizes] + [(round(s * 2.54, 1), "cm") for s in sizes]
    groups = [(" ".join(form),) for value, token in amounts for form in spelled(value, token)]
    if said.unit.token == "pc" and said.op == "=":
        groups += [(form.format(f"{said.value:.10g}"),) for form in _IN_A_PACK]
    if said.noun and meant:
        # "16 GB DDR4-SDRAM 512 GB SSD": what follows an amount says what it is of.
        groups = [(" ".join((*g, *words(t))),) for g in groups for t in meant[0].title] or groups
    return tuple(dict.fromkeys(groups)) or ((ABSENT,),)


# How titles say how many come together, in the form of ``retrieval.text.words``.
_IN_A_PACK = ("{}pk", "{} pk", "{} pack", "{}pack", "pack of {}", "pack {}", "{}x", "{} x", "x{}", "{}ct", "{} count")


def _steps(said: Quantity, measure: Measure) -> list[tuple[float, str]]:
    """The usual amounts within a bound or range; other amounts cannot be told by words."""
    if not measure.ladder:
        return []
    token = measure.step
    low, high = in_unit(said.value, said.unit, token), in_unit(said.upto or said.value, said.unit, token)
    if said.op != "=":
        low, high = (low, math.inf) if said.op == ">=" else (0, high)
    steps = [s for s in measure.ladder if low <= s <= high]
    return [(s / 1000, "tb") if token == "gb" and s >= 1000 else (s, token) for s in steps]
