"""A visit to a shop from the first message to the purchase or the door, and what the shopper did wrong in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.shopper.mind import Persona, Shopper, draw_persona
from assistant.shopper.wants import Goal, Sort, draw_goal
from assistant.shopper.words import Move, Voice, by_phrases, must_say, phrases
from assistant.state import DialogueState, Turn
from retrieval.product import Product

# One turn of a shop: the conversation so far and the message, to what came of it.
Say = Callable[[DialogueState, str], Turn]
# From a shopper's own phrases to the voice that speaks.
Dub = Callable[[Goal, Voice], Voice]


@dataclass(slots=True)
class Visit:
    """What happened, as far as the shopper knows."""

    id: str
    persona: Persona
    # What was wanted at first, and at the end.
    first: Goal
    goal: Goal
    turns: list[Turn] = field(default_factory=list)
    # The predicate of what had been said by each turn; None while a slip stands uncorrected.
    said: list[dict[str, Any] | None] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    bought: Product | None = None
    # Faults of its own that the shopper noticed, by kind: see ``own_faults``.
    faults: tuple[str, ...] = ()


def draw_shopper(seed: int, number: int, among: Sequence[Sort], products: Mapping[str, Product]) -> Shopper:
    """Shopper ``number`` of a crowd: equal seeds give equal shoppers, whatever the shop answers. Styles take turns."""
    styles = sorted(phrases()["styles"])
    rng = random.Random(f"{seed}:{number}")
    return Shopper(draw_goal(rng, among), draw_persona(rng, styles[number % len(styles)]), products, rng)


def visit(shopper: Shopper, say: Say, id_: str, *, currency: str = "USD", dub: Dub | None = None) -> Visit:
    """Lets ``shopper`` talk to a shop until they buy or leave. ``dub`` puts another voice in place of the phrases."""
    words = random.Random(f"{id_}:{shopper.persona.style}")
    voice = by_phrases(words, shopper.goal, shopper.persona.style, currency)
    voice = dub(shopper.goal, voice) if dub else voice
    seen = Visit(id_, shopper.persona, shopper.goal, shopper.goal)
    state = DialogueState(id_)
    move: Move | None = shopper.opening()
    while move is not None:
        text = voice(move)
        seen.moves.append(move)
        seen.said.append(None if shopper.slip else shopper.goal.check(shopper.said))
        turn = say(state, text)
        state = state.append(turn)
        seen.turns.append(turn)
        move = shopper.answer(turn)
    seen.goal, seen.bought = shopper.goal, shopper.bought
    seen.faults = tuple(own_faults(shopper, seen))
    return seen


def own_faults(shopper: Shopper, seen: Visit) -> list[str]:
    """What the shopper itself did wrong in a visit, by its own books.

    Kinds: impossible (wants what the shop does not have), contradicted (holds two wishes of one subject), unsaid (left
    without saying a wish), lost_words (a message lacks what it was to say), early (left with the right thing on the
    screen or after the first answer), wrong_choice (took what it did not want).
    """
    found = []
    if not seen.goal.fits():
        found.append("impossible")
    held = {(w.kind, w.field) for w in shopper.said}
    if len(held) < len(shopper.said):
        found.append("contradicted")
    if seen.bought is None and any(w not in shopper.said for w in seen.goal.wants):
        found.append("unsaid")
    spoken = zip(seen.moves, seen.turns, strict=True)
    if any(v.casefold() not in t.text.casefold() for m, t in spoken for v in must_say(seen.first, m)):
        found.append("lost_words")
    if seen.bought is None:
        last = [shopper.products[c.product_id] for c in seen.turns[-1].reply.shown if c.product_id in shopper.products]
        if len(seen.turns) < 2 or any(map(seen.goal.met, last)):
            found.append("early")
    elif not seen.goal.met(seen.bought):
        found.append("wrong_choice")
    return found
