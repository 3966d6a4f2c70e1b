"""Products found by a picture: exact filters hold, only what changed is looked at again, and no file can do harm."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.play import last_turn
from assistant.relative import beside_picture
from assistant.state import DialogueState
from assistant.turn import reply
from retrieval import looks
from retrieval.errors import QueryError, ShopError, WeightsMissing
from retrieval.importer import import_shop
from retrieval.looks import import_looks, read_picture
from retrieval.query import Filters, Query
from retrieval.search import Shelf

Run = Callable[..., "subprocess.CompletedProcess[str]"]
COLOURS = {"red": (200, 20, 20), "dark-red": (150, 10, 10), "green": (20, 180, 40), "blue": (20, 40, 200)}


class Histogram:
    """How often each of 64 colours occurs: a small image model that is honest about colours and blind to the rest."""

    def __init__(self, name: str = "histogram") -> None:
        self.name = name
        self.looked_at = 0

    def encode(self, pictures: Sequence[Image.Image]) -> np.ndarray:
        self.looked_at += len(pictures)
        rows = [np.histogramdd(np.asarray(p).reshape(-1, 3), bins=4, range=[(0, 256)] * 3)[0].ravel() for p in pictures]
        matrix = np.array(rows, dtype=np.float32)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def picture(colour: tuple[int, int, int], kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(content, kind)
    return content.getvalue()


def feed(folder: Path, **changed: tuple[int, int, int]) -> Path:
    folder.mkdir(exist_ok=True)
    rows = []
    for n, (name, colour) in enumerate((COLOURS | changed).items()):
        (folder / f"{name}.png").write_bytes(picture(colour))
        rows.append({"id": name, "title": f"{name} lamp", "price": 20 + 30 * n, "category": "Lamps",
                     "pictures": [f"{name}.png"]})  # fmt: skip
    rows.append({"id": "bare", "title": "bare lamp", "price": 5, "category": "Lamps"})
    rows.append({"id": "drawn", "title": "drawn lamp", "price": 5, "category": "Lamps", "pictures": ["drawn.svg"]})
    (folder / "drawn.svg").write_text("<svg/>")
    (folder / "feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / "feed.jsonl"


def made(shop: Path, where: Path, eyes: Histogram, **changed: tuple[int, int, int]) -> tuple[Shelf, looks.LooksReport]:
    import_shop(shop, [feed(where, **changed)], replace_feeds=True)
    report = import_looks(shop, Shelf.open(shop).products(Shelf.open(shop).ids), eyes)
    return Shelf.open(shop, picture_embedder=eyes), report


def found(shelf: Shelf, colour: tuple[int, int, int], filters: Filters | None = None, k: int = 9) -> list[str]:
    return [h.product.id for h in shelf.looking_like(picture(colour), Query("", k, filters or Filters()))]


def test_what_looks_like_a_picture_comes_first_under_exact_filters(tmp_path: Path) -> None:
    shelf, report = made(tmp_path / "shop", tmp_path / "feed", Histogram())
    assert report == looks.LooksReport(made=4, unchanged=0, without=2)
    assert found(shelf, (210, 30, 10))[0] == "red"
    assert found(shelf, (10, 30, 210))[0] == "blue"
    # A filter decides before the looks do, and what has no photograph looks like nothing.
    cheap = Filters(price_max=5000)
    assert set(found(shelf, (10, 30, 210), cheap)) == {"red", "dark-red"}
    assert len(found(shelf, (10, 30, 210), k=1)) == 1


def test_only_changed_pictures_are_looked_at_again_and_all_of_them_by_another_model(tmp_path: Path) -> None:
    eyes = Histogram()
    made(tmp_path / "shop", tmp_path / "feed", eyes)
    shelf, report = made(tmp_path / "shop", tmp_path / "feed", eyes, blue=(240, 240, 240))
    assert (report.made, report.unchanged) == (1, 3)
    assert found(shelf, (250, 250, 250))[0] == "blue"
    _, report = made(tmp_path / "shop", tmp_path / "feed", Histogram("another"))
    assert report.made == 4
    assert looks.recorded(tmp_path / "shop") == "another"


def test_an_import_that_breaks_leaves_the_looks_as_they_were(tmp_path: Path) -> None:
    eyes = Histogram()
    made(tmp_path / "shop", tmp_path / "feed", eyes)

    class Broken(Histogram):
        def encode(self, pictures: Sequence[Image.Image]) -> np.ndarray:
            raise ShopError("it broke", "mend it")

    with pytest.raises(ShopError):
        made(tmp_path / "shop", tmp_path / "feed", Broken(), red=(1, 2, 3))
    assert found(Shelf.open(tmp_path / "shop", picture_embedder=eyes), (210, 30, 10))[0] == "red"


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture((1, 2, 3))[:40]]
)
def test_what_is_no_picture_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(QueryError, match="no picture"):
        read_picture(content)


def test_a_small_file_that_claims_to_be_a_wall_is_not_opened() -> None:
    content = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(content, "PNG")
    with pytest.raises(QueryError):
        read_picture(content.getvalue())


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_pictures_of_other_kinds_are_read(kind: str) -> None:
    assert read_picture(picture((200, 20, 20), kind)).mode == "RGB"


def test_a_shop_without_looks_says_so(tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [feed(tmp_path / "feed")])
    shelf = Shelf.open(tmp_path / "shop")
    assert not shelf.sees
    with pytest.raises(QueryError, match="does not read pictures"):
        found(shelf, (1, 2, 3))


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        looks.open_picture_embedder(str(tmp_path))


@pytest.mark.parametrize(("text", "language"), [("under 60 dollars", "en"), ("不超过60美元", "zh")])
def test_a_turn_with_a_picture_keeps_the_wishes_in_words(tmp_path: Path, text: str, language: str) -> None:
    shelf, _ = made(tmp_path / "shop", tmp_path / "feed", Histogram())
    state = DialogueState("p")
    events = reply(state, text, shelf=shelf, model=None, picture=picture((20, 180, 40)))
    turn = last_turn(events)
    assert turn.understanding.language == language
    assert {c.product_id for c in turn.reply.shown} == {"red", "dark-red"}
    bare = last_turn(reply(state, "something like my picture", shelf=shelf, model=None, picture=picture((20, 180, 40))))
    assert bare.reply.shown[0].product_id == "green"
    assert not bare.preferences.wishes


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("something like this", ""),
        ("Something like my picture", ""),
        ("find me one like this under $50", "under $50"),
        ("in blue, similar to that photo", "in blue"),
        ("找和我图片相似的", ""),
        ("找和我图片相似的，不超过60美元", "不超过60美元"),
        ("a red lamp", "a red lamp"),
    ],
)
def test_what_only_points_at_the_picture_is_no_wish(text: str, rest: str) -> None:
    assert beside_picture(text) == rest


def tiny_clip(folder: Path) -> Path:
    """A CLIP with random weights, saved as sentence-transformers saves one."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Transformer
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPProcessor, CLIPTokenizer

    bare = folder / "bare"
    bare.mkdir()
    (bare / "vocab.json").write_text(json.dumps({"<|startoftext|>": 0, "<|endoftext|>": 1, "a</w>": 2}))
    (bare / "merges.txt").write_text("#version: 0.2\n")
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config={**sizes, "vocab_size": 3, "max_position_embeddings": 77, "bos_token_id": 0, "eos_token_id": 1},
        vision_config={**sizes, "image_size": 32, "patch_size": 8},
        projection_dim=16,
    )
    CLIPModel(config).save_pretrained(bare)
    images = CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    words = CLIPTokenizer(str(bare / "vocab.json"), str(bare / "merges.txt"))
    CLIPProcessor(images, words).save_pretrained(bare)
    SentenceTransformer(modules=[Transformer(str(bare))], device="cpu").save(
        str(folder / "clip"), create_model_card=False
    )
    return folder / "clip"


def test_a_clip_model_is_named_at_the_import_and_opened_with_the_shop(tmp_path: Path, shoptalk: Run) -> None:
    from assistant.build import open_shelf
    from assistant.config import Settings

    model, shop = tiny_clip(tmp_path), tmp_path / "shop"
    done = shoptalk(
        "import", str(feed(tmp_path / "feed")), "--shop", str(shop), "--no-embed", "--image-embedder", str(model)
    )
    assert done.returncode == 0, done.stderr
    assert "pictures: 4 read" in done.stderr
    shelf = open_shelf(Settings(shop=shop))
    assert shelf.sees
    for name, colour in COLOURS.items():
        hit = shelf.looking_like(picture(colour), Query("", 1))[0]
        assert hit.parts["looks"] == pytest.approx(1.0, abs=1e-3), name
    # The next import keeps them up to date by itself, and "none" takes them away.
    again = shoptalk("import", str(feed(tmp_path / "feed", blue=(9, 9, 9))), "--shop", str(shop), "--no-embed")
    assert "pictures: 1 read, 3 unchanged" in again.stderr
    shoptalk(
        "import", str(tmp_path / "feed" / "feed.jsonl"), "--shop", str(shop), "--no-embed", "--image-embedder", "none"
    )
    assert not open_shelf(Settings(shop=shop)).sees


def test_a_model_of_texts_is_refused_in_one_sentence(tmp_path: Path, shoptalk: Run) -> None:
    from retrieval.embed import SentenceEmbedder, open_embedder

    texts = open_embedder()
    assert isinstance(texts, SentenceEmbedder)
    done = shoptalk(
        "import", str(feed(tmp_path / "feed")), "--shop", str(tmp_path / "shop"), "--no-embed",
        "--image-embedder", str(texts.folder),
    )  # fmt: skip
    assert done.returncode == 2
    assert "cannot read pictures" in done.stderr
    assert "Traceback" not in done.stderr
