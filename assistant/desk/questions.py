"""A question of an agent: answered from the shop's documents, products and records, each sentence with its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from assistant.state import Citation, DialogueState, Evidence, Sentence, Turn

# What the assistant would say to a text in a conversation; nothing of it is stored, and nobody is called.
Aside = Callable[[DialogueState, str], Turn]
WHOSE = "It is not proved whose order that is; open the conversation, and check who it is first."
BY_FORM = "That would change an order; use the forms beside it."
NO_ANSWER = "The assistant has no answer to that, and would call a person."


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked, and what is said to it."""

    question: str
    sentences: tuple[Sentence, ...]
    # Passages of the shop's documents.
    citations: tuple[Citation, ...] = ()
    # The proposal of a change that the question was taken for; "" for none. It is to be declined.
    proposal: str = ""

    @property
    def text(self) -> str:
        """All of it as one text."""
        return " ".join(sentence.text for sentence in self.sentences)


def seen_from_desk(state: DialogueState, channel: str, customer: str | None) -> DialogueState:
    """A conversation as a question about it is answered: for ``customer``, where it is proved, and with nothing open.

    ``channel`` is the name under which the orders know it; a yes of the shopper does not reach what is asked here.
    """
    turns = tuple(replace(turn, reply=replace(turn.reply, pending=None, hand_off=None)) for turn in state.turns)
    return replace(state, id=channel, turns=turns, customer=customer, verified=customer is not None)


def answered(aside: Aside, state: DialogueState, question: str) -> Answered:
    """The assistant's answer; one that would change something, or needs somebody to say who they are, is none."""
    reply = aside(state, question).reply
    needs = str((reply.pending or {}).get("needs", ""))
    proposal = str((reply.pending or {}).get("proposal") or "")
    if reply.hand_off:
        return Answered(question, (Sentence(NO_ANSWER),))
    if proposal:
        return Answered(question, (Sentence(BY_FORM),), proposal=proposal)
    if needs == "identity":
        return Answered(question, (Sentence(WHOSE),))
    cards = (Sentence(card.name, card.evidence) for card in reply.shown)
    return Answered(question, (*reply.sentences, *cards), reply.citations)


def sources(evidence: Iterable[Evidence]) -> list[str]:
    """Where the evidence stands, a line each record, for a person: "order #W1: status, delivered"."""
    found: dict[str, list[str]] = {}
    for piece in evidence:
        where = " ".join(part for part in (piece.source, piece.id) if part)
        # "items.1002" is one of the items; which of them the sentence says.
        field = piece.field.removeprefix("attributes.").partition(".")[0].replace("_", " ")
        found.setdefault(where, []).append(field)
    return [f"{where}: {', '.join(dict.fromkeys(fields))}" for where, fields in found.items()]
