"""Products, reviews and derived types of one shop: rows of ``shop.sqlite``, and a shelf-full of them in memory.

Everything a search needs is loaded at once and never changes afterwards; a later import is seen by the next opening.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from retrieval import query, text
from retrieval.errors import ShopError
from retrieval.product import Kind, Product, Review
from retrieval.query import product_words
from retrieval.text import words

FILE = "shop.sqlite"
# Raised when a shop written by this code can no longer be read by the code before it.
FORMAT = 1

_SCHEMA = (
    # source: file name of the feed; hash: of data; data: Product.to_dict() as JSON; *_words: as in ``Entry``.
    """CREATE TABLE IF NOT EXISTS products (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, hash TEXT NOT NULL, data TEXT NOT NULL,
        title_words TEXT NOT NULL, text_words TEXT NOT NULL, attribute_words TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS kinds (
        product_id TEXT PRIMARY KEY, label TEXT NOT NULL, source TEXT NOT NULL, confidence REAL NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS reviews (
        id TEXT PRIMARY KEY, product_id TEXT NOT NULL, rating REAL, text TEXT NOT NULL,
        title TEXT NOT NULL, author TEXT NOT NULL, date TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS reviews_of_product ON reviews (product_id)",
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One product as it lies in the shop."""

    product: Product
    # File name of its feed.
    source: str
    hash: str
    # Space-padded like ``product_words``: of the title; of all text fields, title included; of the attributes.
    title_words: str
    text_words: str
    attribute_words: str

    @classmethod
    def of(cls, product: Product, source: str) -> Entry:
        """A product fresh from the feed named ``source``."""
        return cls(
            product,
            source,
            content_hash(product),
            f" {' '.join(words(product.title))} ",
            product_words(replace(product, attributes={})),
            product_words(Product(id="", title="", attributes=product.attributes)),
        )

    @property
    def words(self) -> str:
        """What a condition may match: ``product_words(product)``."""
        return self.text_words[:-1] + self.attribute_words


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of a shop at one moment; ``entries`` are in the order of their ids."""

    entries: tuple[Entry, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    # name, currency, embedder, vocabulary, generation, ... as text.
    meta: Mapping[str, str] = field(default_factory=dict)


def content_hash(product: Product) -> str:
    """Equal for equal products, and for no others."""
    data = json.dumps(product.to_dict(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(data.encode()).hexdigest()[:32]


@cache
def words_version() -> str:
    """Changes when the code that makes the stored words does: a shop of another version gets them anew when opened."""
    sources = [Path(module.__file__).read_bytes() for module in (text, query) if module.__file__]
    return hashlib.sha256(b"\0".join(sources)).hexdigest()[:16]


def recorded(folder: Path) -> dict[str, str]:
    """What the shop in ``folder`` says of itself; {} without a shop. Raises ShopError where it cannot be read."""
    if not (folder / FILE).is_file():
        return {}
    with _reading(folder) as db:
        has = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        return dict(db.execute("SELECT key, value FROM meta")) if has else {}


def exists(folder: Path) -> bool:
    """Whether ``folder`` holds a shop whose first import was finished."""
    return bool(recorded(folder))


def load(folder: Path) -> Catalogue:
    """The shop in ``folder``. Raises ShopError when there is none, or when it cannot be read."""
    mend = f"Make it with `shoptalk import FEED --shop {folder}`"
    if not folder.is_dir():
        raise ShopError(f"There is no shop in {folder}", mend)
    if not exists(folder):
        raise ShopError(f"{folder} holds no shop, or one whose import was interrupted", mend)
    with _reading(folder) as db:
        meta = dict(db.execute("SELECT key, value FROM meta"))
        if int(meta.get("format", FORMAT)) > FORMAT:
            raise ShopError(f"The shop in {folder} was made by a newer ShopTalk", "Update ShopTalk, or import anew")
        fresh = meta.get("words") == words_version()
        entries = []
        for source, hashed, data, *its_words in db.execute(
            "SELECT source, hash, data, title_words, text_words, attribute_words FROM products ORDER BY id"
        ):
            product = Product.from_dict(json.loads(data))
            entries.append(Entry(product, source, hashed, *its_words) if fresh else Entry.of(product, source))
        kinds = {i: Kind(*row) for i, *row in db.execute("SELECT product_id, label, source, confidence FROM kinds")}
    return Catalogue(tuple(entries), kinds, meta)


def save(folder: Path, catalogue: Catalogue, reviews: Iterable[Review]) -> None:
    """Makes the shop equal to ``catalogue``, and adds ``reviews``, all at once: a reader sees the old or the new.

    Rows that are already there are left as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _writing(folder) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA:
            db.execute(statement)
        meta = {**catalogue.meta, "format": str(FORMAT), "words": words_version()}
        same_words = dict(db.execute("SELECT key, value FROM meta")).get("words") == meta["words"]
        stored = dict(db.execute("SELECT id, hash || source FROM products")) if same_words else {}
        entries = {e.product.id: e for e in catalogue.entries}
        gone = [(i,) for (i,) in db.execute("SELECT id FROM products") if i not in entries]
        db.executemany("DELETE FROM products WHERE id = ?", gone)
        db.executemany(
            "INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?, ?, ?, ?)",
            (_row(e) for i, e in entries.items() if stored.get(i) != e.hash + e.source),
        )
        db.execute("DELETE FROM kinds")
        db.executemany(
            "INSERT INTO kinds VALUES (?, ?, ?, ?)",
            ((i, k.label, k.source, k.confidence) for i, k in catalogue.kinds.items() if i in entries),
        )
        db.executemany(
            "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((r.id, r.product_id, r.rating, r.text, r.title, r.author, r.date) for r in reviews),
        )
        db.execute("DELETE FROM meta")
        db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        db.execute("COMMIT")
        # One plain file again where nobody else has the shop open, so that a copy needs no care.
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _row(entry: Entry) -> tuple[str, ...]:
    data = json.dumps(entry.product.to_dict(), ensure_ascii=False)
    its_words = (entry.title_words, entry.text_words, entry.attribute_words)
    return (entry.product.id, entry.source, entry.hash, data, *its_words)


def reviews_of(folder: Path, product_id: str) -> list[Review]:
    """What customers wrote about one product, the latest first."""
    with _reading(folder) as db:
        return [
            Review(*row)
            for row in db.execute(
                "SELECT id, product_id, rating, text, title, author, date FROM reviews "
                "WHERE product_id = ? ORDER BY date DESC, id",
                (product_id,),
            )
        ]


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(folder / FILE, timeout=60)) as db:
            yield db
    except (sqlite3.DatabaseError, KeyError, TypeError, ValueError) as error:
        raise ShopError(
            f"{folder / FILE} cannot be read ({error})",
            f"Restore it from a copy, or delete it and run `shoptalk import FEED --shop {folder}`",
        ) from error


@contextmanager
def _writing(folder: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(folder / FILE, timeout=60, isolation_level=None)) as db:
            yield db
    except sqlite3.DatabaseError as error:
        raise ShopError(
            f"{folder / FILE} cannot be written ({error})",
            "Check that the folder is writable, the disk not full and no other import running, then import again",
        ) from error
