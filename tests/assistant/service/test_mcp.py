"""The actions over MCP, with a real client in process, of the protocol's both ages: nothing is written without a person's yes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from service_shop import DATABASE, order_of

from assistant.service.gate import Gate
from assistant.service.mcp_server import IDENTIFY, server
from eval.order_tasks import state

pytest.importorskip("mcp", reason="the package mcp is not installed")

ERAS = ("legacy", "auto")


def talked(gate: Gate, customer: str | None, says: Any, run: Callable[[Any], Awaitable[Any]], mode: str) -> Any:
    """What ``run`` finds with a client whose person answers each form as ``says`` has it; None cannot be asked."""
    from mcp import Client
    from mcp_types import ElicitResult

    async def answer(_: object, asked: Any) -> ElicitResult:
        says.append(asked.message)
        return ElicitResult(**says[0])

    async def whole() -> Any:
        callback = {} if says is None else {"elicitation_callback": answer}
        async with Client(server(gate, customer), mode=mode, **callback) as client:
            return await run(client)

    return asyncio.run(whole())


def cancel(order: dict[str, Any]) -> Callable[[Any], Awaitable[Any]]:
    """A model that asks for the order to be cancelled."""

    async def run(client: Any) -> Any:
        given = {"order_id": order["order_id"], "reason": "no longer needed"}
        return await client.call_tool("cancel_pending_order", given)

    return run


@pytest.mark.parametrize("mode", ERAS)
def test_a_yes_writes_what_the_person_was_shown(gate: Gate, mode: str) -> None:
    order = order_of("pending")
    says: list[Any] = [{"action": "accept", "content": {"yes": True}}]
    done = talked(gate, order["user_id"], says, cancel(order), mode)
    assert done.structured_content["status"] == "done"
    assert order["order_id"] in says[1] and len(says) == 2
    changed = {id_ for id_, row in state(gate)["orders"].items() if row != DATABASE["orders"][id_]}
    assert changed == {order["order_id"]}


@pytest.mark.parametrize("mode", ERAS)
@pytest.mark.parametrize(
    "answer",
    [
        {"action": "accept", "content": {"yes": False}},
        {"action": "accept", "content": {}},
        {"action": "decline"},
        {"action": "cancel"},
    ],
)
def test_anything_else_writes_nothing(gate: Gate, mode: str, answer: dict[str, Any]) -> None:
    order = order_of("pending")
    talked(gate, order["user_id"], [answer], cancel(order), mode)
    assert state(gate) == DATABASE


@pytest.mark.parametrize("mode", ERAS)
def test_a_client_that_cannot_ask_its_person_gets_a_proposal(gate: Gate, mode: str) -> None:
    order = order_of("pending")
    asked = talked(gate, order["user_id"], None, cancel(order), mode)
    assert asked.structured_content["status"] == "needs_confirmation"
    assert state(gate) == DATABASE


def test_a_yes_is_for_the_proposal_of_its_own_conversation(gate: Gate) -> None:
    order = order_of("pending")
    given = {"order_id": order["order_id"], "reason": "no longer needed"}
    from assistant.service.gate import Caller

    elsewhere = gate.call(Caller("another", order["user_id"]), "cancel_pending_order", given).proposal

    async def run(client: Any) -> Any:
        from mcp_types import ElicitResult

        yes = {"yes": ElicitResult(action="accept", content={"yes": True})}
        return await client.call_tool("cancel_pending_order", given, input_responses=yes, request_state=elsewhere)

    refused = talked(gate, order["user_id"], [{"action": "decline"}], run, "auto")
    assert refused.structured_content["rule"] == "confirmation.unknown"
    assert state(gate) == DATABASE


def test_nobody_sees_anything_before_they_have_said_who_they_are(gate: Gate) -> None:
    order = order_of("pending")
    user = DATABASE["users"][order["user_id"]]

    async def run(client: Any) -> Any:
        look = ("get_order_details", {"order_id": order["order_id"]})
        before = await client.call_tool(*look)
        await client.call_tool(IDENTIFY, {"email": "nobody@example.com"})
        still = await client.call_tool(*look)
        await client.call_tool(IDENTIFY, {"email": user["email"]})
        return before, still, await client.call_tool(*look)

    before, still, after = talked(gate, None, [{"action": "decline"}], run, "legacy")
    assert [r.structured_content["rule"] for r in (before, still)] == ["identity.required"] * 2
    assert after.structured_content["status"] == "done"


def test_tools_are_the_actions_in_force_and_no_confirmation(gate: Gate) -> None:
    async def run(client: Any) -> Any:
        return await client.list_tools()

    names = {tool.name for tool in talked(gate, None, None, run, "auto").tools}
    assert {"cancel_pending_order", "get_order_details", IDENTIFY} <= names
    # The retail policy takes no such action.
    assert "reorder_items" not in names
    assert not [name for name in names if "confirm" in name]
