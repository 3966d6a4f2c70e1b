"""Slips are mended by the shop's own words, and only where nobody knows the word."""

from pathlib import Path

import pytest

from retrieval.product import Kind, Product
from retrieval.spelling import Spelling
from retrieval.text import words

TITLES = ["Wireless keyboard", "Espresso machine", "Nespresso Vertuo", "Power bank", "Samsung monitor", "House plant"]
PRODUCTS = [Product(str(n), title) for n, title in enumerate(TITLES)]
SAID = {word for title in TITLES for word in words(title)} | set(words("waterproof mechanical"))


@pytest.fixture
def spelling(tmp_path: Path) -> Spelling:
    english = tmp_path / "vocab.txt"
    english.write_text("horse\nsofas\n##ing\n", encoding="utf-8")
    return Spelling(PRODUCTS, {"3": Kind("charger", "title", 1.0)}, SAID.__contains__, english)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("keybord", "keyboard"),
        ("Wireles KEYBOARD", "wireless KEYBOARD"),
        ("samsnug monitor", "samsung monitor"),
        ("housebank", "house bank"),
        ("chargr for a hosue", "charger for a house"),
        # One slip away is nearer than two, however often the other word is used.
        ("nespreso", "nespresso"),
    ],
)
def test_slips_are_read_as_the_shops_words(spelling: Spelling, said: str, read: str) -> None:
    assert spelling.mended(said) == read


@pytest.mark.parametrize(
    "said",
    [
        "keyboards waterproof",  # words of the shop, of its descriptions too
        "horse sofas",  # plain English that the shop does not sell; "horse" is one slip from "house"
        "trousers leather purple",  # nouns, materials and colours that every shop shares
        "pwr b650 rtx4090 x",  # short, or with digits: no words
        "zzzyxw",  # nobody's word, and like none
        "鼠标",
        "",
    ],
)
def test_what_is_known_or_like_nothing_stays(spelling: Spelling, said: str) -> None:
    assert spelling.mended(said) == said


def test_without_a_list_of_english_the_shop_alone_decides() -> None:
    assert Spelling(PRODUCTS, {}, SAID.__contains__, None).mended("keybord") == "keyboard"
    assert Spelling([], {}, SAID.__contains__, None).mended("keybord") == "keybord"
