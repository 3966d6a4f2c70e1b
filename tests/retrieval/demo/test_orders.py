"""Orders in every state; their money adds up and their dates follow the rules that the shop prints."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from retrieval.demo import rules
from retrieval.demo.days import ORDER_DAYS, TODAY, ago
from retrieval.demo.fates import STATES, return_days
from retrieval.demo.feed import World
from retrieval.demo.orders import amount, order_id
from retrieval.demo.prices import price_on

Row = dict[str, Any]


@pytest.fixture(scope="module")
def people(customer_rows: list[Row]) -> dict[str, Row]:
    return {row["customer_id"]: row for row in customer_rows}


def test_every_state_is_there(order_rows: list[Row]) -> None:
    assert len(order_rows) >= 3000
    states = Counter(row["status"] for row in order_rows)
    assert set(states) == set(STATES) and min(states.values()) >= 8, states
    assert states["pending"] >= 40 and states["shipped"] >= 60 and states["delivered"] > 1500
    assert len({row["order_id"] for row in order_rows}) == len(order_rows)


def test_there_are_as_many_customers_as_promised(customer_rows: list[Row]) -> None:
    assert len(customer_rows) >= 800
    assert len({row["customer_id"] for row in customer_rows}) == len(customer_rows)
    assert len({row["email"] for row in customer_rows}) == len(customer_rows)
    for row in customer_rows:
        assert row["email"].endswith("@example.com") and len(row["address"]["zip"]) == 5
        assert row["payment_methods"]
        for token, method in row["payment_methods"].items():
            assert token == method["id"] and not any(len(str(v)) > 12 and str(v).isdigit() for v in method.values())
    assert 0.1 < sum(row["member"] for row in customer_rows) / len(customer_rows) < 0.4


def test_the_money_adds_up(order_rows: list[Row], people: dict[str, Row]) -> None:
    for row in order_rows:
        goods = sum(Decimal(item["price"]) * item["quantity"] for item in row["items"])
        charges = sum(Decimal(charge["amount"]) for charge in row["charges"])
        total = Decimal(row["total"])
        assert goods + charges == total > 0
        first, *later = row["payment_history"]
        assert (first["transaction_type"], Decimal(first["amount"]), first["date"]) == ("payment", total, row["placed"])
        refunds = sum(Decimal(p["amount"]) for p in later if p["transaction_type"] == "refund")
        assert refunds <= total
        assert {p["payment_method_id"] for p in row["payment_history"]} <= set(
            people[row["customer_id"]]["payment_methods"]
        )
        if row["status"] == "cancelled":
            assert refunds == total and row["cancel_reason"] and not row["fulfillments"]
        elif row["status"] in ("pending", "processed", "shipped", "delivered"):
            assert not later


def test_what_was_sent_back_was_refunded_less_the_fee(world: World, order_rows: list[Row]) -> None:
    bulky = {item.id for item in world.shelf if item.category.name in rules.BULKY}
    members = {customer.id for customer in world.people if customer.member}
    fees = set()
    for row in order_rows:
        if row["status"] not in ("returned", "partly returned"):
            continue
        gone = [item for item in row["items"] if item["status"] == "returned"]
        assert (len(gone) == len(row["items"])) is (row["status"] == "returned")
        value = sum(Decimal(item["price"]) * item["quantity"] for item in gone)
        (refund,) = [Decimal(p["amount"]) for p in row["payment_history"] if p["transaction_type"] == "refund"]
        fee = int((value - refund) * 100)
        fees.add(fee)
        if any(item["product_id"] in bulky for item in gone):
            assert fee == rules.BULKY_RETURN_FEE
        else:
            assert fee == (0 if row["customer_id"] in members else min(rules.RETURN_FEE, int(value * 100)))
    assert {0, rules.RETURN_FEE, rules.BULKY_RETURN_FEE} <= fees


def test_prices_are_those_of_the_day(world: World, order_rows: list[Row]) -> None:
    line = {item.id: item.line.id for item in world.shelf}
    surcharges = {choice.id: choice.surcharge_cents for offered in world.variants.values() for choice in offered}
    reduced = 0
    for row in order_rows:
        for item in row["items"]:
            prices = world.prices[line[item["product_id"]]]
            cents = price_on(prices, date.fromisoformat(row["placed"]))
            assert item["price"] == amount(cents + surcharges.get(item["item_id"], 0))
            assert item["item_id"] in surcharges or item["item_id"] == item["product_id"]
            assert row["placed"] >= prices[0].day.isoformat()
            reduced += cents != prices[-1].cents
    assert reduced > 300


def test_shipping_costs_what_the_rules_say(world: World, order_rows: list[Row]) -> None:
    bulky = {item.id for item in world.shelf if item.category.name in rules.BULKY}
    members = {customer.id for customer in world.people if customer.member}
    seen = Counter[str]()
    for row in order_rows:
        goods = sum(Decimal(item["price"]) * item["quantity"] for item in row["items"])
        (charge,) = row["charges"]
        free = row["customer_id"] in members or goods * 100 >= rules.FREE_SHIPPING_FROM
        expected = {
            "bulky delivery": rules.BULKY_SHIPPING,
            "express shipping": rules.EXPRESS_SHIPPING,
            "standard shipping": 0 if free else rules.STANDARD_SHIPPING,
        }[charge["kind"]]
        assert charge["amount"] == amount(expected)
        assert (charge["kind"] == "bulky delivery") is any(item["product_id"] in bulky for item in row["items"])
        seen[charge["kind"]] += 1
    assert min(seen.values()) > 100 and len(seen) == 3


def test_dates_follow_each_other_and_the_return_windows(world: World, order_rows: list[Row]) -> None:
    days = {purchase.item.id + purchase.customer.id: return_days(purchase) for purchase in world.bought}
    for row in order_rows:
        placed = date.fromisoformat(row["placed"])
        assert ago(ORDER_DAYS) <= placed <= TODAY
        for parcel in row["fulfillments"]:
            shipped = date.fromisoformat(parcel["shipped"])
            assert placed <= shipped <= TODAY and (row["status"] == "shipped") is not bool(parcel["delivered"])
            if parcel["delivered"]:
                assert shipped < date.fromisoformat(parcel["delivered"]) <= TODAY
        sent = [item_id for parcel in row["fulfillments"] for item_id in parcel["item_ids"]]
        unsent = row["status"] in ("pending", "processed", "cancelled")
        assert sorted(sent) == ([] if unsent else sorted(item["item_id"] for item in row["items"]))
        for item in row["items"]:
            if item["status"].startswith("return"):
                window = days[item["product_id"] + row["customer_id"]]
                delivered = date.fromisoformat(row["fulfillments"][0]["delivered"])
                assert date.fromisoformat(row["requested"]) <= delivered + timedelta(days=window)
            assert bool(item["exchanged_for"]) is item["status"].startswith("exchange")
            if item["exchanged_for"]:
                assert item["exchanged_for"].startswith(item["product_id"])
                assert item["exchanged_for"] != item["item_id"]


def test_what_pleases_less_goes_back_more(world: World, order_rows: list[Row]) -> None:
    back = {(r["customer_id"], i["product_id"]) for r in order_rows for i in r["items"] if "return" in i["status"]}
    delivered = {
        (r["customer_id"], i["product_id"]) for r in order_rows if r["fulfillments"] for i in r["items"]
    }  # fmt: skip
    rate: dict[bool, Counter[bool]] = {True: Counter(), False: Counter()}
    for purchase in world.bought:
        key = (purchase.customer.id, purchase.item.id)
        if key in delivered and return_days(purchase):
            rate[purchase.stars <= 2][key in back] += 1
    poor, fine = (counts[True] / counts.total() for counts in (rate[True], rate[False]))
    assert poor > 4 * fine


def test_no_two_visits_share_an_order_number(world: World) -> None:
    numbers = {order_id(c, edition, visit) for c in world.people for edition in (1, 2, 3) for visit in range(40)}
    assert len(numbers) == len(world.people) * 3 * 40 and all(len(number) == 9 for number in numbers)


def test_reviews_come_after_delivery(world: World) -> None:
    arrived = {(p.customer.id, p.item.id): p.arrives for p in world.bought if not p.cancelled}
    assert all(opinion.day > arrived[opinion.customer_id, opinion.product_id] for opinion in world.opinions)
