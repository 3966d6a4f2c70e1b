"""Who reads the messages of a long test set: rules, unless a model other than the embedded one is named.

A thousand turns are hours of the embedded model on two cores; results say under ``model`` who read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.plan import Plan

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

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
