"""Shopify's product export: a row is a variant, a picture, or both; the product's own fields stand on its first row.

Each variant becomes a product of its own, with its price, stock, code and picture, so that "red, in M, under $40" is
decided exactly; ``group`` says which belong together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from retrieval.formats.row import Refused, Row, Rows, typed_value

# Our name -> the export's columns, as it was called until 2024 and since.
_PRODUCT = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "description": ("body (html)", "body html", "description"),
    "brand": ("vendor",),
    "type": ("type", "custom product type"),
    "category": ("product category", "standard product type", "standardized product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
}
_VARIANT = {
    "sku": ("variant sku", "sku"),
    "barcode": ("variant barcode", "barcode"),
    "price": ("variant price", "price"),
    "was": ("variant compare at price", "compare-at price"),
    "quantity": ("variant inventory qty", "inventory quantity"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "grams": ("variant grams", "weight value (grams)"),
    "picture": ("variant image", "variant image url"),
}
_IMAGE = ("image src", "product image url")
_MPN = ("google shopping / mpn",)
_GOOGLE = {"google shopping / gender": "gender", "google shopping / age group": "age group"}
_METAFIELD = re.compile(r"(?P<name>.+?)\s*\((?:product|variant)\.metafields\.[^)]*\)")
_OFF = {"draft": "a draft", "archived": "archived", "unlisted": "not listed"}


def is_shopify(columns: Iterable[str]) -> bool:
    """Whether a file with these columns is such an export."""
    keys = {c.strip().lower() for c in columns}
    return bool(keys & {"handle", "url handle"}) and "title" in keys and bool(keys & {"variant price", "option1 name"})


@dataclass(slots=True)
class _Group:
    """The rows of one product."""

    handle: str
    rows: list[Row] = field(default_factory=list)


def shopify_rows(rows: Iterable[Row | Refused], file: str) -> Rows:
    """One row a variant, under our own names."""
    group: _Group | None = None
    for row in rows:
        if isinstance(row, Refused):
            yield row
            continue
        cells = {name.strip().lower(): value for name, value in row.cells.items()}
        handle = _cell(cells, _PRODUCT["handle"])
        if not handle:
            yield Refused(file, row.line, "no Handle")
            continue
        if group is None or group.handle != handle:
            yield from _variants(group, file)
            group = _Group(handle)
        group.rows.append(Row(row.line, cells, row.typed))
    yield from _variants(group, file)


def _variants(group: _Group | None, file: str) -> Iterator[Row | Refused]:
    if group is None:
        return
    first = group.rows[0]
    if not _cell(first.cells, _PRODUCT["title"]):
        reason = f"no Title, and no row of {group.handle!r} with one right above"
        yield from (Refused(file, row.line, reason) for row in group.rows)
        return
    status = _cell(first.cells, _PRODUCT["status"]).lower()
    if status in _OFF or _cell(first.cells, _PRODUCT["published"]).lower() == "false":
        yield Refused(file, first.line, f"the product {group.handle!r} is {_OFF.get(status, 'not published')}")
        return
    shared = _shared(group, first)
    names = [_cell(first.cells, (f"option{n} name",)) for n in (1, 2, 3)]
    sold = [row for row in group.rows if row is first or _is_variant(row)]
    for row in sold:
        yield Row(row.line, _variant(shared, row, names, alone=len(sold) == 1), row.typed)


def _shared(group: _Group, first: Row) -> dict[str, Any]:
    """What all variants of a product have in common."""
    cells = first.cells
    attributes: dict[str, Any] = {}
    for column, value in cells.items():
        name = _GOOGLE.get(column) or ((found := _METAFIELD.fullmatch(column)) and found["name"])
        if name and str(value or "").strip():
            attributes[name] = _typed(value)
    if tags := _cell(cells, _PRODUCT["tags"]):
        attributes["tags"] = tags
    return {
        "group": group.handle,
        "title": _cell(cells, _PRODUCT["title"]),
        "description": _cell(cells, _PRODUCT["description"]),
        "brand": _cell(cells, _PRODUCT["brand"]),
        "category": _cell(cells, _PRODUCT["type"]) or _cell(cells, _PRODUCT["category"]),
        "attributes": attributes,
        "pictures": [p for row in group.rows if (p := _cell(row.cells, _IMAGE))],
        "codes": [_cell(cells, _MPN)],
    }


def _is_variant(row: Row) -> bool:
    """Whether a further row holds a variant; else it only adds a picture."""
    return any(_cell(row.cells, names) for names in (("option1 value",), _VARIANT["sku"], _VARIANT["price"]))


def _variant(shared: dict[str, Any], row: Row, names: Sequence[str], *, alone: bool) -> dict[str, Any]:
    cells = row.cells
    values = [_cell(cells, (f"option{n} value",)) for n in (1, 2, 3)]
    options = {n: v for n, v in zip(names, values, strict=True) if n and v and v != "Default Title"}
    shown = list(options.values())
    attributes = {**shared["attributes"], **{n: _typed(v) for n, v in options.items()}}
    grams = _cell(cells, _VARIANT["grams"])
    if re.fullmatch(r"\d+(?:\.\d+)?", grams) and float(grams) > 0:
        attributes["weight_g"] = typed_value(grams)
    own = _cell(cells, _VARIANT["picture"])
    # A shop that does not count a variant writes 0, which would say that it is sold out.
    counted = _cell(cells, _VARIANT["tracker"]) or not any(t in cells for t in _VARIANT["tracker"])
    return {
        **shared,
        "id": shared["group"] if alone else "-".join([shared["group"], *map(_slug, values)]).rstrip("-"),
        "title": shared["title"] + (f" - {' / '.join(shown)}" if shown and not alone else ""),
        "attributes": attributes,
        "pictures": [*([own] if own else []), *shared["pictures"]],
        "price": _cell(cells, _VARIANT["price"]),
        "was_price": _cell(cells, _VARIANT["was"]),
        "stock": _cell(cells, _VARIANT["quantity"]) if counted else "",
        # Excel marks a code as text with an apostrophe.
        "codes": [
            c.lstrip("'") for c in (_cell(cells, _VARIANT["sku"]), _cell(cells, _VARIANT["barcode"]), *shared["codes"])
        ],
    }


def _cell(cells: dict[str, Any], names: Iterable[str]) -> str:
    """The first of these columns that is there, as text."""
    return next((str(cells[n]).strip() for n in names if cells.get(n) is not None), "")


def _typed(value: Any) -> Any:
    return typed_value(value.strip()) if isinstance(value, str) else value


def _slug(text: str) -> str:
    return re.sub(r"[^\w.]+", "-", text.lower()).strip("-")
