"""What a model is told of the conversation before the message: two short lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.prompts import plain
from assistant.state import DialogueState, Reply, Wish

_SHOP_LIMIT = 100
_WISHES_LIMIT = 140
_SENTENCES = re.compile(r"[^.!?]+[.!?]+|[^.!?]+$")


def context(state: DialogueState) -> str:
    """The lines for a conversation: what the shop last said, and the wishes in force; "" at its start."""
    last = state.turns[-1].reply if state.turns else None
    return lines("" if last is None else _said(last, state), state.preferences)


def lines(shop: str, wishes: Iterable[Wish]) -> str:
    """``shop`` as the shop's line ("" for none) and ``wishes`` as theirs, each ended by a newline."""
    told = f"shop: {plain(shop, _SHOP_LIMIT)}\n" if shop else ""
    held = wishes_line(wishes)
    return told + (f"wishes: {held}\n" if held else "")


def wishes_line(wishes: Iterable[Wish]) -> str:
    """The wishes in few words: "laptop, red, from Acme, not Bolt, no leather, 100 to 300"."""
    held = list(wishes)
    parts = [str(w.value) for w in held if w.slot == "category"] + [str(w.value) for w in held if w.slot == "feature"]
    parts += [f"from {w.value}" for w in held if w.slot == "brand"]
    parts += [f"not {w.value}" for w in held if w.slot == "not_brand"]
    parts += [f"no {w.value}" for w in held if w.slot == "dislike"]
    low, high = (next((w.value for w in held if w.slot == slot), None) for slot in ("price_min", "price_max"))
    if low is not None and high is not None:
        parts.append(f"{low} to {high}")
    elif high is not None:
        parts.append(f"under {high}")
    elif low is not None:
        parts.append(f"over {low}")
    return plain(", ".join(parts), _WISHES_LIMIT)


def gist(text: str) -> str:
    """What of a shop's prose the next message most likely answers: its last question, else its first sentence."""
    sentences: list[str] = [s.strip() for s in _SENTENCES.findall(" ".join(text.split()))]
    questions = [s for s in sentences if s.endswith("?")]
    return (questions or sentences[:1] or [""])[-1]


def _said(reply: Reply, state: DialogueState) -> str:
    asked = gist(" ".join(s.text for s in reply.sentences[-1:]))
    if asked.endswith("?"):
        return asked
    if state.shown:
        kind = next((e.value for c in state.shown for e in c.evidence if e.field == "type"), "product")
        count = len(state.shown)
        return f"showed {count} {kind}{'' if count == 1 or kind.endswith('s') else 's'}"
    return gist(reply.text)
