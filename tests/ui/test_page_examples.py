"""The examples to begin with: about what the shop sells, and each of them finds the product it shows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from page_fakes import FakeShelf

from retrieval.product import Money
from ui.page.examples import Example, examples, round_up


@pytest.mark.parametrize(
    ("price", "above"),
    [("37.20", 40), ("40", 50), ("110", 150), ("873", 900), ("1000", 1500), ("27", 30), ("0.50", 1), ("9.99", 10)],
)
def test_a_budget_is_a_round_number_above_the_price(price: str, above: int) -> None:
    assert round_up(Money.of(price, "USD")) == Decimal(above)


def test_a_shop_of_one_type_gets_one_example_with_a_product_it_finds() -> None:
    (example,) = examples(cast(Any, FakeShelf()))
    assert example == Example("I'm looking for a lamp under $40", FakeShelf().product("lamp-1"))
    assert examples(cast(Any, FakeShelf([]))) == []


def test_the_demo_shops_examples_differ_and_each_finds_its_product(demo_shop: Path) -> None:
    from assistant.preferences import merge, to_filters
    from assistant.state import DialogueState
    from assistant.understand import understand
    from retrieval.search import Shelf

    shelf = Shelf.open(demo_shop)
    found = examples(shelf)
    assert len(found) == len({e.product.category for e in found}) == 4
    assert [e.text.split()[0] for e in found] == ["I'm", "Do", "Show", "The"]
    for example in found:
        state = DialogueState("t")
        said, _ = understand(None, state, example.text, shelf.vocabulary)
        plan = to_filters(merge(state.preferences, said), shelf.vocabulary, shelf.currency)
        assert plan.filters.kinds, example.text
        assert plan.filters.admits(example.product, shelf.kind(example.product.id)), example.text
