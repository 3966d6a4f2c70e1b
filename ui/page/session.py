"""One visitor's conversation as the page shows it: from an id and a message to what stands on the screen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.errors import ConversationError, ShopTalkError
from assistant.state import Cards, DialogueState, Done, Preferences, Recommendation, Sentence, Turn, Understood
from retrieval.product import Product
from ui.page import frame, markup
from ui.page.running import How, Running

if TYPE_CHECKING:
    from assistant.build import Assistant

_log = logging.getLogger(__name__)
_TITLE_LENGTH = 60
# Seconds that a turn may take to notice that it was ended.
_PATIENCE = 2.0
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
        # Conversation -> the turn that runs in it.
        self._running: dict[str, Running] = {}

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

        A mistake that the shopper can mend is one line in the conversation, and the text goes back into the box; so it
        does after ``stop``.
        """
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if not text.strip():
            return
        state = self.find(id) or self._assistant.store.new()
        begun = screen = Screen(
            state.id,
            self._turns(state.turns),
            markup.bubble(text) + markup.answer(markup.working(_READING)),
            self._panel(state.preferences),
            box="",
            busy=True,
        )
        yield screen
        running = self._running[state.id] = Running(lambda: self._assistant.say(state, text))
        try:
            for screen in self._grown(running, state, text, replace(begun, box=None)):
                yield screen
            if running.told_to == "stop":
                yield _ended(screen, text, "Stopped. Your message is back in the box.", "notice")
        except ShopTalkError as error:
            yield _ended(screen, text, str(error), "error")
        except Exception:
            _log.exception("turn %d of conversation %s failed", len(state.turns) + 1, state.id)
            yield _ended(screen, text, "Something went wrong on my side. Please send it again.", "error")
        finally:
            # Also when the visitor leaves: the model is not asked any further.
            running.end("leave")
            running.over.set()
            if self._running.get(state.id) is running:
                del self._running[state.id]

    def end(self, id: str, how: How) -> None:
        """Ends the turn that runs in the conversation ``id``, if any; its screen stops growing before this returns.

        "stop" tells the shopper so, "leave" shows nothing: another conversation stands on the page by then.
        """
        running = self._running.get(id)
        if running is not None:
            running.end(how)
            running.over.wait(_PATIENCE)

    def _grown(self, running: Running, state: DialogueState, text: str, screen: Screen) -> Iterator[Screen]:
        heard, key = "", f"t{len(state.turns) + 1}"
        shown: tuple[Recommendation, ...] = ()
        alternatives: tuple[Recommendation, ...] = ()
        sentences: list[Sentence] = []
        doing = _READING
        for event in running:
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


def _ended(screen: Screen, text: str, line: str, kind: str) -> Screen:
    """A turn that came to nothing: one line below the message, and the message back in the box."""
    return replace(screen, live=markup.bubble(text) + markup.answer(markup.note(line, kind)), box=text, busy=False)
