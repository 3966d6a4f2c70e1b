"""Makes at import what a shop's own words give: kinds, vocabulary, BM25 index, for any number of products.

A shop of a million products does not fit in memory; each of these goes through it once, or some times, row by row.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval import derived, kinds, lexical
from retrieval.neighbours import class_of
from retrieval.nouns import singular
from retrieval.product import Kind, Product
from retrieval.vocabulary import Vocabulary
from retrieval.work import Work

if TYPE_CHECKING:
    import numpy as np

# Products whose kinds are derived together: more of them would teach each other little, and not fit in memory.
_TOGETHER = 20_000
# Products that show what the attributes of a shop mean.
_SURVEYED = 50_000


@cache
def version() -> str:
    """Changes when code or word lists do that kinds and vocabulary may depend on: the next import makes them anew."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*")):
        if file.suffix in (".py", ".yaml", ".json"):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def kinds_of(work: Work, matrix: Callable[[Sequence[str]], np.ndarray] | None) -> dict[str, int]:
    """Fills the table of kinds for the shop as it will be; returns how many products have each label.

    ``matrix`` gives the vectors of products by id. A large shop is taken in equal samples of it, one after the other.
    """
    parts = -(-work.size() // _TOGETHER) or 1
    for part in range(parts):
        products = [entry.product for entry in work.entries(part, parts)]
        found = kinds.derive(products, None if matrix is None else matrix([p.id for p in products]))
        work.db.executemany(
            "INSERT INTO kinds VALUES (?, ?, ?, ?)", ((i, k.label, k.source, k.confidence) for i, k in found.items())
        )
    if parts > 1:
        _agree(work)
    return dict(work.db.execute("SELECT label, count(*) FROM kinds GROUP BY label ORDER BY min(product_id)"))


def _agree(work: Work) -> None:
    """One label where samples call the same thing differently, as ``kinds.derive`` has it within each."""
    called: dict[str, Counter[str]] = {}
    for label, count in work.db.execute("SELECT label, count(*) FROM kinds GROUP BY label ORDER BY min(product_id)"):
        called.setdefault(class_of(label), Counter())[label] += count
    for name, counter in called.items():
        usual, count = counter.most_common(1)[0]
        label = usual if 2 * count >= counter.total() else singular(name)
        for other in counter:
            if other != label:
                work.db.execute("UPDATE kinds SET label = ? WHERE label = ? AND source <> 'feed'", (label, other))


class _Products:
    """The products of the shop as it will be, read anew each time they are gone through."""

    def __init__(self, work: Work, parts: int = 1) -> None:
        self._work = work
        self._parts = parts

        # As many as kinds are derived from together fit in memory.
        self._few = [*self._read()] if work.size() // parts <= _TOGETHER else None

    def __iter__(self) -> Iterator[Product]:
        return self._read() if self._few is None else iter(self._few)

    def _read(self) -> Iterator[Product]:
        return (entry.product for entry in self._work.entries(0, self._parts))


def vocabulary(work: Work, labels: Mapping[str, int]) -> Vocabulary:
    """The words of the shop as it will be, whose kinds have these ``labels``."""
    products = _Products(work)
    parts = -(-work.size() // _SURVEYED) or 1
    sample = products if parts == 1 else _Products(work, parts)
    surveyed = {product.id for product in sample}
    rows = work.db.execute("SELECT product_id, label, source, confidence FROM kinds")
    kinds_ = {id: Kind(label, source, confidence) for id, label, source, confidence in rows if id in surveyed}
    return Vocabulary.of(products, sample, labels, kinds_)


def write_lexical(work: Work, meta: Mapping[str, str]) -> bool:
    """Prepares the BM25 index of the shop that will say ``meta`` of itself; False where the shop has it already."""
    stamp = derived.stamp(meta)
    if lexical.is_saved(work.shop, stamp):
        return False
    lexical.write(work.place, stamp, work.entries())
    return True
