"""The shop that a suite measures: an existing one, or one imported from the test set's own products."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from eval.plan import Plan, find, need

if TYPE_CHECKING:
    from retrieval.search import Shelf


def open_or_build(plan: Plan, data: Path, *, embed: bool = True) -> Shelf:
    """``plan.shop`` where it stands; else a shop imported from ``data``, there or under ``plan.out``.

    Of the folder are taken products.jsonl and, where it is there, reviews.jsonl.

    Without ``embed`` a shop made here gets no vectors, for suites that do not search.
    """
    from retrieval.embed import open_embedder
    from retrieval.importer import import_shop
    from retrieval.search import Shelf

    folder = plan.shop or plan.out / ("shop" if embed else "records")
    stands = folder.is_dir() and any(folder.iterdir())
    # Our own copy is brought up to date each time, which costs little where nothing changed.
    if not stands or plan.shop is None:
        feed, reviews = need(data, "products.jsonl"), find(data, "reviews.jsonl")
        import_shop(
            folder,
            [feed],
            mapping={},
            currency="USD",
            fmt="auto",
            embedder=open_embedder(None) if embed else None,
            reviews=() if reviews is None else (reviews,),
            on_progress=lambda done, of: plan.on_progress(done, of, "products"),
        )
    return Shelf.open(folder)


def shop_hash(folder: Path) -> str:
    """The sha256 of what a shop holds: ids and content hashes of its products, reviews, documents and orders.

    Equal for equal records, wherever and whenever they were imported.
    """
    from retrieval.catalogue import hashes

    held = hashlib.sha256()
    for table in ("products", "reviews", "policies", "customers", "orders"):
        for id_, _, content in hashes(folder, table):
            held.update(f"{table}\0{id_}\0{content}\n".encode())
    return held.hexdigest()


def demo_feed(plan: Plan) -> Path:
    """The folder with the demo shop's feed, written under ``plan.out``."""
    from retrieval.demo import write_feed

    folder = plan.out / "demo-feed"
    write_feed(folder)
    return folder
