"""The shop's vectors: an embedded Chroma store under ``chroma/`` in the shop folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from retrieval.errors import ShopError

if TYPE_CHECKING:
    import numpy as np

FOLDER = "chroma"
_PREFIX = "products-"
# Chroma takes a few thousand rows at a time.
_PAGE = 4000


def exists(folder: Path) -> bool:
    """Whether the shop in ``folder`` has a vector store."""
    return (folder / FOLDER / "chroma.sqlite3").is_file()


class Vectors:
    """The vectors that one embedding model made of one shop's products. Close it, or use ``with``."""

    def __init__(self, folder: Path, embedder: str) -> None:
        """Opens the collection of the model named ``embedder``; an absent one is made."""
        self._folder = folder
        with self._errors():
            import chromadb
            from chromadb.config import Settings

            self._client = chromadb.PersistentClient(
                folder / FOLDER, settings=Settings(anonymized_telemetry=False, allow_reset=False)
            )
            self._name = _PREFIX + hashlib.sha256(embedder.encode()).hexdigest()[:16]
            self._collection: Any = self._client.get_or_create_collection(
                self._name,
                metadata={"embedder": embedder},
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,
            )

    def __enter__(self) -> Vectors:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the files; further calls fail."""
        self._client.close()

    def count(self) -> int:
        """How many vectors there are."""
        with self._errors():
            return int(self._collection.count())

    def hashes(self) -> dict[str, str]:
        """Product id -> hash of the text that its vector was made of."""
        found: dict[str, str] = {}
        with self._errors():
            for start in range(0, self._collection.count(), _PAGE):
                page = self._collection.get(limit=_PAGE, offset=start, include=["metadatas"])
                found.update((i, str(m["text"])) for i, m in zip(page["ids"], page["metadatas"], strict=True))
        return found

    def put(self, ids: Sequence[str], matrix: np.ndarray, hashes: Sequence[str]) -> None:
        """Adds or replaces vectors (float32, one row an id) with the hashes of their texts."""
        with self._errors():
            for start in range(0, len(ids), _PAGE):
                part = slice(start, start + _PAGE)
                self._collection.upsert(
                    ids=list(ids[part]), embeddings=matrix[part], metadatas=[{"text": h} for h in hashes[part]]
                )

    def delete(self, ids: Sequence[str]) -> None:
        """Forgets the vectors of ``ids``."""
        with self._errors():
            for start in range(0, len(ids), _PAGE):
                self._collection.delete(ids=list(ids[start : start + _PAGE]))

    def forget_other_models(self) -> None:
        """Deletes what another embedding model made of these products."""
        with self._errors():
            for other in self._client.list_collections():
                if other.name.startswith(_PREFIX) and other.name != self._name:
                    self._client.delete_collection(other.name)

    def matrix(self, ids: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(ids), dimension), row by row; zeros where an id has no vector."""
        import numpy as np

        place = {i: n for n, i in enumerate(ids)}
        rows: np.ndarray | None = None
        with self._errors():
            for start in range(0, len(ids), _PAGE):
                page = self._collection.get(ids=list(ids[start : start + _PAGE]), include=["embeddings"])
                if not page["ids"]:
                    continue
                part = np.asarray(page["embeddings"], dtype=np.float32)
                if rows is None:
                    rows = np.zeros((len(ids), part.shape[1]), dtype=np.float32)
                rows[[place[i] for i in page["ids"]]] = part
        return np.zeros((len(ids), 0), dtype=np.float32) if rows is None else rows

    def nearest(self, vector: np.ndarray, n: int) -> list[tuple[str, float]]:
        """Some ``n`` of the nearest ids with their cosines, best first; Chroma's index is approximate."""
        with self._errors():
            found = self._collection.query(
                query_embeddings=[vector], n_results=max(1, min(n, self._collection.count())), include=["distances"]
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(str(i), 1.0 - float(distance)) for i, distance in pairs]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        # Chroma's errors have no common base of their own: its Rust core raises several families.
        try:
            yield
        except ShopError:
            raise
        except Exception as error:
            reason = str(error).splitlines() or [type(error).__name__]
            raise ShopError(
                f"The vector store in {self._folder / FOLDER} cannot be used ({reason[0]})",
                f"Delete that folder and run `shoptalk import FEED --shop {self._folder}`",
            ) from error
