"""Reads feeds, reviews, policies and orders into an import's working folder, row by row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from retrieval import catalogue, picture_files
from retrieval.catalogue import Entry
from retrieval.feeds import Refused, read_products, read_reviews
from retrieval.forgotten import Forgotten
from retrieval.orders import Customer, Order, database_products, read_orders
from retrieval.policies import read_policies
from retrieval.product import Product, Review
from retrieval.work import Work

# Rows that are held at a time.
_BATCH = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """How product feeds are to be read."""

    # File name -> field -> column.
    mappings: Mapping[str, Mapping[str, str]]
    # ISO 4217; holds where a feed states none.
    currency: str
    fmt: str
    # Gets the number of rows read so far.
    on_row: Callable[[int], None] | None = None


def products(work: Work, feeds: Sequence[Path], how: Reading) -> int:
    """Notes the products of ``feeds``; returns how many pictures they name that are not beside them."""
    missing = rows = 0
    for path in feeds:
        found = read_products(path, mapping=how.mappings[path.name], currency=how.currency, fmt=how.fmt)
        for batch in _batches(work, found):
            brought = []
            for line, product in batch:
                kept, lost = picture_files.bring(product, path.parent, work.shop)
                brought.append((line, kept))
                missing += lost
            _note_products(work, path.name, brought)
            rows += len(batch)
            if how.on_row:
                how.on_row(rows)
    return missing


def database(work: Work, paths: Sequence[Path], currency: str) -> None:
    """Notes the products that order databases bring."""
    for path in paths:
        for batch in _batches(work, database_products(path, currency)):
            _note_products(work, path.name, batch)


def _batches(work: Work, rows: Iterator[tuple[int, T | Refused]]) -> Iterator[list[tuple[int, T]]]:
    """The good rows some hundred at a time; the refused ones are noted."""
    while batch := list(islice(rows, _BATCH)):
        good = []
        for line, row in batch:
            if isinstance(row, Refused):
                work.refused.add(row)
            else:
                good.append((line, row))
        yield good


def _note_products(work: Work, file: str, batch: list[tuple[int, Product]]) -> None:
    fresh = work.unless_read("products", file, [(line, p.id) for line, p in batch])
    stored = work.stored([p.id for _, p in batch]) if work.same_words else {}
    rows: list[tuple[object, ...]] = []
    for (line, product), new in zip(batch, fresh, strict=True):
        if not new:
            continue
        currency = product.price.currency if product.price else None
        hashed = catalogue.content_hash(product)
        if stored.get(product.id) == (hashed, file):
            rows.append((line, currency, product.id, file, hashed, None, None, None, None))
        else:
            rows.append((line, currency, *catalogue.row_of(Entry.of(product, file, hashed))))
    work.add("products", rows, columns=["currency", *catalogue.columns("products")])


def settle_currency(work: Work, fallback: str) -> str:
    """The shop's one currency: its own, else the usual one of what was read; rows in others are refused."""
    usual = work.db.execute(
        "SELECT currency FROM read_products WHERE currency IS NOT NULL GROUP BY currency ORDER BY count(*) DESC, min(n)"
    ).fetchone()
    currency = work.meta.get("currency") or (usual[0] if usual else fallback)
    others = "FROM read_products WHERE currency <> ?"
    for file, line, other in work.db.execute(f"SELECT source, line, currency {others} ORDER BY n", (currency,)):
        work.refused.add(Refused(file, line, f"the price is in {other}, and the shop sells in {currency}"))
    work.db.execute(f"DELETE {others}", (currency,))
    return currency


def renew_words(work: Work) -> None:
    """Notes what the shop has from other feeds, too, where the stored words are those of other code."""
    if work.same_words:
        return
    kept = work.db.execute(
        "SELECT p.source, p.data FROM shop.products p JOIN shelf ON shelf.id = p.id "
        "WHERE NOT EXISTS (SELECT 1 FROM read_products r WHERE r.id = p.id)"
    )
    while batch := kept.fetchmany(_BATCH):
        entries = [Entry.of(Product.from_dict(json.loads(data)), source) for source, data in batch]
        work.add("products", [(0, *catalogue.row_of(e)) for e in entries], columns=catalogue.columns("products"))


def reviews(work: Work, paths: Sequence[Path], fmt: str) -> None:
    """Notes reviews of the shop's products, but those of customers whom the shop has erased."""
    gone = Forgotten.of(work.meta)
    for path in paths:
        for read in _batches(work, read_reviews(path, fmt=fmt)):
            batch = [(line, review) for line, review in read if not gone.day(review.customer_id)]
            known = work.known({review.product_id for _, review in batch})
            for line, review in batch:
                if review.product_id not in known:
                    work.refused.add(Refused(path.name, line, f"the shop has no product {review.product_id!r}"))
            there = [(line, review) for line, review in batch if review.product_id in known]
            fresh = work.unless_read("reviews", path.name, [(line, r.id) for line, r in there])
            kept = [pair for pair, new in zip(there, fresh, strict=True) if new]
            names = [*Review.__slots__, "source", "hash"]
            work.add("reviews", [_review_row(line, r, path.name) for line, r in kept], columns=names)


def _review_row(line: int, review: Review, file: str) -> tuple[object, ...]:
    row = asdict(review)
    return (line, *row.values(), file, catalogue.row_hash(row))


def policies(work: Work, folders: Sequence[Path]) -> None:
    """Notes the documents in ``folders``."""
    for folder in folders:
        source = folder.resolve().name
        for document in read_policies(folder):
            if isinstance(document, Refused):
                work.refused.add(document)
            elif work.unless_read("policies", source, [(1, document.id)])[0]:
                hashed = catalogue.row_hash(asdict(document))
                row = (1, document.id, source, hashed, document.title, document.text)
                work.add("policies", [row], columns=catalogue.columns("policies"))


def orders(work: Work, paths: Sequence[Path]) -> None:
    """Notes orders and customers; of customers whom the shop has erased, only what the books need."""
    gone = Forgotten.of(work.meta)
    for path in paths:
        for read in _batches(work, read_orders(path)):
            batch: list[tuple[int, Order | Customer]] = []
            for line, found in read:
                if row := _unless_erased(found, gone):
                    batch.append((line, row))
            for table, kind in (("customers", Customer), ("orders", Order)):
                rows = [(line, row) for line, row in batch if isinstance(row, kind)]
                fresh = work.unless_read(table, path.name, [(line, row.id) for line, row in rows])
                kept = [pair for pair, new in zip(rows, fresh, strict=True) if new]
                work.add(table, [_order_row(n, r, path.name) for n, r in kept], columns=catalogue.columns(table))


def _unless_erased(row: object, gone: Forgotten) -> Order | Customer | None:
    assert isinstance(row, Order | Customer)
    customer = row.customer_id if isinstance(row, Order) else row.id
    if not gone.day(customer):
        return row
    return Order(row.id, gone.name(customer), gone.redacted(row.data, customer)) if isinstance(row, Order) else None


def _order_row(line: int, row: Order | Customer, file: str) -> tuple[object, ...]:
    whose = (row.customer_id,) if isinstance(row, Order) else ()
    return (line, row.id, file, catalogue.row_hash(row.data), *whose, json.dumps(row.data, ensure_ascii=False))
