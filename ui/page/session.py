"""One visitor's conversation as the page shows it: from an id and a message to what stands on the screen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.cart.values import Cart
from assistant.errors import ConversationError, ShopTalkError
from assistant.state import (
    Cards,
    DialogueState,
    Done,
    Preferences,
    Recommendation,
    Reply,
    Sentence,
    Table,
    Turn,
    Understanding,
    Understood,
)
from ui.page import asked, cart, chips, frame, markup, staff
from ui.page.examples import Example
from ui.page.line import Line
from ui.page.running import How, Running, Seats, Waiting
from ui.page.tastes import own
from ui.words import Words

if TYPE_CHECKING:
    from assistant.build import Assistant

_log = logging.getLogger(__name__)
_TITLE_LENGTH = 60
# Seconds that a turn may take to notice that it was ended.
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Screen:
    """What stands on the page for one conversation."""

    # "" while nothing was said: a conversation is stored with its first message, not with a visit.
    id: str
    # HTML of the finished turns but the last, of the last or running turn, and of the side panel.
    history: str
    live: str
    wishes: str
    # HTML of the cart, and how many things are in it.
    cart: str
    items: int = 0
    # A new text for the message box; None leaves what the shopper is typing.
    box: str | None = None
    # A turn is running.
    busy: bool = False
    # A person of the shop is waited for, or writes here: the page asks for news.
    watched: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a turn is asked with: words, and their reading where a control of the page sent them."""

    text: str
    said: Understanding | None = None
    picture: bytes = b""


class Conversations:
    """The conversations of one assistant, for visitors who prove nothing but that they know a conversation's id."""

    def __init__(
        self,
        assistant: Assistant,
        picture_of: markup.PictureOf,
        examples: Sequence[Example],
        at_once: int,
        customer: str | None = None,
    ) -> None:
        self._assistant = assistant
        # Who is signed in; what is known of them is shown, and used.
        self._customer = customer
        self._own = own(assistant, customer) if customer else None
        self._picture_of = picture_of
        self._shop = asked.Shop(assistant.shelf.product, assistant.shelf.currency, examples)
        self._line = Line(at_once)
        self._seats = Seats()

    def find(self, id: str) -> DialogueState | None:
        """The conversation ``id``; None where it is unknown, or another customer's: those need more than an id."""
        if not id:
            return None
        try:
            state = self._assistant.store.load(id)
        except ConversationError:
            return None
        return state if state.customer == self._customer else None

    def title(self, id: str) -> str:
        """What a conversation was opened with, shortened; "" where there is none."""
        state = self.find(id)
        opening = " ".join(state.turns[0].text.split()) if state and state.turns else ""
        return opening if len(opening) <= _TITLE_LENGTH else opening[: _TITLE_LENGTH - 1].rstrip() + "…"

    def open(self, id: str, say: Words) -> Screen:
        """A conversation as it was left; the welcome where it is unknown or new."""
        state = self.find(id)
        if state is None or not state.turns:
            return self._screen(state or DialogueState(""), "", self._welcome(say), say)
        *before, last = self._turns(state, say)
        return self._screen(state, _framed(before), last, say)

    def news(self, id: str) -> int:
        """A number that grows with what the shop's staff does in the conversation ``id``; -1 while a turn runs."""
        queue = self._assistant.queue
        if queue is None or self._seats.busy(id) or self.find(id) is None:
            return -1
        return max((message.number for message in queue.thread(id)), default=0)

    def ask(self, id: str, text: str, say: Words) -> Iterator[Screen]:
        """Says ``text`` in the conversation ``id`` (a new one where it is unknown) and yields the screen as it grows.

        A mistake that the shopper can mend is one line in the conversation, and the text goes back into the box; so it
        does after ``stop``.
        """
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if text.strip():
            yield from self._taken(id, lambda _: Asked(text), say, from_box=True)

    def act(self, id: str, name: str, sent: Mapping[str, Any], say: Words) -> Iterator[Screen]:
        """A control that stands for a turn was used: ``name`` and what it ``sent``, see ``ui.page.asked``.

        Nothing happens where it does not fit the conversation as it is by then.
        """

        def what(state: DialogueState) -> Asked | None:
            found = asked.reading(state, name, sent, self._shop, say)
            return Asked(*found) if found else None

        yield from self._taken(id, what, say, from_box=False)

    def look(self, id: str, picture: bytes, text: str, say: Words) -> Iterator[Screen]:
        """Asks for what looks like a ``picture``, under the wishes of ``text``, which may be empty."""
        words = text.strip() or say("plus.look")
        if picture:
            yield from self._taken(id, lambda _: Asked(words, picture=picture), say, from_box=True)

    def change(self, id: str, sent: Mapping[str, Any], say: Words) -> Screen:
        """A control of the customer's own profile was used: the screen with it, and the next list goes by it."""
        if self._own is None:
            return self.open(id, say)
        self.settle(id)
        state = self.find(id) or (self._new() if sent.get("do") == "gift" else None)
        self._own.change(state.id if state else "", sent)
        return self.open(state.id if state else "", say)

    def _new(self) -> DialogueState:
        return self._assistant.store.new(self._customer, verified=self._customer is not None)

    def rate(self, id: str, turn: int, value: int) -> bool:
        """Keeps what the visitor thinks of an answer: 1, -1, or 0 for nothing any more. False where there is none."""
        state = self.find(id)
        if state is None or not 1 <= turn <= len(state.turns) or value not in (-1, 0, 1):
            return False
        self._assistant.store.rate(id, turn, value)
        return True

    def discard(self, id: str) -> None:
        """Deletes the conversation ``id`` for good, its ratings with it."""
        self.end(id, "leave")
        if self.find(id):
            self._assistant.store.delete(id)

    def end(self, id: str, how: How) -> None:
        """Ends the turn that runs in the conversation ``id``, if any; its screen stops growing before this returns.

        "stop" tells the shopper so, "leave" shows nothing: another conversation stands on the page by then.
        """
        self._seats.end(id, how, _PATIENCE)

    def settle(self, id: str) -> None:
        """Returns when no turn runs in the conversation ``id``."""
        with self._seats.take(id):
            pass

    def _taken(
        self, id: str, what: Callable[[DialogueState], Asked | None], say: Words, from_box: bool
    ) -> Iterator[Screen]:
        """A turn in its conversation, after the one that may be running there."""
        state = self.find(id)
        if state is None:
            if what(DialogueState("")) is None:
                return
            state = self._new()
        with self._seats.take(state.id) as welcome:
            state = self.find(state.id) if welcome else None
            words = what(state) if state else None
            if state and words:
                yield from self._turn(state, words, say, from_box)

    def _turn(self, state: DialogueState, words: Asked, say: Words, from_box: bool) -> Iterator[Screen]:
        head = markup.bubble(words.text, say, words.said is not None and asked.by_control(words.said))
        waiting = head + markup.answer(markup.working(say("turn.reading")), say)
        screen = self._screen(state, _framed(self._turns(state, say, over=True)), waiting, say)
        screen = replace(screen, box="" if from_box else None, busy=True)
        yield screen
        screen = replace(screen, box=None)

        def ended(line: str, kind: str) -> Screen:
            """A turn that came to nothing: one line below the message, and the message back in the box."""
            live = head + markup.answer(markup.note(line, kind), say)
            panel = self._panel(state.preferences, state.id, say)
            return replace(screen, live=live, wishes=panel, box=words.text if from_box else None, busy=False)

        running = Running(lambda: self._assistant.say(state, words.text, words.said, words.picture), self._line)
        with self._seats.run(state.id, running):
            try:
                yield from self._grown(running, state, head, screen, say)
                if running.told_to == "stop":
                    yield ended(say("turn.stopped" if from_box else "turn.stopped_act"), "notice")
                elif not running.told_to and self._with_agent(state.id):
                    yield self.open(state.id, say)
            except ShopTalkError as error:
                yield ended(str(error), "error")
            except Exception:
                _log.exception("turn %d of conversation %s failed", len(state.turns) + 1, state.id)
                yield ended(say("turn.failed"), "error")

    def _grown(self, running: Running, state: DialogueState, head: str, screen: Screen, say: Words) -> Iterator[Screen]:
        heard, key, on = "", f"t{len(state.turns) + 1}", self._on(say)
        shown: tuple[Recommendation, ...] = ()
        alternatives: tuple[Recommendation, ...] = ()
        sentences: list[Sentence] = []
        doing, compared = say("turn.reading"), False
        for event in running:
            match event:
                case Waiting(before):
                    doing = say("turn.queue", n=before) if before else say("turn.next")
                case Understood(understanding, preferences):
                    heard = markup.understood(understanding, self._currency, say)
                    screen = replace(screen, wishes=self._panel(preferences, state.id, say))
                    compared = understanding.intent == "compare"
                    doing = say("turn.comparing" if compared else "turn.searching")
                case Cards():
                    shown, alternatives = event.shown, event.alternatives
                    doing = say("turn.checking")
                case Sentence():
                    sentences.append(event)
                case Done():
                    yield self._done(state, event.turn, screen, say)
                    return
            # The rows come with the whole answer.
            table = Table(tuple(item.product_id for item in shown)) if compared else None
            body = markup.answer_body(sentences, shown, alternatives, on, key, doing, compared=table)
            yield replace(screen, live=head + markup.answer(heard + body, say))

    def _done(self, state: DialogueState, turn: Turn, screen: Screen, say: Words) -> Screen:
        """The screen with the whole answer. Where it shows products, those before it cannot be acted on any more."""
        shows = bool(turn.reply.shown)
        live = markup.turn(turn, self._on(say), last=True, live=shows)
        if shows and state.shown:
            screen = replace(screen, history=_framed(self._turns(state, say, over=True, acted_on=False)))
        watched = self._watched(state.id)
        cart_ = self._cart(turn, say)
        return replace(screen, live=live, cart=cart_, items=turn.cart.count, busy=False, watched=watched)

    @property
    def _currency(self) -> str:
        return self._assistant.shelf.currency

    def _welcome(self, say: Words) -> str:
        tiles = [(example.text(say), self._picture_of(example.product)) for example in self._shop.examples]
        return frame.welcome(self._assistant.shelf.name, tiles, say)

    def _on(self, say: Words) -> markup.Shown:
        return markup.Shown(self._assistant.shelf.product, self._picture_of, self._currency, say)

    def _screen(self, state: DialogueState, history: str, live: str, say: Words) -> Screen:
        panel = self._panel(state.preferences, state.id, say)
        drawer = self._cart(state.turns[-1] if state.turns else None, say)
        return Screen(state.id, history, live, panel, drawer, state.cart.count, watched=self._watched(state.id))

    def _panel(self, preferences: Preferences, id: str, say: Words) -> str:
        """What is wished now, and below it what is known of the customer."""
        return chips.panel(preferences, self._currency, say) + (self._own.panel(id, say) if self._own else "")

    def _watched(self, id: str) -> bool:
        queue = self._assistant.queue
        return queue is not None and bool(id) and queue.open(id) is not None

    def _with_agent(self, id: str) -> bool:
        queue = self._assistant.queue
        found = queue.open(id) if queue else None
        return found is not None and found.state == "taken"

    def _cart(self, turn: Turn | None, say: Words) -> str:
        """The cart after ``turn``, and what was said of it there: the drawer lies over the talk."""
        spoken = turn is not None and (turn.understanding.intent == "cart" or turn.reply.committed)
        reply = turn.reply if turn and spoken else Reply()
        return cart.panel(turn.cart if turn else Cart(), reply, self._assistant.shelf.product, self._picture_of, say)

    def _turns(self, state: DialogueState, say: Words, over: bool = False, acted_on: bool = True) -> list[str]:
        """Each turn as HTML. The cards shown last can be ``acted_on``; ``over`` the last turn, no question waits."""
        ratings = self._assistant.store.ratings(state.id) if state.turns else {}
        shown = max((t.number for t in state.turns if t.reply.shown), default=0) if acted_on else 0
        last = 0 if over else len(state.turns)
        queue = self._assistant.queue
        said = queue.thread(state.id) if queue and state.turns else []
        return [
            markup.turn(t, self._on(say), ratings.get(t.number, 0), t.number == last, t.number == shown)
            + staff.thread([m for m in said if m.after == t.number], say)
            for t in state.turns
        ]


def _framed(turns: Sequence[str]) -> str:
    return "".join(f'<div class="st-turn">{turn}</div>' for turn in turns)
