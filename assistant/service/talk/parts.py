"""A message with several goals, taken apart: what it says about orders, one after the other, and what it shops for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.reading import cues
from assistant.service.talk import find
from assistant.service.talk.frame import INTENTS, pending
from assistant.state import DialogueState

# Where one goal may end and another begin: at the end of a sentence, or before a verb that asks for something.
_ASKS = (
    r"(?:please |also |then |now |could you |can you )*"
    r"(?:show|find|get|give|recommend|suggest|search|look|i(?:'m| am|'d)?|do you have|what|where|when|is|track|cancel|"
    r"return|exchange|send|change|order)\b"
)
_BETWEEN = re.compile(
    rf"(?<=[.!?;])\s+|\s*[,;]?\s+(?:and|but)\s+(?={_ASKS})|(?<=[。！？；])|[，,](?=再|另外|还有|顺便|然后)",
    re.IGNORECASE,
)
_SHOPS = re.compile(
    r"\b(?:show|find|get|give|recommend|suggest)(?: me| us)?\b|\b(?:look|looking|search|searching) for\b|"
    r"\bi(?:'m| am|'d)?(?: also| now)? (?:need|want|like|looking)\b|\bdo you (?:have|sell)\b|"
    r"看看|找|推荐|想买|想要|要买|还要|有没有",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a message says about orders, and what is left of it for the shelf; "" for neither."""

    orders: tuple[str, ...]
    shopping: str


def apart(state: DialogueState, text: str) -> Parts | None:
    """The parts of a message that has more than one goal; None where it has one."""
    frame = pending(state)
    orders: list[str] = []
    shopping: list[str] = []
    latest = orders if frame else None
    for piece in _pieces(text):
        if _serves(piece):
            if orders and find.numbers(piece) and find.numbers(orders[-1]):
                orders.append(piece)
            else:
                orders[-1:] = [f"{orders[-1]} {piece}" if orders else piece]
            latest = orders
        elif _SHOPS.search(piece) and not find.said("of_service", piece):
            shopping.append(piece)
            latest = shopping
        elif latest is not None and latest:
            latest[-1] += f" {piece}"
        elif latest is orders:
            orders.append(piece)
        else:
            return None
    several = len(orders) > 1 or (orders and shopping)
    return Parts(tuple(orders), " ".join(shopping)) if several else None


def _pieces(text: str) -> Iterator[str]:
    return (piece.strip() for piece in _BETWEEN.split(text) if piece and piece.strip())


def _serves(piece: str) -> bool:
    """Whether it asks something of an order."""
    return bool(find.numbers(piece)) or any(intent in INTENTS for intent in cues.intents(piece))
