"""The same measure in other units."""

import pytest
from shops import shelf

from retrieval.asked import _amounts
from retrieval.product import Product
from retrieval.query import Query
from retrieval.text import words
from retrieval.units import alike


def test_seventeen_inches_are_43_2_cm_and_the_other_way_round() -> None:
    assert {"43.2cm", "432mm"} <= set(alike("17in"))
    assert "17in" in alike("43.2cm")


def test_makers_sizes_carry_a_digit_that_shoppers_leave_out() -> None:
    assert {"17.3in", "43.9cm"} <= set(alike("17in"))
    assert "18in" not in alike("17in")
    # Said exactly it is meant exactly.
    assert "17.4in" not in alike("17.3in")


@pytest.mark.parametrize(
    ("said", "also"), [("1tb", "1000gb"), ("500gb", "0.5tb"), ("2kg", "2000g"), ("1.5l", "1500ml"), ("5ghz", "5000mhz")]
)
def test_units_of_one_kind(said: str, also: str) -> None:
    assert also in alike(said)


@pytest.mark.parametrize("word", ["lamp", "17", "17xyz", "0in", "5000mah", ""])
def test_what_is_no_measure_has_no_others(word: str) -> None:
    assert alike(word) == ()


def test_nothing_is_rounded_to_another_measure() -> None:
    assert not {"1ft", "2ft", "0m"} & set(alike("17in"))


def test_thousands_of_a_unit_are_searched_as_the_shop_prints_them() -> None:
    has = {"2tb", "1.5l", "1000gb"}.__contains__
    assert _amounts("2000 gb external hard drive", has) == "2tb external hard drive"
    assert _amounts("jug, 1,500 ml", has) == "jug, 1.5l"
    # What the shop does not say otherwise stays as it was said.
    assert _amounts("1000 gb at 1080p, 2400 dpi, 4000", has) == "1000 gb at 1080p, 2400 dpi, 4000"


@pytest.mark.parametrize("said", ["usb c", "USB-C", "usb type c", "USB Type-C", "type-c", "usbc"])
def test_a_plug_is_one_word_however_it_is_written(said: str) -> None:
    assert words(f"{said} cable") == ["usb", "usbc", "cabl"]


def test_a_lone_letter_is_no_plug() -> None:
    assert "usbc" not in words("vitamin C, mains plug type C, USB card, USB cable, subtype-code")


def test_a_plug_ranks_alike_however_it_is_asked_for() -> None:
    opened = shelf([
        Product("a", "USB-C cable 1 m"), Product("b", "USB A cable grade C"), Product("c", "Type-C hub"),
        Product("d", "C battery cable tester"), Product("e", "Desk lamp"),
    ])  # fmt: skip
    found = [
        [h.product.id for h in opened.search(Query(text, 5))] for text in ("usb c cable", "usb-c cable", "type-c cable")
    ]
    assert found[0] == found[1] == found[2]
    assert found[0][0] == "a"
