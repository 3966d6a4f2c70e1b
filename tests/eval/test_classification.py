"""Scores of classes against sums by hand and against scikit-learn; sets of files; the suites on toy sets."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import f1_score, roc_auc_score

from assistant.opinions.marked import OpinionError, sentences
from assistant.opinions.values import Quad
from eval.classification import auroc, classes, folds, micro_f1, splits
from eval.plan import EvalError, Plan
from eval.sentiment import quads, whole
from eval.suites import intents, sentiment


def test_scores_agree_with_scikit_learn() -> None:
    chance = random.Random(1)
    for _ in range(20):
        gold = [chance.choice("abcd") for _ in range(60)]
        said = [chance.choice([g, *"abcde"]) for g in gold]
        found = classes(gold, said, seed=0)
        labels = sorted(set(gold))
        oracle = f1_score(gold, said, labels=labels, average="macro", zero_division=0)
        assert found["macro_f1"].value == pytest.approx(oracle, abs=1e-9)
        assert found["accuracy"].value == pytest.approx(sum(g == s for g, s in zip(gold, said, strict=True)) / 60)
        assert found["accuracy"].low <= found["accuracy"].value <= found["accuracy"].high
        scores, yes = [round(chance.random(), 1) for _ in gold], [g == "a" for g in gold]
        assert auroc(scores, yes, 0).value == pytest.approx(roc_auc_score(yes, scores), abs=1e-9)


def test_micro_f1_by_hand_and_swapped_labels_are_seen() -> None:
    # 3 of 4 marked ones found, with one wrong: precision 3/4, recall 3/4.
    assert micro_f1([(2, 2, 2), (1, 2, 1), (0, 0, 1)], 0).value == pytest.approx(0.75)
    assert classes(["a", "b"], ["b", "a"], 0)["accuracy"].value == 0.0


def test_an_interval_is_that_of_drawing_items() -> None:
    found = classes(["a"] * 80 + ["b"] * 20, ["a"] * 100, seed=0)["accuracy"]
    # The standard error of a share of 0.8 over 100 items is 0.04.
    assert (found.low, found.high) == pytest.approx((0.72, 0.88), abs=0.015)


def test_folds_spread_every_class() -> None:
    labels = ["a"] * 10 + ["b"] * 5 + ["c"]
    part = folds(labels, 5, seed=0)
    assert [sum(p == f and n == "a" for p, n in zip(part, labels, strict=True)) for f in range(5)] == [2] * 5
    assert part == folds(labels, 5, seed=0) != folds(labels, 5, seed=1)


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_sets_are_found_by_file_name(tmp_path: Path) -> None:
    for name in ("b_train", "b_test", "a_train", "train", "dev", "lonely_test"):
        write(tmp_path / f"{name}.jsonl", [{}])
    found = {s.name: (s.dev is not None, s.test is not None) for s in splits(tmp_path)}
    assert found == {"a": (False, False), "b": (False, True), tmp_path.name: (True, False)}
    with pytest.raises(EvalError, match="does not exist"):
        splits(tmp_path / "none")


def test_published_answers_are_scored_and_out_of_scope_counts_apart() -> None:
    rows = [
        {"text": "a", "intent": "x", "predictions": {"p": ["x", 0.9]}},
        {"text": "b", "intent": "y", "predictions": {"p": ["x", 0.8]}},
        {"text": "c", "intent": "oos", "predictions": {"p": [None, None]}},
        {"text": "d", "intent": "oos", "predictions": {"p": ["y", 0.85]}},
    ]
    said = intents._published(rows)["published p"]
    found = intents.measured(rows, said, "intent", 0)
    assert (found["accuracy"].value, found["accuracy"].n) == (0.5, 2)
    # Of four pairs of one in and one out of scope, "c" is above both and "d" above "a" alone.
    assert (found["oos_auroc"].value, found["oos_auroc"].n) == (0.75, 4)


def test_rows_of_a_set_learned_from_never_hold_its_test_labels(tmp_path: Path) -> None:
    seen: list[tuple[list[str], list[str]]] = []

    def system(texts: Any, labels: Any, asked: Any) -> intents.Guesses:
        seen.append((list(texts), list(asked)))
        return intents.Guesses(["x"] * len(asked), [0.0] * len(asked))

    train = [{"id": n, "text": f"t{n}", "intent": "xy"[n % 2]} for n in range(10)]
    write(tmp_path / "a_train.jsonl", train)
    rows = intents.judge(splits(tmp_path)[0], {intents.OURS: system}, {}, 0, set())
    assert all(not set(texts) & set(asked) for texts, asked in seen) and len(seen) == intents.FOLDS
    assert sorted(t for _, asked in seen for t in asked) == sorted(r["text"] for r in train)
    assert rows[0]["id"] == "a:0" and [r["meant"] for r in rows] == [r["intent"] for r in train]


QUAD = {"category": "A#B", "sentiment": "positive", "aspect_span": None, "opinion_span": [1, 2]}


def test_marked_sentences_and_their_scores(tmp_path: Path) -> None:
    write(tmp_path / "s.jsonl", [{"text": "works well .", "quads": [QUAD, QUAD]}, {"text": "hm", "quads": []}])
    marked = sentences(tmp_path / "s.jsonl")
    good = Quad(None, "A#B", (1, 2), "positive")
    assert [s.quads for s in marked] == [(good,), ()]
    assert good.to_dict(marked[0].words)["opinion"] == "well"
    other = Quad(None, "C#D", (1, 2), "positive")
    found = quads.measured(marked, [{other}, {good}], 0)
    assert (found["quad_f1"].value, found["aspect_sentiment_f1"].value) == (0.0, pytest.approx(2 / 3))
    assert quads.WordList(marked).read(("all", "well")) == {good}
    # No words are none said, whichever way that is written.
    write(tmp_path / "none.jsonl", [{"text": "works well .", "quads": [{**QUAD, "aspect_span": [0, 0]}]}])
    assert [s.quads for s in sentences(tmp_path / "none.jsonl")] == [(good,)]
    write(tmp_path / "bad.jsonl", [{"text": "x", "quads": [{**QUAD, "opinion_span": [1, 9]}]}])
    with pytest.raises(OpinionError, match="row 1 is no marked sentence"):
        sentences(tmp_path / "bad.jsonl")
    for name in ("s_train", "s_test"):
        write(tmp_path / f"{name}.jsonl", [{"text": "works well .", "quads": [QUAD]}])
    write(tmp_path / "z_train.jsonl", [{"text": "works well .", "quads": [QUAD]}])
    write(tmp_path / "z_test.jsonl", [{"text": "x", "quads": [{**QUAD, "opinion_span": [1, 9]}]}])
    with (
        pytest.MonkeyPatch.context() as patch,
        pytest.raises(OpinionError, match=r"z_test\.jsonl, row 1 is no marked sentence"),
    ):
        patch.setattr(quads, "judge", lambda split, plan: pytest.fail("learnt before every file was read"))
        sentiment.run(Plan(tmp_path / "out", data=tmp_path))


def test_whole_reviews_are_split_by_item_and_judged(tmp_path: Path) -> None:
    chance = random.Random(0)
    rows = []
    for n in range(300):
        good = n % 2 == 0
        words = chance.choices(["好", "喜欢", "满意"] if good else ["差", "退货", "失望"], k=4)
        rows.append({"id": n, "text": "".join(words) + str(n), "label": int(good)})
    write(tmp_path / "reviews.jsonl", rows)
    outcome = sentiment.run(Plan(tmp_path / "out", data=tmp_path))
    judged = {row["id"] for row in outcome.predictions}
    assert judged == {r["id"] for r in rows if whole.held_out(r)} and 20 < len(judged) < 100
    assert outcome.metrics["reviews/accuracy"].value == 1.0
    assert set(outcome.baselines) == {"tfidf+logreg"}
    items = [{"item_id": 3, "text": t} for t in "abcdefgh"]
    assert len({whole.held_out(i) for i in items}) == 1


def test_a_folder_without_sets_is_one_clear_fault(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="no set of reviews"):
        sentiment.run(Plan(tmp_path, data=tmp_path))
    with pytest.raises(EvalError, match="NAME_train"):
        intents.run(Plan(tmp_path, data=tmp_path))
