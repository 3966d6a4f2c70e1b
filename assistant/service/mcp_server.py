"""The actions as tools of an MCP server, through the gate: a model can look and propose, and only a person can say yes.

A write is put to the person in front of the client as a form of its own (elicitation); what the model sends beside its
arguments is no yes. A client that cannot ask its person gets the proposal and nothing is written.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, cast

from assistant.errors import OrdersError
from assistant.service.actions import ACTIONS, UNDO, Action
from assistant.service.gate import Caller, Gate, Result
from assistant.service.identity import Claims
from assistant.service.tools import schema, told

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel import Server

IDENTIFY = "identify_customer"
_WHO = {
    "title": IDENTIFY,
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("email", "postcode", "order_id", "name")},
    "additionalProperties": False,
}
# The form that a person fills in; the words beside it are those of the proposal.
_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"yes": {"type": "boolean", "title": "Do exactly that"}},
    "required": ["yes"],
}
# From this version on a server asks by its answer, before it by a request of its own.
_ASKS_BY_ANSWER = "2026-07-28"


class Answer(Protocol):
    """What a person did with a form."""

    action: str
    content: dict[str, Any] | None


@dataclass
class Conversation:
    """One connection: who is proved to speak in it, and the gate that it goes through."""

    gate: Gate
    # Whom the client has signed in; None where nobody is known yet.
    customer: str | None = None
    id: str = field(default_factory=lambda: f"mcp:{secrets.token_urlsafe(12)}")

    @property
    def caller(self) -> Caller:
        """As the gate knows it."""
        return Caller(self.id, self.customer)

    def call(self, name: str, arguments: dict[str, Any]) -> Result:
        """A read's answer, or a proposal; nothing of an order is written."""
        return self.identify(arguments) if name == IDENTIFY else self.gate.call(self.caller, name, arguments)

    def identify(self, arguments: dict[str, Any]) -> Result:
        """Takes over who is proved to speak; once known it stays, and nobody else can be."""
        if self.customer is not None:
            return Result("done", "The customer of this conversation is known already.")
        given = {name: str(arguments.get(name) or "") for name in ("email", "postcode", "order_id", "name")}
        # A name is looked for in the words, numbers where they are written.
        claims = Claims(words=given["name"]).and_of(f"{given['email']} {given['postcode']} {given['order_id']}")
        found = self.gate.identify(self.id, claims)
        if found.status == "denied":
            return found
        self.customer = found.found
        ways = "; ".join(self.gate.rules.identity)
        return Result("done", "The customer is known now." if found.found else f"More has to be said: {ways}.")

    def answered(self, proposal: str, answer: Answer | None) -> Result:
        """What comes of a person's answer to a proposal of this conversation: a yes and nothing else commits it."""
        if answer is None:
            return Result("denied", "Nobody was asked, and nothing was changed.", "confirmation.unknown")
        if answer.action == "accept" and (answer.content or {}).get("yes") is True:
            return self.gate.confirm(self.caller, proposal)
        self.gate.decline(self.caller, proposal)
        return Result("done", "The customer said no; nothing was changed.")


def server(gate: Gate, customer: str | None = None) -> Server[Any]:
    """An MCP server for one conversation; ``customer`` is who the client has signed in, None for nobody yet.

    Raises ``OrdersError`` where the package is not installed.
    """
    try:
        from mcp.server.lowlevel import Server as LowLevel
    except ImportError as error:
        raise OrdersError("The package mcp is not installed", "Install it with: pip install 'shoptalk[mcp]'") from error
    import mcp_types as types

    talk = Conversation(gate, customer)
    offered = [_tool(action) for action in _offered(gate)]
    offered.append(
        types.Tool(
            name=IDENTIFY,
            description="Proves who the customer is by what they say: e-mail address, postcode, order number, name.",
            input_schema=_WHO,
        )
    )

    async def listed(_: ServerRequestContext[Any], __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=offered)

    async def called(
        context: ServerRequestContext[Any], given: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        if given.request_state is not None:
            answers = given.input_responses or {}
            return _result(talk.answered(given.request_state, cast("Answer | None", answers.get("yes"))))
        result = talk.call(given.name, given.arguments or {})
        if result.proposal is None or not _can_ask(context):
            return _result(result)
        if context.protocol_version >= _ASKS_BY_ANSWER:
            form = types.ElicitRequestFormParams(message=result.message, requested_schema=_FORM)
            asked = {"yes": types.ElicitRequest(params=form)}
            return types.InputRequiredResult(input_requests=asked, request_state=result.proposal)
        answer = await context.session.elicit_form(result.message, _FORM, context.request_id)
        return _result(talk.answered(result.proposal, cast(Answer, answer)))

    return LowLevel(
        "shoptalk",
        instructions="Customer service of a shop. Every change of an order is put to the customer, who says yes or no.",
        on_list_tools=listed,
        on_call_tool=called,
    )


async def serve_stdio(gate: Gate, customer: str | None = None) -> None:
    """Serves one conversation over standard input and output until the client leaves."""
    made = server(gate, customer)
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (incoming, outgoing):
        await made.run(incoming, outgoing, made.create_initialization_options())


def _offered(gate: Gate) -> list[Action]:
    return [a for a in ACTIONS.values() if not a.writes or a.name == UNDO or a.name in gate.rules.actions]


def _tool(action: Action) -> types.Tool:
    import mcp_types as types

    does = "The customer is asked for their yes before anything changes." if action.writes else "Changes nothing."
    return types.Tool(
        name=action.name,
        description=f"{action.meaning} {does}",
        input_schema=schema(action),
        annotations=types.ToolAnnotations(read_only_hint=not action.writes),
    )


def _can_ask(context: ServerRequestContext[Any]) -> bool:
    """Whether the client can put a form to its person; one that says no more than "elicitation" can."""
    capabilities = context.session.client_capabilities
    asks = capabilities.elicitation if capabilities else None
    return asks is not None and (asks.form is not None or asks.url is None)


def _result(result: Result) -> types.CallToolResult:
    import mcp_types as types

    return types.CallToolResult(
        content=[types.TextContent(type="text", text=told(result))],
        structured_content={
            "status": result.status,
            "rule": result.rule,
            "message": result.message,
            "difference": result.difference,
        },
        is_error=result.status == "denied",
    )
