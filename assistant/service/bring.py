"""Imported customers and orders into the order database, and a shop's rules into force."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import OrdersError
from assistant.service import feed
from assistant.service.tables import CUSTOMERS, ORDERS
from assistant.service.values import Customer, Order
from retrieval import catalogue

if TYPE_CHECKING:
    from assistant.service.database import OrderStore
    from assistant.service.records import Records

# What the database says of itself: which imported rows it holds.
_BROUGHT = "brought"


def bring(folder: Path, store: OrderStore) -> None:
    """Takes over what imports changed among the customers and orders of the shop in ``folder``, all of it or nothing.

    A row that did not change leaves its record as it is, with all that was done to it here; one that did is the
    shop's last word. Raises ``OrdersError`` for a row that makes no sense.
    """
    now = _digest(folder)
    if store.fact(_BROUGHT) == now:
        return
    currency = catalogue.recorded(folder).get("currency", "USD")
    with store.writing() as records:
        given = dict(_rows(folder, "customers"))
        orders = dict(_rows(folder, "orders"))
        customers = _customers(given, orders, currency)
        _bring_customers(records, customers, given)
        _bring_orders(records, customers, orders, currency)
        records.journal.set_fact(_BROUGHT, now)


def put_in_force(folder: Path, text: str) -> None:
    """Makes ``text`` the rules of the shop in ``folder``, where its owner can read and change them."""
    from assistant.service.rules import FILE

    fresh = folder / f"{FILE}.new"
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(folder / FILE)


def _digest(folder: Path) -> str:
    """Of everything imported that is of concern here."""
    digest = hashlib.sha256()
    for table in ("customers", "orders"):
        for row in catalogue.hashes(folder, table):
            digest.update(json.dumps(row).encode())
    return digest.hexdigest()


def _rows(folder: Path, table: str) -> Iterator[tuple[str, tuple[str, str, dict[str, Any]]]]:
    """Id -> source, hash and the row."""
    rows = catalogue.customers(folder) if table == "customers" else catalogue.orders(folder)
    for id_, source, hashed in catalogue.hashes(folder, table):
        yield id_, (source, hashed, rows[id_])


Rows = Mapping[str, tuple[str, str, dict[str, Any]]]


def _customers(given: Rows, orders: Rows, currency: str) -> dict[str, Customer]:
    """The customers by id; one who is only known by their orders has no more than an id."""
    found = {id_: _made(id_, feed.customer_of, id_, row, currency) for id_, (_, _, row) in given.items()}
    for _, _, row in orders.values():
        found.setdefault(owner(row), Customer(owner(row)))
    return found


def owner(row: Mapping[str, Any]) -> str:
    """Whose an order's row says it is."""
    return str(next(row[name] for name in ("customer_id", "customer", "user_id") if row.get(name) is not None))


def _bring_customers(records: Records, customers: Mapping[str, Customer], given: Rows) -> None:
    there = records.imported(CUSTOMERS)
    for id_, customer in customers.items():
        source, hashed, _ = given.get(id_, ("", "", {}))
        if id_ not in there:
            records.add_customer(customer, source, hashed)
        elif hashed and there[id_] != (source, hashed):
            records.save_customer(customer)
            records.note_import(CUSTOMERS, id_, source, hashed)


def _bring_orders(records: Records, customers: Mapping[str, Customer], orders: Rows, currency: str) -> None:
    there = records.imported(ORDERS)
    for id_ in there.keys() - orders.keys():
        # An order without a source was made here; no feed knows it.
        if there[id_] != ("", ""):
            records.remove_order(id_)
    places = {id_: {order: n for n, order in enumerate(c.orders)} for id_, c in customers.items()}
    first = {id_: (str(row.get("placed") or ""), id_) for id_, (_, _, row) in orders.items()}
    for number, id_ in enumerate(sorted(orders, key=first.__getitem__)):
        source, hashed, row = orders[id_]
        order: Order = _made(id_, feed.order_of, id_, owner(row), row, currency)
        if id_ not in there:
            listed = places[order.customer_id]
            # Orders that their customer does not list come behind the others, the oldest first.
            records.add_order(order, listed.get(id_, len(listed) + number), source, hashed)
        elif there[id_] != (source, hashed):
            records.save_order(order)
            records.note_import(ORDERS, id_, source, hashed)


def _made(id_: str, make: Any, *given: Any) -> Any:
    try:
        return make(*given)
    except (ValueError, TypeError, AttributeError) as error:
        raise OrdersError(f"The imported record {id_} makes no sense ({error})", "Mend the feed of --orders") from error
