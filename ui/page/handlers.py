"""What the page's events do: each reads what the browser keeps and answers with updates of the page's parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from ui.page import frame
from ui.page.seen import Seen
from ui.page.session import Conversations, Screen
from ui.page.view import Box, View, remembered
from ui.words import Words, preferred, words


@dataclass(frozen=True, slots=True)
class Handlers:
    """The events of one shop's page. Each answers in the order of the fields of ``View``."""

    talks: Conversations
    shop: str
    products: int
    # What the footer calls the model.
    model: str
    # Where a visitor's picture waits; None where things cannot be found by one.
    seen: Seen | None = None

    def load(self, kept: Any, request: gr.Request) -> list[Any]:
        """The page was opened or reloaded."""
        kept, say = self._said(kept, request)
        return self._view(self.talks.open(kept["id"], say), kept, say).updates(None)

    def ask(self, text: str, kept: Any, request: gr.Request) -> Iterator[list[Any]]:
        """A message was sent from the box."""
        kept, say = self._said(kept, request)
        yield from self._grown(self.talks.ask(kept["id"], text, say), kept, say)

    def act(self, kept: Any, event: gr.EventData, request: gr.Request) -> Iterator[list[Any]]:
        """A control that stands for a turn was used."""
        kept, say = self._said(kept, request)
        sent = _sent(event)
        if self.seen and sent.get("send") == "look":
            picture = self.seen.take(str(sent.get("picture")))
            yield from self._grown(self.talks.look(kept["id"], picture, str(sent.get("text", "")), say), kept, say)
            return
        yield from self._grown(self.talks.act(kept["id"], str(sent.get("send")), sent, say), kept, say)

    def look(self, seen: int, kept: Any, request: gr.Request) -> list[Any]:
        """Whether a person of the shop wrote, or came or went; ``seen`` is what ``news`` was when last asked."""
        kept, say = self._said(kept, request)
        news = self.talks.news(kept["id"])
        if news in (-1, seen):
            return [gr.skip()] * (len(View.__slots__) + 1)
        view = self._view(self.talks.open(kept["id"], say), kept, say)
        return [news, *view.updates(replace(view, history="", live="", watch=not view.watch))]

    def stop(self, kept: Any) -> None:
        """The running turn shall end; its own event shows that it did."""
        self.talks.end(remembered(kept)["id"], "stop")

    def rate(self, kept: Any, event: gr.EventData) -> None:
        """A thumb was pressed; the page shows it already."""
        sent = _sent(event)
        turn, value = (str(sent.get(name)) for name in ("turn", "value"))
        if turn.isascii() and turn.isdigit() and value in ("-1", "0", "1"):
            self.talks.rate(remembered(kept)["id"], int(turn), int(value))

    def restart(self, kept: Any, request: gr.Request) -> list[Any]:
        """A new conversation was asked for."""
        return self._switch(kept, "", request)

    def reopen(self, kept: Any, event: gr.EventData, request: gr.Request) -> list[Any]:
        """An earlier conversation was chosen."""
        return self._switch(kept, str(_sent(event).get("id", "")), request)

    def profile(self, kept: Any, event: gr.EventData, request: gr.Request) -> list[Any]:
        """A customer changed what is known of them."""
        kept, say = self._said(kept, request)
        return self._view(self.talks.change(kept["id"], _sent(event), say), kept, say).updates(None)

    def discard(self, kept: Any, event: gr.EventData, request: gr.Request) -> list[Any]:
        """A conversation shall be deleted; one that is not open leaves the open one as it stands."""
        kept, say = self._said(kept, request)
        id = str(_sent(event).get("id", ""))
        if id not in (kept["id"], *kept["earlier"]):
            return [gr.skip()] * len(View.__slots__)
        self.talks.discard(id)
        left = remembered({**kept, "earlier": [i for i in kept["earlier"] if i != id]}, kept["id"])
        if id == kept["id"]:
            left = {**left, "id": ""}
            return self._view(self.talks.open("", say), left, say).updates(None)
        view = self._view(self.talks.open(kept["id"], say), left, say)
        return view.updates(replace(view, memory={}, chats=""))

    def language(self, kept: Any, event: gr.EventData, request: gr.Request) -> list[Any]:
        """Another language was chosen; the page follows when the running answer is complete."""
        kept = remembered(kept)
        self.talks.settle(kept["id"])
        kept, say = self._said({**kept, "language": _sent(event).get("code")}, request)
        return self._view(self.talks.open(kept["id"], say), kept, say).updates(None)

    def _said(self, kept: Any, request: gr.Request) -> tuple[dict[str, Any], Words]:
        """What the browser keeps, made sound, and the words of its language."""
        kept = remembered(kept)
        return kept, words(kept["language"] or preferred(request.headers.get("accept-language", "")))

    def _switch(self, kept: Any, id: str, request: gr.Request) -> list[Any]:
        kept, say = self._said(kept, request)
        self.talks.end(kept["id"], "leave")
        return self._view(self.talks.open(id, say), kept, say).updates(None)

    def _grown(self, screens: Iterable[Screen], kept: dict[str, Any], say: Words) -> Iterator[list[Any]]:
        before: View | None = None
        for screen in screens:
            view = self._view(screen, kept, say, before if screen.busy else None)
            yield view.updates(before)
            before = view

    def _view(self, screen: Screen, kept: dict[str, Any], say: Words, before: View | None = None) -> View:
        """The page around ``screen``; the list of chats of ``before`` is taken over where it is given."""
        here = remembered(kept, screen.id)
        ids = [i for i in (here["id"], *here["earlier"]) if i]
        return View(
            memory=here,
            head=frame.masthead(self.shop, screen.items, say),
            history=screen.history,
            live=screen.live,
            wishes=screen.wishes,
            chats=before.chats if before else frame.chats([(i, self.talks.title(i)) for i in ids], here["id"], say),
            cart=screen.cart,
            plus=frame.plus(say, self.seen is not None),
            picked=frame.picked(say),
            foot=frame.footer(self.model, self.shop, self.products, say),
            box=Box(say, screen.box, screen.busy),
            watch=screen.watched,
        )


def _sent(event: gr.EventData) -> dict[str, Any]:
    """What the page's script sent along; a visitor may send anything."""
    data = event._data
    sent = data.get("sent") if isinstance(data, dict) else None
    return sent if isinstance(sent, dict) else {}
