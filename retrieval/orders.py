"""Orders and customers as a shop exports them, kept as they are: JSON Lines, an object each, or an order database.

An order database is one JSON object of products, users and orders, each by id, as service benchmarks have them; it
brings its products along.

What an order may become is decided elsewhere; here a row only has to say whose it is and what was ordered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from retrieval import cells
from retrieval.cells import BadCell
from retrieval.errors import FeedError
from retrieval.product import Money, Product, Variant
from retrieval.rows import Refused, feed_rows, unpacked

_CUSTOMER = ("customer_id", "customer", "user_id")
_ORDER = ("order_id", "items", "lines")
_PRODUCT = ("product_id", "item_id", "sku", "id")

_DATABASE = ("products", "users", "orders")


@dataclass(frozen=True, slots=True)
class Customer:
    """A row about a customer."""

    id: str
    # As it stands in the feed.
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """A row about an order."""

    id: str
    customer_id: str
    # As it stands in the feed.
    data: Mapping[str, Any]


def read_orders(path: Path) -> Iterator[tuple[int, Order | Customer | Refused]]:
    """Orders and customers with their line numbers, in file order; a row with neither items nor lines is a customer."""
    if is_database(path):
        yield from _database_rows(path)
        return
    for row in feed_rows(path, "jsonl"):
        if isinstance(row, Refused):
            yield row.line, row
            continue
        try:
            yield row.line, _read(row.cells)
        except ValueError as error:
            yield row.line, Refused(path.name, row.line, str(error))


def is_database(path: Path) -> bool:
    """Whether the file begins as an order database does."""
    with unpacked(path) as (_, head):
        start = "".join(head[:200].decode("utf-8", "replace").split())
    return start.startswith(tuple(f'{{"{table}":{{' for table in _DATABASE))


def database_products(path: Path, currency: str) -> Iterator[tuple[int, Product | Refused]]:
    """The products of an order database, counted from 1; prices are in ``currency``."""
    for number, (id_, row) in enumerate(_database(path)["products"].items(), 1):
        try:
            yield number, _product(id_, row, currency)
        except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
            yield number, Refused(path.name, number, f"the product {id_!r} makes no sense ({error})")


def _database(path: Path) -> dict[str, dict[str, Any]]:
    with unpacked(path) as (stream, _):
        try:
            found = json.loads(stream.read())
        except ValueError as error:
            raise FeedError(f"{path.name} is no whole order database ({error})", "Export it again") from error
    for table in _DATABASE:
        if not isinstance(found.get(table), dict):
            raise FeedError(f"{path.name} is an order database without {table}", "Export it again")
    return dict(found)


def _database_rows(path: Path) -> Iterator[tuple[int, Order | Customer | Refused]]:
    tables = _database(path)
    for number, row in enumerate((*tables["users"].values(), *tables["orders"].values()), 1):
        try:
            yield number, _read(row)
        except (ValueError, TypeError) as error:
            yield number, Refused(path.name, number, str(error))


def _product(id_: str, row: Mapping[str, Any], currency: str) -> Product:
    variants = tuple(
        Variant(
            i,
            {str(name): str(value) for name, value in v["options"].items()},
            Money.of(Decimal(str(v["price"])), currency),
            # "Available" says one at least, and no more than that.
            int(v["available"]),
        )
        for i, v in row["variants"].items()
    )
    offered = [v for v in variants if v.stock] or variants
    options: dict[str, dict[str, None]] = {}
    for variant in offered:
        for name, value in variant.options.items():
            options.setdefault(name, {})[value] = None
    return Product(
        id_,
        row["name"],
        price=min((v.price for v in offered if v.price), default=None),
        attributes={name: ", ".join(values) for name, values in options.items()},
        stock=sum(v.stock or 0 for v in variants),
        variants=variants,
    )


def _read(row: Mapping[str, Any]) -> Order | Customer:
    # A customer of an order database has "orders", no order has.
    if not any(name in row for name in _ORDER):
        return Customer(cells.identity(_first(row, (*_CUSTOMER, "id")), "customer id"), row)
    order = Order(
        cells.identity(_first(row, ("order_id", "id")), "order id"),
        cells.identity(_first(row, _CUSTOMER), "customer id"),
        row,
    )
    items = _first(row, ("items", "lines"))
    if not isinstance(items, list) or not items:
        raise BadCell("the order has no items")
    for item in items:
        if not isinstance(item, Mapping):
            raise BadCell("an item of the order is not an object")
        cells.identity(_first(item, _PRODUCT), "product id of an item")
        if (quantity := item.get("quantity", 1)) is not None and cells.count(quantity, "quantity") == 0:
            raise BadCell("an item of the order has the quantity 0")
    return order


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)
