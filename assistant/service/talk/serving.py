"""One message about orders while it is served: who speaks, what it points at, and how an answer is made.

Nothing is written here but by a proposal that waits for a yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from assistant.service.facts import last_day
from assistant.service.gate import Caller, Gate, Result
from assistant.service.talk import find, saying
from assistant.service.talk.frame import Frame, spoken_of, verified
from assistant.service.values import Customer, Line, Method, Order
from assistant.state import Citation, DialogueState, Evidence, Sentence, Understanding


@dataclass(frozen=True, slots=True)
class Served:
    """What is said, what is still asked, and what was done."""

    sentences: tuple[Sentence, ...]
    # As ``Reply.pending``; {"about": "service", "needs": ...}.
    pending: dict[str, Any] | None = None
    committed: tuple[str, ...] = ()
    # Passages of the shop's documents that it rests on.
    citations: tuple[Citation, ...] = ()


class Serving:
    """One message, and the records of whoever wrote it once they are known."""

    # Set by ``load``.
    customer: Customer
    orders: list[Order]

    def __init__(
        self, state: DialogueState, said: Understanding, text: str, gate: Gate, frame: Frame, asked: str
    ) -> None:
        """``frame`` is what is known of the concern, ``asked`` what the latest turn asked for ("" for nothing)."""
        self.state, self.said, self.text, self.gate = state, said, text, gate
        # It grows while the message is read.
        self.frame = frame
        self.asked = asked
        self.customer_id = verified(state)
        # What a sentence may say of the records.
        self.known: list[Evidence] = []
        self.committed: tuple[str, ...] = ()

    @property
    def caller(self) -> Caller:
        """Whoever speaks, as the gate knows them."""
        return Caller(self.state.id, self.customer_id)

    def load(self) -> Customer | None:
        """The customer's records as they are now, and what a sentence may say of them; None for an unknown one."""
        with self.gate.store.reading() as records:
            customer = records.customer(str(self.customer_id))
            if customer:
                self.customer, self.orders = customer, list(records.orders(customer.id))
                self.known = saying.pool(customer, self.orders)
        return customer

    def last_day(self, order: Order) -> date | None:
        """Until when all of an order may be sent back; None where that is never, or nobody knows."""
        given = {"order_id": order.id, "item_ids": list(order.units)}
        with self.gate.store.reading() as records:
            return last_day(self.gate.case(self.caller, "", given, records), self.gate.rules.window)

    # What a message points at.

    def order_named(self) -> Order | None:
        """The order that a number, a thing or what was spoken of before points at."""
        said = self.frame.said
        order = find.order_in(self.text, self.orders) or find.order_in(said, self.orders)
        if order is None and find.said("where_it", self.text):
            order = next((o for o in self.orders if o.id == spoken_of(self.state)), None)
        if order is None and self.frame.order:
            order = next((o for o in self.orders if o.id == self.frame.order), None)
        return order or only(find.orders_with(said, self.orders))

    def order(self, status: str) -> Order | Served:
        """The order that is meant; where none is named, the only one that it could be."""
        fit = [o for o in self.orders if o.status == status]
        order = self.order_named() or only(find.orders_with(self.frame.said, fit)) or only(fit)
        if order is None:
            return self.ask("order", *saying.which_order(fit or self.orders, self.known), options=[o.id for o in fit])
        self.frame = replace(self.frame, order=order.id)
        return order

    def lines(self, order: Order, verb: str) -> list[Line] | Served:
        """The things of an order that are named, or the question which to ``verb``."""
        lines = find.lines_in(self.frame.said, order)
        if not lines:
            names = [line.name for line in order.lines]
            return self.ask("items", saying.which_items(order, self.known, verb), options=names)
        self.frame = replace(self.frame, items=tuple(line.item_id for line in lines))
        return lines

    def method(self, order: Order) -> str:
        """What is named, else what paid for the order; the proposal says which, so a no can change it."""
        named = self.methods_named()
        paid = [t.method_id for t in order.open_payments]
        if len(named) == 1:
            return named[0].id
        return paid[0] if paid else next((m.id for m in self.customer.methods), "")

    def methods_named(self) -> list[Method]:
        """What this message names goes before what an earlier one did."""
        return find.method_in(self.text, self.customer) or find.method_in(self.frame.said, self.customer)

    def which_method(self) -> Sentence:
        """The question for a means of payment."""
        methods = ", ".join(str(m) for m in self.customer.methods)
        return saying.resting(f"Which means of payment shall it be: {methods}?", self.known)

    # Answering.

    def propose(self, action: str, given: dict[str, Any]) -> Served:
        """What the gate says to a call; a proposal waits for a yes."""
        result = self.gate.call(self.caller, action, given)
        self.frame = replace(
            self.frame, needs="yes", options=(), proposal=result.proposal or "", difference=result.difference
        )
        left = self.frame.to_pending() if result.proposal else None
        return Served(self.told(result), left, self.committed)

    def told(self, result: Result) -> tuple[Sentence, ...]:
        """A result of the gate in sentences."""
        return tuple(saying.result(result, self.gate.rules.name, self.known))

    def ask(self, needs: str, *question: Sentence, options: Sequence[str] = ()) -> Served:
        """A question, and what would answer it."""
        return Served(question, self.frame.asking(needs, *options).to_pending(), self.committed)

    def done(self, sentences: Sequence[Sentence]) -> Served:
        """An answer that leaves nothing open."""
        return Served(tuple(sentences), committed=self.committed)


def only(orders: Sequence[Order]) -> Order | None:
    """The one order of a list of one."""
    return orders[0] if len(orders) == 1 else None
