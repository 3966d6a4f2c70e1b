"""What no segment may rest on is found, and what only sounds like it is not."""

from __future__ import annotations

import pytest

from assistant.profile.evidence import Piece
from assistant.profile.sensitive import rests_on, trait
from assistant.profile.tastes import Taste
from assistant.profile.traits import Trait

REFUSED = [
    ("health", "Wheelchair cushions"),
    ("health", "gluten-free"),
    ("health", "feature:hypoallergenic"),
    ("health", "Health & Wellness > Blood pressure monitors"),
    ("health", "Maternity wear"),
    ("health", "for people with diabetes"),
    ("health", "Hearing aids"),
    ("health", "I have eczema, so no wool"),
    ("religion and belief", "halal"),
    ("religion and belief", "Kosher salt"),
    ("religion and belief", "Prayer mats"),
    ("religion and belief", "Hijabs & scarves"),
    ("religion and belief", "Bibles"),
    ("religion and belief", "vegan"),
    ("politics", "Trade union posters"),
    ("politics", "left-wing books"),
    ("politics", "MAGA caps"),
    ("sexuality", "Gay pride flags"),
    ("sexuality", "LGBTQ gifts"),
    ("sexuality", "Condoms"),
    ("ethnicity", "Afro hair care"),
    ("ethnicity", "ancestry tests"),
    ("ethnicity", "skin lightening cream"),
    ("minors", "Kids & Games"),
    ("minors", "children's shoes"),
    ("minors", "Baby Carriers"),
    ("minors", "Teens"),
    ("minors", "made_for children"),
    ("minors", "babies"),
    ("health", "孕妇枕"),
    ("minors", "儿童 自行车"),
]
HARMLESS = [
    "Home > Roller Blinds",
    "Clothing & Shoes > Running Shoes",
    "Sport & Cycling > Race bikes",
    "battery health",
    "baby blue",
    "unisex",
    "black",
    "Beauty > Sunscreens",
    "mosquito net",
    "transparent cover",
    "pillows",
    "gun metal grey",
    "kidney bean red",
    "Garden & Tools > Pruning Shears",
    "childproof lock",
    "babysitter",
    "Indian red",
    "red",
    "party tent",
    "Union Jack mug",
    "religiously cleaned",
    "sextant",
    "minority report poster",
    "dimmable",
    "oak",
    "waterproof",
    "台灯",
]


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_a_sensitive_trait_is_found(name: str, text: str) -> None:
    assert trait(text) == name


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_sounds_like_one_is_none(text: str) -> None:
    assert trait(text) is None


def test_a_taste_is_judged_by_its_name_and_by_the_words_it_rests_on() -> None:
    wool = Trait("material", "wool")

    def said(quote: str) -> Taste:
        return Taste(wool, False, 0.9, 0.9, (Piece(wool, -6.0, "review", "r1", quote=quote, stated=True),))

    assert rests_on(said("I am allergic to wool.")) == "health"
    assert rests_on(said("I can't stand wool.")) is None
    assert rests_on(Taste(Trait("feature", "halal"), True, 0.9, 0.9)) == "religion and belief"
