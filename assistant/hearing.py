"""What a message means in its conversation, and who answers it: a person, customer service, the shop, or two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant import several, subjects
from assistant.answering import Clock
from assistant.cart.reading import wants as for_cart
from assistant.deadline import within
from assistant.errors import ModelError
from assistant.parties import Desk, Read, Served, Shelf, Taken
from assistant.prompts import is_tuned
from assistant.reading import chinese
from assistant.reading.personal import impersonal
from assistant.relative import beside_picture, relative
from assistant.service import handoff
from assistant.state import DialogueState, Understanding
from assistant.understand import Trust, understand
from retrieval.product import Product

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True, slots=True)
class Meant:
    """A message heard."""

    said: Understanding
    # The message as rules read it: in English what Chinese asks, and without what is about orders.
    told: str
    # A note to the shopper where the model failed and the rules read alone.
    notice: str = ""
    # Why a person is needed; then nobody else answers.
    need: handoff.Need | None = None
    # What customer service made of its part; None where none of it is for customer service.
    served: Served | None = None
    # The product that something like it is wanted of.
    like: Product | None = None
    # Whether the shop answers, alone or after customer service.
    for_shop: bool = True


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears the messages of a conversation. ``trust``, ``read`` and ``desk`` are those of ``turn.reply``."""

    state: DialogueState
    shelf: Shelf
    model: BaseChatModel | None
    clock: Clock
    trust: Trust | None = None
    read: Read | None = None
    desk: Desk | None = None

    def hear(self, text: str, said: Understanding | None = None, picture: bool = False) -> Meant:
        """What ``text`` means. ``said`` is its reading where that is known; ``picture`` says that one came with it.

        What is for customer service has been served when this returns, unless a person is needed.
        """
        asks = chinese.with_plain_bounds(beside_picture(text) if picture else text)
        if picture and not asks:
            said = self._in_own_words(self._looked_for(), text)
        if said is not None:
            need = handoff.needed(self.state, said, text)
            return Meant(_to_a_person(said) if need else said, text, need=need, for_shop=not need)
        taken = self.desk.taken(self.state, asks) if self.desk else None
        asks = taken.text if taken else asks
        heard, told, notice = None, text, ""
        if taken and not asks:
            said = Understanding("order_status")
        else:
            # What Chinese asks, English says as well; the rules read that.
            heard = (self.desk.heard(self.state, asks) if self.desk else None) or chinese.in_english(asks)
            told = heard.text if heard else asks
            said, notice = (self.read(self.state, asks), "") if self.read else self._understood(asks, heard)
        if need := handoff.needed(self.state, said, text):
            said = self._in_own_words(_to_a_person(said), text)
            return Meant(said, told, notice, need, for_shop=False)
        meant = self._shared_out(said, told, taken, heard, picture)
        return replace(meant, said=self._in_own_words(meant.said, text), notice=notice)

    def _shared_out(
        self, said: Understanding, told: str, taken: Taken | None, heard: chinese.Heard | None, picture: bool
    ) -> Meant:
        """Between customer service and the shop, where no person is needed."""
        if self.desk and taken and taken.orders:
            served = self.desk.serve_all(self.state, taken.orders)
            return Meant(_beside_orders(said, taken.text), told, served=served, for_shop=bool(taken.text))
        if self.desk and (for_desk := self.desk.reads(self.state, said, told)):
            return Meant(for_desk, told, served=self.desk.serve(self.state, for_desk, told), for_shop=False)
        if picture:
            # Words beside a picture ask for what looks like it, whatever else they would mean alone.
            looks = said.intent in ("find", "refine")
            return Meant(said if looks else replace(said, intent=self._looked_for().intent, references=()), told)
        if said.intent == "cart" or (heard and heard.intent):
            return Meant(said, told)
        said, like = relative(said, self.state, told, self.shelf)
        if taken and taken.like:
            said = replace(said, intent="find", wishes=(*said.wishes, *taken.wishes))
            like = next(iter(self.shelf.products([taken.like])), None)
        return Meant(said, told, like=like)

    def _looked_for(self) -> Understanding:
        """What a picture says without words."""
        return Understanding("refine" if self.state.preferences.wishes else "find")

    def _in_own_words(self, said: Understanding, text: str) -> Understanding:
        before = self.state.turns[-1].understanding.language if self.state.turns else ""
        return chinese.in_own_words(said, text, before)

    def _understood(self, text: str, heard: chinese.Heard | None) -> tuple[Understanding, str]:
        """The reading, and a notice where the model failed and the rules read alone."""
        told = heard.text if heard else text
        if certain := self._without_model(text, told, heard):
            return certain, ""
        # A tuned model reads English alone.
        model = None if is_tuned(self.model) and chinese.is_chinese(text) else self.model
        state, words, cost = self.state, self.shelf.vocabulary, self.clock.cost
        # Customer service needs it; for the shelf nothing that identifies somebody is read, kept or said again.
        text, told = impersonal(text, words), impersonal(told, words)
        if earlier := subjects.taken_up(state, text, words) or several.turned_to(state, text, words):
            return earlier, ""
        first, *beside = several.apart(text, words) or (text,)
        told = first if beside else told
        try:
            said, reading = within(cost.patience, lambda _: understand(model, state, first, words, trust=self.trust))
        except ModelError as error:
            ruled, _ = understand(None, state, told, words)
            return replace(subjects.settled(ruled, state, told, words), later=tuple(beside)), str(error)
        cost.model_calls += reading.calls
        cost.prompt_tokens += reading.prompt_tokens
        cost.completion_tokens += reading.completion_tokens
        said = replace(subjects.settled(said, state, told, words), later=tuple(beside))
        return _to_cart(said) if said.intent == "cart" else said, ""

    def _without_model(self, text: str, told: str, heard: chinese.Heard | None) -> Understanding | None:
        """The reading of a message that no model is asked about, None for any other.

        What is said to the cart or about an order is read there, and no wish comes of it. Nor of what Chinese only
        asks.
        """
        ruled, _ = understand(None, self.state, told, self.shelf.vocabulary)
        if self.desk and (for_desk := self.desk.reads(self.state, ruled, told)):
            return for_desk
        if for_cart(self.state, ruled, told):
            return _to_cart(ruled)
        if heard and not heard.beside:
            return chinese.asked(ruled, heard)
        return None


def _to_a_person(said: Understanding) -> Understanding:
    return replace(said, intent="hand_off", wishes=(), retracts=(), fresh=False)


def _to_cart(said: Understanding) -> Understanding:
    """A message to the cart: a yes or a no stays one, and nothing in it is a wish for the search."""
    intent = said.intent if said.intent in ("confirm", "decline") else "cart"
    return replace(said, intent=intent, wishes=(), retracts=(), fresh=False)


def _beside_orders(said: Understanding, shopping: str) -> Understanding:
    """The reading of the part of a message that shops, whatever the whole of it is about; without one, as it is."""
    return replace(said, intent="find") if shopping and said.intent not in ("find", "refine") else said
