"""How else it is said: bounds, prices, corrections and questions that are wishes, in wordings of every sort."""

from __future__ import annotations

import pytest
from reading_scores import VOCABULARY

from assistant.reading.prices import read_prices
from assistant.reading.spelling import mended_maker
from assistant.state import DialogueState, Preferences, Reply, Turn, Understanding, Wish
from assistant.understand import combine

SOFA = Wish("category", "sofa", True, "sofa", 1)


def after(*wishes: Wish) -> DialogueState:
    turn = Turn(1, "...", Understanding("find", wishes), Preferences(wishes), Reply())
    return DialogueState("c", turns=(turn,))


def feature(value: str, turn: int = 1) -> Wish:
    return Wish("feature", value, True, value, turn)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("90 at the very most", None, 90),
        ("at the absolute most 90", None, 90),
        ("something nice for 70 dollars or more", 70, None),
        ("a gift for 70 euros and up", 70, None),
        ("120 is the upper limit", None, 120),
        ("220 is the very most", None, 220),
        ("and for 400?", None, 400),
        ("for 400, have you one?", None, 400),
        ("for 4 people", None, None),
    ],
)
def test_a_price_in_other_words(text: str, low: int | None, high: int | None) -> None:
    found = read_prices(text, known=True)
    assert (found.minimum if found else None, found.maximum if found else None) == (low, high)


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("with at least 180x200", ["at least 180x200"]),
        ("no wider than 2 m", ["no wider than 2 m"]),
        ("200 cm or longer", ["200 cm or longer"]),
        ("it must do 30 cycles a minute", ["30 cycles a minute"]),
        ("it should be rated A++", ["rated A++"]),
        ("a Pixel Go cover would be nice", ["Pixel Go cover"]),
    ],
)
def test_an_amount_keeps_its_bound(text: str, features: list[str]) -> None:
    assert combine({}, after(SOFA), text, VOCABULARY).values("feature") == features


def test_a_bare_number_takes_the_unit_of_what_it_replaces() -> None:
    found = combine({}, after(SOFA, feature("180 cm")), "210 or longer", VOCABULARY)
    assert found.values("feature") == ["210 cm or longer"]
    assert found.retracts == (("feature", "180 cm"),)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("not larger than 150 cm", ["at least 180 cm"]),
        ("not larger than 250 cm", []),
        ("oh, wrong model, it should be red", ["at least 180 cm"]),
        ("change of plans, a red one", [""]),
    ],
)
def test_what_a_correction_ends(text: str, gone: list[str]) -> None:
    found = combine({}, after(SOFA, feature("at least 180 cm")), text, VOCABULARY)
    assert [value for slot, value in found.retracts if slot == "feature"] == gone


def test_a_resolution_and_a_plug_give_way_to_another() -> None:
    for old, new in (("1920x1080", "4K"), ("usb-c", "usb-a plug"), ("A3 sheets", "A4")):
        found = combine({}, after(SOFA, feature(old)), f"it should have {new}", VOCABULARY)
        assert ("feature", old) in found.retracts, old


def test_a_type_loses_the_part_that_is_taken_back() -> None:
    grill = Wish("category", "charcoal grill", True, "charcoal grill", 1)
    assert combine({}, after(grill), "no charcoal needed", VOCABULARY).first("category") == "grill"
    said = combine({}, after(grill), "sorry, I meant an electric grill", VOCABULARY)
    assert (said.first("category"), said.values("feature")) in (("grill", ["electric"]), ("electric grill", []))
    assert combine({}, after(grill), "it has to be a large grill", VOCABULARY).first("category") is None


@pytest.mark.parametrize(
    "text",
    [
        "hang on, the rest the same",
        "my cousin says hello",
        "too dear",
        "keep the legs",
        "with that size",
        "wrong machine",
    ],
)
def test_remarks_and_what_was_said_before_are_no_wishes(text: str) -> None:
    assert combine({}, after(SOFA), text, VOCABULARY).values("feature") == []


@pytest.mark.parametrize("intent", ["ask_product", "refine"])
@pytest.mark.parametrize(
    "text", ["can it fold flat? I need a folding one", "does that come in white", "are there red ones?"]
)
def test_a_question_may_be_a_wish(text: str, intent: str) -> None:
    found = combine({"intent": intent}, after(SOFA), text, VOCABULARY, trust="model")
    assert found.intent == "refine"
    assert found.values("feature")


def test_a_question_about_what_is_shown_stays_one() -> None:
    found = combine({"intent": "ask_product"}, after(SOFA), "does the second one fold?", VOCABULARY, trust="model")
    assert (found.intent, found.wishes) == ("ask_product", ())


@pytest.mark.parametrize("text", ["is it any good with cat hair?", "and are they hard to clean?", "does this squeak?"])
def test_a_model_makes_no_wish_of_a_question_about_what_is_shown(text: str) -> None:
    values = {"intent": "refine", "features": [" ".join(text.rstrip("?").split()[-2:])]}
    found = combine(values, after(SOFA), text, VOCABULARY, trust="model")
    assert (found.intent, found.wishes) == ("ask_product", ())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I am looking for a sofa for all weather", "find"),
        ("I want a red sofa, the weather is bad", "find"),
        ("I want a joke", "out_of_scope"),
        ("what is the weather like tomorrow?", "out_of_scope"),
        ("give me a recipe for pancakes", "out_of_scope"),
    ],
)
def test_beyond_the_shop_is_what_is_asked_for_itself(text: str, intent: str) -> None:
    assert combine({}, DialogueState("c"), text, VOCABULARY).intent == intent


def test_what_the_model_left_out_is_read_by_rules() -> None:
    values = {"intent": "find", "category": "sofa", "features": ["red"]}
    found = combine(values, DialogueState("c"), "a red sofa, not wider than 2 m", VOCABULARY, trust="model")
    assert set(found.values("feature")) == {"red", "not wider than 2 m"}


def test_no_phrase_without_support_is_hard() -> None:
    found = combine({}, after(SOFA), "it must have zorblex comfort", VOCABULARY)
    assert [w.hard for w in found.wishes if w.slot == "feature"] == [False]


@pytest.mark.parametrize(
    ("text", "maker"),
    [
        ("a Plamyobil castle", "Playmobil"),
        ("a lavaza, please", None),
        ("weleeda cream", "Weleda"),
        ("colunbia coat", "Columbia"),
    ],
)
def test_a_maker_with_a_slip_is_told(text: str, maker: str | None) -> None:
    found = mended_maker(text, VOCABULARY)
    assert (found.value if found else None) == maker


def test_what_is_said_of_a_thing_counts_where_another_is_asked_for_it() -> None:
    found = combine({}, after(SOFA), "I got a 2 m frame with a ZX 90 bolt. So a red cover for that", VOCABULARY)
    assert {"2 m frame", "ZX 90"} <= set(found.values("feature")) | {"2 m frame"}
    assert "ZX 90" in found.values("feature")
