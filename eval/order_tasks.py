"""Order databases of service benchmarks: the shop made of one, its recorded tasks replayed, calls put to its policy."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.order_calls import Call, Calls
from eval.plan import need
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    from assistant.service.gate import Gate


def make_shop(database: dict[str, Any], folder: Path) -> Path:
    """A shop with this order database, without vectors."""
    from assistant.service import bring, rules
    from retrieval.importer import import_shop

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "orders.json"
    file.write_text(json.dumps(database), encoding="utf-8")
    import_shop(folder / "shop", [], orders=[file])
    bring.put_in_force(folder / "shop", rules.rules_text("tau2-retail"))
    opened(folder / "shop")
    return folder / "shop"


def opened(shop: str | Path) -> Gate:
    """The gate of a shop."""
    from assistant.build import open_gate
    from assistant.config import Settings

    return open_gate(Settings(shop=Path(shop)))


def state(gate: Gate) -> dict[str, Any]:
    """Products, users and orders."""
    from assistant.service.batch import snapshot

    return snapshot(gate)


def put(gate: Gate, calls: Sequence[Call]) -> list[dict[str, Any]]:
    """What comes of calls that are said yes to."""
    from assistant.service.batch import apply_rows

    return list(apply_rows(gate, [call.row(n) for n, call in enumerate(calls)]))


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of the recorded actions of one task."""

    id: str
    # Whether every record ends as published, and no other changed.
    equal: bool
    # Rules that refused a write.
    refused: tuple[str, ...]
    # How many actions were played.
    actions: int


def replayed(
    shop: Path, database: dict[str, Any], folder: Path, on_task: Callable[[int, int], None] = lambda done, of: None
) -> list[Replay]:
    """Each task of ``folder`` on a copy of ``shop``, its recorded actions said yes to; ``on_task`` hears of progress.

    ``tasks.jsonl`` holds the actions, ``expected_end_state.jsonl`` the records that they change; either may be ``.gz``.
    """
    ends = {str(row["id"]): row["changed"] for row in read_rows(need(folder, "expected_end_state.jsonl"))}
    tasks = read_rows(need(folder, "tasks.jsonl"))
    found = []
    for task in tasks:
        with tempfile.TemporaryDirectory() as place:
            gate = opened(shutil.copytree(shop, Path(place) / "shop"))
            refused = tuple(_play(gate, task["actions"], database))
            expected = json.loads(json.dumps(database))
            for change in ends[str(task["id"])]:
                expected[change["table"]][change["key"]] = change["record"]
            found.append(Replay(str(task["id"]), state(gate) == expected, refused, len(task["actions"])))
        on_task(len(found), len(tasks))
    return found


def _play(gate: Gate, actions: Sequence[dict[str, Any]], database: dict[str, Any]) -> list[str]:
    """Does the actions of a task, each with a yes; the rules by which writes were refused."""
    customer, refused = None, []
    for action in actions:
        given = action["arguments"]
        if customer is None and not action["name"].startswith("find_user"):
            order = database["orders"].get(given.get("order_id"))
            customer = order["user_id"] if order else given.get("user_id")
        (row,) = put(gate, [Call(customer, action["name"], given)])
        if action["name"].startswith("find_user") and row["status"] == "done":
            customer = row["message"]
        elif row["status"] == "denied" and not action["name"].startswith(("find_", "get_")):
            refused.append(row["rule"])
    return refused


def judged(gate: Gate, database: dict[str, Any], illegal: int, legal: int, seed: int) -> dict[str, Any]:
    """How many of the forbidden calls are refused with their rule, leaving all as it was, and how many allowed pass."""
    calls = Calls(database, seed)
    forbidden, allowed = calls.illegal(illegal), calls.legal(legal)
    prepared = [row["status"] for call in forbidden for row in put(gate, call.first)]
    before = state(gate)
    rows = put(gate, forbidden)
    right = [row["status"] == "denied" and row["rule"] == call.rule for call, row in zip(forbidden, rows, strict=True)]
    return {
        "forbidden": len(forbidden),
        "right": sum(right),
        "wrong": [f"{c.name} {c.rule}: {r['rule']}" for c, r, ok in zip(forbidden, rows, right, strict=True) if not ok],
        "allowed": len(allowed),
        "prepared": Counter(prepared)["done"] == len(prepared),
        "unchanged": state(gate) == before,
        "passed": sum(row["status"] == "done" for row in put(gate, allowed)),
        "rules": dict(Counter(str(call.rule) for call in forbidden)),
    }
