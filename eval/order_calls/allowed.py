"""Calls that the policy allows, a function a sort, near misses of what it forbids among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle, islice

from eval.order_calls.making import ADDRESS, Call, Maker


def _may_cancel(maker: Maker) -> Iterator[Call]:
    for order, reason in zip(maker.take("pending"), cycle(("no longer needed", "ordered by mistake")), strict=False):
        yield maker.cancel(order, reason=reason)


def _may_send(maker: Maker) -> Iterator[Call]:
    """Also to swap something afterwards, and to have it paid otherwise in between."""
    for order, item, other, card in maker.swaps("pending"):
        yield maker.send(order)
        if card != maker.paid_with(order):
            yield maker.pay(order, card["id"])
        yield maker.swap(order, [item["item_id"]], [other["item_id"]], card["id"])


def _may_pay(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending"):
        total = order["payment_history"][0]["amount"]
        others = [m for m in maker.methods(order) if m != maker.paid_with(order)]
        enough = [m for m in others if m.get("balance", total) >= total]
        if enough:
            yield maker.pay(order, enough[0]["id"])


def _may_return(maker: Maker) -> Iterator[Call]:
    for order in maker.take("delivered"):
        gift = maker.methods(order, "gift_card")
        method = gift[0] if gift and maker.dice.random() < 0.5 else maker.paid_with(order)
        yield maker.back(order, method["id"], items=[i["item_id"] for i in order["items"]])


def _may_exchange(maker: Maker) -> Iterator[Call]:
    for order, item, other, card in maker.swaps("delivered"):
        count = Counter(i["item_id"] for i in order["items"])[item["item_id"]]
        yield maker.swap(order, [item["item_id"]] * count, [other["item_id"]] * count, card["id"])


def _may_swap_cheaper(maker: Maker) -> Iterator[Call]:
    """A gift card with nothing on it can still take a refund."""
    for order in maker.take("pending", "delivered"):
        item, cards = order["items"][0], maker.methods(order, "gift_card")
        cheaper = [v for v in maker.others(item) if v["price"] < item["price"]]
        if cards and cheaper:
            yield maker.swap(order, [item["item_id"]], [cheaper[0]["item_id"]], cards[0]["id"])


def _may_move(maker: Maker) -> Iterator[Call]:
    for user in islice(maker.users.values(), 10):
        yield Call(user["user_id"], "modify_user_address", {"user_id": user["user_id"], **ADDRESS})


def _may_look(maker: Maker) -> Iterator[Call]:
    for order in maker.take("processed", "cancelled"):
        user = maker.users[order["user_id"]]
        yield Call(user["user_id"], "get_order_details", {"order_id": order["order_id"]})
        yield Call(None, "find_user_id_by_email", {"email": user["email"].upper()})
        name = user["name"]
        given = {"first_name": name["first_name"], "last_name": name["last_name"], "zip": user["address"]["zip"]}
        yield Call(None, "find_user_id_by_name_zip", given)


ALLOWED: tuple[Callable[[Maker], Iterator[Call]], ...] = (
    _may_cancel,
    _may_send,
    _may_pay,
    _may_return,
    _may_exchange,
    _may_swap_cheaper,
    _may_move,
    _may_look,
)
