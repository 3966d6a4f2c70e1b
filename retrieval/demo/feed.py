"""Writes the demo shop as feed files; the ordinary import reads them like anybody's feed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from retrieval.demo.reviews import ratings, reviews
from retrieval.demo.shop import Item, items
from retrieval.demo.spec import Spec, read_spec
from retrieval.pictures import picture

CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class DemoFeed:
    """The files that were written, and how much is in them."""

    folder: Path
    # JSON Lines, one product each; its pictures are paths relative to ``folder``.
    products: Path
    # JSON Lines, one review each.
    reviews: Path
    product_count: int
    review_count: int
    # ISO 4217, of every price.
    currency: str = CURRENCY

    @property
    def feeds(self) -> tuple[Path, ...]:
        """What the import takes as product feeds."""
        return (self.products,)


def write_feed(folder: Path, seed: int = 7, on_progress: Callable[[int, int], None] | None = None) -> DemoFeed:
    """Write products.jsonl, reviews.jsonl and pictures/*.svg into ``folder``, which is made where absent.

    The same seed gives the same bytes on any machine. ``on_progress`` is called with (products done, products in all).
    Raises ``OSError`` where the folder cannot be written.
    """
    return write(read_spec(), folder, seed, on_progress)


def write(spec: Spec, folder: Path, seed: int, on_progress: Callable[[int, int], None] | None = None) -> DemoFeed:
    """``write_feed`` for any specification."""
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    feed = DemoFeed(folder, folder / "products.jsonl", folder / "reviews.jsonl", 0, 0)
    shelf = list(items(spec, seed))
    product_rows: list[str] = []
    review_rows: list[str] = []
    for done, item in enumerate(shelf, 1):
        written = reviews(spec, item, seed)
        path = f"pictures/{item.id}.svg"
        colour = str(item.attributes.get("colour", ""))
        drawing = picture(item.category.noun, item.title, colour, key=item.line.id, attributes=item.attributes)
        (folder / path).write_text(drawing, encoding="utf-8", newline="\n")
        product_rows.append(_row(_product(item, path, *ratings(item, written, seed))))
        review_rows += [_row(asdict(opinion)) for opinion in written]
        if on_progress:
            on_progress(done, len(shelf))
    feed.products.write_text("".join(product_rows), encoding="utf-8", newline="\n")
    feed.reviews.write_text("".join(review_rows), encoding="utf-8", newline="\n")
    return DemoFeed(folder, feed.products, feed.reviews, len(product_rows), len(review_rows))


def _product(item: Item, path: str, rating: float, rating_count: int) -> dict[str, object]:
    return {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "brand": item.line.brand.name,
        "price": f"{item.price_cents // 100}.{item.price_cents % 100:02d}",
        "currency": CURRENCY,
        "category": f"{item.category.department} > {item.category.name}",
        "attributes": item.attributes,
        "pictures": [path],
        "rating": rating,
        "rating_count": rating_count,
        "stock": item.stock,
        "codes": list(item.codes),
        "url": "",
    }


def _row(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
