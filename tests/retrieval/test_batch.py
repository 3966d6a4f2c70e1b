"""Rows of a batch as queries, hits as a TREC run."""

from pathlib import Path
from typing import Any

import pytest
from shops import shelf

from retrieval.batch import filters_from_row, queries_from_rows, query_from_row, trec_lines
from retrieval.errors import QueryError, RowsError
from retrieval.jsonlines import read_rows
from retrieval.product import Kind, Product
from retrieval.query import Filters, Hit
from retrieval.search import Shelf


@pytest.fixture
def shop() -> Shelf:
    return shelf([Product("1", "Desk lamp")], {"1": Kind("desk lamp", "title", 0.9)})


def test_a_row_is_a_query(shop: Shelf) -> None:
    row: dict[str, Any] = {
        "id": 7,
        "text": "lamp",
        "filters": {
            "price_min": 10,
            "price_max": 49.99,
            "brands": ["HP"],
            "not_brands": "Acme",
            "type": "lamp",
            "attributes": {"colour": "black", "cores": 4},
            "min_rating": 4,
            "in_stock": True,
        },
    }
    id_, query = query_from_row(row, shop, 20)
    assert (id_, query.text, query.k) == ("7", "lamp", 20)
    assert query.filters == Filters(
        price_min=1000,
        price_max=4999,
        brands=("HP",),
        not_brands=("Acme",),
        kinds=("desk lamp",),
        attributes={"colour": "black", "cores": 4},
        min_rating=4,
        in_stock=True,
    )


def test_other_names_and_no_filters(shop: Shelf) -> None:
    assert query_from_row({"query_id": "q", "query": "lamp", "filters": None}, shop, 1)[1].filters == Filters()


def test_a_bound_between_two_cents_admits_no_more_than_it_says(shop: Shelf) -> None:
    found = filters_from_row({"price_min": 10.001, "price_max": 10.009}, shop)
    assert (found.price_min, found.price_max) == (1001, 1000)
    assert filters_from_row({"price_max": 0}, shop).price_max == 0


def test_a_type_that_the_shop_does_not_have_admits_nothing(shop: Shelf) -> None:
    assert shop.count(filters_from_row({"type": "submarine"}, shop)) == 0


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"text": "lamp"}, "no id"),
        ({"id": True, "text": "lamp"}, "no id"),
        ({"id": 1}, "no text"),
        ({"id": 1, "text": 5}, "no text"),
        ({"id": 1, "text": "a", "filters": [1]}, "not an object"),
        ({"id": 1, "text": "a", "filters": {"price_mx": 1}}, "price_mx.*Did you mean price_max"),
        ({"id": 1, "text": "a", "filters": {"price_max": "cheap"}}, "price_max"),
        ({"id": 1, "text": "a", "filters": {"price_max": float("inf")}}, "price_max"),
        ({"id": 1, "text": "a", "filters": {"price_max": True}}, "price_max"),
        ({"id": 1, "text": "a", "filters": {"brands": [1]}}, "brands"),
        ({"id": 1, "text": "a", "filters": {"attributes": {"a": [1]}}}, "attributes.a"),
        ({"id": 1, "text": "a", "filters": {"in_stock": "yes"}}, "in_stock"),
    ],
)
def test_a_wrong_row_is_told(shop: Shelf, row: dict[str, Any], words: str) -> None:
    with pytest.raises(QueryError, match=words):
        query_from_row(row, shop, 10)


def test_a_run_has_six_columns_and_falling_scores() -> None:
    hits = [Hit(Product(i, "x"), None, score) for i, score in (("a", 0.5), ("b", 0.5), ("c d", 0.4), ("e", -0.1))]
    assert list(trec_lines("q 1", hits)) == [
        "q%201 Q0 a 1 0.500000 shoptalk",
        "q%201 Q0 b 2 0.499999 shoptalk",
        "q%201 Q0 c%20d 3 0.400000 shoptalk",
        "q%201 Q0 e 4 -0.100000 shoptalk",
    ]


@pytest.mark.parametrize(
    ("filters", "fault"),
    [
        ({"price_min": 80, "price_max": 20}, "No price is from 80 to 20"),
        ({"price_max": -3}, "below zero"),
        ({"min_rating": 6}, "stars go from 1 to 5"),
        ([], "not an object"),
        ("cheap", "not an object"),
    ],
)
def test_filters_that_nothing_can_meet_are_refused(shop: Shelf, filters: Any, fault: str) -> None:
    with pytest.raises(QueryError, match=fault):
        query_from_row({"id": 1, "text": "lamp", "filters": filters}, shop, 5)


def test_brands_are_trimmed(shop: Shelf) -> None:
    assert filters_from_row({"brands": [" HP ", ""], "not_brands": "Acme "}, shop) == Filters(
        brands=("HP",), not_brands=("Acme",)
    )


def test_every_row_of_a_batch_that_cannot_be_used_is_told(shop: Shelf) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "text": "lamp"}, {"id": " ", "text": "lamp"}, {"id": "a", "text": "shade"}, {"id": "b"}
    ]  # fmt: skip
    with pytest.raises(RowsError) as refused:
        queries_from_rows(rows, shop, 5)
    first, second, third = str(refused.value).splitlines()
    assert first.startswith("row 2: A query has no id")
    assert second == "row 3: The id 'a' is already that of row 1. Give each its own."
    assert third.startswith("row 4: The query 'b' has no text")


def test_every_broken_line_of_a_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"id": 1}\n{oops\n\n[2]\n{"id": "\xff"}\n{"id": 3}\n')
    with pytest.raises(RowsError) as refused:
        read_rows(file)
    places = [line.partition(" ")[0].rpartition(":")[2] for line in str(refused.value).splitlines()]
    assert places == ["2", "4", "5"]
