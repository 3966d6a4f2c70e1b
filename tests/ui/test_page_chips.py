"""A control on a chip: what it says, and that what a browser sends is never trusted."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.preferences import merge
from assistant.state import Preferences, Scalar, Slot, Understanding, Wish
from ui.page import chips
from ui.words import words

SAY = words()
WISHES = Preferences(
    (
        Wish("category", "lamp", True, "a lamp", 1),
        Wish("price_max", 50, True, "under 50", 2),
        Wish("brand", "Lumo", True, "Lumo or Norrsken", 3),
        Wish("brand", "Norrsken", True, "Lumo or Norrsken", 3),
        Wish("feature", "cosy", False, "cosy", 1),
        Wish("dislike", "plastic", True, "no plastic", 1),
        Wish("min_rating", 4.0, True, "4 stars", 1),
        Wish("in_stock", True, True, "in stock", 1),
        Wish("for_whom", "my dad", True, "for my dad", 1),
        Wish("order", "price_up", True, "cheapest", 1),
        Wish("currency", "USD", True, "$", 2),
    )
)


def revised(slot: str, value: Any, wishes: Preferences = WISHES, **sent: Any) -> tuple[str, Preferences] | None:
    """What the control says, and the wishes in force after it."""
    found = chips.revision(wishes, {"slot": slot, "value": value, **sent}, "USD", SAY, "en")
    if found is None:
        return None
    assert (found[1].intent, found[1].decided_by) == ("refine", "shopper")
    return found[0], merge(wishes, found[1])


@pytest.mark.parametrize("wish", [w for w in WISHES if w.slot != "currency"], ids=lambda w: f"{w.slot}={w.value}")
def test_every_wish_can_be_taken_back_and_only_that_one_goes(wish: Wish) -> None:
    done = revised(wish.slot, str(wish.value), do="drop")
    assert done is not None
    assert done[0].startswith("No longer needed: ")
    assert list(done[1]) == [w for w in WISHES if w != wish]


@pytest.mark.parametrize(
    ("slot", "old", "new", "value", "said"),
    [
        ("price_max", 50, "80", 80, "up to $80 instead of up to $50"),
        ("price_max", 50, "79.90", 79.9, "up to $79.90 instead of up to $50"),
        ("category", "lamp", "desk lamp", "desk lamp", "desk lamp instead of lamp"),
        ("brand", "Lumo", "Halo", "Halo", "Halo instead of Lumo"),
        ("dislike", "plastic", " \x1b[2Jglass ", "[2Jglass", "no [2Jglass instead of no plastic"),
        ("min_rating", 4.0, "4.5", 4.5, "4.5+ stars instead of 4+ stars"),
        ("for_whom", "my dad", "my mum", "my mum", "for my mum instead of for my dad"),
        ("order", "price_up", "rating", "rating", "best rated first instead of cheapest first"),
    ],
)
def test_every_wish_can_be_changed_and_the_others_stay(
    slot: Slot, old: Scalar, new: str, value: Scalar, said: str
) -> None:
    done = revised(slot, str(old), do="save", new=new)
    assert done is not None
    assert done[0] == said
    before = [(w.slot, w.value) for w in WISHES if (w.slot, w.value) != (slot, old)]
    after = [(w.slot, w.value) for w in done[1]]
    assert sorted(map(str, after)) == sorted(map(str, [*before, (slot, value)]))


def test_a_chip_can_be_made_a_must_and_a_nice_to_have() -> None:
    done = revised("feature", "cosy", do="save", new="cosy", hard="yes")
    assert done is not None
    assert done[0] == "A must: cosy"
    assert [(w.value, w.hard, w.words) for w in done[1].of("feature")] == [("cosy", True, "cosy")]
    back = revised("feature", "cosy", done[1], do="save", new="cosy", hard="no")
    assert back is not None
    assert back[0] == "Nice to have: cosy"
    assert not back[1].of("feature")[0].hard


@pytest.mark.parametrize(
    "sent",
    [
        {"slot": "price_max", "value": "60", "do": "drop"},
        {"slot": "price_max", "value": "50", "do": "save", "new": "50"},
        {"slot": "price_max", "value": "50", "do": "save", "new": "a lot"},
        {"slot": "price_max", "value": "50", "do": "save", "new": "-5"},
        {"slot": "price_max", "value": "50", "do": "save", "new": "0"},
        {"slot": "price_max", "value": "50", "do": "save", "new": "NaN"},
        {"slot": "price_max", "value": "50", "do": "save", "new": "1e400"},
        {"slot": "min_rating", "value": "4.0", "do": "save", "new": "6"},
        {"slot": "order", "value": "price_up", "do": "save", "new": "by mood"},
        {"slot": "feature", "value": "cosy", "do": "save", "new": " \x00 "},
        {"slot": "feature", "value": "cosy", "do": "save", "hard": "perhaps"},
        {"slot": "in_stock", "value": "True", "do": "save", "new": "False"},
        {"slot": ["price_max"], "value": {"x": 1}},
        {},
    ],
)
def test_what_means_nothing_changes_nothing(sent: dict[str, Any]) -> None:
    assert chips.revision(WISHES, sent, "USD", SAY, "en") is None


def test_a_long_value_is_cut_and_the_page_speaks_its_language() -> None:
    found = chips.revision(WISHES, {"slot": "feature", "value": "cosy", "new": "x" * 5000}, "USD", words("zh"), "zh")
    assert found is not None
    said = found[1]
    assert isinstance(said, Understanding)
    assert (len(str(said.wishes[0].value)), said.language) == (80, "zh")
    assert found[0].startswith("改为")
