"""What a person needs to take over a conversation: who, what they want, what is known, what was tried, what to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from assistant.jsonable import from_dict, to_dict
from assistant.reading import cues
from assistant.service.handoff.decide import Need, Reason, refusal
from assistant.service.handoff.phrases import pattern, table
from assistant.service.talk.frame import INTENTS, verified
from assistant.state import DialogueState, Preferences, Reply, Understanding

Mood = Literal["calm", "pleased", "annoyed", "angry", "worried"]
# Reason -> how soon it should be read, 0 first.
PRIORITY: dict[Reason, int] = {
    "danger": 0, "medical": 1, "legal": 1, "anger": 1, "exception": 2, "unsure": 2, "asked": 2, "stuck": 3,
}  # fmt: skip
_GOALS = {
    "order_status": "know where an order is",
    "cancel_order": "cancel an order",
    "change_order": "change an order",
    "return_order": "send something back",
    "exchange_order": "exchange something",
    "ask_policy": "know a rule of the shop",
    "cart": "put something into the cart",
}
# Facts in a packet; the conversation itself stands beside it.
_MOST = 40
_MOOD_TURNS = 3
# Characters of a shopper's own words that say what they want where nothing else does.
_OPENING = 80


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one record, as it was told in the conversation."""

    # "order #W123", "product L1", "customer anna", "shopper": what was said and nobody has checked.
    record: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Packet:
    """What the person who takes over reads first."""

    reason: Reason
    # The words, or what happened, that show the reason.
    shown_by: str
    priority: int
    # Who it is, and whether that was proved in this conversation; None for nobody yet.
    customer: str | None
    verified: bool
    goal: str
    mood: Mood
    # The shopper's latest message.
    message: str
    facts: tuple[Fact, ...]
    # One line a turn: what was asked and what came of it.
    tried: tuple[str, ...]
    # Id and words of the shop's rule that refused, "" where none did.
    rule: str
    rule_says: str
    # A first draft; {agent} stands for the name of who sends it.
    suggestion: str
    wishes: tuple[str, ...]
    # Ids of the products shown last, and of those in the cart.
    shown: tuple[str, ...]
    cart: tuple[str, ...]
    # Number of the turn that is handed over, from 1.
    turns: int
    language: str

    def to_row(self) -> dict[str, Any]:
        """JSON-ready, as ``Reply.hand_off`` and the queue keep it."""
        row: dict[str, Any] = to_dict(self)
        return row

    @classmethod
    def of(cls, row: dict[str, Any]) -> Packet:
        """From what ``to_row`` wrote."""
        return from_dict(cls, row)

    def missing(self) -> list[str]:
        """The fields that should say something and do not."""
        must = ["reason", "shown_by", "goal", "mood", "message", "suggestion", "facts", "language"]
        must += ["rule", "rule_says"] if self.reason == "exception" and any("refused" in t for t in self.tried) else []
        lacks = [name for name in must if not getattr(self, name)]
        lacks += ["tried"] if len(self.tried) != self.turns else []
        lacks += ["customer"] if self.verified and not self.customer else []
        return lacks + [f"record of {fact.field}" for fact in self.facts if not fact.record]


def packet(
    state: DialogueState, said: Understanding, text: str, preferences: Preferences, reply: Reply, need: Need
) -> Packet:
    """Everything of the conversation up to this message and what was ``reply``-ed to it so far."""
    customer = verified(state)
    rule = need.rule or next(filter(None, (refusal(t.reply) for t in reversed(state.turns))), None)
    says = " ".join(rule.value.split()) if rule else ""
    return Packet(
        reason=need.reason,
        shown_by=need.shown_by,
        priority=PRIORITY[need.reason],
        customer=customer or state.customer,
        verified=customer is not None,
        goal=_goal(state, said, text, preferences, need.reason),
        mood=_mood(state, text, need.reason),
        message=text,
        facts=tuple(dict.fromkeys(_facts(state, text, reply, customer)))[:_MOST],
        tried=(*(f"{t.number}. {_tried(t.understanding, t.reply)}" for t in state.turns), _last(state, said, reply)),
        rule=rule.field if rule else "",
        rule_says=says,
        suggestion=table()["drafts"][need.reason].replace("{rule}", says).strip(),
        wishes=tuple(f"{w.slot}: {w.value}" for w in preferences),
        shown=tuple(c.product_id for c in (reply.shown or state.shown)),
        cart=tuple(line.product_id for line in state.cart.lines),
        turns=len(state.turns) + 1,
        language=said.language,
    )


def _goal(state: DialogueState, said: Understanding, text: str, preferences: Preferences, reason: Reason) -> str:
    """What the shopper came for, as far as it was understood."""
    intents = [said.intent, *(t.understanding.intent for t in reversed(state.turns))]
    known = next((i for i in intents if i in _GOALS), None)
    shopping = ", ".join(dict.fromkeys(w.words or str(w.value) for w in preferences if w.slot != "currency"))
    if known in INTENTS or (known and not shopping):
        asked = [t.text for t in state.turns if t.understanding.intent == known]
        order = next(filter(None, map(cues.order_id, reversed([*asked]))), None)
        return f"{_GOALS[str(known)]}{f' ({order})' if order else ''}"
    if shopping:
        return f"find: {shopping}"
    known_by_reason = {"danger": "be safe", "medical": "know what is good for their health", "legal": "a matter of law"}
    opening = " ".join((state.turns[0].text if state.turns else text).split())
    return known_by_reason.get(reason, f"in their words: {opening[:_OPENING]}")


def _mood(state: DialogueState, text: str, reason: Reason) -> Mood:
    latest = [text, *(t.text for t in reversed(state.turns[-_MOOD_TURNS + 1 :]))] if state.turns else [text]
    if reason == "anger" or any(pattern("reasons", "anger").search(t) for t in latest):
        return "angry"
    if reason in ("danger", "medical"):
        return "worried"
    if reason in ("stuck", "exception") or any(pattern("moods", "annoyed").search(t) for t in latest):
        return "annoyed"
    return "pleased" if pattern("moods", "pleased").search(text) else "calm"


def _facts(state: DialogueState, text: str, reply: Reply, customer: str | None) -> Iterator[Fact]:
    """The latest first: what was said of records, and what the shopper named that nobody has checked."""
    if customer:
        yield Fact(f"customer {customer}", "identity", "proved in this conversation")
    yield Fact("shopper", "message", text)
    for said in (text, *(t.text for t in reversed(state.turns))):
        if order := cues.order_id(said):
            yield Fact("shopper", "order named", order)
    for answer in (reply, *(t.reply for t in reversed(state.turns))):
        for done in answer.committed:
            yield Fact("conversation", "done", done)
        for evidence in (e for s in answer.sentences for e in s.evidence):
            if evidence.source in ("order", "customer", "product") and evidence.id:
                yield Fact(f"{evidence.source} {evidence.id}", evidence.field, evidence.value)


def _last(state: DialogueState, said: Understanding, reply: Reply) -> str:
    return f"{len(state.turns) + 1}. {_tried(said, reply) if reply.sentences else 'handed over unanswered'}"


def _tried(said: Understanding, reply: Reply) -> str:
    """What was asked for in one turn and what came of it."""
    rule, asked = refusal(reply), reply.pending or {}
    done = [entry for entry in reply.committed if not entry.startswith("verified ")]
    outcome = (
        f"refused by rule {rule.field}" if rule
        else f"done: {', '.join(done)}" if done
        else f"asked for {asked['needs']}" if asked.get("needs")
        else f"showed {len(reply.shown)} products" if reply.shown
        else f"offered {len(reply.alternatives)} near misses" if reply.alternatives
        else "handed over" if reply.hand_off
        else "nothing found" if said.intent in ("find", "refine")
        else "answered"
    )  # fmt: skip
    return f"{said.intent.replace('_', ' ')}: {outcome}"
