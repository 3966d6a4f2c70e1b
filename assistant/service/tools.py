"""The actions as tools for a model that may call them: it can look and propose, and the yes is never its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.service.actions import ACTIONS, UNDO, Action

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from assistant.service.gate import Caller, Gate, Result


def tools(gate: Gate, caller: Caller) -> list[BaseTool]:
    """LangChain tools for one conversation. A tool's content is what the model reads, its artifact the ``Result``.

    No tool confirms: whoever runs the agent shows the proposal of a ``Result`` to the customer, and calls
    ``Gate.confirm`` when the customer themself has said yes.
    """
    offered = [a for a in ACTIONS.values() if not a.writes or a.name == UNDO or a.name in gate.rules.actions]
    return [_tool(gate, caller, action) for action in offered]


def schema(action: Action) -> dict[str, Any]:
    """The JSON schema of an action's arguments."""
    texts = {"type": "array", "items": {"type": "string"}}
    return {
        "title": action.name,
        "description": action.meaning,
        "type": "object",
        "properties": {
            name: texts if form == "texts" else {"type": "string"} for name, form in action.parameters.items()
        },
        "required": list(action.parameters),
        "additionalProperties": False,
    }


def told(result: Result) -> str:
    """What a model is told of a result."""
    if result.status == "needs_confirmation":
        return f"Not done yet. Ask the customer, in these words: {result.message}"
    return f"Refused ({result.rule}): {result.message}" if result.status == "denied" else result.message


def _tool(gate: Gate, caller: Caller, action: Action) -> BaseTool:
    from langchain_core.tools import StructuredTool

    def run(**arguments: Any) -> tuple[str, Result]:
        result = gate.call(caller, action.name, arguments)
        return told(result), result

    does = "Asks the customer for their yes before anything changes." if action.writes else "Changes nothing."
    return StructuredTool(
        name=action.name,
        description=f"{action.meaning} {does}",
        args_schema=schema(action),
        func=run,
        response_format="content_and_artifact",
    )
