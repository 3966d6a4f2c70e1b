"""Scripted conversations without a person: what ``shoptalk play``, tests and evaluation run."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from assistant.errors import ConversationError
from assistant.parties import Desk, Read, Shelf
from assistant.rows import turn_row
from assistant.state import DialogueState, Done, Turn
from assistant.turn import reply
from assistant.understand import Trust

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def play(
    rows: Iterable[Mapping[str, Any]],
    *,
    shelf: Shelf,
    model: BaseChatModel | None,
    trust: Trust | None = None,
    read: Read | None = None,
    desk: Desk | None = None,
) -> Iterator[dict[str, Any]]:
    """Plays each row ``{"id", "customer", "verified", "turns": [text...]}``; yields one row a turn, in order.

    ``trust``, ``read`` and ``desk`` as in ``assistant.turn.reply``. With a ``desk`` a yes to a change of an order is
    one: it is written.
    """
    for row in rows:
        turns = row.get("turns")
        if "id" not in row or not isinstance(turns, list) or not all(isinstance(t, str) for t in turns):
            raise ConversationError(
                f"Row {row.get('id', '?')!r} is no script", 'Write {"id": ..., "turns": ["text", ...]} on each line'
            )
        # Played again it is another conversation: a proposal and a yes belong to one.
        id_ = f"{row['id']}:{secrets.token_hex(8)}" if desk else str(row["id"])
        state = DialogueState(id_, row.get("customer"), bool(row.get("verified", False)))
        for text in turns:
            turn = last_turn(reply(state, text, shelf=shelf, model=model, trust=trust, read=read, desk=desk))
            state = state.append(turn)
            yield {"id": row["id"], **turn_row(turn)}


def last_turn(events: Iterable[object]) -> Turn:
    """Runs a turn to its end."""
    for event in events:
        if isinstance(event, Done):
            return event.turn
    raise RuntimeError("a turn ended without Done")
