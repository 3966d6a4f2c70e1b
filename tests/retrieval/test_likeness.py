"""Phrases that sound like an attribute's name, by the real embedding model."""

from __future__ import annotations

import pytest

from retrieval.embed import open_embedder
from retrieval.product import Kind, Product
from retrieval.vocabulary import Vocabulary

ATTRIBUTES = {"image_stabilizer": True, "height_adjustment": True, "hdmi_ports_quantity": 3, "weight": 2, "buttons": 6}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    shelf = [Product(str(n), f"Gadget {n}", attributes={**ATTRIBUTES}) for n in range(6)]
    built = Vocabulary.build(shelf, {p.id: Kind("gadget", "title", 1.0) for p in shelf})
    embedder = open_embedder(None)
    return built.sounding(lambda: embedder)


@pytest.mark.parametrize(
    ("phrase", "attribute", "op", "value"),
    [
        ("image stabilisation", "image_stabilizer", "=", True),
        ("adjustable in height", "height_adjustment", "=", True),
        ("3 inputs for HDMI", "hdmi_ports_quantity", ">=", 3.0),
        ("at least 4 push buttons", "buttons", ">=", 4.0),
        ("push buttons, 8 at most", "", "=", None),
        ("matches my cupboards", "", "=", None),
        ("button", "", "=", None),
        ("model X9 buttons", "", "=", None),
    ],
)
def test_a_phrase_sounds_like_a_property(
    vocabulary: Vocabulary, phrase: str, attribute: str, op: str, value: bool | float | None
) -> None:
    found = vocabulary.link(phrase, ["gadget"])
    decided = [found, *found.others]
    heard = [c for c in decided if c.attributes]
    assert [(*c.attributes, c.op, c.value) for c in heard] == ([(attribute, op, value)] if attribute else [])
    # What its words find stays found.
    assert found.admits(Product("x", f"Gadget: {phrase}"))
    assert found.stated == bool(attribute)


def test_without_a_kind_or_a_model_nothing_is_guessed(vocabulary: Vocabulary) -> None:
    assert not vocabulary.link("image stabilisation").stated
    assert not vocabulary.sounding(lambda: None).link("image stabilisation", ["gadget"]).stated
