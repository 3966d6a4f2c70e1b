"""Pictures of products: clean, small, and recognisably their kind and colour."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from xml.etree import ElementTree

import pytest

from retrieval.demo import DemoFeed
from retrieval.demo.feed import World
from retrieval.demo.spec import Spec
from retrieval.pictures import draw, known_shape, picture
from retrieval.product import AttributeValue
from retrieval.shapes.colours import HEX, hex_of

_OWN_COLOUR = {"Building Blocks"}
_ALLOWED = {"svg", "rect", "circle", "ellipse", "path", "g", "text"}


def test_every_product_has_its_own_clean_picture(feed: DemoFeed, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        (path,) = row["pictures"]
        text = (feed.folder / path).read_text(encoding="utf-8")
        assert len(text.encode()) < 6000, path
        root = ElementTree.fromstring(text)
        assert {element.tag.rpartition("}")[2] for element in root.iter()} <= _ALLOWED
        names = {name for element in root.iter() for name in element.attrib}
        assert not [name for name in names if name.startswith("on") or "href" in name or name == "style"]
        assert "url(" not in text
    assert len(list((feed.folder / "pictures").iterdir())) == len(rows)


def test_pictures_of_every_category_show_its_colours_and_not_one_drawing(world: World, feed: DemoFeed) -> None:
    by_category: dict[str, dict[str, str]] = {}
    for item in world.shelf:
        text = (feed.folder / "pictures" / f"{item.id}.svg").read_text(encoding="utf-8")
        assert text.count("<") > 8, item.id
        by_category.setdefault(item.category.name, {})[item.id] = re.sub(r'aria-label="[^"]*"', "", text)
        colour = hex_of(str(item.attributes.get("colour", "")))
        # A pan is black because it is iron, and a watch in cream has a strap of leather: most show it, not all.
        assert colour is None or item.category.name in _OWN_COLOUR or colour in text, item.id
    assert len(by_category) >= 60
    for name, drawings in by_category.items():
        assert len(set(drawings.values())) > len(drawings) / 3, name


def test_numbers_that_can_be_counted_are_drawn() -> None:
    def drawn(kind: str, **numbers: AttributeValue) -> str:
        return picture(kind, "Thing", "red", key="k", attributes=numbers)

    assert drawn("charger", port_count=4).count("<rect") == drawn("charger", port_count=1).count("<rect") + 6
    assert drawn("bookcase", shelves=6) != drawn("bookcase", shelves=2)
    assert drawn("cat tree", platforms=1) != drawn("cat tree", platforms=3)


def test_every_category_has_a_shape_of_its_own(spec: Spec) -> None:
    shapes = Counter(known_shape(category.noun) for category in spec.categories)
    assert None not in shapes and max(shapes.values()) == 1


def test_pictures_show_the_colour(spec: Spec, feed: DemoFeed) -> None:
    navy = (feed.folder / "pictures" / "nimbra-folio-14-navy.svg").read_text(encoding="utf-8")
    silver = (feed.folder / "pictures" / "nimbra-folio-14-silver.svg").read_text(encoding="utf-8")
    assert HEX["navy"] in navy and HEX["navy"] not in silver and HEX["silver"] in silver


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("notebook", "laptop"),
        ("laptop battery", "battery"),
        ("notebook case", "laptop sleeve"),
        ("gaming chairs", "office chair"),
        ("case for notebooks", "bag"),
        ("all-in-one printer", "printer"),
        ("toner cartridge", "toner cartridge"),
        ("unheard-of thing", None),
        ("", None),
    ],
)
def test_a_kind_is_drawn_by_its_head(kind: str, shape: str | None) -> None:
    assert known_shape(kind) == shape


@pytest.mark.parametrize("title", ['<script>alert("x")</script> & co', "\x00\ud800\ufffe]]>", "高さ調節 デスク", ""])
@pytest.mark.parametrize("kind", ["", "<b>thing</b>", "notebook", "an endless name of a kind of thing"])
def test_any_product_gets_a_well_formed_picture(kind: str, title: str) -> None:
    text = draw(kind, title, "Black, Silver")
    root = ElementTree.fromstring(text)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= _ALLOWED
    assert text == draw(kind, title, "Black, Silver") and len(text.encode()) < 6000
    assert ElementTree.fromstring(draw(kind, title, None)) is not None


def test_a_weight_of_1_6_kg_does_not_make_six_seats() -> None:
    small, large = (draw("tent", f"Tent {n}", "red") for n in ("2-Person 1.6 kg", "6-Person 1.6 kg"))
    assert small.count("<rect") < large.count("<rect")


def test_a_colour_is_found_in_what_shops_print() -> None:
    assert hex_of("Black, Silver") == HEX["black"]
    assert hex_of("Dark-Blue metallic") == HEX["dark blue"]
    assert hex_of("unknown") is None and hex_of("") is None and hex_of(None) is None
