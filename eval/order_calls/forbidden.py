"""Calls that the policy forbids, a function a sort; each call breaks one rule and is otherwise in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle, islice

from eval.order_calls.making import ADDRESS, Call, Maker

# Who asks.


def _nobody(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending"):
        yield Call(None, "cancel_pending_order", maker.cancel(order).arguments, "identity.required")
        yield Call(None, "modify_pending_order_address", maker.send(order).arguments, "identity.required")
        yield Call(None, "get_order_details", {"order_id": order["order_id"]}, "identity.required")


def _unknown_customer(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending"):
        yield Call("no_body_0000", "cancel_pending_order", maker.cancel(order).arguments, "identity.unknown-customer")


def _others_order(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending", "delivered"):
        who, rule = maker.stranger(order), "order.other-customer"
        if order["status"] == "pending":
            yield Call(who, "cancel_pending_order", maker.cancel(order).arguments, rule)
            yield Call(who, "modify_pending_order_address", maker.send(order).arguments, rule)
        else:
            yield Call(who, "return_delivered_order_items", maker.back(order, "paypal_1").arguments, rule)
        yield Call(who, "get_order_details", {"order_id": order["order_id"]}, rule)


def _others_account(maker: Maker) -> Iterator[Call]:
    for order in maker.take("processed"):
        who, rule = maker.stranger(order), "identity.other-customer"
        user = maker.users[order["user_id"]]
        yield Call(who, "modify_user_address", {"user_id": user["user_id"], **ADDRESS}, rule)
        yield Call(who, "get_user_details", {"user_id": user["user_id"]}, rule)
        yield Call(who, "find_user_id_by_email", {"email": user["email"]}, rule)


# What is asked for.


def _unknown_order(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending"):
        near = order["order_id"][:-1] + str((int(order["order_id"][-1]) + 1) % 10)
        for id_ in (near, order["order_id"].removeprefix("#")):
            if id_ not in maker.all:
                yield maker.cancel({**order, "order_id": id_}, "order.unknown")


def _no_action(maker: Maker) -> Iterator[Call]:
    for name in cycle(("cancel_delivered_order", "refund_order", "Cancel_Pending_Order", "", None)):
        order = next(maker.take("pending"), None)
        if order is None:
            return
        yield Call(order["user_id"], name, maker.cancel(order).arguments, "call.unknown-action")


def _bad_arguments(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending"):
        good, rule = maker.cancel(order), "call.arguments"
        yield Call(good.customer, good.name, {"order_id": order["order_id"]}, rule)
        yield Call(good.customer, good.name, {**good.arguments, "refund": 9999}, rule)
        yield Call(good.customer, good.name, {**good.arguments, "order_id": 12}, rule)
        yield Call(good.customer, good.name, [order["order_id"]], rule)
        item = order["items"][0]["item_id"]
        given = {"order_id": order["order_id"], "item_ids": item, "new_item_ids": [item], "payment_method_id": "x"}
        yield Call(order["user_id"], "modify_pending_order_items", given, rule)


# In which state.


def _cancel_late(maker: Maker) -> Iterator[Call]:
    return (maker.cancel(order, "cancel.pending-only") for order in maker.take("processed", "delivered", "cancelled"))


def _cancel_reason(maker: Maker) -> Iterator[Call]:
    reasons = cycle(("found it cheaper", "changed my mind", "arrives too late", "not needed, by mistake"))
    for order, reason in zip(maker.take("pending"), reasons, strict=False):
        yield maker.cancel(order, "cancel.reason", reason)


def _change_late(maker: Maker) -> Iterator[Call]:
    for order in maker.take("processed", "cancelled", "delivered"):
        rule = "change.pending-only"
        yield maker.send(order, rule)
        if card := maker.card(order):
            yield maker.pay(order, card["id"], rule)
            if others := maker.others(order["items"][0]):
                as_pending = {**order, "status": "pending"}
                yield maker.swap(as_pending, [order["items"][0]["item_id"]], [others[0]["item_id"]], card["id"], rule)


def _return_early(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending", "processed", "cancelled"):
        yield maker.back(order, maker.paid_with(order)["id"], "return.delivered-only")


def _exchange_early(maker: Maker) -> Iterator[Call]:
    for order, item, other, card in maker.swaps("processed", "cancelled"):
        yield maker.swap(order, [item["item_id"]], [other["item_id"]], card["id"], "exchange.delivered-only")


# Once more.


def _again(maker: Maker) -> Iterator[Call]:
    for order, item, other, card in maker.swaps("pending"):
        if more := maker.others({**item, "item_id": other["item_id"]}):
            swap = maker.swap(order, [item["item_id"]], [other["item_id"]], card["id"])
            again = maker.swap(order, [other["item_id"]], [more[0]["item_id"]], card["id"], "change.once")
            yield _after(again, swap)
        for order in islice(maker.take("pending"), 1):
            yield _after(maker.send(order, "change.once"), maker.send(order))
            free = [m for m in maker.methods(order) if m["source"] != "gift_card" and m != maker.paid_with(order)]
            # A refund to a gift card would spoil what is made of that card elsewhere.
            if len(free) > 1 and maker.paid_with(order)["source"] != "gift_card":
                yield _after(maker.pay(order, free[1]["id"], "change.once"), maker.pay(order, free[0]["id"]))


def _after_items(maker: Maker) -> Iterator[Call]:
    for order, item, other, card in maker.swaps("pending"):
        swap = maker.swap(order, [item["item_id"]], [other["item_id"]], card["id"])
        yield _after(maker.cancel(order, "cancel.pending-only"), swap)
        yield maker.send(order, "change.pending-only")


def _exchange_again(maker: Maker) -> Iterator[Call]:
    for order, item, other, card in maker.swaps("delivered"):
        swap = maker.swap(order, [item["item_id"]], [other["item_id"]], card["id"])
        again = maker.swap(order, [item["item_id"]], [other["item_id"]], card["id"], "exchange.once")
        yield _after(again, swap)
        yield maker.back(order, maker.paid_with(order)["id"], "return.delivered-only")


def _return_again(maker: Maker) -> Iterator[Call]:
    for order in maker.take("delivered"):
        method = maker.paid_with(order)["id"]
        yield _after(maker.back(order, method, "return.delivered-only"), maker.back(order, method))


# With what money.


def _unknown_method(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending", "delivered"):
        other = next(iter(maker.users[maker.stranger(order)]["payment_methods"]))
        made = maker.pay if order["status"] == "pending" else maker.back
        yield made(order, other, "payment.unknown")


def _same_method(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending"):
        yield maker.pay(order, maker.paid_with(order)["id"], "payment.another-one")


def _gift_card_short(maker: Maker) -> Iterator[Call]:
    """The nearest misses first."""
    short = []
    for order in [o for o in maker.orders if o["status"] == "pending"]:
        total = order["payment_history"][0]["amount"]
        cards = [m for m in maker.methods(order, "gift_card") if m != maker.paid_with(order)]
        short += [(total - c["balance"], order["order_id"], c["id"]) for c in cards if c["balance"] < total]
    for _, id_, card in sorted(short):
        if maker.all[id_] in maker.orders:
            maker.orders.remove(maker.all[id_])
            yield maker.pay(maker.all[id_], card, "payment.gift-card-covers-order")


def _difference_short(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending", "delivered"):
        item = order["items"][0]
        for card in maker.methods(order, "gift_card"):
            dear = [v for v in maker.others(item) if round(v["price"] - item["price"] - card["balance"], 2) > 0]
            if dear:
                near = min(dear, key=lambda v: v["price"])
                yield maker.swap(order, [item["item_id"]], [near["item_id"]], card["id"], "items.gift-card-covers")


def _refund_elsewhere(maker: Maker) -> Iterator[Call]:
    for order in maker.take("delivered"):
        others = [m for m in maker.methods(order) if m["source"] != "gift_card" and m != maker.paid_with(order)]
        if others:
            yield maker.back(order, others[0]["id"], "return.refund-method")


# Which things.


def _not_in_order(maker: Maker) -> Iterator[Call]:
    for order, item, other, card in maker.swaps("pending", "delivered"):
        if item["item_id"] in [i["item_id"] for i in order["items"][1:]]:
            continue
        there = {i["item_id"] for i in order["items"]}
        if other["item_id"] not in there:
            yield maker.swap(order, [other["item_id"]], [item["item_id"]], card["id"], "items.not-in-order")
        if order["status"] == "delivered":
            twice = [item["item_id"]] * 2
            yield maker.back(order, maker.paid_with(order)["id"], "items.not-in-order", twice)


def _none_named(maker: Maker) -> Iterator[Call]:
    for order in maker.take("pending", "delivered"):
        method = maker.paid_with(order)["id"]
        if order["status"] == "delivered":
            yield maker.back(order, method, "items.none", [])
        yield maker.swap(order, [], [], method, "items.none")


def _unpaired(maker: Maker) -> Iterator[Call]:
    for order, item, other, card in maker.swaps("pending", "delivered"):
        yield maker.swap(order, [item["item_id"]], [other["item_id"]] * 2, card["id"], "items.unpaired")
        yield maker.swap(order, [item["item_id"]], [], card["id"], "items.unpaired")


def _unknown_variant(maker: Maker) -> Iterator[Call]:
    for order, item, _, card in maker.swaps("pending", "delivered"):
        near = item["item_id"][:-1] + "x"
        yield maker.swap(order, [item["item_id"]], [near], card["id"], "items.unknown-variant")
        yield maker.swap(order, [item["item_id"]], [item["product_id"]], card["id"], "items.unknown-variant")


def _other_product(maker: Maker) -> Iterator[Call]:
    for order, item, _, card in maker.swaps("pending", "delivered"):
        others = [
            v["item_id"]
            for id_, product in maker.products.items()
            for v in product["variants"].values()
            if id_ != item["product_id"] and v["available"]
        ]
        yield maker.swap(order, [item["item_id"]], [maker.dice.choice(others)], card["id"], "items.same-product")


def _same_variant(maker: Maker) -> Iterator[Call]:
    for order, item, _, card in maker.swaps("pending", "delivered"):
        if maker.variants[item["item_id"]]["available"]:
            same = [item["item_id"]]
            yield maker.swap(order, same, same, card["id"], "items.another-variant")


def _sold_out(maker: Maker) -> Iterator[Call]:
    for order, item, _, card in maker.swaps("pending", "delivered"):
        if gone := maker.others(item, available=False):
            new = [maker.dice.choice(gone)["item_id"]]
            yield maker.swap(order, [item["item_id"]], new, card["id"], "items.available")


def _after(call: Call, *first: Call) -> Call:
    return Call(call.customer, call.name, call.arguments, call.rule, first)


FORBIDDEN: tuple[Callable[[Maker], Iterator[Call]], ...] = (
    _nobody,
    _unknown_customer,
    _others_order,
    _others_account,
    _unknown_order,
    _no_action,
    _bad_arguments,
    _cancel_late,
    _cancel_reason,
    _change_late,
    _return_early,
    _exchange_early,
    _again,
    _after_items,
    _exchange_again,
    _return_again,
    _unknown_method,
    _same_method,
    _gift_card_short,
    _difference_short,
    _refund_elsewhere,
    _not_in_order,
    _none_named,
    _unpaired,
    _unknown_variant,
    _other_product,
    _same_variant,
    _sold_out,
)
