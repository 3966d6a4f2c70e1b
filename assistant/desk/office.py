"""What somebody at the desk can see and do; each look at a customer and each act leaves a line in the log.

A change of an order goes through the same gate as a shopper's: a dry run, its difference, one commit. What a rule of
the shop refuses stays refused, unless a supervisor has set that rule aside for exactly this call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assistant.desk.accounts import Accounts, Agent
from assistant.desk.canned import Canned
from assistant.desk.exceptions import Call, Exceptions, Waiver
from assistant.desk.figures import Figures, figures
from assistant.desk.log import Log
from assistant.desk.questions import WHOSE, Answered, Aside, answered, seen_from_desk
from assistant.desk.queue import HandOff, Message, Queue
from assistant.desk.searching import Found, search
from assistant.errors import DeskError
from assistant.service.actions import ACTIONS, UNDO, WRITES
from assistant.service.gate import Caller, Gate, Result
from assistant.service.goods import Item, item_of
from assistant.service.identity import Claims
from assistant.service.values import Customer, Order
from assistant.state import DialogueState, Sentence

if TYPE_CHECKING:
    from assistant.profile.keeping import Profiles
    from assistant.profile.tastes import Profile
    from assistant.store import Store


_EMAIL = re.compile(r"\S+@\S+")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What stands in the queue, and what is being worked on."""

    waiting: tuple[HandOff, ...]
    taken: tuple[HandOff, ...]
    # For supervisors: what waits for their decision.
    exceptions: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """One conversation, and all that belongs beside it."""

    state: DialogueState
    hand_off: HandOff
    thread: tuple[Message, ...]
    # Only where it is proved who speaks.
    customer: Customer | None
    # The latest first.
    orders: tuple[Order, ...]
    waivers: tuple[Waiver, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """The desk of one shop."""

    store: Store
    # None for a shop without orders.
    gate: Gate | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    # Who answers questions of agents; None for a desk without an assistant.
    aside: Aside | None = None
    # What is known of customers; None where nothing is learnt of them.
    profiles: Profiles | None = None

    @property
    def accounts(self) -> Accounts:
        """Who works here."""
        return Accounts(self.store.engine, self.now)

    @property
    def queue(self) -> Queue:
        """Who waits."""
        return Queue(self.store.engine, self.now)

    @property
    def log(self) -> Log:
        """Who did what."""
        return Log(self.store.engine, self.now)

    @property
    def exceptions(self) -> Exceptions:
        """What supervisors decided."""
        return Exceptions(self.store.engine, self.now)

    @property
    def canned(self) -> Canned:
        """Texts that are sent often."""
        return Canned(self.store.engine)

    # Looking.

    def overview(self, agent: Agent) -> Waiting:
        """The queue. It names reasons and moods, and shows no customer."""
        asked = tuple(self.exceptions.of(state="asked")) if agent.role == "supervisor" else ()
        return Waiting(tuple(self.queue.waiting()), tuple(self.queue.taken()), asked)

    def look(self, agent: Agent, conversation: str, again: bool = False) -> File:
        """A conversation that was handed over, with customer and orders. ``again`` is a page that asks for news."""
        hand_off = self.queue.latest(conversation)
        if hand_off is None:
            raise DeskError("That conversation was never handed over", "Choose one from the queue")
        if not again:
            self.log.note(agent.name, "looked", conversation, hand_off.customer, hand_off.packet.reason)
        customer, orders = self._records(hand_off.customer)
        state, thread = self.store.load(conversation), tuple(self.queue.thread(conversation))
        return File(state, hand_off, thread, customer, orders, tuple(self.exceptions.of(conversation)))

    def profile(self, conversation: str) -> Profile | None:
        """What is known of a conversation's customer, with its evidence; None where it is not proved who speaks."""
        hand_off = self.queue.latest(conversation)
        known = self.profiles and hand_off and hand_off.customer
        return self.profiles.of(known) if self.profiles and known else None

    def ask(self, agent: Agent, question: str, conversation: str = "") -> Answered:
        """An answer to anything about documents and products and, in a ``conversation``, about its proved customer.

        No order is changed by a question, whatever it says.
        """
        if self.aside is None:
            raise DeskError("There is no assistant to ask at this desk", "Open the desk with `shoptalk web`")
        if not question.strip():
            raise DeskError("There is no question", "Write what you would like to know")
        hand_off = self.queue.latest(conversation) if conversation else None
        customer = hand_off.customer if hand_off else None
        if _EMAIL.search(question):
            # An address would be taken for somebody who says who they are: tries are counted, and orders told.
            self.log.note(agent.name, "asked", conversation, customer, "a question with an e-mail address, not kept")
            return Answered(question, (Sentence(WHOSE),))
        self.log.note(agent.name, "asked", conversation, customer, question)
        channel = f"{_channel(agent, conversation)}/question"
        state = self.store.load(conversation) if hand_off else DialogueState(channel)
        found = answered(self.aside, seen_from_desk(state, channel, customer), question)
        if found.proposal and self.gate:
            self.gate.decline(Caller(channel, customer), found.proposal)
        return found

    def search(self, agent: Agent, words: str) -> list[Found]:
        """Past conversations that were handed over and hold all these words, the latest first."""
        self.log.note(agent.name, "searched", detail=words)
        return search(self.store.engine, words)

    def figures(self) -> Figures:
        """Today's, in UTC."""
        return figures(self.store.engine, self.now().astimezone(UTC).date())

    def _records(self, customer: str | None) -> tuple[Customer | None, tuple[Order, ...]]:
        if customer is None or self.gate is None:
            return None, ()
        with self.gate.store.reading() as records:
            return records.customer(customer), tuple(reversed(list(records.orders(customer))))

    # Talking.

    def take(self, agent: Agent, conversation: str) -> None:
        """Takes a waiting conversation over."""
        self.queue.take(conversation, agent.name, agent.shown)
        self.log.note(agent.name, "took", conversation)

    def write(self, agent: Agent, conversation: str, text: str) -> None:
        """Writes to the shopper."""
        self.queue.write(conversation, agent.name, agent.shown, text)
        self.log.note(agent.name, "wrote", conversation)

    def give_back(self, agent: Agent, conversation: str) -> None:
        """Gives the conversation back to the assistant."""
        self.queue.give_back(conversation, agent.name, agent.shown)
        self.log.note(agent.name, "returned", conversation)

    def draft(self, agent: Agent, hand_off: HandOff) -> str:
        """What could be written first; it is sent by nobody but the agent."""
        return hand_off.packet.suggestion.replace("{agent}", agent.shown)

    # Acting.

    def identify(self, agent: Agent, conversation: str, claims: Claims) -> None:
        """Checks what the shopper said of themself by the shop's own rules of proof."""
        self.queue.held(conversation, agent.name)
        result = self._gate.identify(conversation, claims)
        if result.found is None:
            raise DeskError(result.message or "That proves nothing yet", "Ask for what the shop's rules take as proof")
        self.queue.prove(conversation, agent.name, result.found)
        self.log.note(agent.name, "identified", conversation, result.found)

    def actions(self) -> list[str]:
        """The changes that this shop makes."""
        return [n for n in ACTIONS if n in WRITES and (n == UNDO or n in self._gate.rules.actions)] if self.gate else []

    def variants(self, product_id: str) -> list[Item]:
        """What a thing of this product may be exchanged for."""
        product = self._gate.goods.product(product_id)
        found = [item_of(product, v.id) for v in product.variants] if product else []
        return [item for item in found if item]

    def propose(self, agent: Agent, conversation: str, action: str, arguments: Mapping[str, Any]) -> Result:
        """A dry run: what the action would change, or the rule that refuses it. Nothing is written to an order."""
        call = self._call(agent, conversation, action, arguments)
        if action not in WRITES:
            raise DeskError(f"There is no action {action!r}", "Choose one of the list")
        waived = self.exceptions.granted(call)
        result = self._gate.call(self._caller(agent, call, waived), action, dict(arguments))
        self.log.note(agent.name, "proposed", conversation, call.customer, _told(call, result))
        return result

    def confirm(self, agent: Agent, conversation: str, proposal: str) -> Result:
        """Writes exactly what was shown, once, under the rules as they are now."""
        with self._gate.store.reading() as records:
            found = records.journal.proposal(proposal)
        if found is None:
            raise DeskError("There is nothing that waits for a yes", "Make a dry run first")
        call = self._call(agent, conversation, found.action, found.arguments)
        waived = self.exceptions.granted(call) if found.state == "open" else []
        if not self.exceptions.use(waived):
            raise DeskError("The exception was used already", "Ask for another one")
        # Before and after: a line says who wrote it even where the machine stops in between.
        self.log.note(agent.name, "confirms", conversation, call.customer, proposal)
        result = self._gate.confirm(self._caller(agent, call, waived), proposal)
        if result.status != "done":
            self.exceptions.give_back(waived)
        self.log.note(agent.name, "confirmed", conversation, call.customer, _told(call, result))
        return result

    def leave(self, agent: Agent, conversation: str, proposal: str) -> None:
        """The agent decides against it."""
        self.queue.held(conversation, agent.name)
        self._gate.decline(Caller(_channel(agent, conversation)), proposal)

    def ask_exception(
        self, agent: Agent, conversation: str, action: str, arguments: Mapping[str, Any], rule: str, why: str
    ) -> Waiver:
        """Asks that a rule be set aside for one call; a supervisor who asks grants it."""
        call = self._call(agent, conversation, action, arguments)
        if not self._gate.rules.waivable(rule):
            raise DeskError(f"No exception can be made from {rule}", "The shop's rules say where one can")
        waiver = self.exceptions.ask(agent, call, rule, why)
        self.log.note(agent.name, f"exception {waiver.state}", conversation, call.customer, f"{rule}: {why}")
        return waiver

    def decide_exception(self, agent: Agent, number: int, grant: bool) -> Waiver:
        """A supervisor grants or refuses one."""
        waiver = self.exceptions.decide(agent, number, grant)
        call, detail = waiver.call, f"{waiver.rule} for {waiver.asked_by}: {waiver.why}"
        self.log.note(agent.name, f"exception {waiver.state}", call.conversation, call.customer, detail)
        return waiver

    @property
    def _gate(self) -> Gate:
        if self.gate is None:
            raise DeskError("This shop has no orders", "Import them with `shoptalk import --orders`")
        return self.gate

    def _call(self, agent: Agent, conversation: str, action: str, arguments: Mapping[str, Any]) -> Call:
        held = self.queue.held(conversation, agent.name)
        if held.customer is None:
            raise DeskError("It is not proved who speaks", "Check who it is first")
        return Call(conversation, held.customer, action, arguments)

    def _caller(self, agent: Agent, call: Call, waived: list[Waiver]) -> Caller:
        return Caller(_channel(agent, call.conversation), call.customer, frozenset(w.rule for w in waived))


def _channel(agent: Agent, conversation: str) -> str:
    """What the audit of the orders calls it; a shopper's own yes cannot meet a proposal made here."""
    return f"{conversation}/desk/{agent.name}"


def _told(call: Call, result: Result) -> str:
    said = result.rule if result.status == "denied" else " ".join((result.difference or {}).get("words", ()))
    return f"{call.action} {json.dumps(dict(call.arguments), sort_keys=True)}: {result.status}, {said}"
