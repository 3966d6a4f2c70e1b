"""A shop's own words, found in what shoppers write."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from retrieval.product import Kind, Product
from retrieval.vocabulary import Vocabulary

SHOP = [
    Product("1", "HP laptop 17 inch", brand="HP", attributes={"product_colour": "Black", "internal_memory": 16}),
    Product("2", "StarTech.com cable", brand="StarTech.com", attributes={"product_colour": "Grey", "cable_length": 2}),
    Product("3", "Sharp TV", brand="Sharp", attributes={"product_colour": "Black,Silver", "bluetooth": True}),
    Product("4", "Case Logic bag", brand="Case Logic", attributes={"product_colour": "Blue", "bluetooth": True}),
    Product("5", "Act cable", brand="ACT", attributes={"cable_length": 3, "bluetooth": True}),
]
KINDS = {"1": Kind("notebook", "title", 1.0), "2": Kind("cable", "title", 1.0)}


def vocabulary() -> Vocabulary:
    return Vocabulary.build(SHOP, KINDS)


def brands(text: str) -> list[str]:
    return [m.value for m in vocabulary().brands(text)]


def features(text: str) -> list[str]:
    return [m.value for m in vocabulary().features(text)]


def test_brands_are_found_as_shoppers_write_them() -> None:
    assert brands("hp's or StarTech, not case logic") == ["HP", "StarTech.com", "Case Logic"]


def test_an_everyday_word_is_a_brand_only_where_it_is_written_as_one() -> None:
    assert brands("a sharp knife so I can act now") == []
    assert brands("anything from sharp, or an ACT cable") == ["Sharp", "ACT"]


def test_features_are_measures_colours_and_properties() -> None:
    text = "a black waterproof thing, 17 inch, at least 16 GB RAM, under $500"
    assert features(text) == ["black", "waterproof", "17 inch", "at least 16 GB RAM"]


def test_a_price_is_no_feature() -> None:
    assert features("between 50 and 100 dollars, $20 or 30 bucks") == []


def test_spans_are_those_of_the_text() -> None:
    text = "Grey, 2 m please"
    assert all(text[m.start : m.end] == m.words for m in vocabulary().features(text))


def test_json_round_trip() -> None:
    built = vocabulary()
    again = Vocabulary.from_dict(json.loads(json.dumps(built.to_dict())))
    assert again.to_dict() == built.to_dict()
    assert again.link("17 inch") == built.link("17 inch")


def test_without_a_shop_the_shared_words_are_known() -> None:
    empty = Vocabulary.build((), {})
    assert [m.value for m in empty.features("a red leather bag, 5 litres")] == ["red", "leather", "5 litres"]
    assert empty.link("red").any_of == (("red",),)


def test_a_noun_belongs_to_its_number_unless_it_is_what_is_asked_for() -> None:
    assert features("a laptop with 512 GB SSD") == ["512 GB SSD"]
    assert features("I need a 512 GB SSD") == ["512 GB"]
    assert features("a 17 inch laptop") == ["17 inch"]


def test_kinds_are_those_of_the_shop_and_properties_are_none() -> None:
    assert [m.value for m in vocabulary().kinds("two laptops please")] == ["laptop"]
    assert vocabulary().resolve_kind("laptop") == ("notebook",)
    assert vocabulary().kinds("touchscreen is a must") == []
    assert vocabulary().kinds("16 GB RAM") == []
    assert [m.value for m in vocabulary().kinds("a 512 GB SSD")] == ["ssd"]


def test_what_a_shopper_says_of_people_and_days_is_no_feature() -> None:
    text = "I weigh 240 lbs, he is 6 ft, for a 5 year old, here in 2 days, on Black Friday, 5G"
    assert [f for f in features(text) if f != "5G"] == []
    assert features("with 10 hours of battery life and 2 years warranty") == [
        "10 hours of battery life",
        "2 years warranty",
    ]


def test_pounds_are_money_unless_something_weighs_them() -> None:
    assert features("under 50 pounds") == []
    assert features("weight under 5 pounds") == ["weight under 5 pounds"]


@pytest.mark.parametrize("value", ["yes", "other", "box", "home", "one", "new"])
def test_everyday_words_are_no_features_though_attributes_hold_them(value: str) -> None:
    shop = [Product(str(n), f"{value} lamp {n}", attributes={"place": value}) for n in range(9)]
    assert Vocabulary.build(shop, {}).features(f"a {value} for my {value}") == []


def test_short_values_that_titles_print_are_features() -> None:
    shop = [Product(str(n), f"Lamp E27 {n}", attributes={"socket": "E27 screw"}) for n in range(3)]
    shop += [Product(str(n), f"Lamp E27 screw {n}", attributes={"socket": "E27 screw"}) for n in range(3, 9)]
    assert [m.value for m in Vocabulary.build(shop, {}).features("one with e27 screw")] == ["e27 screw"]


@pytest.mark.parametrize(("piece", "times"), [("1 ", 50_000), ("at least ", 11_000), (" ", 99_000), ("12 to ", 16_000)])
def test_a_very_long_message_is_read_in_time(piece: str, times: int) -> None:
    """Four times the text may take nine times as long and no more: in the square of its length it would be sixteen."""
    built = vocabulary()

    def seconds(text: str) -> float:
        start = time.process_time()
        built.features(text)
        built.brands(text)
        built.link(text)
        return time.process_time() - start

    assert seconds("screen " + piece * times) < 9 * max(seconds("screen " + piece * (times // 4)), 0.05)


class Built(NamedTuple):
    """A real shop's vocabulary, what it took, and what counting the same words took: a limit told in the
    second holds on a slow machine too."""

    vocabulary: Vocabulary
    seconds: float
    plain_seconds: float


@pytest.fixture(scope="module")
def icecat(data_dir: Path) -> Built:
    with gzip.open(data_dir / "icecat" / "products.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    shelf = [Product(r["id"], r["title"], r["description"] or "", r["brand"], attributes=r["attributes"]) for r in rows]
    start = time.process_time()
    built = Vocabulary.build(shelf, {})
    read, counts = time.process_time(), Counter[str]()
    for product in shelf:
        text = f"{product.title} {product.description} {product.attributes}"
        counts.update(word.lower() for word in re.findall(r"\w+", text))
    return Built(built, read - start, time.process_time() - read)


@pytest.mark.data
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Philips headphones under 25", ["Philips"]),
        ("a tp link router or a dlink one", ["TP-LINK", "D-Link"]),
        ("hp's, canon or brother", ["HP", "Canon", "Brother"]),
        ("my brother wants a printer", []),
        ("a present for my brother", []),
        ("Brother printer", ["Brother"]),
        ("I need it to be quiet", []),
        ("a be quiet! fan", ["be quiet!"]),
        ("a sharp tv", ["Sharp"]),
        ("a sharp knife", []),
        ("nothing by sharp", ["Sharp"]),
        ("a jumbo pack of batteries", []),
        ("Jumbo puzzle with 1000 pieces", ["Jumbo"]),
        ("act now and equip my desk", []),
        ("ACT cables, not Equip", ["ACT", "Equip"]),
        ("my chief concern is the price", []),
        ("a Chief mount", ["Chief"]),
        ("Peach toner", ["Peach"]),
        ("in peach or coral", []),
        ("a princess dress", []),
        ("a kettle from princess", ["Princess"]),
        ("buffalo leather", []),
        ("vogels mount or Vogel's", ["Vogel's", "Vogel's"]),
        ("StarTech adapter", ["StarTech.com"]),
        ("kingston memory", ["Kingston Technology"]),
        ("Case Logic bag", ["Case Logic"]),
        ("Leitz binder", ["Leitz"]),
        ("do you have apple juice", []),
        ("1 gigabyte is not enough", []),
        ("a 3 m cable", []),
        ("Philips, Sharp or act", ["Philips", "Sharp", "ACT"]),
        ("oralb brush heads", ["Oral-B"]),
        ("I Want A Sharp Knife Now Please", []),
    ],
)
def test_brands_of_a_real_catalogue(icecat: Built, text: str, named: list[str]) -> None:
    assert [m.value for m in icecat.vocabulary.brands(text)] == named


@pytest.mark.data
def test_a_real_catalogue_is_read_in_time(icecat: Built) -> None:
    assert icecat.seconds < 10 * icecat.plain_seconds
    stored = json.dumps(icecat.vocabulary.to_dict())
    start = time.process_time()
    again = Vocabulary.from_dict(json.loads(stored))
    assert time.process_time() - start < icecat.plain_seconds
    start = time.process_time()
    for _ in range(100):
        text = "black wireless HP mouse with bluetooth, at least 1600 dpi, 2 m cable, not Logitech"
        again.brands(text), again.features(text), again.link("at least 1600 dpi")
    assert time.process_time() - start < icecat.plain_seconds
