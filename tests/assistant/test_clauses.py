"""What a clause does, and what it speaks of: one sentence for each thing the grammar knows."""

from __future__ import annotations

import pytest
from reading_scores import VOCABULARY

from assistant.reading.clauses import clauses
from assistant.reading.names import WrittenNames
from assistant.state import DialogueState, Preferences, Reply, Turn, Understanding, Wish
from assistant.understand import combine, for_prompt
from retrieval.vocabulary import Vocabulary

ACTS = [
    ("I'm looking for a kettle", [("opens", "a kettle")]),
    ("which kettles do you have for a caravan?", [("opens", "kettles"), ("names", "for a caravan")]),
    ("a kettle, at most 40", [("names", "a kettle"), ("names", "at most 40")]),
    ("it must be quiet because the baby sleeps", [("requires", "quiet"), ("tells", "because the baby sleeps")]),
    ("I dropped mine and it broke", [("tells", "I dropped mine"), ("tells", "it broke")]),
    ("forget about the timer", [("drops", "timer")]),
    ("I don't want a timer", [("rejects", "a timer")]),
    ("steel would be nice", [("requires", "steel")]),
    ("does it have a timer?", [("asks", "does it have a timer")]),
    ("hello, thanks", []),
    ("Ikea I don't trust", [("rejects", "Ikea")]),
    ("a lamp I don't have to assemble", [("names", "a lamp I don't have to assemble")]),
    ("my brother says oak instead of pine", [("requires", "oak instead of pine")]),
    ("no sockets out there", [("tells", "no sockets out there")]),
    ("linen it must be", [("requires", "linen")]),
    ("I want to add some shelves", [("opens", "some shelves")]),
]


@pytest.mark.parametrize(("text", "acts"), ACTS)
def test_what_a_clause_does(text: str, acts: list[tuple[str, str]]) -> None:
    assert [(c.act, text[slice(*c.body)]) for c in clauses(text)] == acts


def after(*wishes: Wish) -> DialogueState:
    turn = Turn(1, "...", Understanding("find", wishes), Preferences(wishes), Reply())
    return DialogueState("c", turns=(turn,))


SOFA = Wish("category", "sofa", True, "sofa", 1)
RED = Wish("feature", "red", False, "red", 1)
LIMIT = Wish("price_max", 300, True, "under 300", 1)


@pytest.mark.parametrize(
    ("text", "features", "dislikes"),
    [
        ("the legs should be wooden, I like wood", ["legs wooden"], []),
        ("it has to fit through a 70 cm door", ["fit through a 70 cm door"], []),
        ("it must not be wider than 2 m", ["not wider than 2 m"], []),
        ("any fabric but velvet", [], ["velvet"]),
        ("velvet? no thanks", [], ["velvet"]),
        ("no velvet, my cat scratches it", [], ["velvet"]),
        ("with armrests and without a footrest", ["armrests"], ["footrest"]),
        ("one of the foldable ones", ["foldable"], []),
        ("my neighbours laughed at theirs", [], []),
    ],
)
def test_what_is_wished_and_what_only_told(text: str, features: list[str], dislikes: list[str]) -> None:
    found = combine({}, after(SOFA), text, VOCABULARY)
    assert (found.values("feature"), found.values("dislike")) == (features, dislikes)
    assert not found.fresh


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("forget the red", [("feature", "red")]),
        ("blue instead of red", [("feature", "red")]),
        ("blue rather", [("feature", "red")]),
        ("it needn't be red", [("feature", "red")]),
        ("not red please", [("feature", "red")]),
        ("blue is fine too", []),
        ("money is no object", [("price_max", ""), ("price_min", "")]),
    ],
)
def test_what_is_taken_back(text: str, gone: list[tuple[str, str]]) -> None:
    assert list(combine({}, after(SOFA, RED, LIMIT), text, VOCABULARY).retracts) == gone


def test_a_bare_number_is_a_price_where_one_is_talked_about() -> None:
    assert combine({}, after(SOFA, LIMIT), "hmm, make it 250", VOCABULARY).first("price_max") == 250
    assert combine({}, after(SOFA), "make it 250", VOCABULARY).first("price_max") is None


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        ("I also need a tent", True),
        ("what about a tent?", True),
        ("the tent was too small for us", False),
        ("for the tent", False),
        ("not a tent", False),
    ],
)
def test_a_noun_opens_a_need_only_where_one_is_asked_for(text: str, fresh: bool) -> None:
    assert combine({}, after(SOFA), text, VOCABULARY).fresh is fresh


def test_without_a_shop_makers_are_told_by_their_capitals() -> None:
    read = WrittenNames(Vocabulary.build((), {}))
    found = combine({}, DialogueState("c"), "A kettle from Italy by Zorblat, not Quvex. In White please", read)
    assert (found.values("brand"), found.values("not_brand")) == (["Zorblat"], ["Quvex"])


def test_a_slip_of_the_pen_is_mended() -> None:
    assert combine({}, DialogueState("c"), "a matress for two", VOCABULARY).first("category") == "mattress"


def test_a_number_gives_way_to_another_and_two_bounds_stand_together() -> None:
    held = Wish("feature", "4 cushions or more", True, "4 cushions or more", 1)
    assert combine({}, after(SOFA, held), "3 cushions will do", VOCABULARY).retracts == (("feature", held.value),)
    low = Wish("feature", "at least 180 cm", True, "at least 180 cm", 1)
    assert combine({}, after(SOFA, low), "at most 220 cm", VOCABULARY).retracts == ()


def test_big_is_no_demand_beside_the_figure() -> None:
    found = combine({}, after(SOFA), "it must be a big one, 240 cm", VOCABULARY)
    assert {(w.value, w.hard) for w in found.wishes} == {("big", False), ("240 cm", True)}


def test_a_named_line_is_no_maker_and_a_maker_put_first_is_rejected() -> None:
    values = {"intent": "refine", "brands": ["Zorblex"]}
    assert (
        combine(values, after(SOFA), "it has to be the Zorblex kind", VOCABULARY, trust="model").first("brand") is None
    )
    assert combine({}, after(SOFA), "Habitat I never liked, so not that", VOCABULARY).values("not_brand") == ["Habitat"]


def test_a_type_the_model_misspells_or_finds_in_a_remark_gives_way() -> None:
    start = DialogueState("c")
    told = combine(
        {"intent": "find", "category": "matress for two"}, start, "matress for two", VOCABULARY, trust="model"
    )
    assert told.first("category") == "mattress"
    values = {"intent": "find", "category": "coffee"}
    beside = combine(values, start, "Making coffee again. I need a new tent", VOCABULARY, trust="model")
    assert beside.first("category") == "tent"


def test_a_long_message_keeps_its_end_for_the_model() -> None:
    text = "I need a tent. " + "It rained a lot last year. " * 60 + "It must be green."
    line = for_prompt(text)
    assert len(line) <= 600
    assert line.startswith("I need a tent.") and line.endswith("It must be green.")
