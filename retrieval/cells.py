"""What one cell of a feed means, or the reason why its row is refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from retrieval.amounts import currency_code, parse_price
from retrieval.formats.row import typed_value
from retrieval.markup import plain
from retrieval.product import AttributeValue, Money

# Control characters, lone surrogates, and marks that turn the reading direction of what follows.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]+")
# A command to a terminal, whole: its letters are no text either.
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]"
)
_STOCK_WORDS = {
    "in stock": 1, "instock": 1, "yes": 1, "true": 1, "available": 1, "limited availability": 1,
    "limitedavailability": 1, "low stock": 1, "in store only": 1, "instoreonly": 1,
    "out of stock": 0, "outofstock": 0, "no": 0, "false": 0, "sold out": 0, "soldout": 0, "unavailable": 0,
    "not available": 0, "discontinued": 0, "preorder": 0, "pre order": 0, "presale": 0, "backorder": 0, "back order": 0,
}  # fmt: skip
_COUNTED = re.compile(r"[>~+]?\s*(-?[\d.,' ]*\d)\s*\+?\s*(?:pcs?\.?|pieces?|units?|items?|stk\.?|stück|in stock|left)?")
_STARS = re.compile(r"(\d+(?:[.,]\d+)?)(?:\s*(?:/|out of)\s*5(?:\.0)?)?(?:\s*stars?)?")


class BadCell(ValueError):
    """The reason why a row is refused."""


def identity(value: Any, field: str) -> str:
    """An id: text or a whole number. Raises BadCell where there is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, type(None))):
        raise BadCell(f"the {field} is a {type(value).__name__}, not text or a whole number")
    return needed(text(value, field, one_line=True), field)


def needed(said: str, field: str) -> str:
    """``said``; raises BadCell where it is empty."""
    if not said:
        raise BadCell(f"no {field}")
    return said


def text(value: Any, field: str, *, one_line: bool = False) -> str:
    """Plain text: HTML, control characters and white space at the ends are gone; "" for nothing."""
    said = value if isinstance(value, str) else _printed(value, field)
    if "<" in said or "&" in said:
        said = plain(said)
    if not said.isprintable():
        said = _UNPRINTABLE.sub(" ", _ESCAPE.sub(" ", said))
    return " ".join(said.split()) if one_line else said.strip()


def _printed(value: Any, field: str) -> str:
    """What is no text as text; raises BadCell for what is none."""
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return "\n".join(value)
    if isinstance(value, (dict, list)):
        raise BadCell(f"the {field} is a {type(value).__name__}, not text")
    return str(value)


def price(value: Any, currency: Any, default: str) -> Money | None:
    """The amount in ``value``; ``currency`` is the cell beside it. Raises ValueError for what is no amount."""
    stated = text(currency, "currency", one_line=True)
    code = currency_code(stated) if stated else None
    if nothing(value):
        return None
    if not isinstance(value, (str, int, float, Decimal)):
        raise BadCell(f"the price is a {type(value).__name__}, not an amount")
    return parse_price(value, stated=code, default=default)


def nothing(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def category(value: Any) -> str:
    """A category path, "Department > Category"."""
    if isinstance(value, list):
        return " > ".join(said for v in value if (said := text(v, "category", one_line=True)))
    return text(value, "category", one_line=True)


def rating(value: Any) -> float | None:
    """Stars from 1 to 5."""
    if nothing(value):
        return None
    said = str(value).strip().lower()
    match = _STARS.fullmatch(said)
    stars = float(match[1].replace(",", ".")) if match and not isinstance(value, bool) else math.nan
    # Feeds write 0 for "not rated yet".
    if stars == 0:
        return None
    if not 1 <= stars <= 5:
        raise BadCell(f"the rating {said[:40]!r} is not within 1 to 5 stars")
    return stars


def count(value: Any, field: str) -> int | None:
    """A whole number, at least 0; None for nothing."""
    if nothing(value):
        return None
    if isinstance(value, str):
        match = _COUNTED.fullmatch(value.strip().lower())
        value = re.sub(r"[, ']", "", match[1]) if match else value
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise BadCell(f"the {field} {str(value)[:40]!r} is not a number") from None
    if not abs(number) < 2**53 or number != int(number):
        raise BadCell(f"the {field} {str(value)[:40]!r} is not a whole number")
    # A shop that sold more than it had counts below zero: nothing on hand.
    return max(0, int(number))


def stock(value: Any) -> int | None:
    """Units on hand; "in stock" says one at least, and no more than that."""
    if isinstance(value, (str, bool)):
        word = str(value).strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("schema.org/")
        known = _STOCK_WORDS.get(re.sub(r"[_\-\s]+", " ", word))
        if known is not None:
            return known
    return count(value, "stock")


def day(value: Any) -> str:
    """ISO date of an ISO text or a Unix time in seconds or milliseconds; "" for every other spelling."""
    said = str(value).strip() if value is not None and not isinstance(value, bool) else ""
    if re.fullmatch(r"\d{10}|\d{13}", said):
        return datetime.fromtimestamp(int(said[:10]), UTC).date().isoformat()
    try:
        return date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        return ""


def flag(value: Any) -> bool | None:
    """True, false, or None where neither is said."""
    word = str(value).strip().lower()
    return True if word in ("true", "1", "yes", "y") else False if word in ("false", "0", "no", "n") else None


def many(cells: Mapping[str, Any], columns: Iterable[str]) -> tuple[str, ...]:
    """Every entry of several columns, each once: lists, or texts parted by signs."""
    found: list[str] = []
    for column in columns:
        value = cells.get(column)
        for part in value if isinstance(value, list) else [value]:
            said = text(part, column, one_line=True)
            # A comma may stand within an address; it parts two entries where a space or an address follows.
            found += re.split(r"\s*[|;]\s*|,\s+|,(?=https?://)", said) if not isinstance(value, list) else [said]
    return tuple(dict.fromkeys(f for f in found if f))


def bag(value: Any) -> Mapping[str, Any]:
    """A whole mapping of attributes in one cell, also printed as JSON."""
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise BadCell("the attributes are not a JSON object") from None
    if value and not isinstance(value, dict):
        raise BadCell(f"the attributes are a {type(value).__name__}, not an object")
    return value or {}


def put(found: dict[str, AttributeValue], name: str, value: Any, *, typed: bool) -> None:
    """Adds one attribute unless it says nothing; lists and objects become text."""
    if isinstance(value, list):
        value = ", ".join(str(v) for v in value if isinstance(v, (str, int, float, Decimal)))
    elif isinstance(value, dict):
        value = "; ".join(f"{k}: {v}" for k, v in value.items() if isinstance(v, (str, int, float, Decimal)))
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int) and abs(value) >= 2**63:
        value = str(value)
    if isinstance(value, str):
        value = text(value, name, one_line=True)
        value = value if typed else typed_value(value)
    if isinstance(value, float) and not math.isfinite(value):
        return
    if value is not None and value != "" and name:
        found[name] = value
