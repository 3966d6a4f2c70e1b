"""Numbers with a unit: how people say them, and which attributes of a shop they speak about.

The table itself stands in ``measures.yaml``.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from retrieval.product import AttributeValue
from retrieval.text import number, words

Op = Literal["=", ">=", "<="]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of measure."""

    # As ``retrieval.text.words`` writes it behind a number.
    token: str
    dimension: str
    # How many base units of the dimension one of it is.
    factor: float


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured, as ``measures.yaml`` has it."""

    name: str
    dimension: str
    nouns: tuple[str, ...]
    attributes: tuple[str, ...]
    # (units, least, greatest): a number in one of these units means this even without a noun.
    bare: tuple[tuple[tuple[str, ...], float, float], ...]
    title: tuple[str, ...]
    scales: tuple[tuple[str, float, float], ...]
    # Usual amounts, in the unit ``step``: what words can tell where a bound was said.
    ladder: tuple[float, ...]
    step: str
    # Unit -> the greatest number believed in an attribute that does not name its unit.
    believed: Mapping[str, float]
    # "inches": sizes that makers round ("17 inch" is 17.3). "about": cut by eye (cables).
    # "more": who names an amount is glad of more (battery life).
    near: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit, said in a text."""

    # Of the whole phrase, bound and noun included: "at least 16 GB of RAM".
    start: int
    end: int
    op: Op
    # In ``unit``, as said.
    value: float
    # The upper end of a range ("13 to 15 inch"), else None.
    upto: float | None
    unit: Unit
    # The noun said beside it, lower case; "" where none was.
    noun: str
    # The span without the nouns: "at least 16 GB".
    core: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Table:
    units: Mapping[str, Unit]
    # Spelling -> token.
    spellings: Mapping[str, str]
    # Token -> spellings.
    written: Mapping[str, tuple[str, ...]]
    measures: tuple[Measure, ...]
    pattern: re.Pattern[str]


_MORE_THAN = "bigger|larger|longer|heavier|greater|higher|wider|taller|faster|thicker"
_LESS_THAN = "smaller|shorter|lighter|lower|slower|narrower|thinner|fewer"
_AT_LEAST = (
    rf"(?:no|not) (?:less|fewer|{_LESS_THAN}) than|at least|a minimum of|minimum of|minimum|min\.?|more than|over|"
    rf"above|not (?:under|below)|(?:{_MORE_THAN}) than|exceeding|from|>=?|≥"
)
_AT_MOST = (
    rf"(?:no|not) (?:more|{_MORE_THAN}) than|at most|a maximum of|maximum of|maximum|max\.?|less than|under|below|"
    rf"up to|(?:{_LESS_THAN}) than|within|not over|not above|not exceeding|<=?|≤"
)
_OR_MORE = (
    r"or more|or better|or bigger|or larger|or higher|or longer|or above|or over|or up|or greater|or heavier|or wider|"
    r"or taller|or faster|or thicker|and up|and above|and over|and more|upwards|plus|minimum|min|at least|\+"
)
_OR_LESS = (
    r"or less|or fewer|or smaller|or lighter|or lower|or below|or under|or shorter|or narrower|or slower|or thinner|"
    r"and less|maximum|at most|max|tops"
)
_LINK = r"(?: ?:| (?:is|are|of|with|should be|must be|has to be)){0,2}"
# A number that is not the rest of another one, of a price or of a model name.
_FREE = r"(?<![\w.,$€£¥#/:])"
# "pounds" are money unless the sentence is about weight.
_POUNDS = re.compile(r"pounds?$", re.IGNORECASE)


def read_table(name: str) -> dict[str, Any]:
    """The YAML table ``name`` that lies beside this module."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (Path(__file__).parent / name).read_text("utf-8")
    return cast(dict[str, Any], yaml.load(text, loader))


def _alternatives(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(p).replace(r"\ ", r"[\s\-]+") for p in sorted(set(phrases), key=lambda p: (-len(p), p)))


_ENOUGH_VOTES = 5


@cache
def _table() -> _Table:
    raw = read_table("measures.yaml")
    units, spellings, joined = {}, {}, set()
    for token, row in raw["units"].items():
        units[token] = Unit(token, row["dimension"], float(row["factor"]))
        for spelling in row["spellings"]:
            spellings[spelling] = token
        if "joined" in row:
            joined.update(row["joined"])
        else:
            spellings[token] = token
    measures = tuple(
        Measure(
            name=row["name"],
            dimension=row["dimension"],
            nouns=tuple(row["nouns"]),
            attributes=tuple(row["attributes"]),
            bare=tuple((tuple(b["units"]), b.get("min", 0), b.get("max", 1e18)) for b in row.get("bare", ())),
            title=tuple(row.get("title", ())),
            scales=tuple((u, low, high) for u, low, high in row["scales"]),
            ladder=tuple(row.get("ladder", ())),
            step=row.get("step", ""),
            believed=dict(row.get("believed", {})),
            near=row.get("near", ""),
        )
        for row in raw["measures"]
    )
    nouns = _alternatives(n for m in measures for n in m.nouns)
    spaced = _alternatives(spellings)
    close = _alternatives(joined)
    spellings |= {j: j for j in joined}
    figure = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,9}(?:[.,]\d{1,4})?"
    any_unit = rf"(?:[ \-]?(?:{spaced})|(?:{close}))(?!\w)"
    pattern = re.compile(
        rf"(?:(?<!\w)(?P<before>{nouns}){_LINK} {{1,3}})?"
        rf"(?P<core>(?:(?<!\w)(?:(?P<least>{_AT_LEAST})|(?P<most>{_AT_MOST}))[ ]{{0,3}})?"
        rf"(?:(?:(?<!\w)between +)?{_FREE}(?P<low>{figure})(?:{any_unit})? ?(?:-|–|to|and) ?)?"
        rf"{_FREE}(?P<number>{figure})(?P<plus> ?\+)?(?:[ \-]?(?P<spaced>{spaced})|(?P<joined>{close}))(?!\w)"
        rf"(?: {{0,2}}(?:(?P<more>{_OR_MORE})|(?P<less>{_OR_LESS}))(?!\w))?)"
        rf"(?:(?: +of| +in|-)? {{0,2}}(?P<after>{nouns})(?!\w)"
        rf"(?: {{1,2}}(?:(?P<more2>{_OR_MORE})|(?P<less2>{_OR_LESS}))(?!\w))?)?",
        re.IGNORECASE,
    )
    written = {t: tuple(s for s, u in spellings.items() if u == t) for t in units}
    return _Table(units, spellings, written, measures, pattern)


def measures() -> tuple[Measure, ...]:
    """Every measure of the table, in its order."""
    return _table().measures


def unit(token: str) -> Unit:
    """The unit with this token; ``KeyError`` where there is none."""
    return _table().units[token]


def is_unit(token: str) -> bool:
    """Whether ``token`` is a unit as ``retrieval.text.words`` writes it."""
    return token in _table().units


def units_of(dimension: str) -> tuple[str, ...]:
    """The tokens of the units of a dimension, in the order of the table."""
    return tuple(token for token, known in _table().units.items() if known.dimension == dimension)


def quantities(text: str) -> Iterator[Quantity]:
    """Numbers with a unit in ``text``, left to right, each with its bound and its noun."""
    table = _table()
    for m in table.pattern.finditer(text):
        token = table.spellings[re.sub(r"[\s\-]+", " ", (m["spaced"] or m["joined"]).lower())]
        noun = re.sub(r"[\s\-]+", " ", (m["after"] or m["before"] or "").lower())
        # "a 5G phone": a generation, not a mass. "50 pounds": a price, unless it is said to weigh so much.
        if m["spaced"] == "G" or (_POUNDS.match(m["spaced"] or "") and noun not in _weight_nouns()):
            continue
        more = m["least"] or m["plus"] or m["more"] or m["more2"]
        less = m["most"] or m["less"] or m["less2"]
        op: Op = ">=" if more and not less else "<=" if less and not more else "="
        value, low = float(number(m["number"])), float(number(m["low"])) if m["low"] else None
        core = (m.start("core"), m.end("core"))
        if low is not None and low < value and op == "=":
            yield Quantity(m.start(), m.end(), op, low, value, table.units[token], noun, core)
        else:
            yield Quantity(m.start(), m.end(), op, value, None, table.units[token], noun, core)


@cache
def _weight_nouns() -> frozenset[str]:
    return frozenset(n for m in measures() if m.name == "weight" for n in m.nouns)


def measures_of(quantity: Quantity) -> tuple[Measure, ...]:
    """What a quantity may speak about, the likeliest first; () where only its words can tell."""
    same = [m for m in measures() if m.dimension == quantity.unit.dimension]
    if quantity.noun:
        return tuple(m for m in same if quantity.noun in m.nouns)
    return tuple(
        m
        for m in same
        if any(quantity.unit.token in units and low <= quantity.value <= high for units, low, high in m.bare)
    )


_SUFFIX = {
    "inch": "in", "inches": "in", "hours": "hour", "hrs": "hour", "h": "hour", "hr": "hour", "minutes": "min",
    "mins": "min", "watts": "w", "watt": "w", "volts": "v", "volt": "v", "grams": "g", "lbs": "lb", "liters": "l",
    "litres": "l", "liter": "l", "litre": "l", "meters": "m", "metres": "m", "pages": "page", "sheets": "sheet",
    "pieces": "pc", "pcs": "pc", "lumens": "lumen", "lm": "lumen", "cups": "cup", "imperial": "",
    "days": "day", "weeks": "week", "months": "month", "years": "year",
}  # fmt: skip


def split_suffix(name: str) -> tuple[str, str | None]:
    """An attribute's name without its unit, and the unit's token: ("weight_g") -> ("weight", "g").

    The unit is None where the name has none, and "" where it names a system that does not settle it.
    """
    base, _, last = name.rpartition("_")
    if base:
        if last in _SUFFIX:
            return base, _SUFFIX[last]
        if last in _table().units:
            return base, last
    return name, None


@lru_cache(maxsize=1 << 14)
def attribute_key(name: str) -> str:
    """A feed's attribute name as the table has it: "Battery Life (hours)" -> "battery_life_hours"."""
    return "_".join(re.findall(r"[^\W_]+", name.lower()))


def text_unit(measure: Measure, texts: Mapping[str, int]) -> str | None:
    """The unit most used in an attribute that is text ("16 GB"), or None where few of its values are amounts."""
    found: Counter[str] = Counter()
    for text, count in texts.items():
        tokens = {q.unit.token for q in quantities(text) if q.unit.dimension == measure.dimension}
        for token in tokens:
            found[token] += count
    if not found or found.total() < 0.7 * sum(texts.values()):
        return None
    return found.most_common(1)[0][0]


def attribute_unit(measure: Measure, name: str, values: Sequence[float], votes: Mapping[str, int]) -> str | None:
    """The unit that the numbers of attribute ``name`` are in, or None where it is not certain.

    Its name says so ("weight_g"); else the shop's own titles that print the same number with a unit (``votes``:
    unit token -> products); else what is typical of the measure.
    """
    base, stated = split_suffix(name)
    if stated is not None:
        return stated if stated and unit(stated).dimension == measure.dimension else None
    if base not in measure.attributes or not values:
        return None
    voted = {token: n for token, n in votes.items() if unit(token).dimension == measure.dimension}
    if sum(voted.values()) >= _ENOUGH_VOTES:
        best = max(voted, key=lambda token: voted[token])
        return best if voted[best] >= 0.7 * sum(voted.values()) else None
    middle = statistics.median(values)
    fitting = [u for u, low, high in measure.scales if low <= middle <= high]
    return fitting[0] if len(fitting) == 1 else None


def amounts_in(text: str, token: str) -> list[float]:
    """The amounts in ``text`` whose unit is of the same dimension as ``token``, in that unit."""
    wanted = _table().units.get(token)
    if wanted is None:
        return []
    same = [in_unit(q.value, q.unit, token) for q in quantities(text) if q.unit.dimension == wanted.dimension]
    # "2400 x 4800" of a scanner, in dots per inch; people name it by the first.
    return same or (numbers(text)[:1] if token == "dpi" else [])


def is_number(text: str) -> bool:
    """Whether ``text`` is a number and nothing else: feeds often write "2" where they mean 2."""
    return _NUMBER_ALONE.fullmatch(text) is not None


_NUMBER_ALONE = re.compile(r"\d{1,9}(?:\.\d{1,4})?")
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[x×х]\s*(\d+(?:\.\d+)?)\s*")


def numbers(value: AttributeValue) -> list[float]:
    """The number that an attribute holds, or both of a size ("2400 x 4800"); none of any other text."""
    if isinstance(value, str):
        size = _SIZE.fullmatch(value)
        return [float(size[1]), float(size[2])] if size else []
    return [] if isinstance(value, bool) else [float(value)]


def in_unit(value: float, of: Unit, token: str) -> float:
    """``value`` in ``of`` converted to another unit of the same dimension."""
    return value * of.factor / unit(token).factor


def spelled(value: float, token: str) -> list[tuple[str, ...]]:
    """The tokens that ``retrieval.text.words`` makes of a number and a unit: [("17in",)], [("10", "hour")]."""
    figure = f"{value:.10g}"
    found = [tuple(words(f"{figure} {s}")) for s in (token, *_table().written[token])]
    # A unit that joins only without a space ("17in") is one token; "7 ports" stays two.
    found += [tuple(words(f"{figure}in"))] if token == "in" else []
    return list(dict.fromkeys(form for form in found if len(form) == min(map(len, found))))
