"""Which messages ask for the shop's rules, and what they are told: the documents in a conversation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from assistant.cart.reading import wants as for_cart
from assistant.reading import cues
from assistant.service.goods import Goods
from assistant.service.policy import About, PolicyAnswer, Thing, answer_policy
from assistant.service.ruleset import RuleSet
from assistant.service.talk.frame import INTENTS
from assistant.service.values import Customer, Line, Order
from assistant.state import DialogueState, Understanding
from retrieval import ideas
from retrieval.policy_groups import levels
from retrieval.policy_search import PolicyShelf

# How near a question must be to anything that shops write about; less is enough where the documents answer it.
_ABOUT, _ABOUT_ANSWERED = 0.5, 0.42
# And how near where the words may be a wish for a product, too.
_SURELY = 0.56
# What a question is read as that may yet be one for the documents.
_OPEN = ("find", "refine", "ask_product", "out_of_scope")
# What the rules are asked about an order, where it is not to be acted on.
_OF_ORDERS = frozenset(("return", "exchange", "guarantee", "damage", "refund"))
_MINE = re.compile(r"\b(?:my|our|mine|i (?:have )?(?:ordered|bought|got|received))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policies:
    """The shop's documents, and the rules that code holds beside them."""

    shelf: PolicyShelf
    # None for a shop without orders.
    rules: RuleSet | None = None
    goods: Goods | None = None
    today: Callable[[], date] = lambda: datetime.now(UTC).date()
    # ISO 4217.
    currency: str = "USD"

    def asked(self, state: DialogueState, said: Understanding, text: str) -> bool:
        """Whether a message asks what the shop's rules are, though it may be read as something else."""
        if said.intent == "ask_policy":
            return True
        if cues.says("asks", text) is None:
            return False
        if said.intent in INTENTS:
            return self._of_orders(text)
        pointed = bool(state.shown) and bool(cues.references(text) or cues.pointing(text))
        if said.intent not in _OPEN or pointed or (state.cart.lines and for_cart(state, said, text)):
            return False
        found, known = self.shelf.find(text), bool(ideas.ideas(text))
        if cues.says("opens_need", text):
            return found.answered and known and found.about >= _SURELY
        if found.answered and known and found.about >= _ABOUT_ANSWERED:
            return True
        return found.about >= (_SURELY if said.values("category") else _ABOUT)

    def _of_orders(self, text: str) -> bool:
        """Whether a question about an order asks how long, how much or whether, and not for the thing to be done."""
        about = ideas.ideas(text)
        if about & _OF_ORDERS and ("deadline" in about or ideas.asks(text)):
            return True
        return not _MINE.search(text) and cues.order_id(text) is None and self.shelf.find(text).answered

    def answer(self, question: str, about: About | None = None) -> PolicyAnswer:
        """What the documents say; of an order only where ``about`` names one whose owner was verified."""
        return answer_policy(
            question, self.shelf, today=self.today(), rules=self.rules, about=about, currency=self.currency
        )

    def about(self, customer: Customer, order: Order, lines: Sequence[Line]) -> About:
        """An order as an answer needs it; ``lines`` are those that the question names, all where it names none."""
        return About(order, tuple(Thing(n, self._levels(n)) for n in lines or order.lines), customer.member)

    def _levels(self, line: Line) -> tuple[str, ...]:
        product = self.goods.product(line.product_id) if self.goods else None
        return tuple(levels(product)) if product else ()
