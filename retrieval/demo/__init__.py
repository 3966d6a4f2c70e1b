"""The demo shop: a written specification and a seeded generator that writes feed files only."""

from retrieval.demo.feed import DemoFeed, write_feed

__all__ = ["DemoFeed", "write_feed"]
