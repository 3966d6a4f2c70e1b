"""The suite of simulated shoppers: planted faults are marked, faultless visits are not, numbers are sums by hand."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.shopper import draw_shopper, sorts, visit
from assistant.state import DialogueState, Recommendation, Reply, Turn, Understanding
from benchmarks.planted_shoppers import PLANTS, planted
from eval.judge import Catalogue
from eval.lost import Detector
from eval.plan import EvalError, Plan
from eval.run import run
from eval.shop import shop_hash
from eval.suites import simulated
from retrieval.importer import import_shop
from retrieval.product import Money, Product

COLOURS = ("red", "blue", "green", "white", "black")
FEED = [
    {
        "id": f"l{n}",
        "title": f"{('Acme', 'Bolt', 'Cora', 'Dorn')[n % 4]} desk lamp {n}",
        "brand": ("Acme", "Bolt", "Cora", "Dorn")[n % 4],
        "price": 10.0 + 7 * n,
        "category": "Home > Desk Lamps",
        "attributes": {"colour": COLOURS[n % 5], "height_cm": 20 + n, "dimmable": n % 2 == 0},
    }
    for n in range(40)
] + [{"id": "b", "title": "City bicycle", "brand": "Velo", "price": 300.0, "category": "Bicycles", "attributes": {}}]
LAMPS = [
    Product(
        str(row["id"]),
        str(row["title"]),
        brand=str(row["brand"]),
        price=Money.of(str(row["price"]), "USD"),
        category=str(row["category"]),
        attributes=row["attributes"],  # type: ignore[arg-type]
    )
    for row in FEED
]
CATALOGUE = Catalogue(FEED)
DETECTOR = Detector(CATALOGUE.rows)


def shop(state: DialogueState, text: str) -> Turn:
    """A shop that hears colours and makers, and shows four lamps further with each message."""
    heard = text.casefold()
    makers = [p for p in LAMPS if p.brand.casefold() in heard and f"but {p.brand.casefold()}" not in heard]
    colours = re.findall("|".join(COLOURS), heard)
    fit = [p for p in makers or LAMPS if not colours or p.attributes.get("colour") == colours[-1]]
    start = 4 * len(state.turns) % max(len(fit), 1)
    cards = tuple(Recommendation(p.id, p.title) for p in fit[start : start + 4])
    words = Reply((), cards, asked="attributes.colour" if len(state.turns) == 1 else "")
    return Turn(len(state.turns) + 1, text, Understanding("find"), state.preferences, words)


@pytest.fixture(scope="module")
def visits() -> list[dict[str, Any]]:
    """Two hundred visits in which the simulator reports no fault of its own."""
    among, by_id = sorts(LAMPS), {p.id: p for p in LAMPS}
    rows = [
        simulated.visit_row(visit(draw_shopper(5, number, among, by_id), shop, f"s{number}")) for number in range(240)
    ]
    for row in rows:
        for turn in row["turns"]:
            turn["reply"] = "These lamps of the shop come closest to what was asked, have a look at each of the four."
    return [row for row in rows if not row["reported"]][:200]


def test_planted_faults_are_marked_and_faultless_visits_are_not(visits: list[dict[str, Any]]) -> None:
    false = [row["id"] for row in visits if DETECTOR.marks(row)]
    assert len(visits) == 200 and len(false) <= 4, false
    clean = [row for row in visits if row["id"] not in false]
    faulty = planted(clean, CATALOGUE.rows)
    assert len(faulty) == len(PLANTS) == 20
    found = [name for name, row in faulty if DETECTOR.marks(row)]
    assert len(found) >= 18, sorted(set(PLANTS) - set(found))


def test_a_plant_changes_a_visit_and_leaves_the_original(visits: list[dict[str, Any]]) -> None:
    before = json.dumps(visits)
    assert all(
        row != next(v for v in visits if v["id"] == row["id"].partition("/")[0])
        for _, row in planted(visits, CATALOGUE.rows)
    )
    assert json.dumps(visits) == before


def _stop(done: int, of: int, what: str) -> None:
    if done == 3:
        raise EvalError("stopped at visit 3", "go on")


def row(bought: str | None, **change: Any) -> dict[str, Any]:
    check = {"all": [{"category": ["Desk Lamps"]}, {"attr": [{"name": "colour", "op": "says", "value": "red"}]}]}
    turns = [
        {"text": "red desk lamps", "said": check, "shown": ["l0", "l1"], "reply": "", "model_calls": 2},
        {"text": "more", "said": None, "shown": ["l1"], "reply": "", "model_calls": 0},
    ]
    wants = [{"kind": "value", "field": "colour", "value": "red"}]
    made = {"id": "s", "style": "terse", "sort": "desk lamps", "first": wants, "wants": wants, "first_check": check}
    made |= {"check": check, "turns": turns, "bought": bought, "regret": 0.25, "reported": []}
    return made | change


def test_scores_by_hand() -> None:
    rows = [simulated.judged(r, CATALOGUE, DETECTOR) for r in (row("l0"), row("l1"), row(None, id="t"))]
    assert [r["scores"]["success"] for r in rows] == [1.0, 0.0, 0.0]
    # Of three cards one breaks what was said, and one was shown while a slip stood uncorrected.
    assert rows[0]["right"] == [1.0, 0.0]
    assert rows[0]["scores"]["turns_to_success"] == 2.0
    # Took what is blue: the simulator's fault, and not counted.
    assert [m["kind"] for m in rows[1]["marks"]] == ["wrong purchase"]
    assert "success_counted" not in rows[1]["scores"] and rows[1]["scores"]["lost"] == 1.0
    found = simulated.measured(rows, seed=0)
    assert found["success"].value == pytest.approx(1 / 3)
    assert found["success_counted"].value == pytest.approx(1 / 2)
    assert (found["model_calls"].value, found["success, terse"].n) == (1.0, 3)


def imported(feed: Path, shop: Path) -> str:
    """Imports a feed into a shop and gives the shop's hash."""
    import_shop(shop, [feed], currency="USD", embedder=None)
    return shop_hash(shop)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("lamps")
    (data / "products.jsonl").write_text("".join(json.dumps(row) + "\n" for row in FEED))
    return data


def test_twice_with_one_seed_is_equal_to_the_byte_and_a_dead_model_fails(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated, "SHOPPERS", 6)
    # Without vectors, for speed.
    assert (own := imported(folder / "products.jsonl", tmp_path / "shop"))
    plan = Plan(tmp_path, folder, shop=tmp_path / "shop", model="rules")
    written: list[dict[str, bytes]] = []
    for _ in range(2):
        run("simulated", plan)
        written.append({p.name: p.read_bytes() for p in (tmp_path / "simulated").iterdir()})
    assert written[0] == written[1] and set(written[0]) == {"predictions.jsonl", "metrics.json", "report.html"}
    # Stopped after three visits, it goes on to the same end.
    part = tmp_path / "simulated" / "visits.part.jsonl"
    with pytest.raises(EvalError, match="visit 3"):
        run("simulated", replace(plan, on_progress=_stop))
    assert len(part.read_text().splitlines()) == 4
    run("simulated", plan)
    assert (tmp_path / "simulated" / "predictions.jsonl").read_bytes() == written[0]["predictions.jsonl"]
    assert not part.exists()
    # A model that says nothing of use leaves the phrases.
    mute = tmp_path / "mute.jsonl"
    mute.write_text('{"match": null, "reply": ""}\n' * 40)
    run("simulated", replace(plan, shopper=f"script:{mute}"))
    assert (tmp_path / "simulated" / "predictions.jsonl").read_bytes() == written[0]["predictions.jsonl"]
    found = json.loads(written[0]["metrics.json"])
    assert found["shop"] == own and found["metrics"]["success"]["n"] == 6
    with pytest.raises(EvalError, match=r"127\.0\.0\.1:9"):
        run("simulated", replace(plan, model="vllm:any@http://127.0.0.1:9/v1"))
    assert not (tmp_path / "simulated" / "metrics.json").exists()


def test_the_hash_of_a_shop_is_that_of_its_records(folder: Path, tmp_path: Path) -> None:
    shuffled = tmp_path / "other"
    shuffled.mkdir()
    rows = random.Random(1).sample(FEED, len(FEED))
    (shuffled / "feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    rows[0] = {**rows[0], "price": 1.0}
    (shuffled / "dearer.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    one = imported(folder / "products.jsonl", tmp_path / "one")
    assert imported(shuffled / "feed.jsonl", tmp_path / "two") == one
    assert imported(shuffled / "dearer.jsonl", tmp_path / "three") != one


def test_a_feed_without_anything_to_choose_is_named(tmp_path: Path) -> None:
    (tmp_path / "products.jsonl").write_text(json.dumps(FEED[0]) + "\n")
    imported(tmp_path / "products.jsonl", tmp_path / "shop")
    with pytest.raises(EvalError, match="no sort of product"):
        run("simulated", Plan(tmp_path / "out", tmp_path, shop=tmp_path / "shop", model="rules"))
