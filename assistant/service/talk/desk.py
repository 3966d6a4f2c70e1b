"""What a turn needs of customer service: a shop has orders, documents, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.reading import cues
from assistant.reading.chinese import Heard
from assistant.service.gate import Gate
from assistant.service.talk import again, chinese, find, parts
from assistant.service.talk.asked import Policies
from assistant.service.talk.clerk import answering, customer_orders, of_order, serve, wants
from assistant.service.talk.frame import INTENTS, earlier, pending
from assistant.service.talk.serving import Served
from assistant.state import DialogueState, Understanding, Wish


@dataclass(frozen=True, slots=True)
class Taken:
    """What customer service takes of a message before it is read: the rest shops."""

    # Each is about one order.
    orders: tuple[str, ...]
    # What is left; "" for nothing.
    text: str
    # Id of the product that something like it is wanted of; "" for none.
    like: str = ""
    # Wishes of the rest that no reading of English would find.
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceDesk:
    """What a turn needs of customer service: a shop has orders, documents, or both."""

    gate: Gate | None = None
    policies: Policies | None = None

    def reads(self, state: DialogueState, said: Understanding, text: str) -> Understanding | None:
        """The reading of a message that is for customer service, without a wish for the search; None for any other."""
        if self.gate and find.act(text) and said.intent != "hand_off":
            return replace(said, intent="order_status", wishes=(), retracts=(), fresh=False)
        if self.gate and find.said("refund_status", text) and find.numbers(text):
            return replace(said, intent="return_order", wishes=(), retracts=(), fresh=False)
        if self.gate and find.said("balance", text) and find.said("gift_card", text) and find.said("own", text):
            return replace(said, intent="order_status", wishes=(), retracts=(), fresh=False)
        if self.policies and not answering(state, text) and self.policies.asked(state, said, text):
            return replace(said, intent="ask_policy", wishes=(), retracts=(), fresh=False)
        if self.gate is None or not wants(state, said, text):
            return None
        frame = pending(state)
        if intent := find.does(text):
            said = replace(said, intent=intent)
        elif said.intent not in (*INTENTS, "confirm", "decline"):
            about = frame or earlier(state)
            said = replace(said, intent=about.intent if about else "order_status")
        return replace(said, wishes=(), retracts=(), fresh=False)

    def serve(self, state: DialogueState, said: Understanding, text: str) -> Served:
        """What comes of it."""
        if self.gate and (said.intent != "ask_policy" or self.policies is None or of_order(state, text)):
            return serve(state, said, text, self.gate, self.policies)
        assert self.policies is not None
        answer = self.policies.answer(text)
        return Served(answer.sentences, citations=answer.citations)

    def taken(self, state: DialogueState, text: str) -> Taken:
        """What of a message is about orders beside what it shops for, and what it means by "the same as last time"."""
        if self.gate is None:
            return Taken((), text)
        found = parts.apart(state, text)
        if found:
            return Taken(found.orders, found.shopping)
        same = again.again(text, customer_orders(state, self.gate)) if find.said("as_before", text) else None
        if same is None:
            return Taken((), text)
        return Taken((), same.text, same.line.product_id, chinese.chosen(same.text, same.line.name))

    def heard(self, state: DialogueState, text: str) -> Heard | None:
        """What Chinese says about an order, in English; None for what says nothing of one, or no Chinese."""
        return chinese.in_english(state, text) if self.gate else None

    def serve_all(self, state: DialogueState, texts: Sequence[str]) -> Served:
        """What comes of several things said about orders at once; one that writes is asked about last."""
        assert self.gate is not None
        served = []
        for text in sorted(texts, key=_writes):
            heard = self.heard(state, text)
            told = heard.text if heard else text
            intent = next((i for i in cues.intents(told) if i in (*INTENTS, "confirm", "decline")), None)
            about = pending(state) or earlier(state)
            said = Understanding(intent or (about.intent if about else "order_status"))
            served.append(serve(state, said, told, self.gate, self.policies))
        return Served(
            tuple(sentence for one in served for sentence in one.sentences),
            served[-1].pending,
            tuple(entry for one in served for entry in one.committed),
            tuple(citation for one in served for citation in one.citations),
        )


def _writes(text: str) -> bool:
    """Whether something is to be done, and not only told."""
    return next((intent for intent in cues.intents(text) if intent in INTENTS), "order_status") != "order_status"
