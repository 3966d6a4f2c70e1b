"""Three hundred random filtered searches of the demo shop against a loop over its products (`benchmarks.exact`: 10,000)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from shops import shelf

from eval.exactness import Oracle, random_query
from retrieval import contenders, nearest
from retrieval.product import Kind, Money, Product
from retrieval.query import Filters, Query
from retrieval.search import Shelf


@pytest.mark.parametrize("large", [False, True], ids=["ranked whole", "by contenders"])
def test_three_hundred_searches_are_exact(demo_shop: Path, large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if large:
        # The way of a shop of a hundred thousand, on this small one.
        for module, name, value in ((contenders, "ALL", 20), (contenders, "_BEST", 15), (nearest, "EXACT", 10)):
            monkeypatch.setattr(module, name, value)
        monkeypatch.setattr(nearest, "_LEAST", 10)
        monkeypatch.setattr(nearest, "_MOST", 1.0)
    oracle, rng = Oracle(Shelf.open(demo_shop)), random.Random(11)
    kinds = sorted({kind.label for p in oracle.products if (kind := oracle.shelf.kind(p.id))})
    drawn = [random_query(rng, oracle.products, kinds) for _ in range(150)]
    assert sum(bool(oracle.right(q.filters)) for q in drawn) > 60
    assert [fault for query in drawn for fault in oracle.search_faults(query)] == []


def test_the_oracle_finds_each_planted_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = shelf([Product(str(n), f"Lamp {n}", price=Money(n * 100, "USD")) for n in range(5)])
    oracle, query = Oracle(opened), Query("lamp", 3, Filters(price_max=300))
    assert list(oracle.search_faults(query)) == []
    right = opened.search(Query("lamp", 5))

    def kinds(hits: list[object], count: int, asked: Query = query) -> set[str]:
        monkeypatch.setattr(opened, "search", lambda _: hits)
        monkeypatch.setattr(opened, "count", lambda _: count)
        return {fault.kind for fault in oracle.search_faults(asked)}

    by_id = {hit.product.id: hit for hit in right}
    assert kinds([by_id["1"], by_id["2"]], 4) == {"lost"}
    assert kinds([by_id["1"], by_id["2"], by_id["2"]], 4) == {"lost"}
    assert kinds([by_id["1"], by_id["2"], by_id["4"]], 4) == {"outside"}
    assert kinds([], 4) == {"false empty"}
    assert kinds([by_id["1"], by_id["2"], by_id["3"]], 3) == {"count"}
    assert kinds([by_id["2"], by_id["1"], by_id["3"]], 4, Query("lamp", 3, query.filters, (), "price_up")) == {"order"}


def test_kinds_decide_too() -> None:
    opened = shelf([Product("1", "A"), Product("2", "B")], {"1": Kind("lamp", "feed", 1.0)})
    assert list(Oracle(opened).search_faults(Query("", 5, Filters(kinds=("lamp",))))) == []
