"""The ordinary import takes the whole demo shop: products with their sizes, reviews, customers, orders and policies."""

from __future__ import annotations

from pathlib import Path

from retrieval import catalogue
from retrieval.demo import DemoFeed
from retrieval.demo.feed import World
from retrieval.importer import import_shop


def test_nothing_of_the_demo_shop_is_refused(world: World, feed: DemoFeed, tmp_path: Path) -> None:
    report = import_shop(
        tmp_path,
        feed.feeds,
        currency=feed.currency,
        reviews=[feed.reviews],
        policies=[feed.policies],
        orders=[feed.customers, feed.orders],
        embedder=None,
    )
    assert not report.refused
    assert (report.products, report.missing_pictures) == (feed.product_count, 0)
    products = {entry.product.id: entry.product for entry in catalogue.load(tmp_path).entries}
    for item in world.shelf:
        product = products[item.id]
        assert product.group == item.line.id and "variants" not in product.attributes
        assert [variant.id for variant in product.variants] == [choice.id for choice in world.variants[item.id]]
