"""Google Merchant product feeds, TSV or XML: Google's attribute names under ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from retrieval.formats.row import Refused, Row, Rows
from retrieval.markup import plain

_NAMES = {
    "id": "id",
    "title": "title",
    "description": "description",
    "summary": "description",
    "link": "url",
    "brand": "brand",
    "availability": "stock",
    "quantity": "stock",
    "item_group_id": "group",
}
_PICTURES = ("image_link", "additional_image_link")
_CODES = ("gtin", "mpn")
# Names that hardly any other feed has; ``availability`` counts as one of them.
_SIGNS = {
    "availability", "image_link", "additional_image_link", "item_group_id", "identifier_exists", "product_highlight",
    "product_detail", "google_product_category", "sale_price_effective_date", "cost_of_goods_sold", "custom_label_0",
}  # fmt: skip
# How the feed is advertised, and what a thing cost the shop: nothing a shopper should meet.
_LEFT_OUT = re.compile(
    r"custom_label_\d|ads_.*|adwords_.*|excluded_destination|included_destination|shopping_ads_.*|cost_of_goods_sold|"
    r"identifier_exists|mobile_link|canonical_link|promotion_id|shipping.*|tax|tax_category|.*_cutoff_time|"
    r"(?:min|max)_handling_time|transit_time_label|auto_pricing_min_price|pause|link_template|mobile_link_template|"
    r"google_product_category|product_type|price|sale_price|sale_price_effective_date|product_detail|product_highlight|"
    r"pubdate|guid|updated|author|external_seller_id|return_policy_label|loyalty_program|certification"
)


def is_google(columns: Iterable[str]) -> bool:
    """Whether a file with these columns is such a feed."""
    raw = list(columns)
    keys = {_key(c) for c in raw}
    if any(c.lower().startswith("g:") for c in raw):
        return True
    return {"id", "title"} <= keys and len(keys & _SIGNS) > 1


def google_rows(rows: Iterable[Row | Refused], file: str) -> Rows:
    """The rows under our own names; what Google has and we do not becomes an attribute."""
    now = datetime.now(UTC)
    for row in rows:
        yield row if isinstance(row, Refused) else Row(row.line, _product(row.cells, now), row.typed)


def _product(raw: dict[str, Any], now: datetime) -> dict[str, Any]:
    cells = {_key(name): value for name, value in raw.items() if _filled(value)}
    found: dict[str, Any] = {}
    for name, value in cells.items():
        if ours := _NAMES.get(name):
            # ``quantity`` counts, ``availability`` only says whether.
            if ours not in found or name in ("quantity", "description"):
                found[ours] = value
        elif name not in (*_PICTURES, *_CODES) and not _LEFT_OUT.fullmatch(name):
            found[name] = value
    if cells.get("availability") in ("preorder", "backorder"):
        found["availability"] = cells["availability"]
    sale, until = cells.get("sale_price"), str(cells.get("sale_price_effective_date", ""))
    on_sale = bool(sale) and _holds(until, now)
    return {
        **found,
        "price": cells.get("price"),
        "sale_price": sale if on_sale else None,
        "category": _category(cells) or found.get("category"),
        "pictures": [p for name in _PICTURES for p in _several(cells.get(name))],
        "codes": [c for name in _CODES for c in _several(cells.get(name))],
        "description": "\n".join(
            plain(part) for part in (str(found.get("description") or ""), *_several(cells.get("product_highlight")))
        ).strip(),
        "attributes": _details(cells.get("product_detail")),
    }


def _category(cells: dict[str, Any]) -> str:
    """The shop's own path, else Google's unless it is only a number."""
    own = _several(cells.get("product_type"))
    google = str(cells.get("google_product_category") or "")
    return own[0] if own else "" if google.isdigit() else google


def _details(value: Any) -> dict[str, str]:
    """``product_detail`` entries: objects in XML, ``Section:Name:Value`` in TSV."""
    found = {}
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            found[str(entry.get("attribute_name") or "")] = str(entry.get("attribute_value") or "")
        elif isinstance(entry, str):
            for part in re.split(r",(?=[^,:]*:[^,:]*:)", entry):
                name, _, said = part.rpartition(":")
                found[name.rpartition(":")[2].strip()] = said.strip().strip('"')
    return {name: said for name, said in found.items() if name and said}


def _holds(interval: str, now: datetime) -> bool:
    """Whether a sale of this interval ("start/end") is on; one without dates is."""
    start, _, end = interval.partition("/")
    return not (_moment(start) or now) > now and not (_moment(end) or now) < now


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _several(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return [p.strip() for v in values if isinstance(v, str) for p in re.split(r",(?=\s*https?://)", v) if p.strip()]


def _filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower().removeprefix("g:")).strip("_")
