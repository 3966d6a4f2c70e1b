"""The working folder of an import: what it read, what it refused and what it made, until the shop takes it over.

Everything here may be lost at any moment. The rows lie in a database of their own, so that a feed of any length is
held in a few megabytes; the shop's database is read beside it and written in one transaction at the end.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from retrieval import catalogue, picture_files
from retrieval.catalogue import Entry
from retrieval.errors import ShopError
from retrieval.formats.row import Refused

FOLDER = ".import"
# In it: the vectors made so far, see ``retrieval.pages``.
PAGES = "pages"
# What a shop's folder says of the last import.
REFUSED = "refused.jsonl"
# Refused rows that are kept in memory, for who prints them.
_SHOWN = 1000
_PAGE = 500
_CACHE = "-65536"

# Things that a feed can bring; what was read of each lies in a table of the same columns.
READ = ("products", "reviews", "policies", "customers", "orders")
_WORDS = "title_words text_words attribute_words".split()


@dataclass(slots=True)
class Refusals:
    """Rows that were refused: all of them in a file, the first ones at hand."""

    out: IO[str]
    count: int = 0
    first: list[Refused] = field(default_factory=list)

    def add(self, row: Refused) -> None:
        """Takes note of one."""
        self.count += 1
        if len(self.first) < _SHOWN:
            self.first.append(row)
        said = {"file": row.file, "line": row.line, "reason": row.reason}
        self.out.write(json.dumps(said, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import did to one sort of thing."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0


class Work:
    """One import's working database and files. Use ``opened``."""

    def __init__(self, shop: Path, db: sqlite3.Connection, refused: Refusals, meta: Mapping[str, str]) -> None:
        self.shop = shop
        self.place = shop / FOLDER
        self.db = db
        self.refused = refused
        # What the shop said of itself before; {} for a new one.
        self.meta = meta
        # Whether its stored words are those that this code would make.
        self.same_words = meta.get("words") == catalogue.words_version()

    def add(self, table: str, rows: Iterable[Sequence[object]], *, columns: Sequence[str]) -> None:
        """Adds rows that were read; the first column is the line."""
        self.db.executemany(
            f"INSERT INTO read_{table} (line, {', '.join(columns)}) VALUES ({_marks(['line', *columns])})", rows
        )

    def unless_read(self, table: str, file: str, found: Sequence[tuple[int, str]]) -> list[bool]:
        """Which of ``found`` (line and id) have an id that was not read before; the others are refused."""
        before = {
            i: (source, line)
            for i, source, line in self.db.execute(
                f"SELECT id, source, line FROM read_{table} WHERE id IN ({_marks(found)})", [i for _, i in found]
            )
        }
        fresh = []
        for line, id_ in found:
            fresh.append(id_ not in before)
            if id_ in before:
                source, first = before[id_]
                where = f"on line {first}" if source == file else f"in {source}:{first}"
                self.refused.add(Refused(file, line, f"the id {id_!r} is already {where}"))
            else:
                before[id_] = (file, line)
        return fresh

    def stored(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Id -> hash and source of those products that are in the shop."""
        found = self.db.execute(f"SELECT id, hash, source FROM shop.products WHERE id IN ({_marks(ids)})", ids)
        return {i: (hashed, source) for i, hashed, source in found}

    def known(self, ids: Collection[str]) -> set[str]:
        """Those of ``ids`` that are products of the shop as it will be."""
        return {i for (i,) in self.db.execute(f"SELECT id FROM shelf WHERE id IN ({_marks(ids)})", list(ids))}

    def counts(self, table: str, sources: Collection[str]) -> Counts:
        """How what was read compares with the shop's ``table``; what left of ``sources`` is removed."""
        both = f"SELECT count(*) FROM read_{table} r JOIN shop.{table} s ON s.id = r.id WHERE r.line > 0 AND"
        rows = self.number(f"SELECT count(*) FROM read_{table} WHERE line > 0")
        same = self.number(f"{both} r.hash = s.hash")
        changed = self.number(f"{both} r.hash <> s.hash")
        gone = self.number(
            f"SELECT count(*) FROM shop.{table} s WHERE source IN ({_marks(sources)}) "
            f"AND NOT EXISTS (SELECT 1 FROM read_{table} r WHERE r.id = s.id)",
            *sources,
        )
        return Counts(rows - same - changed, changed, same, gone)

    def settle_shelf(self, sources: Collection[str]) -> int:
        """Fills ``shelf``: what was read, and what the shop has from other feeds; returns how many."""
        self.db.execute(
            "INSERT INTO shelf (id) SELECT id FROM (SELECT id FROM read_products UNION ALL "
            f"SELECT id FROM shop.products p WHERE source NOT IN ({_marks(sources)}) "
            "AND NOT EXISTS (SELECT 1 FROM read_products r WHERE r.id = p.id)) ORDER BY id",
            list(sources),
        )
        return self.size()

    def size(self) -> int:
        """Products of the shop as it will be."""
        return self.number("SELECT count(*) FROM shelf")

    def entries(self, part: int = 0, parts: int = 1) -> Iterator[Entry]:
        """The shop as it will be, by id; of ``parts`` equal samples of it the one numbered ``part``."""
        where = f"WHERE shelf.place % {parts} = {part}" if parts > 1 else ""
        for row in self._joined(["source", "hash", "data", *_WORDS], where):
            yield catalogue.entry_of(row, fresh=True)

    def hashes(self) -> Iterator[tuple[str, ...]]:
        """Id and content hash of each entry, in the same order."""
        yield from self._joined(["id", "hash"])

    def entries_of(self, ids: Sequence[str]) -> dict[str, Entry]:
        """Those of the shop's entries with these ids, by id."""
        found: dict[str, Entry] = {}
        for start in range(0, len(ids), _PAGE):
            page = ids[start : start + _PAGE]
            for row in self._joined(["source", "hash", "data", *_WORDS], f"WHERE shelf.id IN ({_marks(page)})", page):
                entry = catalogue.entry_of(row, fresh=True)
                found[entry.product.id] = entry
        return found

    def _joined(self, names: Sequence[str], where: str = "", values: Sequence[str] = ()) -> Iterator[tuple[str, ...]]:
        # An unchanged row was read without its data: the shop has it.
        columns = ", ".join(f"coalesce(r.{n}, p.{n})" for n in names)
        yield from self.db.execute(
            f"SELECT {columns} FROM shelf LEFT JOIN read_products r ON r.id = shelf.id "
            f"LEFT JOIN shop.products p ON p.id = shelf.id {where} ORDER BY shelf.place",
            list(values),
        )

    def number(self, query: str, *values: str) -> int:
        """The one number that ``query`` gives."""
        (found,) = self.db.execute(query, list(values)).fetchone()
        return int(found)

    def take_over(self, sources: Mapping[str, Collection[str]], meta: Mapping[str, str], *, kinds: bool) -> None:
        """Makes the shop what it will be, all at once: a reader sees the old or the new.

        ``sources`` are those read, by table; ``kinds`` says whether the table of kinds was made anew.
        """
        if not self.meta:
            self.db.execute("DETACH shop")
            self.db.execute("ATTACH ? AS shop", (str(self.shop / catalogue.FILE),))
        self.db.execute("PRAGMA shop.journal_mode = WAL")
        self.db.execute(f"PRAGMA shop.cache_size = {_CACHE}")
        self.db.execute("BEGIN IMMEDIATE")
        catalogue.create(self.db, "shop")
        for table, read in sources.items():
            self._take_over(table, read)
        if kinds:
            self.db.execute("DELETE FROM shop.kinds")
            self.db.execute("INSERT INTO shop.kinds SELECT * FROM kinds ORDER BY product_id")
        self.db.execute("DELETE FROM shop.meta")
        self.db.executemany("INSERT INTO shop.meta VALUES (?, ?)", meta.items())
        self.db.execute("COMMIT")
        # One plain file again where nobody else has the shop open, so that a copy needs no care.
        self.db.execute("PRAGMA shop.wal_checkpoint(TRUNCATE)")

    def _take_over(self, table: str, sources: Collection[str]) -> None:
        """Rows that are already there are left as they are."""
        columns = ", ".join(catalogue.columns(table))
        self.db.execute(
            f"DELETE FROM shop.{table} AS s WHERE source IN ({_marks(sources)}) "
            f"AND NOT EXISTS (SELECT 1 FROM read_{table} r WHERE r.id = s.id)",
            list(sources),
        )
        if table == "products":
            fresh = "r.data IS NOT NULL"
        else:
            same = "s.id = r.id AND s.hash = r.hash AND s.source = r.source"
            fresh = f"NOT EXISTS (SELECT 1 FROM shop.{table} s WHERE {same})"
        self.db.execute(
            f"INSERT OR REPLACE INTO shop.{table} ({columns}) "
            f"SELECT {columns} FROM read_{table} r WHERE {fresh} ORDER BY id"
        )

    def replace(self, folder: str) -> None:
        """Puts a folder that was made here in the place of the shop's own one of that name."""
        old, fresh, trash = self.shop / folder, self.place / folder, self.place / f"{folder}.old"
        shutil.rmtree(trash, ignore_errors=True)
        if old.exists():
            old.rename(trash)
        fresh.rename(old)
        shutil.rmtree(trash, ignore_errors=True)

    def tell_refused(self) -> None:
        """Leaves the list of refused rows in the shop's folder; none where none was refused."""
        self.refused.out.flush()
        if self.refused.count:
            (self.place / REFUSED).replace(self.shop / REFUSED)
        else:
            (self.shop / REFUSED).unlink(missing_ok=True)


@contextmanager
def opened(shop: Path) -> Iterator[Work]:
    """The working folder in ``shop``, which is made where it is absent; one import at a time.

    What a killed import left there is taken up or thrown away. Raises ShopError where another import runs in this
    shop, or where one of the databases cannot be used.
    """
    from filelock import FileLock, Timeout

    place = shop / FOLDER
    try:
        place.mkdir(parents=True, exist_ok=True)
        with FileLock(place / "lock", timeout=0):
            _mend(shop, place)
            _clear(place)
            try:
                meta = catalogue.recorded(shop)
                catalogue.readable(shop, meta)
                with (place / REFUSED).open("w", encoding="utf-8") as out, _database(shop, meta) as db:
                    yield Work(shop, db, Refusals(out), meta)
            finally:
                _clear(place)
    except Timeout:
        raise ShopError(f"Another import into {shop} is running", "Wait until it has ended") from None
    except sqlite3.DatabaseError as error:
        raise ShopError(
            f"The shop in {shop} cannot be written ({error})",
            "Check that the folder is writable, the disk not full and no other import running, then import again",
        ) from error
    except OSError as error:
        raise ShopError(
            f"The folder {shop} cannot be written ({error.strerror or error})", "Check the path, or name another --shop"
        ) from error


def _clear(place: Path) -> None:
    """Throws away everything but the vectors made so far."""
    for left in place.iterdir():
        if left.name not in ("lock", PAGES):
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def _mend(shop: Path, place: Path) -> None:
    """Ends what the import before was killed in: a swap of folders, the copying of a picture."""
    for half in (shop / picture_files.FOLDER).glob("*.new"):
        half.unlink()
    for trash in place.glob("*.old"):
        if not (shop / trash.stem).exists():
            trash.rename(shop / trash.stem)


@contextmanager
def _database(shop: Path, meta: Mapping[str, str]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(shop / FOLDER / "rows.sqlite", isolation_level=None, timeout=60)) as db:
        # Nobody reads this file after a crash.
        for name, value in (("journal_mode", "OFF"), ("synchronous", "OFF"), ("cache_size", _CACHE)):
            db.execute(f"PRAGMA {name} = {value}")
        for table in READ:
            columns = catalogue.TABLES[table].replace("id TEXT PRIMARY KEY", "id TEXT NOT NULL UNIQUE")
            if table == "products":
                # One that is in the shop as it was read is noted without its data.
                columns = re.sub(r"((?:data|_words) TEXT) NOT NULL", r"\1", columns) + ", currency TEXT"
            db.execute(f"CREATE TABLE read_{table} (n INTEGER PRIMARY KEY, line INTEGER NOT NULL, {columns})")
        # The products of the shop as it will be, by id; place counts from 1.
        db.execute("CREATE TABLE shelf (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)")
        db.execute(f"CREATE TABLE kinds ({catalogue.TABLES['kinds']})")
        if meta:
            db.execute("ATTACH ? AS shop", (str(shop / catalogue.FILE),))
        else:
            # The shop is made when everything is ready for it.
            db.execute("ATTACH ':memory:' AS shop")
        if not meta or _lacks(db):
            catalogue.create(db, "shop")
        yield db


def _lacks(db: sqlite3.Connection) -> bool:
    """Whether the shop was made by a version that knew fewer tables or columns."""
    return any(
        len(db.execute(f"PRAGMA shop.table_info({table})").fetchall()) < len(catalogue.columns(table))
        for table in catalogue.TABLES
    )


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
