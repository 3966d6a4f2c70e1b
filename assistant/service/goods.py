"""What the shop sells, as customer service needs it: a product, and one of the things to choose within it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from retrieval import catalogue
from retrieval.product import Money, Product


@dataclass(frozen=True, slots=True)
class Item:
    """What goes into a basket: a product, or one variant of it."""

    product: Product
    id: str
    options: Mapping[str, str]
    price: Money | None
    # Whether the shop says that it has it; a feed that says nothing of stock sells what it lists.
    available: bool


class Goods(Protocol):
    """The shelf as customer service sees it."""

    def product(self, id_: str) -> Product | None:
        """The product with this id."""
        ...

    def product_with(self, item: str) -> Product | None:
        """The product of which ``item`` is the id of a variant, or its own id."""
        ...

    def products(self) -> Iterator[Product]:
        """All of them, by id."""
        ...


class ShopGoods:
    """The products in a shop's folder, as the last import left them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def product(self, id_: str) -> Product | None:
        """The product with this id."""
        return next(self._where("WHERE id = ?", id_), None)

    def product_with(self, item: str) -> Product | None:
        """The product of which ``item`` is the id of a variant, or its own id."""
        # The text only has to hold the id; whether it is a variant's is seen on the product.
        mark = json.dumps(item, ensure_ascii=False).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found = self._where("WHERE data LIKE ? ESCAPE '\\'", f"%{mark}%")
        return next((product for product in found if item_of(product, item)), None)

    def products(self) -> Iterator[Product]:
        """All of them, by id."""
        return self._where("")

    def _where(self, condition: str, *values: str) -> Iterator[Product]:
        with catalogue.reading(self._folder) as db:
            rows = db.execute(f"SELECT data FROM products {condition} ORDER BY id", values).fetchall()
        return (Product.from_dict(json.loads(data)) for (data,) in rows)


def item_of(product: Product, id_: str) -> Item | None:
    """The variant of ``product`` with this id, or the product itself where it has none to choose."""
    for variant in product.variants:
        if variant.id == id_:
            return Item(product, id_, variant.options, variant.price or product.price, variant.stock != 0)
    if not product.variants and product.id == id_:
        return Item(product, id_, {}, product.price, product.stock != 0)
    return None
