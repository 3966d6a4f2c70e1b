"""What is plainly said is meant: nothing is shown as fitting without it, and near misses say what they lack."""

from __future__ import annotations

import pytest
from shops import shelf as shop

from assistant.play import last_turn
from assistant.reading.plainly import plainly
from assistant.state import DialogueState, Turn
from assistant.turn import reply
from retrieval.product import Kind, Money, Product
from retrieval.search import Shelf

KINDS = ("footrest", "presenter", "headphones", "laptop", "printer", "all-in-one printer")


def thing(kind: str, n: int, price: int, brand: str = "Norvik", title: str = "", **about: object) -> Product:
    name = title or f"{brand} {kind} {n}"
    return Product(f"{kind}-{n}", name, "", brand, Money(price * 100, "USD"), attributes=about)  # type: ignore[arg-type]


FOOTRESTS = [thing("footrest", n, 20 + n, colour=("black", "grey")[n % 2], tilting=n < 3) for n in range(6)]
WHITE = thing("laptop", 9, 900, brand="Tarvo", colour="white", memory_gb=8, storage_gb=256)
LAPTOPS = [
    *(thing("laptop", n, 700 + n, colour="red", title=f"Tarvo laptop {n} Pentox i7", memory_gb=16, storage_gb=512) for n in range(3)),
    WHITE,
]  # fmt: skip
PRESENTERS = [thing("presenter", n, 30, wireless_range=reach) for n, reach in enumerate((10.0, 15.0, 18.0, 30.0))]
HEADPHONES = [thing("headphones", n, 40, wireless=n > 2, colour=("red", "blue", "green")[n % 3]) for n in range(6)]
PRINTERS = [
    *(thing("printer", n, 80) for n in range(3)),
    *(thing("all-in-one printer", n, 120) for n in range(3)),
]
CHIP = Product("chip", "Pentox Q5 processor", "", "Pentox", Money(20000, "USD"))
PRODUCTS = [*FOOTRESTS, *LAPTOPS, *PRESENTERS, *HEADPHONES, *PRINTERS, CHIP]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    kinds = {p.id: Kind(p.id.rsplit("-", 1)[0], "feed", 1.0) for p in PRODUCTS}
    return shop(PRODUCTS, {**kinds, "chip": Kind("processor", "feed", 1.0)})


def talk(shelf: Shelf, *texts: str) -> Turn:
    state = DialogueState("m")
    for text in texts:
        state = state.append(last_turn(reply(state, text, shelf=shelf, model=None)))
    return state.turns[-1]


def ids(turn: Turn) -> set[str]:
    return {card.product_id for card in turn.reply.shown}


def test_a_plain_wish_that_nothing_meets_leaves_near_misses_that_say_so(shelf: Shelf) -> None:
    turn = talk(shelf, "a footrest", "in white please")
    assert not turn.reply.shown
    assert turn.reply.alternatives
    assert {card.breaks for card in turn.reply.alternatives} == {"white"}
    assert "Nothing in the shop fits white footrest" in turn.reply.text


def test_what_would_only_be_welcome_hides_nothing(shelf: Shelf) -> None:
    assert ids(talk(shelf, "a footrest", "ideally white"))


def test_a_word_that_no_record_of_the_type_knows_hides_nothing(shelf: Shelf) -> None:
    assert ids(talk(shelf, "a footrest", "a comfy one"))


def test_what_only_a_title_could_show_gives_way_and_is_said_to_be_unstated(shelf: Shelf) -> None:
    turn = talk(shelf, "a black footrest, under 25", "and norvik 5 please, foldaway")
    assert ids(turn)
    assert "foldaway" in turn.reply.text


def test_a_must_in_words_that_no_record_has_is_refused(shelf: Shelf) -> None:
    turn = talk(shelf, "a footrest", "it must have massage rollers")
    assert not ids(turn)
    assert turn.reply.alternatives


def test_a_bound_on_a_wire_is_no_other_thing(shelf: Shelf) -> None:
    assert ids(talk(shelf, "a presenter", "range min 18 metres")) == {"presenter-2", "presenter-3"}


def test_what_is_said_of_a_part_is_said_of_the_thing(shelf: Shelf) -> None:
    assert ids(talk(shelf, "a presenter", "The range has to be at least 18 metres.")) == {"presenter-2", "presenter-3"}


def test_a_use_of_what_comes_with_it_hides_nothing(shelf: Shelf) -> None:
    assert ids(talk(shelf, "headphones", "they must be wireless, with a case for a normal trip"))


def test_what_was_in_the_way_is_given_up_where_another_is_fine(shelf: Shelf) -> None:
    assert ids(talk(shelf, "headphones", "in white", "ok, red is fine then"))


@pytest.mark.parametrize("said", ["red or blue", "in blue or red", "red, please, or blue"])
def test_any_of_several_things_does(shelf: Shelf, said: str) -> None:
    assert ids(talk(shelf, "headphones", f"{said}")) <= {"headphones-0", "headphones-1", "headphones-3", "headphones-4"}
    assert len(ids(talk(shelf, "headphones", "blue or red"))) == 4


def test_what_lacks_a_cable_is_wireless(shelf: Shelf) -> None:
    assert ids(talk(shelf, "headphones without a cable")) == {"headphones-3", "headphones-4", "headphones-5"}


def test_an_amount_finds_the_field_that_its_words_name(shelf: Shelf) -> None:
    assert ids(talk(shelf, "a presenter with a range of 18 metres or more")) == {"presenter-2", "presenter-3"}
    assert ids(talk(shelf, "a presenter", "it must reach more than 15 metres")) == {"presenter-2", "presenter-3"}


def test_beside_named_memory_a_bare_amount_is_no_memory(shelf: Shelf) -> None:
    turn = talk(shelf, "laptop, at least 16 GB of RAM", "and at least 512 GB")
    assert ids(turn) == {"laptop-0", "laptop-1", "laptop-2"}


def test_a_printer_that_scans_is_an_all_in_one(shelf: Shelf) -> None:
    turn = talk(shelf, "a printer that can also scan and copy")
    assert {i.rsplit("-", 1)[0] for i in ids(turn)} == {"all-in-one printer"}


def test_a_must_that_no_record_can_judge_is_said_to_be_open(shelf: Shelf) -> None:
    turn = talk(shelf, "a footrest", "it must match the cupboards")
    assert ids(turn)
    assert "match the cupboards" in turn.reply.text


@pytest.mark.parametrize(
    ("hasty", "careful"),
    [
        ("doesnt cost undr 20", "doesn't cost under 20"),
        ("Wont  fit", "Won't fit"),
        ("upto 50, atleast 2", "up to 50, at least 2"),
        ("the front of my apartment", "the front of my apartment"),
        ("warrant, tent, paint", "warrant, tent, paint"),
        ("a 2U UPS, U-shaped", "a 2U UPS, U-shaped"),
        ("what have u got, pls", "what have you got, please"),
        ("a red one of course, at leest 2 m", "a red one, at least 2 m"),
        ("Hello dear, a kettle", "Hello, a kettle"),
        ("I'd prefer to leave Acme out of this", "not from Acme"),
        ("a case of course black", "a case, black"),
        ("a lock to keep my kids out of it", "a lock to keep my kids out of it"),
        ("what if it weighs over 2 kg?", "what if it weighs over 2 kg?"),
        ("usb 3 i mean, not usb 2", "usb 3, not usb 2"),
    ],
)
def test_haste_is_written_out(hasty: str, careful: str) -> None:
    assert plainly(hasty) == careful
