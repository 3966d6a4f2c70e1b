"""Model numbers and EANs name their product, however their dashes are written."""

import pytest
from shops import shelf

from retrieval.codes import may_name
from retrieval.product import Product
from retrieval.query import Filters, Query

PRODUCTS = [
    Product("1001", "Alienware AW-510K keyboard", codes=("0884420588030", "210-ASLB")),
    Product("1002", "Alienware AW310K keyboard", "Gaming keyboard, gaming keyboard, AW510K style"),
    Product("1003", "Keycaps for AW510K", "keyboard keycaps keyboard"),
    *(Product(f"20{n:02}", f"Television 1080p DDR4 model number {n}") for n in range(8)),
]


def found(text: str, **rest: object) -> list[str]:
    return [hit.product.id for hit in shelf(PRODUCTS).search(Query(text, 3, **rest))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["AW510K", "aw-510k", "aw 510k", "gaming keyboard aw510k", "0884420588030", "210 aslb", "210ASLB keyboard"]
)
def test_a_code_wins_over_words(text: str) -> None:
    assert found(text)[0] == "1001"


def test_the_code_of_another_thing_is_not_asked_for() -> None:
    assert found("keycaps for AW510K")[0] == "1003"


def test_a_property_that_many_share_is_no_code() -> None:
    assert not shelf(PRODUCTS)._named("1080p ddr4").any()


def test_a_code_never_passes_a_filter() -> None:
    assert "1001" not in found("AW510K", filters=Filters(price_max=100))


@pytest.mark.parametrize(
    ("text", "may"),
    [("AW510K", True), ("17 inch notebook", False), ("16gb memory 500 GB", False), ("iphone 11", False), ("2024", False), ("4006381333931", True)],
)  # fmt: skip
def test_measures_and_years_are_no_codes(text: str, may: bool) -> None:
    assert may_name(text) == may
