"""A small shop with an invented order database, for the tests of customer service."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.service.gate import Gate
from benchmarks.invented_orders import database
from benchmarks.service import make_shop, opened

DATABASE: dict[str, Any] = database()
ADA = next(iter(DATABASE["users"]))


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
