"""Prices without a sign of money: heard where a clause speaks of money, and never in a size, a count or a name."""

from __future__ import annotations

import pytest
from reading_scores import VOCABULARY

from assistant.reading.plainly import plainly
from assistant.reading.slots import read_message
from assistant.state import Preferences, Wish

SOFA = Preferences((Wish("category", "sofa", True, "sofa", 1),))


def bounds(text: str, current: Preferences = SOFA) -> dict[str, object]:
    wishes = read_message(plainly(text), VOCABULARY, current).wishes
    return {w.slot: w.value for w in wishes if w.slot in ("price_min", "price_max")}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("price maximal 450", 450),
        ("my aunt is giving me 700 for it", 700),
        ("the committee has released 380", 380),
        ("900 is possible", 900),
        ("a blue one, less then 250", 250),
        ("nothing pricier than 240", 240),
        ("660 is the most I'd pay", 660),
        ("we are not spending over 300", 300),
        ("so back to 310", 310),
    ],
)
def test_an_amount_in_a_clause_about_money_is_the_most_to_pay(text: str, amount: int) -> None:
    assert bounds(text) == {"price_max": amount}


@pytest.mark.parametrize(
    "text",
    [
        "we are 12 people",
        "my aunt is giving me 3 cushions",
        "it can be 180 cm",
        "the Corvo 300 is possible",
        "I paid 450 last time",
        "a 3-seater",
        "a charger that can do 65",
        "a bulb, maximum 60 watts",
        "one with limit switches, 120 by 60",
    ],
)
def test_a_size_a_count_a_name_and_the_past_are_no_price(text: str) -> None:
    assert bounds(text) == {}


def test_where_a_price_is_spoken_of_another_may_be_said_in_passing() -> None:
    priced = Preferences((*SOFA, Wish("price_max", 400, True, "400", 1)))
    assert bounds("grey then, I could do 520 for that", priced) == {"price_max": 520}


def test_where_a_bare_size_was_said_a_bare_number_is_another_size() -> None:
    shoes = Preferences((Wish("category", "shoe", True, "shoe", 1), Wish("feature", "43", True, "43", 1)))
    assert bounds("it can be 44", shoes) == {}
