"""The one place where a product or review feed is parsed or refused.

A bad row is refused with file, line and reason and never stops the rest; a feed that cannot be read as a whole
raises FeedError.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from retrieval.amounts import currency_code, parse_price
from retrieval.columns import REVIEW_ALIASES, Columns, find_columns
from retrieval.errors import FeedError
from retrieval.product import AttributeValue, Money, Product, Review
from retrieval.rows import Refused, Row, feed_rows

__all__ = ["Refused", "read_products", "read_reviews"]

# JSON objects need not all have the same keys: the columns are those of the first rows together.
_SAMPLE = 500
# Control characters, lone surrogates, and marks that turn the reading direction of what follows.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]+")
_STOCK_WORDS = {
    "in stock": 1, "instock": 1, "in_stock": 1, "yes": 1, "true": 1, "available": 1,
    "out of stock": 0, "outofstock": 0, "out_of_stock": 0, "no": 0, "false": 0, "sold out": 0, "unavailable": 0,
}  # fmt: skip


class _BadRow(ValueError):
    """The reason why a row is refused."""


def read_products(
    path: Path, *, mapping: Mapping[str, str] | None = None, currency: str = "USD", fmt: str = "auto"
) -> Iterator[tuple[int, Product | Refused]]:
    """The products of a feed with their line numbers, in file order; a second row with an id already seen is refused.

    ``mapping`` is field -> column (``{"title": "name"}``), ``currency`` (ISO 4217) holds where the feed states none.
    """
    rows, columns = _open(path, fmt)
    found = find_columns(columns, mapping or {}, file=path.name)
    seen: dict[str, int] = {}
    for row in rows:
        if isinstance(row, Refused):
            yield row.line, row
            continue
        try:
            product = _product(row, found, currency)
        except ValueError as error:
            yield row.line, Refused(path.name, row.line, str(error))
            continue
        if product.id in seen:
            yield row.line, Refused(path.name, row.line, f"the id {product.id!r} is already on line {seen[product.id]}")
            continue
        seen[product.id] = row.line
        yield row.line, product


def read_reviews(path: Path, *, fmt: str = "auto") -> Iterator[tuple[int, Review | Refused]]:
    """The reviews of a feed with their line numbers; a review without an id gets one made from its content."""
    rows, columns = _open(path, fmt)
    found = find_columns(columns, {}, file=path.name, aliases=REVIEW_ALIASES, lists={}, needed=("product_id",))
    if not {"text", "rating"} & set(found.one):
        raise FeedError(f"{path.name} has neither a text nor a rating column", "Name them text and rating")
    seen: dict[str, int] = {}
    for row in rows:
        if isinstance(row, Refused):
            yield row.line, row
            continue
        try:
            review = _review(row, found)
        except ValueError as error:
            yield row.line, Refused(path.name, row.line, str(error))
            continue
        if review.id in seen:
            yield row.line, Refused(path.name, row.line, f"the same review is already on line {seen[review.id]}")
            continue
        seen[review.id] = row.line
        yield row.line, review


def _open(path: Path, fmt: str) -> tuple[Iterable[Row | Refused], list[str]]:
    rows = feed_rows(path, fmt)
    sample = list(islice(rows, _SAMPLE))
    columns = list(dict.fromkeys(key for row in sample if isinstance(row, Row) for key in row.cells))
    if not columns:
        first = next(iter(sample))
        assert isinstance(first, Refused)
        raise FeedError(f"{path.name} holds no readable row (line {first.line}: {first.reason})", "Check its format")
    return chain(sample, rows), columns


def _product(row: Row, columns: Columns, currency: str) -> Product:
    cells = row.cells

    def cell(field: str) -> Any:
        column = columns.one.get(field)
        return None if column is None else cells.get(column)

    return Product(
        id=_identity(cell("id"), "id"),
        title=_needed(_text(cell("title"), "title", one_line=True), "title"),
        description=_text(cell("description"), "description"),
        brand=_text(cell("brand"), "brand", one_line=True),
        price=_price(cell("price"), cell("currency"), currency),
        category=_category(cell("category")),
        attributes=_attributes(row, columns),
        pictures=_many(cells, columns.many.get("pictures", ()), split=True),
        rating=(rating := _rating(cell("rating"))),
        rating_count=0 if rating is None else _count(cell("rating_count"), "rating count") or 0,
        stock=_stock(cell("stock")),
        codes=_many(cells, columns.many.get("codes", ()), split=True),
        url=_text(cell("url"), "url", one_line=True),
    )


def _review(row: Row, columns: Columns) -> Review:
    values = {field: row.cells.get(column) for field, column in columns.one.items()}
    review = Review(
        id=_text(values.get("id"), "id", one_line=True),
        product_id=_identity(values.get("product_id"), "product id"),
        rating=_rating(values.get("rating")),
        text=_text(values.get("text"), "text"),
        title=_text(values.get("title"), "title", one_line=True),
        author=_text(values.get("author"), "author", one_line=True),
        date=_date(values.get("date")),
    )
    if not review.text and review.rating is None:
        raise _BadRow("neither a text nor a rating")
    if review.id:
        return review
    content = json.dumps([review.product_id, review.rating, review.text, review.title, review.author, review.date])
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    return Review(digest, review.product_id, review.rating, review.text, review.title, review.author, review.date)


def _identity(value: Any, field: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, type(None))):
        raise _BadRow(f"the {field} is a {type(value).__name__}, not text or a whole number")
    return _needed(_text(value, field, one_line=True), field)


def _needed(text: str, field: str) -> str:
    if not text:
        raise _BadRow(f"no {field}")
    return text


def _text(value: Any, field: str, *, one_line: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        value = "\n".join(value)
    if isinstance(value, (dict, list)):
        raise _BadRow(f"the {field} is a {type(value).__name__}, not text")
    text = _UNPRINTABLE.sub(" ", str(value)).strip()
    return " ".join(text.split()) if one_line else text


def _price(value: Any, currency: Any, default: str) -> Money | None:
    stated = _text(currency, "currency", one_line=True)
    code = currency_code(stated) if stated else None
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, (str, int, float)):
        raise _BadRow(f"the price is a {type(value).__name__}, not an amount")
    return parse_price(value, stated=code, default=default)


def _category(value: Any) -> str:
    if isinstance(value, list):
        return " > ".join(text for v in value if (text := _text(v, "category", one_line=True)))
    return _text(value, "category", one_line=True)


def _rating(value: Any) -> float | None:
    if value is None or value == "":
        return None
    text = str(value).strip().lower()
    match = re.fullmatch(r"(\d+(?:[.,]\d+)?)(?:\s*(?:/|out of)\s*5(?:\.0)?)?(?:\s*stars?)?", text)
    stars = float(match[1].replace(",", ".")) if match and not isinstance(value, bool) else math.nan
    # Feeds write 0 for "not rated yet".
    if stars == 0:
        return None
    if not 1 <= stars <= 5:
        raise _BadRow(f"the rating {text[:40]!r} is not within 1 to 5 stars")
    return stars


def _count(value: Any, field: str) -> int | None:
    if value is None or value == "":
        return None
    try:
        number = float(value) if not isinstance(value, str) else float(value.replace(",", "").strip() or "0")
    except (TypeError, ValueError):
        raise _BadRow(f"the {field} {str(value)[:40]!r} is not a number") from None
    if not abs(number) < 2**53 or number != int(number):
        raise _BadRow(f"the {field} {str(value)[:40]!r} is not a whole number")
    # A shop that sold more than it had counts below zero: nothing on hand.
    return max(0, int(number))


def _stock(value: Any) -> int | None:
    # "in stock" says one at least, and no more than that.
    word = str(value).strip().lower() if isinstance(value, (str, bool)) else ""
    return _STOCK_WORDS[word] if word in _STOCK_WORDS else _count(value, "stock")


def _date(value: Any) -> str:
    """ISO date of an ISO text or a Unix time in seconds or milliseconds; "" for every other spelling."""
    text = str(value).strip() if value is not None and not isinstance(value, bool) else ""
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return datetime.fromtimestamp(int(text[:10]), UTC).date().isoformat()
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def _many(cells: Mapping[str, Any], columns: Iterable[str], *, split: bool) -> tuple[str, ...]:
    found: list[str] = []
    for column in columns:
        value = cells.get(column)
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            text = _text(part, column, one_line=True)
            # A comma may stand within an address; it parts two entries where a space or an address follows.
            found += (
                re.split(r"\s*[|;]\s*|,\s+|,(?=https?://)", text) if split and not isinstance(value, list) else [text]
            )
    return tuple(dict.fromkeys(f for f in found if f))


def _attributes(row: Row, columns: Columns) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {}
    for bag in columns.bags:
        value = row.cells.get(bag)
        if isinstance(value, str) and value.strip():
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                raise _BadRow("the attributes are not a JSON object") from None
        if value and not isinstance(value, dict):
            raise _BadRow(f"the attributes are a {type(value).__name__}, not an object")
        for name, item in (value or {}).items():
            _put(found, _text(name, "attribute", one_line=True), item, typed=True)
    for column, name in columns.attributes.items():
        _put(found, name, row.cells.get(column), typed=row.typed)
    return found


def _put(found: dict[str, AttributeValue], name: str, value: Any, *, typed: bool) -> None:
    """Adds one attribute unless it says nothing; lists and objects become text."""
    if isinstance(value, list):
        value = ", ".join(str(v) for v in value if isinstance(v, (str, int, float)))
    elif isinstance(value, dict):
        value = "; ".join(f"{k}: {v}" for k, v in value.items() if isinstance(v, (str, int, float)))
    if isinstance(value, str):
        value = _text(value, name, one_line=True)
        value = value if typed else typed_value(value)
    if isinstance(value, float) and not math.isfinite(value):
        return
    if value is not None and value != "" and name:
        found[name] = value


def typed_value(text: str) -> AttributeValue:
    """What a CSV cell means: a flag, a number, or its text. "007" stays text: leading zeros matter in codes."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})", text):
        return int(text)
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})\.\d{1,9}", text):
        return float(text)
    return text
