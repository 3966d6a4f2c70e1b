"""The ranker: its features by hand, what the shipped file says, and the two weights no judgement teaches."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from retrieval import rank
from retrieval.rank import FEATURES, Columns, Ranker, features, shipped, standing, unaware_of


def columns(**given: object) -> Columns:
    """Two candidates beside "gaming laptop": a laptop that nobody calls gaming, and a gaming chair."""
    made = Columns(
        text=np.array([1, 2], dtype=np.float32),
        text_top=4.0,
        field=np.array([1, 1], dtype=np.float32),
        field_top=2.0,
        cosine=np.array([0.6, 0.3], dtype=np.float32),
        cosine_top=0.6,
        has=np.array([[False, True], [False, False]]),
        rarity=np.array([3, 1], dtype=np.float32),
        naming=np.array([False, True]),
        of_kind=np.array([True, False]),
        of_brand=np.array([False, False]),
        price=np.array([0.5, 0], dtype=np.float32),
    )
    return replace(made, **given)  # type: ignore[arg-type]


def feature(name: str, **given: object) -> list[float]:
    return features(columns(**given))[:, FEATURES.index(name)].tolist()


def test_features_by_hand() -> None:
    assert feature("text") == [0.25, 0.5]
    assert feature("field") == [0.5, 0.5]
    assert feature("dense") == [1.0, 0.5]
    # "gaming" is three of the four parts of rarity, "laptop" the fourth.
    assert feature("coverage") == [0.0, 0.75]
    assert feature("kind_coverage") == [0.25, 0.75]
    assert feature("agreement") == [0.25, 0.375]
    assert feature("kind") == [1.0, 0.0]
    assert feature("modifiers") == [0.0, 0.0]
    assert feature("modifiers", has=np.array([[True, True], [False, False]])) == [1.0, 0.0]
    assert feature("price") == [0.5, 0.0]


def test_a_query_that_names_a_kind_alone_asks_nothing_more_of_it() -> None:
    assert feature("modifiers", naming=np.array([True, True])) == [1.0, 0.0]
    assert feature("modifiers", naming=np.array([False, False]), of_kind=np.array([False, False])) == [0.0, 0.0]


def test_nothing_known_is_zero_and_no_error() -> None:
    nothing = np.zeros(2, dtype=np.float32)
    empty = columns(
        text=nothing,
        text_top=0.0,
        cosine=nothing,
        cosine_top=0.0,
        has=np.zeros((0, 2), dtype=bool),
        rarity=np.zeros(0, dtype=np.float32),
        naming=np.zeros(0, dtype=bool),
    )
    found = features(empty)
    assert np.isfinite(found).all()
    assert found[:, FEATURES.index("coverage")].tolist() == [0, 0]


def test_a_ranker_is_its_weights() -> None:
    assert Ranker({"text": 3.0, "kind": 1.0}).scores(columns()).tolist() == pytest.approx([0.4375 + rank.KIND, 0.375])


def test_the_shipped_weights_are_of_these_features_and_none_punishes() -> None:
    stored = json.loads(rank.FILE.read_text(encoding="utf-8"))
    assert list(stored["weights"]) == list(FEATURES)
    assert sum(stored["weights"].values()) == pytest.approx(1, abs=1e-4)
    assert all(w >= 0 for w in stored["weights"].values())
    assert all(len(left_out) == len(FEATURES) for left_out in stored["left_out"].values())


def test_what_measures_the_ranker_uses_weights_that_did_not_see_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = {"weights": {"text": 1.0}, "left_out": {rank.fingerprint("Gaming  LAPTOPS"): [0.0] * 9 + [1.0]}}
    monkeypatch.setattr(rank, "_file", lambda: learned)
    assert shipped().weights["text"] == 1
    assert unaware_of("gaming laptops").weights["price"] == 1
    assert unaware_of("something else").weights == shipped().weights


def test_few_ratings_are_drawn_to_the_mean() -> None:
    rating = np.array([5.0, 4.6, 3.0, np.nan])
    one, many, low, none = standing(rating, np.array([1, 500, 20, 0]), np.zeros(4, dtype=bool))
    assert many > one > none == 0 > low
    assert abs(low) <= rank.RATING


def test_out_of_stock_costs_the_same_whatever_the_stars() -> None:
    empty = np.array([True, False])
    assert standing(np.array([np.nan, np.nan]), np.zeros(2, dtype=np.int64), empty).tolist() == pytest.approx(
        [-rank.OUT_OF_STOCK, 0]
    )
    rated = standing(np.array([4.0, 4.0]), np.array([3, 3]), empty)
    assert rated[1] - rated[0] == pytest.approx(rank.OUT_OF_STOCK)
