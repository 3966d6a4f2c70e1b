"""A hundred shopper requests over a product feed, each with the predicate that says which rows may be shown.

They are drawn from ``wishes.yaml`` and the feed alone, by seed: nothing here knows how any of the compared systems
answers, and no word list of the assistant is used. Most requests have two or more right products; of ``NONE`` in a
hundred no row of the feed meets every wish, and the right answer is to show nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from eval.predicates import meets

Row = Mapping[str, Any]
# Requests in a hundred that nothing fits.
NONE = 12
_WORDS = Path(__file__).with_name("wishes.yaml")
# Fewer right products than this and finding one is luck.
_LEAST = 2
# How often each number of wishes beside the sort is asked for.
_WISHES = (1, 2, 2, 2, 3, 3)


def requests(rows: Sequence[Row], count: int = 100, seed: int = 2026) -> list[dict[str, Any]]:
    """``{"id", "text", "check", "fits"}``: ``check`` is a predicate, ``fits`` the number of rows that meet it."""
    rng = random.Random(seed)
    words = _words()
    pools = [(sort, [row for row in rows if meets(row, sort["is"])]) for sort in words["sorts"]]
    nothing = {round((i + 0.5) * 100 / NONE) for i in range(NONE)}
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    while len(found) < count:
        sort, pool = pools[len(found) % len(pools)]
        drawn = _draw(rng, words, sort, pool, none=len(found) % 100 in nothing)
        if drawn["text"] not in seen:
            seen.add(drawn["text"])
            found.append({"id": f"r{len(found) + 1:03}", "sort": sort["name"], **drawn})
    return found


@cache
def _words() -> Any:
    import yaml

    return yaml.safe_load(_WORDS.read_text(encoding="utf-8"))


def _draw(rng: random.Random, words: Any, sort: Any, pool: Sequence[Row], *, none: bool) -> dict[str, Any]:
    """One request with as many right products as it should have; a thousand tries are plenty for every sort."""
    for _ in range(1000):
        wishes = list(_wishes(rng, words, sort, pool, rng.choice(_WISHES) + none))
        check = {"all": [sort["is"], *(part for _, part in wishes)]}
        fits = sum(meets(row, check) for row in pool)
        if (fits == 0) if none else (fits >= _LEAST):
            thing = " ".join([rng.choice(sort["says"]), _joined([say for say, _ in wishes])])
            text = rng.choice(words["openings"]).format(thing=thing)
            return {"text": text, "check": check, "fits": fits}
    raise ValueError(f"wishes.yaml: no request about {sort['name']} has {'no' if none else 'enough'} right products")


def _wishes(
    rng: random.Random, words: Any, sort: Any, pool: Sequence[Row], count: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(words, predicate) of ``count`` wishes, each about something else."""
    kinds = ["price", "brand", *dict.fromkeys(wish["group"] for wish in sort["wishes"])]
    for kind in sorted(rng.sample(kinds, min(count, len(kinds))), key=lambda kind: (kind == "price", kind == "brand")):
        if kind == "price":
            yield _price(rng, words, pool)
        elif kind == "brand":
            yield _brand(rng, words, pool)
        else:
            wish = rng.choice([w for w in sort["wishes"] if w["group"] == kind])
            yield rng.choice(wish["say"]), wish["check"]


def _price(rng: random.Random, words: Any, pool: Sequence[Row]) -> tuple[str, dict[str, Any]]:
    prices = sorted(row["price"] for row in pool)
    low, high = (_round(prices[int(len(prices) * share)]) for share in (rng.uniform(0.1, 0.4), rng.uniform(0.5, 0.8)))
    kind = rng.choice(["price_max", "price_max", "price_max", "price_range", "price_min"])
    bounds = {"price_min": low} if kind != "price_max" else {}
    bounds |= {"price_max": high} if kind != "price_min" else {}
    return rng.choice(words[kind]).format(min=low, max=high), bounds


def _round(price: float) -> int:
    """As people name limits: to the next 5 above, to the next 50 from 200 on."""
    step = 50 if price >= 200 else 5
    return int(price // step + 1) * step


def _brand(rng: random.Random, words: Any, pool: Sequence[Row]) -> tuple[str, dict[str, Any]]:
    makers = sorted({row["brand"] for row in pool if row["brand"]})
    # Makers of many products are asked for more often, as in life.
    maker = rng.choice([rng.choice(makers), rng.choice([row["brand"] for row in pool if row["brand"]])])
    kind = rng.choice(["brand", "brand", "not_brand"])
    return rng.choice(words[kind]).format(brand=maker), {kind: [maker]}


def _joined(parts: Sequence[str]) -> str:
    return ", ".join(parts)
