"""The recipe for finding in documents: what it learns from, and that it learns what is there to learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from finetune.policies import fit, fit_doubt, read_questions
from finetune.settings import RecipeError


def test_held_out_questions_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    rows = ['{"id": 1, "text": "a", "passages": ["x"]}', '{"id": 2, "text": "b", "passages": [], "half": "dev"}']
    file.write_text("\n".join([*rows, '{"id": 3, "text": "c", "passages": [], "half": "test"}']), encoding="utf-8")
    assert [q.text for q in read_questions([file])] == ["a", "b"]
    file.write_text('{"id": 3, "text": "c", "passages": [], "half": "test"}', encoding="utf-8")
    with pytest.raises(RecipeError, match="no question to learn from"):
        read_questions([file])


def test_the_column_that_tells_gets_the_weight() -> None:
    rng = np.random.default_rng(1)
    features, right = [], []
    for _ in range(40):
        good = np.zeros(10, dtype=bool)
        good[rng.integers(10)] = True
        features.append(np.stack([good + rng.normal(0, 0.2, 10), rng.normal(0, 1, 10)], axis=1))
        right.append(good)
    told, noise = fit(features, right, 0.01)
    assert told > 5 * abs(noise)


def test_the_limit_of_doubt_lies_between_what_is_answered_and_what_is_not() -> None:
    rng = np.random.default_rng(2)
    none = np.arange(60) % 3 == 0
    rows = np.where(none, -1.0, 1.0)[:, None] + rng.normal(0, 0.2, (60, 1))
    weights, bias, limit = fit_doubt(rows, none, 1.0, 5)
    doubt = 1 / (1 + np.exp(-(rows @ weights + bias)))
    assert (doubt[none] > limit).all() and (doubt[~none] < limit).all()
    assert weights[0] < 0
