"""Batch search: rows of JSON in, a TREC run out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from retrieval.errors import QueryError, RowsError
from retrieval.product import decimals
from retrieval.query import Filters, Hit, Query

if TYPE_CHECKING:
    from retrieval.search import Shelf

_FILTERS = ("price_min", "price_max", "brands", "not_brands", "type", "attributes", "min_rating", "in_stock")
# The bounds of a price, each rounded to admit no more than it says.
_BOUNDS = {"price_min": ROUND_CEILING, "price_max": ROUND_FLOOR}
_SPACE = re.compile(r"\s")


def query_from_row(row: Mapping[str, Any], shelf: Shelf, k: int) -> tuple[str, Query]:
    """The id and the query of ``{"id", "text", "filters"?}`` (also ``query_id``, ``query``).

    Raises QueryError where something in it is not what the contract says.
    """
    id_ = row.get("id", row.get("query_id"))
    text = row.get("text", row.get("query"))
    if isinstance(id_, bool) or not isinstance(id_, (str, int)) or not str(id_).strip():
        raise QueryError("A query has no id", 'A row is {"id": ..., "text": ...}')
    if not isinstance(text, str):
        raise QueryError(f"The query {id_!r} has no text", 'A row is {"id": ..., "text": ...}')
    filters = row.get("filters")
    return str(id_).strip(), Query(text, k, filters_from_row({} if filters is None else filters, shelf))


def queries_from_rows(rows: Sequence[Mapping[str, Any]], shelf: Shelf, k: int) -> list[tuple[str, Query]]:
    """The ids and queries of a whole batch; raises RowsError with every row that cannot be used, counted from 1."""
    found: list[tuple[str, Query]] = []
    faults: list[str] = []
    first: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        try:
            id_, query = query_from_row(row, shelf, k)
        except QueryError as error:
            faults.append(f"row {number}: {error}")
            continue
        found.append((id_, query))
        if first.setdefault(id_, number) != number:
            faults.append(f"row {number}: The id {id_!r} is already that of row {first[id_]}. Give each its own.")
    if faults:
        raise RowsError(faults)
    return found


def filters_from_row(row: Mapping[str, Any], shelf: Shelf) -> Filters:
    """Filters as batch rows write them: prices in major units of the shop's currency, the type in anybody's words.

    A type that the shop does not have admits nothing. Raises QueryError for an unknown filter or a wrong value.
    """
    if not isinstance(row, Mapping):
        raise QueryError("The filters are not an object", f"The filters are {', '.join(_FILTERS)}")
    for name in row:
        if name not in _FILTERS:
            near = get_close_matches(name, _FILTERS, n=1)
            mend = f"Did you mean {near[0]}" if near else f"The filters are {', '.join(_FILTERS)}"
            raise QueryError(f"There is no filter {name!r}", mend)
    given = {name: value for name, value in row.items() if value is not None}
    kind = given.get("type", "")
    _expect(isinstance(kind, str), "type", "text")
    sort = shelf.vocabulary.sort(kind)
    attributes = given.get("attributes", {})
    _expect(isinstance(attributes, Mapping), "attributes", "an object of attribute names and values")
    for name, value in attributes.items():
        _expect(isinstance(value, (str, int, float, bool)), f"attributes.{name}", "text, a number, true or false")
    rating = given.get("min_rating")
    _expect(rating is None or _is_number(rating), "min_rating", "a number")
    if rating is not None and not 0 <= rating <= 5:
        raise QueryError(f"The filter min_rating is {rating}, and stars go from 1 to 5", "Give a number within them")
    stock = given.get("in_stock", False)
    _expect(isinstance(stock, bool), "in_stock", "true or false")
    least, most = (_minor(given, name, shelf.currency, up) for name, up in _BOUNDS.items())
    if least is not None and most is not None and Decimal(str(given["price_min"])) > Decimal(str(given["price_max"])):
        raise QueryError(
            f"No price is from {given['price_min']} to {given['price_max']}", "Give a price_min below the price_max"
        )
    return Filters(
        price_min=least,
        price_max=most,
        brands=_names(given, "brands"),
        not_brands=_names(given, "not_brands"),
        kinds=(sort.labels or (kind,)) if kind else (),
        provided=sort.provided if kind else (),
        attributes=dict(attributes),
        min_rating=rating,
        in_stock=stock,
    )


def trec_lines(id_: str, hits: Sequence[Hit], tag: str = "shoptalk") -> Iterator[str]:
    """The six columns of a TREC run, best first; scores fall strictly, so that no reader sorts ties its own way."""
    last = float("inf")
    for rank, hit in enumerate(hits, 1):
        last = min(round(hit.score, 6), round(last - 1e-6, 6))
        yield f"{_column(id_)} Q0 {_column(hit.product.id)} {rank} {last:.6f} {tag}"


def _column(id_: str) -> str:
    """An id without the white space that would part it in two."""
    return _SPACE.sub(lambda m: f"%{ord(m[0]):02X}", id_)


def _minor(given: Mapping[str, Any], name: str, currency: str, rounding: str) -> int | None:
    """A bound in minor units; between two of them, the one that admits no more than the bound did."""
    value = given.get(name)
    if value is None:
        return None
    try:
        _expect(_is_number(value) or isinstance(value, str), name, "a number")
        exact = Decimal(str(value)).scaleb(decimals(currency))
        if exact < 0:
            raise QueryError(f"The filter {name} is {value}, and no price is below zero", "Give 0 or more")
        return int(exact.to_integral_value(rounding=rounding))
    except (InvalidOperation, OverflowError, ValueError):
        raise QueryError(f"The filter {name} is {value!r}", "Give a number") from None


def _names(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = given.get(name, ())
    names = [value] if isinstance(value, str) else value
    _expect(isinstance(names, (list, tuple)) and all(isinstance(n, str) for n in names), name, "a list of names")
    return tuple(said for name in names if (said := name.strip()))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _expect(right: bool, name: str, wanted: str) -> None:
    if not right:
        raise QueryError(f"The filter {name} is not {wanted}", f"Give {wanted}")
