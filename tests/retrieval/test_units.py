"""The same measure in other units."""

import pytest

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
