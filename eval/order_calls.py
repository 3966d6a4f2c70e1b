"""Calls that the policy of the retail order database forbids, each with the rule it breaks, and calls that it allows.

They are made from the database and from the policy's text alone: nothing here knows how the policy is held in code.
Each illegal call breaks one rule and is otherwise in order.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
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


class Calls:
    """Calls on one database. Orders are used once, so that no call spoils another."""

    def __init__(self, database: Row, seed: int) -> None:
        self._dice = random.Random(seed)
        self._users, self._products = database["users"], database["products"]
        self._orders = list(database["orders"].values())
        self._all = database["orders"]
        self._dice.shuffle(self._orders)
        self._variants = {i: v for p in self._products.values() for i, v in p["variants"].items()}

    def illegal(self, count: int) -> list[Call]:
        """``count`` forbidden calls, of all sorts alike."""
        return self._mixed(_ILLEGAL, count)

    def legal(self, count: int) -> list[Call]:
        """``count`` allowed calls, of all sorts alike."""
        return self._mixed(_LEGAL, count)

    def _mixed(self, names: tuple[str, ...], count: int) -> list[Call]:
        sorts = [getattr(self, f"_{name}")() for name in names]
        found: list[Call] = []
        while len(found) < count and sorts:
            for sort in list(sorts):
                call = next(sort, None)
                if call is None:
                    sorts.remove(sort)
                elif len(found) < count:
                    found.append(call)
        return found

    # What calls are made of.

    def _take(self, *statuses: str) -> Iterator[Row]:
        """Orders in one of these states, each given out once."""
        while True:
            found = next((o for o in self._orders if o["status"] in statuses), None)
            if found is None:
                return
            self._orders.remove(found)
            yield found

    def _methods(self, order: Row, kind: str | None = None) -> list[Row]:
        methods = self._users[order["user_id"]]["payment_methods"].values()
        return [m for m in methods if kind in (None, m["source"])]

    def _paid_with(self, order: Row) -> Row:
        method: Row = self._users[order["user_id"]]["payment_methods"][order["payment_history"][0]["payment_method_id"]]
        return method

    def _card(self, order: Row) -> Row | None:
        """A means of payment without a balance."""
        return next((m for m in self._methods(order) if m["source"] != "gift_card"), None)

    def _others(self, item: Row, *, available: bool = True) -> list[Row]:
        variants = self._products[item["product_id"]]["variants"].values()
        return [v for v in variants if v["item_id"] != item["item_id"] and v["available"] is available]

    def _swaps(self, *statuses: str) -> Iterator[tuple[Row, Row, Row, Row]]:
        """An order, an item of it, another variant that the shop has, a means of payment that needs no balance."""
        for order in self._take(*statuses):
            item, card = order["items"][0], self._card(order)
            if card and (others := self._others(item)):
                yield order, item, self._dice.choice(others), card

    def _stranger(self, order: Row) -> str:
        return str(self._dice.choice([u for u in self._users if u != order["user_id"]]))

    def _swap(self, order: Row, olds: list[str], news: list[str], method: str, rule: str | None = None) -> Call:
        verb = "modify_pending" if order["status"] == "pending" else "exchange_delivered"
        given = {"order_id": order["order_id"], "item_ids": olds, "new_item_ids": news, "payment_method_id": method}
        return Call(order["user_id"], f"{verb}_order_items", given, rule)

    def _cancel(self, order: Row, rule: str | None = None, reason: str = "no longer needed") -> Call:
        given = {"order_id": order["order_id"], "reason": reason}
        return Call(order["user_id"], "cancel_pending_order", given, rule)

    def _send(self, order: Row, rule: str | None = None) -> Call:
        given = {"order_id": order["order_id"], **ADDRESS}
        return Call(order["user_id"], "modify_pending_order_address", given, rule)

    def _pay(self, order: Row, method: str, rule: str | None = None) -> Call:
        given = {"order_id": order["order_id"], "payment_method_id": method}
        return Call(order["user_id"], "modify_pending_order_payment", given, rule)

    def _back(self, order: Row, method: str, rule: str | None = None, items: list[str] | None = None) -> Call:
        ids = [order["items"][0]["item_id"]] if items is None else items
        given = {"order_id": order["order_id"], "item_ids": ids, "payment_method_id": method}
        return Call(order["user_id"], "return_delivered_order_items", given, rule)

    # Who asks.

    def _nobody(self) -> Iterator[Call]:
        for order in self._take("pending"):
            yield Call(None, "cancel_pending_order", self._cancel(order).arguments, "identity.required")
            yield Call(None, "modify_pending_order_address", self._send(order).arguments, "identity.required")
            yield Call(None, "get_order_details", {"order_id": order["order_id"]}, "identity.required")

    def _unknown_customer(self) -> Iterator[Call]:
        for order in self._take("pending"):
            yield Call(
                "no_body_0000", "cancel_pending_order", self._cancel(order).arguments, "identity.unknown-customer"
            )

    def _others_order(self) -> Iterator[Call]:
        for order in self._take("pending", "delivered"):
            who, rule = self._stranger(order), "order.other-customer"
            if order["status"] == "pending":
                yield Call(who, "cancel_pending_order", self._cancel(order).arguments, rule)
                yield Call(who, "modify_pending_order_address", self._send(order).arguments, rule)
            else:
                yield Call(who, "return_delivered_order_items", self._back(order, "paypal_1").arguments, rule)
            yield Call(who, "get_order_details", {"order_id": order["order_id"]}, rule)

    def _others_account(self) -> Iterator[Call]:
        for order in self._take("processed"):
            who, rule = self._stranger(order), "identity.other-customer"
            user = self._users[order["user_id"]]
            yield Call(who, "modify_user_address", {"user_id": user["user_id"], **ADDRESS}, rule)
            yield Call(who, "get_user_details", {"user_id": user["user_id"]}, rule)
            yield Call(who, "find_user_id_by_email", {"email": user["email"]}, rule)

    # What is asked for.

    def _unknown_order(self) -> Iterator[Call]:
        for order in self._take("pending"):
            near = order["order_id"][:-1] + str((int(order["order_id"][-1]) + 1) % 10)
            for id_ in (near, order["order_id"].removeprefix("#")):
                if id_ not in self._all:
                    yield self._cancel({**order, "order_id": id_}, "order.unknown")

    def _no_action(self) -> Iterator[Call]:
        for name in cycle(("cancel_delivered_order", "refund_order", "Cancel_Pending_Order", "", None)):
            order = next(self._take("pending"), None)
            if order is None:
                return
            yield Call(order["user_id"], name, self._cancel(order).arguments, "call.unknown-action")

    def _bad_arguments(self) -> Iterator[Call]:
        for order in self._take("pending"):
            good, rule = self._cancel(order), "call.arguments"
            yield Call(good.customer, good.name, {"order_id": order["order_id"]}, rule)
            yield Call(good.customer, good.name, {**good.arguments, "refund": 9999}, rule)
            yield Call(good.customer, good.name, {**good.arguments, "order_id": 12}, rule)
            yield Call(good.customer, good.name, [order["order_id"]], rule)
            item = order["items"][0]["item_id"]
            given = {"order_id": order["order_id"], "item_ids": item, "new_item_ids": [item], "payment_method_id": "x"}
            yield Call(order["user_id"], "modify_pending_order_items", given, rule)

    # In which state.

    def _cancel_late(self) -> Iterator[Call]:
        return (
            self._cancel(order, "cancel.pending-only") for order in self._take("processed", "delivered", "cancelled")
        )

    def _cancel_reason(self) -> Iterator[Call]:
        reasons = cycle(("found it cheaper", "changed my mind", "arrives too late", "not needed, by mistake"))
        for order, reason in zip(self._take("pending"), reasons, strict=False):
            yield self._cancel(order, "cancel.reason", reason)

    def _change_late(self) -> Iterator[Call]:
        for order in self._take("processed", "cancelled", "delivered"):
            rule = "change.pending-only"
            yield self._send(order, rule)
            if card := self._card(order):
                yield self._pay(order, card["id"], rule)
                if others := self._others(order["items"][0]):
                    as_pending = {**order, "status": "pending"}
                    yield self._swap(
                        as_pending, [order["items"][0]["item_id"]], [others[0]["item_id"]], card["id"], rule
                    )

    def _return_early(self) -> Iterator[Call]:
        for order in self._take("pending", "processed", "cancelled"):
            yield self._back(order, self._paid_with(order)["id"], "return.delivered-only")

    def _exchange_early(self) -> Iterator[Call]:
        for order, item, other, card in self._swaps("processed", "cancelled"):
            yield self._swap(order, [item["item_id"]], [other["item_id"]], card["id"], "exchange.delivered-only")

    # Once more.

    def _again(self) -> Iterator[Call]:
        for order, item, other, card in self._swaps("pending"):
            if more := self._others({**item, "item_id": other["item_id"]}):
                swap = self._swap(order, [item["item_id"]], [other["item_id"]], card["id"])
                again = self._swap(order, [other["item_id"]], [more[0]["item_id"]], card["id"], "change.once")
                yield _after(again, swap)
            for order in islice(self._take("pending"), 1):
                yield _after(self._send(order, "change.once"), self._send(order))
                free = [m for m in self._methods(order) if m["source"] != "gift_card" and m != self._paid_with(order)]
                # A refund to a gift card would spoil what is made of that card elsewhere.
                if len(free) > 1 and self._paid_with(order)["source"] != "gift_card":
                    yield _after(self._pay(order, free[1]["id"], "change.once"), self._pay(order, free[0]["id"]))

    def _after_items(self) -> Iterator[Call]:
        for order, item, other, card in self._swaps("pending"):
            swap = self._swap(order, [item["item_id"]], [other["item_id"]], card["id"])
            yield _after(self._cancel(order, "cancel.pending-only"), swap)
            yield self._send(order, "change.pending-only")

    def _exchange_again(self) -> Iterator[Call]:
        for order, item, other, card in self._swaps("delivered"):
            swap = self._swap(order, [item["item_id"]], [other["item_id"]], card["id"])
            again = self._swap(order, [item["item_id"]], [other["item_id"]], card["id"], "exchange.once")
            yield _after(again, swap)
            yield self._back(order, self._paid_with(order)["id"], "return.delivered-only")

    def _return_again(self) -> Iterator[Call]:
        for order in self._take("delivered"):
            method = self._paid_with(order)["id"]
            yield _after(self._back(order, method, "return.delivered-only"), self._back(order, method))

    # With what money.

    def _unknown_method(self) -> Iterator[Call]:
        for order in self._take("pending", "delivered"):
            other = next(iter(self._users[self._stranger(order)]["payment_methods"]))
            made = self._pay if order["status"] == "pending" else self._back
            yield made(order, other, "payment.unknown")

    def _same_method(self) -> Iterator[Call]:
        for order in self._take("pending"):
            yield self._pay(order, self._paid_with(order)["id"], "payment.another-one")

    def _gift_card_short(self) -> Iterator[Call]:
        """The nearest misses first."""
        short = []
        for order in [o for o in self._orders if o["status"] == "pending"]:
            total = order["payment_history"][0]["amount"]
            cards = [m for m in self._methods(order, "gift_card") if m != self._paid_with(order)]
            short += [(total - c["balance"], order["order_id"], c["id"]) for c in cards if c["balance"] < total]
        for _, id_, card in sorted(short):
            if self._all[id_] in self._orders:
                self._orders.remove(self._all[id_])
                yield self._pay(self._all[id_], card, "payment.gift-card-covers-order")

    def _difference_short(self) -> Iterator[Call]:
        for order in self._take("pending", "delivered"):
            item = order["items"][0]
            for card in self._methods(order, "gift_card"):
                dear = [v for v in self._others(item) if round(v["price"] - item["price"] - card["balance"], 2) > 0]
                if dear:
                    near = min(dear, key=lambda v: v["price"])
                    yield self._swap(order, [item["item_id"]], [near["item_id"]], card["id"], "items.gift-card-covers")

    def _refund_elsewhere(self) -> Iterator[Call]:
        for order in self._take("delivered"):
            others = [m for m in self._methods(order) if m["source"] != "gift_card" and m != self._paid_with(order)]
            if others:
                yield self._back(order, others[0]["id"], "return.refund-method")

    # Which things.

    def _not_in_order(self) -> Iterator[Call]:
        for order, item, other, card in self._swaps("pending", "delivered"):
            if item["item_id"] in [i["item_id"] for i in order["items"][1:]]:
                continue
            there = {i["item_id"] for i in order["items"]}
            if other["item_id"] not in there:
                yield self._swap(order, [other["item_id"]], [item["item_id"]], card["id"], "items.not-in-order")
            if order["status"] == "delivered":
                twice = [item["item_id"]] * 2
                yield self._back(order, self._paid_with(order)["id"], "items.not-in-order", twice)

    def _none_named(self) -> Iterator[Call]:
        for order in self._take("pending", "delivered"):
            method = self._paid_with(order)["id"]
            if order["status"] == "delivered":
                yield self._back(order, method, "items.none", [])
            yield self._swap(order, [], [], method, "items.none")

    def _unpaired(self) -> Iterator[Call]:
        for order, item, other, card in self._swaps("pending", "delivered"):
            yield self._swap(order, [item["item_id"]], [other["item_id"]] * 2, card["id"], "items.unpaired")
            yield self._swap(order, [item["item_id"]], [], card["id"], "items.unpaired")

    def _unknown_variant(self) -> Iterator[Call]:
        for order, item, _, card in self._swaps("pending", "delivered"):
            near = item["item_id"][:-1] + "x"
            yield self._swap(order, [item["item_id"]], [near], card["id"], "items.unknown-variant")
            yield self._swap(order, [item["item_id"]], [item["product_id"]], card["id"], "items.unknown-variant")

    def _other_product(self) -> Iterator[Call]:
        for order, item, _, card in self._swaps("pending", "delivered"):
            others = [
                v["item_id"]
                for id_, product in self._products.items()
                for v in product["variants"].values()
                if id_ != item["product_id"] and v["available"]
            ]
            yield self._swap(order, [item["item_id"]], [self._dice.choice(others)], card["id"], "items.same-product")

    def _same_variant(self) -> Iterator[Call]:
        for order, item, _, card in self._swaps("pending", "delivered"):
            if self._variants[item["item_id"]]["available"]:
                same = [item["item_id"]]
                yield self._swap(order, same, same, card["id"], "items.another-variant")

    def _sold_out(self) -> Iterator[Call]:
        for order, item, _, card in self._swaps("pending", "delivered"):
            if gone := self._others(item, available=False):
                new = [self._dice.choice(gone)["item_id"]]
                yield self._swap(order, [item["item_id"]], new, card["id"], "items.available")

    # Allowed.

    def _may_cancel(self) -> Iterator[Call]:
        for order, reason in zip(
            self._take("pending"), cycle(("no longer needed", "ordered by mistake")), strict=False
        ):
            yield self._cancel(order, reason=reason)

    def _may_send(self) -> Iterator[Call]:
        """Also to swap something afterwards, and to have it paid otherwise in between."""
        for order, item, other, card in self._swaps("pending"):
            yield self._send(order)
            if card != self._paid_with(order):
                yield self._pay(order, card["id"])
            yield self._swap(order, [item["item_id"]], [other["item_id"]], card["id"])

    def _may_pay(self) -> Iterator[Call]:
        for order in self._take("pending"):
            total = order["payment_history"][0]["amount"]
            others = [m for m in self._methods(order) if m != self._paid_with(order)]
            enough = [m for m in others if m.get("balance", total) >= total]
            if enough:
                yield self._pay(order, enough[0]["id"])

    def _may_return(self) -> Iterator[Call]:
        for order in self._take("delivered"):
            gift = self._methods(order, "gift_card")
            method = gift[0] if gift and self._dice.random() < 0.5 else self._paid_with(order)
            yield self._back(order, method["id"], items=[i["item_id"] for i in order["items"]])

    def _may_exchange(self) -> Iterator[Call]:
        for order, item, other, card in self._swaps("delivered"):
            count = Counter(i["item_id"] for i in order["items"])[item["item_id"]]
            yield self._swap(order, [item["item_id"]] * count, [other["item_id"]] * count, card["id"])

    def _may_swap_cheaper(self) -> Iterator[Call]:
        """A gift card with nothing on it can still take a refund."""
        for order in self._take("pending", "delivered"):
            item, cards = order["items"][0], self._methods(order, "gift_card")
            cheaper = [v for v in self._others(item) if v["price"] < item["price"]]
            if cards and cheaper:
                yield self._swap(order, [item["item_id"]], [cheaper[0]["item_id"]], cards[0]["id"])

    def _may_move(self) -> Iterator[Call]:
        for user in islice(self._users.values(), 10):
            yield Call(user["user_id"], "modify_user_address", {"user_id": user["user_id"], **ADDRESS})

    def _may_look(self) -> Iterator[Call]:
        for order in self._take("processed", "cancelled"):
            user = self._users[order["user_id"]]
            yield Call(user["user_id"], "get_order_details", {"order_id": order["order_id"]})
            yield Call(None, "find_user_id_by_email", {"email": user["email"].upper()})
            name = user["name"]
            given = {"first_name": name["first_name"], "last_name": name["last_name"], "zip": user["address"]["zip"]}
            yield Call(None, "find_user_id_by_name_zip", given)


def _after(call: Call, *first: Call) -> Call:
    return Call(call.customer, call.name, call.arguments, call.rule, first)


_ILLEGAL = tuple(
    """nobody unknown_customer others_order others_account unknown_order no_action bad_arguments cancel_late
    cancel_reason change_late return_early exchange_early again after_items exchange_again return_again unknown_method
    same_method gift_card_short difference_short refund_elsewhere not_in_order none_named unpaired unknown_variant
    other_product same_variant sold_out""".split()
)
_LEGAL = tuple("may_cancel may_send may_pay may_return may_exchange may_swap_cheaper may_move may_look".split())
