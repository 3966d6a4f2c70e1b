"""The judge of replies finds each kind of planted untruth, and lets true replies pass."""

from __future__ import annotations

from typing import Any

import pytest

from eval.judge import Catalogue, claim_faults, evidence_fault, named_faults

LAPTOP: dict[str, Any] = {
    "id": "1",
    "title": 'HP ProBook 450 G7 Notebook Silver 39.6 cm (15.6")',
    "description": "Weighs 2 kg.",
    "brand": "HP",
    "price": 1099.95,
    "attributes": {"internal_memory": 16, "touchscreen": False, "wi_fi": True, "product_colour": "Silver"},
}
OTHER: dict[str, Any] = {
    "id": "2",
    "title": "Philips SHE3580/10 headphones Black",
    "brand": "Philips",
    "price": 9.94,
    "attributes": {},
}
TONERS = [
    {"id": f"t{i}", "title": f"Xerox Black Toner Cartridge {i}k", "brand": "Xerox", "price": 5, "attributes": {}}
    for i in range(8)
]
SHELF = Catalogue([LAPTOP, OTHER, *TONERS])


def claims(text: str, heard: str = "", counts: tuple[str, ...] = ()) -> list[str]:
    return claim_faults(text, [LAPTOP], heard, counts, SHELF)


def test_a_product_named_and_shown_is_right() -> None:
    assert named_faults("HP ProBook 450 G7: costs $1,099.95.", [LAPTOP], SHELF) == []


def test_a_product_named_but_not_shown_is_found() -> None:
    assert len(named_faults("Take the Philips SHE3580/10 headphones.", [LAPTOP], SHELF)) == 1
    assert len(named_faults("HP ProBook 450 G7, or Philips SHE3580/10 headphones?", [LAPTOP], SHELF)) == 1


def test_a_sort_of_product_is_not_a_name() -> None:
    assert named_faults("Would a Xerox black toner cartridge do?", [LAPTOP], SHELF) == []
    assert len(named_faults("Take the Xerox Black Toner Cartridge 3k.", [LAPTOP], SHELF)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "HP ProBook 450 G7: costs $1,099.95.",
        'It has 16 GB and a 15.6" screen.',
        "It weighs 2 kg.",
        "A laptop without digits.",
    ],
)
def test_what_the_record_says_is_supported(text: str) -> None:
    assert claims(text) == []


@pytest.mark.parametrize(
    "text",
    ["It costs $1,099.", "It costs $999.95.", "It has 32 GB.", "Only 3 left!", "Much like the SHE3580/10."],
)
def test_what_no_record_says_is_found(text: str) -> None:
    assert len(claims(text)) >= 1


def test_the_shoppers_own_numbers_and_the_shops_counts_are_supported() -> None:
    assert claims("Nothing under $40.") != []
    assert claims("Nothing under $40.", heard="up to 40 please") == []
    assert claims("12 products fit.", counts=("12",)) == []
    assert claims("Here are 4.") != []
    assert claims("Here are 4.", counts=("4",)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "$1,099.95"),
        ("price", "1099.95"),
        ("brand", "HP"),
        ("title", "HP ProBook 450 G7"),
        ("description", "2 kg"),
        ("attributes.internal_memory", "16"),
        ("attributes.wi_fi", "yes"),
        ("attributes.touchscreen", "no"),
        ("attributes.product_colour", "silver"),
    ],
)
def test_evidence_that_equals_its_record(field: str, value: str) -> None:
    assert evidence_fault(field, value, LAPTOP) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "$1,099"),
        ("price", "$1,099.95 reduced"),
        ("brand", "Dell"),
        ("attributes.internal_memory", "8"),
        ("attributes.internal_memory", "16 GB free"),
        ("attributes.touchscreen", "yes"),
        ("attributes.weight", "2"),
        ("rating", "5"),
        ("title", ""),
    ],
)
def test_evidence_that_does_not_equal_its_record_is_found(field: str, value: str) -> None:
    assert evidence_fault(field, value, LAPTOP) is not None
