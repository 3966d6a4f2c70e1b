"""Writes the demo shop as feed files; the ordinary import reads them like anybody's feed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.demo.clicks import clicks
from retrieval.demo.days import TODAY
from retrieval.demo.orders import amount, orders
from retrieval.demo.people import Customer, customers
from retrieval.demo.prices import Price, history
from retrieval.demo.purchases import Glance, Purchase, purchases
from retrieval.demo.reading import HERE, read_spec
from retrieval.demo.reviews import Opinion, ratings, reviews
from retrieval.demo.shop import Item, items
from retrieval.demo.spec import Spec
from retrieval.demo.variants import Choice, choices
from retrieval.pictures import picture

CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class DemoFeed:
    """The files that were written, and how much is in them. All but the documents are JSON Lines."""

    folder: Path
    product_count: int
    review_count: int
    # ISO 4217, of every price.
    currency: str = CURRENCY
    # ISO date of the day on which the shop stands still: what is pending, late or returnable is so on that day.
    today: str = TODAY.isoformat()

    @property
    def products(self) -> Path:
        """One product a line; its pictures are paths relative to ``folder``."""
        return self.folder / "products.jsonl"

    @property
    def feeds(self) -> tuple[Path, ...]:
        """What the import takes as product feeds."""
        return (self.products,)

    @property
    def prices(self) -> Path:
        """What each product has cost since it came out: ``product_id``, ``date``, ``price``, ``reason``."""
        return self.folder / "price_history.jsonl"

    @property
    def reviews(self) -> Path:
        return self.folder / "reviews.jsonl"

    @property
    def customers(self) -> Path:
        return self.folder / "customers.jsonl"

    @property
    def rules(self) -> Path:
        """What holds for orders; it comes with the generator."""
        return Path(__file__).parent / "rules.yaml"

    @property
    def orders(self) -> Path:
        return self.folder / "orders.jsonl"

    @property
    def clicks(self) -> Path:
        """Searches, looks, baskets, orders and advertisements shown, oldest first."""
        return self.folder / "clicks.jsonl"

    @property
    def ads(self) -> Path:
        return self.folder / "ads.jsonl"

    @property
    def policies(self) -> Path:
        """A folder of Markdown documents."""
        return self.folder / "policies"


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a specification and a seed decide, before it is written."""

    spec: Spec
    seed: int
    shelf: list[Item]
    # By line, and by product.
    prices: Mapping[str, Sequence[Price]]
    variants: Mapping[str, Sequence[Choice]]
    people: list[Customer]
    decisions: list[Purchase | Glance]
    opinions: list[Opinion]

    @property
    def bought(self) -> list[Purchase]:
        return [decision for decision in self.decisions if isinstance(decision, Purchase)]


def imagine(spec: Spec, seed: int) -> World:
    """The whole shop in memory."""
    shelf = list(items(spec, seed))
    people = customers(spec, seed)
    decisions = list(purchases(spec, shelf, people, seed))
    bought = (decision for decision in decisions if isinstance(decision, Purchase))
    return World(
        spec=spec,
        seed=seed,
        shelf=shelf,
        prices={item.line.id: history(item.line, item.price_cents, seed) for item in shelf},
        variants={item.id: choices(item, seed) for item in shelf},
        people=people,
        decisions=decisions,
        opinions=list(reviews(spec, bought, seed)),
    )


def write_feed(folder: Path, seed: int = 7, on_progress: Callable[[int, int], None] | None = None) -> DemoFeed:
    """Write the files of ``DemoFeed`` and pictures/*.svg into ``folder``, which is made where absent.

    The same seed gives the same bytes on any machine. ``on_progress`` is called with (products done, products in all).
    Raises ``OSError`` where the folder cannot be written.
    """
    return write(imagine(read_spec(), seed), folder, on_progress)


def write(world: World, folder: Path, on_progress: Callable[[int, int], None] | None = None) -> DemoFeed:
    """``write_feed`` for any world."""
    feed = DemoFeed(folder, len(world.shelf), len(world.opinions))
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    by_product: dict[str, list[Opinion]] = {}
    for opinion in world.opinions:
        by_product.setdefault(opinion.product_id, []).append(opinion)
    rows = []
    for done, item in enumerate(world.shelf, 1):
        path = f"pictures/{item.id}.svg"
        colour = str(item.attributes.get("colour", ""))
        drawing = picture(item.category.noun, item.title, colour, key=item.line.id, attributes=item.attributes)
        (folder / path).write_text(drawing, encoding="utf-8", newline="\n")
        rows.append(_product(world, item, path, *ratings(item, by_product.get(item.id, ()), world.seed)))
        if on_progress:
            on_progress(done, len(world.shelf))
    _write(feed.products, rows)
    _write(feed.prices, _prices(world))
    _write(feed.reviews, (opinion.to_dict() for opinion in world.opinions))
    _write(feed.customers, (customer.to_dict() for customer in world.people))
    _write(feed.orders, orders(world.spec, world.bought, world.prices, world.variants, world.seed))
    _write(feed.clicks, clicks(world.spec, world.decisions, world.people, world.seed))
    _write(feed.ads, ({"id": ad.id, "about": ad.about, "text": ad.text} for ad in world.spec.ads))
    shutil.copytree(HERE / "policies", feed.policies, dirs_exist_ok=True)
    return feed


def _product(world: World, item: Item, path: str, rating: float, rating_count: int) -> dict[str, Any]:
    row = {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "brand": item.line.brand.name,
        "price": amount(item.price_cents),
        "currency": CURRENCY,
        "category": f"{item.category.department} > {item.category.name}",
        "attributes": item.attributes,
        "pictures": [path],
        "rating": rating,
        "rating_count": rating_count,
        "stock": item.stock,
        "codes": list(item.codes),
        "url": "",
        # The colours of one model have it in common.
        "group": item.line.id,
        "release_date": world.prices[item.line.id][0].day.isoformat(),
    }
    if variants := world.variants[item.id]:
        row["variants"] = [
            {
                "id": choice.id,
                "options": choice.options,
                "price": amount(item.price_cents + choice.surcharge_cents),
                "stock": choice.stock,
            }
            for choice in variants
        ]
    return row


def _prices(world: World) -> Iterable[dict[str, Any]]:
    for item in world.shelf:
        for price in world.prices[item.line.id]:
            cost = amount(price.cents)
            yield {"product_id": item.id, "date": price.day.isoformat(), "price": cost, "reason": price.reason}


def _write(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
