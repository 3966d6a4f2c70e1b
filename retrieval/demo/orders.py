"""Orders in every state they can be in, made from purchases; money and dates follow the shop's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from retrieval.demo import rules
from retrieval.demo.chance import Key, pick, roll
from retrieval.demo.days import ORDER_DAYS, ago
from retrieval.demo.fates import Fate, fate
from retrieval.demo.people import Customer, address
from retrieval.demo.prices import Price, price_on
from retrieval.demo.purchases import Purchase
from retrieval.demo.spec import Spec
from retrieval.demo.variants import Choice

# Multiplied into the running numbers of orders, so that they look drawn and never meet.
_SCRAMBLE = 7_368_787
_CARRIERS = ("Northline", "Parcelway")
_REASONS = ("no longer needed", "ordered by mistake", "found it cheaper", "takes too long")
# Cents up to which somebody may have paid with a gift card.
_GIFT_CARD = 6000


@dataclass(frozen=True, slots=True)
class Line:
    """A purchase at the price of its day."""

    purchase: Purchase
    # Cents for one.
    cents: int

    @property
    def item_id(self) -> str:
        return self.purchase.choice.id if self.purchase.choice else self.purchase.item.id

    @property
    def total(self) -> int:
        return self.cents * self.purchase.quantity


def orders(
    spec: Spec,
    bought: Iterable[Purchase],
    prices: Mapping[str, Sequence[Price]],
    variants: Mapping[str, Sequence[Choice]],
    seed: int,
) -> Iterator[dict[str, Any]]:
    """The orders of the last ``ORDER_DAYS``, customer by customer, as rows of the order file.

    ``prices`` are price histories by line, ``variants`` choices by product. The rows' names are those of the order
    databases that service benchmarks use; amounts are text with two decimals.
    """

    def visit(purchase: Purchase) -> tuple[int, int, int]:
        return (purchase.customer.number, purchase.edition, purchase.visit)

    for _, group in groupby(sorted(bought, key=visit), key=visit):
        lines = [_line(purchase, prices[purchase.item.line.id]) for purchase in group]
        first = lines[0].purchase
        if first.day >= ago(ORDER_DAYS):
            keys = (seed, first.customer.id, "visit", first.edition, first.visit)
            yield _order(spec, lines, fate([line.purchase for line in lines], variants, *keys), *keys)


def order_id(customer: Customer, edition: int, visit: int) -> str:
    """A "#W" and seven digits: another number for every visit of every customer."""
    assert visit < 100 and edition < 10 and customer.number < 10_000
    return f"#W{(customer.number * 1000 + edition * 100 + visit) * _SCRAMBLE % 10_000_000:07d}"


def amount(cents: int) -> str:
    """Major units with two decimals: "-3.95"."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _line(purchase: Purchase, prices: Sequence[Price]) -> Line:
    surcharge = purchase.choice.surcharge_cents if purchase.choice else 0
    return Line(purchase, price_on(prices, purchase.day) + surcharge)


def _order(spec: Spec, lines: Sequence[Line], became: Fate, *keys: Key) -> dict[str, Any]:
    visit = lines[0].purchase
    customer = visit.customer
    charges = _charges(lines)
    total = sum(line.total for line in lines) + sum(cents for _, cents in charges)
    methods = [m for m in customer.payment_methods if m["source"] != "gift_card" or total <= _GIFT_CARD]
    method = pick(methods, *keys, "method", name=lambda m: m["id"])["id"]
    return {
        "order_id": order_id(customer, visit.edition, visit.visit),
        "customer_id": customer.id,
        "placed": visit.day.isoformat(),
        "status": became.status,
        "address": _ship_to(spec, customer, *keys),
        "items": [_item(line, became) for line in lines],
        "charges": [{"kind": kind, "amount": amount(cents)} for kind, cents in charges],
        "total": amount(total),
        "currency": "USD",
        "fulfillments": _parcels(lines, became, *keys),
        "payment_history": [
            {"transaction_type": kind, "amount": amount(cents), "payment_method_id": method, "date": day.isoformat()}
            for kind, cents, day in _payments(lines, total, became)
        ],
        "requested": became.asked.isoformat() if became.asked else "",
        "cancel_reason": pick(_REASONS, *keys, "reason") if became.cancelled else "",
        "note": pick(spec.people.order_notes, *keys, "note") if roll(*keys, "noted") < 0.06 else "",
    }


def _charges(lines: Sequence[Line]) -> list[tuple[str, int]]:
    """What is paid beside the goods: (kind, cents)."""
    member = lines[0].purchase.customer.member
    if any(line.purchase.item.category.name in rules.BULKY for line in lines):
        return [("bulky delivery", rules.BULKY_SHIPPING)]
    if lines[0].purchase.hurry:
        return [("express shipping", rules.EXPRESS_SHIPPING)]
    free = member or sum(line.total for line in lines) >= rules.FREE_SHIPPING_FROM
    return [("standard shipping", 0 if free else rules.STANDARD_SHIPPING)]


def _payments(lines: Sequence[Line], total: int, became: Fate) -> list[tuple[str, int, date]]:
    """(transaction type, cents, day), oldest first."""
    visit = lines[0].purchase
    found = [("payment", total, visit.day)]
    if became.cancelled:
        found.append(("refund", total, became.cancelled))
    if became.settled and became.back:
        gone = [line for line in lines if line.purchase.item.id in became.back]
        found.append(("refund", sum(line.total for line in gone) - _return_fee(gone), became.settled))
    if became.settled and became.swapped:
        for line in lines:
            if other := became.swapped.get(line.purchase.item.id):
                had = line.purchase.choice.surcharge_cents if line.purchase.choice else 0
                more = (other.surcharge_cents - had) * line.purchase.quantity
                if more:
                    found.append(("payment" if more > 0 else "refund", abs(more), became.settled))
    return found


def _return_fee(gone: Sequence[Line]) -> int:
    if any(line.purchase.item.category.name in rules.BULKY for line in gone):
        return rules.BULKY_RETURN_FEE
    return 0 if gone[0].purchase.customer.member else min(rules.RETURN_FEE, sum(line.total for line in gone))


def _item(line: Line, became: Fate) -> dict[str, Any]:
    item, choice = line.purchase.item, line.purchase.choice
    other = (became.swapped or {}).get(item.id)
    goes = "return" if item.id in became.back else "exchange" if other else ""
    states = {"return": ("return requested", "returned"), "exchange": ("exchange requested", "exchanged")}
    return {
        "name": item.title,
        "product_id": item.id,
        "item_id": line.item_id,
        "options": dict(choice.options) if choice else {},
        "price": amount(line.cents),
        "quantity": line.purchase.quantity,
        "status": states[goes][became.settled is not None] if goes else "",
        "exchanged_for": other.id if other else "",
    }


def _ship_to(spec: Spec, customer: Customer, *keys: Key) -> dict[str, str]:
    """Their own address; now and then somebody else's."""
    return address(spec, *keys, "elsewhere") if roll(*keys, "to") < 0.1 else dict(customer.address)


def _parcels(lines: Sequence[Line], became: Fate, *keys: Key) -> list[dict[str, Any]]:
    """What was sent, in one parcel or, where there is much of it, in two."""
    if became.sent is None:
        return []
    ids = [line.item_id for line in lines]
    split = len(ids) // 2 if len(ids) > 3 and roll(*keys, "split") < 0.4 else 0
    return [
        {
            "tracking_id": [f"{int(roll(*keys, 'tracking', n) * 10**12):012d}"],
            "carrier": pick(_CARRIERS, *keys, "carrier"),
            "item_ids": part,
            "shipped": became.sent.isoformat(),
            "delivered": became.delivered.isoformat() if became.delivered else "",
        }
        for n, part in enumerate((ids[:split], ids[split:]))
        if part
    ]
