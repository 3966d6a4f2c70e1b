"""Small shops for tests, and an embedding model that needs no weights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from retrieval.catalogue import Catalogue, Entry
from retrieval.product import Kind, Product, Review
from retrieval.search import Shelf
from retrieval.text import words


class WordEmbedder:
    """Each word points somewhere fixed, a text where its words point together: likeness is shared words."""

    def __init__(self, name: str = "words", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        # Texts encoded so far.
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.seen += texts
        matrix = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(matrix, texts, strict=True):
            for word in words(text):
                seed = int.from_bytes(hashlib.sha256(f"{self.name} {word}".encode()).digest()[:4])
                row += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
            row /= np.linalg.norm(row) or 1
        return matrix


class MemoryShelf(Shelf):
    """A shelf in memory alone, which searches by words."""

    written: Sequence[Review] = ()

    def reviews(self, id_: str) -> list[Review]:
        return [r for r in self.written if r.product_id == id_]


def shelf(
    products: Iterable[Product], kinds: Mapping[str, Kind] | None = None, reviews: Sequence[Review] = ()
) -> Shelf:
    """A shop in memory, with what customers wrote."""
    entries = sorted((Entry.of(p, "test") for p in products), key=lambda e: e.product.id)
    shop = MemoryShelf(Path("nowhere"), Catalogue(tuple(entries), kinds or {}, {"currency": "USD"}), None)
    shop.written = reviews
    return shop
