"""Reading the messages of a long test set: by rules, unless a model other than the embedded one is named.

A thousand turns are hours of the embedded model on two cores; results say under ``model`` who read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eval.plan import Plan

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.state import Preferences, Understanding

RULES = "rules"


def reader_of(plan: Plan) -> tuple[BaseChatModel | None, str]:
    """The model, None for the rules, and its name; raises ``ModelUnavailable`` for a dead one."""
    if plan.model in ("embedded", RULES):
        return None, RULES
    from assistant.models import open_llm

    model = open_llm(plan.model, adapter=plan.adapter, home=plan.home)
    if not plan.model.startswith("script:"):
        # A dead model must fail the run, not leave it to the rules, which looks quick.
        model.invoke("Say yes.")
    return model, plan.model


def readings(
    messages: Sequence[tuple[bool, str]], model: BaseChatModel | None
) -> Iterator[tuple[Understanding, Preferences]]:
    """For each message of the shopper in a dialogue, what it says and the wishes in force after it.

    ``messages`` are (whether the shopper's, text) in order. As in `shoptalk understand`, earlier messages are context
    that rules read; here each is read once, so that a long dialogue does not cost its square.
    """
    from assistant.preferences import merge
    from assistant.state import DialogueState, Reply, Sentence, Turn
    from assistant.understand import MESSAGE_LIMIT, combine, understand
    from retrieval.vocabulary import Vocabulary

    vocabulary = Vocabulary.build((), {})
    state = DialogueState("dialogue")
    for place, (shopper, full) in enumerate(messages):
        if not shopper:
            continue
        text = full[:MESSAGE_LIMIT]
        ruled = combine({}, state, text, vocabulary)
        said = ruled if model is None else understand(model, state, text, vocabulary)[0]
        yield said, merge(state.preferences, said)
        answers = [t for own, t in messages[place + 1 : place + 2] if not own]
        reply = Reply(tuple(Sentence(t) for t in answers))
        state = state.append(Turn(len(state.turns) + 1, text, ruled, merge(state.preferences, ruled), reply))
