"""The whole page as one value, and what a browser has to be told to get from one to the next."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from ui.words import LANGUAGES, Words

_EARLIER = 12


@dataclass(frozen=True, slots=True)
class Box:
    """The message box."""

    say: Words
    # A new text; None leaves what the shopper is typing.
    text: str | None = None
    # A turn is running: the box stops it instead of sending.
    busy: bool = False

    def update(self) -> Any:
        """What Gradio is told."""
        say = self.say
        changes: dict[str, Any] = {} if self.text is None else {"value": self.text}
        buttons = {"submit_btn": not self.busy and say("box.send"), "stop_btn": self.busy and say("box.stop")}
        return gr.update(label=say("box.label"), placeholder=say("box.hint"), **buttons, **changes)


@dataclass(frozen=True, slots=True)
class View:
    """What stands in each part of the page; HTML but for the memory and the box."""

    # What the browser keeps, see ``remembered``.
    memory: dict[str, Any]
    head: str
    history: str
    live: str
    wishes: str
    chats: str
    cart: str
    # The menu and the bar at the message box, the line under it.
    plus: str
    picked: str
    foot: str
    box: Box
    # Whether the page asks for news of a person of the shop.
    watch: bool = False

    def updates(self, before: View | None) -> list[Any]:
        """One update a part, in the order of the fields; what is as it was ``before`` is left alone."""
        return [self._update(f.name, before) for f in fields(self)]

    def _update(self, name: str, before: View | None) -> Any:
        value = getattr(self, name)
        if before is not None and value == getattr(before, name) and not (isinstance(value, Box) and value.text):
            return gr.skip()
        if isinstance(value, bool):
            return gr.Timer(active=value)
        return value.update() if isinstance(value, Box) else value


def remembered(kept: Any, id: str | None = None) -> dict[str, Any]:
    """What the browser keeps: the conversation that is open, latest first those before it, and the language chosen.

    ``kept`` is what it kept until now, whatever that is: a visitor can change it. ``id`` is the one now open.
    """
    kept = kept if isinstance(kept, dict) else {}
    was, before, language = kept.get("id"), kept.get("earlier"), kept.get("language")
    known = [i for i in [was, *(before if isinstance(before, list) else [])] if isinstance(i, str) and i]
    now = (was if isinstance(was, str) else "") if id is None else id
    return {
        "id": now,
        "earlier": [i for i in dict.fromkeys(known) if i != now][:_EARLIER],
        # "" while the browser's own is followed.
        "language": language if isinstance(language, str) and language in LANGUAGES else "",
    }
