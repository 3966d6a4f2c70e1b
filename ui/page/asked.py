"""What the page's controls say: each stands for a message whose meaning is known, so no model has to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.state import DialogueState, Understanding
from ui.page import chips
from ui.page.examples import Example
from ui.words import Words

Reading = tuple[str, Understanding]


def reading(
    state: DialogueState, name: str, sent: Mapping[str, Any], currency: str, say: Words, examples: Sequence[Example]
) -> Reading | None:
    """The words and the reading of the control ``name``, which sent ``sent``; None where they mean nothing here.

    What is sent comes from a browser and may be anything.
    """
    language = state.turns[-1].understanding.language if state.turns else say.language
    match name:
        case "example":
            return _example(examples, str(sent.get("number")), say)
        case "revise":
            return chips.revision(state.preferences, sent, currency, say, language)
        case "want":
            return _want(state, str(sent.get("intent")), say, language)
        case "compare":
            return _compare(state, sent.get("products"), say, language)
        case _:
            return None


def by_control(said: Understanding) -> bool:
    """Whether the shopper changed something with a control; an example stands for words of their own."""
    return said.decided_by == "shopper" and not said.fresh


def _example(examples: Sequence[Example], number: str, say: Words) -> Reading | None:
    places = {str(n): example for n, example in enumerate(examples)}
    if number not in places:
        return None
    said = Understanding("find", places[number].wishes, fresh=True, language=say.language, decided_by="shopper")
    return places[number].text(say), said


def _want(state: DialogueState, intent: str, say: Words, language: str) -> Reading | None:
    match intent:
        case "hand_off":
            return say("plus.person_said"), Understanding("hand_off", language=language, decided_by="shopper")
        case "confirm" if state.turns and state.turns[-1].reply.pending:
            return say("turn.agree"), Understanding("confirm", language=language, decided_by="shopper")
        case "decline" if state.turns and state.turns[-1].reply.pending:
            return say("turn.refuse"), Understanding("decline", language=language, decided_by="shopper")
        case _:
            return None


def _compare(state: DialogueState, products: object, say: Words, language: str) -> Reading | None:
    """Two or more of the products shown last, named by their places."""
    ids = [str(id) for id in products] if isinstance(products, list) else []
    places = [n for n, card in enumerate(state.shown, 1) if card.product_id in ids]
    named = tuple(say(f"ordinal.{n}") for n in places if f"ordinal.{n}" in say.leaves)
    if len(named) < 2:
        return None
    which = say("compare.comma").join(named[:-1]) + say("compare.and") + named[-1]
    said = Understanding("compare", references=named, language=language, decided_by="shopper")
    return say("compare.said", which=which), said
