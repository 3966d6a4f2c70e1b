"""The demo shop with its documents and orders, on the day on which it stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eval.plan import EvalError, Plan

if TYPE_CHECKING:
    from assistant.service.talk import ServiceDesk
    from retrieval.search import Shelf

# The demo shop's today.
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def built(plan: Plan) -> Path:
    """``plan.shop`` where one is named, else the demo shop made under ``plan.out``."""
    if plan.shop is not None:
        return plan.shop
    from assistant.service.bring import put_in_force
    from assistant.service.rules import rules_text
    from retrieval.demo import write_feed
    from retrieval.embed import open_embedder
    from retrieval.importer import import_shop

    folder = plan.out / "shop"
    feed = write_feed(folder)
    import_shop(
        folder,
        feed.feeds,
        currency=feed.currency,
        embedder=open_embedder(None),
        policies=(feed.policies,),
        orders=(feed.customers, feed.orders),
        on_progress=lambda done, of: plan.on_progress(done, of, "products"),
    )
    put_in_force(folder, rules_text(str(feed.rules)))
    return folder


def open_desk(shelf: Shelf, database: Path | None = None) -> ServiceDesk:
    """Customer service of the shop on the demo's day; its orders lie in ``database``, else in the shop's own.

    Raises ``EvalError`` for a shop without documents.
    """
    from assistant.service.bring import bring
    from assistant.service.database import OrderStore
    from assistant.service.gate import Gate
    from assistant.service.goods import ShopGoods
    from assistant.service.rules import load
    from assistant.service.talk import Policies, ServiceDesk
    from retrieval import catalogue
    from retrieval.policy_search import PolicyShelf

    documents = PolicyShelf.open(shelf)
    if documents is None:
        raise EvalError(f"The shop in {shelf.folder} has no documents", "Name the demo shop with --shop")
    store = OrderStore.open(database or shelf.folder / catalogue.FILE)
    bring(shelf.folder, store)
    gate = Gate(store, load(shelf.folder), ShopGoods(shelf.folder), lambda: NOW)
    return ServiceDesk(gate, Policies(documents, gate.rules, gate.goods, gate.today))
