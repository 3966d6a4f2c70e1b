"""A type with a word in front, and what attributes mean for products of one kind."""

from __future__ import annotations

import pytest

from retrieval.product import AttributeValue, Kind, Product
from retrieval.query import Filters
from retrieval.vocabulary import Vocabulary


def product(title: str, **attributes: AttributeValue) -> Product:
    return Product(id=title, title=title, attributes=attributes)


# Kind label -> its products. Nothing here is called a laser printer but two of them; how they print, attributes say.
SHELVES = {
    "laser printer": [product(f"Aro L{n} laser printer", print_technology="Laser") for n in range(4)],
    "printer": [
        product("Bel 40 printer", print_technology="Laser"),
        product("Bel 41 Laser printer"),
        product("Bel 42 printer", print_technology="Inkjet"),
        product("Bel 43 printer for the laser age", print_technology="Thermal"),
    ],
    "all-in-one printer": [
        product("Cil 50 all-in-one", print_technology="Laser"),
        product("Cil 51 all-in-one, quick as a laser", print_technology="Inkjet"),
        product("Cil 52 all-in-one, laser"),
    ],
    "mouse": [
        *(product(f"Dor M{n} mouse", movement_detection_technology="Laser", connectivity="Wired") for n in range(4)),
        product("Dor W5 mouse", connectivity="Wireless", movement_detection_technology="Optical"),
        product("Dor W6 wireless mouse"),
    ],
    "graphics card": [
        *(product(f"Ecu G{n} graphics card {n} GB GDDR6", graphics_memory=n) for n in (2, 4, 6, 8)),
        product("Ecu G9 graphics card", graphics_memory=12),
    ],
    "notebook": [product(f"Fen N{n} notebook {n} GB", internal_memory=n, graphics_memory=2) for n in (4, 8, 16, 32)],
    "tablet": [product("Gal Pad 10"), product("Gal Pad 11")],
    "computer case": [product("Hul C1 computer case Midi Tower"), product("Hul C2 computer case Cube")],
    "label tape": [
        product("Ink D1 tape", label_colour="Black on white"),
        product("Ink D2 tape", label_colour="White on black"),
    ],
    "photo paper": [product("Jot photo paper 260g/m²"), product("Jot 2 photo paper", media_weight=180)],
    "speaker set": [product("Kel 2.1 channels"), product("Kel B21 speakers", audio_output_channels="2.1")],
    "privacy filter": [
        *(product(f"Lum filter {n}", type="Framed privacy filter") for n in range(3)),
        *(product(f"Lum filter 2{n}", type="Frameless privacy filter") for n in range(3)),
    ],
}
SHOP = [p for shelf in SHELVES.values() for p in shelf]
KINDS = {p.id: Kind(label, "title", 1.0) for label, shelf in SHELVES.items() for p in shelf}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.build(SHOP, KINDS)


def admitted(vocabulary: Vocabulary, phrase: str) -> set[str]:
    sort = vocabulary.sort(phrase)
    if not sort.labels:
        return set()
    filters = Filters(kinds=sort.labels, provided=sort.provided)
    return {p.title for p in SHOP if filters.admits(p, KINDS[p.id])}


@pytest.mark.parametrize(
    ("phrase", "titles"),
    [
        # Called so, or a printer whose record says so; of another sort of printer only the attribute counts.
        (
            "laser printer",
            {*(f"Aro L{n} laser printer" for n in range(4)), "Bel 40 printer", "Bel 41 Laser printer", "Cil 50 all-in-one"},
        ),
        ("wireless mouse", {"Dor W5 mouse", "Dor W6 wireless mouse"}),
        ("tower case", {"Hul C1 computer case Midi Tower"}),
        ("tablet", {"Gal Pad 10", "Gal Pad 11"}),
        # One maker's line is not any thing of its sort.
        ("ipad", set()),
        ("apple ipad", set()),
    ],
)  # fmt: skip
def test_a_type_with_a_word_in_front_is_a_type_and_a_condition(
    vocabulary: Vocabulary, phrase: str, titles: set[str]
) -> None:
    assert admitted(vocabulary, phrase) == titles


def meets(vocabulary: Vocabulary, phrase: str, kind: str) -> set[str]:
    condition = vocabulary.link(phrase, (kind,))
    return {p.title for p in SHELVES[kind] if condition.admits(p)}


def test_an_amount_is_in_the_attribute_that_the_kind_has_it_in(vocabulary: Vocabulary) -> None:
    found = meets(vocabulary, "at least 6 GB of memory", "graphics card")
    assert found == {"Ecu G6 graphics card 6 GB GDDR6", "Ecu G8 graphics card 8 GB GDDR6", "Ecu G9 graphics card"}
    assert meets(vocabulary, "at least 16 GB of memory", "notebook") == {
        "Fen N16 notebook 16 GB",
        "Fen N32 notebook 32 GB",
    }


@pytest.mark.parametrize(
    ("phrase", "kind", "titles"),
    [
        ("black on white", "label tape", {"Ink D1 tape"}),
        ("white on black", "label tape", {"Ink D2 tape"}),
        ("minimum 250 g/m2", "photo paper", {"Jot photo paper 260g/m²"}),
        ("180 gsm", "photo paper", {"Jot 2 photo paper"}),
        ("2.1", "speaker set", {"Kel 2.1 channels", "Kel B21 speakers"}),
        ("framed", "privacy filter", {"Lum filter 0", "Lum filter 1", "Lum filter 2"}),
        ("laser", "mouse", {f"Dor M{n} mouse" for n in range(4)}),
    ],
)
def test_a_phrase_is_read_by_the_kind_it_is_said_of(
    vocabulary: Vocabulary, phrase: str, kind: str, titles: set[str]
) -> None:
    assert meets(vocabulary, phrase, kind) == titles


def test_features_with_digits_are_found(vocabulary: Vocabulary) -> None:
    text = "a 2.1 system, batteries size AA, paper in A4 of 250 g/m2"
    assert [m.value for m in vocabulary.features(text)] == ["2.1", "size AA", "A4", "250 g/m2"]


def test_a_vocabulary_of_an_earlier_import_is_read(vocabulary: Vocabulary) -> None:
    data = vocabulary.to_dict()
    assert Vocabulary.from_dict(data).to_dict() == data
    del data["links"]["typed"]
    assert Vocabulary.from_dict(data).link("black").value == "black"
