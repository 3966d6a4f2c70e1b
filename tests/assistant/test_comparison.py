"""The comparison: what a shopper asked for stands first, whatever part of a record proves it."""

from __future__ import annotations

from shops import shelf as shop

from assistant.play import last_turn
from assistant.state import DialogueState, Row
from assistant.turn import reply
from retrieval.product import Kind, Money, Product

TOLD = (
    "It folds flat. The strap is reflective at night.",
    "Sits well. Comes with a reflective band.",
    "Plain and simple.",
)
PRODUCTS = [
    Product(f"v{n}", f"Rovik vest {n}", description=text, price=Money(2000 + n, "USD"),
            attributes={"colour": ("red", "red", "blue")[n], "weight_g": 100.0 + n})
    for n, text in enumerate(TOLD)
]  # fmt: skip


def compared(*texts: str) -> dict[str, Row]:
    shelf = shop(PRODUCTS, {p.id: Kind("vest", "feed", 1.0) for p in PRODUCTS})
    state = DialogueState("c")
    for text in texts:
        state = state.append(last_turn(reply(state, text, shelf=shelf, model=None)))
    table = state.turns[-1].reply.table
    assert table is not None
    return {row.field: row for row in table.rows}


def test_a_wish_that_only_a_description_proves_has_a_row_with_its_words() -> None:
    rows = compared("a vest, ideally reflective", "compare them")
    row = rows["wish.reflective"]
    assert row.wished
    assert all("reflective" in value for value in row.values)
    assert next(iter(rows.values())).wished


def test_a_wish_that_an_attribute_proves_is_marked_there_alone() -> None:
    rows = compared("a red vest under 90 dollars", "compare them")
    assert rows["attributes.colour"].wished
    assert not [field for field in rows if field.startswith("wish.")]
