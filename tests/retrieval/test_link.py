"""From a phrase to a checkable wish: which attribute decides, and which words where a product lacks it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from retrieval.product import AttributeValue, Kind, Product
from retrieval.query import Condition
from retrieval.vocabulary import Vocabulary


def product(title: str, **attributes: AttributeValue) -> Product:
    return Product(id=title, title=title, attributes=attributes)


SHOP = [
    product("Notebook 17", internal_memory=16, display_diagonal=17.3, weight=2900, product_colour="Black"),
    product("Notebook 15", internal_memory=8, display_diagonal=15.6, weight=2100, product_colour="Silver,Grey"),
    product("Notebook 13", internal_memory=32, display_diagonal=13.3, weight=1200, product_colour="Gray", touchscreen=True),
    product("Tablet", internal_memory=4, display_diagonal=10.1, weight=480, product_colour="White", touchscreen=True),
    product("Phone", internal_memory=8, display_diagonal=6.1, weight=180, product_colour="Black", touchscreen=False),
    product("HDMI cable 2 m", cable_length=2, cable_colour="Black"),
    product("HDMI cable 1.8 m", cable_length=1.8, cable_colour="White"),
    product("USB stick 64 GB", capacity=64),
    product("Memory card 128 GB", capacity=128),
    product("Notebook 16 GB DDR4-SDRAM 43.9 cm (17.3\")"),
    product("Notebook sleeve 17\" grey neoprene"),
    product("Waterproof speaker, wi-fi, stainless steel"),
    product("Kettle", material="Stainless steel", weight=1300),
    product("Pan", material="Aluminium", weight=900),
    product("Lamp", material="Steel", weight=1000),
]  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.build(SHOP, {})


@pytest.fixture(scope="module")
def admitted(vocabulary: Vocabulary):  # type: ignore[no-untyped-def]
    def those(phrase: str) -> set[str]:
        condition = vocabulary.link(phrase)
        assert condition.phrase == phrase
        return {p.title for p in SHOP if condition.admits(p)}

    return those


@pytest.mark.parametrize(
    ("phrase", "titles"),
    [
        ("16 GB RAM", {"Notebook 17", 'Notebook 16 GB DDR4-SDRAM 43.9 cm (17.3")'}),
        ("at least 16 GB of memory", {"Notebook 17", "Notebook 13", 'Notebook 16 GB DDR4-SDRAM 43.9 cm (17.3")'}),
        ("17 inch screen", {"Notebook 17", 'Notebook 16 GB DDR4-SDRAM 43.9 cm (17.3")', 'Notebook sleeve 17" grey neoprene'}),
        ("15 inch", {"Notebook 15"}),
        ("15.6 inch", {"Notebook 15"}),
        ("13 to 16 inch", {"Notebook 13", "Notebook 15"}),
        ("under 2 kg", {"Notebook 13", "Tablet", "Phone", "Kettle", "Pan", "Lamp"}),
        ("2 m", {"HDMI cable 2 m"}),
        ("6 ft", {"HDMI cable 1.8 m"}),
        ("min 64 GB storage", {"USB stick 64 GB", "Memory card 128 GB"}),
        ("touchscreen", {"Notebook 13", "Tablet"}),
        ("stainless steel", {"Kettle", "Waterproof speaker, wi-fi, stainless steel"}),
        ("waterproof", {"Waterproof speaker, wi-fi, stainless steel"}),
        ("wifi", {"Waterproof speaker, wi-fi, stainless steel"}),
        ("aluminum", {"Pan"}),
        ("really something", set()),
    ],
)  # fmt: skip
def test_a_phrase_admits_exactly_what_the_record_shows(admitted, phrase: str, titles: set[str]) -> None:  # type: ignore[no-untyped-def]
    assert admitted(phrase) == titles


@pytest.mark.parametrize("phrase", ["grey", "gray", "in grey", "grey colour"])
def test_grey_and_gray_are_one_colour(admitted, phrase: str) -> None:  # type: ignore[no-untyped-def]
    assert admitted(phrase) == {"Notebook 15", "Notebook 13", 'Notebook sleeve 17" grey neoprene'}


def test_without_a_noun_the_product_says_which_measure_is_meant(admitted) -> None:  # type: ignore[no-untyped-def]
    found = admitted("min 32 GB")
    assert {"Notebook 13", "USB stick 64 GB", "Memory card 128 GB"} <= found
    assert "Notebook 15" not in found


def test_two_wishes_in_one_phrase_are_not_judged_by_one_attribute(vocabulary: Vocabulary) -> None:
    condition = vocabulary.link("17 inch touchscreen")
    assert condition.attributes == ()
    assert condition.admits(product("17 inch touchscreen monitor"))
    assert not condition.admits(product("17 inch monitor", display_diagonal=17, touchscreen=False))


def test_units_come_from_the_name_of_an_attribute() -> None:
    shop = [product("a", weight_g=900, length_cm=30), product("b", weight_kg=1.5), product("c", weight_lbs=5)]
    condition = Vocabulary.build(shop, {}).link("at most 2 kg")
    assert set(condition.attributes) == {"weight_g", "weight_kg", "weight_lbs"}
    assert [condition.admits(p) for p in shop] == [True, True, False]


def test_units_come_from_titles_that_print_the_same_number() -> None:
    shop = [product(f"Cable {n}ft", cable_length=n) for n in (3, 6, 10, 15, 25)]
    condition = Vocabulary.build(shop, {}).link("6 ft")
    assert [p.title for p in shop if condition.admits(p)] == ["Cable 6ft"]


def test_a_unit_that_is_not_certain_leaves_the_words_to_decide() -> None:
    shop = [product(f"Thing {n}", weight=n) for n in range(1, 9)]
    assert Vocabulary.build(shop, {}).link("2 kg").attributes == ()


def test_attributes_that_are_text_are_read_with_their_unit() -> None:
    shop = [
        Product("1", "A", attributes={"RAM Size": "16 GB DDR4", "Hard Disk Size": "1 TB"}),
        Product("2", "B", attributes={"RAM Size": "8 GB", "Hard Disk Size": "512 GB"}),
    ]
    vocabulary = Vocabulary.build(shop, {})
    assert [vocabulary.link("at least 16 GB RAM").admits(p) for p in shop] == [True, False]
    assert [vocabulary.link("at least 1 TB storage").admits(p) for p in shop] == [True, False]
    assert [vocabulary.link("512 GB storage").admits(p) for p in shop] == [False, True]


def test_sizes_are_those_of_what_one_wears() -> None:
    shop = [product("Shirt", size="M"), product("Coat", size="L"), product("Shoe", shoe_size=9.5)]
    vocabulary = Vocabulary.build(shop, {})
    assert [vocabulary.link("size medium").admits(p) for p in shop] == [True, False, False]
    assert [vocabulary.link("size 9.5").admits(p) for p in shop] == [False, False, True]


def test_a_number_in_another_unit_than_its_neighbours_is_not_believed() -> None:
    shop = [product(f"Notebook {n}", internal_memory=n) for n in (8, 16, 32, 64)] + [product("x", internal_memory=2048)]
    condition = Vocabulary.build(shop, {}).link("at least 16 GB RAM")
    assert [condition.admits(p) for p in shop] == [False, True, True, True, False]
    named = [product("server", ram_gb=2048)]
    assert Vocabulary.build(named, {}).link("at least 16 GB RAM").admits(named[0])


def test_who_names_a_battery_life_is_glad_of_more() -> None:
    shop = [product("A", battery_life_h=8), product("B", battery_life_h=12)]
    assert [Vocabulary.build(shop, {}).link("10 hours battery life").admits(p) for p in shop] == [False, True]


def test_an_amount_is_found_in_titles_as_they_print_it() -> None:
    shop = [product("Hub 7-port"), product("Puzzle 1000 pcs."), product("Port 7 hub"), product('Frame 17"')]
    vocabulary = Vocabulary.build(shop, {})
    for phrase, admitted in {"7 ports": [0], "1000 pieces": [1], "17 inch": [3], "43.2 cm": []}.items():
        assert [n for n, p in enumerate(shop) if vocabulary.link(phrase).admits(p)] == admitted, phrase


def test_a_phrase_of_several_words_stands_side_by_side() -> None:
    shop = [product("Dock USB-C"), product("USB hub with 3 ports, class C")]
    condition = Vocabulary.build(shop, {}).link("usb-c")
    assert [condition.admits(p) for p in shop] == [True, False]


def test_a_value_decides_only_where_titles_agree_with_its_attribute() -> None:
    told = [product(f"Original toner {n}", type="Original") for n in range(5)]
    other = [product(f"Toner {n}", type="Compatible") for n in range(5)]
    assert Vocabulary.build(told + other, {}).link("original").attributes == ("type",)
    against = [product(f"Original box {n}", type="Packaging") for n in range(5)]
    assert Vocabulary.build(told + other + against, {}).link("original").attributes == ()


def test_a_range_counts_as_equal() -> None:
    condition = Condition("17 inch", ("d",), "=", 17, upto=17.9)
    assert [condition.admits(product("x", d=d)) for d in (16.9, 17, 17.3, 17.9, 18)] == [False, True, True, True, False]


@pytest.fixture(scope="module")
def icecat(data_dir: Path) -> tuple[list[Product], Vocabulary]:
    with gzip.open(data_dir / "icecat" / "products.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    products = [
        Product(r["id"], r["title"], r["description"] or "", r["brand"], attributes=r["attributes"]) for r in rows
    ]
    return products, Vocabulary.build(products, {})


@pytest.mark.data
def test_every_notebook_admitted_for_17_inch_is_17_inch_by_its_record(icecat) -> None:  # type: ignore[no-untyped-def]
    products, vocabulary = icecat
    condition = vocabulary.link("17 inch")
    found = [p for p in products if condition.admits(p) and p.attributes.get("product_type") == "Notebook"]
    assert len(found) >= 20
    for notebook in found:
        assert 17 <= notebook.attributes.get("display_diagonal", 17.3) < 18, notebook.title
        if "display_diagonal" not in notebook.attributes:
            assert '17"' in notebook.title or '17.3"' in notebook.title


@pytest.mark.data
def test_a_real_catalogue_is_read_without_being_told(icecat) -> None:  # type: ignore[no-untyped-def]
    products, vocabulary = icecat
    memory = vocabulary.link("16 GB RAM")
    assert memory.attributes[0] == "internal_memory" and memory.value == 16
    notebooks = [p for p in products if p.attributes.get("product_type") == "Notebook"]
    stated = [p for p in notebooks if "internal_memory" in p.attributes]
    assert {p.id for p in stated if memory.admits(p)} == {p.id for p in stated if p.attributes["internal_memory"] == 16}
    black = vocabulary.link("black")
    assert black.attributes[0] == "product_colour" and "colour" not in black.attributes
    light = vocabulary.link("under 2 kg")
    assert light.attributes[0] == "weight" and dict(light.scales)["weight"] == pytest.approx(0.001)
    assert vocabulary.link("touchscreen").attributes == ("touchscreen",)
    assert vocabulary.link("at least 500 VA").attributes == ("output_power_capacity",)


@pytest.mark.parametrize(
    ("phrase", "titles"),
    [
        ("white or silver", {"Tablet", "Notebook 15", "HDMI cable 1.8 m"}),
        ("at least sixteen GB", set()),
        ("under 3 pounds", {"Notebook 13", "Tablet", "Phone", "Kettle", "Pan", "Lamp"}),
        ("more than 1.8 m", {"HDMI cable 2 m"}),
        ("at least 1.8 m", {"HDMI cable 2 m", "HDMI cable 1.8 m"}),
    ],
)  # fmt: skip
def test_amounts_and_choices_in_other_words(admitted, phrase: str, titles: set[str]) -> None:  # type: ignore[no-untyped-def]
    assert admitted(phrase) == titles


@pytest.mark.parametrize(
    ("said", "title", "meets"),
    [
        ("USB 3", "Stick 64 GB USB 3.2", True),
        ("USB 3", "Stick 3 pack USB 2.0", False),
        ("Cat 6", "Patch cable Cat6", True),
        ("two SIM cards", "Phone Hybrid Dual SIM", True),
        ("two SIM cards", "Phone 2 m cable, SIM cards", False),
        ("10x15", "Photo paper 10 x 15", True),
        ("10x15", "Photo paper 13 x 18, 10 sheets", False),
        ("pack of 50", "Discs, 50 pack", True),
    ],
)
def test_numbers_stand_beside_what_they_count(said: str, title: str, meets: bool) -> None:
    assert Vocabulary.build([], {}).link(said).admits(product(title)) is meets


def test_what_a_bag_holds_may_stand_anywhere_in_its_record() -> None:
    kinds = {"a": Kind("backpack", "feed", 1.0), "b": Kind("case", "feed", 1.0)}
    built = Vocabulary.build([], kinds)
    padded, slim = ({"description": f"With a padded section for a {thing}."} for thing in ("laptop", "phone"))
    sorts = built.sort("laptop backpack"), built.sort("phone case")
    anywhere = [
        any(c.admits(Product("x", "Norvik Trail", **said)) for _, c in s.provided)
        for s, said in zip(sorts, (padded, slim), strict=True)
    ]
    assert anywhere == [True, False]


def test_a_thing_is_called_by_what_it_is_for() -> None:
    built = Vocabulary.build([], {"a": Kind("cable lock", "feed", 1.0), "b": Kind("dvd-r", "feed", 1.0)})
    assert built.compound("lock", "notebook") == "notebook lock"
    assert built.compound("lock", "garden") == ""
    assert built.resolve_kind("DVD-R discs") == ("dvd-r",)


CABLES = [
    product("Patch cable a", cable_standard="Cat5e"),
    product("Patch cable b", cable_standard="Cat6"),
    product("Patch cable c", cable_standard="Cat6a"),
    product("Patch cable d", cable_standard="Cat7"),
    product("Patch cable e", cable_standard="Cat5e"),
    product("Patch cable f", cable_standard="Cat6"),
    product("Patch cable g", cable_standard="Cat6a"),
    product("Patch cable h", cable_standard="Cat7"),
]


def test_a_grade_or_better_admits_the_higher_ones() -> None:
    kinds = {p.id: Kind("patch cable", "feed", 1.0) for p in CABLES}
    condition = Vocabulary.build(CABLES, kinds).link("cat 6 or better", ("patch cable",))
    assert {p.title[-1] for p in CABLES if condition.admits(p)} == set("bcdfgh")


def test_a_number_that_is_written_as_text_is_one() -> None:
    brush = [product(f"Brush {n}", number_of_heads_included=str(n % 4 + 1)) for n in range(12)]
    kinds = {p.id: Kind("toothbrush", "feed", 1.0) for p in brush}
    condition = Vocabulary.build(brush, kinds).link("at least two heads", ("toothbrush",))
    assert {p.attributes["number_of_heads_included"] for p in brush if condition.admits(p)} == {"2", "3", "4"}


def test_more_storage_than_any_memory_is_no_memory(vocabulary: Vocabulary) -> None:
    condition = vocabulary.link("512 GB or more")
    assert "internal_memory" not in condition.attributes
    assert not condition.admits(product("Notebook Y", internal_memory=16))
