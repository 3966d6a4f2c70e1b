"""The embedder's recipe: what a query asks for is known, its negatives lack it, and the shop can use the result."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from finetune.embed import SHIPPED, EmbedSettings, Trained, batches, train
from finetune.overlap import whole_words
from finetune.pairs import Item, draw, item_of, of_shop
from finetune.settings import RecipeError, load
from retrieval import catalogue
from retrieval.embed import open_embedder
from retrieval.importer import import_shop
from retrieval.product import Product
from retrieval.vectors import Vectors

LAMPS = [
    (f"{maker} {colour.lower()} {kind}", maker)
    for colour in ("Red", "Blue", "White")
    for kind in ("desk lamp", "floor lamp", "picture frame", "oven glove")
    for maker in ("Larkholm", "Brightwell")
]


def settings(folder: Path, *more: str) -> EmbedSettings:
    strong = ["queries=40", "batch=4", "steps=2", "checkpoint=1", "log=1", "warmup=0", "learning_rate=0.001"]
    given = [f"shop={folder / 'shop'}", f"out={folder / 'run'}", *strong, "bf16=false", *more]
    return load(EmbedSettings, SHIPPED, None, given)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of two dozen products in ``shop``."""
    place = tmp_path_factory.mktemp("embed")
    rows = [f"{n},{title},{maker},{n + 5}" for n, (title, maker) in enumerate(LAMPS)]
    (place / "feed.csv").write_text("id,title,brand,price\n" + "\n".join(rows), encoding="utf-8")
    import_shop(place / "shop", [place / "feed.csv"], embedder=open_embedder())
    return place


@pytest.fixture(scope="module")
def made(folder: Path) -> Trained:
    """A run of two steps."""
    return train(settings(folder))


def test_the_shipped_file_names_every_key_and_explains_it() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    head = text[: text.index("\nshop:")]
    assert list(yaml.safe_load(text)) == list(EmbedSettings.model_fields)
    assert [key for key in EmbedSettings.model_fields if not re.search(rf"\b{key}[ ,:]", head)] == []


def test_a_query_asks_for_what_its_product_has() -> None:
    product = Product(
        "1", "Acme TurboX wireless gaming mouse", brand="Acme", attributes={"colour": "Black", "usb": True}
    )
    item = item_of(product, "gaming mouse")
    # Black and USB stand in the record and not in the text that is embedded: nobody asks for them by its vector.
    assert item.values == {"turbox", "wireless", "black", "usb"} and item.told == ("turbox", "wireless")
    rng, asked = random.Random(1), 0
    for _ in range(200):
        found = draw(rng, item)
        assert found is not None
        query, type_, brand, values = found
        assert item.has(type_, brand, values) and all(v in query for v in values) and brand in query
        asked += bool(values)
    assert asked > 50
    assert Item(product, "", frozenset(), (), "").has("", "", ()) and not item.has("mouse pad", "", ())
    assert item.has("mouse", "", ()) and not item.has("", "other", ()) and not item.has("", "", ("red",))


def test_a_negative_lacks_what_was_asked_for_and_no_test_query_is_drawn(folder: Path) -> None:
    shop = catalogue.load(folder / "shop")
    with Vectors(folder / "shop", open_embedder().name) as store:
        matrix = store.matrix([entry.product.id for entry in shop.entries])
    held = frozenset({"desk lamp", "floor lamps"})
    pairs = of_shop(shop, matrix, open_embedder(), 60, 2, held, seed=3)
    assert len(pairs) > 20 and held.isdisjoint(whole_words(pair.query) for pair in pairs)
    for pair in pairs:
        assert len(set(pair.wrong)) == 2 and pair.text not in pair.wrong
    lamps = [pair for pair in pairs if pair.query == "red desk lamp"]
    assert all("red desk lamp" in p.text and not any("red desk lamp" in w for w in p.wrong) for p in lamps)


def test_no_batch_holds_a_topic_twice_and_every_epoch_has_its_order() -> None:
    topics = [f"t{n % 7}" for n in range(70)]
    first, again, other = (list(batches(topics, 5, seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert all(len({topics[row] for row in batch}) == 5 for batch in first)
    rows = [row for batch in first for row in batch]
    assert len(rows) == len(set(rows)) > 50
    assert list(batches(["same"] * 9, 2, 1)) == []


def test_the_shop_uses_what_was_trained(folder: Path, made: Trained) -> None:
    assert made.steps == 2 and made.folder == folder / "run"
    log = [json.loads(line) for line in (made.folder / "log.jsonl").read_text("utf-8").splitlines()]
    assert [row["step"] for row in log] == [1, 2]
    before, after = open_embedder(), open_embedder(str(made.folder))
    texts = ["desk lamp", "oven glove"]
    assert after.dimension == before.dimension
    assert 1e-4 < np.abs(after.encode(texts) - before.encode(texts)).max() < 1
    report = import_shop(folder / "shop2", [folder / "feed.csv"], embedder=after)
    assert report.embedded == len(LAMPS)
    assert catalogue.load(folder / "shop2").meta["embedder"] == after.name


def test_a_run_is_not_overwritten_and_goes_on_when_asked(folder: Path, made: Trained) -> None:
    with pytest.raises(RecipeError, match=r"holds a run already.*resume=true"):
        train(settings(folder))
    assert train(settings(folder, "resume=true", "steps=3")).steps == 3


def test_a_shop_without_vectors_and_rows_that_are_no_pairs_are_named(folder: Path, tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [folder / "feed.csv"], embedder=None)
    with pytest.raises(RecipeError, match="has no vectors of all-MiniLM-L6-v2"):
        train(settings(tmp_path))
    rows = tmp_path / "pairs.jsonl"
    rows.write_text('{"query": "lamp", "text": "Desk lamp", "wrong": ["Desk"]}\n{"query": "lamp"}\n', "utf-8")
    with pytest.raises(RecipeError, match="row 2 is no pair"):
        train(settings(tmp_path, "shop=null", f"pairs={rows}"))
    rows.write_text('{"query": "lamp", "text": "Desk lamp", "wrong": ["Desk"]}\n', "utf-8")
    with pytest.raises(RecipeError, match="There are 1 pairs to learn from and a batch is 4"):
        train(settings(tmp_path, "shop=null", f"pairs={rows}"))
