"""The command line: ``shoptalk COMMAND``. Each command's own module imports what it needs when it runs."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer

from retrieval.errors import ShopTalkError

app = typer.Typer(
    name="shoptalk",
    help="A conversational shopping assistant that proves every sentence it shows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_MODULES = "talk importing search recommend service page desk profile insights ads privacy models evaluation"
for _module in _MODULES.split():
    import_module(f"ui.commands.{_module}").register(app)


def main() -> None:
    """Entry point of the console script: a user's mistake is a line on standard error and exit code 2."""
    # Read when the first library with OpenMP loads (torch or llama.cpp): threads that wait for each other sleep soon
    # instead of burning the core that another program has; on a busy machine a prompt is read five times faster.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    try:
        app()
    except ShopTalkError as error:
        for line in str(error).splitlines():
            print(f"shoptalk: {line}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
