"""Each kind of expectation finds the state that breaks it, and lets the right one pass; scripts are read as written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.state import DialogueState
from eval.expectations import KEYS, state_faults
from eval.judge import Catalogue, quote_fault
from eval.plan import EvalError, Plan
from eval.predicates import meets, violations
from eval.scripted import Scripted
from eval.suites import conversations
from eval.suites.conversations import SHIPPED
from retrieval.jsonlines import read_rows

FEED = [
    {"id": "1", "title": "Acme red lamp", "brand": "Acme", "price": 20.0, "attributes": {"weight_kg": 2, "power_w": 7}},
    {"id": "2", "title": "Acme blue lamp", "brand": "Acme", "price": 30.0, "attributes": {"weight_kg": 3}},
    {
        "id": "3",
        "title": "Bolt boots",
        "brand": "Bolt",
        "price": 99.0,
        "attributes": {},
        "variants": [{"id": "3-43", "options": {"size": "43"}, "price": "95.00"}],
    },
]
REVIEWS = [{"id": "r1", "product_id": "1", "rating": 4, "text": "Bright enough\nto read by."}]
SHELF = Catalogue(FEED, REVIEWS)


def wish(slot: str, value: Any, hard: bool = True, scope: str = "now") -> dict[str, Any]:
    return {"slot": slot, "value": value, "hard": hard, "scope": scope}


def row(turn: int = 1, **change: Any) -> dict[str, Any]:
    """A row of ``play`` in which nothing happens, with ``change``."""
    base: dict[str, Any] = {
        "turn": turn,
        "understanding": {"intent": "find", "language": "en"},
        "wishes": [],
        "shown": [],
        "alternatives": [],
        "evidence": [],
        "compared": [],
        "asked": "",
        "pending": None,
        "committed": [],
        "cart": {"lines": []},
        "hand_off": None,
        "reply": "",
    }
    return {**base, **change}


def line(product: str, quantity: int, cents: int, variant: str = "", chosen: str = "") -> dict[str, Any]:
    price = {"minor": cents, "currency": "USD"}
    return {"product_id": product, "quantity": quantity, "price": price, "variant": variant, "chosen": chosen}


def evidence(source: str, field: str, value: str) -> list[dict[str, str]]:
    return [{"sentence": "", "source": source, "field": field, "value": value}]


TWO_CARDS = row(shown=["1", "2"])
LAMP = {"slot": "category", "value": ["lamp", "light"], "hard": True}
FIRST = {"card": [1, 1], "quantity": 2}


@pytest.mark.parametrize(
    ("expect", "right", "wrong"),
    [
        ({"intent": ["find", "refine"]}, row(), row(understanding={"intent": "cart", "language": "en"})),
        ({"language": "en"}, row(), row(understanding={"intent": "find", "language": "zh"})),
        ({"reply_language": "zh"}, row(reply="你好"), row(reply="Hello")),
        ({"question": True}, row(asked="brand"), row()),
        ({"question": False}, row(), row(asked="brand")),
        ({"alternatives": True}, row(alternatives=[{"id": "1", "breaks": "blue"}]), row()),
        ({"hand_off": False}, row(), row(hand_off={"reason": "help"})),
        ({"pending": True}, row(pending={"needs": "yes"}), row()),
        ({"committed": False}, row(), row(committed=["add 1 x1"])),
        ({"shows": False}, row(), TWO_CARDS),
        ({"help": True}, row(asked="brand"), row()),
        ({"best": ["2"]}, row(shown=["2", "1"]), TWO_CARDS),
        # Any spelling in any longer phrase; a number is a number; what was not said and is hard is a fault.
        ({"wishes": [LAMP]}, row(wishes=[wish("category", "desk lamps")]), row(wishes=[wish("category", "boot")])),
        ({"wishes": [LAMP]}, row(wishes=[wish("category", "light")]), row(wishes=[wish("category", "lamp", False)])),
        ({"wishes": []}, row(wishes=[wish("feature", "red", False)]), row(wishes=[wish("feature", "red")])),
        ({"wishes": [], "may": [{"slot": "brand", "value": ["B"]}]}, row(wishes=[wish("brand", "B")]), None),
        (
            {"wishes": [{"slot": "price_max", "value": [20]}]},
            row(wishes=[wish("price_max", 20.0)]),
            row(wishes=[wish("price_max", 200)]),
        ),
        (
            {"wishes": [{"slot": "price_max", "value": ["*"], "scope": "gift"}]},
            row(wishes=[wish("price_max", 19.99, scope="gift")]),
            row(wishes=[wish("price_max", 19.99)]),
        ),
        (
            {"wishes": [], "gone": [{"slot": "feature", "value": ["red"]}]},
            row(),
            row(wishes=[wish("feature", "red", False)]),
        ),
        (
            {"wishes": [{"slot": "feature", "value": ["4 person"]}]},
            row(wishes=[wish("feature", "4 person"), wish("feature", "person")]),
            row(wishes=[wish("feature", "4 person"), wish("feature", "people")]),
        ),
    ],
)
def test_one_turn(expect: dict[str, Any], right: dict[str, Any], wrong: dict[str, Any] | None) -> None:
    assert state_faults([right], [expect], SHELF) == []
    if wrong is not None:
        assert state_faults([wrong], [expect], SHELF)


@pytest.mark.parametrize(
    ("expect", "right", "wrong"),
    [
        ({"about": [[1, -1]]}, row(2, shown=["2"]), row(2, shown=["1"])),
        ({"about": [[1, 1]]}, row(2, evidence=evidence("product:1", "price", "$20.00")), TWO_CARDS),
        ({"compared": [[1, 1], [1, 2]]}, row(2, compared=["2", "1"]), row(2, compared=["1"])),
        (
            {"about": [[1, 1]], "answer": {"field": "attributes.power_w"}},
            row(2, shown=["1"], evidence=evidence("product:1", "attributes.power_w", "7")),
            row(2, shown=["1"], evidence=evidence("product:1", "attributes.weight_kg", "2")),
        ),
        # The second lamp's record has no power: silence is right and any other field is not.
        (
            {"about": [[1, 2]], "answer": {"field": "attributes.power_w"}},
            row(2, shown=["2"]),
            row(2, shown=["2"], evidence=evidence("product:2", "attributes.weight_kg", "3")),
        ),
        (
            {"about": [[1, 1]], "answer": {"source": "review"}},
            row(2, shown=["1"], evidence=evidence("review:r1", "text", "Bright enough")),
            row(2, shown=["1"], evidence=evidence("product:1", "price", "$20.00")),
        ),
        (
            {"answer": {"source": "none"}},
            row(2, evidence=evidence("product:1", "title", "Acme red lamp")),
            row(2, evidence=evidence("product:1", "brand", "Acme")),
        ),
        ({"cart": [FIRST]}, row(2, cart={"lines": [line("1", 2, 2000)]}), row(2, cart={"lines": [line("1", 1, 2000)]})),
        ({"cart": []}, row(2), row(2, cart={"lines": [line("1", 1, 2000)]})),
        # Neither a price of its own making nor another size.
        ({"cart": [FIRST]}, row(2, cart={"lines": [line("1", 2, 2000)]}), row(2, cart={"lines": [line("1", 2, 1900)]})),
        ({"cart": [{"card": [1, 3], "quantity": 1}]}, row(2, cart={"lines": []}), None),
    ],
)
def test_what_a_later_turn_points_at(
    expect: dict[str, Any], right: dict[str, Any], wrong: dict[str, Any] | None
) -> None:
    expects = [{}, expect]
    # The last case points at a card that was never shown, which is a fault whatever is done.
    assert bool(state_faults([TWO_CARDS, right], expects, SHELF)) == (wrong is None)
    if wrong is not None:
        assert state_faults([TWO_CARDS, wrong], expects, SHELF)


def test_a_size_has_its_own_price_and_words() -> None:
    boots, expects = row(shown=["3"]), [{}, {"cart": [{"card": [1, 1], "quantity": 1, "chosen": "43"}]}]
    right = row(2, cart={"lines": [line("3", 1, 9500, "3-43", "size 43")]})
    assert state_faults([boots, right], expects, SHELF) == []
    wrong = row(2, cart={"lines": [line("3", 1, 9500, "3-44", "size 44")]})
    assert state_faults([boots, wrong], expects, SHELF)


def test_a_quotation_stands_in_its_review() -> None:
    assert quote_fault("text", "bright enough to read", SHELF.reviews["r1"]) is None
    assert quote_fault("text", "dark", SHELF.reviews["r1"])
    assert quote_fault("rating", "4", SHELF.reviews["r1"]) is None
    assert quote_fault("rating", "5", SHELF.reviews["r1"])


def test_lighter_than_a_card() -> None:
    check = {"than": [{"field": "attributes.weight_kg", "op": "<", "turn": 1, "place": 2}]}
    one, two, silent = SHELF.rows["1"], SHELF.rows["2"], SHELF.rows["3"]
    earlier = {1: [one, two]}
    assert meets(one, check, earlier)
    assert violations(two, check, earlier) and violations(silent, check, earlier)
    assert meets(two, check, {1: [one]})


def test_a_scripted_reading_is_given_turn_by_turn() -> None:
    said = [
        {"intent": "find", "wishes": [{"slot": "brand", "value": "Acme", "hard": True, "words": "Acme"}]},
        {"intent": "refine", "retracts": [["brand", "Acme"]], "references": ["the second"]},
    ]
    reader = Scripted([{"id": 7, "turns": ["Acme", "no"], "scripted": said}])
    first = reader(DialogueState("7"), "Acme")
    assert first.intent == "find" and first.wishes[0].turn == 1
    with pytest.raises(EvalError, match="1 readings for 2 turns"):
        Scripted([{"id": 7, "turns": ["a", "b"], "scripted": said[:1]}])
    with pytest.raises(EvalError, match="turn 1, is none"):
        Scripted([{"id": 7, "turns": ["a"], "scripted": [{"intent": "find", "wish": []}]}])


@pytest.mark.parametrize("change", [{"expects": [{"cards": []}]}, {"expects": [{}, {}]}])
def test_a_misspelt_expectation_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    (tmp_path / "products.jsonl").write_text(json.dumps(FEED[0]))
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps({"id": "a", "turns": ["hello"], **change}))
    with pytest.raises(EvalError, match="expect"):
        conversations.load(Plan(tmp_path / "out", data=tmp_path, script=script))


def shipped(name: str) -> list[dict[str, Any]]:
    return read_rows(SHIPPED / f"dialogues_{name}.jsonl")


def unanswerable(script: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Turns that expect products where the feed has none, or none where it has some, cards aside."""
    catalogue, faults = list(Catalogue(rows).rows.values()), []
    for talk in script:
        for check in talk["checks"]:
            parts = [p for p in check["all"] if "than" not in p and "cheaper_than_turn" not in p]
            fits = any(meets(r, {"all": parts}) for r in catalogue)
            if {"some": not fits, "none": fits, "any": False}[check["expect"]]:
                faults.append(f"{talk['id']} turn {check['turn']}")
    return faults


def test_the_shipped_dialogues_are_sound(demo_shop: Path) -> None:
    for name in ("demo", "icecat"):
        script = shipped(name)
        assert len({talk["id"] for talk in script}) == 60
        Scripted(script)
        assert all(len(t["expects"]) == len(t["turns"]) and set().union(*t["expects"]) <= KEYS for t in script)
    assert unanswerable(shipped("demo"), read_rows(demo_shop / "products.jsonl")) == []


@pytest.mark.data
def test_the_dialogues_can_be_answered_from_the_catalogue(data_dir: Path) -> None:
    assert unanswerable(shipped("icecat"), read_rows(data_dir / "icecat" / "products.jsonl.gz")) == []
