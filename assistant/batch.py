"""Messages read in bulk, without a shop and without answers: what ``shoptalk understand`` runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

from assistant.errors import ConversationError, MessageTooLong
from assistant.preferences import merge
from assistant.rows import understanding_row
from assistant.state import DialogueState, Reply, Sentence, Turn
from assistant.understand import MESSAGE_LIMIT, Trust, Vocabulary, combine, understand

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def understand_rows(
    rows: Iterable[Mapping[str, Any]],
    *,
    vocabulary: Vocabulary,
    model: BaseChatModel | None,
    trust: Trust | None = None,
) -> Iterator[dict[str, Any]]:
    """Reads the last message of each row ``{"id", "text"}`` or ``{"id", "messages": [{"role", "content"}]}``.

    Earlier messages only give the context: the shopper's are read by rules alone, the shop's stand as it said them.
    """
    for row in rows:
        started = perf_counter()
        state, text = conversation(row, vocabulary)
        said, _ = understand(model, state, text, vocabulary, trust=trust)
        yield {"id": row["id"], **understanding_row(said), "ms": round((perf_counter() - started) * 1000, 1)}


def conversation(row: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[DialogueState, str]:
    """The conversation before the last message of a row, and that message."""
    earlier, text = _messages(row)
    if len(text) > MESSAGE_LIMIT:
        raise MessageTooLong(
            f"The message of row {row['id']!r} has {len(text):,} characters", f"At most {MESSAGE_LIMIT:,}"
        )
    state = DialogueState(str(row["id"]))
    for message, answer in earlier:
        said = combine({}, state, message[:MESSAGE_LIMIT], vocabulary)
        wishes = merge(state.preferences, said)
        reply = Reply((Sentence(answer),) if answer else ())
        state = state.append(Turn(len(state.turns) + 1, message, said, wishes, reply))
    return state, text


def _messages(row: Mapping[str, Any]) -> tuple[list[tuple[str, str]], str]:
    """The shopper's earlier messages, each with what the shop answered, and the last one."""
    if "id" in row and isinstance(row.get("text"), str):
        return [], row["text"]
    messages = row.get("messages")
    if "id" in row and isinstance(messages, list) and all(isinstance(m.get("content"), str) for m in messages):
        turns: list[tuple[str, str]] = []
        for message in messages:
            if message.get("role") in ("user", "human", "shopper", "client"):
                turns.append((message["content"], ""))
            elif turns:
                said, answer = turns[-1]
                turns[-1] = (said, f"{answer} {message['content']}".strip())
        if turns:
            return turns[:-1], turns[-1][0]
    raise ConversationError(f"Row {row.get('id', '?')!r} has no message", 'Write {"id": ..., "text": ...} on each line')
