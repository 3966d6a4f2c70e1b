"""The one place where a product or review feed is parsed or refused.

A bad row is refused with file, line and reason and never stops the rest; a feed that cannot be read as a whole
raises FeedError. Nothing is remembered from row to row: a feed of any length is read in the same memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from retrieval import cells
from retrieval.cells import BadCell
from retrieval.columns import PRICES, REVIEW_ALIASES, Columns, find_columns
from retrieval.errors import FeedError
from retrieval.formats.amazon import amazon_rows, is_amazon
from retrieval.formats.google import google_rows, is_google
from retrieval.formats.shopify import is_shopify, shopify_rows
from retrieval.product import AttributeValue, Money, Product, Review, Variant
from retrieval.rows import FILES, Refused, Row, Rows, feed_rows, typed_value

__all__ = ["FORMATS", "Refused", "read_products", "read_reviews", "typed_value"]

_Layout = Callable[[Iterable[Row | Refused], str], Rows]
# Exporters that name things their own way, and how a file of theirs is told.
_LAYOUTS: dict[str, tuple[Callable[[Iterable[str]], bool], _Layout]] = {
    "shopify": (is_shopify, shopify_rows),
    "google": (is_google, google_rows),
    "amazon": (is_amazon, amazon_rows),
}
# What ``--format`` takes.
FORMATS = ("auto", *FILES, *_LAYOUTS)
# JSON objects need not all have the same keys: the columns are those of the first rows together.
_SAMPLE = 500
# Rows in a row that may be refused before the first good one.
_PATIENCE = 20_000


def read_products(
    path: Path, *, mapping: Mapping[str, str] | None = None, currency: str = "USD", fmt: str = "auto"
) -> Iterator[tuple[int, Product | Refused]]:
    """The products of a feed with their line numbers, in file order.

    ``mapping`` is field -> column (``{"title": "name"}``), ``currency`` (ISO 4217) holds where the feed states none.
    """
    rows, names = _open(path, fmt, tuple(_LAYOUTS))
    found = find_columns(names, mapping or {}, file=path.name)
    for row in rows:
        if isinstance(row, Refused):
            yield row.line, row
            continue
        try:
            found = found.with_more(row.cells.keys())
            yield row.line, _product(row, found, currency)
        except ValueError as error:
            yield row.line, Refused(path.name, row.line, str(error))


def read_reviews(path: Path, *, fmt: str = "auto") -> Iterator[tuple[int, Review | Refused]]:
    """The reviews of a feed with their line numbers; a review without an id gets one made from its content."""
    rows, names = _open(path, fmt, ())
    found = find_columns(names, {}, file=path.name, aliases=REVIEW_ALIASES, lists={}, needed=("product_id",))
    if not {"text", "rating"} & set(found.one):
        raise FeedError(f"{path.name} has neither a text nor a rating column", "Name them text and rating")
    for row in rows:
        if isinstance(row, Refused):
            yield row.line, row
            continue
        try:
            yield row.line, _review(row, found)
        except ValueError as error:
            yield row.line, Refused(path.name, row.line, str(error))


def _open(path: Path, fmt: str, layouts: tuple[str, ...]) -> tuple[Iterable[Row | Refused], list[str]]:
    """The rows under the names of their exporter's layout where they have one of ``layouts``, and the columns."""
    if fmt not in FORMATS:
        raise FeedError(f"There is no feed format {fmt!r}", f"Use --format {', '.join(FORMATS)}")
    rows = feed_rows(path, fmt if fmt in FILES else "auto")
    sample, names = _sampled(rows)
    if not names:
        first = next(iter(sample))
        assert isinstance(first, Refused)
        raise FeedError(f"{path.name} holds no readable row (line {first.line}: {first.reason})", "Check its format")
    chosen = fmt if fmt in layouts else next((n for n in layouts if _LAYOUTS[n][0](names)), None)
    if chosen is None:
        return chain(sample, rows), names
    laid = _LAYOUTS[chosen][1](chain(sample, rows), path.name)
    sample, names = _sampled(laid)
    if not names:
        first = next(iter(sample))
        assert isinstance(first, Refused)
        raise FeedError(f"{path.name} is no {chosen} feed (line {first.line}: {first.reason})", "Leave out --format")
    return chain(sample, laid), names


def _sampled(rows: Rows) -> tuple[list[Row | Refused], list[str]]:
    sample = list(islice(rows, _SAMPLE))
    # A feed may begin with a long stretch of rows that are refused.
    if sample and not any(isinstance(row, Row) for row in sample):
        for row in islice(rows, _PATIENCE):
            sample.append(row)
            if isinstance(row, Row):
                break
    return sample, list(dict.fromkeys(key for row in sample if isinstance(row, Row) for key in row.cells))


def _product(row: Row, columns: Columns, currency: str) -> Product:
    def cell(field: str) -> Any:
        column = columns.one.get(field)
        return None if column is None else row.cells.get(column)

    attributes = _attributes(row, columns)
    price, regular = _prices([cells.price(cell(f), cell("currency"), currency) for f in PRICES])
    if regular:
        attributes["regular_price"] = str(regular.major)
    if not isinstance(cell("variants"), list):
        cells.put(attributes, "variants", cell("variants"), typed=row.typed)
    stars = cells.rating(cell("rating"))
    return Product(
        id=cells.identity(cell("id"), "id"),
        title=cells.needed(cells.text(cell("title"), "title", one_line=True), "title"),
        description=cells.text(cell("description"), "description"),
        brand=cells.text(cell("brand"), "brand", one_line=True),
        price=price,
        category=cells.category(cell("category")),
        attributes=attributes,
        pictures=cells.many(row.cells, columns.many.get("pictures", ())),
        rating=stars,
        rating_count=0 if stars is None else cells.count(cell("rating_count"), "rating count") or 0,
        stock=cells.stock(cell("stock")),
        variants=_variants(cell("variants"), price.currency if price else currency),
        codes=cells.many(row.cells, columns.many.get("codes", ())),
        url=cells.text(cell("url"), "url", one_line=True),
        group=cells.text(cell("group"), "group", one_line=True),
    )


def _variants(value: Any, currency: str) -> tuple[Variant, ...]:
    """What may be chosen within a product: objects with an id, options, and a price and a stock of their own."""
    found = []
    for row in value if isinstance(value, list) else ():
        if not isinstance(row, dict):
            raise BadCell("a variant is not an object")
        options = cells.bag(row.get("options"))
        found.append(
            Variant(
                id=cells.identity(row.get("id", row.get("sku")), "id of a variant"),
                options={
                    cells.text(n, "option", one_line=True): cells.text(v, n, one_line=True) for n, v in options.items()
                },
                price=cells.price(row.get("price"), row.get("currency"), currency),
                stock=cells.stock(row.get("stock")),
            )
        )
    return tuple(found)


def _prices(said: Sequence[Money | None]) -> tuple[Money | None, Money | None]:
    """What a product costs, and what it costs usually where that is more, from the cells named in ``PRICES``."""
    price, sale, was = said
    # Feeds write 0 for "not reduced".
    now = sale if sale and (price is None or 0 < sale.minor < price.minor) else price
    usual = max((m.minor, m) for m in (price, was) if m)[1] if price or was else None
    return now, usual if now and usual and usual.minor > now.minor else None


def _attributes(row: Row, columns: Columns) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {}
    for name in columns.bags:
        for key, value in cells.bag(row.cells.get(name)).items():
            cells.put(found, cells.text(key, "attribute", one_line=True), value, typed=True)
    for column, name in columns.attributes.items():
        cells.put(found, name, row.cells.get(column), typed=row.typed)
    return found


def _review(row: Row, columns: Columns) -> Review:
    values = {field: row.cells.get(column) for field, column in columns.one.items()}
    review = Review(
        id=cells.text(values.get("id"), "id", one_line=True),
        product_id=cells.identity(values.get("product_id"), "product id"),
        rating=cells.rating(values.get("rating")),
        text=cells.text(values.get("text"), "text"),
        title=cells.text(values.get("title"), "title", one_line=True),
        author=cells.text(values.get("author"), "author", one_line=True),
        date=cells.day(values.get("date")),
        helpful=cells.count(values.get("helpful"), "helpful votes") or 0,
        verified=cells.flag(values.get("verified")),
        customer_id=cells.text(values.get("customer_id"), "customer id", one_line=True),
    )
    if not review.text and review.rating is None:
        raise BadCell("neither a text nor a rating")
    if review.id:
        return review
    content = [*asdict(review).values()]
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
    return replace(review, id=digest)
