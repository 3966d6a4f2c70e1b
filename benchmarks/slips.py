"""Messages of a shop's own kind, invented: what its clerks note down of a customer's wishes, as slips.yaml says."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from assistant.understand import SCHEMA
from finetune import amounts
from finetune.goods import Goods, brand, goods, held_out, pools

Kind = Literal["shorthand", "form"]
_NOTATION = Path(__file__).with_name("slips.yaml")
_MANY = ("features", "dislikes", "brands", "not_brands")
_WORD = re.compile(r"[a-z]{2}")
_ARTICLE = re.compile(r"^(?:an?|the|no) ")


def rows(kind: Kind, seed: int, count: int, dev: bool) -> list[dict[str, Any]]:
    """``count`` rows ``{"context", "message", "answer"}`` as ``finetune.messages`` has them, no two alike.

    ``dev`` draws types and makers that occur in no other row.
    """
    rng = random.Random(f"{kind} {seed} {dev}")
    shelf = [g for g in goods() if held_out(g.name) == dev]
    found: dict[str, dict[str, Any]] = {}
    while len(found) < count:
        row = _row(rng, _notations()[kind], rng.choice(shelf), dev)
        found.setdefault(row["message"], row)
    return list(found.values())


def training_row(id_: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as the recipes of ``finetune`` take it."""
    values = {name: row[name] for name in ("context", "message")}
    return {"id": id_, "prompt": "understand_tuned", "values": values, "answer": row["answer"]}


def _row(rng: random.Random, notation: dict[str, Any], need: Goods, dev: bool) -> dict[str, Any]:
    wanted = _wanted(rng, need, dev)
    marked = [(slot, value) for slot, values in wanted.items() for value in values]
    rng.shuffle(marked)
    first = [] if rng.random() < 0.4 else [("category", need.name)]
    marked = first + [(slot, value) for slot, value in marked if not first or slot != "category"]
    opening = rng.choice(notation["opens"]).format(rng.randint(100, 9999))
    message = opening + rng.choice(notation["joints"]).join(
        notation["marks"][slot].format(f"{value:g}" if isinstance(value, int | float) else value)
        for slot, value in marked
    )
    answer: dict[str, Any] = {"intent": "find"}
    for slot in (name for name in SCHEMA["properties"] if name in wanted):
        values = [value for name, value in marked if name == slot]
        answer[slot] = values if slot in _MANY else values[0]
    return {"context": "", "message": message, "answer": answer}


def _wanted(rng: random.Random, need: Goods, dev: bool) -> dict[str, list[Any]]:
    """What a customer wants, by slot."""
    drawn: dict[str, list[Any]] = {"category": [need.name]}
    parts = [_ARTICLE.sub("", part) for part in need.parts]
    shared = [rng.choice(pools()[name].values) for name in need.pools]
    # A bare number says nothing without its unit.
    phrases = rng.sample(sorted({v for v in (*need.adjectives, *parts, *shared) if _WORD.search(v)}), 4)
    many = rng.choice([1, 1, 2, 3])
    low = amounts.draw(rng, need.low, need.high * 0.6)
    kept: dict[str, tuple[float, list[Any]]] = {
        "features": (0.9, phrases[:many]),
        "dislikes": (0.4, phrases[3:]),
        "brands": (0.4, [brand(rng, need.department, dev)]),
        "not_brands": (0.4, [brand(rng, need.department, dev)]),
        "price_min": (0.3, [amounts.number(low)]),
        "price_max": (0.6, [amounts.number(amounts.draw(rng, low * 1.15 + 1, max(need.high, low * 1.6)))]),
        "min_rating": (0.25, [rng.choice([3, 3.5, 4, 4.5])]),
    }
    return drawn | {slot: values for slot, (chance, values) in kept.items() if rng.random() < chance}


@cache
def _notations() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_NOTATION.read_text("utf-8"))
    return found
