"""One call of an action, with the records it is about. What is looked up here and is not there denies the call.

These denials are not in any file of rules: without them an action would have no meaning, and no shop may turn them off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from assistant.service.goods import Goods, Item, item_of
from assistant.service.records import Records
from assistant.service.values import Customer, Line, Method, Order
from retrieval.product import Money

# Rule id -> what it holds. The ids of a rules file must differ from these.
GUARDS = {
    "call.unknown-action": "Only the shop's actions exist.",
    "call.arguments": "Each argument is there, is of its type, and nothing else is.",
    "identity.required": "Nothing of a customer is shown or changed before they have said who they are.",
    "identity.unknown-customer": "Only a customer of the shop is a customer.",
    "identity.not-found": "What was said of oneself must agree with one account.",
    "identity.too-many-tries": "Who cannot say who they are may not go on guessing.",
    "identity.other-customer": "A conversation is about one customer, and shows nothing of another.",
    "order.unknown": "An order must exist.",
    "order.other-customer": "An order must be the customer's own.",
    "product.unknown": "A product must exist.",
    "items.none": "Something must be named.",
    "items.not-in-order": "Only what is in the order, and no more of it, can be changed or sent back.",
    "items.unpaired": "For each thing one new thing is named.",
    "items.unknown-variant": "A new thing must exist.",
    "payment.unknown": "A means of payment must be on the customer's account.",
    "payment.overdrawn": "No gift card falls below 0.",
    "price.no-difference": "Only a price that fell is paid back, and no more than was paid.",
    "calculation.unreadable": "Only numbers, + - * / and brackets can be reckoned with.",
    "undo.nothing": "Only what was done in this conversation, and has not changed since, can be taken back.",
    "confirmation.unknown": "A yes is the answer to a proposal of this conversation.",
    "confirmation.changed": "A yes holds for exactly the difference that was shown.",
    "confirmation.expired": "A yes comes soon after the question.",
}


class Denied(Exception):
    """A call that is refused, by which rule, and what to tell the customer."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


@dataclass
class Case:
    """A call whose arguments have the right form. Look-ups are made once, when first asked for."""

    action: str
    arguments: Mapping[str, Any]
    # Who was verified; None for nobody.
    customer_id: str | None
    conversation: str
    records: Records
    goods: Goods
    now: datetime
    writes: bool = False
    # Rules of the shop's file that are set aside; no guard ever is.
    waives: frozenset[str] = frozenset()

    @cached_property
    def customer(self) -> Customer:
        """The verified customer."""
        if self.customer_id is None:
            raise Denied("identity.required", "First please tell me who you are.")
        found = self.records.customer(self.customer_id, lock=self.writes)
        if found is None:
            raise Denied("identity.unknown-customer", "I do not know this customer.")
        return found

    @cached_property
    def order(self) -> Order:
        """The order that the call names; it is the customer's own."""
        customer, id_ = self.customer, self.arguments["order_id"]
        found = self.records.order(id_)
        if found is None or found.customer_id != customer.id:
            # The same words for both: whether somebody else has such an order is nobody's business.
            rule = "order.unknown" if found is None else "order.other-customer"
            raise Denied(rule, f"There is no order {id_} on your account.")
        return found

    @cached_property
    def items(self) -> tuple[Line, ...]:
        """What the call names of the order: lines of one unit, in the order named."""
        ids = self.arguments["item_ids"]
        if not ids:
            raise Denied("items.none", "Please name at least one thing of the order.")
        have = self.order.units
        for id_, count in Counter(ids).items():
            if count > have[id_]:
                much = f"only {have[id_]} of" if have[id_] else "no"
                raise Denied("items.not-in-order", f"Order {self.order.id} has {much} item {id_}.")
        # The same thing may stand in several lines, at several prices: its units are named from the first line on.
        units = [line for line in self.order.lines for _ in range(line.quantity)]
        return tuple(units.pop(next(n for n, u in enumerate(units) if u.item_id == id_)) for id_ in ids)

    @cached_property
    def new_items(self) -> tuple[Item, ...]:
        """For each of ``items`` the thing that takes its place."""
        ids = self.arguments["new_item_ids"]
        if len(ids) != len(self.items):
            raise Denied("items.unpaired", "Please name one new thing for each thing that is to be changed.")
        return tuple(self._item(id_, line) for id_, line in zip(ids, self.items, strict=True))

    def _item(self, id_: str, line: Line) -> Item:
        own = self.goods.product(line.product_id)
        found = own and item_of(own, id_)
        if not found:
            other = self.goods.product_with(id_)
            found = other and item_of(other, id_)
        if not found or found.price is None:
            raise Denied("items.unknown-variant", f"The shop has no item {id_}.")
        return found

    @cached_property
    def method(self) -> Method:
        """The means of payment that the call names."""
        id_ = self.arguments["payment_method_id"]
        found = self.customer.method(id_)
        if found is None:
            raise Denied("payment.unknown", f"There is no means of payment {id_} on your account.")
        return found

    @cached_property
    def to_pay(self) -> Money:
        """What the new things cost more (above 0) or less (below) than what they take the place of."""
        new = sum(item.price.minor for item in self.new_items if item.price)
        return Money(new - sum(line.price.minor for line in self.items), self.order.currency)

    @cached_property
    def sold_now(self) -> tuple[Item | None, ...]:
        """For each of ``items`` the same thing as the shop has it today; None where it has it no longer."""
        return tuple(self._today(line) for line in self.items)

    def _today(self, line: Line) -> Item | None:
        product = self.goods.product(line.product_id)
        found = product and item_of(product, line.item_id)
        same = found and found.price and found.price.currency == self.order.currency
        return found if found and same and found.available else None

    @cached_property
    def price_fall(self) -> Money:
        """What those of ``items`` that the shop still sells cost less than when they were ordered."""
        prices = [(line.price.minor, item and item.price) for line, item in zip(self.items, self.sold_now, strict=True)]
        return Money(sum(max(0, was - now.minor) for was, now in prices if now), self.order.currency)

    @cached_property
    def done_with_items(self) -> bool:
        """Whether this action was done with one of ``items`` before and not taken back."""
        done = [e for e in self.records.journal.audit(order=self.order.id) if e.action == self.action and not e.undone]
        return any(line.item_id in entry.arguments.get("item_ids", ()) for entry in done for line in self.items)

    @cached_property
    def earlier(self) -> int:
        """How often this action was done with this order and not taken back."""
        done = self.records.journal.audit(order=self.order.id)
        return sum(entry.action == self.action and not entry.undone for entry in done)
