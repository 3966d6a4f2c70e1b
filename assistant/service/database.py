"""Opens the order database, SQLite or PostgreSQL, and brings its tables up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, create_engine, event, inspect, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from assistant.errors import OrdersError
from assistant.service.records import Records
from assistant.service.tables import FACTS, PREFIX

# The newest step under ``migrations``; a test holds them together.
REVISION = "0001"
# Seconds that a write waits for another one.
_PATIENCE = 60
# PostgreSQL's lock of those who would make tables: any number that is ours alone.
_LOCK = 6_871_204


class OrderStore:
    """The order database. A write sees no half of another one, and nothing of it stays where it is cut off."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._migrate()

    @classmethod
    def open(cls, where: Path | str) -> OrderStore:
        """In an SQLite file, or at an SQLAlchemy address (``postgresql+psycopg://...``). Raises ``OrdersError``."""
        address = where if isinstance(where, str) and "://" in where else f"sqlite:///{where}"
        with told(where):
            engine = create_engine(address)
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _set_sqlite)
                event.listen(engine, "begin", _begin)
            return cls(engine)

    def close(self) -> None:
        """Lets go of the database; an SQLite file is then whole without its journal."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Records]:
        """The records at one moment."""
        with self._engine.connect() as connection:
            yield Records(connection)

    @contextmanager
    def writing(self) -> Iterator[Records]:
        """The records, alone with them where they lie in SQLite; an error undoes everything."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield Records(connection)

    def _migrate(self) -> None:
        if self._revision() == REVISION:
            return
        from alembic.command import upgrade
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            # Of several that open a new database at once, one makes the tables and the others find them.
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            config.attributes["connection"] = connection
            upgrade(config, "head")

    def _revision(self) -> str | None:
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(f"{PREFIX}version"):
                return None
            return cast("str | None", connection.scalar(text(f"SELECT version_num FROM {PREFIX}version")))

    def fact(self, name: str) -> str | None:
        """What the database says of itself under ``name``."""
        with self._engine.connect() as connection:
            return connection.scalar(select(FACTS.c.value).where(FACTS.c.name == name))


@contextmanager
def told(where: Path | str) -> Iterator[None]:
    """What goes wrong with the database at ``where`` becomes an ``OrdersError`` that names it, without a password."""
    try:
        yield
    except (SQLAlchemyError, ImportError, ValueError) as error:
        place = str(where).rpartition("@")[2]
        reason = str(error).splitlines()[0]
        raise OrdersError(
            f"Orders cannot be kept at {place}: {reason}", "Check that the address exists and is writable"
        ) from error


def _set_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    # SQLAlchemy's own BEGIN, see ``_begin``, instead of the driver's, which comes too late to lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, value in (
        ("busy_timeout", _PATIENCE * 1000),
        ("journal_mode", "WAL"),
        ("synchronous", "NORMAL"),
        ("foreign_keys", "ON"),
        # What is deleted is overwritten.
        ("secure_delete", "ON"),
    ):
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A write takes the lock before it reads what it decides by.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
