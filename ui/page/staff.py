"""What the shop's staff and the shopper say to each other in a conversation, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.page.html import hidden, paragraphs, text
from ui.words import Words

if TYPE_CHECKING:
    from assistant.desk.queue import Message


def thread(messages: Sequence[Message], say: Words) -> str:
    """The messages that follow one turn; "" where there are none. An agent's stands under their name."""
    body = "".join(_message(message, say) for message in messages)
    return f'<div class="st-thread" aria-live="polite">{body}</div>' if body else ""


def _message(message: Message, say: Words) -> str:
    if message.author == "shopper":
        return f'<div class="st-you">{hidden(say("turn.you"))}<p>{paragraphs(message.text)}</p></div>'
    if message.author == "agent":
        name = text(say("staff.name", name=message.name))
        return f'<div class="st-staff"><p class="st-who">{name}</p><p>{paragraphs(message.text)}</p></div>'
    return f'<p class="st-note st-notice" role="note">{text(say(f"staff.{message.author}", name=message.name))}</p>'
