"""One turn, top to bottom: read, merge, search, choose, explain, check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from assistant import wording
from assistant.answering import Answer, Clock
from assistant.answers import answer_about, compare
from assistant.cart.serve import serve
from assistant.errors import MessageTooLong
from assistant.finding import find
from assistant.framed import framed
from assistant.hearing import Listener, Meant
from assistant.parties import Desk, Personal, Read, Served, Shelf
from assistant.pointing import pointed
from assistant.preferences import merge
from assistant.prompts import is_tuned, plain
from assistant.reading import cues
from assistant.respond import PATIENCE
from assistant.service import handoff
from assistant.service.in_chinese import in_chinese
from assistant.state import DialogueState, Done, Event, Sentence, Turn, Understanding, Understood
from assistant.understand import MESSAGE_LIMIT, Trust

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


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
    text = plain(text, MESSAGE_LIMIT)
    meant = Listener(state, shelf, model, clock, trust, read, desk).hear(text, said, bool(picture))
    preferences = merge(state.preferences, meant.said)
    clock.understood()
    yield Understood(meant.said, preferences)
    if personal and not personal.fits(preferences):
        personal = None
    answer = Answer(text, meant.said, preferences, state.cart, shelf, personal.holds if personal else lambda _: False)
    events: list[Iterable[Event]] = []
    if meant.served:
        events.append(_at_the_desk(answer, meant.served))
    if meant.for_shop:
        model = None if meant.notice else model
        events.append(_answer(answer, state, meant, shelf, model, clock, picture, personal))
    for event in chain(*events, _hand_over(answer, state, text, meant.need, enqueue)):
        clock.saw(event)
        yield event
    reply_ = answer.reply(meant.notice or clock.cost.failure)
    yield Done(Turn(len(state.turns) + 1, text, meant.said, preferences, reply_, clock.ledger(), answer.cart))


def _answer(
    answer: Answer,
    state: DialogueState,
    meant: Meant,
    shelf: Shelf,
    model: BaseChatModel | None,
    clock: Clock,
    picture: bytes,
    personal: Personal | None,
) -> Iterator[Event]:
    """The fork: what each intent leads to."""
    text = meant.told
    match answer.said.intent:
        case "find" | "refine":
            mine = personal.over(shelf) if personal else shelf
            events = find(answer, state, mine, model, clock, meant.like, picture)
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


def _with_reasons(answer: Answer, events: Iterator[Event], personal: Personal) -> Iterator[Event]:
    """What was found, and behind the first sentence which of the shopper's tastes moved it up."""
    told = False
    for event in events:
        yield event
        if isinstance(event, Sentence) and answer.shown and not told:
            told = True
            yield from answer.say(*personal.because(answer.shown))


def _at_the_cart(answer: Answer, state: DialogueState, text: str, shelf: Shelf) -> Iterator[Event]:
    served = serve(state, answer.said, text, shelf)
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
