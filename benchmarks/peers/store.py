"""The catalogue as the LangChain peers hold it: a Chroma collection with the shop's own vectors."""

from __future__ import annotations

from pathlib import Path

import chromadb
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from retrieval.embed import Embedder
from retrieval.product import Product
from retrieval.search import Shelf
from retrieval.vectors import Vectors

# Characters of a product's text that a model reads: a chunk of the usual size.
CHUNK = 900
_PAGE = 2000


def open_store(folder: Path, shelf: Shelf) -> Chroma:
    """A langchain-chroma store of every product, made in ``folder`` at the first time.

    Its vectors are those of the shop, so that no system has a better embedding than another.
    """
    if shelf.embedder is None:
        raise SystemExit(f"benchmarks: the shop in {shelf.folder} has no vectors. Import it without --no-embed.")
    client = chromadb.PersistentClient(str(folder), settings=chromadb.Settings(anonymized_telemetry=False))
    store = Chroma(
        collection_name="products",
        embedding_function=_Same(shelf.embedder),
        client=client,
        collection_configuration={"hnsw": {"space": "cosine"}},
    )
    collection = client.get_collection("products")
    if collection.count() == len(shelf):
        return store
    with Vectors(shelf.folder, shelf.embedder.name) as own:
        vectors = own.matrix(shelf.ids)
    products = shelf.products(shelf.ids)
    for start in range(0, len(products), _PAGE):
        page = products[start : start + _PAGE]
        collection.upsert(
            ids=[p.id for p in page],
            embeddings=vectors[start : start + _PAGE],
            documents=[text(p) for p in page],
            metadatas=[{"id": p.id, "title": p.title, "brand": p.brand, "price": _price(p)} for p in page],
        )
    return store


def text(product: Product) -> str:
    """What a model reads of a product."""
    lines = [f"id: {product.id}", f"name: {product.title}", f"brand: {product.brand}", f"price: {_price(product):.2f}"]
    facts = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in product.attributes.items())
    return "\n".join([*lines, facts, product.description])[:CHUNK]


def _price(product: Product) -> float:
    return float(product.price.major) if product.price else 0.0


class _Same(Embeddings):
    """The shop's embedding model behind LangChain's interface."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One row a text."""
        rows: list[list[float]] = self._embedder.encode(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """One row."""
        return self.embed_documents([text])[0]
