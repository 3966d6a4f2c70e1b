"""Suites of recommendations on small sets with known answers: places, leaks, published settings, faults."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.profile.content import Content
from assistant.profile.fusion import Forecast
from eval import targets
from eval.forecasts import auc, measure
from eval.plan import EvalError, Plan
from eval.suites import next_item, rating, rerank
from retrieval.jsonlines import write_rows

ITEMS = [{"id": n, "title": f"thing {n} of kind {n % 3}"} for n in range(30)]
CONTENT = Content([str(row["title"]) for row in ITEMS], np.eye(30, 8, dtype=np.float32), [""] * 30)


def steps(count: int, seed: int) -> list[dict[str, Any]]:
    """Whoever bought an item of the first ten buys the one ten further on."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        last = int(rng.integers(10))
        rows.append(
            {"id": f"r{n}", "user_id": f"u{n}", "history": [int(rng.integers(20, 30)), last], "target": last + 10}
        )
    return rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_rows(tmp_path / "items.jsonl.gz", ITEMS)
    write_rows(tmp_path / "valid.jsonl", steps(300, 1))
    write_rows(tmp_path / "test.jsonl", steps(20, 2))
    return tmp_path


def ranked(folder: Path, name: str = "test.jsonl") -> Any:
    items = next_item.read_items(folder / "items.jsonl.gz")
    places = {row["id"]: place for place, row in enumerate(items)}
    valid = [step for _, step in next_item.read_steps(folder / "valid.jsonl", places)]
    test = next_item.read_steps(folder / name, places)
    return next_item.evaluate(items, test, next_item.scorers(CONTENT, valid, 0), Plan(folder))


def test_scores_of_a_place_by_hand() -> None:
    found = targets.columns(2)
    assert (found["ndcg@1"], found["hr@1"]) == (0, 0)
    assert (found["ndcg@5"], found["hr@5"]) == (pytest.approx(1 / math.log2(4)), 1)
    assert set(targets.columns(None).values()) == {0}
    assert targets.columns(10)["ndcg@10"] == 0 and targets.columns(10)["hr@20"] == 1
    scores = np.array([1.0, 3.0, 3.0, 2.0])
    assert [next_item.place(scores, n) for n in range(4)] == [3, 0, 1, 2]


def test_next_item_finds_the_rule_and_names_ids_as_given(folder: Path) -> None:
    outcome = ranked(folder)
    assert outcome.metrics["hr@1"].value == 1.0
    assert outcome.baselines["markov"]["hr@10"].value == 1.0
    assert outcome.baselines["popularity"]["hr@1"].value < 0.5
    row = outcome.predictions[0]
    assert (row["id"], row["products"][0], len(row["products"])) == ("r0", row["target"], 30)


def test_a_test_row_serves_itself_alone(folder: Path) -> None:
    rows = [json.loads(line) for line in (folder / "test.jsonl").read_text().splitlines()]
    write_rows(folder / "one.jsonl", rows[3:4])
    everything, alone = ranked(folder), ranked(folder, "one.jsonl")
    assert alone.predictions[0]["products"] == everything.predictions[3]["products"]
    # Neither does its target: another one is not found because it was the answer.
    write_rows(folder / "other.jsonl", [{**rows[3], "target": 25}])
    assert ranked(folder, "other.jsonl").predictions[0]["products"] == alone.predictions[0]["products"]


@pytest.mark.parametrize(
    ("row", "words"),
    [({"id": 1, "history": [99], "target": 1}, "99"), ({"id": 1, "target": 1}, "history"), ({"id": 1}, "row 1")],
)
def test_rows_that_fit_no_item_are_named(tmp_path: Path, row: dict[str, Any], words: str) -> None:
    write_rows(tmp_path / "test.jsonl", [row])
    with pytest.raises(EvalError, match=words):
        next_item.read_steps(tmp_path / "test.jsonl", {1: 0})


@pytest.mark.parametrize("suite", [next_item, rerank, rating])
def test_no_data_is_one_clear_line(suite: Any, tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="--data"):
        suite.run(Plan(tmp_path))
    with pytest.raises(EvalError, match="has no"):
        suite.run(Plan(tmp_path, data=tmp_path))


def users(tmp_path: Path) -> list[rerank.Asked]:
    rows = [
        {
            "user_id": n,
            "history": [n],
            "target": n + 3,
            "candidates": {"random": [*range(5, 29), n + 3], "sasrec": [29, n + 3, 28]},
        }
        for n in range(4)
    ]
    write_rows(tmp_path / "users.jsonl", rows)
    return rerank.read_users(tmp_path / "users.jsonl", {n: n for n in range(30)})


def test_rerank_follows_the_published_setting(tmp_path: Path) -> None:
    asked = users(tmp_path)
    found = asked[3].guaranteed("random")
    assert len(found) == 20 and found[-1] == 6 and found.count(6) == 1 and found[:3] == [5, 7, 8]
    assert asked[0].named("random", [3, 29, 7]) == [1, 1, 0]
    # What made the list may not say which of it was put in by hand.
    assert asked[0].named("sasrec", [3, 29]) is None
    outcome = rerank.evaluate(ITEMS, asked, rerank.rankers(CONTENT), Plan(tmp_path))
    row = outcome.predictions[0]
    assert row["id"] == 0 and len(row["products"]) == 25 and 3 in row["products"]
    # The target is the last of 25: not guaranteed, it cannot be found.
    assert row["lists"]["random"]["open"][rerank.OURS] == 0
    assert outcome.metrics["ndcg@10/sasrec, not guaranteed"].value > 0


def test_the_place_of_the_target_in_its_list_tells_nothing(tmp_path: Path) -> None:
    asked = users(tmp_path)
    blind = {rerank.OURS: lambda row, name, found: np.zeros(len(found))}
    places = [rerank._columns(blind[rerank.OURS], row, "random", row.guaranteed("random"))["ndcg@1"] for row in asked]
    # Equal scores go by the catalogue: where the target is the first of it, it is first.
    assert places == [1, 1, 1, 0]


def test_auc_and_gains_by_hand() -> None:
    liked = np.array([True, False, True, False])
    assert auc(liked, np.array([0.9, 0.1, 0.5, 0.5])) == pytest.approx(3.5 / 4)
    assert math.isnan(auc(liked[[0, 2]], np.array([0.1, 0.2])))
    stars = np.array([5.0, 1.0, 4.0, 2.0] * 5)
    right = Forecast(stars, stars / 5)
    flat = Forecast(np.full(20, 3.0), np.full(20, 0.5))
    groups = [str(n // 4) for n in range(20)]
    found = measure(stars, {"ours": right, "flat": flat}, "ours", groups, 0)
    assert found["flat"]["rmse"].value == pytest.approx(math.sqrt((4 + 4 + 1 + 1) / 4))
    assert found["ours"]["rmse_gain/flat"].value == pytest.approx(found["flat"]["rmse"].value)
    assert (found["ours"]["auc_gain/flat"].value, found["flat"]["mae"].value) == (0.5, 1.5)


def test_auc_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    for _ in range(20):
        liked, score = rng.random(50) < 0.4, rng.integers(0, 8, 50) / 8
        assert auc(liked, score) == pytest.approx(roc_auc_score(liked, score), abs=1e-9)


def test_folds_keep_a_customer_together() -> None:
    people = [f"u{n % 17}" for n in range(60)]
    fold = rating.folds(people, 0)
    assert all(len({fold[i] for i in range(60) if people[i] == name}) == 1 for name in people)
    assert sorted(set(fold.tolist())) == list(range(rating.FOLDS))
    assert rating.codes(["a", "", "b", "a", ""]).tolist() == [0, -2, 1, 0, -5]
