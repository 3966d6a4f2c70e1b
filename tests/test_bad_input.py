"""A user's mistake: one clear line on standard error, exit code 2, no traceback, and the shop as it was."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
FEED = """id,title,brand,price,colour
L1,Reading lamp with dimmer,Larkholm,49.90,red
L2,Floor lamp with shade,Larkholm,129.00,white
L3,Clip-on desk lamp,Brightwell,24.50,black
"""
LONG = "lamp " * 19_999 + "lamps"
# Nobody listens there: the rules read alone, which is quick and the same on every machine.
DEAD = ["--model", "vllm:none@http://127.0.0.1:9/v1"]
CONTROL = "a red lamp\x00\x1b[2J\x07 under \x0b$60\u202e\r\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, shoptalk_process: Run) -> Path:
    """A small shop, made the ordinary way; without vectors, so that no command here waits for the embedding model."""
    folder = tmp_path_factory.mktemp("bad_input")
    (folder / "lamps.csv").write_text(FEED, encoding="utf-8")
    done = shoptalk_process("import", folder / "lamps.csv", "--shop", folder / "shop", "--no-embed")
    assert done.returncode == 0, done.stderr
    return folder / "shop"


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    """A copy of the small shop for one test, in a folder where the test's other files lie."""
    return Path(shutil.copytree(made, tmp_path / "shop"))


def content(shop: Path) -> str:
    """A hash of what a shop holds: every row of its database. (Chroma writes to its own files whenever it is opened.)"""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(f"file:{shop / 'shop.sqlite'}?mode=ro", uri=True)) as database:
        for line in database.iterdump():
            digest.update(line.encode())
    return digest.hexdigest()


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The contract for a user's mistake; ``words`` name what is wrong."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert (done.returncode, len(lines)) == (2, 1), done.stdout + done.stderr
    assert lines[0].startswith("shoptalk: ")
    assert "Traceback" not in done.stdout
    for word in words:
        assert word in lines[0]


# Name -> (content of the feed, options, words that the message must have). None is a feed that does not exist.
FEEDS: dict[str, tuple[bytes | None, list[str], list[str]]] = {
    "missing": (None, [], ["feed.csv"]),
    "empty": (b"", [], ["feed.csv", "empty"]),
    "header only": (b"id,title,price\n", [], ["feed.csv"]),
    "wrong column": (FEED.encode(), ["--map", "title=headline"], ["headline", "title"]),
    "unknown field": (FEED.encode(), ["--map", "titel=title"], ["titel", "title"]),
    "no mapping": (FEED.encode(), ["--map", "title"], ["title"]),
    "no title": (b"id,b\n1,2\n", [], ["feed.csv", "title"]),
    "not a feed": (bytes(range(256)) * 40, [], ["feed.csv"]),
    "no currency": (FEED.encode(), ["--currency", "bucks"], ["bucks"]),
    "unknown format": (FEED.encode(), ["--format", "xls"], ["xls"]),
}


@pytest.mark.parametrize("case", FEEDS)
def test_a_feed_that_cannot_be_read(case: str, shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    text, options, words = FEEDS[case]
    feed = tmp_path / "feed.csv"
    if text is not None:
        feed.write_bytes(text)
    before = content(shop)
    assert_one_line(shoptalk("import", feed, "--shop", shop, *options), *words)
    assert content(shop) == before


def test_a_bad_row_is_reported_and_the_others_go_in(tmp_path: Path, shoptalk: Run) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(FEED + "L4,,Larkholm,10.00,blue\nL5,Bad price lamp,Larkholm,ten,blue\n", encoding="utf-8")
    done = shoptalk("import", feed, "--shop", tmp_path / "shop", "--no-embed")
    assert done.returncode == 0, done.stderr
    told = done.stdout + done.stderr
    assert "feed.csv:5" in told or "line 5" in told
    assert "3" in done.stdout


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """One scripted conversation."""
    path = tmp_path / "script.jsonl"
    path.write_text(json.dumps({"id": 1, "customer": None, "verified": False, "turns": ["a red lamp"]}) + "\n")
    return path


MODELS = {
    "unknown": ("nosuchmodel", "nosuchmodel"),
    "unknown provider": ("nosuchprovider:thing", "nosuchprovider"),
    "vllm without server": ("vllm:some-model", "vllm"),
    "missing script": ("script:nosuchfile.jsonl", "nosuchfile.jsonl"),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_model_that_nobody_knows(case: str, shop: Path, script: Path, shoptalk: Run) -> None:
    model, word = MODELS[case]
    before = content(shop)
    out = shop.parent / "out.jsonl"
    assert_one_line(shoptalk("play", "--in", script, "--out", out, "--shop", shop, "--model", model), word)
    assert content(shop) == before
    assert not out.exists()


def test_an_adapter_that_is_not_there(shop: Path, script: Path, shoptalk: Run) -> None:
    options = ["--in", script, "--out", shop.parent / "out.jsonl", "--shop", shop, "--adapter", "nosuchadapter"]
    assert_one_line(shoptalk("play", *options), "nosuchadapter")


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


@pytest.mark.parametrize("command", ["web", "demo"])
def test_a_port_that_is_taken(command: str, taken: str, shop: Path, shoptalk: Run) -> None:
    done = shoptalk(command, "--port", taken, "--no-browser", env={"SHOPTALK_SHOP": str(shop)})
    assert_one_line(done, taken)


def broken(shop: Path, how: str) -> Path:
    """``shop`` after an accident."""
    if how == "missing":
        return shop.parent / "nowhere"
    if how == "empty folder":
        (shop.parent / "nothing").mkdir()
        return shop.parent / "nothing"
    for database in shop.glob("*.sqlite"):
        if how == "garbage":
            database.write_bytes(b"this is no database " * 200)
        if how == "cut":
            database.write_bytes(database.read_bytes()[:5000])
        if how == "foreign":
            database.unlink()
            with closing(sqlite3.connect(database)) as other:
                other.execute("create table notes (text)")
    return shop


@pytest.mark.parametrize("how", ["missing", "empty folder", "garbage", "cut", "foreign"])
def test_a_shop_that_is_broken(how: str, shop: Path, shoptalk: Run) -> None:
    folder = broken(shop, how)
    files = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert_one_line(shoptalk("search", "lamp", "--shop", folder), str(folder))
    assert_one_line(shoptalk("chat", "--shop", folder, input="a lamp\n"), str(folder))
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == files


def test_broken_vectors_are_named(tmp_path: Path, shoptalk: Run) -> None:
    shop = tmp_path / "shop"
    (tmp_path / "feed.csv").write_text(FEED, encoding="utf-8")
    assert shoptalk("import", tmp_path / "feed.csv", "--shop", shop).returncode == 0
    before = content(shop)
    (store,) = shop.rglob("chroma.sqlite3")
    store.write_bytes(b"this is no database " * 200)
    assert_one_line(shoptalk("search", "lamp", "--shop", shop), "shop")
    assert content(shop) == before


def test_a_broken_shop_is_not_imported_over(shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    """What is left of a broken database may still be rescued by somebody."""
    broken(shop, "garbage")
    databases = {p: p.read_bytes() for p in shop.glob("*.sqlite")}
    (tmp_path / "feed.csv").write_text(FEED, encoding="utf-8")
    assert_one_line(shoptalk("import", tmp_path / "feed.csv", "--shop", shop), str(shop))
    assert {p: p.read_bytes() for p in shop.glob("*.sqlite")} == databases


def test_a_message_of_a_hundred_thousand_characters(shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    assert len(LONG) == 100_000
    before = content(shop)
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps({"id": "c7", "customer": None, "verified": False, "turns": ["a lamp", LONG]}))
    done = shoptalk("play", "--in", script, "--out", tmp_path / "out.jsonl", "--shop", shop, *DEAD)
    assert_one_line(done, "100,000")
    script.write_text(json.dumps({"id": "c8", "text": LONG}))
    assert_one_line(shoptalk("understand", "--in", script, "--out", tmp_path / "out.jsonl", *DEAD), "100,000", "c8")
    assert_one_line(shoptalk("search", LONG, "--shop", shop), "100,000")
    assert content(shop) == before


def test_a_long_message_does_not_end_a_conversation(shop: Path, shoptalk_process: Run) -> None:
    done = shoptalk_process("chat", "--shop", shop, *DEAD, input=f"a lamp, not Brightwell\n{LONG}\nunder $60\n")
    assert done.returncode == 0, done.stderr
    assert "100,000" in done.stdout + done.stderr
    # The wish said before the long message still holds after it.
    after = done.stdout[done.stdout.index("100,000") :]
    assert "Reading lamp" in after
    assert "Floor lamp" not in after
    assert "Clip-on" not in after


def test_control_characters_are_harmless(shop: Path, tmp_path: Path, shoptalk_process: Run) -> None:
    before = content(shop)
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps({"id": 1, "customer": None, "verified": False, "turns": [CONTROL]}))
    done = shoptalk_process("play", "--in", script, "--out", tmp_path / "out.jsonl", "--shop", shop, *DEAD)
    assert done.returncode == 0, done.stderr
    (row,) = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    # "red" is a soft wish and ranks; "under $60" is a hard one and holds.
    assert row["shown"][0] == "L1"
    assert "L2" not in row["shown"]
    assert not [c for c in row["reply"] if ord(c) < 32 or c == "\u202e"]
    assert content(shop) == before


def test_control_characters_in_a_feed_do_not_reach_the_terminal(tmp_path: Path, shoptalk: Run) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(FEED.replace("Reading", "Rea\x1b[2J\x07ding"), encoding="utf-8")
    assert shoptalk("import", feed, "--shop", tmp_path / "shop", "--no-embed").returncode == 0
    done = shoptalk("search", "lamp", "--shop", tmp_path / "shop")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


BATCHES = {
    "missing": (None, ["batch.jsonl"]),
    "no JSON": ("{oops\n", ["batch.jsonl", "1"]),
    "no object": ("[1, 2]\n", ["batch.jsonl", "1"]),
}


@pytest.mark.parametrize("case", BATCHES)
@pytest.mark.parametrize("command", ["play", "understand", "search"])
def test_a_batch_that_cannot_be_read(command: str, case: str, shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    text, words = BATCHES[case]
    batch, out = tmp_path / "batch.jsonl", tmp_path / "out"
    if text is not None:
        batch.write_text(text, encoding="utf-8")
    options = ["--queries", batch, "--run", out] if command == "search" else ["--in", batch, "--out", out]
    assert_one_line(shoptalk(command, *options, "--shop", shop), *words)
    assert not out.exists()


@pytest.mark.parametrize("command", ["play", "understand", "search"])
def test_an_empty_batch_succeeds(command: str, shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    batch, out = tmp_path / "batch.jsonl", tmp_path / "out"
    batch.touch()
    options = ["--queries", batch, "--run", out] if command == "search" else ["--in", batch, "--out", out]
    done = shoptalk(command, *options, "--shop", shop)
    assert (done.returncode, out.read_text()) == (0, ""), done.stderr


def test_an_unknown_suite_is_named_with_the_known_ones(tmp_path: Path, shoptalk_process: Run) -> None:
    done = shoptalk_process("eval", "run", "serch", "--out", tmp_path)
    assert_one_line(done, "serch", "search")
