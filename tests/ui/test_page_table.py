"""Products side by side: every cell is the record's own, and what differs comes first."""

from __future__ import annotations

from assistant.state import Evidence, Recommendation
from retrieval.product import Money, Product
from ui.page.table import rows, table
from ui.words import words

SAY = words()
ONE = Product(
    "1",
    "One",
    brand="A",
    price=Money(100, "USD"),
    attributes={"colour": "red", "wool": True, "weight_g": 2.0, "cut": "wide"},
    rating=4.0,
    stock=9,
)
TWO = Product(
    "2", "Two", brand="A", price=Money(200, "USD"), attributes={"colour": "blue", "wool": True, "weight_g": 3.5}
)


def items(*evidence: str) -> list[tuple[Recommendation, Product]]:
    return [
        (Recommendation(p.id, p.title, tuple(Evidence("product", p.id, f, "x") for f in evidence)), p)
        for p in (ONE, TWO)
    ]


def test_what_differs_comes_first_and_what_one_record_leaves_open_last() -> None:
    found = [(r.field, r.values, r.differs) for r in rows(items(), SAY)]
    assert found == [
        ("attributes.colour", ("red", "blue"), True),
        ("attributes.weight_g", ("2", "3.5"), True),
        ("rating", ("4", ""), True),
        ("stock", ("In stock", ""), True),
        ("attributes.cut", ("wide", ""), True),
        ("brand", ("A", "A"), False),
        ("attributes.wool", ("yes", "yes"), False),
    ]


def test_what_the_shopper_asked_for_leads() -> None:
    assert rows(items("attributes.weight_g"), SAY)[0].field == "attributes.weight_g"


def test_a_table_is_long_only_as_far_as_people_read() -> None:
    many = [
        (
            Recommendation(id, id),
            Product(id, id, attributes={**{f"a{n}": f"{id}{n}" for n in range(60)}, **{f"s{n}": n for n in range(60)}}),
        )
        for id in ("x", "y")
    ]
    assert [r.differs for r in rows(many, SAY)] == [True] * 16 + [False] * 8


def test_the_table_names_its_rows_and_columns_for_those_who_do_not_see_it() -> None:
    html = table(items(), lambda p: p.id, live=True, say=SAY)
    assert html.count('scope="col"') == 3 and html.count('scope="row"') == 7
    assert 'role="region" aria-label="Comparison" tabindex="0"' in html
    assert html.index("Different") < html.index("Colour") < html.index("The same for all") < html.index("Wool")
    assert html.count("not stated") == 3
    assert html.count('data-send="add"') == 2 and 'data-send="add"' not in table(items(), lambda p: p.id, False, SAY)
