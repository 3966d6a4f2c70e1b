"""Opinions are learned from marked sentences, kept, read again, and quoted from reviews."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.opinions.kept import open_reader, save
from assistant.opinions.linear import is_chinese, learn_near, near
from assistant.opinions.marked import OpinionError
from assistant.opinions.values import Quad, Sentence
from retrieval.embed import default_folder
from retrieval.errors import WeightsMissing


def marked() -> list[Sentence]:
    """Eight sentences: a thing, a judgement, or one of both unsaid."""
    found = []
    for thing, kind in (("battery", "POWER#QUALITY"), ("screen", "DISPLAY#QUALITY")):
        for word, mood in (("great", "positive"), ("awful", "negative")):
            found.append(Sentence(("the", thing, "is", word, "."), (Quad((1, 2), kind, (3, 4), mood),)))
            found.append(Sentence(("it", "is", word, "."), (Quad(None, "GOODS#GENERAL", (2, 3), mood),)))
    return found


@pytest.fixture(scope="module")
def encoder() -> Path:
    try:
        return default_folder()
    except WeightsMissing as error:
        pytest.skip(str(error))


def test_learned_kept_opened_and_quoted(encoder: Path, tmp_path: Path) -> None:
    from assistant.opinions.learn import learn
    from assistant.opinions.reader import f1
    from assistant.opinions.reviews import opinions
    from assistant.opinions.training import Recipe

    told: list[tuple[int, int]] = []
    train = marked()
    reader = learn(train, train, encoder, Recipe(epochs=30, batch=4), lambda done, of, what: told.append((done, of)))
    assert told[-1] == (60, 60)
    read = reader.read([s.words for s in train])
    assert f1([set(s.quads) for s in train], read) > 0.9
    save(reader, tmp_path / "r")
    again = open_reader(tmp_path / "r", encoder)
    assert again.read([s.words for s in train]) == read and again.threshold == reader.threshold
    review = "I bought it in May. The Battery is great. Nothing else to say"
    found = opinions(reader, ["", review])
    assert found[0] == []
    said = next(o for o in found[1] if o.aspect)
    assert (said.aspect, said.words, said.category, said.polarity) == ("Battery", "great", "POWER#QUALITY", "positive")
    assert review[said.start :].startswith(said.quote) and said.quote == "The Battery is great."
    assert all(o.quote in review for o in found[1])


def test_a_folder_without_a_reader_is_one_clear_fault(encoder: Path, tmp_path: Path) -> None:
    with pytest.raises(OpinionError, match="holds no reader"):
        open_reader(tmp_path, encoder)
    (tmp_path / "reader.json").write_text('{"categories": ["A#B"], "threshold": 0.5}')
    with pytest.raises(OpinionError, match="cannot be loaded"):
        open_reader(tmp_path, encoder)


def test_chinese_aspects_are_read_by_what_stands_around_them() -> None:
    from assistant.opinions.toward import Toward

    items = [
        Toward(f"{first}，{second}", "屏幕" if side == 0 else "电池", at, mood)  # type: ignore[arg-type]
        for first, second, moods in (
            ("屏幕很清晰", "电池太差了", ("positive", "negative")),
            ("屏幕太差了", "电池很耐用", ("negative", "positive")),
        )
        for side, (at, mood) in enumerate(((0, moods[0]), (6, moods[1])))
    ]
    reader = learn_near(items * 5)
    assert reader.read([near(i) for i in items]) == [i.polarity for i in items]
    assert is_chinese("屏幕很清晰 ok") and not is_chinese("a plain sentence 屏")
