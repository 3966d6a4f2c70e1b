"""Orders and customers as a shop exports them: JSON Lines, an object each, kept as they are.

What an order may become is decided elsewhere; here a row only has to say whose it is and what was ordered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval import cells
from retrieval.cells import BadCell
from retrieval.rows import Refused, feed_rows

_CUSTOMER = ("customer_id", "customer", "user_id")
_ORDER = ("order_id", "items", "lines")
_PRODUCT = ("product_id", "item_id", "sku", "id")


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
    for row in feed_rows(path, "jsonl"):
        if isinstance(row, Refused):
            yield row.line, row
            continue
        try:
            yield row.line, _read(row.cells)
        except ValueError as error:
            yield row.line, Refused(path.name, row.line, str(error))


def _read(row: Mapping[str, Any]) -> Order | Customer:
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
