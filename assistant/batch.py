"""Messages read in bulk, without a shop and without answers: what ``shoptalk understand`` runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

from assistant.errors import ConversationError, MessageTooLong
from assistant.preferences import merge
from assistant.state import DialogueState, Reply, Turn
from assistant.understand import MESSAGE_LIMIT, Trust, Vocabulary, combine, understand

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def understand_rows(
    rows: Iterable[Mapping[str, Any]], *, vocabulary: Vocabulary, model: BaseChatModel | None, trust: Trust = "rules"
) -> Iterator[dict[str, Any]]:
    """Reads the last message of each row ``{"id", "text"}`` or ``{"id", "messages": [{"role", "content"}]}``.

    Earlier messages of the shopper only give the context; they are read by rules alone.
    """
    for row in rows:
        started = perf_counter()
        earlier, text = _messages(row)
        if len(text) > MESSAGE_LIMIT:
            raise MessageTooLong(
                f"The message of row {row['id']!r} has {len(text):,} characters", f"At most {MESSAGE_LIMIT:,}"
            )
        state = DialogueState(str(row["id"]))
        for message in earlier:
            said = combine({}, state, message[:MESSAGE_LIMIT], vocabulary)
            wishes = merge(state.preferences, said)
            state = state.append(Turn(len(state.turns) + 1, message, said, wishes, Reply()))
        said, _ = understand(model, state, text, vocabulary, trust=trust)
        yield {"id": row["id"], **said.to_row(), "ms": round((perf_counter() - started) * 1000, 1)}


def _messages(row: Mapping[str, Any]) -> tuple[list[str], str]:
    """The shopper's earlier messages and the last one."""
    if "id" in row and isinstance(row.get("text"), str):
        return [], row["text"]
    messages = row.get("messages")
    if "id" in row and isinstance(messages, list):
        theirs = [m["content"] for m in messages if m.get("role") in ("user", "human", "shopper", "client")]
        if theirs and all(isinstance(t, str) for t in theirs):
            return theirs[:-1], theirs[-1]
    raise ConversationError(f"Row {row.get('id', '?')!r} has no message", 'Write {"id": ..., "text": ...} on each line')
