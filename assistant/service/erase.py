"""A customer out of the order database: orders stay for the books, without the person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from assistant.service.tables import (
    ADDRESSES,
    ATTEMPTS,
    AUDIT,
    CUSTOMERS,
    GIFT_CARDS,
    METHODS,
    ORDERS,
    PROPOSALS,
    RETURNS,
    SHIPMENTS,
    TRANSACTIONS,
)

# What stands where a means of payment was named.
_NO_METHOD = "erased"


def conversations_of(db: Connection, customer: str) -> set[str]:
    """Conversations in which ``customer`` said who they are, and something was proposed or done."""
    found: set[str] = set()
    for table in (PROPOSALS, AUDIT):
        found |= set(db.scalars(select(table.c.conversation).where(table.c.customer_id == customer)))
    return found - {""}


def erase(db: Connection, customer: str, name: str, hashes: Mapping[str, str], who: set[str]) -> dict[str, int]:
    """Erases ``customer`` within the transaction; returns table -> rows erased or stripped of the person.

    Their orders go on under ``name``; ``hashes`` are what the imported rows of the orders now have. ``who`` are names
    under which failed attempts to prove an identity may stand.
    """
    orders = list(db.scalars(select(ORDERS.c.id).where(ORDERS.c.customer_id == customer)))
    counts = {}
    known = db.scalar(select(CUSTOMERS.c.id).where(CUSTOMERS.c.id == customer)) is not None
    if orders and db.scalar(select(CUSTOMERS.c.id).where(CUSTOMERS.c.id == name)) is None:
        nobody: dict[str, Any] = dict.fromkeys(("first_name", "last_name", "email", "source", "hash"), "")
        db.execute(insert(CUSTOMERS), {"id": name, "member": False, **nobody})
    for id_ in orders:
        values = {"customer_id": name, "note": "", "cancel_reason": ""}
        if id_ in hashes:
            values["hash"] = hashes[id_]
        db.execute(update(ORDERS).where(ORDERS.c.id == id_).values(**values))
    counts[ORDERS.name] = len(orders)
    mine = {"customer": [customer], "order": orders}
    counts[ADDRESSES.name] = sum(
        db.execute(delete(ADDRESSES).where(ADDRESSES.c.owner_kind == kind, ADDRESSES.c.owner_id.in_(ids))).rowcount
        for kind, ids in mine.items()
    )
    db.execute(update(SHIPMENTS).where(SHIPMENTS.c.order_id.in_(orders)).values(tracking=[]))
    for table in (TRANSACTIONS, RETURNS):
        db.execute(update(table).where(table.c.order_id.in_(orders)).values(method_id=_NO_METHOD))
    audit = AUDIT.c.customer_id == customer
    stripped: dict[str, Any] = {"arguments": {}, "difference": {}, "before": {}, "after": {}}
    counts[AUDIT.name] = db.execute(
        update(AUDIT).where(audit).values(customer_id=name, conversation="", **stripped)
    ).rowcount
    counts |= {t.name: _deleted(db, t, customer) for t in (PROPOSALS, GIFT_CARDS, METHODS)}
    counts[ATTEMPTS.name] = db.execute(delete(ATTEMPTS).where(ATTEMPTS.c.who.in_(sorted(who)))).rowcount
    if known:
        db.execute(delete(CUSTOMERS).where(CUSTOMERS.c.id == customer))
    return {**counts, CUSTOMERS.name: int(known)}


def _deleted(db: Connection, table: Table, customer: str) -> int:
    return db.execute(delete(table).where(table.c.customer_id == customer)).rowcount
