"""Products and derived types of one shop: rows of ``shop.sqlite``, and a shelf-full of them in memory.

Everything a search needs is loaded at once and never changes afterwards; a later import is seen by the next opening.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from retrieval import query, text
from retrieval.errors import ShopError
from retrieval.policies import Policy
from retrieval.product import Kind, Product, Review
from retrieval.query import product_words
from retrieval.text import words

FILE = "shop.sqlite"
# Raised when a shop written by this code can no longer be read by the code before it.
FORMAT = 1

# Table -> its columns. ``source`` is the file name of the feed or the name of the folder that a row came from, ``hash``
# is of its content.
TABLES = {
    # data: Product.to_dict() as JSON; *_words: as in ``Entry``.
    "products": """id TEXT PRIMARY KEY, source TEXT NOT NULL, hash TEXT NOT NULL, data TEXT NOT NULL,
        title_words TEXT NOT NULL, text_words TEXT NOT NULL, attribute_words TEXT NOT NULL""",
    "kinds": "product_id TEXT PRIMARY KEY, label TEXT NOT NULL, source TEXT NOT NULL, confidence REAL NOT NULL",
    "reviews": """id TEXT PRIMARY KEY, product_id TEXT NOT NULL, rating REAL, text TEXT NOT NULL,
        title TEXT NOT NULL, author TEXT NOT NULL, date TEXT NOT NULL,
        helpful INTEGER NOT NULL DEFAULT 0, verified INTEGER, source TEXT NOT NULL DEFAULT '',
        hash TEXT NOT NULL DEFAULT '', customer_id TEXT NOT NULL DEFAULT ''""",
    # Documents for shoppers; text: see ``retrieval.policies``.
    "policies": """id TEXT PRIMARY KEY, source TEXT NOT NULL, hash TEXT NOT NULL, title TEXT NOT NULL,
        text TEXT NOT NULL""",
    # data: the row of the feed as JSON.
    "customers": "id TEXT PRIMARY KEY, source TEXT NOT NULL, hash TEXT NOT NULL, data TEXT NOT NULL",
    "orders": """id TEXT PRIMARY KEY, source TEXT NOT NULL, hash TEXT NOT NULL, customer_id TEXT NOT NULL,
        data TEXT NOT NULL""",
    "meta": "key TEXT PRIMARY KEY, value TEXT NOT NULL",
}
_INDEXES = {
    "reviews_of_product": "reviews (product_id)",
    "reviews_of_customer": "reviews (customer_id)",
    "orders_of_customer": "orders (customer_id)",
}


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
    def of(cls, product: Product, source: str, hashed: str | None = None) -> Entry:
        """A product fresh from the feed named ``source``; ``hashed`` is its ``content_hash`` where already at hand."""
        title = " ".join(words(product.title))
        rest = product_words(replace(product, title="", attributes={})).strip()
        return cls(
            product,
            source,
            hashed or content_hash(product),
            f" {title} ",
            f" {' '.join(filter(None, (title, rest)))} ",
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
    return row_hash(product.to_dict())


def row_hash(row: Mapping[str, object]) -> str:
    """Equal for equal JSON-ready rows, whatever the order of their keys, and for no others."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


@cache
def words_version() -> str:
    """Changes when the code that makes the stored words does: a shop of another version gets them anew when opened."""
    sources = [Path(module.__file__).read_bytes() for module in (text, query) if module.__file__]
    return hashlib.sha256(b"\0".join(sources)).hexdigest()[:16]


def recorded(folder: Path) -> dict[str, str]:
    """What the shop in ``folder`` says of itself; {} without a shop. Raises ShopError where it cannot be read."""
    if not (folder / FILE).is_file():
        return {}
    with reading(folder) as db:
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
    with reading(folder) as db:
        meta = dict(db.execute("SELECT key, value FROM meta"))
        readable(folder, meta)
        fresh = meta.get("words") == words_version()
        entries = []
        for row in db.execute(
            "SELECT source, hash, data, title_words, text_words, attribute_words FROM products ORDER BY id"
        ):
            entries.append(entry_of(row, fresh=fresh))
        kinds = {i: Kind(*row) for i, *row in db.execute("SELECT product_id, label, source, confidence FROM kinds")}
    return Catalogue(tuple(entries), kinds, meta)


def readable(folder: Path, meta: Mapping[str, str]) -> None:
    """Raises ShopError where the shop with this ``meta`` was written by code after this."""
    if int(meta.get("format", FORMAT)) > FORMAT:
        raise ShopError(f"The shop in {folder} was made by a newer ShopTalk", "Update ShopTalk, or import anew")


def entry_of(row: tuple[str, ...], *, fresh: bool) -> Entry:
    """An entry from source, hash, data and the three texts of words, which are made anew unless ``fresh``."""
    source, hashed, data, *its_words = row
    product = Product.from_dict(json.loads(data))
    return Entry(product, source, hashed, *its_words) if fresh else Entry.of(product, source)


def row_of(entry: Entry) -> tuple[str, ...]:
    """The columns of ``products``."""
    data = json.dumps(entry.product.to_dict(), ensure_ascii=False)
    its_words = (entry.title_words, entry.text_words, entry.attribute_words)
    return (entry.product.id, entry.source, entry.hash, data, *its_words)


def columns(table: str) -> list[str]:
    """The names of the columns of one of ``TABLES``."""
    return [column.split()[0] for column in TABLES[table].split(",")]


def create(db: sqlite3.Connection, schema: str) -> None:
    """Makes what is missing of a shop's tables in the database that ``db`` knows as ``schema``."""
    for table, described in TABLES.items():
        db.execute(f"CREATE TABLE IF NOT EXISTS {schema}.{table} ({described})")
        have = {name for _, name, *_ in db.execute(f"PRAGMA {schema}.table_info({table})")}
        for column in described.split(","):
            # Shops of an earlier version have fewer columns.
            if column.split()[0] not in have:
                db.execute(f"ALTER TABLE {schema}.{table} ADD COLUMN {column.strip()}")
    for index, place in _INDEXES.items():
        db.execute(f"CREATE INDEX IF NOT EXISTS {schema}.{index} ON {place}")


def reviews_of(folder: Path, product_id: str) -> list[Review]:
    """What customers wrote about one product, the latest first."""
    return _reviews(folder, "product_id", product_id)


def reviews_by(folder: Path, customer_id: str) -> list[Review]:
    """What one customer wrote, the latest first."""
    return _reviews(folder, "customer_id", customer_id)


def _reviews(folder: Path, column: str, value: str) -> list[Review]:
    with reading(folder) as db:
        have = {name for _, name, *_ in db.execute("PRAGMA table_info(reviews)")}
        if column not in have:
            # Shops of an earlier version do not know who wrote.
            return []
        names = [n for n in Review.__slots__ if n in have]
        rows = db.execute(f"SELECT {', '.join(names)} FROM reviews WHERE {column} = ? ORDER BY date DESC, id", (value,))
        found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        if row.get("verified") is not None:
            row["verified"] = bool(row["verified"])
    return [Review(**row) for row in found]


def policies(folder: Path) -> list[Policy]:
    """The shop's documents for shoppers, by id; none where it has none."""
    return [Policy(*row) for row in _rows(folder, "policies", "id, title, text")]


def customers(folder: Path) -> dict[str, dict[str, Any]]:
    """Customer id -> the row of the feed."""
    return {i: json.loads(data) for i, data in _rows(folder, "customers", "id, data")}


def orders(folder: Path, customer_id: str | None = None) -> dict[str, dict[str, Any]]:
    """Order id -> the row of the feed; of one customer, or of all."""
    rows = _rows(folder, "orders", "id, customer_id, data")
    return {i: json.loads(data) for i, customer, data in rows if customer_id in (None, customer)}


def hashes(folder: Path, table: str) -> list[tuple[str, ...]]:
    """Id, source and content hash of each row of ``table``, by id."""
    return _rows(folder, table, "id, source, hash")


def _rows(folder: Path, table: str, columns: str) -> list[tuple[str, ...]]:
    with reading(folder) as db:
        # Shops of an earlier version lack the table.
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
            return []
        return db.execute(f"SELECT {columns} FROM {table} ORDER BY id").fetchall()


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """The shop's database; what goes wrong in it becomes a ShopError that names it."""
    try:
        with closing(sqlite3.connect(folder / FILE, timeout=60)) as db:
            yield db
    except (sqlite3.DatabaseError, KeyError, TypeError, ValueError) as error:
        raise unreadable(folder, error) from error


def unreadable(folder: Path, error: Exception) -> ShopError:
    """What to say when the shop's database cannot be read."""
    return ShopError(
        f"{folder / FILE} cannot be read ({error})",
        f"Restore it from a copy, or delete it and run `shoptalk import FEED --shop {folder}`",
    )
