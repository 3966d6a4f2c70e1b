"""One demo shop for all tests of it: imagined once, written once."""

from __future__ import annotations

from pathlib import Path

import pytest
from feed_files import Rows, read

from retrieval.demo import DemoFeed
from retrieval.demo.feed import World, imagine, write
from retrieval.demo.hidden import hide
from retrieval.demo.reading import read_spec
from retrieval.demo.spec import Spec


@pytest.fixture(scope="session")
def spec() -> Spec:
    return read_spec()


@pytest.fixture(scope="session")
def world(spec: Spec) -> World:
    return imagine(spec, 7)


@pytest.fixture(scope="session")
def feed(world: World, tmp_path_factory: pytest.TempPathFactory) -> DemoFeed:
    return write(world, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def hidden(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hide(world, tmp_path_factory.mktemp("hidden"))


@pytest.fixture(scope="session")
def rows(feed: DemoFeed) -> Rows:
    return read(feed.products)


@pytest.fixture(scope="session")
def review_rows(feed: DemoFeed) -> Rows:
    return read(feed.reviews)


@pytest.fixture(scope="session")
def order_rows(feed: DemoFeed) -> Rows:
    return read(feed.orders)


@pytest.fixture(scope="session")
def customer_rows(feed: DemoFeed) -> Rows:
    return read(feed.customers)
