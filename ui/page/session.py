"""One visitor's conversation as the page shows it: from an id and a message to what stands on the screen."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from assistant.errors import ConversationError, ShopTalkError
from assistant.state import Cards, DialogueState, Done, Event, Preferences, Recommendation, Sentence, Turn, Understood
from retrieval.product import Product
from ui.page import frame, markup

if TYPE_CHECKING:
    from assistant.build import Assistant

_log = logging.getLogger(__name__)
_TITLE_LENGTH = 60
_READING = "Reading your message"


@dataclass(frozen=True, slots=True)
class Screen:
    """What stands on the page for one conversation."""

    # "" while nothing was said: a conversation is stored with its first message, not with a visit.
    id: str
    # HTML of the finished turns but the last, of the last or running turn, and of the side panel.
    history: str
    live: str
    wishes: str
    # A new text for the message box; None leaves what the shopper is typing.
    box: str | None = None
    # A turn is running.
    busy: bool = False


class Conversations:
    """The conversations of one assistant, for visitors who prove nothing but that they know a conversation's id."""

    def __init__(self, assistant: Assistant, picture_of: markup.PictureOf, welcome: str) -> None:
        self._assistant = assistant
        self._picture_of = picture_of
        self._welcome = welcome

    def find(self, id: str) -> DialogueState | None:
        """The conversation ``id``; None where it is unknown, or a customer's: those need more than an id."""
        if not id:
            return None
        try:
            state = self._assistant.store.load(id)
        except ConversationError:
            return None
        return state if state.customer is None else None

    def title(self, id: str) -> str:
        """What a conversation was opened with, shortened; "" where there is none."""
        state = self.find(id)
        opening = " ".join(state.turns[0].text.split()) if state and state.turns else ""
        return opening if len(opening) <= _TITLE_LENGTH else opening[: _TITLE_LENGTH - 1].rstrip() + "…"

    def open(self, id: str) -> Screen:
        """A conversation as it was left; the welcome where it is unknown or new."""
        state = self.find(id)
        if state is None or not state.turns:
            return Screen(state.id if state else "", "", self._welcome, self._panel(Preferences()))
        return Screen(
            state.id,
            self._turns(state.turns[:-1]),
            self._turn(state.turns[-1], last=True),
            self._panel(state.preferences),
        )

    def ask(self, id: str, text: str) -> Iterator[Screen]:
        """Says ``text`` in the conversation ``id`` (a new one where it is unknown) and yields the screen as it grows.

        A mistake that the shopper can mend is one line in the conversation, and the text goes back into the box.
        """
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if not text.strip():
            return
        state = self.find(id) or self._assistant.store.new()
        asked = markup.bubble(text)
        screen = Screen(
            state.id,
            self._turns(state.turns),
            asked + markup.answer(markup.working(_READING)),
            self._panel(state.preferences),
            box="",
            busy=True,
        )
        yield screen
        try:
            with closing(self._run(state, text, replace(screen, box=None))) as steps:
                for screen in steps:
                    yield screen
        except ShopTalkError as error:
            yield self._failed(screen, asked, str(error), text)
        except Exception:
            _log.exception("turn %d of conversation %s failed", len(state.turns) + 1, state.id)
            yield self._failed(screen, asked, "Something went wrong on my side. Please send it again.", text)

    def stopped(self, id: str, text: str) -> Screen:
        """The screen after the shopper stopped the turn that ``text`` began."""
        state = self.find(id)
        turns, wishes = (state.turns, state.preferences) if state else ((), Preferences())
        live = markup.bubble(text) + markup.answer(markup.note("Stopped. Your message is back in the box."))
        return Screen(id, self._turns(turns), live, self._panel(wishes), box=text)

    def _run(self, state: DialogueState, text: str, screen: Screen) -> Generator[Screen]:
        heard, key = "", f"t{len(state.turns) + 1}"
        shown: tuple[Recommendation, ...] = ()
        alternatives: tuple[Recommendation, ...] = ()
        sentences: list[Sentence] = []
        doing = _READING
        # Closed at once when the visitor stops or leaves, not when the garbage collector comes by.
        with closing(cast("Generator[Event]", self._assistant.say(state, text))) as events:
            for event in events:
                match event:
                    case Understood(understanding, preferences):
                        heard = markup.understood(understanding, self._currency)
                        screen = replace(screen, wishes=self._panel(preferences))
                        doing = "Looking along the shelves"
                    case Cards():
                        shown, alternatives = event.shown, event.alternatives
                        doing = "Checking each sentence against the records"
                    case Sentence():
                        sentences.append(event)
                    case Done():
                        yield replace(screen, live=self._turn(event.turn, last=True), busy=False)
                        return
                body = markup.answer_body(sentences, shown, alternatives, self._product, self._picture_of, key, doing)
                yield replace(screen, live=markup.bubble(text) + markup.answer(heard + body))

    def _failed(self, screen: Screen, asked: str, message: str, text: str) -> Screen:
        live = asked + markup.answer(markup.note(message, "error"))
        return replace(screen, live=live, box=text, busy=False)

    @property
    def _currency(self) -> str:
        return self._assistant.shelf.currency

    def _panel(self, preferences: Preferences) -> str:
        return frame.wish_panel(preferences, self._currency)

    def _product(self, id: str) -> Product | None:
        return self._assistant.shelf.product(id)

    def _turn(self, turn: Turn, last: bool = False) -> str:
        return markup.turn(turn, self._product, self._picture_of, self._currency, last)

    def _turns(self, turns: tuple[Turn, ...]) -> str:
        return "".join(f'<div class="st-turn">{self._turn(t)}</div>' for t in turns)
