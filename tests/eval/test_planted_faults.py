"""A guard over the guards: planted lies, leaks, swapped labels and dead models are found, each of them."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.peers.answer import Answer, Named
from benchmarks.peers.score import judge
from eval.compare import flips
from eval.judge import Catalogue
from eval.plan import EvalError, Plan
from eval.suites import goals, rewrite, search
from finetune.overlap import Held
from retrieval.errors import ShopTalkError

FEED = Catalogue(
    [
        {"id": "1", "title": "Acme red desk lamp X100A", "brand": "Acme", "price": 19.5, "attributes": {"watts": 40}},
        {"id": "2", "title": "Bolt blue desk lamp Y200B", "brand": "Bolt", "price": 49.0, "attributes": {"watts": 60}},
    ]
)
REQUEST = {
    "id": "r",
    "text": "a lamp under 30",
    "check": {"all": [{"title_any": ["lamp"]}, {"price_max": 30}]},
    "fits": 1,
}
TRUE = Named("1", "Acme red desk lamp X100A", 19.5)
HONEST = Answer("The Acme red desk lamp costs $19.50 and takes 40 watts.", (TRUE,))
LIES = {
    "real": [
        replace(HONEST, products=(TRUE, Named("", "Sunray golden lamp deluxe", 25.0))),
        replace(HONEST, products=(Named("1", "Bolt blue desk lamp Y200B", 19.5),)),
    ],
    "price": [replace(HONEST, products=(replace(TRUE, price=9.5),))],
    "claims": [
        replace(HONEST, text="It takes 75 watts."),
        replace(HONEST, text="It is as good as the Y200B."),
    ],
    "shown": [replace(HONEST, products=(TRUE, Named("2", "Bolt blue desk lamp Y200B", 49.0)))],
    "missed": [Answer("We have nothing like that.", ())],
    "error": [Answer("", (), error="no answer")],
}


def test_an_honest_peer_is_clean() -> None:
    assert judge(HONEST, REQUEST, FEED)["faults"] == {}
    nothing = {**REQUEST, "text": "a lamp under 5", "check": {"price_max": 5}, "fits": 0}
    assert judge(Answer("Nothing costs so little.", ()), nothing, FEED)["scores"]["refused"] == 1.0


@pytest.mark.parametrize(("kind", "lie"), [(kind, lie) for kind, lies in LIES.items() for lie in lies])
def test_every_lying_peer_is_found_by_its_lie(kind: str, lie: Answer) -> None:
    row = judge(lie, REQUEST, FEED)
    assert row["faults"].get(kind), row
    assert row["scores"]["clean"] == 0.0


ITEM = "I am looking for a pair of waterproof hiking boots for my father, size 44, under 120 dollars"


@pytest.mark.parametrize(
    "leak",
    [
        ITEM,
        ITEM.upper().replace(",", " -"),
        f"Hello there! {ITEM.replace('under 120 dollars', 'thanks a lot')}",
    ],
)
def test_every_leak_of_a_test_item_into_training_is_found(leak: str) -> None:
    assert Held([ITEM]).has(leak)


def test_what_only_speaks_of_the_same_thing_is_no_leak() -> None:
    assert not Held([ITEM]).has("waterproof hiking boots for my father in size 44")


def test_swapped_labels_fall_below_chance() -> None:
    """Grades turned upside down: a good ranking scores below the same products in random order."""
    rng = random.Random(4)
    queries = {f"q{n}": f"q{n}" for n in range(30)}
    ids = [f"p{i:02}" for i in range(12)]
    right = {q: {p: float(rng.choice([0, 1, 2, 3])) for p in ids} | {"p00": 3.0, "p01": 0.0} for q in queries}
    swapped = {q: {p: 3 - grade for p, grade in grades.items()} for q, grades in right.items()}
    ranked = {q: sorted(ids, key=lambda p: -right[q][p]) for q in queries}
    systems = {search.OURS: lambda text, k: ranked[text][:k]}
    scored = {
        name: search.evaluate(queries, qrels, systems, Plan(Path()), "toy")
        for name, qrels in (("right", right), ("swapped", swapped))
    }
    for name, outcome in scored.items():
        ours, chance = outcome.metrics["ndcg@10_judged"], outcome.baselines["chance"]["ndcg@10_judged"]
        assert (ours.low > chance.high) if name == "right" else (ours.high < chance.low)


@pytest.mark.parametrize("run", [goals.run, rewrite.run])
def test_a_dead_model_fails_and_does_not_look_fast(run: object, tmp_path: Path) -> None:
    talk = {
        "id": "t",
        "utterances": [{"n": 1, "speaker": "client", "text": "a lamp", "goal": "recommendation", "intents": {}}],
        "turns": [{"speaker": "user", "text": "a lamp"}],
        "labels": [{"utterance": 0, "annotators": [[{"type": "recommendation", "query": "lamp"}]]}],
    }
    for name in ("dialogues.jsonl", "crowd.jsonl"):
        (tmp_path / name).write_text(json.dumps(talk))
    dead = Plan(tmp_path / "out", tmp_path, model="vllm:any@http://127.0.0.1:9/v1")
    assert callable(run)
    with pytest.raises(ShopTalkError, match=r"127\.0\.0\.1:9"):
        run(dead)
    # The same by rules works, so the failure was the model's.
    assert run(replace(dead, model="rules")).metrics


@pytest.mark.parametrize("run", [goals.run, rewrite.run])
def test_a_folder_without_the_files_is_named(run: object, tmp_path: Path) -> None:
    assert callable(run)
    with pytest.raises(EvalError, match="has no"):
        run(Plan(tmp_path / "out", tmp_path))


def test_a_comparison_says_what_flipped_and_why(tmp_path: Path) -> None:
    bad = {"id": "x", "scores": {"right": 0, "total_ms": 5}, "faults": {"shown": ["2 breaks price_max 30"]}}
    good = {"id": "x", "scores": {"right": 1, "total_ms": 9}, "faults": {}}
    same = {"id": "y", "scores": {"right": 1}}
    for name, rows in (("A", [bad, same]), ("B", [good, same])):
        folder = tmp_path / name / "search"
        folder.mkdir(parents=True)
        (folder / "metrics.json").write_text("{}")
        (folder / "predictions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (flip,) = flips(tmp_path / "A", tmp_path / "B")["search"]
    assert (flip.id, flip.column, flip.gain) == ("x", "right", 1)
    assert flip.why == ("2 breaks price_max 30",)
    (back,) = flips(tmp_path / "B", tmp_path / "A")["search"]
    assert back.gain == -1 and back.why == flip.why
    assert flips(tmp_path / "A", tmp_path / "A")["search"] == []
