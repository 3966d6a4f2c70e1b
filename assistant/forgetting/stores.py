"""SQLite files and the vector store: rows about a customer go, and so do their bytes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from assistant.forgetting.receipt import Line
from assistant.forgetting.traces import Traces
from retrieval import catalogue, vectors
from retrieval.forgotten import KEY, OWNERS, Forgotten

_PAGE = 2000


@contextmanager
def overwriting(path: Path) -> Iterator[sqlite3.Connection]:
    """The database in ``path``; what is deleted in it is overwritten. Committed at the end, or nothing happens."""
    with closing(sqlite3.connect(path, timeout=60)) as db:
        db.execute("PRAGMA secure_delete=ON")
        with db:
            yield db


def compact(path: Path) -> bool:
    """Leaves no byte of deleted rows in the file or its log; False where another process holds on to the log."""
    with closing(sqlite3.connect(path, timeout=60)) as db:
        db.execute("PRAGMA secure_delete=ON")
        db.execute("VACUUM")
        busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def shop_rows(folder: Path, customer: str, forgotten: Forgotten) -> tuple[list[Line], dict[str, str]]:
    """Erases ``customer`` among what was imported, and notes that they are; returns the new hashes of their orders."""
    hashes: dict[str, str] = {}
    with overwriting(folder / catalogue.FILE) as db:
        catalogue.create(db, "main")
        reviews = db.execute("DELETE FROM reviews WHERE customer_id = ?", (customer,)).rowcount
        people = db.execute("DELETE FROM customers WHERE id = ?", (customer,)).rowcount
        orders = db.execute("SELECT id, data FROM orders WHERE customer_id = ?", (customer,)).fetchall()
        for id_, data in orders:
            row = forgotten.redacted(json.loads(data), customer)
            hashes[id_] = catalogue.row_hash(row)
            db.execute(
                "UPDATE orders SET customer_id = ?, data = ?, hash = ? WHERE id = ?",
                (forgotten.name(customer), json.dumps(row, ensure_ascii=False), hashes[id_], id_),
            )
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (KEY, forgotten.to_text()))
    lines = [
        Line("reviews", "erased", reviews),
        Line("customers", "erased", people),
        Line("orders", "kept for the books without the person", len(orders)),
    ]
    return lines, hashes


def owned(path: Path, customer: str) -> bool:
    """Whether a row of another SQLite file says that it is theirs."""
    with (
        suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db,
    ):
        for table in [t for (t,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]:
            columns = [name for _, name, *_ in db.execute(f'PRAGMA table_info("{table}")')]
            for column in (c for c in columns if c in OWNERS):
                query = f'SELECT 1 FROM "{table}" WHERE CAST("{column}" AS TEXT) = ? LIMIT 1'
                if db.execute(query, (customer,)).fetchone():
                    return True
    return False


def owned_vectors(folder: Path, customer: str) -> bool:
    """Whether a record of the vector store says that it is theirs."""
    file = folder / vectors.FOLDER / "chroma.sqlite3"
    if not file.is_file():
        return False
    with (
        suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db,
    ):
        marks = ", ".join("?" * len(OWNERS))
        value = "coalesce(string_value, CAST(int_value AS TEXT))"
        query = f"SELECT 1 FROM embedding_metadata WHERE key IN ({marks}) AND {value} = ? LIMIT 1"
        return db.execute(query, (*OWNERS, customer)).fetchone() is not None
    return False


def others(paths: Iterable[Path], traces: Traces) -> Iterator[tuple[Path, int]]:
    """Rows about the customer out of other SQLite files, whatever their tables; yields how many each had."""
    for path in paths:
        count = 0
        with suppress(sqlite3.DatabaseError):
            with overwriting(path) as db:
                for table in [t for (t,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]:
                    rows = db.execute(f'SELECT rowid, * FROM "{table}"')
                    names = [column for column, *_ in rows.description[1:]]
                    gone = [(id_,) for id_, *cells in rows if traces.in_value(_told(names, cells))]
                    db.executemany(f'DELETE FROM "{table}" WHERE rowid = ?', gone)
                    count += len(gone)
            compact(path)
        yield path, count


def _told(names: Iterable[str], cells: Iterable[Any]) -> dict[str, Any]:
    """Texts of a row by column, and whose it is; another number is no id."""
    row = zip(names, cells, strict=True)
    return {name: cell for name, cell in row if isinstance(cell, str) or (name in OWNERS and isinstance(cell, int))}


def vector_store(folder: Path, traces: Traces) -> int:
    """Erases what the shop's own vector store holds of the customer; returns how many records it was."""
    file = folder / vectors.FOLDER / "chroma.sqlite3"
    if not file.is_file() or not _named_in(file, traces):
        return 0
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(
        str(folder / vectors.FOLDER), settings=Settings(anonymized_telemetry=False, allow_reset=False)
    )
    count = 0
    for collection in client.list_collections():
        found = client.get_collection(collection.name, embedding_function=None)
        for start in range(0, found.count(), _PAGE):
            page = found.get(limit=_PAGE, offset=start, include=["metadatas", "documents"])
            told = zip(page["ids"], page["metadatas"] or [], page["documents"] or [], strict=True)
            gone = [id_ for id_, meta, text in told if traces.in_value({**(meta or {}), "": [id_, text or ""]})]
            count += len(gone)
            if gone:
                found.delete(ids=gone)
    # Chroma keeps a log of what was ever written.
    with overwriting(file) as db:
        log = db.execute("SELECT seq_id, id, metadata FROM embeddings_queue")
        gone_log = [(seq,) for seq, id_, meta in log if traces.in_value({**json.loads(meta or "{}"), "": str(id_)})]
        db.executemany("DELETE FROM embeddings_queue WHERE seq_id = ?", gone_log)
    compact(file)
    return count


def _named_in(file: Path, traces: Traces) -> bool:
    """Whether the bytes of a database, its log included, hold an id of the customer."""
    for path in (file, file.with_name(f"{file.name}-wal")):
        if path.is_file() and traces.pattern.search(path.read_bytes().decode("latin-1")):
            return True
    return False
