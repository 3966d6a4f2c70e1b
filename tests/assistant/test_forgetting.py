"""A customer is erased everywhere: no byte of theirs stays, everything else does, and the receipt names each place."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from pathlib import Path

import profile_shop
import pytest

from assistant.build import open_forgetting, open_gate, open_store
from assistant.config import Settings
from assistant.errors import ProfileError
from assistant.forgetting import Receipt, files
from assistant.forgetting.traces import Traces
from assistant.profile.traits import Trait
from assistant.state import Preferences, Reply, Turn, Understanding
from retrieval import catalogue
from retrieval.forgotten import KEY
from retrieval.importer import import_shop

SECRET = "xylophone-kumquat-4711"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return profile_shop.make(tmp_path_factory.mktemp("forgetting"))


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    """The shop with what Anna left in every place, the secret among it."""
    shop = Path(shutil.copytree(made, tmp_path / "shop"))
    store = open_store(Settings(shop=shop))
    for customer, text in (
        ("ANNA-1", f"you may call me {SECRET} as long as you do not tell it to anybody else"),
        ("BERT-22", "a lamp for my desk, please"),
    ):
        state = store.new(customer, verified=True)
        store.append(state.id, Turn(1, text, Understanding("find"), Preferences(), Reply()))
        (shop / "export.jsonl").open("a").write(json.dumps({"messages": [{"role": "user", "content": text}]}) + "\n")
        with (shop / "shop.log").open("a") as log:
            log.write(f"INFO customer={customer} said {text!r}\n")
    with sqlite3.connect(shop / "shop.sqlite") as db:
        db.execute("UPDATE reviews SET text = ? WHERE id = 'r1'", (f"Written by {SECRET}.",))
    rows = [json.dumps({"customer_id": c, "kind": "view", "query": SECRET}) for c in ("ANNA-1", "BERT-22")]
    rows[1] = rows[1].replace(SECRET, "lamp")
    (shop / "clicks.jsonl").write_text("\n".join(rows) + "\n")
    (shop / "train.jsonl.gz").write_bytes(gzip.compress("".join(r + "\n" for r in rows).encode()))
    (shop / "dump.json").write_text(json.dumps({"people": [{"id": "ANNA-1", "x": SECRET}, {"id": "BERT-22"}]}))
    profile_shop.profiles(shop).edit("ANNA-1", Trait("colour", SECRET), "like")
    return shop


def forget(shop: Path, customer: str = "ANNA-1") -> Receipt:
    return open_forgetting(Settings(shop=shop))(customer)


def holding(folder: Path, text: str) -> list[str]:
    """The files below ``folder`` that hold ``text``, packed or not."""
    found = []
    for path in (p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        if text.encode() in content:
            found.append(path.name)
    return sorted(found)


def contents(folder: Path) -> dict[str, bytes]:
    """Text files below ``folder``."""
    return {p.name: p.read_bytes() for p in folder.glob("*") if p.suffix in (".log", ".jsonl", ".gz", ".json", ".csv")}


def test_no_byte_stays(shop: Path) -> None:
    assert len(holding(shop, SECRET)) >= 5
    receipt = forget(shop)
    for left in (SECRET, "ANNA-1", "anna@example.com", "leave it at number 9"):
        assert holding(shop, left) == []
    places = {line.place for line in receipt.lines if line.count}
    assert places >= {
        "shop.log", "export.jsonl", "clicks.jsonl", "train.jsonl.gz", "dump.json", "turns", "conversations", "reviews",
        "customers", "orders", "profile_edits", "service_customers", "service_addresses", "service_payment_methods",
    }  # fmt: skip
    assert "#W0000002" in " ".join(receipt.notes), "an order that nobody can deliver any more is told"


def test_everything_else_stays(shop: Path) -> None:
    before = {p.name: p.read_bytes() for p in shop.glob("*") if p.suffix in (".log", ".jsonl")}
    bert = profile_shop.profiles(shop).of("BERT-22").hash
    forget(shop)
    for name, content in before.items():
        kept = [line for line in content.splitlines() if b"BERT-22" in line or b"a lamp for my desk" in line]
        assert (shop / name).read_bytes().splitlines() == kept
    assert profile_shop.profiles(shop).of("BERT-22").hash == bert
    assert json.loads((shop / "dump.json").read_text()) == {"people": [{"id": "BERT-22"}]}
    assert [s.title for s in open_store(Settings(shop=shop)).list()] == ["a lamp for my desk, please"]


def test_the_books_keep_their_orders(shop: Path) -> None:
    gate = open_gate(Settings(shop=shop))
    forget(shop)
    again = open_gate(Settings(shop=shop))
    with again.store.reading() as records:
        orders = {o.id: o for o in records.orders()}
    assert set(orders) == {"#W0000001", "#W0000002", "#W0000003"}
    assert orders["#W0000001"].customer_id.startswith("erased-")
    assert orders["#W0000001"].lines[0].price.minor == 2000
    assert str(orders["#W0000002"].address) == ""
    assert orders["#W0000003"].customer_id == "BERT-22"
    assert gate.rules == again.rules


def test_an_older_export_does_not_bring_them_back(shop: Path, made: Path) -> None:
    forget(shop)
    feeds = made.parent
    import_shop(shop, [], reviews=[feeds / "reviews.jsonl"], orders=[feeds / "customers.jsonl", feeds / "orders.jsonl"])
    assert catalogue.reviews_by(shop, "ANNA-1") == []
    assert set(catalogue.customers(shop)) == {"BERT-22"}
    open_gate(Settings(shop=shop))
    assert holding(shop, "ANNA-1") == []


def test_nobody_is_a_mistake_and_twice_is_none(shop: Path) -> None:
    before = contents(shop)
    for nobody in ("ANNA-2", "lamp"):
        with pytest.raises(ProfileError, match="Nothing is known"):
            forget(shop, nobody)
    assert contents(shop) == before
    assert KEY not in catalogue.recorded(shop)
    forget(shop)
    again = forget(shop)
    assert again.count == 0
    assert "already" in again.notes[0]


def test_a_row_of_another_stays(shop: Path) -> None:
    paid = [{"customer_id": c, "payment_method_id": "paypal"} for c in ("ANNA-1", "BERT-22")]
    rows = "".join(json.dumps(row) + "\n" for row in [*paid, {"customer_id": "BERT-22", "text": "ask ANNA-1 of it"}])
    (shop / "payments.jsonl").write_text(rows)
    (shop / "paypal.txt").write_text("We take paypal.\nanna-1 is a lamp.\nWrite to Anna@Example.com.\n")
    with sqlite3.connect(shop / "shop.sqlite") as db:
        for id_, data in db.execute("SELECT id, data FROM customers").fetchall():
            methods = {"paypal": {"id": "paypal", "source": "paypal"}}
            row = {**json.loads(data), "payment_methods": methods}
            db.execute("UPDATE customers SET data = ?, hash = '' WHERE id = ?", (json.dumps(row), id_))
    with sqlite3.connect(shop / "old.sqlite") as db:
        db.execute("CREATE TABLE views (customer_id, said)")
        db.executemany("INSERT INTO views VALUES (?, ?)", [("ANNA-1", "red"), ("BERT-22", "as ANNA-1 has it")])
    receipt = forget(shop)
    with sqlite3.connect(shop / "old.sqlite") as db:
        assert db.execute("SELECT customer_id FROM views").fetchall() == [("BERT-22",)]
    assert (shop / "payments.jsonl").read_text() == rows.partition("\n")[2]
    assert (shop / "paypal.txt").read_text() == "We take paypal.\nanna-1 is a lamp.\n"
    assert "payments.jsonl still holds" in " ".join(receipt.notes)


@pytest.mark.parametrize(
    ("said", "committed", "gone"),
    [
        ("it is me", ("verified ANNA-1",), True),
        ("it is ANNA@example.com", (), True),
        ("where is #W0000002", (), True),
        ("where is #W0000002", ("verified BERT-22",), False),
        ("where is #W0000003", (), False),
        ("it is me", ("verified ANNA-12",), False),
    ],
)
def test_a_visitor_who_said_who_they_are(shop: Path, said: str, committed: tuple[str, ...], gone: bool) -> None:
    store = open_store(Settings(shop=shop))
    state = store.new()
    store.append(state.id, Turn(1, said, Understanding("find"), Preferences(), Reply(committed=committed)))
    store.append(state.id, Turn(2, "I live behind the mill", Understanding("find"), Preferences(), Reply()))
    forget(shop)
    assert (holding(shop, "behind the mill") == []) == gone


@pytest.mark.parametrize("owned", [True, False])
def test_an_export_of_orders_keeps_what_books_need(shop: Path, owned: bool) -> None:
    rows = [{**row, "name": {"first_name": f"{row['customer_id']} first"}} for row in profile_shop.ORDERS]
    rows[0]["phone"] = rows[1]["phone"] = "555-0147"
    bert = json.loads(json.dumps(rows[2]))
    if not owned:
        for row in rows[:2]:
            del row["customer_id"]
    (shop / "orders.json").write_text(json.dumps({"orders": rows}))
    forget(shop)
    first, second, third = json.loads((shop / "orders.json").read_text())["orders"]
    assert third == bert
    assert (first["order_id"], first["total"]) == ("#W0000001", "20.00")
    assert first["customer_id"] == second["customer_id"] != "ANNA-1"
    assert not {"name", "phone", "address", "note"} & {*first, *second}
    assert "tracking_id" not in first["fulfillments"][0]


def test_what_is_anothers_loses_only_what_is_theirs(shop: Path) -> None:
    calls = {"customer_id": "BERT-22", "said": "by ANNA-1", "calls": [{"user_id": "ANNA-1", "x": 1}, {"x": 2}]}
    for name in ("calls.json", "calls.jsonl"):
        (shop / name).write_text(json.dumps(calls))
    forget(shop)
    for name in ("calls.json", "calls.jsonl"):
        assert json.loads((shop / name).read_text()) == {**calls, "calls": [{"x": 2}]}


@pytest.mark.parametrize(("name", "mark"), [("reviews.csv", ","), ("reviews.csv", ";"), ("reviews.tsv", "\t")])
def test_a_table_is_read_by_record(shop: Path, name: str, mark: str) -> None:
    head = mark.join(("id", "customer_id", "text")) + "\r\n"
    mine = mark.join(("x1", "ANNA-1", '"first line\r\nsecond ""line"""')) + "\r\n"
    berts = mark.join(("x2", "BERT-22", '"one\r\ntwo, for ANNA-1"')) + "\r\n"
    (shop / name).write_bytes((head + mine + berts).encode())
    forget(shop)
    assert (shop / name).read_bytes() == (head + berts).encode()


@pytest.mark.parametrize("place", ["elsewhere", "shop"])
def test_a_database_elsewhere_keeps_no_byte(shop: Path, tmp_path: Path, place: str) -> None:
    file = tmp_path / place / "talks.sqlite"
    file.parent.mkdir(exist_ok=True)
    settings = Settings(shop=shop, database=f"sqlite:///{file}")
    store = open_store(settings)
    state = store.new("ANNA-1", verified=True)
    store.append(state.id, Turn(1, f"call me {SECRET}", Understanding("find"), Preferences(), Reply()))
    open_gate(settings)
    open_forgetting(settings)("ANNA-1")
    for left in (SECRET, "anna@example.com", "ANNA-1"):
        assert [name for name in holding(file.parent, left) if name.startswith("talks")] == []
    with open_gate(settings).store.reading() as records:
        assert len(list(records.orders())) == 3


def test_a_plain_question_is_everybodys(shop: Path) -> None:
    asked = "Do you ship to Norway please?"
    long = "I would like to know whether this lamp is bright enough for a desk under a window."
    store = open_store(Settings(shop=shop))
    for text in (asked, long):
        state = store.new("ANNA-1", verified=True)
        store.append(state.id, Turn(1, text, Understanding("find"), Preferences(), Reply()))
    (shop / "faq.txt").write_text(f"{asked}\ncustomer=BERT-22 {long}\n{long}\n")
    forget(shop)
    assert (shop / "faq.txt").read_text() == f"{asked}\ncustomer=BERT-22 {long}\n"


def test_a_folder_that_is_not_there_is_told_first(shop: Path) -> None:
    before = contents(shop)
    with pytest.raises(ProfileError, match="no folder"):
        open_forgetting(Settings(shop=shop), [shop / "nowhere"])("ANNA-1")
    assert contents(shop) == before
    assert catalogue.reviews_by(shop, "ANNA-1")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("clicks.jsonl", '{"user_id": "CARL-3", "query": "lamp"}\n'),
        ("people.csv", 'kind,customer_id\nview,"CARL-3"\n'),
        ("dump.json", '{"clicks": [{"customer": "CARL-3"}]}'),
    ],
)
def test_a_row_that_is_theirs_makes_them_known(shop: Path, name: str, text: str) -> None:
    (shop / name).write_text(text)
    assert forget(shop, "CARL-3").count
    assert holding(shop, "CARL-3") == []


def test_short_ids_are_told(shop: Path) -> None:
    (shop / "clicks.jsonl").write_text('{"user_id": 7, "query": "lamp"}\n')
    receipt = forget(shop, "7")
    assert (shop / "clicks.jsonl").read_text() == ""
    assert "in lines of text: 1 of their ids" in " ".join(receipt.notes)


def test_an_id_across_chunks_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_CHUNK", 8)
    (tmp_path / "big").write_bytes(b"x" * 5 + b" C0001 " + b"x" * 9)
    assert files.holds(tmp_path / "big", Traces("C0001").pattern)
    assert not files.holds(tmp_path / "big", Traces("C0002").pattern)


def test_a_short_id_is_no_word(shop: Path) -> None:
    traces = Traces("7")
    assert not traces.in_value({"price": 7, "text": "7 of them"})
    assert traces.in_value({"user_id": 7})
    assert Traces("C0001").in_text("by C0001.")
    assert not Traces("C0001").in_text("by C00012.")


def test_an_id_is_recognised_in_a_sentence_without_spaces() -> None:
    traces = Traces("ANNA-1", orders=frozenset({"W77001"}))
    assert traces.in_text("我的订单W77001在哪") and traces.in_text("账号是ANNA-1。")
    assert (
        not traces.in_text("订单W770012在哪")
        and not traces.in_text("ANNA-1_2")
        and not Traces("小安-1234").in_text("大小安-1234")
    )
    # So are they in the bytes of a file.
    assert traces.personal.search("账号是ANNA-1。".encode().decode("latin-1"))
