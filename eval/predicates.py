"""Hard wishes as predicates on the raw row of a product feed, written down by a person beside each scripted turn.

This is the judge of what a conversation shows. It deliberately shares no code with the shop: it reads the feed's own
row (``{"id","title","description","brand","price","category","attributes"}``, price in major units) and knows nothing
of kinds, conditions or filters. A check is a JSON object of these keys, all of which must hold:

====================  ==========================================================================================
``price_min``         price >= value; a row without a price fails
``price_max``         price <= value; a row without a price fails
``brand``             the brand is one of the list (letter case does not count)
``not_brand``         the brand is none of the list
``category``          the feed's own category, its last level, is one of the list (letter case does not count)
``title_any``         one of the phrases stands in the title, as whole words, a plural "s" allowed
``title_none``        none of the phrases stands in the title
``words_all``         list of lists of spellings: of each inner list one stands in title, description, attributes
``words_none``        none of the phrases stands in title, description, attributes
``attr``              list of ``{"name", "op", "value"}``; op is "=", "in", ">=", "<=", "says" (a whole word) or "has"
``all``               list of checks that all hold
``any``               list of checks of which at least one holds
``none``              list of checks of which no one holds
``cheaper_than_turn`` price < the dearest price shown in that earlier turn (holds where that turn showed nothing)
``than``              list of ``{"field", "op", "turn", "place"}``: "price" or "attributes.NAME" is "<" or ">" that of
                      the card at that place (from 1) of the earlier turn (holds where there was none)
====================  ==========================================================================================

Beside them stand ``turn``, ``wish`` (the shopper's words, for the report) and ``expect``: "some" (a product must be
shown), "none" (nothing in the feed fits, so nothing may be shown) or "any".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

Row = Mapping[str, Any]
Check = Mapping[str, Any]

_BESIDE = {"turn", "expect", "wish"}
_KEYS = {
    "price_min",
    "price_max",
    "brand",
    "not_brand",
    "category",
    "title_any",
    "title_none",
    "words_all",
    "words_none",
    "attr",
    "all",
    "any",
    "none",
    "cheaper_than_turn",
    "than",
}
_OPERATORS = ("=", "in", ">=", "<=", "says", "has")


class UnknownPredicate(ValueError):
    """A check with a key or an operator that this language does not have: a misspelt check must not pass silently."""


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    body = r"\s+".join(re.escape(part) for part in phrase.split())
    # "17" must not match inside '17.3"' or "2017"; a phrase that ends in a letter may stand in the plural.
    plural = "(?:s|es)?" if phrase[-1:].isalpha() else ""
    return re.compile(rf"(?<![\w.]){body}{plural}(?!\w)", re.IGNORECASE)


def says(text: str, phrase: str) -> bool:
    """Whether ``phrase`` stands in ``text`` as whole words."""
    return _pattern(phrase).search(text) is not None


def text_of(row: Row) -> str:
    """Title, description and attributes as one text; a true flag is present by its name, a false one is absent."""
    parts = [str(row["title"]), str(row.get("description") or "")]
    for name, value in (row.get("attributes") or {}).items():
        label = name.replace("_", " ")
        if value is True:
            parts.append(label)
        elif value is not False:
            parts.append(f"{label} {value}")
    return "\n".join(parts)


def violations(row: Row, check: Check, earlier: Mapping[int, Sequence[Row]] | None = None) -> list[str]:
    """What of ``check`` the product ``row`` breaks, one line each; empty where it meets all.

    ``earlier`` holds the rows shown in each earlier turn, for ``cheaper_than_turn``.
    """
    return list(_faults(row, check, earlier or {}))


def meets(row: Row, check: Check, earlier: Mapping[int, Sequence[Row]] | None = None) -> bool:
    """Whether ``row`` breaks nothing; stops at the first fault."""
    return next(_faults(row, check, earlier or {}), None) is None


def _faults(row: Row, check: Check, earlier: Mapping[int, Sequence[Row]]) -> Iterator[str]:
    for key, wanted in check.items():
        if key in _BESIDE:
            continue
        if key not in _KEYS:
            raise UnknownPredicate(f"unknown predicate {key!r}; known are {', '.join(sorted(_KEYS))}")
        if key == "all":
            for part in wanted:
                wish = f"{part['wish']}: " if "wish" in part else ""
                yield from (wish + line for line in _faults(row, part, earlier))
        elif not _holds(key, wanted, row, earlier):
            yield f"{key} {wanted}"


def _holds(key: str, wanted: Any, row: Row, earlier: Mapping[int, Sequence[Row]]) -> bool:
    if key == "than":
        return all(_than(part, row, earlier) for part in wanted)
    return _price(key, wanted, row, earlier) if key.startswith(("price", "cheaper")) else _words(key, wanted, row)


def _than(part: Check, row: Row, earlier: Mapping[int, Sequence[Row]]) -> bool:
    if part["op"] not in ("<", ">"):
        raise UnknownPredicate(f"unknown operator {part['op']!r} on {part['field']!r}; known are < and >")
    cards = earlier.get(part["turn"], ())
    if part["place"] > len(cards):
        return True
    own, other = (_field(r, part["field"]) for r in (row, cards[part["place"] - 1]))
    if own is None or other is None:
        return False
    return own < other if part["op"] == "<" else own > other


def _field(row: Row, name: str) -> float | None:
    value = row.get("price") if name == "price" else (row.get("attributes") or {}).get(name.removeprefix("attributes."))
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _price(key: str, wanted: Any, row: Row, earlier: Mapping[int, Sequence[Row]]) -> bool:
    price = row.get("price")
    if price is None:
        return False
    if key == "price_min":
        return bool(price >= wanted)
    if key == "price_max":
        return bool(price <= wanted)
    before = [r["price"] for r in earlier.get(wanted, ()) if r.get("price") is not None]
    return not before or bool(price < max(before))


def _words(key: str, wanted: Any, row: Row) -> bool:
    title, brand = str(row["title"]), str(row.get("brand") or "").casefold()
    if key == "brand":
        return brand in {b.casefold() for b in wanted}
    if key == "not_brand":
        return brand not in {b.casefold() for b in wanted}
    if key == "category":
        return str(row.get("category") or "").rpartition(">")[2].strip().casefold() in {c.casefold() for c in wanted}
    if key == "title_any":
        return any(says(title, p) for p in wanted)
    if key == "title_none":
        return not any(says(title, p) for p in wanted)
    if key == "any":
        return any(meets(row, option) for option in wanted)
    if key == "none":
        return not any(meets(row, option) for option in wanted)
    if key == "attr":
        return all(_attribute(row, a["name"], a["op"], a.get("value")) for a in wanted)
    text = text_of(row)
    if key == "words_all":
        return all(any(says(text, p) for p in spellings) for spellings in wanted)
    return not any(says(text, p) for p in wanted)


def _attribute(row: Row, name: str, op: str, value: Any) -> bool:
    attributes = row.get("attributes") or {}
    if op not in _OPERATORS:
        raise UnknownPredicate(f"unknown operator {op!r} on attribute {name!r}; known are {', '.join(_OPERATORS)}")
    if name not in attributes:
        return False
    actual = attributes[name]
    if op == "has":
        return True
    if op == "says":
        return says(str(actual), value)
    if op in (">=", "<="):
        if isinstance(actual, bool) or not isinstance(actual, (int, float)):
            return False
        return bool(actual >= value) if op == ">=" else bool(actual <= value)
    # Values are compared as text without letter case: a feed has 16, "16" and "Black" as it pleases.
    options = {str(v).casefold() for v in (value if op == "in" else [value])}
    return str(actual).casefold() in options
