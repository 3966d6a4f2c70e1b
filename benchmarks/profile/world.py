"""The demo shop beside what it hides: customers' tastes, which nothing but these measurements may see."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.profile.evidence import Gathered, History, gather
from assistant.profile.tastes import RULES, Profile, Rules, learn
from assistant.profile.traits import Shares
from assistant.service.feed import order_of
from assistant.service.values import Order
from benchmarks.icecat import home
from retrieval import catalogue
from retrieval.demo.days import TODAY
from retrieval.demo.hidden import write_hidden
from retrieval.demo.reading import read_spec
from retrieval.lexicon import lexicon
from retrieval.product import Product, Review


@dataclass(frozen=True, slots=True)
class Hidden:
    """One taste that the generator gave a customer."""

    kind: str
    value: str
    likes: bool
    # Purchases that it touched.
    bought: int

    @property
    def point(self) -> str:
        """What a review that speaks of it is marked with."""
        return self.value if self.kind == "aspect" else f"{self.kind}:{self.value}"


@dataclass
class World:
    """The shop and its customers."""

    folder: Path
    products: dict[str, Product]
    shares: Shares
    reviews: dict[str, list[Review]]
    orders: dict[str, list[Order]]
    clicks: dict[str, list[dict[str, Any]]]
    tastes: dict[str, list[Hidden]]
    # Customer -> what else is hidden of them: price level, sizes.
    others: dict[str, dict[str, Any]]
    # Review id -> what it was written to say.
    points: dict[str, set[str]]
    today: date = field(default=TODAY)

    @classmethod
    def open(cls) -> World:
        """The demo shop under SHOPTALK_HOME, made where absent."""
        from ui.demo import build_shop

        folder = home() / "demo"
        build_shop(folder)
        hidden = home() / "hidden"
        if not (hidden / "tastes.jsonl").is_file():
            write_hidden(hidden)
        shop = catalogue.load(folder)
        products = {entry.product.id: entry.product for entry in shop.entries}
        tastes, others = {}, {}
        for row in _rows(hidden / "tastes.jsonl"):
            found = [Hidden(t["kind"], t["value"], t["likes"], t["bought"]) for t in row["tastes"]]
            tastes[row["customer_id"]], others[row["customer_id"]] = found, row
        clicks: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in _rows(folder / "clicks.jsonl"):
            clicks[row["customer_id"]].append(row)
        return cls(
            folder=folder,
            products=products,
            shares=Shares(products.values(), shop.kinds),
            reviews=_reviews(folder),
            orders=_orders(folder),
            clicks=clicks,
            tastes=tastes,
            others=others,
            points={r["id"]: {p["about"] for p in r["points"]} for r in _rows(hidden / "reviews.jsonl")},
        )

    def history(self, customer: str, first: int | None = None, more: bool = True) -> History:
        """Their first reviews, by date, and with ``more`` their orders and clicks."""
        orders, clicks = (self.orders.get(customer, []), self.clicks.get(customer, [])) if more else ([], [])
        return History(self.reviews.get(customer, [])[:first], orders, clicks)

    def gathered(self, history: History) -> Gathered:
        """The evidence in a history."""
        return gather(history, self.products.get, self.shares)

    def profile(self, customer: str, history: History, rules: Rules = RULES) -> Profile:
        """What is learnt of it."""
        return learn(customer, self.gathered(history), self.shares, self.today, rules=rules)

    @cached_property
    def aspect_words(self) -> dict[str, set[str]]:
        """Hidden aspect -> the nouns by which reviews speak of it."""
        return {
            a.name: set(" ".join((a.name, *a.covers, *a.subject, a.called)).split()) - {"the", "a", "of", "it", "you"}
            for a in read_spec().aspects
        }


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def _reviews(folder: Path) -> dict[str, list[Review]]:
    found: dict[str, list[Review]] = defaultdict(list)
    names = ", ".join(Review.__slots__)
    with closing(sqlite3.connect(folder / catalogue.FILE)) as db:
        for row in db.execute(f"SELECT {names} FROM reviews ORDER BY date, id"):
            found[row[-1]].append(Review(*row))
    return found


def _orders(folder: Path) -> dict[str, list[Order]]:
    found: dict[str, list[Order]] = defaultdict(list)
    for id_, row in catalogue.orders(folder).items():
        found[row["customer_id"]].append(order_of(id_, row["customer_id"], row, "USD"))
    return found


def usual(feature: str) -> str:
    """A feature's name as the shop's shared words spell it."""
    name = feature.replace("_", " ")
    return lexicon().flags.get(name, (name,))[0]
