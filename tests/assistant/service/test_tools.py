"""A model can look and propose by the tools; the yes is not among them."""

from __future__ import annotations

from service_shop import DATABASE, order_of

from assistant.service.gate import Caller, Gate
from assistant.service.tools import tools
from eval.order_tasks import state


def test_tools_look_propose_and_never_write(gate: Gate) -> None:
    order = order_of("pending")
    caller = Caller("talk", order["user_id"])
    by_name = {tool.name: tool for tool in tools(gate, caller)}
    assert not [name for name in by_name if "confirm" in name]
    looked = by_name["get_order_details"].invoke({"order_id": order["order_id"]})
    assert order["items"][0]["item_id"] in looked
    given = {"order_id": order["order_id"], "reason": "no longer needed"}
    call = {"name": "cancel_pending_order", "args": given, "id": "1", "type": "tool_call"}
    message = by_name["cancel_pending_order"].invoke(call)
    assert message.content.startswith("Not done yet.")
    assert state(gate) == DATABASE
    assert gate.confirm(caller, message.artifact.proposal).status == "done"
    refused = by_name["cancel_pending_order"].invoke(given)
    assert refused.startswith("Refused (cancel.pending-only)")


def test_arguments_that_no_schema_knows_are_refused_by_the_gate(gate: Gate) -> None:
    order = order_of("pending")
    (cancel,) = [t for t in tools(gate, Caller("talk", order["user_id"])) if t.name == "cancel_pending_order"]
    assert cancel.invoke({"order_id": order["order_id"]}).startswith("Refused (call.arguments)")


def test_a_model_is_not_told_of_a_transfer_that_nobody_made(gate: Gate) -> None:
    (transfer,) = [t for t in tools(gate, Caller("talk")) if t.name == "transfer_to_human_agents"]
    assert transfer.invoke({"summary": "wants a person"}).startswith("Not transferred")
