"""A shop's own words, found in what shoppers write."""

from __future__ import annotations

import json

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
