"""What customers did in a shop, read from its orders, reviews and clicks: one line of acts a customer, oldest first."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from retrieval import catalogue

ActKind = Literal["viewed", "carted", "ordered", "reviewed"]
# The log of a shop's pages, where its owner puts one beside the shop: a row an event, with ``time``, ``customer_id``,
# ``kind`` (view, cart, order) and ``product_id``.
CLICKS = ("clicks.jsonl", "clicks.jsonl.gz")
_CLICK_KINDS: Mapping[str, ActKind] = {"view": "viewed", "cart": "carted", "order": "ordered"}
# Below this many stars a review speaks against its product.
CONTENT = 3.0


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a customer did with a product."""

    product_id: str
    kind: ActKind
    # ISO 8601 date or time, "" where unknown.
    time: str
    # Stars of a review; None for every other act.
    rating: float | None = None
    # A review's title and text.
    text: str = ""


def read_past(folder: Path) -> dict[str, list[Act]]:
    """Customer id -> acts, oldest first, of the shop in ``folder``. Raises ShopError where it cannot be read.

    Orders that were cancelled are left out. Events that name no customer or no product are passed over. The same act
    with the same product on one day is one: the log tells of an order, too.
    """
    found: dict[str, dict[tuple[str, str, str], Act]] = {}
    for customer, act in (*_ordered(folder), *_reviewed(folder), *_clicked(folder)):
        found.setdefault(customer, {}).setdefault((act.product_id, act.kind, act.time[:10]), act)
    # The sort keeps the order within a day: what was ordered stands before what was written of it.
    return {customer: sorted(acts.values(), key=lambda act: act.time[:10]) for customer, acts in found.items()}


def _ordered(folder: Path) -> Iterator[tuple[str, Act]]:
    for order in catalogue.orders(folder).values():
        customer = str(order.get("customer_id") or order.get("user_id") or "")
        if not customer or str(order.get("status", "")).startswith("cancel"):
            continue
        time = str(order.get("placed") or order.get("date") or order.get("created") or "")
        for line in order.get("items") or order.get("lines") or ():
            product = line.get("product_id") or line.get("item_id") or line.get("sku") or line.get("id")
            if product is not None:
                yield customer, Act(str(product), "ordered", time)


def _reviewed(folder: Path) -> Iterator[tuple[str, Act]]:
    with catalogue.reading(folder) as db:
        have = {name for _, name, *_ in db.execute("PRAGMA table_info(reviews)")}
        # Shops of an earlier version do not know who wrote a review.
        if "customer_id" not in have:
            return
        rows = db.execute(
            "SELECT customer_id, product_id, date, rating, title, text FROM reviews WHERE customer_id <> '' ORDER BY id"
        ).fetchall()
    for customer, product, time, rating, title, text in rows:
        yield customer, Act(product, "reviewed", time, rating, f"{title}. {text}" if title else text)


def _clicked(folder: Path) -> Iterator[tuple[str, Act]]:
    for event in logged(folder):
        kind, customer, product = (event.get(name) for name in ("kind", "customer_id", "product_id"))
        if isinstance(kind, str) and kind in _CLICK_KINDS and customer and product:
            yield str(customer), Act(str(product), _CLICK_KINDS[kind], str(event.get("time", "")))


def logged(folder: Path, customer: str = "") -> Iterator[dict[str, Any]]:
    """The rows of the log of the shop in ``folder``, or those about ``customer``; none where it keeps no log.

    A log is written by somebody else, and a line may have been cut off: what is no JSON object is passed by.
    """
    log = next((folder / name for name in CLICKS if (folder / name).is_file()), None)
    if log is None:
        return
    # As text in either notation, or as a number: only lines that may speak of them are parsed.
    spellings = {json.dumps(customer).encode(), json.dumps(customer, ensure_ascii=False).encode()}
    spellings |= {customer.encode()} if customer.isdigit() else set()
    try:
        with gzip.open(log) if log.suffix == ".gz" else log.open("rb") as stream:
            for line in stream:
                if not customer or any(spelling in line for spelling in spellings):
                    yield from _row(line, customer)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        # Cut off while it was written: what came before counts.
        return


def _row(line: bytes, customer: str) -> Iterator[dict[str, Any]]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return
    if isinstance(row, dict) and (not customer or str(row.get("customer_id")) == customer):
        yield row
