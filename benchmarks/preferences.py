"""How well a customer's stars and likes are foretold, by numbers, by texts, and fused: real reviews and the demo shop.

`python -m benchmarks.preferences`; the first part needs SHOPTALK_DATA. On the demo shop, where the hidden tastes are
known, one system is told them: what it misses is chance that nobody can foretell.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.profile.content import Content
from assistant.profile.features import Goods, Reviews
from assistant.profile.fusion import Forecast
from benchmarks.icecat import home, run_suite
from benchmarks.record import data_folder, write
from eval.forecasts import SCORES, measure
from eval.metrics import Metric
from eval.suites.rating import FOLDS, OURS, codes, folds, forecasts
from retrieval.demo.feed import World, imagine
from retrieval.demo.reading import read_spec

KNOWING = "hidden tastes known"
SEED = 0


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo shop's reviews in time order, with what no shop knows."""

    reviews: Reviews
    goods: Goods
    # Of each review, the stars that taste and quality alone would have given.
    meant: np.ndarray


def main() -> None:
    """Measures and writes the results."""
    table = [["data", "system", "RMSE", "MAE", "AUC of like", "n"]]
    values: dict[str, Any] = {}
    if (data := data_folder()) is not None:
        found = _real(str(data / "amazon_reviews23"))
        _add(table, values, "real reviews", found)
    demo = read_demo(imagine(read_spec(), 7))
    for name, metrics in measured(demo).items():
        _add(table, values, name, metrics)
    gains = ". ".join(_gains(name, values[name]) for name in ("real reviews", "demo shop") if name in values)
    note = (
        "Five folds by customer: who is asked about taught nothing, and only what was written before that day is used. "
        "A like is 4 stars or more. “Fused” weighs the network of numbers and texts against that of numbers by inner "
        f"folds. Differences of fused to each system, above 0 where fused is better: {gains}. “{KNOWING}” is "
        "told quality, taste and generosity of the generator, and misses luck alone. Intervals: 95 % bootstrap over "
        "customers."
    )
    write("preferences", "Foretelling stars and likes", values, table, note)


def _real(data: str) -> dict[str, dict[str, Any]]:
    summary = run_suite("rating", home() / "preferences", "--data", data)
    return {**summary["baselines"], OURS: summary["metrics"]}


def read_demo(world: World) -> Demo:
    """The reviews as the feed has them, beside the purchases that they are of."""
    from retrieval.embed import open_embedder

    bought = {f"{p.item.id}-{p.customer.id}": p for p in world.bought}
    opinions = sorted((o for o in world.opinions if o.id in bought), key=lambda o: (o.day, o.id))
    places = {item.id: at for at, item in enumerate(world.shelf)}
    people = {customer.id: at for at, customer in enumerate(world.people)}
    encode = open_embedder(None).encode
    facts = [
        f"{item.title}. {item.line.brand.name}. " + ", ".join(f"{k} {v}" for k, v in item.attributes.items())
        for item in world.shelf
    ]
    brands = [item.line.brand.name for item in world.shelf]
    goods = Goods(
        content=Content(facts, encode(facts), brands),
        price=np.array([item.price_cents / 100 for item in world.shelf]),
        category=codes([item.category.name for item in world.shelf]),
        brand=codes(brands),
    )
    reviews = Reviews(
        user=np.array([people[o.customer_id] for o in opinions]),
        item=np.array([places[o.product_id] for o in opinions]),
        rating=np.array([float(o.rating) for o in opinions]),
        day=np.array([float(o.day.toordinal()) for o in opinions]),
        written=encode([f"{o.title}. {o.text}" for o in opinions]),
    )
    meant = [_meant(bought[o.id]) for o in opinions]
    return Demo(reviews, goods, np.array(meant))


def _meant(purchase: Any) -> float:
    taste = purchase.customer.taste
    return float(purchase.item.quality + 0.2 + sum(r.amount for r in purchase.reasons) + taste.generosity)


def measured(demo: Demo) -> dict[str, dict[str, dict[str, Any]]]:
    """Name of a part of the reviews -> system -> metrics."""
    reviews = demo.reviews
    people = [str(user) for user in reviews.user.tolist()]
    fold = folds(people, SEED)
    columns: dict[str, Forecast] = {KNOWING: Forecast(np.clip(demo.meant, 1, 5), demo.meant / 5)}
    known = np.zeros((len(people), 2), dtype=bool)
    for number in range(FOLDS):
        asked, teaching = np.flatnonzero(fold == number), fold != number
        for name, found in forecasts(reviews, demo.goods, teaching, asked, SEED).items():
            blank = Forecast(np.zeros(len(people)), np.zeros(len(people)))
            whole = columns.setdefault(name, blank)
            whole.rating[asked], whole.like[asked] = found.rating, found.like
        known[asked] = _known(reviews, asked, teaching)
        print(f"benchmarks: fold {number + 1} of {FOLDS}", file=sys.stderr)
    parts = {
        "demo shop": np.ones(len(people), dtype=bool),
        "demo shop, new customer": ~known[:, 0] & known[:, 1],
        "demo shop, new item": known[:, 0] & ~known[:, 1],
        "demo shop, both new": ~known[:, 0] & ~known[:, 1],
    }
    return {name: _part(reviews, columns, people, rows) for name, rows in parts.items() if rows.sum() > 100}


def _known(reviews: Reviews, asked: np.ndarray, teaching: np.ndarray) -> np.ndarray:
    """Shape (asked, 2): whether the customer, and the item, had a review before."""
    found = []
    for place in asked.tolist():
        before = reviews.day < reviews.day[place]
        mine = before & (reviews.user == reviews.user[place])
        its = before & teaching & (reviews.item == reviews.item[place])
        found.append((bool(mine.any()), bool(its.any())))
    return np.array(found)


def _part(
    reviews: Reviews, columns: Mapping[str, Forecast], people: Sequence[str], rows: np.ndarray
) -> dict[str, dict[str, Any]]:
    some = {name: Forecast(found.rating[rows], found.like[rows]) for name, found in columns.items()}
    groups = [name for name, keep in zip(people, rows.tolist(), strict=True) if keep]
    found = measure(reviews.rating[rows], some, OURS, groups, SEED)
    return {name: {key: metric.to_dict() for key, metric in metrics.items()} for name, metrics in found.items()}


def _add(table: list[list[str]], values: dict[str, Any], data: str, found: Mapping[str, Mapping[str, Any]]) -> None:
    values[data] = found
    for system, metrics in found.items():
        table.append([data, system, *(_cell(Metric(**metrics[key])) for key in SCORES), str(metrics["rmse"]["n"])])


def _cell(metric: Metric) -> str:
    return f"{metric.value:.3f} [{metric.low:.3f}, {metric.high:.3f}]"


def _gains(data: str, found: Mapping[str, Mapping[str, Any]]) -> str:
    told = [
        f"{name.partition('/')[2]} {name.partition('_')[0].upper()} {metric['value']:+.3f} "
        f"[{metric['low']:+.3f}, {metric['high']:+.3f}]"
        for name, metric in found[OURS].items()
        if "_gain/" in name and not name.startswith("mae") and KNOWING not in name
    ]
    return f"{data}: " + ", ".join(told)


if __name__ == "__main__":
    main()
