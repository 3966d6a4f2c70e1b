"""What a shopper lets slip of a person is no wish and is not said again; what the shop sells stays."""

from __future__ import annotations

import pytest

from assistant.reading.personal import impersonal
from retrieval.product import Product
from retrieval.vocabulary import Vocabulary

SHOP = Vocabulary.build([Product(str(n), f"Philips razor {n}", brand="Philips") for n in range(3)], {})


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("a kettle, send it to 12 Mill Lane, Anytown", "a kettle"),
        ("Rosa Example, 12 Mill Lane: a kettle", "a kettle"),
        ("mail me at rosa@example.org, I want a kettle", "I want a kettle"),
        ("my card is 4111 1111 1111 1111, a kettle please", "my, a kettle please"),
        ("my name is Rosa Example and I want a kettle", "and I want a kettle"),
        ("This is Rosa speaking, a kettle please", "a kettle please"),
        ("a razor for my brother Tom Example", "a razor for my brother"),
        ("a kettle, send it to 221B Mill Street, London NW1 6XE", "a kettle"),
        ("do you deliver to 12 Mill Lane, Anytown?", "do you deliver to ?"),
    ],
)
def test_personal_data_is_left_out(said: str, left: str) -> None:
    assert " ".join(impersonal(said, SHOP).replace(" ,", ",").split()) == left


@pytest.mark.parametrize(
    "said",
    [
        "a razor for my brother Philips",
        "looking for a razor as a gift for my wife, Philips",
        "a 1920 x 1080 screen with 2 HDMI 2.0 and an EAN like 4006381333931",
        "an extension lead of 5 m, 12 way",
        "this is too dear; I am after something cheaper",
        "cancel order W7503487",
        "I live in a flat, so quiet please",
        "a 128 GB Flash Drive",
        "WD My Passport 2TB, or a 2 TB External Drive",
        "100 Black Square tables",
        "something for my son Xbox",
        "my card is a GeForce RTX 3060",
        "part number 0123456789, EAN 5901234123457",
        "a screen, resolution 3840 2160 60",
    ],
)
def test_what_is_about_goods_and_orders_stays(said: str) -> None:
    assert impersonal(said, SHOP) == said
