"""What the demo shop keeps from everybody: its customers' tastes and why they wrote what they wrote.

Written apart from the feed, into a folder of its own, for evaluation alone. No import reads it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from retrieval.demo.feed import World, imagine
from retrieval.demo.people import Customer
from retrieval.demo.reading import read_spec


def write_hidden(folder: Path, seed: int = 7) -> Path:
    """Write tastes.jsonl and reviews.jsonl into ``folder``, which is made where absent; returns it.

    tastes.jsonl has for each customer what they like and dislike, each with ``strength`` 0 to 1, with ``bought``, how
    many of their purchases it touches, and ``told``, how many of their reviews speak of it: where both are 0 it has
    left no trace in the shop. reviews.jsonl has for each review what it says of what, and in which manner. The seed
    must be that of the feed. Raises ``OSError`` where the folder cannot be written.
    """
    return hide(imagine(read_spec(), seed), folder)


def hide(world: World, folder: Path) -> Path:
    """``write_hidden`` for any world."""
    folder.mkdir(parents=True, exist_ok=True)
    touched: dict[str, Counter[str]] = {}
    for purchase in world.bought:
        traces = touched.setdefault(purchase.customer.id, Counter())
        traces.update(f"{reason.kind}:{reason.key}" for reason in purchase.reasons)
        if not purchase.gift:
            traces[f"department:{purchase.item.category.department}"] += 1
    told: dict[str, Counter[str]] = {}
    for opinion in world.opinions:
        told.setdefault(opinion.customer_id, Counter()).update(point.about for point in opinion.points)
    none: Counter[str] = Counter()
    _write(
        folder / "tastes.jsonl",
        (_taste(c, touched.get(c.id, none), told.get(c.id, none)) for c in world.people),
    )
    _write(
        folder / "reviews.jsonl",
        (
            {
                "id": opinion.id,
                "manner": opinion.manner,
                "points": [{"about": point.about, "good": point.good} for point in opinion.points],
            }
            for opinion in world.opinions
        ),
    )
    return folder


def _taste(customer: Customer, touched: Counter[str], told: Counter[str]) -> dict[str, Any]:
    taste = customer.taste
    leanings = [
        *(("brand", name, much) for name, much in taste.brands.items()),
        *(("colour", name, much) for name, much in taste.colours.items()),
        *(("material", name, much) for name, much in taste.materials.items()),
        *(("feature", name, 1.0) for name in sorted(taste.features)),
        *(("aspect", name, (care - 0.2) / 1.2) for name, care in taste.cares.items()),
        *(("department", name, much) for name, much in taste.departments.items() if much > 0.25),
    ]
    return {
        "customer_id": customer.id,
        "tastes": [
            {
                "kind": kind,
                "value": value,
                "likes": much > 0,
                "strength": round(abs(much), 2),
                "bought": touched[f"{kind}:{value}"],
                "told": told[value if kind == "aspect" else f"{kind}:{value}"],
            }
            for kind, value, much in leanings
        ],
        "avoids_animal_products": taste.avoids_animal,
        # 1 cheap to 5 dear.
        "price_level": round(taste.level, 2),
        "wears": taste.wears,
        "sizes": dict(taste.sizes),
        "has_children": taste.has_children,
        "pets": sorted(taste.pets),
        "generosity": round(taste.generosity, 3),
    }


def _write(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
