"""The log of clicks: it agrees with the orders, and tells of wishes that found nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean
from typing import Any

import pytest
from feed_files import Rows, read

from retrieval.demo import DemoFeed
from retrieval.demo.days import LOG_DAYS, TODAY, ago
from retrieval.demo.feed import World


@pytest.fixture(scope="module")
def log(feed: DemoFeed) -> Rows:
    return read(feed.clicks)


def test_it_holds_every_kind_of_event_in_order(log: Rows) -> None:
    kinds = Counter(event["kind"] for event in log)
    assert set(kinds) == {"search", "view", "cart", "order", "ad"} and min(kinds.values()) > 2000
    assert kinds["view"] > kinds["cart"] > kinds["order"]
    times = [event["time"] for event in log]
    assert times == sorted(times)
    assert times[0][:10] >= ago(LOG_DAYS).isoformat() and times[-1][:10] <= TODAY.isoformat()


def test_each_step_of_a_session_leads_to_the_next(log: Rows) -> None:
    sessions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in log:
        sessions[event["session"]].append(event)
    for events in sessions.values():
        assert [event["step"] for event in events] == list(range(len(events)))
        assert len({event["customer_id"] for event in events}) == 1
        assert len({event["product_id"] for event in events if "product_id" in event}) <= 1


def test_what_was_ordered_stands_in_the_orders(log: Rows, order_rows: Rows) -> None:
    lines = {
        (row["order_id"], row["customer_id"], item["product_id"], item["quantity"])
        for row in order_rows
        for item in row["items"]
        if row["placed"] >= ago(LOG_DAYS).isoformat()
    }
    clicked = {
        (event["order_id"], event["customer_id"], event["product_id"], event["quantity"])
        for event in log
        if event["kind"] == "order"
    }
    assert clicked == lines


def test_some_searches_find_nothing(log: Rows, world: World) -> None:
    empty = [event["query"] for event in log if event.get("results") == 0]
    assert len(empty) > 100 and len(set(empty)) > 10
    nouns = {category.noun for category in world.spec.categories}
    assert not nouns & set(empty)


def test_advertisements_go_to_those_who_agreed_and_please_some_more_than_others(log: Rows, world: World) -> None:
    shown = [event for event in log if event["kind"] == "ad"]
    agreed = {customer.id: customer for customer in world.people if customer.ads}
    assert {event["customer_id"] for event in shown} <= set(agreed) != {c.id for c in world.people}
    assert max(Counter((e["customer_id"], e["ad_id"]) for e in shown).values()) <= 3
    department = {c.name: c.department for c in world.spec.categories}
    about = {ad.id: department.get(ad.about, ad.about) for ad in world.spec.ads}
    near = [agreed[e["customer_id"]].taste.departments[about[e["ad_id"]]] > 0.5 for e in shown]
    clicked = [event["clicked"] for event in shown]
    warm, cold = (mean(c for c, n in zip(clicked, near, strict=True) if n is kind) for kind in (True, False))
    assert warm > 2 * cold > 0
