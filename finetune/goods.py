"""What a simulated shopper can want: several hundred product types with properties that fit each, from grammar/."""

from __future__ import annotations

import random
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "grammar"
# One in so many types, brands and phrasings is kept for the dev split alone.
HELD = 8


def held_out(what: str) -> bool:
    """Whether a type, brand or phrasing belongs to the dev split; the same on every machine."""
    return zlib.crc32(what.encode()) % HELD == 0


@dataclass(frozen=True, slots=True)
class Goods:
    """One product type; the phrases are as a shopper says them."""

    name: str
    department: str
    # "one" (a lamp, lamps), "many" (jeans) or "mass" (rice).
    number: str
    adjectives: tuple[str, ...]
    parts: tuple[str, ...]
    uses: tuple[str, ...]
    # Verb phrases in the third person.
    does: tuple[str, ...]
    pools: tuple[str, ...]
    # In major units.
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Values that many goods share, with the ways to put them; "[*]" is the labelled part, * the value."""

    values: tuple[str, ...]
    pre: tuple[str, ...]
    post: tuple[str, ...]
    say: tuple[str, ...]


@cache
def goods() -> tuple[Goods, ...]:
    """Every product type of the tables."""
    found = []
    for path in sorted((HERE / "goods").glob("*.yaml")):
        for name, line in yaml.load(path.read_text("utf-8"), Loader=_LOADER).items():
            fields = [_list(part) for part in line.split("|")]
            low, high = (float(x) for x in line.rsplit("|", 1)[1].split("-"))
            bare = name.removeprefix("~")
            many = re.search(r"[^sui]s$", bare) and not re.search(r"^(?:nas|lens|canvas|chest of drawers)$", bare)
            number = "mass" if name.startswith("~") else "many" if many else "one"
            pools = tuple(fields[4][0].split())
            adjectives = tuple(a for a in fields[0] if a != "cheap")
            found.append(Goods(bare, path.stem, number, adjectives, fields[1], fields[2], fields[3], pools, low, high))
    return tuple(found)


@cache
def pools() -> dict[str, Pool]:
    """The shared values by name."""
    table = yaml.load((HERE / "pools.yaml").read_text("utf-8"), Loader=_LOADER)
    return {
        name: Pool(_list(str(p["values"])), tuple(p["pre"]), tuple(p["post"]), tuple(p["say"]))
        for name, p in table.items()
    }


@cache
def rules(name: str) -> dict[str, tuple[str, ...]]:
    """The phrasings of grammar/NAME.yaml: rule -> alternatives."""
    table = yaml.load((HERE / f"{name}.yaml").read_text("utf-8"), Loader=_LOADER)
    return {rule: tuple(str(a) for a in alternatives) for rule, alternatives in table.items()}


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def plural(noun: str) -> str:
    """The plural of a type's name: its head noun's, before any "for" or "of"."""
    head, joint, rest = re.match(r"(.*?)( (?:for|of) |$)(.*)", noun).groups()  # type: ignore[union-attr]
    if head.endswith("mouse"):
        head = head[:-5] + "mice"
    elif re.search(r"(?:kni|shel|scar|lea)fe?$", head):
        head = re.sub(r"fe?$", "ves", head)
    elif re.search(r"[^aeiou]y$", head):
        head = head[:-1] + "ies"
    elif re.search(r"(?:s|x|ch|sh|z)$", head):
        head += "es"
    else:
        head += "s"
    return head + joint + rest


@cache
def _makers() -> dict[str, Any]:
    table = yaml.load((HERE / "makers.yaml").read_text("utf-8"), Loader=_LOADER)
    split = {name: tuple(table[name].split()) for name in ("starts", "middles", "ends")}
    return {**split, "words": _list(table["words"]), "known": {k: _list(v) for k, v in table["known"].items()}}


def brand(rng: random.Random, department: str, dev: bool) -> str:
    """A maker's name of the split: mostly invented, so that a name is learnt by its place and not by heart."""
    while True:
        name = _brand(rng, department)
        if held_out(name.lower()) == dev:
            return name


def _brand(rng: random.Random, department: str) -> str:
    names = _makers()
    draw = rng.random()
    if draw < 0.3 and department in names["known"]:
        return str(rng.choice(names["known"][department]))
    if draw < 0.45:
        return str(rng.choice(names["words"]))
    if draw < 0.52:
        return "".join(rng.choice("ABCDEFGHKLMNPRSTVXZ") for _ in range(rng.randint(2, 4)))
    start, middle, end = (rng.choice(names[part]) for part in ("starts", "middles", "ends"))
    name = start + middle + end
    if len(name) < 5 or rng.random() < 0.2:
        name = start + middle + rng.choice(names["middles"]) + end
    if rng.random() < 0.06:
        name += rng.choice(["-Tec", " Pro", " & Sons", " Home", " Labs", "X", " Sport", "3", " Basics", " Co"])
    return str(name)
