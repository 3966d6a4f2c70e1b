"""One question beside the cards, and only where its answer would narrow the list."""

from __future__ import annotations

import pytest
from shops import shelf as shop

from assistant.asking import question
from assistant.play import last_turn
from assistant.state import DialogueState, Preferences, Wish
from assistant.turn import reply
from retrieval.product import Kind, Money, Product
from retrieval.search import Shelf


def fan(n: int, **about: str | float | bool) -> Product:
    brand = ("Sulvik", "Ostra", "Brell")[n % 3]
    return Product(f"f{n:02d}", f"{brand} Breeze {n} fan", brand=brand, price=Money(3000 + n, "USD"), attributes=about)


SAME = [fan(n, colour="white") for n in range(40)]
MIXED = [fan(n, colour=("white", "black", "red", "blue", "green")[n % 5]) for n in range(40)]


def test_the_field_that_narrows_most_is_asked_for_with_answers_that_products_give() -> None:
    asked = question(MIXED, 4, Preferences((Wish("price_max", 50, True, "under 50"),)))
    assert asked is not None
    assert asked.field == "attributes.colour"
    assert set(asked.choices("en")) == {"white", "black", "red", "blue", "green"}
    assert asked.leaves < 0.6


def test_what_all_have_is_not_asked_for() -> None:
    wishes = Preferences((Wish("price_max", 50, True, "under 50"), Wish("brand", "Sulvik", True, "Sulvik")))
    assert question(SAME, 4, wishes) is None


def test_nothing_is_asked_about_a_short_list_or_twice() -> None:
    wishes = Preferences((Wish("price_max", 50, True, "under 50"), Wish("brand", "Sulvik", True, "Sulvik")))
    assert question(MIXED[:9], 4, wishes) is None
    assert question(MIXED, 4, wishes) is not None
    assert question(MIXED, 4, wishes, ["attributes.colour"]) is None


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shop(MIXED, {p.id: Kind("fan", "feed", 1.0) for p in MIXED})


def test_it_stands_beside_cards_and_its_answer_is_understood(shelf: Shelf) -> None:
    state = DialogueState("a")
    state = state.append(last_turn(reply(state, "a fan", shelf=shelf, model=None)))
    first = state.turns[-1].reply
    assert first.shown and first.asked and first.choices
    assert first.sentences[-1].text.endswith("?")
    state = state.append(last_turn(reply(state, first.choices[0], shelf=shelf, model=None)))
    assert len(state.turns[-1].reply.shown) > 0
    assert state.turns[-1].reply.asked != first.asked
    assert len(state.preferences.wishes) > 1
