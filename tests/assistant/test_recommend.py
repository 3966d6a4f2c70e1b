"""Which of the hits become cards."""

from __future__ import annotations

from assistant.preferences import SearchPlan
from assistant.recommend import SHOWN, select
from assistant.state import Preferences, Wish
from retrieval.product import AttributeValue, Product
from retrieval.query import Condition, Filters, Hit


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


def _hit(id: str, title: str, score: float, **attributes: AttributeValue) -> Hit:
    return Hit(Product(id, title, brand=id, attributes=attributes), None, score)


def test_what_titles_tell_apart_is_not_shown_beside_it() -> None:
    hits = [
        _hit("a", "Stand mixer", 0.9),
        _hit("b", "Planetary stand mixer", 0.5),
        _hit("c", "Mixer with two bowls", 0.8),
    ]
    wish = Wish("feature", "planetary", False, "planetary")
    plan = SearchPlan(Filters(), "mixer", soft=((wish, Condition("planetary")),))
    assert [c.product_id for c in select(hits, plan, Preferences((wish,)))] == ["b"]
    # Nothing tells of this one: then all stay.
    other = Wish("feature", "cheerful", False, "cheerful")
    plan = SearchPlan(Filters(), "mixer", soft=((other, Condition("cheerful")),))
    assert len(select(hits, plan, Preferences((other,)))) == 3
