"""One call on the retail order database, and what calls are made of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
ADDRESS = {
    "address1": "12 Other Street",
    "address2": "",
    "city": "Elsewhere",
    "state": "OR",
    "country": "USA",
    "zip": "97001",
}


@dataclass(frozen=True)
class Call:
    """One row for ``service apply``, and the rule that refuses it; None where it is allowed."""

    customer: str | None
    name: object
    arguments: Any
    rule: str | None = None
    # What is done before it, with a yes, so that it is a repetition.
    first: tuple[Call, ...] = field(default=())

    def row(self, id_: object) -> Row:
        """As ``service apply`` reads it, confirmed."""
        return {
            "id": id_,
            "customer": self.customer,
            "name": self.name,
            "arguments": self.arguments,
            "confirmed": True,
        }


class Maker:
    """Makes calls on one database. Orders are used once, so that no call spoils another."""

    def __init__(self, database: Row, seed: int) -> None:
        self.dice = random.Random(seed)
        self.users: Row = database["users"]
        self.products: Row = database["products"]
        # Orders that no call was made of yet, in a drawn order; and all of them by their ids.
        self.orders: list[Row] = list(database["orders"].values())
        self.all: Row = database["orders"]
        self.dice.shuffle(self.orders)
        self.variants: Row = {i: v for p in self.products.values() for i, v in p["variants"].items()}

    def take(self, *statuses: str) -> Iterator[Row]:
        """Orders in one of these states, each given out once."""
        while True:
            found = next((o for o in self.orders if o["status"] in statuses), None)
            if found is None:
                return
            self.orders.remove(found)
            yield found

    def methods(self, order: Row, kind: str | None = None) -> list[Row]:
        """Means of payment of whoever ordered, all or of one kind."""
        methods = self.users[order["user_id"]]["payment_methods"].values()
        return [m for m in methods if kind in (None, m["source"])]

    def paid_with(self, order: Row) -> Row:
        """What paid for the order."""
        method: Row = self.users[order["user_id"]]["payment_methods"][order["payment_history"][0]["payment_method_id"]]
        return method

    def card(self, order: Row) -> Row | None:
        """A means of payment without a balance."""
        return next((m for m in self.methods(order) if m["source"] != "gift_card"), None)

    def others(self, item: Row, *, available: bool = True) -> list[Row]:
        """The other variants of an item's product."""
        variants = self.products[item["product_id"]]["variants"].values()
        return [v for v in variants if v["item_id"] != item["item_id"] and v["available"] is available]

    def swaps(self, *statuses: str) -> Iterator[tuple[Row, Row, Row, Row]]:
        """An order, an item of it, another variant that the shop has, a means of payment that needs no balance."""
        for order in self.take(*statuses):
            item, card = order["items"][0], self.card(order)
            if card and (others := self.others(item)):
                yield order, item, self.dice.choice(others), card

    def stranger(self, order: Row) -> str:
        """Somebody whose order it is not."""
        return str(self.dice.choice([u for u in self.users if u != order["user_id"]]))

    def swap(self, order: Row, olds: list[str], news: list[str], method: str, rule: str | None = None) -> Call:
        """Items for other variants, before or after delivery."""
        verb = "modify_pending" if order["status"] == "pending" else "exchange_delivered"
        given = {"order_id": order["order_id"], "item_ids": olds, "new_item_ids": news, "payment_method_id": method}
        return Call(order["user_id"], f"{verb}_order_items", given, rule)

    def cancel(self, order: Row, rule: str | None = None, reason: str = "no longer needed") -> Call:
        """The order called off."""
        given = {"order_id": order["order_id"], "reason": reason}
        return Call(order["user_id"], "cancel_pending_order", given, rule)

    def send(self, order: Row, rule: str | None = None) -> Call:
        """The order to another address."""
        given = {"order_id": order["order_id"], **ADDRESS}
        return Call(order["user_id"], "modify_pending_order_address", given, rule)

    def pay(self, order: Row, method: str, rule: str | None = None) -> Call:
        """The order paid otherwise."""
        given = {"order_id": order["order_id"], "payment_method_id": method}
        return Call(order["user_id"], "modify_pending_order_payment", given, rule)

    def back(self, order: Row, method: str, rule: str | None = None, items: list[str] | None = None) -> Call:
        """Items sent back, the first of the order where none are named."""
        ids = [order["items"][0]["item_id"]] if items is None else items
        given = {"order_id": order["order_id"], "item_ids": ids, "payment_method_id": method}
        return Call(order["user_id"], "return_delivered_order_items", given, rule)
