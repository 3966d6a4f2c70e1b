"""Commands for a shop's orders: ``service apply``, ``service dump``, ``service hash``, ``service mcp``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.commands.talk import InOption, OutOption, ShopOption, progress, settings

if TYPE_CHECKING:
    from assistant.service.gate import Gate

# The rules that an order database brings along unless others are named.
_OF_DATABASES = "tau2-retail"


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    service = typer.Typer(help="Orders: actions through the shop's policy, and the records.", no_args_is_help=True)
    service.command("apply")(apply)
    service.command("dump")(dump)
    service.command("hash")(hash_)
    service.command("mcp")(mcp)
    app.add_typer(service, name="service")


def apply(source: InOption, out: OutOption, shop: ShopOption = None) -> None:
    """Put a batch of actions through the shop's policy, in order, on one database; writes one row an action."""
    from assistant.service.batch import apply_rows
    from retrieval.jsonlines import read_rows, write_rows
    from ui.commands.talk import writable

    rows = read_rows(source)
    gate = _gate(shop)
    writable(out)
    write_rows(out, progress(apply_rows(gate, rows), len(rows), "actions"))


def dump(
    fmt: Annotated[str, typer.Option("--format", help="tau2: products, users and orders by id.")] = "tau2",
    shop: ShopOption = None,
) -> None:
    """Print the order database as canonical JSON."""
    from assistant.errors import OrdersError

    if fmt != "tau2":
        raise OrdersError(f"There is no format {fmt!r}", "Use --format tau2")
    print(_canonical(shop))


def hash_(shop: ShopOption = None) -> None:
    """Print the sha256 of what `service dump` prints: equal for equal records, and for no others."""
    import hashlib

    print(hashlib.sha256(_canonical(shop).encode()).hexdigest())


def mcp(
    customer: Annotated[str | None, typer.Option("--customer", help="Id of the customer who is signed in.")] = None,
    shop: ShopOption = None,
) -> None:
    """Offer the actions on orders to an MCP client over standard input and output; the customer confirms each one."""
    import asyncio

    from assistant.errors import OrdersError
    from assistant.service.mcp_server import serve_stdio

    gate = _gate(shop)
    if customer is not None:
        with gate.store.reading() as records:
            if records.customer(customer) is None:
                raise OrdersError(f"There is no customer {customer!r}", "Name one of the shop's own, or leave it out")
    asyncio.run(serve_stdio(gate, customer))


def put_in_force(named: str | None, orders: Sequence[Path]) -> Callable[[Path], None]:
    """Reads the rules that an import is to put in force, and returns what does that for a shop's folder.

    Without a name an order database brings its own, and otherwise the shop keeps what it has.
    """
    from assistant.service import bring, rules
    from retrieval.orders import is_database

    name = named or (_OF_DATABASES if any(is_database(path) for path in orders) else None)
    text = rules.rules_text(name) if name else None

    def put(folder: Path) -> None:
        if text is not None:
            bring.put_in_force(folder, text)
        if orders:
            # Opened once: the orders are there, and what makes no sense among them is told now.
            _gate(folder)

    return put


def _gate(shop: Path | None) -> Gate:
    from assistant.build import open_gate

    return open_gate(settings(shop, None, None))


def _canonical(shop: Path | None) -> str:
    from assistant.service.batch import snapshot

    return canonical(snapshot(_gate(shop)))


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spare signs: equal for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
