"""Amazon Reviews 2023 (McAuley lab): the item metadata under our names. Its reviews need no more than column names."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from retrieval.formats.row import Refused, Row, Rows
from retrieval.markup import plain

_SHOWN_ELSEWHERE = frozenset({"brand", "manufacturer"})


def is_amazon(columns: Iterable[str]) -> bool:
    """Whether a file with these columns is such metadata."""
    return {"parent_asin", "main_category", "title"} <= set(columns)


def amazon_rows(rows: Iterable[Row | Refused], file: str) -> Rows:
    """The rows under our own names; ``details`` become attributes, ``features`` part of the description."""
    for row in rows:
        yield row if isinstance(row, Refused) else Row(row.line, _product(row.cells), typed=True)


def _product(cells: dict[str, Any]) -> dict[str, Any]:
    details = _details(cells.get("details"))
    by_name = {name.lower(): value for name, value in details.items()}
    categories = _texts(cells.get("categories"))
    return {
        "id": cells.get("parent_asin"),
        "title": " - ".join(_texts([cells.get("title"), cells.get("subtitle")])),
        "description": "\n".join(map(plain, (*_texts(cells.get("description")), *_texts(cells.get("features"))))),
        "brand": by_name.get("brand") or cells.get("store") or by_name.get("manufacturer"),
        "price": _price(cells.get("price")),
        "category": categories or cells.get("main_category"),
        "rating": cells.get("average_rating"),
        "rating_count": cells.get("rating_number"),
        "pictures": _pictures(cells.get("images")),
        "attributes": {name: v for name, v in details.items() if name.lower() not in _SHOWN_ELSEWHERE},
    }


def _price(value: Any) -> Any:
    """The price; None for a range or a least one ("from 14.99"), which is no price of this product."""
    if isinstance(value, str) and re.match(r"\s*(?:none|nan|null|from\b|—|-|\$?[\d.,]+\s*-)", value, re.IGNORECASE):
        return None
    return value


def _details(value: Any) -> dict[str, Any]:
    found = _parsed(value)
    return dict(found) if isinstance(found, Mapping) else {}


def _pictures(value: Any) -> list[str]:
    """Addresses of the pictures in their usual size; a list of objects, or an object of lists."""
    found = _parsed(value)
    if isinstance(found, Mapping):
        return _texts(found.get("large") or found.get("hi_res") or found.get("thumb"))
    entries = found if isinstance(found, list) else []
    return _texts([e.get("large") or e.get("hi_res") or e.get("thumb") for e in entries if isinstance(e, Mapping)])


def _parsed(value: Any) -> Any:
    """``value``, or what it holds where it was printed as JSON or Python; None where it can be read as neither."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [v.strip() for v in values if isinstance(v, str) and v.strip() and v.strip().lower() != "none"]
