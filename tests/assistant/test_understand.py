"""What is taken from a model, what rules read under it, and what is dropped."""

import pytest

from assistant.models.scripted import Scripted
from assistant.rows import understanding_row
from assistant.state import DialogueState, Preferences, Recommendation, Reply, Turn, Understanding, Wish
from assistant.understand import combine, understand
from retrieval.product import Kind, Money, Product
from retrieval.vocabulary import Vocabulary

SHELF = [
    Product("1", "Norvik N1 laptop 17 inch", brand="Norvik", price=Money(90000, "USD"), attributes={"colour": "black"}),
    Product(
        "2", "Keenwell K2 laptop 15 inch", brand="Keenwell", price=Money(70000, "USD"), attributes={"colour": "blue"}
    ),
    Product("3", "Norvik M3 mouse", brand="Norvik", price=Money(2000, "USD"), attributes={"colour": "black"}),
]
KINDS = {"1": Kind("laptop", "feed", 1), "2": Kind("laptop", "feed", 1), "3": Kind("mouse", "feed", 1)}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.build(SHELF, KINDS)


def after(*wishes: Wish, shown: int = 0) -> DialogueState:
    cards = tuple(Recommendation(str(n), f"card {n}") for n in range(1, shown + 1))
    turn = Turn(1, "...", Understanding("find", wishes), Preferences(wishes), Reply(shown=cards))
    return DialogueState("c", turns=(turn,))


def read(
    text: str, vocabulary: Vocabulary, said: dict | None = None, state: DialogueState | None = None
) -> Understanding:
    model = Scripted([said or {"intent": "find"}])
    return understand(model, state or DialogueState("c"), text, vocabulary)[0]


def test_what_the_words_do_not_support_is_dropped(vocabulary: Vocabulary) -> None:
    model_says = {
        "intent": "find",
        "category": "lamp",
        "features": ["kids room"],
        "brands": ["Contoso"],
        "price_max": 17,
        "not_brands": ["Norvik"],
    }
    found = read("I need a 17 inch laptop", vocabulary, model_says)
    row = understanding_row(found)
    assert row["category"] == "laptop"
    assert row["brands"] == row["not_brands"] == []
    assert row["price_max"] is None
    assert row["features"] == ["17 inch"]
    assert len(found.dropped) == 5


def test_the_model_adds_what_no_list_knows(vocabulary: Vocabulary) -> None:
    found = read(
        "any sextants that float?", vocabulary, {"intent": "find", "category": "sextants", "features": ["float"]}
    )
    assert found.first("category") == "sextant"
    assert "float" in found.values("feature")


def test_an_answer_cut_short_leaves_the_rules(vocabulary: Vocabulary) -> None:
    model = Scripted(['{"intent": "find", "category": "lap'])
    found, _ = understand(model, DialogueState("c"), "a laptop from Norvik under 800", vocabulary)
    assert (found.first("category"), found.first("brand"), found.first("price_max")) == ("laptop", "Norvik", 800)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("cancel my order #W1234567", "cancel_order"),
        ("I want to return the shoes I bought", "return_order"),
        ("where is my package?", "order_status"),
        ("can I talk to a human?", "hand_off"),
        ("how long is the warranty?", "ask_policy"),
        ("hello!", "small_talk"),
        ("tell me a joke", "out_of_scope"),
        ("put the second one in my cart", "cart"),
        ("Norvik N1", "find"),
        ("a black laptop", "find"),
    ],
)
def test_clear_words_decide_whatever_the_model_says(text: str, intent: str, vocabulary: Vocabulary) -> None:
    assert read(text, vocabulary, {"intent": "compare"}).intent == intent


LAPTOP = Wish("category", "laptop", True, "laptop", 1)


@pytest.mark.parametrize(
    ("text", "intent", "fresh"),
    [
        ("not Norvik", "refine", False),
        ("and a mouse?", "find", True),
        ("a blue laptop", "refine", False),
        ("up to 800", "refine", False),
    ],
)
def test_a_second_message_narrows_or_opens(text: str, intent: str, fresh: bool, vocabulary: Vocabulary) -> None:
    found = read(text, vocabulary, state=after(LAPTOP))
    assert (found.intent, found.fresh) == (intent, fresh)


def test_questions_about_what_is_shown_are_no_wishes(vocabulary: Vocabulary) -> None:
    found = read("is the second one waterproof?", vocabulary, state=after(LAPTOP, shown=3))
    assert found.intent == "ask_product"
    assert found.wishes == ()
    assert found.references == ("the second one",)


def test_a_new_colour_replaces_the_old(vocabulary: Vocabulary) -> None:
    black = Wish("feature", "black", False, "black", 1)
    found = read("no, a blue one", vocabulary, state=after(LAPTOP, black))
    assert ("feature", "black") in found.retracts


def test_must_is_hard_and_ideally_is_soft(vocabulary: Vocabulary) -> None:
    wishes = {str(w.value): w.hard for w in read("a laptop, it must be black, ideally from Norvik", vocabulary).wishes}
    assert wishes == {"laptop": True, "black": True, "Norvik": False}


def test_one_not_reaches_both(vocabulary: Vocabulary) -> None:
    assert read("a laptop but not Norvik or Keenwell", vocabulary).values("not_brand") == ["Norvik", "Keenwell"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I'm looking for a norvik laptop", {}),
        ("I'm looking for a norvik laptop", {"category": "norvik laptop"}),
        ("norvik laptop please", {"category": "norvik laptop"}),
        ("shopping for a Norvik laptop", {"category": "laptop", "features": ["norvik"]}),
    ],
)
def test_a_maker_before_a_type_is_no_part_of_it(text: str, said: dict, vocabulary: Vocabulary) -> None:
    found = combine({"intent": "find", **said} if said else {}, DialogueState("c"), text, vocabulary, trust="model")
    assert (found.values("category"), found.values("brand"), found.values("feature")) == (["laptop"], ["Norvik"], [])


def test_the_maker_of_what_it_is_for_is_no_maker_of_it(vocabulary: Vocabulary) -> None:
    said = {"intent": "find", "category": "mouse", "features": ["norvik"]}
    found = combine(said, DialogueState("c"), "searching for a mouse for my norvik", vocabulary, trust="model")
    assert (found.values("brand"), found.values("feature")) == ([], ["norvik"])


@pytest.mark.parametrize(
    "text",
    [
        "my budget is 500 for a norvik laptop",
        "Under 500 for a Norvik laptop",
        "any offers for Norvik laptops?",
        "let's go for a norvik laptop then",
        "a laptop, I have a soft spot for Norvik",
    ],
)
def test_a_maker_behind_another_for_is_still_one(text: str, vocabulary: Vocabulary) -> None:
    said = {"intent": "find", "category": "laptop", "brands": ["Norvik"]}
    found = combine(said, DialogueState("c"), text, vocabulary, trust="model")
    assert [(w.value, w.hard) for w in found.wishes if w.slot == "brand"] == [("Norvik", True)]


def test_an_act_denied_is_what_the_thing_is_for(vocabulary: Vocabulary) -> None:
    said = {"intent": "find", "category": "laptop", "dislikes": ["waking the children"]}
    found = combine(
        said, DialogueState("c"), "a laptop to type on without waking the children", vocabulary, trust="model"
    )
    assert (found.values("dislike"), found.values("feature")) == ([], ["without waking the children"])


def test_a_trouble_with_a_question_for_help_is_a_need(vocabulary: Vocabulary) -> None:
    said = {"intent": "small_talk"}
    text = "the sun shines on my screen all day and I see nothing, what helps?"
    assert combine(said, DialogueState("c"), text, vocabulary, trust="model").intent == "find"
    for chat in ("what a day, haha", "thanks, that is what helps!", "how do I stop you from talking?"):
        assert combine(said, DialogueState("c"), chat, vocabulary, trust="model").intent == "small_talk"


@pytest.mark.parametrize(
    ("text", "said", "feature"),
    [
        ("a luggage rack is a must", {"intent": "find", "features": ["luggage rack"]}, "luggage rack"),
        ("it must work for two players", {"intent": "refine", "features": ["two players"]}, "two players"),
    ],
)
def test_what_a_thing_must_have_is_said_of_the_one_under_way(
    text: str, said: dict, feature: str, vocabulary: Vocabulary
) -> None:
    state = after(Wish("category", "laptop", True, "laptop", 1))
    found = combine(said, state, text, vocabulary, trust="model")
    assert (found.intent, found.fresh, found.values("feature")) == ("refine", False, [feature])


def test_another_type_refused_with_a_maker_is_refused(vocabulary: Vocabulary) -> None:
    assert read("a laptop, no norvik mice", vocabulary).values("dislike") == ["mice"]


def test_a_long_wish_before_a_choice_is_none_of_its_options(vocabulary: Vocabulary) -> None:
    said = {"intent": "find", "category": "laptop", "features": ["lets me work on the train", "black", "blue"]}
    found = combine(said, DialogueState("c"), "a laptop, lets me work on the train, black or blue", vocabulary)
    assert found.values("feature") == ["lets me work on the train", "black or blue"]


def test_a_type_refused_with_its_maker_is_not_refused(vocabulary: Vocabulary) -> None:
    found = read("a laptop, no norvik laptops", vocabulary)
    assert (found.values("category"), found.values("not_brand"), found.values("dislike")) == (
        ["laptop"],
        ["Norvik"],
        [],
    )


def test_a_maker_the_shop_does_not_carry_is_still_a_wish(vocabulary: Vocabulary) -> None:
    assert read("a laptop from Zorblat please", vocabulary).values("brand") == ["Zorblat"]
    assert read("a laptop, but not from Zorblat", vocabulary).values("not_brand") == ["Zorblat"]
    assert read("a laptop by Friday", vocabulary).values("brand") == []
    assert read("a laptop from Norvik", vocabulary).values("brand") == ["Norvik"]
