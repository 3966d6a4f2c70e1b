"""Same seed, same bytes; and a shop that grows changes nothing that was there."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from retrieval.demo import DemoFeed
from retrieval.demo.feed import World, imagine, write
from retrieval.demo.shop import items
from retrieval.demo.spec import Category, Line, Spec
from retrieval.demo.traits import Trait

_CODE = """
import sys
from pathlib import Path
from retrieval.demo.feed import imagine, write
from retrieval.demo.hidden import hide
from retrieval.demo.reading import read_spec
world = imagine(read_spec(), 7)
write(world, Path(sys.argv[1]) / "feed")
hide(world, Path(sys.argv[1]) / "hidden")
"""


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def lines_of(file: Path) -> set[str]:
    return set(file.read_text(encoding="utf-8").splitlines())


def test_the_same_seed_gives_the_same_bytes_in_another_process(feed: DemoFeed, hidden: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _CODE, str(tmp_path)], check=True, env={"PYTHONHASHSEED": "1"})
    assert len(bytes_of(feed.folder)) > 1200
    assert bytes_of(tmp_path / "feed") == bytes_of(feed.folder)
    assert bytes_of(tmp_path / "hidden") == bytes_of(hidden)


@pytest.fixture(scope="module")
def young(spec: Spec) -> Spec:
    """A shop with every second line of every second category, and its brands written in another order."""
    return replace(
        spec,
        brands=dict(list(spec.brands.items())[::-1]),
        categories=tuple(replace(c, lines=c.lines[1::2]) for c in spec.categories[1::2]),
    )


def test_more_products_change_no_product_price_or_review(feed: DemoFeed, young: Spec, tmp_path: Path) -> None:
    small = write(imagine(young, 7), tmp_path)
    assert 100 < small.product_count < feed.product_count / 2 and small.review_count > 1000
    for ours, theirs in (
        (small.products, feed.products),
        (small.prices, feed.prices),
        (small.reviews, feed.reviews),
        (small.customers, feed.customers),
    ):
        assert lines_of(ours) <= lines_of(theirs), ours.name
    here = bytes_of(feed.folder / "pictures")
    assert all(here[name] == digest for name, digest in bytes_of(tmp_path / "pictures").items())


def test_a_later_edition_changes_no_order_either(feed: DemoFeed, spec: Spec, tmp_path: Path) -> None:
    def later(line: Line) -> Line:
        made = tuple((colour, edition + 1) for colour, edition in line.makes)
        return replace(line, model=f"{line.model} Neo", makes=made)

    def grown(category: Category) -> Category:
        return replace(category, lines=(*(later(line) for line in category.lines[:3]), *category.lines))

    large = write(imagine(replace(spec, categories=tuple(map(grown, spec.categories))), 7), tmp_path)
    assert large.product_count > feed.product_count + 200
    for ours, theirs in (
        (feed.products, large.products),
        (feed.prices, large.prices),
        (feed.reviews, large.reviews),
        (feed.customers, large.customers),
        (feed.orders, large.orders),
        (feed.clicks, large.clicks),
    ):
        assert lines_of(ours) < lines_of(theirs) or ours == feed.customers, ours.name


def test_more_customers_change_no_other(feed: DemoFeed, spec: Spec, tmp_path: Path) -> None:
    fewer = replace(spec, people=replace(spec.people, customers=100))
    small = write(imagine(fewer, 7), tmp_path)
    for ours, theirs in (
        (small.customers, feed.customers),
        (small.orders, feed.orders),
        (small.reviews, feed.reviews),
        (small.clicks, feed.clicks),
    ):
        assert lines_of(ours) < lines_of(theirs), ours.name


def test_a_new_attribute_moves_no_other(spec: Spec) -> None:
    def with_more(category: Any) -> Any:
        return replace(category, traits=(Trait.parse("country_code", "1..90 by 1"), *category.traits))

    grown = replace(spec, categories=tuple(with_more(c) for c in spec.categories))
    for before, after in zip(items(spec, 7), items(grown, 7), strict=True):
        assert {k: v for k, v in after.attributes.items() if k != "country_code"} == before.attributes
        assert (after.price_cents, after.stock, after.codes) == (before.price_cents, before.stock, before.codes)


def test_another_seed_gives_another_shop_with_the_same_ids(world: World, spec: Spec) -> None:
    others = list(items(spec, 8))
    assert [item.id for item in world.shelf] == [item.id for item in others]
    changed = sum(a.attributes != b.attributes for a, b in zip(world.shelf, others, strict=True))
    assert changed > len(others) / 2
