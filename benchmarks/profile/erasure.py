"""Secrets planted in every place where a shop keeps something of a customer, and what is left after forgetting them."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant.build import open_forgetting, open_profiles, open_store
from assistant.config import Settings
from assistant.profile.traits import Trait
from assistant.state import Preferences, Reply, Turn, Understanding
from retrieval import catalogue, vectors

PLACES = ("chat", "reviews", "orders", "logs", "chroma", "profiles", "exports")


def measured(shop: Path, secrets: int, people: int) -> dict[str, Any]:
    """Plants ``secrets`` in a copy of ``shop``, forgets the ``people`` they belong to, and looks at every byte."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(shop, Path(place, "shop")))
        who = sorted(catalogue.customers(folder))[10 : 10 + people]
        planted = [(who[n % people], PLACES[n // people % len(PLACES)], f"secret{n:04d}q") for n in range(secrets)]
        plant(folder, planted)
        there = left_of(folder, [s for *_, s in planted])
        others = kept(folder, who)
        receipts = [open_forgetting(Settings(shop=folder))(customer) for customer in who]
        left = left_of(folder, [s for *_, s in planted])
        return {
            "planted": len(planted),
            "found_before": len(there),
            "found_after": len(left),
            "left": left,
            "others_unchanged": kept(folder, who) == others,
            "places_on_receipt": len({line.place for r in receipts for line in r.lines if line.count}),
            "customers": people,
        }


def plant(folder: Path, planted: list[tuple[str, str, str]]) -> None:
    """Each secret in its place, as the shop itself would write it there."""
    settings = Settings(shop=folder)
    store, profiles = open_store(settings), open_profiles(settings)
    exports, log, notes = [], [], []
    with closing(sqlite3.connect(folder / catalogue.FILE)) as db:
        for customer, where, secret in planted:
            match where:
                case "chat":
                    state = store.new(customer, verified=True)
                    turn = Turn(1, f"my word is {secret}", Understanding("find"), Preferences(), Reply())
                    store.append(state.id, turn)
                case "reviews":
                    row = (
                        f"rev-{secret}",
                        next(iter(_products(db))),
                        5.0,
                        f"I say {secret}",
                        "",
                        "",
                        "2026-01-01",
                        customer,
                    )
                    names = "id, product_id, rating, text, title, author, date, customer_id"
                    db.execute(f"INSERT INTO reviews ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
                case "orders":
                    own = db.execute("SELECT id, data FROM orders WHERE customer_id = ?", (customer,)).fetchone()
                    if own:
                        data = {**json.loads(own[1]), f"note_{secret}": secret}
                        db.execute("UPDATE orders SET data = ? WHERE id = ?", (json.dumps(data), own[0]))
                case "profiles":
                    db.commit()
                    profiles.edit(customer, Trait("style", secret), "like")
                case "logs":
                    log.append(f"2026-01-01 INFO {customer} asked for {secret}\n")
                case "exports":
                    exports.append(json.dumps({"customer": customer, "messages": [{"content": secret}]}) + "\n")
                case _:
                    notes.append((customer, secret))
            db.commit()
    (folder / "shop.log").write_text("".join(log), encoding="utf-8")
    (folder / "exports").mkdir()
    (folder / "exports" / "rows.jsonl.gz").write_bytes(gzip.compress("".join(exports).encode()))
    _into_chroma(folder, notes)


def _products(db: sqlite3.Connection) -> list[str]:
    return [id_ for (id_,) in db.execute("SELECT id FROM products LIMIT 1")]


def _into_chroma(folder: Path, notes: list[tuple[str, str]]) -> None:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    client = chromadb.PersistentClient(
        str(folder / vectors.FOLDER), settings=ChromaSettings(anonymized_telemetry=False, allow_reset=False)
    )
    found = client.get_or_create_collection("notes", embedding_function=None)
    for n, (customer, secret) in enumerate(notes):
        about = {"customer_id": customer, "said": secret}
        found.add(ids=[f"note{n}"], embeddings=[[0.1, 0.2]], metadatas=[about], documents=[f"{secret} of {customer}"])


def left_of(folder: Path, secrets: list[str]) -> list[str]:
    """Those of ``secrets`` that stand in any byte below ``folder``, packed files unpacked."""
    found: set[str] = set()
    for path in (p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        if b"secret" in content:
            found |= {s for s in secrets if s.encode() in content}
    return sorted(found)


def kept(folder: Path, gone: list[str]) -> list[Any]:
    """What the shop has of everybody else, and of its products."""
    marks = ",".join("?" * len(gone))
    with closing(sqlite3.connect(folder / catalogue.FILE)) as db:
        tables = (
            "SELECT id, hash FROM products ORDER BY id",
            f"SELECT * FROM reviews WHERE customer_id NOT IN ({marks}) ORDER BY id",
            f"SELECT id, data FROM customers WHERE id NOT IN ({marks}) ORDER BY id",
            f"SELECT * FROM orders WHERE customer_id NOT IN ({marks}) AND customer_id NOT LIKE 'erased-%' ORDER BY id",
        )
        return [db.execute(query, gone if "?" in query else ()).fetchall() for query in tables]
