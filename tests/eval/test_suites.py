"""Suites on small sets with known answers; what they write; how two runs compare; what a user can get wrong."""

from __future__ import annotations

import gzip
import json
import math
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.compare import compare
from eval.judge import Catalogue
from eval.plan import EvalError, Plan
from eval.run import SUITES, check_names, write
from eval.suites import conversations, search
from retrieval.errors import ShopTalkError

Run = Callable[..., "subprocess.CompletedProcess[str]"]

QRELS = {"q1": {"a": 3.0, "b": 0.0, "c": 1.0}, "q2": {"a": 0.0}, "q3": {"z": 2.0}}
QUERIES = {"q1": "lamp", "q2": "nothing", "q3": "desk"}


def ranked(lists: dict[str, list[str]]) -> search.Ranker:
    return lambda text, k: lists[text][:k]


OURS = ranked({"lamp": ["a", "x", "c"], "nothing": ["a"], "desk": ["x", "z"]})
WORSE = ranked({"lamp": ["b", "x", "a"], "nothing": ["a"], "desk": ["x"]})


def searched(out: Path, ours: search.Ranker = OURS) -> Any:
    systems = {search.OURS: ours, "other": WORSE}
    return search.evaluate(QUERIES, QRELS, systems, Plan(out), "toy")


def test_search_scores_by_hand(tmp_path: Path) -> None:
    outcome = searched(tmp_path)
    log3 = math.log2(3)
    # Gains are 2^grade - 1: 7 for a grade of 3, 1 for 1.
    q1 = (7 + 1 / 2) / (7 + 1 / log3)
    q3 = (3 / log3) / 3
    assert outcome.metrics["ndcg@10"].value == pytest.approx((q1 + q3) / 2)
    # The query with nothing relevant is left out, not counted as 0 or 1.
    assert outcome.metrics["ndcg@10"].n == 2
    assert outcome.metrics["ndcg@10_judged"].value == pytest.approx((1.0 + 1.0) / 2)
    assert outcome.metrics["mrr"].value == pytest.approx((1 + 1 / 2) / 2)
    assert outcome.metrics["recall@100"].value == 1.0
    assert outcome.metrics["judged@10"].value == pytest.approx((0.2 + 0.1) / 2)
    assert outcome.baselines["other"]["mrr"].value == pytest.approx((1 / 3 + 0) / 2)
    # q3 has one judged product and always scores 1; q1's three in random order score 1 when "a", "c" come first.
    orders = [(7 + 1 / log3), (7 + 1 / 2), (1 + 7 / log3), (7 / log3 + 1 / 2), (1 + 7 / 2), (1 / log3 + 7 / 2)]
    expected = (sum(orders) / 6 / (7 + 1 / log3) + 1) / 2
    assert outcome.baselines["chance"]["ndcg@10_judged"].value == pytest.approx(expected, abs=0.03)
    assert [row["id"] for row in outcome.predictions] == ["q1", "q2", "q3"]
    assert outcome.predictions[0]["products"] == ["a", "x", "c"]


def test_written_files_and_comparison(tmp_path: Path) -> None:
    for name, ranker in (("A", WORSE), ("B", OURS)):
        plan = Plan(tmp_path / name)
        (plan.out / "search").mkdir(parents=True)
        write(plan.out / "search", "search", plan, searched(plan.out, ranker))
    written = json.loads((tmp_path / "B/search/metrics.json").read_text())
    assert set(written) >= {"metrics", "baselines", "seed", "model", "versions"}
    assert set(written["metrics"]["ndcg@10"]) == {"value", "low", "high", "n"}
    rows = [json.loads(line) for line in (tmp_path / "B/search/predictions.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["q1", "q2", "q3"]
    html = (tmp_path / "B/search/report.html").read_text()
    assert "<svg" in html and "http" not in html.replace("http-equiv", "") and "lamp" in html
    found = compare(tmp_path / "A", tmp_path / "B")["search"]["mrr"]
    assert (found.a, found.b, found.n) == (pytest.approx(1 / 6), pytest.approx(0.75), 2)
    assert found.value == pytest.approx(0.75 - 1 / 6)


def test_comparison_takes_common_items_only_and_refuses_none(tmp_path: Path) -> None:
    for name, ids in (("A", "xy"), ("B", "yz"), ("C", "w")):
        folder = tmp_path / name / "search"
        folder.mkdir(parents=True)
        (folder / "metrics.json").write_text("{}")
        lines = [json.dumps({"id": i, "scores": {"mrr": ord(i) - ord("w")}}) + "\n" for i in ids]
        (folder / "predictions.jsonl").write_text("".join(lines))
    found = compare(tmp_path / "A", tmp_path / "B")["search"]["mrr"]
    assert (found.n, found.a, found.b) == (1, 2, 2)
    with pytest.raises(EvalError, match="no scored search item in common"):
        compare(tmp_path / "A", tmp_path / "C")
    with pytest.raises(EvalError, match="no finished suite"):
        compare(tmp_path / "A", tmp_path / "A" / "search")


FEED = [
    {"id": "1", "title": "Acme red desk lamp", "brand": "Acme", "price": 19.5, "attributes": {"colour": "red"}},
    {"id": "2", "title": "Bolt blue desk lamp", "brand": "Bolt", "price": 49.0, "attributes": {"colour": "blue"}},
]
SCRIPT = [
    {
        "id": "c",
        "turns": ["a lamp under 30", "from Bolt"],
        "checks": [
            {"turn": 1, "expect": "some", "price_max": 30, "title_any": ["lamp"]},
            {"turn": 2, "expect": "none", "price_max": 30, "brand": ["Bolt"]},
        ],
    }
]


def played(turn: int, **change: Any) -> dict[str, Any]:
    """A faultless row of ``play`` for SCRIPT, with ``change``."""
    right = {
        1: {
            "shown": ["1"],
            "alternatives": [],
            "reply": "Acme red desk lamp: costs $19.50.",
            "evidence": [{"sentence": "", "source": "product:1", "field": "price", "value": "$19.50"}],
        },
        2: {
            "shown": [],
            "alternatives": [{"id": "2", "breaks": "under 30"}],
            "reply": "Nothing fits. Bolt blue desk lamp costs $49.00.",
            "evidence": [{"sentence": "", "source": "shop", "field": "matching products", "value": "0"}],
        },
    }[turn]
    ms = {"understand": 1.0, "first_card": 2.0 * turn, "first_sentence": 3.0, "total": 4.0}
    base = {"id": "c", "turn": turn, "text": "", "understanding": {}, "model_calls": 1, "ms": ms}
    base |= {"wishes": [], "cart": {"lines": []}, "committed": [], "asked": "", "choices": []}
    return {**base, **right, **change}


def judged(*turns: dict[str, Any]) -> Any:
    return conversations.judge(SCRIPT, turns, Catalogue(FEED), Plan(Path()))


def test_a_faultless_conversation(tmp_path: Path) -> None:
    outcome = judged(played(1), played(2))
    rates = ("shown_right", "turns_right", "answered", "refused_rightly", "named_are_shown", "numbers_supported")
    for name in (*rates, "evidence_true", "alternatives_honest"):
        assert outcome.metrics[name].value == 1.0, name
    assert outcome.metrics["first_card_ms_p50"].value == 3.0
    assert [row["id"] for row in outcome.predictions] == ["c/1", "c/2"]
    assert all(row["faults"] == {} for row in outcome.predictions)


@pytest.mark.parametrize(
    ("metric", "value", "turns"),
    [
        ("shown_right", 0.5, [played(1, shown=["1", "2"]), played(2)]),
        ("shown_right", 0.5, [played(1, shown=["1", "9"]), played(2)]),
        ("turns_right", 0.5, [played(1, shown=["1", "2"]), played(2)]),
        ("answered", 0.0, [played(1, shown=[]), played(2)]),
        ("turns_right", 0.5, [played(1, shown=[]), played(2)]),
        ("refused_rightly", 0.0, [played(1), played(2, shown=["2"])]),
        ("refused_rightly", 0.0, [played(1), played(2, reply=" ")]),
        ("named_are_shown", 0.5, [played(1, reply="Take the Bolt blue desk lamp."), played(2)]),
        ("numbers_supported", 0.5, [played(1, reply="It costs $18.50."), played(2)]),
        ("alternatives_honest", 0.0, [played(1), played(2, alternatives=[{"id": "2", "breaks": ""}])]),
    ],
)
def test_each_planted_fault_lowers_its_metric(metric: str, value: float, turns: list[dict[str, Any]]) -> None:
    if metric == "alternatives_honest":
        # With the bound lifted to 60 the "alternative" is what was asked for.
        script = [{**SCRIPT[0], "checks": [SCRIPT[0]["checks"][0], {"turn": 2, "expect": "any", "price_max": 60}]}]
        outcome = conversations.judge(script, turns, Catalogue(FEED), Plan(Path()))
    else:
        outcome = judged(*turns)
    assert outcome.metrics[metric].value == value
    assert any(row["faults"] for row in outcome.predictions)


def test_false_evidence_and_words_never_said_are_found() -> None:
    false = {"sentence": "", "source": "product:1", "field": "price", "value": "$9.50"}
    unsaid = {"sentence": "", "source": "shopper", "field": "wish", "value": "for my aunt"}
    said = {"sentence": "", "source": "shopper", "field": "wish", "value": "Under 30"}
    gone = {"sentence": "", "source": "product:7", "field": "price", "value": "$9.50"}
    outcome = judged(played(1, evidence=[false, unsaid, said, gone]), played(2))
    # One of the four is true; the shop's count in the second turn is the fifth.
    assert outcome.metrics["evidence_true"].value == pytest.approx(2 / 5)


def test_unknown_suite_names_the_nearest() -> None:
    with pytest.raises(EvalError, match="Did you mean 'conversations'"):
        check_names(["search", "conversation"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole test set of both suites."""
    data = tmp_path / "set"
    data.mkdir()
    (data / "queries.jsonl").write_text('{"id":"q","text":"lamp"}\n')
    (data / "qrels.tsv").write_text("query_id\tproduct_id\tgrade\nq\t1\t3\n")
    with gzip.open(data / "products.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in FEED)
    (data / "conversations.jsonl").write_text("".join(json.dumps(row) + "\n" for row in SCRIPT))
    return data


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("queries.jsonl", None, "has no queries.jsonl"),
        ("queries.jsonl", "", "holds no query"),
        ("queries.jsonl", "{", "queries.jsonl:1 cannot be read"),
        ("queries.jsonl", "[]", "queries.jsonl:1 is no JSON object"),
        ("queries.jsonl", '{"id":"q"}', "row 1 has no id or no text"),
        ("queries.jsonl", '{"id":"q","text":"a"}\n{"id":"q","text":"b"}', "twice"),
        ("queries.jsonl", '{"id":"other","text":"a"}', "No query of .* has a judgement"),
        ("qrels.tsv", None, "has no qrels.tsv"),
        ("qrels.tsv", "head\nq 1 3", "line 2 is not a judgement"),
    ],
)
def test_broken_search_sets_are_named(folder: Path, file: str, content: str | None, message: str) -> None:
    (folder / file).unlink() if content is None else (folder / file).write_text(content)
    with pytest.raises(ShopTalkError, match=message):
        search.run(Plan(folder / "out", folder))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"turns": []}, "is no conversation"),
        ({"checks": [{"turn": 3, "expect": "some"}]}, "no such turn"),
        ({"checks": [{"turn": 1, "expect": "lots"}]}, "no such turn"),
        ({"checks": [{"turn": 1, "expect": "some", "colour": "red"}]}, "unknown predicate 'colour'"),
    ],
)
def test_broken_scripts_are_named(folder: Path, change: dict[str, Any], message: str) -> None:
    (folder / "conversations.jsonl").write_text(json.dumps({**SCRIPT[0], **change}))
    with pytest.raises(EvalError, match=message):
        conversations.load(Plan(folder / "out", folder))


def test_a_folder_without_a_script_gets_the_one_that_ships_under_its_name(folder: Path) -> None:
    (folder / "conversations.jsonl").unlink()
    with pytest.raises(EvalError, match="none ships for 'set'"):
        conversations.load(Plan(folder / "out", folder))
    named = folder.rename(folder.with_name("icecat"))
    script, _, _ = conversations.load(Plan(folder / "out", named))
    assert len(script) == 20


def test_both_suites_from_the_command_line(shoptalk: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = shoptalk("eval", "run", "search", "conversations", "--data", folder, "--out", out)
    assert done.returncode == 0, done.stderr
    found = {name: json.loads((out / name / "metrics.json").read_text()) for name in ("search", "conversations")}
    assert found["search"]["metrics"]["mrr"]["value"] == 1.0
    assert set(found["search"]["baselines"]) == {"bm25", "dense", "rrf", "weighted", "chance"}
    assert found["conversations"]["metrics"]["shown_right"]["value"] == 1.0
    assert found["conversations"]["metrics"]["model_calls"]["value"] > 0
    assert found["conversations"]["model"] == "embedded"
    # A run with itself differs in nothing; what is written is complete.
    same = shoptalk("eval", "compare", out, out, "--json")
    assert json.loads(same.stdout)["search"]["mrr"]["value"] == 0


def test_a_dead_model_fails_the_run_and_leaves_no_metrics(shoptalk: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "conversations"
    out.mkdir(parents=True)
    (out / "metrics.json").write_text("{}")
    model = "vllm:any@http://127.0.0.1:9/v1"
    done = shoptalk("eval", "run", "conversations", "--data", folder, "--out", out.parent, "--model", model)
    assert done.returncode == 2
    assert done.stdout == "" and "127.0.0.1:9" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (out / "metrics.json").exists()


def test_a_model_that_dies_on_the_way_fails_the_run(folder: Path, tmp_path: Path) -> None:
    dying = tmp_path / "dying.jsonl"
    dying.write_text('{"match": null, "reply": "", "error": "gone"}\n' * 40)
    with pytest.raises(EvalError, match="failed in c, turn 1"):
        conversations.run(Plan(tmp_path / "out", folder, model=f"script:{dying}"))


def test_unknown_suite_ends_with_exit_code_2(shoptalk: Run, tmp_path: Path) -> None:
    done = shoptalk("eval", "run", "serch", "--out", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == f"shoptalk: There is no suite 'serch'. Did you mean 'search'? Suites are {', '.join(SUITES)}.\n"
    )
