"""Wishes said of a property by its name, bounds on it, and asides: what is kept is told on a shop of five shelves."""

from __future__ import annotations

import time

import pytest

from assistant.preferences import SearchPlan, merge, to_filters
from assistant.state import DialogueState, Reply, Turn
from assistant.understand import combine, understand
from retrieval.product import AttributeValue, Kind, Money, Product
from retrieval.vocabulary import Vocabulary


def thing(kind: str, number: int, price: int, **attributes: AttributeValue) -> Product:
    maker = ("Ostwin", "Pellam", "Quorley")[number % 3]
    return Product(
        f"{kind.split()[-1]}{number}",
        f"{maker} {kind} {kind[:1].upper()}{number}",
        brand=maker,
        price=Money(100 * price, "USD"),
        attributes=attributes,
    )


FINISH = ("matte", "glossy", "oiled")
SHELVES = [
    thing("bookcase", n, 40 + 20 * n, finish=FINISH[n % 3], wood=("oak", "pine")[n % 2], shelves=n + 2, depth_cm=20 + n)
    for n in range(6)
]
CARTRIDGES = [
    thing("toner cartridge", n, 20 + 30 * n, page_yield=2000 * (n + 1), drum_included=n % 2 == 0) for n in range(6)
]
SCANNERS = [
    thing("scanner", n, 90 + 10 * n, optical_resolution=600 * 2 ** (n % 4), connector=("mini-B", "micro-B")[n % 2])
    for n in range(8)
]
WATCHES = [
    thing("watch", n, 60 + 40 * n, water_resistance_m=(30, 50, 100)[n % 3], clasp=("folding", "pin")[n % 2])
    for n in range(6)
]
KETTLES = [
    thing("kettle", n, 20 + 10 * n, capacity_l=(1.0, 1.5, 1.7)[n % 3], colour=("black", "white")[n % 2])
    for n in range(6)
]
SHOP = [*SHELVES, *CARTRIDGES, *SCANNERS, *WATCHES, *KETTLES]
KIND = {"bookcase": "bookcase", "cartridge": "toner cartridge", "scanner": "scanner", "watch": "watch"}
KINDS = {p.id: Kind(KIND.get(p.id[:-1], "kettle"), "feed", 1) for p in SHOP}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.build(SHOP, KINDS)


def wanted(vocabulary: Vocabulary, *messages: str) -> tuple[DialogueState, SearchPlan]:
    """The conversation, and its wishes as a search sees them."""
    state = DialogueState("c")
    for text in messages:
        understood, _ = understand(None, state, text, vocabulary)
        preferences = merge(state.preferences, understood)
        state = state.append(Turn(len(state.turns) + 1, text, understood, preferences, Reply()))
    return state, to_filters(state.preferences, vocabulary, "USD")


def kept(vocabulary: Vocabulary, *messages: str) -> set[str]:
    """The products that meet every wish, soft ones too."""
    _, plan = wanted(vocabulary, *messages)
    fitting = [p for p in SHOP if plan.filters.admits(p, KINDS[p.id])]
    return {p.id for p in fitting if all(condition.admits(p) for _, condition in plan.soft)}


MATTE = {"bookcase0", "bookcase3"}
OAK = {"bookcase0", "bookcase2", "bookcase4"}
ALL = {f"bookcase{n}" for n in range(6)}


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("a bookcase whose finish is matte", MATTE),
        ("I'd like a bookcase with oak as the wood", OAK),
        ("We need a bookcase with pine as its wood, please", ALL - OAK),
        ("a bookcase in a glossy finish", {"bookcase1", "bookcase4"}),
        ("bookcase, finish: oiled", {"bookcase2", "bookcase5"}),
        ("a bookcase, the finish should be matte", MATTE),
        ("a scanner with a micro-B connector", {f"scanner{n}" for n in (1, 3, 5, 7)}),
        ("a watch, its clasp has to be folding", {f"watch{n}" for n in (0, 2, 4)}),
        ("a bookcase whose wood isn't pine", OAK),
        ("a bookcase, the wood should not be oak", ALL - OAK),
        ("a bookcase whose finish is either matte or oiled", {f"bookcase{n}" for n in (0, 2, 3, 5)}),
        ("a bookcase whose maker is Ostwin", {"bookcase0", "bookcase3"}),
        ("a bookcase whose brand has to be Pellam", {"bookcase1", "bookcase4"}),
        ("a bookcase whose manufacturer is Ostwin and whose wood is oak", {"bookcase0"}),
        ("a bookcase whose brand isn't Ostwin", {f"bookcase{n}" for n in (1, 2, 4, 5)}),
        ("a bookcase whose maker is anything but Ostwin", {f"bookcase{n}" for n in (1, 2, 4, 5)}),
        ("a kettle whose volume is 1.5 litres", {"kettle1", "kettle4"}),
        ("a kettle whose tank must hold at least 1.5 litres", {f"kettle{n}" for n in (1, 2, 4, 5)}),
    ],
)
def test_a_property_and_its_value(vocabulary: Vocabulary, said: str, ids: set[str]) -> None:
    assert kept(vocabulary, said) == ids


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("a bookcase with fewer than 4 shelves", {"bookcase0", "bookcase1"}),
        ("a bookcase with no more than 4 shelves", {"bookcase0", "bookcase1", "bookcase2"}),
        ("a bookcase with at least six shelves", {"bookcase4", "bookcase5"}),
        ("a bookcase with 6 shelves or more", {"bookcase4", "bookcase5"}),
        ("a bookcase with between 3 and 5 shelves", {"bookcase1", "bookcase2", "bookcase3"}),
        ("a bookcase whose depth is at most 22 cm", {"bookcase0", "bookcase1", "bookcase2"}),
        ("a toner cartridge with a page yield of at least 10000", {"cartridge4", "cartridge5"}),
        ("a toner cartridge with a page yield of 10000 or more", {"cartridge4", "cartridge5"}),
        ("toner cartridge, page yield above 10,000", {"cartridge5"}),
        ("a toner cartridge with page yield not under 8000", {f"cartridge{n}" for n in (3, 4, 5)}),
        ("a bookcase having more than 4 shelves but fewer than 7 shelves", {"bookcase3", "bookcase4"}),
        ("a toner cartridge whose page yield is 4000 or lower", {"cartridge0", "cartridge1"}),
        ("a toner cartridge, the page yield must not exceed 4000", {"cartridge0", "cartridge1"}),
        ("a scanner with an optical resolution of at least 2400 dpi", {"scanner2", "scanner3", "scanner6", "scanner7"}),
        ("a scanner, at least 2400 dpi", {"scanner2", "scanner3", "scanner6", "scanner7"}),
        ("a watch that is water resistant to 50 m", {"watch1", "watch2", "watch4", "watch5"}),
        ("a watch waterproof down to 100 metres", {"watch2", "watch5"}),
        ("a watch with a water resistance of 100 m or better", {"watch2", "watch5"}),
        ("a kettle of 1.5 litres or more, in black", {"kettle2", "kettle4"}),
        ("a kettle that holds 1.5 litres or less, in white", {"kettle1", "kettle3"}),
        ("a kettle within 1.5 litres from $30 up", {"kettle1", "kettle3", "kettle4"}),
    ],
)
def test_a_bound_on_a_property(vocabulary: Vocabulary, said: str, ids: set[str]) -> None:
    assert kept(vocabulary, said) == ids


@pytest.mark.parametrize(
    ("messages", "ids"),
    [
        (("a bookcase", "the finish should be matte"), MATTE),
        (("a bookcase with a matte finish", "make that a glossy finish, not matte"), {"bookcase1", "bookcase4"}),
        (("a bookcase with at least 6 shelves", "5 shelves or more will do, not 6"), {f"bookcase{n}" for n in (3, 4, 5)}),
        (("a bookcase with a matte finish", "I can manage without the matte finish"), ALL),
        (("a bookcase of at least 6 shelves", "the number of shelves does not matter"), ALL),
        (("a toner cartridge whose page yield is above 9000", "above 5000 pages is enough"), {f"cartridge{n}" for n in (2, 3, 4, 5)}),
    ],
)  # fmt: skip
def test_a_property_over_turns(vocabulary: Vocabulary, messages: tuple[str, ...], ids: set[str]) -> None:
    assert kept(vocabulary, *messages) == ids


@pytest.mark.parametrize(
    ("messages", "low", "high"),
    [
        (("a kettle up to $30", "up to $50 then, no longer up to $30"), None, 5000),
        (("a kettle up to $50", "below $40 instead of below $50"), None, 4000),
        (("a kettle over $50", "over $30 will do, not over $50"), 3000, None),
        (("a kettle under $50", "under $30, not under $50, sorry"), None, 3000),
        (("a kettle under $50", "We would manage without it being under $50"), None, None),
        (("a kettle under $50", "Drop this one: under $50"), None, None),
        (("a kettle for $40 or dearer",), 4000, None),
        (("a kettle, $40 and pricier",), 4000, None),
        (("a kettle under $50", "not over 50 but 40"), None, 4000),
        (("a kettle under $50", "not 50 but 40"), None, 4000),
        (("a kettle under $50", "40 instead of 50"), None, 4000),
        (("a kettle under $50", "I'd rather pay 40 than 50"), None, 4000),
        (("a kettle under $50", "make that 40, not 50"), None, 4000),
        (("a kettle under $50", "40 not 50"), None, 4000),
        (("a kettle under $50", "no longer under 50 but 40 please"), None, 4000),
        (("a kettle under $30", "not under 30 but under 50"), None, 5000),
        (("a kettle over $50", "not over 50 but 30"), 3000, None),
        (("a kettle over $50", "not over 50 but under 50"), None, 5000),
        (("a kettle between $30 and $60", "not 60 but 50"), 3000, 5000),
        (("a kettle between $30 and $60", "40 instead of 30"), 4000, 6000),
        (("a kettle between $30 and $60", "not 30 to 60 but 40 to 50"), 4000, 5000),
        (("a kettle under $50", "I said 50 but I meant 40"), None, 4000),
        (("a kettle not over $50 but over $30",), 3000, 5000),
        (("a kettle under $50", "not over $50 but over $30"), 3000, 5000),
        (("a kettle under $50, not black but white",), None, 5000),
        (("a kettle under $50", "not 1.7 litres but 1.5 litres"), None, 5000),
        (("a kettle under $50", "not 2 but 1.5 litres"), None, 5000),
        (("a kettle, not under $30",), 3000, None),
        (("a kettle, not over $30",), None, 3000),
        (("a kettle within 1.5 litres",), None, None),
    ],
)
def test_a_price_that_replaces_another(
    vocabulary: Vocabulary, messages: tuple[str, ...], low: int | None, high: int | None
) -> None:
    _, plan = wanted(vocabulary, *messages)
    assert (plan.filters.price_min, plan.filters.price_max) == (low, high)


@pytest.mark.parametrize(
    "said",
    [
        "Rainy here, so off we go: a kettle, that will be all",
        "What we are short of is a kettle.",
        "Difficult to put into words, perhaps a kettle?",
        "Dad retires in May and he would be thrilled with a kettle.",
        "On our shopping list: a kettle.",
        "My boss told me about yours and now I crave a kettle too.",
    ],
)
def test_the_thing_the_shop_knows_counts(vocabulary: Vocabulary, said: str) -> None:
    assert kept(vocabulary, said) == {f"kettle{n}" for n in range(6)}


def test_a_thing_the_shop_lacks_does_not_stick(vocabulary: Vocabulary) -> None:
    assert kept(vocabulary, "a gizmofrotz", "a kettle in white") == {"kettle1", "kettle3", "kettle5"}
    assert kept(vocabulary, "a gizmofrotz") == set()


@pytest.mark.parametrize(
    "aside",
    [
        "No preference as to the colour.",
        "No particular requirements there.",
        "Nice choice, thank you.",
        "I leave that to you.",
    ],
)
def test_an_aside_wishes_for_nothing(vocabulary: Vocabulary, aside: str) -> None:
    before, _ = wanted(vocabulary, "a kettle in white")
    after, _ = wanted(vocabulary, "a kettle in white", aside)
    assert not after.preferences.of("dislike")
    assert [w.value for w in after.preferences.of("category")] == [w.value for w in before.preferences.of("category")]
    assert kept(vocabulary, "a kettle in white", aside) == {"kettle1", "kettle3", "kettle5"}


@pytest.mark.parametrize(
    "said",
    [
        "a kettle whose colour is not important",
        "a kettle whose colour is unimportant",
        "a kettle whose colour does not matter",
        "a kettle whose brand doesn't matter to me",
        "a kettle whose colour is up to you",
        "a kettle where the colour is irrelevant",
        "a kettle and the brand is not important",
        "a kettle of any colour",
        "a kettle in whatever colour",
        "a kettle, colour unimportant",
        "a kettle, brand not important",
        "a kettle, colour is unimportant",
        "a kettle, the brand does not matter",
        "the brand does not matter, a kettle",
    ],
)
def test_what_does_not_matter_leaves_the_thing(vocabulary: Vocabulary, said: str) -> None:
    state, _ = wanted(vocabulary, said)
    assert kept(vocabulary, said) == {f"kettle{n}" for n in range(6)}
    assert {w.slot for w in state.preferences} == {"category"}


@pytest.mark.parametrize("said", ["whose colour is not important", "the colour is unimportant", "colour not important"])
def test_what_does_not_matter_any_more_is_taken_back(vocabulary: Vocabulary, said: str) -> None:
    assert kept(vocabulary, "a white kettle", said) == {f"kettle{n}" for n in range(6)}


def test_a_person_is_no_property(vocabulary: Vocabulary) -> None:
    said = "a kettle for my aunt whose kitchen is 2 m wide and whose birthday is tomorrow"
    assert kept(vocabulary, said) == {f"kettle{n}" for n in range(6)}


@pytest.mark.parametrize(
    "again",
    [
        "Didn't I ask for a matte finish?",
        "Have I not said that the finish should be matte?",
        "As I wrote, the finish must be matte.",
        "We settled on one with a matte finish.",
    ],
)
def test_a_wish_said_again_is_a_wish(vocabulary: Vocabulary, again: str) -> None:
    state, _ = wanted(vocabulary, "a bookcase", again)
    assert kept(vocabulary, "a bookcase", again) == MATTE
    assert not state.preferences.of("dislike")


@pytest.mark.parametrize(
    "said",
    [
        "a bookcase whose finish is anything but matte",
        "a bookcase, finish: not matte",
        "a bookcase whose finish is different from matte",
        "a bookcase whose finish is not matte",
        "a bookcase whose depth is not 22 cm",
        "a bookcase whose finish is any",
    ],
)
def test_what_is_denied_of_a_property_is_never_wished_for(said: str, vocabulary: Vocabulary) -> None:
    found = combine({}, DialogueState("c"), said, vocabulary)
    assert found.values("category") == ["bookcase"]
    assert not any(
        "matte" in str(value) or "22" in str(value) or "any" in str(value) for value in found.values("feature")
    )


@pytest.mark.parametrize(
    ("said", "type_"),
    [
        ("Please ask for a kettle", "kettle"),
        ("ask for a white kettle", "kettle"),
        ("please look for kettles", "kettle"),
        ("Please check for a dongle", "dongle"),
        ("Please ask for it in white", None),
        ("please tell me more", None),
        ("please explain that", None),
        ("Please repeat for me", None),
    ],
)
def test_who_asks_names_what_is_asked_for(vocabulary: Vocabulary, said: str, type_: str | None) -> None:
    assert combine({}, DialogueState("c"), said, vocabulary).first("category") == type_


@pytest.mark.parametrize("piece", ["depth: ", "weight 5 kg, ", "Ostwin, "])
def test_a_long_message_takes_as_long_as_its_parts(vocabulary: Vocabulary, piece: str) -> None:
    """Four times the text may take nine times as long and no more: in the square of its length it would be sixteen."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        combine({}, DialogueState("c"), text, vocabulary)
        return time.process_time() - start

    seconds(100)
    # Of two the quicker: a collection of garbage in between would be counted with the reading.
    long, short = (min(seconds(length) for _ in range(2)) for length in (2400, 600))
    assert long < 9 * max(short, 0.02)
