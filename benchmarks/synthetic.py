"""A made-up catalogue of any size, with vectors that lie in clusters as those of real products do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from retrieval.product import Money, Product

if TYPE_CHECKING:
    import numpy as np

    from retrieval.embed import Embedder as RealEmbedder

DIMENSION = 384
COLOURS = ("black", "white", "silver", "red", "blue", "green", "grey", "pink", "gold", "brown")
MEMORY = (4, 8, 16, 32, 64)
BRANDS = tuple(f"Brand {n}" for n in range(80))
KINDS = tuple(f"kind{n} thing" for n in range(40))
# As many clusters lie within a kind: a kind's products are alike, its lines more so.
_LINES = 50
_SEED = 7
# How far products lie from their line, and lines from their kind, beside a kind's own distance of 1.
_SPREAD = 0.8
_KIND = re.compile(r"kind(\d+)")
_LINE = re.compile(r"line(\d+)")


def products(size: int) -> Iterator[Product]:
    """``size`` products; half have a rating, four in five a stock figure, each a colour, every second a memory."""
    import numpy as np

    rng = np.random.default_rng(_SEED)
    brand, kind = rng.integers(0, len(BRANDS), size), rng.integers(0, len(KINDS), size)
    price = (np.exp(rng.normal(4.5, 1.1, size)) * 100).astype(int) + 100
    stars, stock = rng.integers(10, 51, size) / 10, rng.integers(0, 5, size)
    colour, memory = rng.integers(0, len(COLOURS), size), rng.integers(0, len(MEMORY), size)
    for n in range(size):
        attributes: dict[str, str | int | float | bool] = {"colour": COLOURS[colour[n]], "weight": int(n % 977)}
        if n % 2:
            attributes["memory"] = MEMORY[memory[n]]
        yield Product(
            id=f"p{n:07}",
            title=f"{BRANDS[brand[n]]} {KINDS[kind[n]]} model{n % 5003} {COLOURS[colour[n]]}",
            description=f"A {KINDS[kind[n]]} of line{n % _LINES}",
            brand=BRANDS[brand[n]],
            price=Money(int(price[n]), "USD"),
            category=KINDS[kind[n]],
            attributes=attributes,
            rating=float(stars[n]) if n % 2 else None,
            rating_count=int(n % 100),
            stock=int(stock[n]) if n % 5 else None,
        )


def vectors(size: int, kinds: np.ndarray) -> np.ndarray:
    """float32 (size, DIMENSION), each of length 1: around one of the centres of its kind (an int a row)."""
    import numpy as np

    rng = np.random.default_rng(_SEED + 2)
    found = np.empty((size, DIMENSION), dtype=np.float32)
    for start in range(0, size, 50_000):
        part = slice(start, min(start + 50_000, size))
        rows = part.stop - part.start
        found[part] = _centres()[kinds[part], rng.integers(0, _LINES, rows)]
        found[part] += rng.standard_normal((rows, DIMENSION), dtype=np.float32) * _SPREAD
    return unit(found)


class Embedder:
    """Made-up vectors for made-up texts: beside one of the centres of the kind that the text names.

    With ``real`` every text is read by that model as well, so that a search pays for encoding as a real one does.
    """

    name = "synthetic"
    dimension = DIMENSION

    def __init__(self, real: RealEmbedder | None = None) -> None:
        self._real = real

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts), DIMENSION), each row of length 1; the same for the same text."""
        import numpy as np

        if self._real is not None:
            self._real.encode(texts)
        rows = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            rng = np.random.default_rng(crc32(text.encode()))
            kind, line = _KIND.search(text), _LINE.search(text)
            row[:] = _centres()[int(kind[1]) if kind else 0, int(line[1]) if line else rng.integers(0, _LINES)]
            row += rng.standard_normal(DIMENSION, dtype=np.float32) * _SPREAD
        return unit(rows)


def write_feed(file: Path, size: int) -> None:
    """``size`` products as a feed, JSON Lines."""
    with file.open("w", encoding="utf-8") as out:
        for product in products(size):
            row = product.to_dict()
            row["price"] = float(product.price.major) if product.price else None
            out.write(json.dumps({name: value for name, value in row.items() if value not in (None, [], "")}) + "\n")


@cache
def _centres() -> np.ndarray:
    """float32 of shape (kinds, lines, DIMENSION)."""
    import numpy as np

    rng = np.random.default_rng(_SEED + 1)
    of_kind = rng.standard_normal((len(KINDS), 1, DIMENSION))
    found: np.ndarray = of_kind + rng.standard_normal((len(KINDS), _LINES, DIMENSION)) * _SPREAD
    return found.astype(np.float32)


def near(matrix: np.ndarray, n: int, seed: int) -> np.ndarray:
    """float32 (n, DIMENSION): queries, each beside one of the rows of ``matrix``."""
    import numpy as np

    rng = np.random.default_rng(seed)
    rows = matrix[rng.integers(0, len(matrix), n)]
    return unit(rows + rng.standard_normal(rows.shape).astype(np.float32) * 0.03)


def unit(rows: np.ndarray) -> np.ndarray:
    """The rows scaled to length 1."""
    import numpy as np

    found: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found.astype(np.float32)
