"""Alembic's entry: runs the steps on the connection it is given, or writes a new one against a database by URL."""

from __future__ import annotations

from alembic import context

from assistant.service.tables import METADATA, PREFIX


def run() -> None:
    """Runs what was asked for on ``attributes["connection"]``."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        version_table=f"{PREFIX}version",
        include_name=lambda name, kind, _: kind != "table" or str(name).startswith(PREFIX),
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


# The name under which Alembic loads this file; an ordinary import of it does nothing.
if __name__ == "env_py":
    run()
