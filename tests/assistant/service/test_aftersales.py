"""Ordering again, reporting what came damaged, and prices that fell: by the standard rules; and how they are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from service_shop import order_of

from assistant.service.gate import Caller, Gate
from assistant.service.rules import parse, rules_text
from assistant.service.talk import chinese, find, parts
from assistant.service.values import Order, Shipment
from assistant.state import DialogueState
from retrieval.product import Money


@pytest.fixture
def standard(gate: Gate) -> Gate:
    """The orders under the standard rules."""
    return Gate(gate.store, parse(rules_text("standard"), "standard"), gate.goods)


def dated(gate: Gate, days: int, **changes: Any) -> Order:
    """A delivered order that was placed and came so many days ago, whose things the shop still has."""
    with gate.store.writing() as records:
        for found in records.orders():
            day = (gate.today() - timedelta(days=days)).isoformat()
            items = [gate.goods.product_with(line.item_id) for line in found.lines]
            has = all(
                p and any(v.id == n.item_id and v.stock != 0 for v in p.variants)
                for p, n in zip(items, found.lines, strict=True)
            )
            if found.status == "delivered" and has:
                order = replace(found, placed=day, shipments=(Shipment(delivered=day),), **changes)
                records.save_order(order)
                return order
    raise AssertionError("no such order")


def asked(gate: Gate, order: Order, name: str, **given: Any) -> Any:
    """What comes of it, with a yes where one is asked for."""
    caller = Caller("talk", order.customer_id)
    ids = list(order.units.elements())
    result = gate.call(caller, name, {"order_id": order.id, "item_ids": ids, **given})
    return gate.confirm(caller, result.proposal) if result.proposal else result


def test_an_order_is_made_again_at_the_prices_of_today(standard: Gate) -> None:
    order = dated(standard, 300)
    card = next(t.method_id for t in order.transactions)
    with standard.store.reading() as records:
        before = list(records.orders(order.customer_id))
        method = next(m.id for m in records.customer(order.customer_id).methods if m.balance is None)  # type: ignore[union-attr]
    assert card and asked(standard, order, "reorder_items", payment_method_id=method).status == "done"
    with standard.store.reading() as records:
        (new,) = [o for o in records.orders(order.customer_id) if o.id not in {b.id for b in before}]
        assert records.order(order.id) == order
    assert (new.units, new.status) == (order.units, "pending")
    assert new.paid.minor == sum(line.price.minor * line.quantity for line in new.lines)


@pytest.mark.parametrize(("days", "remedy", "status", "rule"), [
    (2, "refund", "done", None), (2, "replacement", "done", None), (9, "refund", "denied", "report.in-time"),
])  # fmt: skip
def test_damage_is_reported_in_time(standard: Gate, days: int, remedy: str, status: str, rule: str | None) -> None:
    order = dated(standard, days)
    result = asked(standard, order, "report_order_problem", problem="damaged", remedy=remedy)
    assert (result.status, result.rule) == (status, rule)
    again = asked(standard, order, "report_order_problem", problem="damaged", remedy=remedy)
    assert again.rule in ("report.delivered-only", "report.in-time")


def test_a_price_that_fell_is_paid_back_once(standard: Gate) -> None:
    order = dated(standard, 3)
    dearer = tuple(replace(line, price=Money(line.price.minor + 500, "USD")) for line in order.lines)
    more = 500 * sum(order.units.values())
    paid = (replace(order.transactions[0], amount=Money(order.paid.minor + more, "USD")),)
    with standard.store.writing() as records:
        records.save_order(replace(order, lines=dearer, transactions=paid))
    assert asked(standard, order, "adjust_order_price").status == "done"
    with standard.store.reading() as records:
        after = records.order(order.id)
    assert after
    assert [t.amount.minor for t in after.transactions if t.kind == "refund"] == [more]
    # A return later is worth no more than was paid in the end.
    assert after.paid.minor == sum(line.price.minor * line.quantity for line in after.lines)
    assert asked(standard, order, "adjust_order_price").rule == "price.once"


def test_a_price_that_fell_for_one_of_several_leaves_the_others_at_theirs(standard: Gate) -> None:
    order = dated(standard, 3)
    first = order.lines[0]
    dearer = replace(first, price=Money(first.price.minor + 500, "USD"), quantity=3)
    paid = (replace(order.transactions[0], amount=Money(dearer.price.minor * 3, "USD")),)
    with standard.store.writing() as records:
        records.save_order(replace(order, lines=(dearer,), transactions=paid))
    assert asked(standard, order, "adjust_order_price", item_ids=[first.item_id]).status == "done"
    with standard.store.reading() as records:
        after = records.order(order.id)
    assert after
    assert [(line.price, line.quantity) for line in after.lines] == [(dearer.price, 2), (first.price, 1)]
    assert after.paid.minor == sum(line.price.minor * line.quantity for line in after.lines)
    caller, ids = Caller("talk", order.customer_id), [first.item_id] * 3
    card = paid[0].method_id
    arguments = {"order_id": order.id, "item_ids": ids, "payment_method_id": card}
    asked_back = standard.call(caller, "return_delivered_order_items", arguments)
    assert str(after.paid) in asked_back.message


@pytest.mark.parametrize(("days", "rule"), [(3, "price.fell"), (20, "price.in-time")])
def test_a_price_is_not_paid_back_otherwise(standard: Gate, days: int, rule: str) -> None:
    assert asked(standard, dated(standard, days), "adjust_order_price").rule == rule


def test_a_pending_order_cannot_have_come_damaged(standard: Gate) -> None:
    row = order_of("pending")
    with standard.store.reading() as records:
        order = records.order(row["order_id"])
    assert order
    refused = asked(standard, order, "report_order_problem", problem="damaged", remedy="refund")
    assert refused.rule == "report.delivered-only"


@pytest.mark.parametrize(("text", "orders", "shopping"), [
    ("exchange the boots of #W1234567 for a 41, and find me a belt under $40", 1, "find me a belt under $40"),
    ("Cancel #W1234567, ordered by mistake. And where is #W7654321?", 2, ""),
    ("把订单 #W1234567 里的 boots 换成 41 码，再看看 100 美元以下的 belt", 1, "再看看 100 美元以下的 belt"),
])  # fmt: skip
def test_a_message_with_several_goals_is_taken_apart(text: str, orders: int, shopping: str) -> None:
    found = parts.apart(DialogueState("x"), text)
    assert found and (len(found.orders), found.shopping) == (orders, shopping)


@pytest.mark.parametrize(
    "text", ["find me a tent. it should be light", "where is #W1234567?", "I want a refund, and help"]
)
def test_a_message_with_one_goal_is_left_whole(text: str) -> None:
    assert parts.apart(DialogueState("x"), text) is None


@pytest.mark.parametrize(("text", "act"), [
    ("please order the things of #W1234567 again", "again"), ("请把订单 #W1234567 再下一单", "again"),
    ("the lamp of my order arrived broken", "damaged"), ("订单 #W1234567 里的 lamp 到货时就坏了", "damaged"),
    ("the price of my lamp has dropped since", "fell"), ("订单 #W1234567 里的 lamp 降价了，能退差价吗", "fell"),
    ("where is my order again?", ""), ("I am looking for a broken-in look", ""),
])  # fmt: skip
def test_what_is_asked_for_in_both_languages(text: str, act: str) -> None:
    heard = chinese.in_english(DialogueState("x"), text)
    assert find.act(heard.text if heard else text) == act
