"""Figures said of a kind, and values of which one contains the other: which attribute decides, and from where on."""

from __future__ import annotations

import pytest

from retrieval.measures import quantities
from retrieval.product import AttributeValue, Kind, Product
from retrieval.query import Filters, product_words
from retrieval.vocabulary import Vocabulary


def product(title: str, **attributes: AttributeValue) -> Product:
    return Product(id=title, title=title, attributes=attributes)


def sized(title: str, least: int, most: int, load: float) -> Product:
    return product(
        title,
        maximum_screen_size_compatibility=most,
        minimum_screen_size_compatibility=least,
        maximum_weight_capacity=load,
        weight=4000,
    )


SHELVES = {
    "wall mount": [
        *(sized(f"Aro wall mount {n}", 20 + n, 24 + 8 * n, 20.0 + 10 * n) for n in range(4)),
        product("Aro wall mount plain"),
    ],
    "document camera": [
        *(product(f"Bel document camera {n}", video_resolution=s) for n, s in enumerate(("800 x 600", "1600 x 1200"))),
        *(product(f"Bel document camera {n}", video_resolution="1920 x 1080") for n in (2, 3)),
        product("Bel document camera plain"),
    ],
    "print server": [
        *(product(f"Cil print server {n}", number_of_printers_supported=n, printers=1) for n in (1, 2, 4, 8)),
        product("Cil print server plain"),
    ],
    "panel": [
        *(product(f"Dor panel wide {n}", aspect_ratio="21:9") for n in range(3)),
        *(product(f"Dor panel {n}", aspect_ratio="5:4") for n in range(3)),
        product("Dor panel 21 of 9"),
    ],
    "tripod": [
        *(product(f"Ecu tripod {n}", head_type="Ball", plate="Arca") for n in range(3)),
        *(product(f"Ecu tripod 1{n}", head_type="Half ball", plate="Arca") for n in range(3)),
        product("Ecu tripod 20", head_type="Ball, Fluid", plate="Arca"),
    ],
    "adapter": [
        *(product(f"Fen adapter {n}", plug="Type G (United Kingdom)", brand_system="Norvo") for n in range(3)),
        *(product(f"Fen adapter 1{n}", plug="Type J (Switzerland)", brand_system="Kilo") for n in range(3)),
    ],
    "tracker": [
        *(product(f"Gal tracker {n}", glonass_receiver=True) for n in range(3)),
        product("Gal tracker 3", glonass_receiver=False),
        product("Gal tracker 4 glonass"),
    ],
}
SHOP = [p for shelf in SHELVES.values() for p in shelf]
KINDS = {p.id: Kind(label, "title", 1.0) for label, shelf in SHELVES.items() for p in shelf}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.build(SHOP, KINDS)


@pytest.mark.parametrize(
    ("phrase", "kind", "titles"),
    [
        # What bears must bear as much; what it weighs itself is another matter.
        ("for one of 35 kg", "wall mount", {"Aro wall mount 2", "Aro wall mount 3"}),
        ("it weighs 30 kilos", "wall mount", {f"Aro wall mount {n}" for n in (1, 2, 3)}),
        ("weighs less than 5 kg", "wall mount", {f"Aro wall mount {n}" for n in range(4)}),
        ("holds a 40 inch screen", "wall mount", {"Aro wall mount 2", "Aro wall mount 3"}),
        # Both numbers count.
        ("at least 1280x1024", "document camera", {f"Bel document camera {n}" for n in (1, 2, 3)}),
        ("1600 x 1200 pixels or better", "document camera", {"Bel document camera 1"}),
        ("1920x1080", "document camera", {f"Bel document camera {n}" for n in (2, 3)}),
        # Who serves more serves as many.
        ("4 printers", "print server", {"Cil print server 4", "Cil print server 8"}),
        ("at most 2 printers", "print server", {"Cil print server 1", "Cil print server 2"}),
        ("in 21:9 format", "panel", {f"Dor panel wide {n}" for n in range(3)}),
        # A half ball is no ball; one of several is.
        ("ball", "tripod", {*(f"Ecu tripod {n}" for n in range(3)), "Ecu tripod 20"}),
        ("half ball", "tripod", {f"Ecu tripod 1{n}" for n in range(3)}),
        ("plugs into a type G socket", "adapter", {f"Fen adapter {n}" for n in range(3)}),
    ],
)
def test_a_figure_or_value_is_read_by_the_kind_it_is_said_of(
    vocabulary: Vocabulary, phrase: str, kind: str, titles: set[str]
) -> None:
    condition = vocabulary.link(phrase, (kind,))
    assert {p.title for p in SHELVES[kind] if condition.admits(p)} == titles, condition


def test_a_bound_is_read_whichever_way_it_is_turned() -> None:
    said = {
        "not taller than 30 cm": "<=",
        "no shorter than 2 m": ">=",
        "taller than 30 cm": ">=",
        "no more than 2 kg": "<=",
    }
    assert {phrase: next(quantities(phrase)).op for phrase in said} == said


def test_what_a_record_names_as_lacking_is_not_there() -> None:
    words = [
        product_words(product("Printer", stapling_unit=v)) for v in ("Yes", "Optional", "Not supported", "N", "Inner")
    ]
    assert [" stapl unit " in w for w in words] == [True, False, False, False, True]


def test_columns_and_records_agree_on_whole_values_and_sizes(vocabulary: Vocabulary) -> None:
    from retrieval.attribute_columns import AttributeColumn

    for phrase, kind in (("ball", "tripod"), ("at least 1280x1024", "document camera"), ("21:9", "panel")):
        condition = vocabulary.link(phrase, (kind,))
        shelf = SHELVES[kind]
        for name in condition.attributes:
            column = AttributeColumn.of(name, [p.attributes for p in shelf])
            held = column.meets(condition, name).tolist()
            assert held == [Filters(must=(condition,)).admits(shelf[row]) for row in column.rows.tolist()], phrase
