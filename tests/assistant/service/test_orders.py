"""The order database: imported and written out it is the same; what was done here survives the next import."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from service_shop import DATABASE, order_of
from sqlalchemy import create_engine, inspect

from assistant.build import open_gate
from assistant.config import Settings
from assistant.errors import OrdersError
from assistant.service import feed
from assistant.service.database import REVISION, OrderStore
from assistant.service.gate import Caller, Gate
from assistant.service.tables import METADATA, PREFIX
from eval.order_tasks import make_shop, opened, state
from retrieval.importer import import_shop
from retrieval.orders import is_database

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def cancelled(gate: Gate, order: dict[str, Any]) -> None:
    """Cancels an order with a yes."""
    caller = Caller("talk", order["user_id"])
    given = {"order_id": order["order_id"], "reason": "ordered by mistake"}
    assert gate.confirm(caller, str(gate.call(caller, "cancel_pending_order", given).proposal)).status == "done"


def test_an_order_database_is_written_back_equal(gate: Gate) -> None:
    assert state(gate) == DATABASE


def test_what_was_done_is_imported_again_as_it_is(gate: Gate, tmp_path: Path) -> None:
    for name, order in (
        ("return_delivered_order_items", order_of("delivered", lines=1)),
        ("exchange_delivered_order_items", order_of("delivered", lines=2)),
    ):
        item = order["items"][0]
        given: dict[str, Any] = {
            "order_id": order["order_id"],
            "item_ids": [item["item_id"]],
            "payment_method_id": order["payment_history"][0]["payment_method_id"],
        }
        if name.startswith("exchange"):
            variants = DATABASE["products"][item["product_id"]]["variants"].values()
            cheap = [v for v in variants if v["available"] and v["item_id"] != item["item_id"]]
            given["new_item_ids"] = [min(cheap, key=lambda v: v["price"])["item_id"]]
            given["payment_method_id"] = next(
                m for m in DATABASE["users"][order["user_id"]]["payment_methods"] if m.startswith("credit_card")
            )
        caller = Caller(name, order["user_id"])
        assert gate.confirm(caller, str(gate.call(caller, name, given).proposal)).status == "done"
    cancelled(gate, order_of("pending"))
    after = state(gate)
    assert after != DATABASE
    assert state(opened(make_shop(after, tmp_path / "again"))) == after


def test_the_next_import_leaves_what_was_done_and_takes_what_changed(own_shop: Path, tmp_path: Path) -> None:
    first, second, gone = [o for o in DATABASE["orders"].values() if o["status"] == "pending"][:3]
    cancelled(opened(own_shop), first)
    changed = json.loads(json.dumps(DATABASE))
    changed["orders"][second["order_id"]]["status"] = "processed"
    del changed["orders"][gone["order_id"]]
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(changed), encoding="utf-8")
    import_shop(own_shop, [], orders=[file])
    orders = state(opened(own_shop))["orders"]
    assert orders[first["order_id"]]["status"] == "cancelled"
    assert orders[second["order_id"]]["status"] == "processed"
    assert gone["order_id"] not in orders


def test_orders_of_the_demo_shop_are_read_whole(own_demo_shop: Path) -> None:
    rows = [json.loads(line) for line in (own_demo_shop / "orders.jsonl").read_text(encoding="utf-8").splitlines()]
    gate = open_gate(Settings(shop=own_demo_shop))
    with gate.store.reading() as records:
        orders = {order.id: order for order in records.orders()}
        customers = {customer.id: customer for customer in records.customers()}
    assert len(orders) == len(rows)
    for row in rows:
        order = orders[row["order_id"]]
        assert (order.status, order.placed, order.customer_id) == (row["status"], row["placed"], row["customer_id"])
        paid = [t for t in row["payment_history"] if t["transaction_type"] == "payment"]
        assert str(order.transactions[0].amount.major) == paid[0]["amount"]
        assert [line.quantity for line in order.lines] == [item["quantity"] for item in row["items"]]
        assert order.id in customers[order.customer_id].orders


def test_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    where = tmp_path / "orders.sqlite"
    OrderStore.open(where)
    # A second opening finds the tables there.
    OrderStore.open(where)
    engine = create_engine(f"sqlite:///{where}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": f"{PREFIX}version", "target_metadata": METADATA}
        )
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == REVISION
        assert set(METADATA.tables) <= set(inspect(connection).get_table_names())
    folder = Path(feed.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == REVISION


def test_a_database_that_cannot_be_opened_is_named_without_its_password(tmp_path: Path) -> None:
    for where in (tmp_path / "missing" / "x.sqlite", "postgresql+psycopg://me:secret@127.0.0.1:9/none", "nonsense://x"):
        with pytest.raises(OrdersError) as told:
            OrderStore.open(where)
        assert "secret" not in str(told.value)


def test_what_is_an_order_database_is_told_from_its_beginning(tmp_path: Path) -> None:
    for text, is_one in (
        ('{\n "users" : {}, "products": {}, "orders": {}}', True),
        ('{"order_id": "1", "customer_id": "2", "items": []}\n', False),
        ("[]", False),
    ):
        file = tmp_path / "x.json"
        file.write_text(text, encoding="utf-8")
        assert is_database(file) is is_one


def test_the_commands(tmp_path: Path, shoptalk: Run, shoptalk_process: Run) -> None:
    file, shop = tmp_path / "db.json", tmp_path / "shop"
    file.write_text(json.dumps(DATABASE), encoding="utf-8")
    made = shoptalk("import", "--orders", file, "--shop", shop, "--no-embed")
    assert made.returncode == 0, made.stderr
    assert "name: tau2-retail" in (shop / "rules.yaml").read_text(encoding="utf-8")
    dumped = shoptalk_process("service", "dump", "--format", "tau2", "--shop", shop)
    assert json.loads(dumped.stdout) == DATABASE
    hashed = shoptalk("service", "hash", "--shop", shop).stdout.strip()
    assert hashed == hashlib.sha256(dumped.stdout.rstrip("\n").encode()).hexdigest()
    order = order_of("pending")
    given = {"order_id": order["order_id"], "reason": "no longer needed"}
    rows = [
        {"id": 1, "customer": order["user_id"], "name": "cancel_pending_order", "arguments": given, "confirmed": False},
        {"id": "b", "customer": None, "name": "cancel_pending_order", "arguments": given, "confirmed": True},
        {"id": "c", "customer": 7, "name": 3, "arguments": None},
        {
            "id": "d",
            "customer": order["user_id"],
            "name": "cancel_pending_order",
            "arguments": given,
            "confirmed": True,
        },
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = shoptalk("service", "apply", "--in", tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl", "--shop", shop)
    assert done.returncode == 0, done.stderr
    out = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["status"], row["rule"]) for row in out] == [
        (1, "needs_confirmation", None),
        ("b", "denied", "identity.required"),
        ("c", "denied", "call.unknown-action"),
        ("d", "done", None),
    ]
    assert out[0]["difference"] == out[3]["difference"]
    assert shoptalk("service", "hash", "--shop", shop).stdout.strip() != hashed


BAD = {
    "no shop": (["service", "hash", "--shop", "nowhere"], "nowhere"),
    "no such format": (["service", "dump", "--format", "xml"], "xml"),
    "no such rules": (["import", "--orders", "{file}", "--rules", "none.yaml", "--no-embed"], "none.yaml"),
    "broken database": (["import", "--orders", "{broken}", "--no-embed"], "broken.json"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, own_shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    (tmp_path / "db.json").write_text(json.dumps(DATABASE), encoding="utf-8")
    (tmp_path / "broken.json").write_text('{"products": {"1": ', encoding="utf-8")
    words, named = BAD[case]
    before = state(opened(own_shop))
    command = [w.format(file=tmp_path / "db.json", broken=tmp_path / "broken.json") for w in words]
    done = shoptalk(*command, env={"SHOPTALK_SHOP": str(own_shop)})
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert named in done.stderr
    assert state(opened(own_shop)) == before
