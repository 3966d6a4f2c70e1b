"""The word index: what weighs how much, and that it comes back from disk as it went."""

from pathlib import Path

import numpy as np

from retrieval.lexical import Lexical

TITLE = [" lamp desk ", " desk ", " chair "]
TEXT = [" lamp desk bright ", " desk for a lamp ", " chair "]
REST = [" colour red ", " colour red lamp ", "  "]


def index() -> Lexical:
    return Lexical.build(TITLE, TEXT, REST)


def test_the_title_weighs_more_than_the_description_and_attributes_least() -> None:
    found = index().scores(["lamp"])
    assert found[0] > found[1] > found[2] == 0
    attribute = Lexical.build(TITLE, TEXT, [" ", " ", " lamp "]).scores(["lamp"])
    assert attribute[1] > attribute[2] > 0


def test_words_that_nobody_has_score_nothing() -> None:
    assert index().scores(["zebra"]).tolist() == [0, 0, 0]
    assert index().scores([]).tolist() == [0, 0, 0]
    assert Lexical.build([" "], [" "], [" "]).scores(["lamp"]).tolist() == [0]


def test_it_comes_back_from_disk_unless_it_is_another_ones(tmp_path: Path) -> None:
    index().save(tmp_path, "one")
    index().save(tmp_path, "two")
    loaded = Lexical.load(tmp_path, "two")
    assert loaded is not None
    assert np.array_equal(loaded.scores(["lamp", "red"]), index().scores(["lamp", "red"]))
    assert Lexical.load(tmp_path, "one") is None
    (tmp_path / "lexical" / "text" / "vocab.index.json").write_text("{oops", encoding="utf-8")
    assert Lexical.load(tmp_path, "two") is None
    assert Lexical.load(tmp_path / "elsewhere", "two") is None


def test_rows_without_attributes_come_back_too(tmp_path: Path) -> None:
    plain = Lexical.build(TITLE, TEXT, [" ", " ", " "])
    plain.save(tmp_path, "x")
    loaded = Lexical.load(tmp_path, "x")
    assert loaded is not None
    assert np.array_equal(loaded.scores(["lamp"]), plain.scores(["lamp"]))
