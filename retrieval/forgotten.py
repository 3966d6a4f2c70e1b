"""Customers whom a shop has erased: an import of an older export does not bring them back.

Nothing of them is kept but a salted hash of their id, by which a row of a feed is recognised, and under which what the
books need of their orders goes on.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Where the shop's own record of itself keeps it, see ``catalogue.Catalogue.meta``.
KEY = "forgotten"
# Whose an order or a customer's row is, as feeds call it.
OWNERS = ("customer_id", "customer", "user_id")
# What an order keeps: what was bought, when, for how much. Whatever else a feed has of it was about a person.
_ORDER = ("order_id", "id", "placed", "status", "charges", "total", "currency", "requested")
_PARTS = {
    "items": ("name", "product_id", "item_id", "sku", "options", "price", "quantity", "status", "exchanged_for"),
    "lines": ("name", "product_id", "item_id", "sku", "options", "price", "quantity", "status", "exchanged_for"),
    "fulfillments": ("carrier", "item_ids", "shipped", "delivered"),
    "payment_history": ("transaction_type", "amount", "date"),
}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Who was erased, without saying who."""

    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    # Hash -> the day of the erasure, ISO 8601.
    hashes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, meta: Mapping[str, str]) -> Forgotten:
        """As the shop's ``meta`` has it; nobody where it says nothing."""
        said = meta.get(KEY)
        return cls(**json.loads(said)) if said else cls()

    def to_text(self) -> str:
        """What ``meta`` keeps; ``of`` reads it."""
        return json.dumps({"salt": self.salt, "hashes": dict(self.hashes)})

    def hash(self, customer: str) -> str:
        """What stands for the id of ``customer``."""
        return hashlib.sha256(f"{self.salt}\0{customer}".encode()).hexdigest()

    def day(self, customer: str) -> str:
        """The day on which ``customer`` was erased, "" where they were not."""
        return self.hashes.get(self.hash(customer), "") if self.hashes and customer else ""

    def name(self, customer: str) -> str:
        """Under which what is left of their orders goes on."""
        return f"erased-{self.hash(customer)[:12]}"

    def also(self, customer: str, day: str) -> Forgotten:
        """With one more."""
        return Forgotten(self.salt, {**self.hashes, self.hash(customer): day})

    def redacted(self, row: Mapping[str, Any], customer: str) -> dict[str, Any]:
        """The order ``row`` of ``customer`` with what the books need, and nothing of the person."""
        kept: dict[str, Any] = {name: row[name] for name in _ORDER if name in row}
        for name, fields in _PARTS.items():
            parts = row.get(name)
            if isinstance(parts, list):
                kept[name] = [{f: p[f] for f in fields if f in p} for p in parts if isinstance(p, dict)]
        return {**kept, "customer_id": self.name(customer)}
