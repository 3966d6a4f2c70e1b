"""Imports that are killed, at any moment, and finished by the next one: the shop is what it would have been."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from shops import WordEmbedder

from benchmarks.shop_content import content, differences
from retrieval.catalogue import load
from retrieval.errors import ShopError
from retrieval.importer import ImportReport, import_shop
from retrieval.query import Filters
from retrieval.search import Shelf

ROWS = [("L1", "Reading lamp with dimmer", "49.90"), ("L2", "Floor lamp with shade", "129.00"),
        ("L3", "Clip-on desk lamp", "24.50"), ("L4", "Night light for children", "9.00"), ("L5", "Torch", "5")]  # fmt: skip
CHANGED = [("L1", "Bedside lamp with dimmer", "49.90"), ("L9", "Floor lamp with shade", "129.00"),
           ("L3", "Clip-on desk lamp", "20.00"), ("L4", "Night light for cellars", "9.00"), ("L5", "Torch", "ten")]  # fmt: skip

# A process that imports, and kills itself at the n-th thing that it does to a file, a folder or a table of the shop.
CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from retrieval import pages
from retrieval.work import Work
from shops import WordEmbedder

count = 0
def step():
    global count
    count += 1
    if count == {moment}:
        os.kill(os.getpid(), signal.SIGKILL)

SHOP, TOUCHES = {shop!r}, ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.copyfile", "sqlite3.connect")
def hook(event, args):
    written = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if (written or event in TOUCHES) and SHOP in str(args[:2]):
        step()

take_over = Work._take_over
def slowly(self, *args):
    step()
    take_over(self, *args)
    step()
Work._take_over = slowly

pages._PAGE = 2
from test_killed import imported
import chromadb, bm25s
sys.addaudithook(hook)
imported(Path(SHOP), Path({feeds!r}))
print(count)
"""


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.pages._PAGE", 2)


def write_feeds(folder: Path, rows: list[tuple[str, str, str]]) -> Path:
    """Products, reviews, pictures and policies under ``folder``."""
    (folder / "img").mkdir(parents=True)
    lines = [f"{i},{title},{price},img/{i}.png\n" for i, title, price in rows]
    for i, title, _ in rows:
        (folder / "img" / f"{i}.png").write_bytes(title.encode())
    (folder / "lamps.csv").write_text("id,title,price,image\n" + "".join(lines), encoding="utf-8")
    reviews = [f"{i},{title} is fine\n" for i, title, _ in rows]
    (folder / "reviews.csv").write_text("product_id,text\n" + "".join(reviews), encoding="utf-8")
    (folder / "policies").mkdir()
    (folder / "policies" / "returns.md").write_text(f"# Returns\n\n{len(rows)} days, {rows[0][1]} too.")
    return folder


def imported(shop: Path, feeds: Path, model: WordEmbedder | None = None) -> ImportReport:
    """All that lies in ``feeds``, in ``shop``."""
    return import_shop(
        shop,
        [feeds / "lamps.csv"],
        reviews=[feeds / "reviews.csv"],
        policies=[feeds / "policies"],
        embedder=model or WordEmbedder(),
    )


def child(shop: Path, feeds: Path, moment: int) -> "subprocess.CompletedProcess[str]":
    code = CHILD.format(tests=str(Path(__file__).parent), shop=str(shop), feeds=str(feeds), moment=moment)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many things an import does to its shop."""
    folder = tmp_path_factory.mktemp("steps")
    done = child(folder / "shop", write_feeds(folder / "feeds", ROWS), 0)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize(("fresh", "share"), [(True, 0.45), (False, 0.75), (False, 0.95)])
def test_the_shop_is_what_it_would_have_been(
    tmp_path: Path, steps: int, fresh: bool, share: float, small_pages: None
) -> None:
    before, after = write_feeds(tmp_path / "before", ROWS), write_feeds(tmp_path / "after", CHANGED)
    for shop in ("shop", "calm"):
        if not fresh:
            imported(tmp_path / shop, before)
    old = None if fresh else load(tmp_path / "shop")
    done = child(tmp_path / "shop", after, round(share * steps))
    assert done.returncode == -signal.SIGKILL, done.stderr
    # Meanwhile a reader sees no shop, the old one, or the new one, and nothing between.
    if fresh:
        with pytest.raises(ShopError, match="interrupted"):
            Shelf.open(tmp_path / "shop")
    else:
        imported(tmp_path / "calm", after)
        assert load(tmp_path / "shop").entries in (old.entries if old else (), load(tmp_path / "calm").entries)
        assert Shelf.open(tmp_path / "shop", embedder=WordEmbedder()).count(Filters()) in (4, 5)
    imported(tmp_path / "shop", after)
    imported(tmp_path / "calm", after)
    assert differences(content(tmp_path / "calm"), content(tmp_path / "shop")) == []
    assert [p.name for p in (tmp_path / "shop" / ".import").iterdir()] == ["lock"]


class Dying(WordEmbedder):
    """Stops the import after some texts."""

    def encode(self, texts):  # type: ignore[no-untyped-def]
        if len(self.seen) >= 2:
            raise KeyboardInterrupt
        return super().encode(texts)


def products(model: WordEmbedder) -> list[str]:
    """The texts of products that a model was given; those of documents are few, and made last."""
    titles = {title for _, title, _ in ROWS + CHANGED}
    return [text for text in model.seen if text.removesuffix(". ") in titles]


def test_what_was_embedded_is_not_embedded_again(tmp_path: Path, small_pages: None) -> None:
    feeds = write_feeds(tmp_path / "feeds", ROWS)
    dying, model = Dying(), WordEmbedder()
    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path / "shop", feeds, dying)
    report = imported(tmp_path / "shop", feeds, model)
    assert (len(dying.seen), len(products(model)), report.embedded) == (2, 3, 3)
    # The texts of a page stay together, whatever was done before.
    calm = WordEmbedder()
    imported(tmp_path / "calm", feeds, calm)
    assert products(dying) + products(model) == products(calm)


def test_what_was_embedded_for_another_feed_is_forgotten(tmp_path: Path, small_pages: None) -> None:
    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path / "shop", write_feeds(tmp_path / "before", ROWS), Dying())
    after, model = write_feeds(tmp_path / "after", CHANGED), WordEmbedder()
    imported(tmp_path / "shop", after, model)
    imported(tmp_path / "calm", after)
    assert len(products(model)) == 4
    # Pictures stay: nothing that a shop ever showed is deleted.
    calm, shop = content(tmp_path / "calm"), content(tmp_path / "shop")
    assert calm.pop("files").items() <= shop.pop("files").items()
    assert differences(calm, shop) == []


def test_only_one_import_at_a_time(tmp_path: Path) -> None:
    feeds = write_feeds(tmp_path / "feeds", ROWS)

    class Second(WordEmbedder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            with pytest.raises(ShopError, match=r"Another import into .*shop is running"):
                imported(tmp_path / "shop", feeds)
            return super().encode(texts)

    assert imported(tmp_path / "shop", feeds, Second()).products == 5
