"""Several needs in one message: taken apart, answered one after the other, and never made of what a thing only has."""

import pytest
from test_subjects import held, shelf, talk

from assistant import several
from retrieval.search import Shelf

__all__ = ["shelf"]


@pytest.mark.parametrize(("text", "parts"), [
    ("I need a tent for up to 400 and a kettle under 60", ["I need a tent for up to 400", "a kettle under 60"]),
    ("for the trip I need a tent and a kettle under 60", ["for the trip I need a tent", "a kettle under 60"]),
    ("a red tent, and also a backpack", ["a red tent", "a backpack"]),
    ("a tent, a kettle and a backpack", ["a tent", "a kettle", "a backpack"]),
    ("Two things for the trip: a red tent, and a kettle", ["a red tent", "a kettle"]),
    ("a tent and a kettle, max 90 each", ["a tent, max 90 each", "a kettle, max 90 each"]),
])  # fmt: skip
def test_things_asked_for_one_after_the_other_are_taken_apart(shelf: Shelf, text: str, parts: list[str]) -> None:
    assert list(several.apart(text, shelf.vocabulary)) == parts


@pytest.mark.parametrize("text", [
    "a backpack with a strap and a pocket", "a backpack for a tent and a kettle", "something between a tent and a backpack",
    "a red tent and a green one", "a backpack and some advice", "a tent", "I need a tent and it should be light",
    "a tent and a kettle under 300 together", "I own a tent and a kettle", "is a tent and a kettle cheaper?",
])  # fmt: skip
def test_what_belongs_to_one_thing_stays_with_it(shelf: Shelf, text: str) -> None:
    assert several.apart(text, shelf.vocabulary) == ()


@pytest.mark.parametrize("turn", ["now the kettle", "ok, what about the kettle?", "and the other one", "next"])
def test_the_second_need_keeps_its_own_bound(shelf: Shelf, turn: str) -> None:
    state = talk(shelf, "a red tent and a kettle under 60")
    assert (held(state, "category"), held(state, "price_max"), held(state, "feature")) == (["tent"], [], ["red"])
    assert "You also asked for “a kettle under 60”" in state.turns[-1].reply.text
    state = talk(shelf, "a red tent and a kettle under 60", turn)
    assert (held(state, "category"), held(state, "price_max"), held(state, "feature")) == (["kettle"], [60], [])
    assert [c.product_id for c in state.shown] == ["kettle-a"]
    assert several.later(state) == []


def test_something_else_is_not_the_second_need(shelf: Shelf) -> None:
    state = talk(shelf, "a red tent and a kettle under 60", "now the backpack")
    assert held(state, "category") == ["backpack"] and held(state, "price_max") == []
    assert list(several.later(state)) == ["a kettle under 60"]


def test_the_second_one_is_a_card(shelf: Shelf) -> None:
    state = talk(shelf, "a red tent and a kettle under 60", "show me the second one")
    assert held(state, "category") == ["tent"]


def test_a_need_beside_a_gift_is_for_the_same_person(shelf: Shelf) -> None:
    state = talk(shelf, "for my wife as a gift: a red tent and a kettle under 60", "now the kettle")
    assert held(state, "category") == ["kettle"] and held(state, "for_whom") == ["my wife"]
    assert {w.scope for w in state.preferences} == {"gift"}
