"""The indexes that are written piece by piece are those that bm25s makes of everything at once."""

from collections.abc import Iterator
from unittest.mock import patch

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import postings

PARAMETERS = {"k1": 1.2, "b": 0.4}
TEXT = st.lists(st.sampled_from(["lamp", "red", "desk", "17in", "café", "of", "table"]), max_size=12)


@pytest.mark.parametrize("block", [1, 3, 1000])
@settings(deadline=None)
@given(rows=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=15))
def test_they_score_as_bm25s_does(
    tmp_path_factory: pytest.TempPathFactory, block: int, rows: list[tuple[list[str], list[str]]]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    places = [folder / "text", folder / "attributes"]
    with patch.object(postings, "_BLOCK", block):
        assert postings.write_indexes(iter(rows), places, PARAMETERS) == len(rows)
    assert not list(folder.glob("*.postings"))
    for part, place in enumerate(places):
        texts = [row[part] for row in rows]
        assert place.exists() == any(texts)
        if not any(texts):
            continue
        ours = bm25s.BM25.load(place, show_progress=False)
        theirs = bm25s.BM25(**PARAMETERS)
        theirs.index(texts, show_progress=False)
        assert set(ours.vocab_dict) == set(theirs.vocab_dict)
        assert ours.scores["num_docs"] == len(rows)
        for word in {w for text in texts for w in text}:
            assert np.allclose(ours.get_scores([word]), theirs.get_scores([word]), rtol=1e-6, atol=0)
            start, end = ours.scores["indptr"][ours.vocab_dict[word] :][:2]
            assert ours.scores["indices"][start:end].tolist() == [n for n, text in enumerate(texts) if word in text]


def test_what_is_left_of_a_failed_one_is_removed(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("index")

    def rows() -> Iterator[list[list[str]]]:
        yield [["lamp"]]
        raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        postings.write_indexes(rows(), [folder / "text"], PARAMETERS)
    assert list(folder.iterdir()) == []
