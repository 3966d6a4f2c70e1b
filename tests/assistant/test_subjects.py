"""What a message is about beyond its own words: the best of all, a gift, an earlier need, whatever is bought."""

import pytest
from shops import shelf as shop

from assistant import subjects
from assistant.play import last_turn
from assistant.preferences import merge
from assistant.state import DialogueState, Preferences, Understanding, Wish
from assistant.turn import reply
from retrieval.product import Kind, Money, Product
from retrieval.search import Shelf

THINGS = [
    ("pack-a", "Alder backpack", "backpack", 4000, {"weight_kg": 0.9, "colour": "red"}),
    ("pack-b", "Birch backpack", "backpack", 9000, {"weight_kg": 0.4, "colour": "grey", "material": "leather"}),
    ("tent-a", "Cedar tent", "tent", 39900, {"weight_kg": 3.1, "colour": "red"}),
    ("tent-b", "Maple tent", "tent", 45000, {"weight_kg": 2.2, "colour": "red"}),
    ("tent-c", "Fir tent", "tent", 20000, {"weight_kg": 1.2, "colour": "green"}),
    ("kettle-a", "Elm kettle", "kettle", 5000, {"weight_kg": 1.0, "colour": "red"}),
    ("kettle-b", "Oaken kettle", "kettle", 8000, {"weight_kg": 1.1, "colour": "white"}),
]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    products = [Product(i, title, price=Money(minor, "USD"), attributes=a) for i, title, _, minor, a in THINGS]
    return shop(products, {i: Kind(kind, "feed", 1.0) for i, _, kind, _, _ in THINGS})


def talk(shelf: Shelf, *texts: str) -> DialogueState:
    state = DialogueState("s")
    for text in texts:
        state = state.append(last_turn(reply(state, text, shelf=shelf, model=None)))
    return state


def held(state: DialogueState, slot: str) -> list[object]:
    return [w.value for w in state.preferences if w.slot == slot]


@pytest.mark.parametrize(
    "text",
    [
        "which backpack is the lightest?",
        "what is the lightest backpack you sell?",
        "the lightest backpack, please",
        "show me your lightest backpack",
    ],
)
def test_the_best_of_all_is_looked_for_among_things_of_its_kind(shelf: Shelf, text: str) -> None:
    state = talk(shelf, text)
    assert held(state, "category") == ["backpack"] and held(state, "order") == ["lightest"]
    assert state.shown and state.turns[-1].understanding.intent == "find"


def test_another_superlative_of_another_thing_is_a_need_of_its_own(shelf: Shelf) -> None:
    state = talk(shelf, "a red tent", "what's your most expensive kettle?")
    assert held(state, "category") == ["kettle"] and held(state, "feature") == []
    assert held(state, "order") == ["price_down"]


def test_coming_back_takes_up_what_was_wished(shelf: Shelf) -> None:
    state = talk(shelf, "a red tent under 500", "I also need a kettle", "back to the tents, below 400 now")
    assert held(state, "category") == ["tent"] and held(state, "feature") == ["red"]
    assert held(state, "price_max") == [400]
    again = talk(shelf, "a red tent under 500", "do you have kettles?", "ok, the tent again")
    assert held(again, "category") == ["tent"] and held(again, "price_max") == [500]


def test_going_back_to_nothing_takes_up_nothing(shelf: Shelf) -> None:
    state = talk(shelf, "a red tent", "I want to go back to the mountains, it must be light")
    assert held(state, "category") == ["tent"]


def test_a_gift_is_one_until_the_shopper_asks_for_themselves(shelf: Shelf) -> None:
    state = talk(shelf, "a kettle as a present for my aunt", "under 90")
    assert {w.scope for w in state.preferences} == {"gift"} and held(state, "for_whom") == ["my aunt"]
    state = talk(shelf, "a kettle as a present for my aunt", "and for myself a backpack under 80")
    assert held(state, "for_whom") == [] and {w.scope for w in state.preferences} == {"now"}
    assert held(state, "category") == ["backpack"]


def test_whom_it_is_for_may_stand_in_a_story(shelf: Shelf) -> None:
    state = talk(shelf, "my aunt moves house soon and I would like to give her a kettle")
    assert held(state, "for_whom") == ["my aunt"] and {w.scope for w in state.preferences} == {"gift"}


def test_what_holds_always_outlives_a_need(shelf: Shelf) -> None:
    old = Preferences((Wish("category", "rug", True, "rug", 1), Wish("dislike", "jute", True, "jute", 1, "always")))
    new = Understanding("find", (Wish("category", "tent", True, "tent", 2),), fresh=True)
    assert [w.value for w in merge(old, new)] == ["jute", "tent"]
    state = talk(shelf, "a backpack, no leather, I am allergic to it")
    assert [w.scope for w in state.preferences.of("dislike")] == ["always"]


def test_a_need_without_a_thing_is_a_need(shelf: Shelf) -> None:
    given = Understanding("out_of_scope")
    state = DialogueState("s")
    said = subjects.settled(given, state, "I freeze every night in the hills, what would help?", shelf.vocabulary)
    assert said.intent == "find" and [w.hard for w in said.wishes] == [False]
    for text in ("who won the match yesterday?", "write me a poem about hills"):
        assert subjects.settled(given, state, text, shelf.vocabulary).intent == "out_of_scope"


def test_a_stress_wishes_for_nothing_of_its_own(shelf: Shelf) -> None:
    for said in ("a tent, red, it must be that colour", "a tent, red, they must have it"):
        state = talk(shelf, said)
        assert held(state, "feature") == ["red"]
        assert next(w.hard for w in state.preferences if w.slot == "feature")


def test_what_the_receiver_never_wears_is_no_rule_for_good(shelf: Shelf) -> None:
    state = talk(shelf, "a backpack as a gift for my father", "he'd never wear leather, so no leather")
    assert [w.scope for w in state.preferences if w.slot == "dislike"] == ["gift"]


@pytest.mark.parametrize("said", [
    "Evening! A red tent", "On today's list: a red tent", "Requirement: a red tent", "Bless you. A red tent, please",
    "Not quite sure yet, a red tent",
])  # fmt: skip
def test_headings_and_greetings_name_nothing(shelf: Shelf, said: str) -> None:
    state = talk(shelf, said)
    assert (held(state, "category"), held(state, "feature"), held(state, "dislike")) == (["tent"], ["red"], [])


def test_any_maker_except_one_rules_out_that_one(shelf: Shelf) -> None:
    state = talk(shelf, "a tent of any brand except Cedar")
    assert held(state, "category") == ["tent"] and held(state, "not_brand") == ["Cedar"]


def test_what_is_not_wanted_any_more_is_not_kept_for_an_amount_beside_it(shelf: Shelf) -> None:
    state = talk(shelf, "a leather backpack", "no leather please, 40 cm wide")
    assert "leather" in held(state, "dislike") and "leather" not in held(state, "feature")


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk about what happened with my cousin, me@example.com",
        "I would like to sleep better, call me on +44 20 7946 0958 or write to me@example.com",
        "I wish for nothing but rest " + "and quiet and calm and peace " * 20 + "me@example.com",
    ],
)
def test_what_is_said_again_is_short_and_of_nobody(shelf: Shelf, text: str) -> None:
    said = talk(shelf, text).turns[-1]
    again = [said.reply.text, *(f"{w.value} {w.words}" for w in said.understanding.wishes)]
    assert not any("example.com" in part or "7946" in part for part in again)
    assert all(len(quote.split()) <= 13 for quote in said.reply.text.split("“")[1:] for quote in [quote.split("”")[0]])
