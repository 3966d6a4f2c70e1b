"""A must said after the thing, ranges that replace, one end of a price taken back, and messages in Chinese."""

import pytest

from assistant.models.scripted import Scripted
from assistant.preferences import merge
from assistant.reading.prices import read_prices
from assistant.state import DialogueState, Preferences, Recommendation, Reply, Turn, Understanding, Wish
from assistant.understand import understand
from retrieval.product import Kind, Money, Product
from retrieval.vocabulary import Vocabulary

SHELF = [
    Product(
        str(n),
        f"{brand} stove {n}",
        brand=brand,
        price=Money(9000 + n, "USD"),
        attributes={"weight_kg": n, "colour": "black" if n % 2 else "blue"},
    )
    for n, brand in enumerate(["Norvik", "Keenwell", "华光", "Norvik"], 1)
]
KINDS = {p.id: Kind("stove", "feed", 1) for p in SHELF}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.build(SHELF, KINDS)


def read(text: str, vocabulary: Vocabulary, *held: Wish) -> tuple[Understanding, list[tuple[str, object, bool]]]:
    """The reading by rules, and the wishes in force after it as (slot, value, hard)."""
    before = Preferences(held)
    turn = Turn(1, "...", Understanding("find", held), before, Reply(shown=(Recommendation("1", "card"),)))
    said = understand(None, DialogueState("c", turns=(turn,) if held else ()), text, vocabulary)[0]
    return said, [(w.slot, w.value, w.hard) for w in merge(before, said)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("well, make it 35 to 90", 35, 90),
        ("let's say 400 to 650 then", 400, 650),
        ("70 will be my ceiling", None, 70),
        ("a kit that weighs under 6.5 pounds", None, None),
        ("anything under 65 pounds", None, 65),
        ("sizes 36 to 38", None, None),
        ("20到45欧元之间", 20, 45),
        ("最高150元", None, 150),
        ("不高于90美元", None, 90),
        ("至少70美元", 70, None),
        ("不低于70美元", 70, None),
        ("大概250块左右", None, 250),
    ],
)
def test_ranges_and_limits(text: str, low: float | None, high: float | None) -> None:
    found = read_prices(text)
    assert (found and found.minimum, found and found.maximum) == (low, high)


@pytest.mark.parametrize(
    "text", ["black, that's essential", "in black, it has to be", "black - this is a must", "black, a must"]
)
def test_a_must_said_afterwards_counts(text: str, vocabulary: Vocabulary) -> None:
    said, held = read(text, vocabulary, Wish("category", "stove", True, "stove"))
    assert ("feature", "black", True) in held
    assert [w.value for w in said.wishes] == ["black"]


def test_one_end_of_a_price_is_taken_back_alone(vocabulary: Vocabulary) -> None:
    bounds = (Wish("price_min", 20, True, "20"), Wish("price_max", 80, True, "80"))
    assert read("forget the minimum price", vocabulary, *bounds)[1] == [("price_max", 80, True)]
    assert read("the upper limit doesn't matter", vocabulary, *bounds)[1] == [("price_min", 20, True)]
    assert read("the budget doesn't matter", vocabulary, *bounds)[1] == []


def test_a_figure_is_taken_back_by_what_it_is_of(vocabulary: Vocabulary) -> None:
    heavy, black = Wish("feature", "under 3 kg", True, "under 3 kg"), Wish("feature", "black", True, "black")
    assert read("the weight is not important", vocabulary, heavy, black)[1] == [("feature", "black", True)]


@pytest.mark.parametrize("text", ["by any maker", "from any brand please", "ok, any brand"])
def test_any_maker_takes_the_maker_back(text: str, vocabulary: Vocabulary) -> None:
    assert read(text, vocabulary, Wish("brand", "Norvik", True, "Norvik"))[1] == []


def test_the_warranty_of_what_is_shown_is_no_policy(vocabulary: Vocabulary) -> None:
    stove = Wish("category", "stove", True, "stove")
    assert read("how long a warranty does the first one have?", vocabulary, stove)[0].intent == "ask_product"
    assert read("what is your warranty policy?", vocabulary, stove)[0].intent == "ask_policy"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请问有Norvik吗，90美元以内", [("price_max", 90, True), ("brand", "Norvik", True)]),
        ("华光的炉子，不要Keenwell", [("brand", "华光", True), ("not_brand", "Keenwell", True)]),
        ("想要Norvik的stove", [("brand", "Norvik", True), ("category", "stove", True)]),
    ],
)
def test_chinese_is_read_as_far_as_names_and_figures_go(
    text: str, expected: list[tuple[str, object, bool]], vocabulary: Vocabulary
) -> None:
    said, held = read(text, vocabulary)
    assert (said.intent, said.language) == ("find", "zh")
    assert [w for w in held if w[0] != "currency"] == expected


def test_a_model_that_reads_english_alone_is_not_asked_in_chinese(
    vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.understand.is_tuned", lambda model: True)
    said, cost = understand(Scripted([]), DialogueState("c"), "Keenwell，最多60美元", vocabulary)
    assert cost.calls == 0
    assert [(w.slot, w.value) for w in said.wishes if w.slot != "currency"] == [
        ("price_max", 60),
        ("brand", "Keenwell"),
    ]
