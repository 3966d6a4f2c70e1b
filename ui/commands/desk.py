"""Commands for the service desk: ``desk users``, ``desk user add|remove``, ``desk log`` and ``agent add``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands.talk import ShopOption, settings

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Engine

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits, dots and dashes.")]


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    desk = typer.Typer(help="The service desk: who may sign in at /desk, and what they did.", no_args_is_help=True)
    user = typer.Typer(help="Accounts of the staff.", no_args_is_help=True)
    user.command("add")(add)
    user.command("remove")(remove)
    desk.add_typer(user, name="user")
    desk.command("users")(users)
    desk.command("log")(log)
    app.add_typer(desk, name="desk")
    # The short name for the one that is needed first.
    agent = typer.Typer(help="An account of the service desk: `agent add` is `desk user add`.", no_args_is_help=True)
    agent.command("add")(add)
    agent.callback()(lambda: None)
    app.add_typer(agent, name="agent")


def add(
    name: NameArgument,
    role: Annotated[str, typer.Option("--role", help="agent, or supervisor: who may also grant exceptions.")] = "agent",
    shop: ShopOption = None,
) -> None:
    """Make an account, or give one a new password and role. The password is asked for, or read from a pipe."""
    from assistant.desk.accounts import Accounts

    agent = Accounts(_engine(shop)).add(name, role, _password())
    print(f"{agent.name} can sign in as {agent.role}.", file=sys.stderr)


def remove(name: NameArgument, shop: ShopOption = None) -> None:
    """Take an account away; who is signed in with it is out."""
    from assistant.desk.accounts import Accounts

    Accounts(_engine(shop)).remove(name)


def users(shop: ShopOption = None) -> None:
    """List the accounts, one a line: name and role."""
    from assistant.desk.accounts import Accounts

    for agent in Accounts(_engine(shop)).all():
        print(f"{agent.name}\t{agent.role}")


def log(
    customer: Annotated[str | None, typer.Option("--customer", help="Only what was about this customer.")] = None,
    shop: ShopOption = None,
) -> None:
    """Print who of the staff looked at whom and did what, the latest first, as tab-separated lines."""
    from assistant.desk.log import Log

    for line in Log(_engine(shop)).lines(customer=customer):
        row = (line.at.isoformat(timespec="seconds"), line.agent, line.what, line.talk, line.customer, line.detail)
        print("\t".join(" ".join(cell.split()) for cell in row))


def _engine(shop: Path | None) -> Engine:
    from assistant.build import open_store
    from assistant.errors import DeskError
    from retrieval import catalogue

    chosen = settings(shop, None, None)
    if not catalogue.exists(chosen.shop_folder):
        raise DeskError(
            f"There is no shop in {chosen.shop_folder}", "Name one with --shop, or run `shoptalk demo` first"
        )
    return open_store(chosen).engine


def _password() -> str:
    """Typed twice where somebody types; the first line of what is piped in otherwise."""
    from assistant.errors import DeskError

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    first = getpass("Password: ")
    if getpass("Once more: ") != first:
        raise DeskError("The two passwords differ", "Type the same one twice")
    return first
