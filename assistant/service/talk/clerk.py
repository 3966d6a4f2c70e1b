"""One message about an order, top to bottom: who speaks, which order, which things, what with, and the question.

Nothing is written here but by ``Gate.confirm``, and that only for a yes in the customer's own words to the proposal
that the latest turn showed; no model has a say in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.reading import cues
from assistant.service.actions import UNDO
from assistant.service.database import told
from assistant.service.gate import Gate
from assistant.service.talk import errands, find, saying
from assistant.service.talk.asked import Policies
from assistant.service.talk.frame import INTENTS, Frame, earlier, now_verified, pending, spoken_of, verified
from assistant.service.talk.serving import Served, Serving, only
from assistant.service.values import Customer, Order
from assistant.state import DialogueState, Intent, Understanding

_LONGEST_YES = 12
# A shopper who turns to the shelf leaves the question standing and may come back to it.
_SHOPPING = ("find", "refine", "compare", "ask_product", "cart")
_CONCERNS: tuple[Intent, ...] = (*INTENTS, "ask_policy")
# What is done about an order: by words that name an act, else by the intent.
_ACTS: Mapping[str, Callable[[Serving], Served]] = {
    "again": errands.again,
    "fell": errands.fell,
    "damaged": errands.damaged,
    "missing": errands.damaged,
}
_ERRANDS: Mapping[str, Callable[[Serving], Served]] = {
    "cancel_order": errands.cancel,
    "return_order": errands.give_back,
    "exchange_order": errands.exchange,
    "change_order": errands.change,
}


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


def _resumed(state: DialogueState, text: str) -> Frame | None:
    return earlier(state) if find.said("resumes", text) else None


class _Clerk(Serving):
    """Takes one message from who speaks to what is done."""

    def __init__(
        self, state: DialogueState, said: Understanding, text: str, gate: Gate, policies: Policies | None
    ) -> None:
        before = pending(state)
        # What was read of an answer stands for its concern; words that ask for something say that themselves.
        spoken = next((intent for intent in cues.intents(text) if intent in INTENTS), None)
        other = said.intent if said.intent in _CONCERNS and before and said.intent != before.intent else None
        # "I want my money back" asks for no return where that was one of the answers.
        answers = before is not None and before.needs == "remedy" and _answers(before, text)
        fresh = not answers and said.intent in _CONCERNS and (before is None or before.intent != said.intent)
        if before is None or (fresh and before.needs != "yes"):
            before = earlier(state, said.intent) if said.intent in _CONCERNS else _resumed(state, text)
            before = before and replace(before, needs="", proposal="", difference=None)
            fresh = before is None
        frame = before if before and not fresh else Frame(said.intent)
        super().__init__(state, said, text, gate, frame, before.needs if before else "")
        self._policies = policies
        # Another concern than the one that is pending.
        self._new = None if answers else spoken or other

    def served(self) -> Served:
        frame = self.frame
        if self.asked == "yes" and (answer := self._yes_or_no()):
            return answer
        if self.asked and find.said("nevermind", self.text) and not self._new:
            return Served((saying.plain(saying.LEFT),))
        self.frame = replace(frame, said=f"{frame.said}\n{self.text}".strip()[-2000:])
        if self.customer_id is None and (asked := self._who()):
            return asked
        return self._for_customer()

    def _yes_or_no(self) -> Served | None:
        """What an answer to a proposal leads to; None where the message asks for something else."""
        frame, caller = self.frame, self.caller
        held = find.said("holds", self.text) or len(self.text.split()) > _LONGEST_YES
        if find.said("agrees", self.text) and not held:
            result = self.gate.confirm(caller, frame.proposal)
            self.load()
            done = (f"{frame.intent} {frame.order or 'account'} ({frame.proposal[:8]})",)
            return Served(self.told(result), committed=done if result.status == "done" else ())
        if self._new or find.names_method(self.text) or find.address_in(self.text):
            # Another wish, or the same one with other details: it is proposed anew.
            self.frame = replace(frame, needs="", proposal="", difference=None)
            return None
        if find.said("refuses", self.text) or self.said.intent == "decline":
            self.gate.decline(caller, frame.proposal)
            return Served((saying.plain(saying.LEFT),))
        return Served((saying.plain(saying.YES_OR_NO),), frame.to_pending())

    def _who(self) -> Served | None:
        claims = self.frame.claims.and_of(self.text)
        self.frame = replace(self.frame, claims=claims)
        question = saying.who(self.gate.rules.identity, claims)
        if not claims.says_something:
            return self.ask("identity", question)
        result = self.gate.identify(self.state.id, claims, self.state.customer)
        if result.status == "denied":
            self.frame = replace(self.frame, claims=type(claims)())
            if result.rule == "identity.too-many-tries":
                return Served(tuple(saying.result(result, self.gate.rules.name, ())))
            return self.ask("identity", *saying.result(result, self.gate.rules.name, ())[:1])
        if result.found is None:
            return self.ask("identity", question)
        self.customer_id = result.found
        self.committed = (now_verified(result.found),)
        return None

    def _for_customer(self) -> Served:
        customer = self.load()
        if customer is None:
            return Served((saying.plain("I do not know this customer."),))
        if self.frame.intent == "ask_policy" and self._policies:
            return self._rules_of_shop(self._policies, customer)
        if find.said("undo", self.text):
            return self.propose(UNDO, {})
        if find.said("balance", self.text) and find.said("gift_card", self.text):
            return self.done(saying.balances(customer, self.known))
        if foreign := self._foreign():
            return foreign
        if not self.orders:
            return self.done([saying.plain(saying.NO_ORDERS)])
        act = find.act(self.text) or (find.act(self.frame.said) if self.asked else "")
        if act and self.frame.intent not in ("cancel_order", "change_order"):
            return _ACTS[act](self)
        return _ERRANDS.get(self.frame.intent, errands.status)(self)

    def _rules_of_shop(self, policies: Policies, customer: Customer) -> Served:
        """What the shop's documents say, with the dates of the order that the question names."""
        question = self.frame.said.partition("\n")[0]
        order = find.order_in(question, self.orders) or only(find.orders_with(question, self.orders))
        about = policies.about(customer, order, find.lines_in(question, order)) if order else None
        answer = policies.answer(question, about)
        return Served(answer.sentences, committed=self.committed, citations=answer.citations)

    def _foreign(self) -> Served | None:
        """Where only numbers are named that are no orders of the customer's: so much is said, and no other is taken."""
        named = find.numbers(self.text)
        if not named or self.asked == "identity" or {o.id for o in self.orders} & set(named):
            return None
        result = self.gate.call(self.caller, "get_order_details", {"order_id": named[0]})
        return Served(self.told(result), None, self.committed) if result.status == "denied" else None
