"""What a rules file can ask of a call: names of facts, each with what it means.

A fact that does not apply to an action (the new items of a cancellation) is never asked for: the rules file is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assistant.service.case import Case
from assistant.service.values import EXCHANGE_REQUESTED, GIFT_CARD, MODIFIED

if TYPE_CHECKING:
    from assistant.service.allowances import Window

Fact = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Known:
    """A fact: how it is found, and the arguments that a call must have for it."""

    find: Callable[[Case, Window], Fact]
    needs: tuple[str, ...] = ()
    meaning: str = ""


def _done_before(case: Case, _: Window) -> bool:
    # A database that came from elsewhere brings no audit, but its state tells.
    traces = {"modify_pending_order_items": MODIFIED, "exchange_delivered_order_items": EXCHANGE_REQUESTED}
    return case.earlier > 0 or case.order.status == traces.get(case.action, "")


def _original_method(case: Case, _: Window) -> bool:
    return any(t.method_id == case.method.id for t in case.order.open_payments)


def _balance(case: Case, _: Window) -> int | None:
    return case.method.balance.minor if case.method.balance else None


def _new_of_same_product(case: Case, _: Window) -> bool:
    return all(n.product.id == line.product_id for n, line in zip(case.new_items, case.items, strict=True))


def _new_differ(case: Case, _: Window) -> bool:
    return all(n.id != line.item_id for n, line in zip(case.new_items, case.items, strict=True))


def categories(case: Case, product_id: str) -> list[str]:
    """The levels of a product's category, the widest first; none for a product that the shop no longer has."""
    product = case.goods.product(product_id)
    return [part.strip() for part in product.category.split(">")] if product and product.category else []


def window_days(case: Case, window: Window) -> int | None:
    """Days that the named things may be sent back in, by the shortest of them; None where any may not be."""
    days = [days_of(categories(case, line.product_id), case.customer.member, window) for line in case.items]
    known = [n for n in days if n is not None]
    return min(known) if len(known) == len(days) else None


def days_of(levels: Collection[str], member: bool, window: Window) -> int | None:
    """Days that something in categories of these names may be sent back in; None where it never may."""
    if any(level in window.never for level in levels):
        return None
    special = [window.groups[level] for level in levels if level in window.groups]
    general = window.members if member and window.members is not None else window.days
    return min(special) if special else general


def last_day(case: Case, window: Window) -> date | None:
    """The last day on which the named things may be sent back; None where that is never, or nobody knows."""
    days, delivered = window_days(case, window), case.order.delivered
    if days is None or not delivered:
        return None
    placed = date.fromisoformat(case.order.placed) if case.order.placed else None
    return last_of(days, date.fromisoformat(delivered), placed, window)


def last_of(days: int, delivered: date, placed: date | None, window: Window) -> date:
    """The last day of ``days`` from delivery, or of the season in which it was ordered where that is later."""
    last = delivered + timedelta(days=days)
    season = window.season
    if season and placed and season.first <= (placed.month, placed.day) <= season.last:
        last = max(last, date(placed.year + (season.until < season.first), *season.until))
    return last


def _days_left(case: Case, window: Window) -> int | None:
    last = last_day(case, window)
    return None if last is None else (last - case.now.date()).days


def _days_since(case: Case, day: str) -> int | None:
    return (case.now.date() - date.fromisoformat(day[:10])).days if day else None


def _placed_day(case: Case, _: Window) -> int | None:
    day = case.order.placed
    return int(day[5:7]) * 100 + int(day[8:10]) if day else None


_ITEMS = ("order_id", "item_ids")
_SWAP = (*_ITEMS, "new_item_ids")
_PAID = ("order_id", "payment_method_id")
FACTS: dict[str, Known] = {
    "order.status": Known(lambda c, _: c.order.status, ("order_id",), "pending, delivered, ..."),
    "order.done_before": Known(_done_before, ("order_id",), "this action was done with this order before"),
    "order.means_of_payment": Known(
        lambda c, _: len({t.method_id for t in c.order.open_payments}), ("order_id",), "how many paid for the order"
    ),
    "order.paid": Known(lambda c, _: c.order.paid.minor, ("order_id",), "what was paid for the order, in cents"),
    "order.days_since_placed": Known(
        lambda c, _: _days_since(c, c.order.placed), ("order_id",), "days since it was ordered"
    ),
    "order.days_since_delivery": Known(
        lambda c, _: _days_since(c, c.order.delivered), ("order_id",), "days since the last parcel of it came"
    ),
    "order.placed_day": Known(_placed_day, ("order_id",), "when in the year it was ordered: 1120 is 20 November"),
    "problem": Known(lambda c, _: c.arguments["problem"], ("problem",), "damaged or missing"),
    "remedy": Known(lambda c, _: c.arguments["remedy"], ("remedy",), "replacement or refund"),
    "reason": Known(lambda c, _: c.arguments["reason"], ("reason",), "why an order is cancelled"),
    "payment.kind": Known(lambda c, _: c.method.kind, ("payment_method_id",), "gift_card, paypal or credit_card"),
    "payment.balance": Known(_balance, ("payment_method_id",), "what is left on the gift card, in cents"),
    "payment.original": Known(_original_method, _PAID, "the order was paid with it"),
    "payment.original_or_gift_card": Known(
        lambda c, w: c.method.kind == GIFT_CARD or _original_method(c, w), _PAID, "either of the two"
    ),
    "items.statuses": Known(
        lambda c, _: next((n.status for n in c.items if n.status), ""), _ITEMS, "what became of one of them, or ''"
    ),
    "items.days_left": Known(_days_left, _ITEMS, "days left to send them back, by the return window; below 0 is late"),
    "items.returnable": Known(lambda c, w: window_days(c, w) is not None, _ITEMS, "none is of a kind that never is"),
    "items.sold_now": Known(lambda c, _: None not in c.sold_now, _ITEMS, "the shop has all of them today"),
    "items.cost_now": Known(
        lambda c, _: sum(item.price.minor for item in c.sold_now if item and item.price), _ITEMS, "today, in cents"
    ),
    "items.price_fall": Known(
        lambda c, _: c.price_fall.minor, _ITEMS, "what they cost less today than when they were ordered, in cents"
    ),
    "items.done_before": Known(lambda c, _: c.done_with_items, _ITEMS, "this action was done with one of them before"),
    "new_items.same_product": Known(_new_of_same_product, _SWAP, "each is of the product it takes the place of"),
    "new_items.differ": Known(_new_differ, _SWAP, "each is another thing than the one it takes the place of"),
    "new_items.available": Known(
        lambda c, _: all(item.available for item in c.new_items), _SWAP, "the shop has all of them"
    ),
    "new_items.to_pay": Known(lambda c, _: c.to_pay.minor, _SWAP, "what they cost more, in cents; below 0 less"),
}
