"""Which of the hits become cards."""

from __future__ import annotations

import pytest

from assistant.preferences import SearchPlan
from assistant.recommend import SHOWN, select
from assistant.state import Preferences, Wish
from retrieval.product import AttributeValue, Kind, Product
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


@pytest.mark.parametrize(("telling", "shown"), [(3, ["t0", "t1", "t2"]), (2, ["t0", "s0", "t1", "s1"])])
def test_a_silent_title_means_something_where_most_titles_name_the_type(telling: int, shown: list[str]) -> None:
    """Of phones few titles say so; of backpacks what an attribute alone calls one may be its pouch."""
    hits = []
    for n in range(6):
        hits.append(
            Hit(Product(f"s{n}", f"Silent {n}", brand=f"s{n}"), Kind("backpack", "attribute", 0.97), 0.8 - n / 10)
        )
        if n < telling:
            named = Product(f"t{n}", f"Backpack {n}", brand=f"t{n}")
            hits.append(Hit(named, Kind("backpack", "title", 1.0), 0.85 - n / 10))
    hits.sort(key=lambda h: -h.score)
    cards = select(hits, SearchPlan(Filters(kinds=frozenset({"backpack"})), "backpack"), Preferences())
    assert [c.product_id for c in cards] == shown
