"""Hidden tastes: what a customer likes, what that makes them buy, and how content it leaves them.

Nothing here is written into the feed. ``hidden.py`` writes it apart, for evaluation alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from retrieval.demo.chance import Key, bell, pick, roll
from retrieval.demo.shop import Item
from retrieval.demo.spec import Spec
from retrieval.demo.traits import LEVELS

_SHIRTS = ("XS", "S", "M", "L", "XL", "XXL")
_SHOES = {"women": (36, 42), "men": (40, 46)}
_DEPARTMENT_SPREAD = 2.2
MOST_PULL = 12.0


@dataclass(frozen=True, slots=True)
class Taste:
    """What one customer likes."""

    # Department -> how much they buy there, 0 to 1.
    departments: Mapping[str, float]
    # -1 would not, 1 goes for it; what is absent leaves them cold.
    brands: Mapping[str, float]
    colours: Mapping[str, float]
    materials: Mapping[str, float]
    # Flags that they look for in whatever has them or could.
    features: frozenset[str]
    # Buys nothing that comes from an animal.
    avoids_animal: bool
    # The level of a line that they feel at home with, 1 cheap to 5 dear.
    level: float
    # Aspect -> how much they look at it, 0.6 to 1.4.
    cares: Mapping[str, float]
    # "women" or "men": whose sizes they wear.
    wears: str
    # Their size by attribute: {"sizes": "M", "shoes": "42"}.
    sizes: Mapping[str, str]
    has_children: bool
    # "dog", "cat".
    pets: frozenset[str]
    # Stars that they give more (or less) than others would.
    generosity: float
    # How much they buy, around 1.
    activity: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that makes a customer more or less content with an item."""

    # "aspect", "brand", "colour", "material", "animal", "feature" or "price".
    kind: str
    # What of it: "battery", "Nimbra", "leather", "dear".
    key: str
    # Stars more or less.
    amount: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What a taste sees in an item."""

    item: Item
    colours: tuple[str, ...]
    materials: tuple[str, ...]
    # The first word that tells of an animal; "" where none does.
    animal: str
    has: frozenset[str]
    lacks: frozenset[str]
    # Aspect -> how good the item is in it, 0 to 1.
    strengths: Mapping[str, float]
    # Whom it is for, as in ``concerns``; "" for everybody.
    audience: str
    # How much it is in fashion, for whatever reason, about -0.8 to 0.8.
    fashion: float


def look(spec: Spec, item: Item) -> Sight:
    """``item`` as customers see it."""
    people = spec.people
    text = {re.sub(r"[^a-z]", "", w) for value in item.attributes.values() for w in str(value).lower().split()}
    stuff = {
        word
        for name in ("material", "cover", "shell", "upper", "filling", "strap", "ear_pads", "handle", "frame")
        for word in str(item.attributes.get(name, "")).lower().split()
    }
    flags = {name: value for name, value in item.attributes.items() if isinstance(value, bool)}
    colour = str(item.attributes.get("colour", ""))
    told = {form.aspect for form in (*item.category.praise, *item.category.gripes)}
    return Sight(
        item=item,
        colours=tuple(c for c in people.colours if c in colour.split()),
        materials=tuple(m for m in people.materials if m in stuff),
        animal=next((a for a in people.animal if a in stuff), ""),
        has=frozenset(f for f in people.features if flags.get(f) is True) | _wireless(text),
        lacks=frozenset(f for f in people.features if flags.get(f) is False),
        strengths={a.name: strength(item, a.name) for a in spec.aspects if a.covers & told},
        audience=_audience(item),
        fashion=0.8 * bell(item.line.id, "popularity"),
    )


def strength(item: Item, aspect: str) -> float:
    """How good this very line is in an aspect, 0 to 1: by its attributes where one tells, else its own secret."""
    secret = roll(item.line.id, "aspect", aspect)
    for trait in item.category.traits:
        if trait.name.split("_")[0] == aspect and (ends := trait.ends) and trait.name in item.attributes:
            low, high = ends
            place = (float(item.attributes[trait.name]) - low) / (high - low) if high != low else 0.5
            return 0.65 * min(max(place, 0.0), 1.0) + 0.35 * secret
    return secret


def draw_taste(spec: Spec, number: int, seed: int) -> Taste:
    """The taste of customer ``number``. Each leaning has its own draw, so one more brand moves no other."""
    keys = (seed, "taste", number)
    people = spec.people
    departments = {d: roll(*keys, "department", d) ** _DEPARTMENT_SPREAD for d in spec.departments}
    near = {d for d, much in departments.items() if much > 0.25}
    brands = {
        name: _leaning(0.08, 0.035, *keys, "brand", name)
        for name, brand in spec.brands.items()
        if near & set(brand.departments)
    }
    avoids = roll(*keys, "animal") < 0.09
    wears = "women" if roll(*keys, "wears") < 0.52 else "men"
    low, high = _SHOES[wears]
    return Taste(
        departments=departments,
        brands=_kept(brands),
        colours=_kept({c: _leaning(0.07, 0.03, *keys, "colour", c) for c in people.colours}),
        materials=_kept(
            {
                m: _leaning(0.08, 0.045, *keys, "material", m)
                for m in people.materials
                if not (avoids and m in people.animal)
            }
        ),
        features=frozenset(f for f in people.features if roll(*keys, "feature", f) < 0.07),
        avoids_animal=avoids,
        level=1 + (LEVELS - 1) * roll(*keys, "level"),
        cares={
            a.name: 0.6 + 0.8 * roll(*keys, "cares", a.name) for a in spec.aspects if roll(*keys, "care", a.name) < 0.15
        },
        wears=wears,
        sizes={
            "sizes": pick(_SHIRTS[1:5] if roll(*keys, "usual") < 0.9 else _SHIRTS, *keys, "shirt"),
            "shoes": str(low + int((high - low + 1) * (0.5 + 0.5 * bell(*keys, "shoe")))),
        },
        has_children=roll(*keys, "children") < 0.4,
        pets=frozenset(p for p in ("dog", "cat") if roll(*keys, "pet", p) < 0.3),
        generosity=0.35 * bell(*keys, "generosity"),
        activity=exp(1.6 * bell(*keys, "activity")),
    )


def concerns(taste: Taste, sight: Sight) -> bool:
    """Whether the item is for somebody like them at all; what is not they buy at most for others."""
    audience = sight.audience
    if audience in ("women", "men"):
        return audience == taste.wears
    if audience == "children":
        return taste.has_children
    return audience in taste.pets if audience else True


def pull(taste: Taste, sight: Sight) -> float:
    """How strongly they are drawn to buy the item, around 1 and up to MOST_PULL.

    They know what it is, and not yet how good it is.
    """
    score = 1.8 * taste.brands.get(sight.item.line.brand.name, 0.0)
    for colour in sight.colours:
        score += 1.1 * taste.colours.get(colour, 0.0)
    for material in sight.materials:
        score += 1.3 * taste.materials.get(material, 0.0)
    score += 1.0 * len(taste.features & sight.has) - 1.0 * len(taste.features & sight.lacks)
    score -= 0.3 * abs(sight.item.line.level - taste.level)
    if taste.avoids_animal and sight.animal:
        score -= 2.0
    return min(exp(score + sight.fashion), MOST_PULL)


def reasons(taste: Taste, sight: Sight) -> list[Reason]:
    """What makes them content with the item and what does not, beside how good it is."""
    line = sight.item.line
    found = [
        Reason("aspect", aspect, 1.9 * care * (sight.strengths[aspect] - 0.5))
        for aspect, care in taste.cares.items()
        if aspect in sight.strengths
    ]
    if leaning := taste.brands.get(line.brand.name):
        found.append(Reason("brand", line.brand.name, 0.6 * leaning))
    found += [Reason("colour", c, 0.35 * taste.colours[c]) for c in sight.colours if c in taste.colours]
    found += [
        Reason("material", m, (0.5 if taste.materials[m] > 0 else 0.9) * taste.materials[m])
        for m in sight.materials
        if m in taste.materials
    ]
    if taste.avoids_animal and sight.animal:
        found.append(Reason("animal", sight.animal, -1.8))
    found += [Reason("feature", f, 0.4) for f in sight.has & taste.features]
    found += [Reason("feature", f, -0.6) for f in sight.lacks & taste.features]
    return [*sorted(found, key=lambda r: (r.kind, r.key)), *_price_reason(taste, line.level)]


def _price_reason(taste: Taste, level: int) -> list[Reason]:
    if taste.level < 2.2:
        return [Reason("price", "cheap", 0.3)] if level <= 2 else [Reason("price", "dear", -0.3 * (level - 2) / 2)]
    if taste.level > 3.8:
        return [Reason("price", "dear", 0.3)] if level >= 4 else [Reason("price", "cheap", -0.3 * (4 - level) / 2)]
    return []


def _leaning(liked: float, disliked: float, *keys: Key) -> float:
    chance = roll(*keys)
    if liked <= chance <= 1 - disliked:
        return 0.0
    much = 0.5 + 0.5 * roll(*keys, "much")
    return much if chance < liked else -much


def _kept(leanings: Mapping[str, float]) -> dict[str, float]:
    return {name: round(much, 2) for name, much in leanings.items() if much}


def _wireless(text: set[str]) -> frozenset[str]:
    return frozenset(("cordless",)) if text & {"wireless", "cordless"} else frozenset()


def _audience(item: Item) -> str:
    made_for = str(item.attributes.get("made_for", ""))
    if made_for in ("women", "men", "children"):
        return made_for
    if item.category.department == "Kids & Games":
        return "" if item.attributes.get("age_from", 0) in (10, 12, 14) else "children"
    if item.category.department == "Pets":
        return str(item.attributes.get("pet", item.category.noun.split()[0]))
    return ""
