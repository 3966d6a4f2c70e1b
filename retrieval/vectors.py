"""The shop's vectors, in Chroma: embedded under ``chroma/`` in the shop folder, or on a Chroma server by URL.

``vectors.json`` in the shop folder names the server; a shop without it has its vectors with it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from retrieval.errors import ShopError

if TYPE_CHECKING:
    import numpy as np

FOLDER = "chroma"
SERVER = "vectors.json"
_PREFIX = "products-"
# Chroma takes a few thousand rows at a time; over HTTP a page is text, and some ten times larger.
_PAGE = 4000
_HTTP_PAGE = 1000


def exists(folder: Path) -> bool:
    """Whether the shop in ``folder`` has a vector store: its own, or one on a server, which may not answer."""
    return on_server(folder) or (folder / FOLDER / "chroma.sqlite3").is_file()


def on_server(folder: Path) -> bool:
    """Whether the vectors of the shop in ``folder`` live on a Chroma server."""
    return (folder / SERVER).is_file()


def keep_at(folder: Path, url: str) -> None:
    """From now on the shop's vectors live on the Chroma server at ``url`` (``http://host:8000``); "" is its own folder.

    The next import fills the new place. Raises ShopError for what is no address.
    """
    if not url:
        (folder / SERVER).unlink(missing_ok=True)
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ShopError(
            f"{url!r} is no address of a Chroma server", "Write http://HOST:PORT, as `chroma run` prints it"
        )
    before = _server(folder)
    if before is not None and before["url"] == url:
        return
    folder.mkdir(parents=True, exist_ok=True)
    # Shops share a server; the mark keeps their collections apart, and a copy of the shop finds them.
    (folder / SERVER).write_text(json.dumps({"url": url, "shop": secrets.token_hex(6)}), encoding="utf-8")


def _server(folder: Path) -> dict[str, str] | None:
    """What ``vectors.json`` says; None where the vectors lie in the shop's folder."""
    file = folder / SERVER
    if not file.is_file():
        return None
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        return {"url": str(stored["url"]), "shop": str(stored["shop"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ShopError(
            f"{file} cannot be read", "Run `shoptalk import FEED --vectors URL` to write it anew"
        ) from error


class Vectors:
    """The vectors that one embedding model made of one shop's products. Close it, or use ``with``."""

    def __init__(self, folder: Path, embedder: str) -> None:
        """Opens the collection of the model named ``embedder``; an absent one is made."""
        self._folder = folder
        server = _server(folder)
        self._url = server["url"] if server else ""
        self._page = _HTTP_PAGE if server else _PAGE
        self._prefix = f"{_PREFIX}{server['shop']}-" if server else _PREFIX
        with self._errors():
            self._client = self._connected()
            self._name = self._prefix + hashlib.sha256(embedder.encode()).hexdigest()[:16]
            self._collection: Any = self._client.get_or_create_collection(
                self._name,
                metadata={"embedder": embedder},
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,
            )

    def _connected(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        if not self._url:
            settings = Settings(anonymized_telemetry=False, allow_reset=False)
            return chromadb.PersistentClient(self._folder / FOLDER, settings=settings)
        parts = urlsplit(self._url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        settings = Settings(anonymized_telemetry=False)
        return chromadb.HttpClient(str(parts.hostname), port, ssl=secure, settings=settings)

    def __enter__(self) -> Vectors:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of files and connections; further calls fail."""
        # Chroma's client stops without closing the connection that it speaks over.
        session = getattr(getattr(self._client, "_server", None), "_session", None)
        self._client.close()
        if session is not None:
            session.close()

    def count(self) -> int:
        """How many vectors there are."""
        with self._errors():
            return int(self._collection.count())

    def hashes(self) -> dict[str, str]:
        """Product id -> hash of the text that its vector was made of."""
        found: dict[str, str] = {}
        with self._errors():
            for start in range(0, self._collection.count(), self._page):
                page = self._collection.get(limit=self._page, offset=start, include=["metadatas"])
                found.update((i, str(m["text"])) for i, m in zip(page["ids"], page["metadatas"], strict=True))
        return found

    def put(self, ids: Sequence[str], matrix: np.ndarray, hashes: Sequence[str]) -> None:
        """Adds or replaces vectors (float32, one row an id) with the hashes of their texts."""
        with self._errors():
            for start in range(0, len(ids), self._page):
                part = slice(start, start + self._page)
                self._collection.upsert(
                    ids=list(ids[part]), embeddings=matrix[part], metadatas=[{"text": h} for h in hashes[part]]
                )

    def delete(self, ids: Sequence[str]) -> None:
        """Forgets the vectors of ``ids``."""
        with self._errors():
            for start in range(0, len(ids), self._page):
                self._collection.delete(ids=list(ids[start : start + self._page]))

    def forget_other_models(self) -> None:
        """Deletes what another embedding model made of these products."""
        with self._errors():
            for other in self._client.list_collections():
                if other.name.startswith(self._prefix) and other.name != self._name:
                    self._client.delete_collection(other.name)

    def matrix(self, ids: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(ids), dimension), row by row; zeros where an id has no vector."""
        import numpy as np

        place = {i: n for n, i in enumerate(ids)}
        rows: np.ndarray | None = None
        with self._errors():
            for start in range(0, len(ids), self._page):
                page = self._collection.get(ids=list(ids[start : start + self._page]), include=["embeddings"])
                if not page["ids"]:
                    continue
                part = np.asarray(page["embeddings"], dtype=np.float32)
                if rows is None:
                    rows = np.zeros((len(ids), part.shape[1]), dtype=np.float32)
                rows[[place[i] for i in page["ids"]]] = part
        return np.zeros((len(ids), 0), dtype=np.float32) if rows is None else rows

    def nearest(self, vector: np.ndarray, n: int) -> list[str]:
        """Some ``n`` of the nearest ids, best first; Chroma's index is approximate."""
        with self._errors():
            found = self._collection.query(query_embeddings=[vector], n_results=max(1, n), include=[])
        ids: list[str] = found["ids"][0]
        return ids

    @contextmanager
    def _errors(self) -> Iterator[None]:
        # Chroma's errors have no common base of their own: its Rust core raises several families.
        try:
            yield
        except ShopError:
            raise
        except Exception as error:
            reason = str(error).splitlines() or [type(error).__name__]
            if self._url:
                raise ShopError(
                    f"The Chroma server at {self._url} does not answer as it should ({reason[0]})",
                    "Start it with `chroma run --path FOLDER`, or move with `shoptalk import FEED --vectors URL`",
                ) from error
            raise ShopError(
                f"The vector store in {self._folder / FOLDER} cannot be used ({reason[0]})",
                f"Delete that folder and run `shoptalk import FEED --shop {self._folder}`",
            ) from error
