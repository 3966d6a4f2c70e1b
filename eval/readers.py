"""A message read by rules, by the model, and by both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# One reading as the row of `shoptalk understand`.
Reading = Mapping[str, Any]
SYSTEMS = ("both", "rules", "model")


def reader(model: BaseChatModel) -> Callable[[Mapping[str, Any]], dict[str, Reading]]:
    """Reads a row by rules alone, by the model alone and by both, with one call of the model."""
    from assistant.batch import conversation
    from assistant.context import context
    from assistant.prompts import is_tuned
    from assistant.rows import understanding_row
    from assistant.understand import Trust, ask_model, combine
    from retrieval.vocabulary import Vocabulary

    vocabulary = Vocabulary.build((), {})
    trust: Trust = "model" if is_tuned(model) else "rules"

    def read(row: Mapping[str, Any]) -> dict[str, Reading]:
        state, text = conversation(row, vocabulary)
        values = ask_model(model, text, context(state)).values
        return {
            "both": understanding_row(combine(values, state, text, vocabulary, trust=trust)),
            "rules": understanding_row(combine({}, state, text, vocabulary)),
            "model": values,
        }

    return read
