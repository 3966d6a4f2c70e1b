"""The examples to begin with: about what the shop sells, and each of them finds the product it shows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from page_fakes import PRODUCTS, FakeShelf

from retrieval.product import Money
from ui.page.examples import examples, round_up
from ui.words import words


@pytest.mark.parametrize(
    ("price", "above"),
    [("37.20", 40), ("40", 50), ("110", 150), ("873", 900), ("1000", 1500), ("27", 30), ("0.50", 1), ("9.99", 10)],
)
def test_a_budget_is_a_round_number_above_the_price(price: str, above: int) -> None:
    assert round_up(Money.of(price, "USD")) == Decimal(above)


def test_a_shop_of_one_type_gets_one_example_with_a_product_it_finds() -> None:
    (example,) = examples(cast(Any, FakeShelf()))
    assert (example.text(words()), example.product) == ("I'm looking for a lamp under $40", PRODUCTS[0])
    assert example.text(words("zh")) == "我想找 lamp，$40 以下"
    assert examples(cast(Any, FakeShelf([]))) == []


def test_the_demo_shops_examples_differ_and_each_finds_its_product(demo_shop: Path) -> None:
    from assistant.preferences import merge, to_filters
    from assistant.state import DialogueState, Preferences, Understanding
    from assistant.understand import understand
    from retrieval.search import Shelf

    shelf = Shelf.open(demo_shop)
    found = examples(shelf)
    assert len(found) == len({e.product.category for e in found}) == 4
    assert [e.form for e in found] == ["price", "colour", "brand", "rated"]
    for example in found:
        text = example.text(words())
        read, _ = understand(None, DialogueState("t"), text, shelf.vocabulary)
        for said in (read, Understanding("find", example.wishes)):
            plan = to_filters(merge(Preferences(), said), shelf.vocabulary, shelf.currency)
            assert plan.filters.kinds, text
            assert plan.filters.admits(example.product, shelf.kind(example.product.id)), text
        # Whoever types it is understood as whoever presses it.
        assert {(w.slot, w.value) for w in read.wishes} - {("currency", "USD")} == {
            (w.slot, w.value) for w in example.wishes
        }
