"""The simulated shopper: looks at what the shop shows, and says the next thing, changes its mind, buys or leaves."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.shopper.wants import Goal, Want, another
from assistant.shopper.words import Move, phrases
from assistant.state import Turn
from retrieval.product import Product


@dataclass(frozen=True, slots=True)
class Persona:
    """How somebody shops."""

    style: str
    # Turns after which they leave.
    patience: int
    # Wishes a message says at most.
    per_turn: int
    # The turn in which they change their mind, 0 for never.
    changes_in: int = 0
    # The turn in which they say a wrong value, which they notice in the next; 0 for never.
    slips_in: int = 0
    # Gives a wish up rather than leave with nothing.
    gives_way: bool = False


def draw_persona(rng: random.Random, style: str) -> Persona:
    """Somebody of ``style``; one in four changes their mind, one in eight slips, half give way."""
    how = phrases()["styles"][style]
    changes, slips = rng.random() < 0.25, rng.random() < 0.125
    return Persona(
        style,
        how["patience"] + rng.choice((-1, 0, 1)),
        how["per_turn"],
        changes_in=rng.choice((2, 3)) if changes else 0,
        slips_in=1 if slips and not changes else 0,
        gives_way=rng.random() < 0.5,
    )


class Shopper:
    """Somebody with a goal in front of a shop; ``opening`` is said first, then ``answer`` after each turn.

    ``products`` is what a person sees of a card: its record. Afterwards ``bought`` holds what they took, and ``goal``
    what they wanted at the end. ``said`` are the wishes in force as the shop was told them.
    """

    def __init__(self, goal: Goal, persona: Persona, products: Mapping[str, Product], rng: random.Random) -> None:
        self.goal, self.persona, self.products, self.rng = goal, persona, products, rng
        self.said: list[Want] = []
        self.bought: Product | None = None
        # The value said by mistake, and the wish it stands for, until it is corrected.
        self.slip: tuple[Want, Want] | None = None
        self._turns = self._complaints = 0
        self._restated = self._indifferent = False

    def opening(self) -> Move:
        """The first message."""
        self._turns = 1
        return self._tell("open", self._next(max(1, self.persona.per_turn)))

    def answer(self, turn: Turn) -> Move | None:
        """What is said to ``turn``; None where they buy, or leave."""
        cards = [self.products[c.product_id] for c in turn.reply.shown if c.product_id in self.products]
        self._turns += 1
        if self.slip:
            return self._correct()
        if self._turns == self.persona.changes_in and (move := self._change()):
            return move
        right = [p for p in cards if self.goal.met(p)]
        if right:
            self.bought = max(right, key=self.goal.worth)
            return None
        if self._turns > self.persona.patience:
            return None
        return self._go_on(turn, cards)

    def _go_on(self, turn: Turn, cards: Sequence[Product]) -> Move | None:
        unsaid = [w for w in self.goal.wants if w not in self.said]
        asked = turn.reply.asked.removeprefix("attributes.")
        if asked and (wanted := [w for w in unsaid if asked in (w.field, w.kind.partition("_")[0])]):
            return self._tell("reveal", wanted[:1])
        if asked and not unsaid and not self._indifferent:
            self._indifferent = True
            return Move("indifferent")
        if unsaid:
            # What the cards break comes first.
            unsaid.sort(key=lambda w: sum(map(w.met, cards)))
            return self._tell("reveal", unsaid[: self.persona.per_turn])
        broken = [w for w in self.goal.wants if cards and not all(map(w.met, cards))]
        if broken and self._complaints < 2:
            self._complaints += 1
            return Move("complain", (broken[(self._complaints - 1) % len(broken)],))
        if not self._restated:
            self._restated = True
            return Move("restate", self.goal.wants)
        if self.persona.gives_way and len(self.goal.wants) > 1:
            return self._give_way()
        return None

    def _next(self, count: int) -> list[Want]:
        return [w for w in self.goal.wants if w not in self.said][:count]

    def _tell(self, act: str, wants: Sequence[Want]) -> Move:
        wants = list(wants)
        if self._turns == self.persona.slips_in and wants:
            wrong = another(self.rng, replace(self.goal, wants=(wants[0],)), instead=wants[0])
            if wrong:
                self.slip = (wrong, wants[0])
                wants[0] = wrong
        self.said += wants
        return Move("open" if act == "open" else "reveal", tuple(wants))

    def _correct(self) -> Move:
        assert self.slip
        wrong, right = self.slip
        self.slip = None
        self.said = [right if w == wrong else w for w in self.said]
        return Move("correct", (right,), wrong)

    def _change(self) -> Move | None:
        """Another value for a wish that was said, such that something still fits."""
        for old in self.said:
            new = another(self.rng, self.goal, instead=old)
            if new:
                self.goal = replace(self.goal, wants=tuple(new if w == old else w for w in self.goal.wants))
                self.said = [new if w == old else w for w in self.said]
                return Move("change", (new,), old)
        return None

    def _give_way(self) -> Move:
        old = self.goal.wants[-1]
        self.goal = replace(self.goal, wants=self.goal.wants[:-1])
        self.said = [w for w in self.said if w != old]
        self._restated = False
        return Move("give_way", (), old)
