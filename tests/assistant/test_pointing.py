"""What "the second one" is after a question about the third, and which field of a record a question asks for."""

import pytest
from shops import shelf as shop

from assistant.degrees import comparative
from assistant.play import last_turn
from assistant.state import DialogueState
from assistant.turn import reply
from retrieval.product import Kind, Money, Product
from retrieval.search import Shelf


def desk(number: int) -> Product:
    attributes: dict[str, str | float | bool] = {
        "weight_kg": 20 + number,
        "max_load_kg": 60 + number,
        "folding_drawers": True,
        "desk_number_of_drawers": number,
        "heat_safe_c": 90 + number,
    }
    return Product(f"desk-{number}", f"Alder {number} desk", brand="Brisk", price=Money(1000 * number, "USD"),
                   attributes=attributes)  # fmt: skip


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shop([desk(n) for n in (1, 2, 3, 4)], {f"desk-{n}": Kind("desk", "feed", 1.0) for n in (1, 2, 3, 4)})


def talk(shelf: Shelf, *texts: str) -> DialogueState:
    state = DialogueState("p")
    for text in ("a desk", *texts):
        state = state.append(last_turn(reply(state, text, shelf=shelf, model=None)))
    return state


def test_a_place_counts_the_list_and_not_what_was_picked_from_it(shelf: Shelf) -> None:
    listed = [c.product_id for c in talk(shelf).shown]
    state = talk(shelf, "what does the third one cost?", "and the second?")
    assert [c.product_id for c in state.shown] == [listed[1]]
    state = talk(shelf, "compare the second and the fourth", "add the second one to my cart")
    assert [n.product_id for n in state.cart.lines] == [listed[1]]
    state = talk(shelf, "is the fourth one heavy?", "put both the first and the fourth in my cart")
    assert [n.product_id for n in state.cart.lines] == [listed[0], listed[3]]


def test_both_are_those_that_were_picked(shelf: Shelf) -> None:
    listed = [c.product_id for c in talk(shelf).shown]
    state = talk(shelf, "compare the second and the fourth", "add both of them to my cart")
    assert [n.product_id for n in state.cart.lines] == [listed[1], listed[3]]


@pytest.mark.parametrize(
    ("question", "field", "silent"),
    [
        ("how much weight can the first one hold?", "max_load_kg", "weight_kg"),
        ("how heavy is the first one?", "weight_kg", "max_load_kg"),
        ("how many drawers has the first one got?", "desk_number_of_drawers", "folding_drawers"),
        ("can I put a pot on the first, is it heat proof and how hot?", "heat_safe_c", "weight_kg"),
    ],
)
def test_the_field_asked_for_is_told(shelf: Shelf, question: str, field: str, silent: str) -> None:
    told = {e.field for s in talk(shelf, question).turns[-1].reply.sentences for e in s.evidence}
    assert f"attributes.{field}" in told and f"attributes.{silent}" not in told


@pytest.mark.parametrize("text", ["who makes the first one?", "is the first one made by Corvin?"])
def test_the_maker_is_told(shelf: Shelf, text: str) -> None:
    assert "is made by Brisk" in talk(shelf, text).turns[-1].reply.text


def test_what_else_the_maker_does_is_not_answered_by_its_name(shelf: Shelf) -> None:
    assert "Brisk" not in talk(shelf, "how many people does the manufacturer of the first employ?").turns[-1].reply.text


@pytest.mark.parametrize(
    "text", ["the upper and the lower limit don't matter", "it need not be smaller", "lower price"]
)
def test_what_is_taken_back_is_no_grade(text: str) -> None:
    assert comparative(text) is None


def test_a_grade_beside_a_thing_taken_back_counts() -> None:
    found = comparative("the colour doesn't matter, but I want a lighter one")
    assert found is not None and found.measure == "weight"
