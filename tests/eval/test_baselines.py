"""Fusion against sums done by hand."""

import numpy as np
import pytest

from eval.baselines import ranks, rrf, weighted


def test_ranks_are_from_one_and_ties_keep_their_order() -> None:
    assert ranks(np.array([0.5, 2.0, 0.5, 1.0])).tolist() == [3, 1, 4, 2]


def test_reciprocal_ranks_by_hand() -> None:
    # BM25 ranks rows 0, 1 and knows nothing of row 2; the vectors rank 1, 2, 0.
    found = rrf(np.array([2.0, 1.0, 0.0]), np.array([0.1, 0.9, 0.5]))
    assert found == pytest.approx([1 / 61 + 1 / 63, 1 / 62 + 1 / 61, 1 / 62])


def test_weights_by_hand() -> None:
    # BM25 by its maximum: 1, .5, 0. Cosines by their range: 0, 1, .5. Shares .4 and .6.
    found = weighted(np.array([4.0, 2.0, 0.0]), np.array([0.1, 0.9, 0.5]), share=0.6)
    assert found == pytest.approx([0.4, 0.2 + 0.6, 0.3])


def test_a_side_that_says_nothing_leaves_the_other_its_order() -> None:
    nothing, something = np.zeros(3), np.array([1.0, 3.0, 2.0])
    assert ranks(weighted(nothing, something)).tolist() == [3, 1, 2]
    assert ranks(weighted(something, nothing)).tolist() == [3, 1, 2]
    assert weighted(nothing, nothing).tolist() == [0, 0, 0]
    assert weighted(np.zeros(0), np.zeros(0)).tolist() == []
