"""``shoptalk recommend`` as people and scripts call it: who is known, who is new, and mistakes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
NAMES = ["Reading lamp", "Desk lamp", "Garden hose", "Hose reel", "Tea pot", "Tea cup"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, shoptalk: Run) -> Path:
    folder = tmp_path_factory.mktemp("recommend")
    rows = [f"P{n},{name},{9 - n}" for n, name in enumerate(NAMES)]
    (folder / "feed.csv").write_text("id,title,rating_count\n" + "\n".join(rows), encoding="utf-8")
    orders = [
        {"order_id": "1", "customer_id": "C1", "placed": "2026-01-01", "items": [{"product_id": "P0"}]},
        {"order_id": "2", "customer_id": "C1", "placed": "2026-01-02", "items": [{"product_id": "P4"}]},
        {"order_id": "3", "customer_id": "C2", "placed": "2026-01-03", "status": "cancelled",
         "items": [{"product_id": "P2"}]},
    ]  # fmt: skip
    review = {"id": "r", "product_id": "P2", "customer_id": "C3", "rating": 1, "text": "leaks", "date": "2026-01-05"}
    (folder / "orders.jsonl").write_text("\n".join(map(json.dumps, orders)), encoding="utf-8")
    (folder / "reviews.jsonl").write_text(json.dumps(review), encoding="utf-8")
    done = shoptalk(
        "import", folder / "feed.csv", "--shop", folder / "shop", "--orders", folder / "orders.jsonl",
        "--reviews", folder / "reviews.jsonl", "--no-embed",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "shop"


@pytest.fixture
def recommended(shop: Path, tmp_path: Path, shoptalk: Run) -> Callable[..., list[dict[str, Any]]]:
    def run(*rows: dict[str, Any], k: int = 3) -> list[dict[str, Any]]:
        (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        done = shoptalk(
            "recommend", "--in", tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl", "-k", str(k), "--shop", shop
        )
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        return [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]

    return run


def test_rows_as_the_contract_has_them(recommended: Callable[..., list[dict[str, Any]]]) -> None:
    rows = recommended(
        {"id": 7, "history": ["P2"]},
        {"id": "b", "customer": "C1"},
        {"id": "c", "customer": "nobody"},
        {"id": "d", "history": []},
        {"id": "e", "history": ["no longer sold"]},
        {"id": "f", "customer": "C3"},
    )
    assert [row["id"] for row in rows] == [7, "b", "c", "d", "e", "f"]
    by_id = {row["id"]: row["products"] for row in rows}
    assert all(len(row["products"]) == len(row["scores"]) == 3 for row in rows)
    assert all(row["scores"] == sorted(row["scores"], reverse=True) for row in rows)
    # The like of the history comes first, and nothing that is already at home.
    assert by_id[7][0] == "P3" and "P2" not in by_id[7]
    assert "P5" in by_id["b"] and not {"P0", "P4"} & set(by_id["b"])
    # Who is new, or of whom nothing is sold any more, gets what sells; whoever was let down gets it not again.
    assert by_id["c"] == by_id["d"] == by_id["e"]
    assert "P2" not in by_id["f"]


def test_no_more_than_there_are_and_an_empty_batch(recommended: Callable[..., list[dict[str, Any]]]) -> None:
    assert len(recommended({"id": 1, "history": []}, k=100)[0]["products"]) == len(NAMES)
    assert recommended() == []


def test_every_bad_row_is_named_and_nothing_is_written(shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    rows = [{"id": 1}, {"history": []}, {"id": 2, "history": "P0"}, {"id": 3, "customer": []}, {"id": 4, "history": []}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = shoptalk("recommend", "--in", tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl", "--shop", shop)
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert [line.split(":")[1].strip() for line in lines] == ["row 1", "row 2", "row 3", "row 4"]
    assert not (tmp_path / "out.jsonl").exists()


def test_a_broken_line_of_the_log_is_passed_by(shop: Path, recommended: Callable[..., list[dict[str, Any]]]) -> None:
    lines = [{"time": "2026-01-04", "customer_id": "C9", "kind": "view", "product_id": "P0"}, {"kind": ["view"]}, 7]
    log = shop / "clicks.jsonl"
    log.write_text("\n".join([*map(json.dumps, lines), '{"time": "2026-01-0']), encoding="utf-8")
    try:
        assert recommended({"id": 1, "customer": "C9"})[0]["products"]
    finally:
        log.unlink()
