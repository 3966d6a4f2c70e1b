"""What customers did on the shop's pages: searches, looks, baskets, orders and advertisements shown to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from math import exp
from typing import Any

from retrieval.demo.chance import Key, pick, roll
from retrieval.demo.days import LOG_DAYS, TODAY, ago
from retrieval.demo.orders import order_id
from retrieval.demo.people import Customer
from retrieval.demo.prose import can_say, fill
from retrieval.demo.purchases import Glance, Purchase
from retrieval.demo.shop import Item
from retrieval.demo.spec import Ad, Spec
from retrieval.demo.typing_style import mistyped
from retrieval.product import AttributeValue

Event = dict[str, Any]


def clicks(spec: Spec, decisions: Iterable[Purchase | Glance], people: Sequence[Customer], seed: int) -> list[Event]:
    """The log of the last ``LOG_DAYS``, oldest first. Its rows tell what happened, and no reason for it."""
    found: list[Event] = []
    for decision in decisions:
        if decision.day >= ago(LOG_DAYS):
            found += _session(spec, decision, seed)
    for customer in people:
        found += _unmet(spec, customer, seed)
        if customer.ads:
            found += _shown(spec, customer, seed)
    return sorted(found, key=lambda event: (event["time"], event["session"], event["step"]))


def _session(spec: Spec, decision: Purchase | Glance, seed: int) -> Iterator[Event]:
    """One product's way into (or past) the basket."""
    customer, item = decision.customer, decision.item
    keys = (seed, customer.id, item.id, "session")
    start = _moment(decision.day, *keys)
    steps: list[tuple[str, Event]] = []
    bought = isinstance(decision, Purchase)
    if roll(*keys, "searched") < 0.7:
        position = 1 + int(11 * roll(*keys, "position") ** (2 if bought else 1.2))
        query = _query(spec, customer, item, *keys)
        steps.append(("search", {"query": query}))
        steps.append(("view", {"product_id": item.id, "query": query, "position": position}))
    else:
        steps.append(("view", {"product_id": item.id}))
    if isinstance(decision, Purchase):
        steps.append(("cart", {"product_id": item.id, "quantity": decision.quantity}))
        order = order_id(customer, decision.edition, decision.visit)
        steps.append(("order", {"product_id": item.id, "quantity": decision.quantity, "order_id": order}))
    elif roll(*keys, "wavers") < 0.12:
        steps.append(("cart", {"product_id": item.id, "quantity": 1}))
    for step, (kind, what) in enumerate(steps):
        start += timedelta(seconds=15 + int(120 * roll(*keys, "pause", step)))
        yield _event(start, f"{customer.id}-{item.id}", step, customer, kind, what)


def _unmet(spec: Spec, customer: Customer, seed: int) -> Iterator[Event]:
    """Searches that found nothing, for what the shop does not carry."""
    for wanted in spec.people.unmet:
        keys = (seed, customer.id, "unmet", wanted)
        if roll(*keys) < 0.035:
            when = _moment(ago(int(LOG_DAYS * roll(*keys, "day"))), *keys)
            query = mistyped(wanted, customer.voice, *keys)
            yield _event(when, f"{customer.id}-{wanted}", 0, customer, "search", {"query": query, "results": 0})


def _shown(spec: Spec, customer: Customer, seed: int) -> Iterator[Event]:
    """Advertisements shown to somebody who agreed to them, up to three times each, and whether they were followed."""
    for ad in spec.ads:
        keys = (seed, customer.id, "ad", ad.id)
        for time_shown in range(int(4 * roll(*keys, "often") ** 3)):
            when = _moment(ago(int(LOG_DAYS * roll(*keys, "day", time_shown))), *keys, time_shown)
            clicked = roll(*keys, "clicks", time_shown) < _drawn(spec, customer, ad, time_shown, seed)
            what = {"ad_id": ad.id, "clicked": clicked}
            yield _event(when, f"{customer.id}-{ad.id}-{time_shown}", 0, customer, "ad", what)


def _drawn(spec: Spec, customer: Customer, ad: Ad, time_shown: int, seed: int) -> float:
    """The chance of a click: by how much they buy there and whether they are in the market, less each time."""
    department = next((c.department for c in spec.categories if c.name == ad.about), ad.about)
    needs = roll(seed, customer.id, "needs", ad.about) < 0.5
    score = -4.3 + 3.2 * customer.taste.departments.get(department, 0) + 0.8 * needs - 0.5 * time_shown
    return 1 / (1 + exp(-score))


def _query(spec: Spec, customer: Customer, item: Item, *keys: Key) -> str:
    """What they typed to find it."""
    price = item.price_cents // 100
    step = next(step for below, step in ((50, 5), (100, 10), (500, 50), (1000, 100), (10**9, 500)) if price < below)
    facts: dict[str, AttributeValue] = {
        **{name: value for name, value in item.attributes.items() if isinstance(value, str)},
        "noun": item.category.noun,
        "brand": item.line.brand.name,
        "model": item.line.model,
        "budget": step * (1 + price // step),
    }
    liked = sorted(f for f in customer.taste.features if item.attributes.get(f) is True)
    if liked:
        facts["feature"] = liked[0].replace("_", " ")
    form = pick(can_say(spec.queries, facts), *keys, "form", name=lambda f: f.text)
    return mistyped(fill(form.text, facts, *keys).lower(), customer.voice, *keys)


def _moment(day: date, *keys: Key) -> datetime:
    """A time of that day; people shop in the evening."""
    minute = int(60 * (7 + 15.5 * roll(*keys, "hour") ** 0.7))
    return datetime.combine(day, time(minute // 60, minute % 60))


def _event(when: datetime, session: str, step: int, customer: Customer, kind: str, what: Event) -> Event:
    assert when.date() <= TODAY
    return {
        "time": when.isoformat(),
        "session": session,
        "step": step,
        "customer_id": customer.id,
        "kind": kind,
        **what,
    }
