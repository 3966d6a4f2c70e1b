"""10,000 random filtered searches, and as many explained refusals as they give, against a loop over every product.

`python -m benchmarks.exact [QUERIES]`
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.icecat import NoData, home, shop
from benchmarks.record import write
from eval.exactness import Fault, Oracle, random_query, random_wishes
from retrieval import contenders, nearest
from retrieval.search import Shelf

SEED = 20
# One explained no for so many searches: each takes some thousand loops over the shop.
REFUSALS = 10


def shops() -> Iterator[tuple[str, Path]]:
    """The demo shop, and the real catalogue where it is at hand."""
    from ui.demo import build_shop

    demo = home() / "demo"
    build_shop(demo)
    yield "demo shop", demo
    try:
        yield "real catalogue", shop()[0]
    except NoData as absent:
        print(absent, file=sys.stderr)


@contextmanager
def as_if_large() -> Iterator[None]:
    """Ranks contenders and asks Chroma's index, as in a shop of a hundred thousand."""
    changes = [(contenders, "ALL", 100), (contenders, "_BEST", 50), (nearest, "EXACT", 50), (nearest, "_MOST", 1.0)]
    usual = [(module, name, getattr(module, name)) for module, name, _ in changes]
    for module, name, value in changes:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in usual:
            setattr(module, name, value)


def check(folder: Path, queries: int, seed: int) -> dict[str, Any]:
    """Searches and refusals of one shop."""
    oracle, rng = Oracle(Shelf.open(folder)), random.Random(seed)
    kinds = sorted({kind.label for p in oracle.products if (kind := oracle.shelf.kind(p.id))})
    faults: list[Fault] = []
    empty = refused = drawn = 0
    for number in range(queries):
        query = random_query(rng, oracle.products, kinds)
        empty += oracle.shelf.count(query.filters) == 0
        faults += oracle.search_faults(query)
        _tell(number + 1, queries, "searches")
    while refused < queries // REFUSALS:
        wishes = random_wishes(rng, oracle.products, kinds)
        drawn += 1
        if not oracle.answers(wishes):
            refused += 1
            faults += oracle.relaxation_faults(wishes)
            _tell(refused, queries // REFUSALS, "refusals")
    for fault in faults:
        print(f"benchmarks: {fault.kind}: {fault.question}", file=sys.stderr)
    return {
        "products": len(oracle.products),
        "searches": queries,
        "empty": empty,
        "refusals": refused,
        "faults": dict(Counter(fault.kind for fault in faults)),
    }


def _tell(done: int, of: int, what: str) -> None:
    if done == of or done % 500 == 0:
        print(f"benchmarks: {done:,} of {of:,} {what}", file=sys.stderr)


def main(queries: str = "10000") -> None:
    """Measures and writes the results."""
    places = list(shops())
    each = int(queries) // (2 * len(places))
    found: dict[str, Any] = {}
    for number, (name, folder) in enumerate(places):
        found[f"{name}, ranked whole"] = check(folder, each, SEED + 2 * number)
        with as_if_large():
            found[f"{name}, by contenders and index"] = check(folder, each, SEED + 2 * number + 1)
    table = [["shop", "products", "searches", "rightly empty", "refusals explained", "faults"]]
    for name, row in found.items():
        faults = ", ".join(f"{n} {kind}" for kind, n in row["faults"].items()) or "0"
        counts = [f"{row[key]:,}" for key in ("products", "searches", "empty", "refusals")]
        table.append([name, *counts, faults])
    note = (
        "Each search has one to four random filters (price, brand, type, attributes, conditions on words and numbers, "
        "stars, stock), mostly of one product, and is judged by a loop over every product: no hit outside the filters, "
        "none lost, none empty that need not be, the count and the order right. Each refusal: random hard wishes that "
        "nothing meets; trying every subset finds the same smallest relaxations, counts and nearest prices. The lower "
        "row of a shop goes the way of a shop of 100,000 products: contenders by words and Chroma's index."
    )
    write("exact", "Exactness of filters and refusals", {"seed": SEED, "shops": found}, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
