"""Which column of a feed holds which field: by its usual names, or by ``--map field=column``."""

from __future__ import annotations

import re
from collections.abc import Collection, KeysView, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from retrieval.errors import FeedError

Aliases = Mapping[str, tuple[str, ...]]

# The usual names, the likeliest first. Compared in lower case with "_" for every other sign.
PRODUCT_ALIASES: Aliases = {
    "id": (
        "id",
        "product_id",
        "productid",
        "item_id",
        "itemid",
        "sku",
        "parent_asin",
        "asin",
        "code",
        "handle",
        "uniq_id",
    ),
    "title": ("title", "name", "product_name", "product_title", "item_name", "productname"),
    "description": ("description", "desc", "long_description", "product_description", "body", "details", "text"),
    "brand": ("brand", "vendor", "manufacturer", "brand_name", "make"),
    "price": ("price", "regular_price", "list_price", "unit_price", "price_usd", "amount"),
    # What it costs for now; empty or not below the price where nothing is reduced.
    "sale_price": ("sale_price", "special_price", "discount_price", "price_sale"),
    # What it once cost.
    "was_price": ("was_price", "compare_at_price", "old_price", "original_price"),
    "currency": ("currency", "price_currency", "currency_code"),
    "category": ("category", "product_type", "categories", "product_category", "category_path", "department", "type"),
    "rating": ("rating", "average_rating", "avg_rating", "stars", "rating_value", "review_rating"),
    "rating_count": ("rating_count", "ratings", "review_count", "reviews_count", "num_ratings", "rating_number"),
    "stock": (
        "stock",
        "quantity",
        "qty",
        "inventory",
        "stock_quantity",
        "inventory_quantity",
        "units",
        "in_stock",
        "availability",
        "stock_status",
    ),
    "url": ("url", "product_url", "link", "product_link"),
    # A list of objects: what a buyer chooses within the product.
    "variants": ("variants",),
    "group": ("group", "item_group_id", "group_id", "parent_id", "parent_sku", "variant_of"),
}
# The fields that hold an amount in the product's currency.
PRICES = ("price", "sale_price", "was_price")
# Every column of these counts, not only the first.
PRODUCT_LISTS: Aliases = {
    "pictures": (
        "image",
        "picture",
        "images",
        "pictures",
        "image_url",
        "image_link",
        "image_src",
        "img",
        "thumbnail",
        "additional_image_link",
        "additional_images",
        "gallery",
    ),
    "codes": ("codes", "ean", "gtin", "eans", "gtins", "gtin13", "upc", "isbn", "barcode", "mpn", "sku", "asin"),
}
REVIEW_ALIASES: Aliases = {
    "id": ("id", "review_id"),
    "product_id": ("product_id", "productid", "parent_asin", "asin", "item_id", "sku", "product"),
    "rating": ("rating", "stars", "score", "overall", "star_rating"),
    "text": ("text", "review", "review_text", "reviewtext", "body", "comment", "content", "review_body"),
    "title": ("title", "summary", "headline", "review_title", "review_headline"),
    "author": ("author", "user", "reviewer", "reviewer_name", "user_name", "customer", "customer_name", "name"),
    "customer_id": ("customer_id", "user_id", "reviewer_id", "reviewerid"),
    "date": ("date", "timestamp", "review_date", "created_at", "time"),
    "helpful": ("helpful", "helpful_vote", "helpful_votes", "votes"),
    "verified": ("verified", "verified_purchase"),
}
_ATTRIBUTE = re.compile(r"attributes?[.:](.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """The answer for one feed."""

    # Field -> the one column that holds it.
    one: Mapping[str, str]
    # Field -> every column that holds some of it.
    many: Mapping[str, tuple[str, ...]]
    # Column -> attribute name: ``attributes.X`` and everything that no field claims.
    attributes: Mapping[str, str]
    # Columns that hold a whole mapping of attributes.
    bags: tuple[str, ...] = ()
    # Every column seen so far.
    known: frozenset[str] = frozenset()

    def with_more(self, columns: KeysView[str]) -> Columns:
        """The same, and what the ``columns`` not seen so far mean: a field that had none, or an attribute."""
        if columns <= self.known:
            return self
        more = find_columns([c for c in columns if c not in self.known], {}, file="", needed=(), taken=self.one)
        return Columns(
            {**more.one, **self.one},
            {f: (*self.many.get(f, ()), *more.many.get(f, ())) for f in {**self.many, **more.many}},
            {**self.attributes, **more.attributes},
            self.bags + more.bags,
            self.known | more.known,
        )


def parse_mapping(texts: Sequence[str]) -> dict[str, str]:
    """``["title=name,price=cost"]`` as ``{"title": "name", "price": "cost"}``; raises FeedError for anything else."""
    mapping: dict[str, str] = {}
    for pair in (p for text in texts for p in text.split(",") if p.strip()):
        name, sign, column = (part.strip() for part in pair.partition("="))
        if not (name and sign and column):
            raise FeedError(f"--map cannot read {pair.strip()!r}", "Write --map field=column, as in --map title=name")
        if name in mapping:
            raise FeedError(f"--map names the field {name!r} twice", "Name each field once")
        mapping[name] = column
    return mapping


def find_columns(
    columns: Sequence[str],
    mapping: Mapping[str, str],
    *,
    file: str,
    aliases: Aliases = PRODUCT_ALIASES,
    lists: Aliases = PRODUCT_LISTS,
    needed: Sequence[str] = ("id", "title"),
    taken: Collection[str] = (),
) -> Columns:
    """Assigns the ``columns`` of ``file`` to fields; raises FeedError naming the nearest for a wrong name.

    Fields in ``taken`` have their column elsewhere and get none.
    """
    _check(columns, mapping, file=file, fields=(*aliases, *lists))
    by_key: dict[str, str] = {}
    for column in columns:
        by_key.setdefault(_key(column), column)
    one = {field: column for field, column in mapping.items() if field in aliases}
    many: dict[str, tuple[str, ...]] = {f: (c,) for f, c in mapping.items() if f in lists}
    attributes = {c: m[1].strip() for f, c in mapping.items() if (m := _ATTRIBUTE.fullmatch(f))}
    claimed = {*one.values(), *attributes, *(c for cs in many.values() for c in cs)}
    for field, names in aliases.items():
        if field not in one and field not in taken:
            free = [by_key[n] for n in names if n in by_key and by_key[n] not in claimed]
            if free:
                one[field] = free[0]
                claimed.add(free[0])
    for field, names in lists.items():
        # "Image 1", "Image 2": as many columns as the exporter liked.
        found = tuple(
            column
            for n in names
            for key, column in by_key.items()
            if (key == n or key.rstrip("0123456789").rstrip("_") == n) and column not in claimed
        )
        many[field] = many.get(field, ()) + found
        claimed.update(found)
    for field in needed:
        if field not in one:
            raise FeedError(
                f"{file} has no column for the {field} (its columns: {_listed(columns)})",
                f"Name the column: --map {field}=COLUMN",
            )
    bags = tuple(c for c in columns if c not in claimed and _key(c) == "attributes")
    for column in columns:
        if column not in claimed and column not in bags and column.strip():
            match = _ATTRIBUTE.fullmatch(column.strip())
            attributes[column] = match[1].strip() if match else column.strip()
    return Columns(one, many, attributes, bags, frozenset(columns))


def _check(columns: Sequence[str], mapping: Mapping[str, str], *, file: str, fields: Sequence[str]) -> None:
    for field, column in mapping.items():
        if field not in fields and not _ATTRIBUTE.fullmatch(field):
            near = get_close_matches(field, fields, n=1, cutoff=0.5)
            meant = f"Did you mean --map {near[0]}={column}" if near else f"The fields are {', '.join(fields)}"
            raise FeedError(f"--map names no field of ours: {field!r}", meant)
        if column not in columns:
            near = get_close_matches(column, columns, n=1, cutoff=0.4)
            meant = f"Did you mean --map {field}={near[0]}" if near else f"Its columns are {_listed(columns)}"
            raise FeedError(f"{file} has no column {column!r}", meant)


def _key(column: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", column.strip().lower()).strip("_")


def _listed(columns: Sequence[str]) -> str:
    shown = [c[:40] for c in columns[:12]]
    return ", ".join(shown) + (", ..." if len(columns) > 12 else "")
