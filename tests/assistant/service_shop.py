"""A small shop with an invented order database, for the tests of customer service."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from assistant.service.gate import Gate
from benchmarks.invented_orders import database
from eval.order_tasks import make_shop, opened

# The address of a PostgreSQL server's first database (make test-postgres); "" for SQLite.
POSTGRES = os.environ.get("SHOPTALK_TEST_POSTGRES", "")
_NUMBERS = count(1)
DATABASE: dict[str, Any] = database()


@pytest.fixture(autouse=True)
def empty_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """On PostgreSQL a database of its own for each test, as each has a file of its own on SQLite."""
    if not POSTGRES:
        yield
        return
    from sqlalchemy import create_engine

    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    monkeypatch.setenv("SHOPTALK_DATABASE", POSTGRES.rpartition("/")[0] + f"/{name}")
    yield
    engine.dispose()


@pytest.fixture(scope="session")
def order_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop as imported; ``gate`` is a copy for changing."""
    return make_shop(DATABASE, tmp_path_factory.mktemp("orders"))


@pytest.fixture
def own_shop(order_shop: Path, tmp_path: Path) -> Path:
    """A copy of the shop for one test."""
    return Path(shutil.copytree(order_shop, tmp_path / "shop"))


@pytest.fixture
def gate(own_shop: Path) -> Gate:
    """The gate of a shop of one's own."""
    return opened(own_shop)


def order_of(*statuses: str, paid_with: str = "", lines: int = 0) -> dict[str, Any]:
    """An order in one of these states, perhaps paid in this way, perhaps with so many lines."""
    return next(
        order
        for order in DATABASE["orders"].values()
        if order["status"] in statuses
        and order["payment_history"][0]["payment_method_id"].startswith(paid_with)
        and lines in (0, len(order["items"]))
    )
