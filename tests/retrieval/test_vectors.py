"""Vectors in the shop's folder and on a real Chroma server: the same results, and shops that do not meet there."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest
from shops import WordEmbedder

from retrieval import nearest, vectors
from retrieval.errors import ShopError
from retrieval.importer import import_shop
from retrieval.query import Filters, Query
from retrieval.search import Shelf

COLOURS = ["red", "blue", "green", "white", "black", "brass"]


def feed(folder: Path, size: int = 120) -> Path:
    rows = [f"{n:03},{COLOURS[n % 6]} {'desk' if n % 2 else 'floor'} lamp {n},{n}" for n in range(size)]
    file = folder / "lamps.csv"
    file.write_text("id,title,price\n" + "\n".join(rows), encoding="utf-8")
    return file


def made(folder: Path, file: Path) -> Path:
    import_shop(folder, [file], embedder=WordEmbedder())
    return folder


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
    vectors.keep_at(tmp_path / "remote", server)
    remote = made(tmp_path / "remote", file)
    assert not (remote / vectors.FOLDER).exists()
    assert found(remote) == found(local)
    assert found(remote, filters=Filters(price_max=3000)) == found(local, filters=Filters(price_max=3000))


def test_a_second_import_embeds_nothing_and_a_changed_row_once(server: str, tmp_path: Path) -> None:
    file = feed(tmp_path)
    vectors.keep_at(tmp_path / "shop", server)
    made(tmp_path / "shop", file)
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
        vectors.keep_at(tmp_path / name, server)
        made(tmp_path / name, file)
    before = found(tmp_path / "one")
    # Another model for one shop forgets that shop's old vectors, and no other's.
    import_shop(tmp_path / "two", [file], embedder=WordEmbedder("other"), change_embedder=True)
    shutil.rmtree(tmp_path / "one" / nearest.FOLDER)
    assert found(tmp_path / "one") == before


def test_a_copied_shop_finds_its_vectors(server: str, tmp_path: Path) -> None:
    vectors.keep_at(tmp_path / "shop", server)
    before = found(made(tmp_path / "shop", feed(tmp_path)))
    copied = Path(shutil.copytree(tmp_path / "shop", tmp_path / "copy"))
    shutil.rmtree(copied / nearest.FOLDER)
    assert found(copied) == before


def test_vectors_move_to_a_server_and_back(server: str, tmp_path: Path) -> None:
    file = feed(tmp_path, 30)
    shop = made(tmp_path / "shop", file)
    before = found(shop)
    for place in (server, ""):
        vectors.keep_at(shop, place)
        assert found(made(shop, file)) == before


def test_a_dead_server_is_told_with_its_address(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match=r"Chroma server at http://127\.0\.0\.1:1 does not answer.*chroma run"):
        vectors.keep_at(tmp_path, "http://127.0.0.1:1")
        vectors.Vectors(tmp_path, "words")


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", "http://host/path", "nonsense"])
def test_what_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ShopError, match="no address of a Chroma server"):
        vectors.keep_at(tmp_path, url)
    assert not vectors.exists(tmp_path)


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
