"""Understanding scored: sums done by hand, phrases paired one to one, ids looked up in the public sets."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval import labels, shoppingbench
from eval.labels import Labelled
from eval.phrases import alike_hits, singular, strict_hits, words
from eval.plan import EvalError, Plan
from eval.suites import understanding
from eval.suites.understanding import Read


def read(id_: str, intent: str, meant: dict[str, Any], guess: dict[str, Any]) -> Read:
    item = Labelled(id_, ({"role": "user", "content": "x"},), intent, meant, id_)
    return Read(item, {"both": guess, "rules": {"intent": "find"}, "model": guess})


ROWS = [
    read(
        "a",
        "find",
        {"category": "hiking boots", "features": ["waterproof", "wide toe box"], "price_max": 120},
        {"intent": "find", "category": "hiking boot", "features": ["waterproof", "toe box"], "price_max": 120.0},
    ),
    read("b", "refine", {"brands": ["Norvik"]}, {"intent": "find", "brands": ["norvik"], "features": ["red"]}),
    read("c", "confirm", {}, {"intent": "confirm", "price_max": 5}),
    read("d", "find", {"category": "lamp"}, {"intent": "find"}),
]


def test_scores_are_those_done_by_hand() -> None:
    found = understanding.measured(ROWS, "both", 0)
    # find: 2 hits of 2 meant and 3 given, 0.8; refine 0; confirm 1.
    assert found["intent_f1"].value == pytest.approx((0.8 + 0 + 1) / 3)
    assert found["intent"].value == 0.75
    assert found["price"].value == 0.75
    assert found["brand"].value == 1.0
    assert (found["category"].value, found["category"].n) == (0.5, 2)
    # 2 of 2 meant, 3 given.
    assert found["features_f1"].value == pytest.approx(2 * 2 / (2 + 3))
    assert found["features_strict"].value == pytest.approx(2 * 1 / (2 + 3))
    assert found["features_recall"].value == 1.0
    assert found["intent"].low <= 0.75 <= found["intent"].high
    assert understanding.measured(ROWS, "rules", 0)["intent"].value == 0.5


def test_the_report_shows_every_system(tmp_path: Path) -> None:
    made = understanding.outcome(ROWS, Plan(out=tmp_path))
    assert set(made.baselines) == {"rules", "model"}
    assert [row["id"] for row in made.predictions] == ["a", "b", "c", "d"]
    assert made.predictions[1]["scores"] == {"intent": 0.0, "price": 1.0, "brand": 1.0, "features_f1": 0.0}
    assert "find (2), both: find 2" in dict(made.sections)["Intent by intent"]


def test_phrases_are_paired_one_to_one_from_half_their_words_on() -> None:
    assert words("for my Wide toe box") == {"wide", "toe", "box"}
    assert alike_hits(["wide toe box"], ["toe box", "wide toe"]) == 1
    assert alike_hits(["red", "size 9"], ["size 9 wide", "in red"]) == 2
    assert alike_hits(["a very soft inner sole"], ["sole"]) == 0
    assert strict_hits(["Red", "red"], ["red "]) == 1
    assert [singular(w) for w in ("Boots", "dress", "knives", "batteries", "watches", "headphones")] == [
        "boot",
        "dress",
        "knive",
        "battery",
        "watch",
        "headphone",
    ]


def test_labels_find_their_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blank = {"intent": "find", "currency": None, "price_min": None, "price_max": None, "min_rating": None}
    blank |= dict.fromkeys(("category", "for_whom", "order_id"))
    blank |= {slot: [] for slot in ("brands", "not_brands", "features", "dislikes", "references")}
    rows = [
        {**blank, "id": "recquest:d:1:2", "category": [2, 6], "features": [[7, 10]]},
        {**blank, "id": "mg_shopdial:m:5"},
        {**blank, "id": "webshop:7", "price_max": 9},
    ]
    files = {
        "recquest/dialogues.jsonl.gz": {
            "id": "d:1",
            "messages": [
                {"role": "human", "text": "hi"},
                {"role": "ai", "text": "Hello"},
                {"role": "human", "text": "a bike red"},
            ],
        },
        "mg_shopdial/dialogues.jsonl.gz": {
            "id": "m",
            "utterances": [
                {"n": 5, "speaker": "assistant", "text": "yes?"},
                {"n": 5, "speaker": "client", "text": "a mug"},
            ],
        },
        "webshop_goals/goals.jsonl.gz": {"id": "7", "text": "i need a cap"},
    }
    for name, row in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(gzip.compress(json.dumps(row).encode()))
    own = tmp_path / "labels"
    own.mkdir()
    (own / "labels_x.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    monkeypatch.setattr(labels, "SHIPPED", own)
    monkeypatch.setenv("SHOPTALK_DATA", str(tmp_path))
    bike, mug, cap = labels.shipped()
    assert [m["role"] for m in bike.messages] == ["user", "assistant", "user"]
    assert bike.meant == {"category": "bike", "features": ["red"]} and bike.group == "recquest:d:1"
    assert [m["content"] for m in mug.messages] == ["yes?", "a mug"]
    assert cap.meant == {"price_max": 9}
    monkeypatch.setenv("SHOPTALK_DATA", str(tmp_path / "absent"))
    with pytest.raises(EvalError, match="public data sets are absent"):
        labels.shipped()


def test_shoppingbench_scores_bounds_and_words() -> None:
    item = {
        "price": [{"op": "between", "low": 10, "high": 20}],
        "attributes": {"m": ["Soft Cotton"]},
        "sku_options": {},
    }
    row = {"id": 1, "items": [item]}
    assert shoppingbench.bounds("product", row) == (10, 20)
    assert shoppingbench.bounds("shop", row) is None
    assert shoppingbench.bounds("voucher", {**row, "voucher": {"budget": 99}}) == (None, 99.0)
    assert shoppingbench.meant(row) == {"soft", "cotton"}
    read = {"price_min": 10, "price_max": 20, "features": ["soft", "red"]}
    request = shoppingbench.Request("1", (10, 20), shoppingbench.meant(row), {"both": read, "rules": {}, "model": read})
    found = shoppingbench.measured([request], "both", 0)
    assert (found["price"].value, found["attributes_f1"].value) == (1.0, 0.5)
    assert shoppingbench.measured([request], "rules", 0)["price"].value == 0.0
