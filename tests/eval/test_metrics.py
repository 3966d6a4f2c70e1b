"""The measures against sums done by hand and against scikit-learn; the intervals against what is known of them."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from eval.metrics import judged_only, mean, ndcg, paired, quantile, recall, reciprocal_rank

GRADES = {"a": 3, "b": 1, "c": 0, "d": 2}


def test_ndcg_by_hand() -> None:
    # Gains 1, 0 (unjudged), 3 at ranks 1, 2, 3; best possible 3, 2, 1.
    got = 1 / math.log2(2) + 0 + 3 / math.log2(4)
    best = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(["b", "x", "a"], GRADES) == pytest.approx(got / best)


def test_ndcg_cuts_the_ideal_at_k_too() -> None:
    assert ndcg(["a", "x"], GRADES, k=1) == 1.0
    assert ndcg(["d"], GRADES, k=1) == pytest.approx(2 / 3)


def test_ndcg_equals_scikit_learn_on_random_rankings() -> None:
    rng = random.Random(5)
    for _ in range(50):
        ids = [f"p{i}" for i in range(30)]
        grades = {id_: rng.choice([0, 0, 1, 2, 3]) for id_ in ids}
        if not any(grades.values()):
            continue
        rng.shuffle(ids)
        truth = np.array([[grades[id_] for id_ in ids]])
        scores = np.array([[len(ids) - rank for rank in range(len(ids))]])
        assert ndcg(ids, grades, k=10) == pytest.approx(ndcg_score(truth, scores, k=10))


def test_a_query_that_nothing_answers_has_no_score() -> None:
    for score in (ndcg(["a"], {"a": 0}), recall(["a"], {"a": 0}), reciprocal_rank(["a"], {})):
        assert math.isnan(score)


def test_judged_only_takes_out_what_nobody_judged() -> None:
    assert judged_only(["x", "c", "y", "a"], GRADES) == ["c", "a"]
    # A judged 0 keeps its place: it was seen and found wrong.
    assert ndcg(judged_only(["x", "a"], GRADES), GRADES, k=1) == 1.0
    assert ndcg(judged_only(["c", "a"], GRADES), GRADES, k=1) == 0.0


def test_recall_and_reciprocal_rank_by_hand() -> None:
    assert recall(["x", "a", "c", "b"], GRADES, k=4) == pytest.approx(2 / 3)
    assert recall(["x", "a", "c", "b"], GRADES, k=3) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x", "c", "b"], GRADES) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x", "c"], GRADES) == 0.0


def test_mean_interval_covers_and_repeats() -> None:
    values = np.random.default_rng(1).normal(5, 2, 400).tolist()
    got = mean(values, seed=7)
    assert got == mean(values, seed=7)
    assert got != mean(values, seed=8)
    # The normal theory's interval for the mean: 1.96 standard errors.
    error = 1.96 * float(np.std(values)) / math.sqrt(400)
    assert got.value == pytest.approx(float(np.mean(values)))
    assert got.value - got.low == pytest.approx(error, rel=0.15)
    assert got.high - got.value == pytest.approx(error, rel=0.15)
    assert got.n == 400


def test_items_of_one_group_are_drawn_together() -> None:
    # Four groups of identical items hold four facts, not 400: the interval must be as wide as with four.
    values = [0.0] * 100 + [0.0] * 100 + [1.0] * 100 + [1.0] * 100
    groups = [name for name in "abcd" for _ in range(100)]
    assert mean(values, seed=1, groups=groups).high == 1.0
    assert mean(values, seed=1).high < 0.6


def test_a_ratio_over_uneven_groups_is_the_pooled_one() -> None:
    assert mean([1, 1, 1, 0], seed=0, groups=["a", "a", "a", "b"]).value == 0.75


def test_quantile_by_hand() -> None:
    got = quantile([10, 20, 30, 40, 1000], 0.5, seed=0)
    assert got.value == 30
    assert 10 <= got.low <= 30 <= got.high <= 1000
    assert quantile([1, 2, 3], 0.95, seed=0, groups=["a", "a", "b"]).value == pytest.approx(2.9)


def test_paired_difference_sees_a_small_sure_gain_that_separate_intervals_miss() -> None:
    rng = np.random.default_rng(3)
    a = rng.uniform(0, 1, 200)
    b = a + 0.02 + rng.normal(0, 0.01, 200)
    got = paired(a.tolist(), b.tolist(), seed=0)
    assert got.value == pytest.approx(0.02, abs=0.003)
    assert 0 < got.low < got.high
    assert got.p < 0.01
    assert mean(a.tolist(), seed=0).high > mean(b.tolist(), seed=0).low


def test_paired_difference_of_nothing_is_not_sure() -> None:
    got = paired([1, 0, 1], [1, 0, 1], seed=0)
    assert (got.value, got.low, got.high, got.p) == (0, 0, 0, 1.0)
