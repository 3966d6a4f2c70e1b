"""Products side by side as a table: what differs comes first, and everybody can read it."""

from __future__ import annotations

from assistant.state import Recommendation, Row
from retrieval.product import Money, Product
from ui.page.table import table
from ui.words import words

SAY = words()
ONE = Product("1", "One", brand="A", price=Money(100, "USD"), rating=4.0, stock=9)
TWO = Product("2", "Two", brand="A", price=Money(200, "USD"), url="https://shop/two")
ROWS = (
    Row("attributes.wool", ("yes", "yes")),
    Row("attributes.weight_g", ("2", "3.5")),
    Row("attributes.cut", ("wide", "")),
    Row("brand", ("A", "A")),
    Row("price", ("$1.00", "$2.00")),
)


def html(rows: tuple[Row, ...] = ROWS, live: bool = True) -> str:
    return table([(Recommendation(p.id, p.title), p) for p in (ONE, TWO)], rows, lambda p: p.id, live, SAY)


def test_what_differs_comes_first_and_what_a_record_leaves_open_says_so() -> None:
    places = [html().index(w) for w in ("Different", "Weight (g)", "Cut", "The same for all", "Wool", "Brand")]
    assert places == sorted(places)
    assert html().count("not stated") == 1


def test_rows_and_columns_are_named_for_those_who_do_not_see_the_table() -> None:
    assert html().count('scope="col"') == 3 and html().count('scope="row"') == len(ROWS) - 1
    assert 'role="region" aria-label="Comparison" tabindex="0"' in html()
    assert "The same for all" not in html(ROWS[1:3]) and "Different" not in html(ROWS[:1])


def test_only_a_live_table_sells() -> None:
    assert html().count('data-send="add"') == 2
    assert 'data-send="add"' not in html(live=False)
    assert 'href="https://shop/two"' in html(live=False)
