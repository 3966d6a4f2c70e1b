"""Vectors in the shop's folder and on a real Chroma server: the same results, and shops that do not meet there."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import chromadb
import numpy as np
import pytest
from shops import WordEmbedder

from retrieval import nearest, vectors
from retrieval.errors import ShopError, ShopTalkError
from retrieval.importer import import_shop
from retrieval.query import Filters, Query
from retrieval.search import Shelf

COLOURS = ["red", "blue", "green", "white", "black", "brass"]


def feed(folder: Path, size: int = 120) -> Path:
    rows = [f"{n:03},{COLOURS[n % 6]} {'desk' if n % 2 else 'floor'} lamp {n},{n}" for n in range(size)]
    file = folder / "lamps.csv"
    file.write_text("id,title,price\n" + "\n".join(rows), encoding="utf-8")
    return file


def made(folder: Path, file: Path, at: str | None = None) -> Path:
    import_shop(folder, [file], embedder=WordEmbedder(), vectors_at=at)
    return folder


def collections(url: str) -> set[str]:
    client = vectors._connected(url, Path())
    names = {found.name for found in client.list_collections()}
    vectors._close(client)
    return names


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server of its own, as `chroma run` starts it."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(folder / "data"), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        for _ in range(240):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "the server ended at once"
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def found(folder: Path, **query: object) -> list[tuple[str, float]]:
    opened = Shelf.open(folder, embedder=WordEmbedder())
    hits = opened.search(Query("brass desk lamp", 8, **query))  # type: ignore[arg-type]
    return [(h.product.id, round(h.parts["dense"], 4)) for h in hits]


@pytest.mark.parametrize("by_index", [False, True])
def test_a_server_gives_what_the_folder_gives(
    server: str, tmp_path: Path, by_index: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by_index:
        for name, value in (("EXACT", 5), ("_LEAST", 20), ("_MOST", 1.0)):
            monkeypatch.setattr(nearest, name, value)
        monkeypatch.setattr("retrieval.contenders.ALL", 10)
    file = feed(tmp_path)
    local = made(tmp_path / "local", file)
    remote = made(tmp_path / "remote", file, server)
    assert not (remote / vectors.FOLDER).exists()
    assert found(remote) == found(local)
    assert found(remote, filters=Filters(price_max=3000)) == found(local, filters=Filters(price_max=3000))


def test_a_second_import_embeds_nothing_and_a_changed_row_once(server: str, tmp_path: Path) -> None:
    file = feed(tmp_path)
    made(tmp_path / "shop", file, server)
    again = WordEmbedder()
    import_shop(tmp_path / "shop", [file], embedder=again)
    assert again.seen == []
    file.write_text(
        file.read_text(encoding="utf-8").replace("red floor lamp 0,", "pink floor lamp 0,"), encoding="utf-8"
    )
    import_shop(tmp_path / "shop", [file], embedder=again)
    assert len(again.seen) == 1
    assert found(tmp_path / "shop")


def test_shops_on_one_server_do_not_touch_each_other(server: str, tmp_path: Path) -> None:
    file = feed(tmp_path)
    for name in ("one", "two"):
        made(tmp_path / name, file, server)
    before = found(tmp_path / "one")
    # Another model for one shop forgets that shop's old vectors, and no other's.
    import_shop(tmp_path / "two", [file], embedder=WordEmbedder("other"), change_embedder=True)
    shutil.rmtree(tmp_path / "one" / nearest.FOLDER)
    assert found(tmp_path / "one") == before


def test_a_copied_shop_finds_its_vectors(server: str, tmp_path: Path) -> None:
    before = found(made(tmp_path / "shop", feed(tmp_path), server))
    copied = Path(shutil.copytree(tmp_path / "shop", tmp_path / "copy"))
    shutil.rmtree(copied / nearest.FOLDER)
    assert found(copied) == before


def renamed(file: Path, what: str) -> Path:
    """The same feed with the lamps of one colour called otherwise."""
    file.write_text(file.read_text(encoding="utf-8").replace("brass desk", f"{what} hall"), encoding="utf-8")
    return file


@pytest.mark.parametrize("imported", ["shop", "copy"])
def test_an_import_into_a_copy_or_its_original_leaves_the_other_alone(
    server: str, tmp_path: Path, imported: str
) -> None:
    before = found(made(tmp_path / "shop", file := feed(tmp_path), server))
    shutil.copytree(tmp_path / "shop", tmp_path / "copy")
    other = "copy" if imported == "shop" else "shop"
    shutil.rmtree(tmp_path / other / nearest.FOLDER)
    assert found(tmp_path / other) == before
    for what in ("tin", "oak", "ash"):
        made(tmp_path / imported, renamed(file, what))
        shutil.rmtree(tmp_path / other / nearest.FOLDER)
        assert found(tmp_path / other) == before
    assert found(tmp_path / imported) != before


def test_a_server_keeps_the_vectors_of_now_and_those_of_before(server: str, tmp_path: Path) -> None:
    others = collections(server)
    file = feed(tmp_path, 30)
    made(tmp_path / "shop", file, server)
    opened = vectors.Vectors(tmp_path / "shop", "words")
    made(tmp_path / "shop", renamed(file, "tin"))
    # Who had the shop open goes on with what it had.
    assert opened.count() == 30
    opened.close()
    for text in ("brass", "oak"):
        file.write_text(file.read_text(encoding="utf-8").replace("red floor", f"{text} floor"), encoding="utf-8")
        made(tmp_path / "shop", file)
        file.write_text(file.read_text(encoding="utf-8").replace(f"{text} floor", "red floor"), encoding="utf-8")
    now = vectors.place_of(tmp_path / "shop")
    assert now is not None
    assert collections(server) - others == {now.collection, now.previous}


def test_a_shop_that_the_server_forgot_is_told_and_made_anew(server: str, tmp_path: Path) -> None:
    before = found(made(tmp_path / "shop", file := feed(tmp_path, 30), server))
    place = vectors.place_of(tmp_path / "shop")
    assert place is not None
    vectors.release(place.url, place.collection, tmp_path / "shop")
    with pytest.raises(ShopError, match=r"has the vectors of the shop in .* no more.*shoptalk import"):
        found(tmp_path / "shop")
    assert found(made(tmp_path / "shop", file)) == before


def test_what_a_killed_import_left_on_the_server_is_deleted(server: str, tmp_path: Path) -> None:
    file = feed(tmp_path, 30)
    before = found(made(tmp_path / "shop", file, server))
    others = collections(server)

    class Broken(WordEmbedder):
        def encode(self, texts: Sequence[str]) -> np.ndarray:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_shop(tmp_path / "shop", [renamed(file, "tin")], embedder=Broken())
    assert len(collections(server) - others) == 1
    assert found(tmp_path / "shop") == before
    made(tmp_path / "shop", renamed(file, "tin"))
    now = vectors.place_of(tmp_path / "shop")
    assert now is not None
    assert collections(server) - others == {now.collection}


def test_vectors_move_to_a_server_and_back_without_being_made_anew(server: str, tmp_path: Path) -> None:
    file = feed(tmp_path, 30)
    shop = made(tmp_path / "shop", file)
    before, others = found(shop), collections(server)
    for place in (server, ""):
        model = WordEmbedder()
        import_shop(shop, [file], embedder=model, vectors_at=place)
        assert model.seen == []
        shutil.rmtree(shop / nearest.FOLDER)
        assert found(shop) == before
    assert collections(server) == others
    assert not (shop / vectors.SERVER).exists()


def test_vectors_of_a_server_that_is_gone_are_made_anew_elsewhere(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop", file := feed(tmp_path, 30))
    before = found(shop)
    shutil.rmtree(shop / nearest.FOLDER)
    vectors.note(shop, vectors.Place("http://127.0.0.1:1", "products-1"))
    with pytest.raises(ShopError, match=r"Chroma server at http://127\.0\.0\.1:1 does not answer.*chroma run"):
        made(shop, file)
    assert found(made(shop, file, "")) == before


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", "http://host/path", "nonsense"])
def test_what_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ShopError, match="no address of a Chroma server"):
        made(tmp_path / "shop", feed(tmp_path), url)
    assert not (tmp_path / "shop").exists()


def test_an_import_that_fails_moves_nothing(server: str, tmp_path: Path) -> None:
    shop = made(tmp_path / "shop", file := feed(tmp_path, 30))
    before, others = found(shop), collections(server)
    for feeds, model, at, error in (
        (tmp_path / "nope.csv", WordEmbedder(), server, "There is no file"),
        (file, WordEmbedder(), "http://127.0.0.1:1", "does not answer"),
        (file, None, server, "exclude each other"),
    ):
        with pytest.raises(ShopTalkError, match=error):
            import_shop(shop, [feeds], embedder=model, vectors_at=at)
    assert (found(shop), collections(server)) == (before, others)
    assert not (shop / vectors.SERVER).exists()
    with pytest.raises(ShopTalkError, match="There is no file"):
        import_shop(tmp_path / "new", [tmp_path / "nope.csv"], embedder=WordEmbedder(), vectors_at=server)
    assert not (tmp_path / "new").exists()


def test_a_broken_note_of_the_server_is_told(tmp_path: Path) -> None:
    (tmp_path / vectors.SERVER).write_text("{oops", encoding="utf-8")
    with pytest.raises(ShopError, match=r"vectors\.json cannot be read.*--vectors"):
        vectors.Vectors(tmp_path, "words")


def test_the_mapped_file_is_made_anew_when_the_vectors_changed(tmp_path: Path) -> None:
    """A file of another day, of another size or half written is never searched."""
    shop = made(tmp_path / "shop", feed(tmp_path, 30))
    before = found(shop)
    rows = shop / nearest.FOLDER / "rows.npy"
    for broken in (b"", rows.read_bytes()[:200]):
        rows.write_bytes(broken)
        assert found(shop) == before
    (shop / nearest.FOLDER / "stamp").write_text("of another day", encoding="utf-8")
    assert found(shop) == before
    client = chromadb.PersistentClient(shop / vectors.FOLDER)
    (collection,) = client.list_collections()
    collection.delete(ids=["001"])
    client.close()
    opened = nearest.open_nearest(shop, "words", [f"{n:03}" for n in range(30)], "")
    assert not opened.matrix[1].any()
    assert opened.matrix[2].any()
