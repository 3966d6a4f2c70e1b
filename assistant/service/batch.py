"""Actions in bulk, without a conversation: what ``shoptalk service apply`` runs, and what it leaves."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.errors import OrdersError
from assistant.service import feed
from assistant.service.gate import Caller, Gate


def apply_rows(gate: Gate, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Puts each row ``{"id", "customer", "name", "arguments", "confirmed"}`` through the gate, in order.

    Each is a conversation of its own, whose customer says yes to what is proposed where ``confirmed``. A refusal is a
    result, also of malformed arguments; only a row without an id is the caller's fault, and raises ``OrdersError``.
    """
    run = secrets.token_urlsafe(9)
    for number, row in enumerate(rows, 1):
        if "id" not in row:
            raise OrdersError(f"Row {number} has no id", 'Write {"id": ..., "customer": ..., "name": ..., ...} a line')
        customer = row.get("customer")
        caller = Caller(f"batch:{run}:{number}", None if customer is None else str(customer))
        result = gate.call(caller, row.get("name"), row.get("arguments", {}))
        if result.proposal and row.get("confirmed") is True:
            result = gate.confirm(caller, result.proposal)
        elif result.proposal:
            gate.decline(caller, result.proposal)
        yield {
            "id": row["id"],
            "status": result.status,
            "rule": result.rule,
            "message": result.message,
            "difference": result.difference,
        }


def snapshot(gate: Gate) -> dict[str, Any]:
    """Products, users and orders as order databases have them, at one moment."""
    with gate.store.reading() as records:
        return feed.dump(records.customers(), records.orders(), gate.goods.products())
