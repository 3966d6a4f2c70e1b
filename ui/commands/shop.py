"""Placeholder until its room is built."""

import typer


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
