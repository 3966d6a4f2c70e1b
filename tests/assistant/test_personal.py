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
        ("a kettle, send it to Hauptstraße 5, Berlin", "a kettle"),
        ("a kettle, I live in the Lindenstr. 12a", "a kettle"),
        ("Rosa Example, Am Alten Markt 7, 50667 Köln: a kettle", "a kettle"),
        ("deliver to Rua das Flores 21, Porto, a kettle", "a kettle"),
        ("ship to Via Roma 10, 20121 Milano please, a kettle", "please, a kettle"),
        ("Calle Mayor 3, Madrid. A kettle", "A kettle"),
        ("send it to 8 rue de la Paix, Paris, a kettle", "a kettle"),
        ("a kettle to Kerkstraat 44, Utrecht", "a kettle"),
        ("my address is Storgatan 9, Malmö, I want a kettle", "I want a kettle"),
        ("a kettle for my wife, born 3 May 1984", "a kettle for my wife"),
        ("DOB 03/05/84, a kettle", "a kettle"),
        ("I was born in 1984, a kettle please", "a kettle please"),
        ("a kettle; my date of birth is 1984-05-03", "a kettle"),
        ("my birthday is May 3rd, 1984, so a kettle", "so a kettle"),
        ("she was born on the 3rd of May, a kettle", "a kettle"),
        ("date of birth: 3.5.1984, a kettle", "a kettle"),
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
        "a Garmin Drive 52 or a Via Rail 12 set",
        "Windows 10, Office 2019 and a Galaxy Tab 7",
        "Casio Calle 5 or Lenovo Tab 4, Black",
        "a kettle from 1984",
        "something for a new born, 3 months old",
        "the Born in the USA record of 1984",
        "my birthday is in May, so I want a kettle",
        "delivery until 3 May 2026",
        "a calendar for 2026, released 03/05/2026",
        "Playstation 5, Xbox",
        "Boxspring 140, White",
        "please place Order 7503, Please",
        "a String 5, Violin",
        "Plaza Sofa 3 Seater",
        "Via Mini 2 Black",
        "Calle Rug 200 Black",
        "show me phones, Via Pro 5 Max",
        "compare the Boulevard 5 to Avenue Pro 7",
        "for his birthday 2000 piece puzzle",
        "a 60th birthday 1965 poster",
    ],
)
def test_what_is_about_goods_and_orders_stays(said: str) -> None:
    assert impersonal(said, SHOP) == said
