"""One turn, top to bottom: read, merge, search, choose, explain, check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from assistant import cart, several, subjects, wording
from assistant.answering import Answer, Clock
from assistant.answers import Shelf as AnswersShelf
from assistant.answers import answer_about, compare
from assistant.deadline import within
from assistant.errors import MessageTooLong, ModelError
from assistant.finding import find
from assistant.framed import Framed, framed
from assistant.pointing import pointed
from assistant.preferences import Linker, merge
from assistant.prompts import is_tuned, plain
from assistant.reading import chinese, cues
from assistant.reading.personal import impersonal
from assistant.relative import Shelf as RelativeShelf
from assistant.relative import beside_picture, relative
from assistant.respond import PATIENCE
from assistant.service import handoff
from assistant.service.in_chinese import in_chinese
from assistant.state import (
    Citation,
    DialogueState,
    Done,
    Event,
    Evidence,
    Preferences,
    Recommendation,
    Sentence,
    Turn,
    Understanding,
    Understood,
    Wish,
)
from assistant.understand import MESSAGE_LIMIT, Trust, Vocabulary, understand
from retrieval.product import Product

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


# What one message says, given the conversation so far.
Read = Callable[[DialogueState, str], Understanding]


class Words(Linker, Vocabulary, Protocol):
    """A shop's vocabulary, for reading a message and for searching by what was read."""


class Shelf(RelativeShelf, AnswersShelf, Protocol):
    """What a turn needs of a shop; ``retrieval.search.Shelf`` has it."""

    @property
    def vocabulary(self) -> Words: ...


class Served(Protocol):
    """What customer service made of a message."""

    @property
    def sentences(self) -> tuple[Sentence, ...]: ...

    @property
    def pending(self) -> dict[str, Any] | None: ...

    @property
    def committed(self) -> tuple[str, ...]: ...

    @property
    def citations(self) -> tuple[Citation, ...]: ...


class Taken(Protocol):
    """What customer service takes of a message; ``assistant.service.talk.desk.Taken`` has it."""

    @property
    def orders(self) -> tuple[str, ...]: ...

    @property
    def text(self) -> str: ...

    @property
    def like(self) -> str: ...

    @property
    def wishes(self) -> tuple[Wish, ...]: ...


class Desk(Protocol):
    """What a turn needs of customer service; ``assistant.service.talk.ServiceDesk`` has it."""

    def reads(self, state: DialogueState, said: Understanding, text: str) -> Understanding | None:
        """The reading of a message that is for customer service, None for any other."""
        ...

    def serve(self, state: DialogueState, said: Understanding, text: str) -> Served:
        """What comes of it."""
        ...

    def taken(self, state: DialogueState, text: str) -> Taken:
        """What of a message with several goals is about orders, and what is left to be read."""
        ...

    def serve_all(self, state: DialogueState, texts: Sequence[str]) -> Served:
        """What comes of parts of a message that are each about an order."""
        ...

    def heard(self, state: DialogueState, text: str) -> chinese.Heard | None:
        """What Chinese says about an order, in English."""
        ...


class Personal(Protocol):
    """What a turn needs of the shopper's profile; ``assistant.profile.ranking.Personal`` has it."""

    def fits(self, preferences: Preferences) -> bool:
        """Whether these wishes are the shopper's own, and leave open what comes first."""
        ...

    def over(self, shelf: Shelf) -> Shelf:
        """The shop in the order of what they like."""
        ...

    def because(self, shown: Sequence[Recommendation]) -> Sequence[Framed]:
        """What of it moved products on cards up."""
        ...

    def holds(self, evidence: Evidence) -> bool:
        """Whether the profile says so."""
        ...


def reply(
    state: DialogueState,
    text: str,
    *,
    shelf: Shelf,
    model: BaseChatModel | None,
    trust: Trust | None = None,
    said: Understanding | None = None,
    read: Read | None = None,
    patience: float = PATIENCE,
    desk: Desk | None = None,
    enqueue: handoff.Enqueue | None = None,
    picture: bytes = b"",
    personal: Personal | None = None,
) -> Iterator[Event]:
    """One turn as it happens: ``Understood``, ``Cards`` where products are shown, each ``Sentence``, then ``Done``.

    A sentence is yielded only after its check. A model that fails leaves the rules and the plain sentences, and a
    notice in the reply. Raises ``MessageTooLong``; nothing is stored here. ``model`` None works by rules alone.
    ``said`` is the reading of a message that needs none: a control of the page sent it. ``read`` reads messages in
    place of rules and model, for measuring what is made of a reading. A call of the model that takes longer than
    ``patience`` seconds counts as failed. ``desk`` None is a shop without orders and documents.
    ``enqueue`` puts a conversation that needs a person where the shop's staff find it; None where nobody reads along.
    With a ``picture`` (a file's bytes) products are found by their looks, under the wishes in words. ``personal`` puts
    what fits in the order of the shopper's tastes, and says so; None leaves it as it is found.
    """
    clock = Clock(patience)
    if len(text) > MESSAGE_LIMIT:
        raise MessageTooLong(
            f"The message has {len(text):,} characters",
            f"Write at most {MESSAGE_LIMIT:,}; what was said before is kept",
        )
    text = told = plain(text, MESSAGE_LIMIT)
    notice, like, served = "", None, None
    before = state.turns[-1].understanding.language if state.turns else ""
    asks = chinese.with_plain_bounds(beside_picture(text) if picture else text)
    if picture and not asks:
        said = chinese.in_own_words(Understanding("refine" if state.preferences.wishes else "find"), text, before)
    known = said is not None
    taken = desk.taken(state, asks) if desk and not known else None
    asks = taken.text if taken else asks
    if taken and not asks:
        said = Understanding("order_status")
    elif said is None:
        # What Chinese asks, English says as well; the rules read that.
        heard = (desk.heard(state, asks) if desk else None) or chinese.in_english(asks)
        told = heard.text if heard else asks
        said, notice = (
            (read(state, asks), "") if read else _understand(state, asks, heard, shelf, model, clock, trust, desk)
        )
    need = handoff.needed(state, said, text)
    if need:
        said = replace(said, intent="hand_off", wishes=(), retracts=(), fresh=False)
    elif not known:
        if desk and taken and taken.orders:
            served = desk.serve_all(state, taken.orders)
            said = _beside_orders(said, taken.text)
        elif desk and (for_desk := desk.reads(state, said, told)):
            said, served = for_desk, desk.serve(state, for_desk, told)
        elif picture:
            said = _beside_picture(said, state)
        elif said.intent != "cart" and not (heard and heard.intent):
            said, like = relative(said, state, told, shelf)
            if taken and taken.like:
                said = replace(said, intent="find", wishes=(*said.wishes, *taken.wishes))
                like = next(iter(shelf.products([taken.like])), None)
    if not known:
        said = chinese.in_own_words(said, text, before)
    preferences = merge(state.preferences, said)
    clock.understood()
    yield Understood(said, preferences)
    if personal and not personal.fits(preferences):
        personal = None
    answer = Answer(text, said, preferences, state.cart, shelf, personal.holds if personal else lambda _: False)
    events: list[Iterable[Event]] = []
    if served and not need:
        events.append(_at_the_desk(answer, served))
    if not need and (not served or (taken and taken.orders and taken.text)):
        events.append(_answer(answer, state, told, shelf, None if notice else model, clock, like, picture, personal))
    for event in chain(*events, _hand_over(answer, state, text, need, enqueue)):
        clock.saw(event)
        yield event
    reply_ = answer.reply(notice or clock.cost.failure)
    yield Done(Turn(len(state.turns) + 1, text, said, preferences, reply_, clock.ledger(), answer.cart))


def _understand(
    state: DialogueState,
    text: str,
    heard: chinese.Heard | None,
    shelf: Shelf,
    model: BaseChatModel | None,
    clock: Clock,
    trust: Trust | None,
    desk: Desk | None,
) -> tuple[Understanding, str]:
    """The reading, and a notice where the model failed and the rules read alone.

    What is said to the cart or about an order is read there: no model is asked, and no wish comes of it. Nor of what
    Chinese only asks (``heard``).
    """
    told = heard.text if heard else text
    ruled, _ = understand(None, state, told, shelf.vocabulary)
    if desk and (for_desk := desk.reads(state, ruled, told)):
        return for_desk, ""
    if cart.wants(state, ruled, told):
        return _to_cart(ruled), ""
    if heard and not heard.beside:
        return chinese.asked(ruled, heard), ""
    if is_tuned(model) and chinese.is_chinese(text):
        # A tuned model reads English alone.
        model = None
    # Customer service needs it; for the shelf nothing that identifies somebody is read, kept or said again.
    text, told = impersonal(text, shelf.vocabulary), impersonal(told, shelf.vocabulary)
    if earlier := subjects.taken_up(state, text, shelf.vocabulary) or several.turned_to(state, text, shelf.vocabulary):
        return earlier, ""
    text, *beside = several.apart(text, shelf.vocabulary) or (text,)
    try:
        said, reading = within(
            clock.cost.patience, lambda _: understand(model, state, text, shelf.vocabulary, trust=trust)
        )
    except ModelError as error:
        if beside:
            told = text
            ruled, _ = understand(None, state, text, shelf.vocabulary)
        return replace(subjects.settled(ruled, state, told, shelf.vocabulary), later=tuple(beside)), str(error)
    clock.cost.model_calls += reading.calls
    clock.cost.prompt_tokens += reading.prompt_tokens
    clock.cost.completion_tokens += reading.completion_tokens
    said = subjects.settled(said, state, text if beside else told, shelf.vocabulary)
    said = replace(said, later=tuple(beside))
    return _to_cart(said) if said.intent == "cart" else said, ""


def _to_cart(said: Understanding) -> Understanding:
    """A message to the cart: a yes or a no stays one, and nothing in it is a wish for the search."""
    intent = said.intent if said.intent in ("confirm", "decline") else "cart"
    return replace(said, intent=intent, wishes=(), retracts=(), fresh=False)


def _answer(
    answer: Answer,
    state: DialogueState,
    text: str,
    shelf: Shelf,
    model: BaseChatModel | None,
    clock: Clock,
    like: Product | None,
    picture: bytes,
    personal: Personal | None,
) -> Iterator[Event]:
    """The fork: what each intent leads to."""
    match answer.said.intent:
        case "find" | "refine":
            mine = personal.over(shelf) if personal else shelf
            events = find(answer, state, mine, model, clock, like, picture)
            yield from _with_reasons(answer, events, personal) if personal else events
            if answer.said.later:
                yield from answer.say(wording.later(answer.said.later))
        case "compare" if len(state.shown) > 1 or len(pointed(state, text)) > 1:
            yield from compare(answer, state, text, shelf)
        case "ask_product" if state.shown:
            yield from answer_about(answer, state, text, shelf)
        case "cart":
            yield from _at_the_cart(answer, state, text, shelf)
        case "confirm" | "decline" if (state.pending or {}).get("about") == "cart":
            yield from _at_the_cart(answer, state, text, shelf)
        case _:
            yield from answer.say(framed(_fixed(answer.said, text)))
    first = all(t.understanding.language != "zh" for t in state.turns)
    if answer.said.language == "zh" and first and (model is None or is_tuned(model)):
        yield from answer.say(framed("rules_only"))


def _beside_orders(said: Understanding, shopping: str) -> Understanding:
    """The reading of the part of a message that shops, whatever the whole of it is about; without one, as it is."""
    return replace(said, intent="find") if shopping and said.intent not in ("find", "refine") else said


def _with_reasons(answer: Answer, events: Iterator[Event], personal: Personal) -> Iterator[Event]:
    """What was found, and behind the first sentence which of the shopper's tastes moved it up."""
    told = False
    for event in events:
        yield event
        if isinstance(event, Sentence) and answer.shown and not told:
            told = True
            yield from answer.say(*personal.because(answer.shown))


def _beside_picture(said: Understanding, state: DialogueState) -> Understanding:
    """Words beside a picture ask for what looks like it, whatever else they would mean alone."""
    if said.intent in ("find", "refine"):
        return said
    return replace(said, intent="refine" if state.preferences.wishes else "find", references=())


def _at_the_cart(answer: Answer, state: DialogueState, text: str, shelf: Shelf) -> Iterator[Event]:
    served = cart.serve(state, answer.said, text, shelf)
    answer.cart, answer.pending, answer.committed = served.cart, served.pending, served.committed
    if served.pending:
        answer.choices = tuple(
            str(o) for o in served.pending.get("options", ()) if served.pending["needs"] == "variant"
        )
    yield from answer.say(*served.sentences)


def _at_the_desk(answer: Answer, served: Served) -> Iterator[Event]:
    answer.pending, answer.committed, answer.citations = served.pending, served.committed, served.citations
    yield from answer.say(*(in_chinese(served.sentences) if answer.said.language == "zh" else served.sentences))


def _fixed(said: Understanding, text: str) -> str:
    """The frame of the sentence for an intent that this shop answers the same way each time."""
    match said.intent:
        case "small_talk":
            return "thanks" if cues.says("thanks", text) else "greeting"
        case "out_of_scope":
            return "out_of_scope"
        case "ask_policy":
            return "no_policies"
        case "confirm" | "decline":
            return "nothing_pending"
        case "compare" | "ask_product":
            return "which_one"
        case _:
            return "no_orders"


def _hand_over(
    answer: Answer, state: DialogueState, text: str, need: handoff.Need | None, enqueue: handoff.Enqueue | None
) -> Iterator[Event]:
    """Where the message needs a person, or the answer came to nothing once too often: queues it, and then says so."""
    so_far = answer.reply("")
    need = need or handoff.stuck(state, answer.said, so_far)
    if need:
        packet = handoff.packet(state, answer.said, text, answer.preferences, so_far, need)
        handed = handoff.hand_over(state.id, packet, need, enqueue)
        answer.hand_off = handed.packet
        yield from answer.say(*handed.sentences)
