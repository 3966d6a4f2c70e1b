"""The judge of conversations finds planted violations, and lets what is right pass."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.judge import Catalogue
from eval.predicates import UnknownPredicate, meets, says, violations
from eval.suites.conversations import SHIPPED
from retrieval.jsonlines import read_rows

NOTEBOOK = {
    "id": "1",
    "title": 'HP 15 Notebook Black 39.6 cm (15.6") 1920 x 1080 pixels',
    "description": "A quiet machine with gel-free rest.",
    "brand": "HP",
    "price": 499.95,
    "category": "Computers > Laptops",
    "attributes": {"internal_memory": 16, "touchscreen": False, "wi_fi": True, "product_colour": "Black,Silver"},
}


def broken(check: dict[str, Any], **change: Any) -> list[str]:
    return violations({**NOTEBOOK, **change}, check)


@pytest.mark.parametrize(
    ("holds", "breaks"),
    [
        ({"price_max": 499.95}, {"price_max": 499.94}),
        ({"price_min": 499.95}, {"price_min": 500}),
        ({"brand": ["hp", "Acer"]}, {"brand": ["Acer"]}),
        ({"not_brand": ["Acer"]}, {"not_brand": ["hp"]}),
        ({"category": ["laptops"]}, {"category": ["computers", "laptop sleeves"]}),
        ({"title_any": ["laptop", "notebook"]}, {"title_any": ["laptop", "note"]}),
        ({"title_none": ["sleeve"]}, {"title_none": ["sleeve", "NOTEBOOK"]}),
        ({"words_all": [["15.6 inch", '15.6"'], ["wi fi"]]}, {"words_all": [['15.6"'], ["touchscreen"]]}),
        ({"words_none": ["touchscreen"]}, {"words_none": ["quiet"]}),
        (
            {"attr": [{"name": "internal_memory", "op": ">=", "value": 16}]},
            {"attr": [{"name": "internal_memory", "op": ">=", "value": 17}]},
        ),
        (
            {"attr": [{"name": "internal_memory", "op": "<=", "value": 16}]},
            {"attr": [{"name": "internal_memory", "op": "<=", "value": 8}]},
        ),
        (
            {"attr": [{"name": "internal_memory", "op": "in", "value": ["8", "16"]}]},
            {"attr": [{"name": "internal_memory", "op": "=", "value": 8}]},
        ),
        (
            {"attr": [{"name": "product_colour", "op": "says", "value": "silver"}]},
            {"attr": [{"name": "product_colour", "op": "says", "value": "sil"}]},
        ),
        ({"attr": [{"name": "wi_fi", "op": "has"}]}, {"attr": [{"name": "weight", "op": "has"}]}),
        ({"any": [{"brand": ["Acer"]}, {"price_max": 500}]}, {"any": [{"brand": ["Acer"]}, {"price_max": 400}]}),
        ({"all": [{"brand": ["HP"]}, {"price_max": 500}]}, {"all": [{"brand": ["HP"]}, {"price_max": 400}]}),
        ({"none": [{"brand": ["Acer"]}]}, {"none": [{"brand": ["Acer"]}, {"brand": ["HP"]}]}),
    ],
)
def test_each_predicate_passes_what_holds_and_names_what_breaks(holds: dict[str, Any], breaks: dict[str, Any]) -> None:
    assert broken(holds) == []
    assert len(broken(breaks)) == 1
    assert meets(NOTEBOOK, holds) and not meets(NOTEBOOK, breaks)


def test_several_faults_are_all_named_with_the_wish_they_break() -> None:
    check = {"price_max": 100, "all": [{"wish": "laptop", "title_any": ["laptop"]}, {"not_brand": ["HP"]}]}
    assert broken(check) == ["price_max 100", "laptop: title_any ['laptop']", "not_brand ['HP']"]


def test_a_product_without_a_price_meets_no_bound() -> None:
    assert broken({"price_max": 1000}, price=None) != []
    assert broken({"price_min": 0}, price=None) != []


def test_cheaper_than_an_earlier_turn() -> None:
    check = {"cheaper_than_turn": 1}
    shown = {1: [{"price": 400.0}, {"price": 499.96}]}
    assert violations(NOTEBOOK, check, shown) == []
    assert violations(NOTEBOOK, check, {1: [{"price": 499.95}]}) != []
    assert violations(NOTEBOOK, check, {1: []}) == []


def test_a_word_inside_another_number_or_word_does_not_count() -> None:
    assert says('a 17" screen', '17"')
    assert not says('a 2.17" screen', '17"')
    assert not says("a 1.3 m cable", "3 m")
    assert says("two Mouse  Pads", "mouse pad")
    assert not says("a mousepad", "mouse")


@pytest.mark.parametrize(
    "check", [{"price_mx": 3}, {"attr": [{"name": "internal_memory", "op": ">", "value": 3}]}, {"all": [{"colour": 1}]}]
)
def test_a_misspelt_check_is_refused_and_not_passed(check: dict[str, Any]) -> None:
    with pytest.raises(UnknownPredicate):
        broken(check)


def unanswerable(script: Path, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Turns of ``script`` that expect products and have fewer than two, or expect none and have some."""
    catalogue, faults = list(Catalogue(rows).rows.values()), []
    for line in script.read_text(encoding="utf-8").splitlines():
        talk = json.loads(line)
        assert [check["turn"] for check in talk["checks"]] == list(range(1, len(talk["turns"]) + 1))
        for check in talk["checks"]:
            fitting = sum(meets(row, check) for row in catalogue)
            if {"some": fitting < 2, "none": fitting > 0, "any": False}[check["expect"]]:
                faults.append(f"{talk['id']} turn {check['turn']}: {fitting} products fit")
    return faults


@pytest.mark.data
def test_the_conversations_can_be_answered_from_the_catalogue(data_dir: Path) -> None:
    rows = read_rows(data_dir / "icecat" / "products.jsonl.gz")
    assert unanswerable(SHIPPED / "conversations_icecat.jsonl", rows) == []


def test_the_demo_conversations_can_be_answered_from_the_demo_feed(demo_shop: Path) -> None:
    assert unanswerable(SHIPPED / "conversations_demo.jsonl", read_rows(demo_shop / "products.jsonl")) == []
