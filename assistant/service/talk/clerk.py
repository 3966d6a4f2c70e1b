"""One message about an order, top to bottom: who speaks, which order, which things, what with, and the question.

Nothing is written here but by ``Gate.confirm``, and that only for a yes in the customer's own words to the proposal
that the latest turn showed; no model has a say in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.reading import cues
from assistant.service import feed
from assistant.service.actions import UNDO
from assistant.service.database import told
from assistant.service.facts import last_day
from assistant.service.gate import Caller, Gate, Result
from assistant.service.talk import find, saying
from assistant.service.talk.asked import Policies
from assistant.service.talk.frame import INTENTS, Frame, earlier, now_verified, pending, spoken_of, verified
from assistant.service.values import CANCELLED, DELIVERED, PENDING, Customer, Line, Method, Order
from assistant.state import Citation, DialogueState, Evidence, Intent, Sentence, Understanding

_LONGEST_YES = 12
# A shopper who turns to the shelf leaves the question standing and may come back to it.
_SHOPPING = ("find", "refine", "compare", "ask_product", "cart")
_CONCERNS: tuple[Intent, ...] = (*INTENTS, "ask_policy")


@dataclass(frozen=True, slots=True)
class Served:
    """What is said, what is still asked, and what was done."""

    sentences: tuple[Sentence, ...]
    # As ``Reply.pending``; {"about": "service", "needs": ...}.
    pending: dict[str, Any] | None = None
    committed: tuple[str, ...] = ()
    # Passages of the shop's documents that it rests on.
    citations: tuple[Citation, ...] = ()


def wants(state: DialogueState, said: Understanding, text: str) -> bool:
    """Whether a message is for the orders: by what it asks, or because it answers what was asked about one."""
    if said.intent in INTENTS or (find.said("balance", text) and find.said("gift_card", text)):
        return True
    frame = pending(state)
    if find.act(text) or (find.said("where_it", text) and spoken_of(state)):
        return True
    if find.said("invoice", text) and find.numbers(text):
        return True
    if find.does(text) and (verified(state) or find.numbers(text)) and (state.pending or {}).get("about") != "cart":
        return True
    if frame is None:
        again = find.said("resumes", text) and earlier(state) is not None
        return again or find.said("mine", text) or (find.said("undo", text) and verified(state) is not None)
    if said.intent in (*_SHOPPING, "ask_policy"):
        return _answers(frame, text)
    return said.intent != "hand_off"


def customer_orders(state: DialogueState, gate: Gate) -> list[Order]:
    """The orders of whoever was proved to speak, oldest first; none of anybody else's."""
    customer = verified(state)
    if customer is None:
        return []
    with told("the order database"), gate.store.reading() as records:
        return list(records.orders(customer))


def serve(state: DialogueState, said: Understanding, text: str, gate: Gate, policies: Policies | None = None) -> Served:
    """Answers a message about orders. Denials and questions are results; ``OrdersError`` where the database fails."""
    with told("the order database"):
        return _Clerk(state, said, text, gate, policies).served()


def answering(state: DialogueState, text: str) -> bool:
    """Whether a message answers the question that customer service asked."""
    frame = pending(state)
    return frame is not None and _answers(frame, text)


def of_order(state: DialogueState, text: str) -> bool:
    """Whether a question about the rules is one about an order of the customer's own."""
    frame = pending(state)
    return find.order_number(text) or verified(state) is not None or bool(frame and frame.intent == "ask_policy")


def _answers(frame: Frame, text: str) -> bool:
    """Whether a text is an answer to the frame's question, though it sounds like shopping."""
    if frame.needs in ("items", "order", "variant") and _opens_a_need(text):
        return False
    known = {
        "identity": lambda: frame.claims.and_of(text) != replace(frame.claims, words=frame.claims.and_of(text).words),
        "reason": lambda: find.reason_in(text) is not None,
        "address": lambda: find.address_in(text) is not None,
        "yes": lambda: any(
            (find.said("agrees", text), find.said("refuses", text), find.names_method(text), find.address_in(text))
        ),
        "method": lambda: find.names_method(text),
        "items": lambda: find.said("all", text),
        "remedy": lambda: find.said("refund", text) or find.said("replacement", text),
    }
    check = known.get(frame.needs)
    return bool(check and check()) or any(find.names(text, option) for option in frame.options)


def _opens_a_need(text: str) -> bool:
    """Whether something is asked to be shown: no answer, even where it names a thing that was asked about."""
    return find.said("shows", text) and not find.said("resumes", text)


class _Clerk:
    """One message."""

    def __init__(
        self, state: DialogueState, said: Understanding, text: str, gate: Gate, policies: Policies | None
    ) -> None:
        self._state, self._said, self._text, self._gate = state, said, text, gate
        self._policies = policies
        self._customer_id = verified(state)
        self._known: list[Evidence] = []
        self._committed: tuple[str, ...] = ()
        before = pending(state)
        # What was read of an answer stands for its concern; words that ask for something say that themselves.
        spoken = next((intent for intent in cues.intents(text) if intent in INTENTS), None)
        other = said.intent if said.intent in _CONCERNS and before and said.intent != before.intent else None
        # "I want my money back" asks for no return where that was one of the answers.
        answers = before is not None and before.needs == "remedy" and _answers(before, text)
        self._new = None if answers else spoken or other
        fresh = not answers and said.intent in _CONCERNS and (before is None or before.intent != said.intent)
        if before is None or (fresh and before.needs != "yes"):
            before = earlier(state, said.intent) if said.intent in _CONCERNS else self._resumed()
            before = before and replace(before, needs="", proposal="", difference=None)
            fresh = before is None
        self._frame = before if before and not fresh else Frame(said.intent)
        self._asked = before.needs if before else ""

    def _resumed(self) -> Frame | None:
        return earlier(self._state) if find.said("resumes", self._text) else None

    def served(self) -> Served:
        frame = self._frame
        if self._asked == "yes" and (answer := self._yes_or_no()):
            return answer
        if self._asked and find.said("nevermind", self._text) and not self._new:
            return Served((saying.plain(saying.LEFT),))
        self._frame = replace(frame, said=f"{frame.said}\n{self._text}".strip()[-2000:])
        if self._customer_id is None and (asked := self._who()):
            return asked
        return self._for_customer()

    def _yes_or_no(self) -> Served | None:
        """What an answer to a proposal leads to; None where the message asks for something else."""
        frame, caller = self._frame, Caller(self._state.id, self._customer_id)
        held = find.said("holds", self._text) or len(self._text.split()) > _LONGEST_YES
        if find.said("agrees", self._text) and not held:
            result = self._gate.confirm(caller, frame.proposal)
            self._load()
            done = (f"{frame.intent} {frame.order or 'account'} ({frame.proposal[:8]})",)
            return Served(self._told(result), committed=done if result.status == "done" else ())
        if self._new or find.names_method(self._text) or find.address_in(self._text):
            # Another wish, or the same one with other details: it is proposed anew.
            self._frame = replace(frame, needs="", proposal="", difference=None)
            return None
        if find.said("refuses", self._text) or self._said.intent == "decline":
            self._gate.decline(caller, frame.proposal)
            return Served((saying.plain(saying.LEFT),))
        return Served((saying.plain(saying.YES_OR_NO),), frame.to_pending())

    def _who(self) -> Served | None:
        claims = self._frame.claims.and_of(self._text)
        self._frame = replace(self._frame, claims=claims)
        question = saying.who(self._gate.rules.identity, claims)
        if not claims.says_something:
            return self._ask("identity", question)
        result = self._gate.identify(self._state.id, claims, self._state.customer)
        if result.status == "denied":
            self._frame = replace(self._frame, claims=type(claims)())
            if result.rule == "identity.too-many-tries":
                return Served(tuple(saying.result(result, self._gate.rules.name, ())))
            return self._ask("identity", *saying.result(result, self._gate.rules.name, ())[:1])
        if result.found is None:
            return self._ask("identity", question)
        self._customer_id = result.found
        self._committed = (now_verified(result.found),)
        return None

    def _for_customer(self) -> Served:
        customer = self._load()
        if customer is None:
            return Served((saying.plain("I do not know this customer."),))
        if self._frame.intent == "ask_policy" and self._policies:
            return self._rules_of_shop(self._policies, customer)
        if find.said("undo", self._text):
            return self._propose(UNDO, {})
        if find.said("balance", self._text) and find.said("gift_card", self._text):
            return self._done(saying.balances(customer, self._known))
        if foreign := self._foreign():
            return foreign
        if not self._orders:
            return self._done([saying.plain(saying.NO_ORDERS)])
        acts = {"again": self._again, "fell": self._fell, "damaged": self._damaged, "missing": self._damaged}
        act = find.act(self._text) or (find.act(self._frame.said) if self._asked else "")
        if act and self._frame.intent not in ("cancel_order", "change_order"):
            return acts[act]()
        handlers: dict[str, Callable[[], Served]] = {
            "cancel_order": self._cancel,
            "return_order": self._return,
            "exchange_order": self._exchange,
            "change_order": self._change,
        }
        return handlers.get(self._frame.intent, self._status)()

    def _load(self) -> Customer | None:
        """The customer's records as they are now, and what a sentence may say of them."""
        with self._gate.store.reading() as records:
            customer = records.customer(str(self._customer_id))
            if customer:
                self._customer, self._orders = customer, list(records.orders(customer.id))
                self._known = saying.pool(customer, self._orders)
        return customer

    # Reading.

    def _status(self) -> Served:
        order = self._order_named() or self._only([o for o in self._orders if o.status not in (DELIVERED, CANCELLED)])
        if order is None:
            return self._done(saying.overview(self._orders, self._known))
        if find.said("invoice", self._text):
            return self._done(saying.invoice(order, self._known))
        last = self._last_day(order)
        return self._done(saying.status(order, self._known, last, self._gate.today()))

    def _rules_of_shop(self, policies: Policies, customer: Customer) -> Served:
        """What the shop's documents say, with the dates of the order that the question names."""
        question = self._frame.said.partition("\n")[0]
        order = find.order_in(question, self._orders) or self._only(find.orders_with(question, self._orders))
        about = policies.about(customer, order, find.lines_in(question, order)) if order else None
        answer = policies.answer(question, about)
        return Served(answer.sentences, committed=self._committed, citations=answer.citations)

    def _last_day(self, order: Order) -> Any:
        with self._gate.store.reading() as records:
            caller = Caller(self._state.id, self._customer_id)
            return last_day(
                self._gate.case(caller, "", {"order_id": order.id, "item_ids": list(order.units)}, records),
                self._gate.rules.window,
            )

    def _foreign(self) -> Served | None:
        """Where only numbers are named that are no orders of the customer's: so much is said, and no other is taken."""
        named = find.numbers(self._text)
        if not named or self._asked == "identity" or {o.id for o in self._orders} & set(named):
            return None
        result = self._gate.call(Caller(self._state.id, self._customer_id), "get_order_details", {"order_id": named[0]})
        return Served(self._told(result), None, self._committed) if result.status == "denied" else None

    # Writing.

    def _again(self) -> Served:
        order = self._order_named() or (self._orders[-1] if not find.numbers(self._frame.said) else None)
        if order is None:
            return self._ask("order", *saying.which_order(self._orders, self._known))
        lines = find.lines_in(self._frame.said, order) or [n for n in order.lines for _ in range(n.quantity)]
        given = {
            "order_id": order.id,
            "item_ids": [line.item_id for line in lines],
            "payment_method_id": self._method(order),
        }
        return self._propose("reorder_items", given)

    def _damaged(self) -> Served:
        order = self._order(DELIVERED)
        if isinstance(order, Served):
            return order
        lines = self._lines(order, "report")
        if isinstance(lines, Served):
            return lines
        said = self._frame.said
        remedy = "refund" if find.said("refund", said) else "replacement" if find.said("replacement", said) else ""
        if not remedy:
            return self._ask("remedy", saying.remedy(order, lines, self._known))
        given = {
            "order_id": order.id,
            "item_ids": [line.item_id for line in lines],
            "problem": "missing" if find.said("missing", said) else "damaged",
            "remedy": remedy,
        }
        return self._propose("report_order_problem", given)

    def _fell(self) -> Served:
        order = self._order_named()
        if order is None:
            return self._ask(
                "order", *saying.which_order(self._orders, self._known), options=[o.id for o in self._orders]
            )
        lines = find.lines_in(self._frame.said, order) or [n for n in order.lines for _ in range(n.quantity)]
        given = {"order_id": order.id, "item_ids": [line.item_id for line in lines]}
        return self._propose("adjust_order_price", given)

    def _cancel(self) -> Served:
        order = self._order(PENDING)
        if isinstance(order, Served):
            return order
        reason = find.reason_in(self._frame.said)
        if reason is None and order.status == PENDING:
            return self._ask("reason", saying.plain(saying.REASON))
        return self._propose("cancel_pending_order", {"order_id": order.id, "reason": reason or "no longer needed"})

    def _return(self) -> Served:
        if find.said("refund", self._text) and find.said("asks", self._text) and not self._asked:
            named = self._order_named() or self._only([o for o in self._orders if o.returned])
            if named:
                return self._done(saying.refunds(named, self._known))
        order = self._order(DELIVERED)
        if isinstance(order, Served):
            return order
        lines = self._lines(order, "send back")
        if isinstance(lines, Served):
            return lines
        given = {
            "order_id": order.id,
            "item_ids": [line.item_id for line in lines],
            "payment_method_id": self._method(order),
        }
        return self._propose("return_delivered_order_items", given)

    def _exchange(self) -> Served:
        named = self._order_named()
        if named and named.status == PENDING:
            # What has not been sent yet is changed.
            return self._swap(named, "modify_pending_order_items", "change")
        order = self._order(DELIVERED)
        return order if isinstance(order, Served) else self._swap(order, "exchange_delivered_order_items", "exchange")

    def _change(self) -> Served:
        order = self._order(PENDING)
        if isinstance(order, Served):
            return order
        said = self._frame.said
        if find.said("address", said) or find.address_in(said):
            address = find.address_in(self._text) or find.address_in(said)
            if address is None and order.status == PENDING:
                return self._ask("address", saying.plain(saying.ADDRESS))
            row = feed.address_row(address or order.address)
            return self._propose("modify_pending_order_address", {"order_id": order.id, **row})
        if find.said("payment", said):
            methods = self._methods_named()
            if len(methods) != 1:
                names = [m.kind.replace("_", " ") for m in self._customer.methods]
                return self._ask("method", self._which_method(), options=names)
            given = {"order_id": order.id, "payment_method_id": methods[0].id}
            return self._propose("modify_pending_order_payment", given)
        if find.lines_in(said, order):
            return self._swap(order, "modify_pending_order_items", "change")
        return self._ask("what", saying.plain(saying.WHAT), options=["address", "pay", "item", "thing"])

    def _swap(self, order: Order, action: str, verb: str) -> Served:
        lines = self._lines(order, verb)
        if isinstance(lines, Served):
            return lines
        news = []
        for line in lines:
            product = self._gate.goods.product(line.product_id)
            found = find.variants_in(self._frame.said, product, line) if product else []
            if product is None or len(found) != 1:
                values = sorted(
                    {v for variant in (product.variants if product else ()) for v in variant.options.values()}
                )
                question = f"What would you like instead of {line}? There is: {', '.join(values)}."
                return self._ask("variant", saying.resting(question, self._known), options=values)
            news.append(found[0].id)
        given = {
            "order_id": order.id,
            "item_ids": [line.item_id for line in lines],
            "new_item_ids": news,
            "payment_method_id": self._method(order),
        }
        return self._propose(action, given)

    # What a message points at.

    def _order_named(self) -> Order | None:
        said = self._frame.said
        order = find.order_in(self._text, self._orders) or find.order_in(said, self._orders)
        if order is None and find.said("where_it", self._text):
            order = next((o for o in self._orders if o.id == spoken_of(self._state)), None)
        if order is None and self._frame.order:
            order = next((o for o in self._orders if o.id == self._frame.order), None)
        return order or self._only(find.orders_with(said, self._orders))

    def _order(self, status: str) -> Order | Served:
        """The order that is meant; where none is named, the only one that it could be."""
        fit = [o for o in self._orders if o.status == status]
        order = self._order_named() or self._only(find.orders_with(self._frame.said, fit)) or self._only(fit)
        if order is None:
            return self._ask(
                "order", *saying.which_order(fit or self._orders, self._known), options=[o.id for o in fit]
            )
        self._frame = replace(self._frame, order=order.id)
        return order

    def _lines(self, order: Order, verb: str) -> list[Line] | Served:
        lines = find.lines_in(self._frame.said, order)
        if not lines:
            names = [line.name for line in order.lines]
            return self._ask("items", saying.which_items(order, self._known, verb), options=names)
        self._frame = replace(self._frame, items=tuple(line.item_id for line in lines))
        return lines

    def _method(self, order: Order) -> str:
        """What is named, else what paid for the order; the proposal says which, so a no can change it."""
        named = self._methods_named()
        paid = [t.method_id for t in order.open_payments]
        if len(named) == 1:
            return named[0].id
        return paid[0] if paid else next((m.id for m in self._customer.methods), "")

    def _methods_named(self) -> list[Method]:
        """What this message names goes before what an earlier one did."""
        return find.method_in(self._text, self._customer) or find.method_in(self._frame.said, self._customer)

    def _which_method(self) -> Sentence:
        methods = ", ".join(str(m) for m in self._customer.methods)
        return saying.resting(f"Which means of payment shall it be: {methods}?", self._known)

    @staticmethod
    def _only(orders: Sequence[Order]) -> Order | None:
        return orders[0] if len(orders) == 1 else None

    # Answering.

    def _propose(self, action: str, given: dict[str, Any]) -> Served:
        result = self._gate.call(Caller(self._state.id, self._customer_id), action, given)
        self._frame = replace(
            self._frame, needs="yes", options=(), proposal=result.proposal or "", difference=result.difference
        )
        left = self._frame.to_pending() if result.proposal else None
        return Served(self._told(result), left, self._committed)

    def _told(self, result: Result) -> tuple[Sentence, ...]:
        return tuple(saying.result(result, self._gate.rules.name, self._known))

    def _ask(self, needs: str, *question: Sentence, options: Sequence[str] = ()) -> Served:
        return Served(question, self._frame.asking(needs, *options).to_pending(), self._committed)

    def _done(self, sentences: Sequence[Sentence]) -> Served:
        return Served(tuple(sentences), committed=self._committed)
