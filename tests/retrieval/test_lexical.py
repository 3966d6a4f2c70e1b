"""The word index: what weighs how much, and that it comes back from disk as it went."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from retrieval import lexical
from retrieval.catalogue import Entry
from retrieval.lexical import Lexical
from retrieval.product import Product

PRODUCTS = [
    Product("0", "Desk lamp", "Bright lamp", attributes={"colour": "red"}),
    Product("1", "Desk", "For a lamp", brand="Oakley", attributes={"colour": "red", "lamp": True}),
    Product("2", "Chair", attributes={"colour": "red lamp", "lamp_holder": "brass", "folding": False}),
]


def index(products: list[Product] = PRODUCTS) -> Lexical:
    return Lexical.build(Entry.of(p, "test") for p in products)


def scores(built: Lexical, *said: str) -> list[float]:
    """Every row's BM25."""
    found, every = built.match([[word] for word in said]), np.zeros(built.size)
    every[found.rows] = found.text
    return every.tolist()


def test_the_title_weighs_more_than_the_description_and_values_least() -> None:
    first, second, third = scores(index(), "lamp")
    assert first > second > third > 0
    assert index().match([["bright"]]).rows.tolist() == [0]


def test_the_name_of_an_attribute_is_no_word_of_the_product() -> None:
    """That a chair says what its lamp holder is makes it no holder."""
    assert scores(index(), "holder") == [0, 0, 0]
    assert "holder" not in index()
    # A filter may ask for it all the same, as it always could.
    assert index().held("holder").tolist() == [False, False, True]
    # A true flag is said by its name, a false one not at all.
    assert index().held("lamp").all()
    assert not index().held("fold").any()


def test_held_are_the_rows_whose_words_have_it() -> None:
    entries = [Entry.of(p, "test") for p in PRODUCTS]
    for word in {w for e in entries for w in e.words.split()} | {"zebra", ""}:
        assert index().held(word).tolist() == [f" {word} " in e.words for e in entries]


def test_words_that_nobody_has_score_nothing() -> None:
    assert scores(index(), "zebra") == scores(index()) == [0, 0, 0]
    assert scores(index([Product("1", "!")]), "lamp") == [0]
    assert len(index().match([["zebra"]]).rows) == len(index().match([]).rows) == 0


def test_a_match_knows_which_words_each_row_has() -> None:
    found = index().match([["desk"], ["red"], ["zebra"]])
    assert found.rows.tolist() == [0, 1, 2]
    assert found.has.tolist() == [[True, True, False], [True, True, True], [False, False, False]]
    assert found.rarity[0] > found.rarity[1] > 0
    assert found.text == pytest.approx(np.add(scores(index(), "desk"), scores(index(), "red")))


def test_the_best_part_of_a_record_counts_alone() -> None:
    one, two = Product("1", "Lamp", "Nice"), Product("2", "Lamp", "Lamp")
    found = index([one, two]).match([["lamp"]])
    assert found.text[1] > found.text[0]
    assert found.field[1] == pytest.approx(max(found.field[0], found.text[1] - found.text[0]))


def test_of_two_spellings_the_better_one_counts() -> None:
    both = index().match([["bright", "red"]])
    assert both.has.all()
    # Together they are as rare as one word that all three rows have, and each row has what its better spelling earns.
    bright, red = index().match([["bright"]]), index().match([["red"]])
    assert both.rarity == red.rarity < bright.rarity
    assert both.text == pytest.approx([(bright.text / bright.rarity * both.rarity)[0], *red.text[1:]])


def test_it_comes_back_from_disk_unless_it_is_another_ones(tmp_path: Path) -> None:
    index().save(tmp_path, "one")
    index().save(tmp_path, "two")
    loaded = Lexical.load(tmp_path, "two")
    assert loaded is not None
    assert scores(loaded, "lamp", "red") == scores(index(), "lamp", "red")
    assert Lexical.load(tmp_path, "one") is None
    (tmp_path / "lexical" / "text" / "vocab.index.json").write_text("{oops", encoding="utf-8")
    assert Lexical.load(tmp_path, "two") is None
    assert Lexical.load(tmp_path / "elsewhere", "two") is None


def test_an_index_of_other_parts_is_not_taken_for_this_one(tmp_path: Path) -> None:
    index().save(tmp_path, "x")
    stamp = tmp_path / "lexical" / "stamp.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text("utf-8")), "parts": ["text", "attributes"]}), "utf-8")
    assert Lexical.load(tmp_path, "x") is None


def test_rows_without_attributes_come_back_too(tmp_path: Path) -> None:
    plain = index([Product("1", "Lamp"), Product("2", "Desk")])
    plain.save(tmp_path, "x")
    loaded = Lexical.load(tmp_path, "x")
    assert loaded is not None
    assert scores(loaded, "lamp") == scores(plain, "lamp")


@pytest.mark.parametrize("seed", range(6))
def test_the_best_are_found_without_looking_at_every_row(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "_FEW", 5)
    monkeypatch.setattr(lexical, "_SPARSE", 2)
    rng = random.Random(seed)
    common, rare = ["lamp", "desk", "red"], [f"brand{n}" for n in range(30)]
    built = index(
        [
            Product(
                f"{n:04}", " ".join([*rng.choices(common, k=rng.randint(1, 3)), rng.choice(rare)]), rng.choice(common)
            )
            for n in range(600)
        ]
    )
    said = [["red"], ["lamp", "desk"], ["brand3"], ["absent"]]
    every = built.match(said)
    masks = [np.ones(600, dtype=bool), np.arange(600) % 7 == 0, np.arange(600) < 3, np.zeros(600, dtype=bool)]
    chosen, text_top, field_top = built.best(said, masks, 20)
    assert (text_top, field_top) == (every.text.max(), every.field.max())
    scores = np.zeros(600, dtype=np.float32)
    scores[every.rows] = every.text + every.field
    for mask, rows in zip(masks, chosen, strict=True):
        wanted = np.sort(scores[mask & (scores > 0)])[::-1][:20]
        assert np.sort(scores[rows])[::-1].tolist() == wanted.tolist()
        assert mask[rows].all()


def test_some_rows_are_matched_as_among_all() -> None:
    built = index()
    every, some = built.match([["bright"], ["red"]]), built.match([["bright"], ["red"]], np.array([0]))
    at = every.rows.tolist().index(0)
    assert (some.text[0], some.field[0]) == (every.text[at], every.field[at])
    assert some.has[:, 0].tolist() == every.has[:, at].tolist()
