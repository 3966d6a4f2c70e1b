"""Which of the hits become cards."""

from __future__ import annotations

from assistant.preferences import SearchPlan
from assistant.recommend import SHOWN, select
from assistant.state import Preferences
from retrieval.product import Product
from retrieval.query import Filters, Hit


def test_near_twins_do_not_fill_the_cards() -> None:
    twins = [
        Hit(Product(f"t{n}", f"Glow desk lamp with dimmer {n}", brand="Acme"), None, 0.9 - n / 100) for n in range(10)
    ]
    other = Hit(Product("x", "Reading light", brand="Bolt"), None, 0.75)
    chosen = select([*twins, other], SearchPlan(Filters(), "lamp"), Preferences())
    assert len(chosen) == SHOWN
    assert [c.product_id for c in chosen][:2] == ["t0", "x"]
    # Who asks for the cheapest gets the cheapest, twins or not.
    cheapest = select([*twins, other], SearchPlan(Filters(), "lamp", order="price_up"), Preferences())
    assert [c.product_id for c in cheapest] == ["t0", "t1", "t2", "t3"]
