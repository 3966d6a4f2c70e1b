"""What a conversation about an order has come to: kept with the turn that asked, JSON-ready, and read back from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.service.identity import NOTHING, Claims
from assistant.state import DialogueState, Intent

ABOUT = "service"
# In ``Reply.committed``: who was proved to speak.
VERIFIED = "verified "
INTENTS: tuple[Intent, ...] = ("order_status", "cancel_order", "change_order", "return_order", "exchange_order")


@dataclass(frozen=True, slots=True)
class Frame:
    """One concern, as far as it is known."""

    intent: Intent
    # What was asked for last: "identity", "order", "items", "reason", "what", "address", "variant", "method" or "yes".
    needs: str = ""
    # All that was said of it.
    said: str = ""
    order: str = ""
    items: tuple[str, ...] = ()
    claims: Claims = NOTHING
    # Words by which an answer is known: names of things, values to choose.
    options: tuple[str, ...] = ()
    proposal: str = ""
    difference: dict[str, Any] | None = None

    def asking(self, needs: str, *options: str) -> Frame:
        """With one more question open."""
        return replace(self, needs=needs, options=options)

    def to_pending(self) -> dict[str, Any]:
        """As ``Reply.pending``; e-mail and postcode stay no longer than they are needed for."""
        row = asdict(self) if self.needs == "identity" else asdict(replace(self, claims=NOTHING))
        return {"about": ABOUT, **row, "items": list(self.items), "options": list(self.options)}


def pending(state: DialogueState) -> Frame | None:
    """The concern whose question the latest turn asked."""
    return _frame(state.turns[-1].reply.pending) if state.turns else None


def earlier(state: DialogueState, intent: Intent | None = None) -> Frame | None:
    """The latest concern, of this kind where one is named, that was left open: to be taken up again."""
    for turn in reversed(state.turns):
        if turn.reply.committed and turn.understanding.intent == "confirm":
            return None
        frame = _frame(turn.reply.pending)
        if frame and intent in (None, frame.intent):
            return frame
    return None


def spoken_of(state: DialogueState) -> str | None:
    """The one order that the latest turn spoke of."""
    sentences = state.turns[-1].reply.sentences if state.turns else ()
    found = {e.id for s in sentences for e in s.evidence if e.source == "order" and e.id}
    return next(iter(found)) if len(found) == 1 else None


def verified(state: DialogueState) -> str | None:
    """Who was proved to speak in this conversation."""
    if state.customer and state.verified:
        return state.customer
    done = [entry for turn in state.turns for entry in turn.reply.committed if entry.startswith(VERIFIED)]
    return done[-1].removeprefix(VERIFIED) if done else None


def now_verified(customer: str) -> str:
    """The entry of ``Reply.committed`` that says so."""
    return f"{VERIFIED}{customer}"


def _frame(row: dict[str, Any] | None) -> Frame | None:
    if not row or row.get("about") != ABOUT:
        return None
    given = {name: value for name, value in row.items() if name in Frame.__slots__}
    return Frame(
        **{
            **given,
            "items": tuple(given["items"]),
            "options": tuple(given["options"]),
            "claims": Claims(**given["claims"]),
        }
    )
