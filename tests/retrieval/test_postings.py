"""The index that is written piece by piece is the one that bm25s makes of everything at once."""

from unittest.mock import patch

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import postings

PARAMETERS = {"k1": 1.2, "b": 0.4}
WORDS = st.sampled_from(["lamp", "red", "desk", "17in", "café", "of", "table"])


@settings(deadline=None)
@pytest.mark.parametrize("block", [1, 3, 1000])
@given(rows=st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=15))
def test_it_scores_as_bm25s_does(tmp_path_factory: pytest.TempPathFactory, block: int, rows: list[list[str]]) -> None:
    place = tmp_path_factory.mktemp("index") / "text"
    with patch.object(postings, "_BLOCK", block):
        written = postings.write_index(iter(rows), place, PARAMETERS)
    assert written == any(rows)
    assert place.exists() == written
    assert not list(place.parent.glob("*.postings"))
    if not written:
        return
    ours = bm25s.BM25.load(place, show_progress=False)
    theirs = bm25s.BM25(**PARAMETERS)
    theirs.index(rows, show_progress=False)
    assert set(ours.vocab_dict) == set(theirs.vocab_dict)
    assert ours.scores["num_docs"] == len(rows)
    for word in {w for row in rows for w in row}:
        assert np.allclose(ours.get_scores([word]), theirs.get_scores([word]), rtol=1e-6, atol=0)
        start, end = ours.scores["indptr"][ours.vocab_dict[word] :][:2]
        assert ours.scores["indices"][start:end].tolist() == [n for n, row in enumerate(rows) if word in row]
