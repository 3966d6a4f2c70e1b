"""Keyword search with facets, no language model: SQLite's full-text index, ranked by BM25, filtered by ticked facets.

The facets are price, maker and nothing else, as most shops have them, and the shopper ticks them without a mistake:
they are read from the check of the request, not from its words. The words of the request are the search.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.peers.answer import Answer, Asked, Named, Peer
from retrieval.product import Product

# Products of a first row of results.
K = 5
_WORD = re.compile(r"[\w']+")


def facets(products: list[Product]) -> Peer:
    """The search over ``products``; its index lies in memory."""
    base = sqlite3.connect(":memory:")
    base.execute("create virtual table words using fts5 (title, body, tokenize = 'porter unicode61')")
    base.execute("create table facts (id text, title text, brand text, price real)")
    for row, p in enumerate(products, start=1):
        price = float(p.price.major) if p.price else None
        body = " ".join([p.brand, p.description, *(f"{k} {v}".replace("_", " ") for k, v in p.attributes.items())])
        base.execute("insert into words (rowid, title, body) values (?, ?, ?)", (row, p.title, body))
        base.execute(
            "insert into facts (rowid, id, title, brand, price) values (?, ?, ?, ?, ?)",
            (row, p.id, p.title, p.brand, price),
        )

    def answer(asked: Asked) -> Answer:
        match = " OR ".join(f'"{word}"' for word in dict.fromkeys(_WORD.findall(asked.text.casefold())))
        ticked = dict(_ticked(asked.check))
        where = "".join(f" and {clause}" for clause in ticked)
        found = base.execute(
            "select facts.id, facts.title, facts.price from words join facts on facts.rowid = words.rowid "
            f"where words match ?{where} order by bm25(words, 4.0, 1.0) limit {K}",
            (match, *ticked.values()),
        ).fetchall()
        return Answer("", tuple(Named(id_, title, price) for id_, title, price in found))

    return answer


def _ticked(check: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(clause, value) of each facet that the shopper ticks for the wishes of ``check``."""
    for part in check["all"][1:]:
        if "price_min" in part:
            yield "facts.price >= ?", part["price_min"]
        if "price_max" in part:
            yield "facts.price <= ?", part["price_max"]
        for brand in part.get("brand", ()):
            yield "facts.brand = ? collate nocase", brand
        for brand in part.get("not_brand", ()):
            yield "facts.brand <> ? collate nocase", brand
