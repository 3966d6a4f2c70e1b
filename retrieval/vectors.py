"""The shop's vectors, in Chroma: embedded under ``chroma/`` in the shop folder, or on a Chroma server by URL.

``vectors.json`` in the shop folder names the server and the collection; a shop without it has its vectors with it.
A collection on a server is filled by one import and never changed after the shop names it. It holds the names of the
shop folders that use it, "homes", and is deleted when the last of them has moved on: so a copy of a shop keeps what it
was copied with, whatever is imported into the shop, or into the copy.
"""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from retrieval.errors import ShopError

if TYPE_CHECKING:
    import numpy as np

FOLDER = "chroma"
SERVER = "vectors.json"
_PRODUCTS = "products"
# Chroma takes a few thousand rows at a time; over HTTP a page is text, and some ten times larger.
_PAGE = 4000
_HTTP_PAGE = 1000


class LostError(ShopError):
    """The server has no such collection any more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a server the vectors of a shop live: what ``vectors.json`` says."""

    url: str
    collection: str
    # The collection before this one, for who still has the shop open as it was; "" for none.
    previous: str = ""

    @classmethod
    def fresh(cls, url: str) -> Place:
        """A new collection, which is not there yet."""
        return cls(url, f"{_PRODUCTS}-{secrets.token_hex(12)}")


def exists(folder: Path) -> bool:
    """Whether the shop in ``folder`` has a vector store: its own, or one on a server, which may not answer."""
    return (folder / SERVER).is_file() or (folder / FOLDER / "chroma.sqlite3").is_file()


def _home(folder: Path) -> str:
    """Names a folder of this machine; a copy of it is another one, even in its place."""
    said = f"{platform.node()} {folder.resolve()} {folder.stat().st_ino}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def reachable(url: str) -> None:
    """Raises ShopError for what is no address of a Chroma server (``http://host:8000``), or where none answers."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ShopError(
            f"{url!r} is no address of a Chroma server", "Write http://HOST:PORT, as `chroma run` prints it"
        )
    with _errors(url, Path()), _client(url, Path()) as client:
        client.heartbeat()


def place_of(folder: Path) -> Place | None:
    """What ``vectors.json`` in ``folder`` says; None where there is none. Raises ShopError where it cannot be read."""
    file = folder / SERVER
    if not file.is_file():
        return None
    try:
        return Place(**{name: str(value) for name, value in json.loads(file.read_text(encoding="utf-8")).items()})
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ShopError(
            f"{file} cannot be read", "Run `shoptalk import FEED --vectors URL` to write it anew"
        ) from error


def note(folder: Path, place: Place) -> None:
    """Writes ``vectors.json``, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    (half := folder / f"{SERVER}.new").write_text(json.dumps(asdict(place)), encoding="utf-8")
    half.replace(folder / SERVER)


def create(place: Place, embedder: str, shop: Path) -> None:
    """Makes the collection that ``place`` names, for what the model named ``embedder`` made of the shop in ``shop``."""
    with _errors(place.url, shop), _client(place.url, shop) as client:
        _create(client, place.collection, {"embedder": embedder, "homes": _home(shop)})


def release(url: str, collection: str, shop: Path) -> None:
    """Says that the shop in ``shop`` needs ``collection`` ("" is none) no more; the last folder's word deletes it."""
    if not collection:
        return
    with _errors(url, Path()), _client(url, Path()) as client:
        names = {found.name for found in client.list_collections()}
        if collection not in names:
            return
        beside = [name for name in names - {collection} if name.partition("-")[2] == collection.partition("-")[2]]
        found = client.get_collection(collection, embedding_function=None)
        homes, home = _homes(found), _home(shop)
        if home not in homes:
            return
        homes.remove(home)
        if homes:
            found.modify(metadata={**found.metadata, "homes": " ".join(homes)})
        else:
            client.delete_collection(collection)
            for other in beside:
                client.delete_collection(other)


def _homes(collection: Any) -> list[str]:
    return str((collection.metadata or {}).get("homes", "")).split()


def _create(client: Any, name: str, metadata: dict[str, str]) -> Any:
    return client.get_or_create_collection(
        name, metadata=metadata, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
    )


def _connected(url: str, folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    if not url:
        settings = Settings(anonymized_telemetry=False, allow_reset=False)
        return chromadb.PersistentClient(folder / FOLDER, settings=settings)
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    settings = Settings(anonymized_telemetry=False)
    return chromadb.HttpClient(str(parts.hostname), port, ssl=secure, settings=settings)


def _close(client: Any) -> None:
    # Chroma's client stops without closing the connection that it speaks over.
    session = getattr(getattr(client, "_server", None), "_session", None)
    client.close()
    if session is not None:
        session.close()


@contextmanager
def _client(url: str, folder: Path) -> Iterator[Any]:
    client = _connected(url, folder)
    try:
        yield client
    finally:
        _close(client)


@contextmanager
def _errors(url: str, folder: Path) -> Iterator[None]:
    # Chroma's errors have no common base of their own: its Rust core raises several families.
    try:
        yield
    except ShopError:
        raise
    except Exception as error:
        reason = str(error).splitlines() or [type(error).__name__]
        if url:
            raise ShopError(
                f"The Chroma server at {url} does not answer as it should ({reason[0]})",
                "Start it with `chroma run --path FOLDER`, or move with `shoptalk import FEED --vectors URL`",
            ) from error
        raise ShopError(
            f"The vector store in {folder / FOLDER} cannot be used ({reason[0]})",
            f"Delete that folder and run `shoptalk import FEED --shop {folder}`",
        ) from error


class Vectors:
    """The vectors that one model made of one shop's products, or of its documents. Close it, or use ``with``."""

    def __init__(self, folder: Path, embedder: str, shop: Path | None = None, *, of: str = _PRODUCTS) -> None:
        """Opens the store in ``folder``, or the collection on a server that ``vectors.json`` there names.

        ``shop`` is the shop's folder where that is another. In a folder, what the model named ``embedder`` made is a
        collection of its own; an absent one is made. Raises LostError where a server has lost it. ``of`` is what the
        vectors are of: what is not the products lies in a collection of its own beside theirs, and shares its fate.
        """
        self._folder = shop or folder
        self._place = place_of(folder)
        self._page = _HTTP_PAGE if self._place else _PAGE
        self._url = self._place.url if self._place else ""
        with _errors(self._url, self._folder):
            self._client = _connected(self._url, folder)
            try:
                self._collection: Any = self._found(self._place, of) if self._place else self._own(embedder, of)
            except Exception:
                _close(self._client)
                raise

    def _own(self, embedder: str, of: str) -> Any:
        name = f"{of}-{hashlib.sha256(embedder.encode()).hexdigest()[:16]}"
        return _create(self._client, name, {"embedder": embedder})

    def _found(self, place: Place, of: str) -> Any:
        """The shop's collection, which learns that this folder uses it; one beside the products' is made if absent."""
        from chromadb.errors import NotFoundError

        if of != _PRODUCTS:
            return _create(self._client, f"{of}-{place.collection.partition('-')[2]}", {"beside": place.collection})
        try:
            found = self._client.get_collection(place.collection, embedding_function=None)
        except NotFoundError as error:
            raise LostError(
                f"The Chroma server at {place.url} has the vectors of the shop in {self._folder} no more",
                f"Run `shoptalk import FEED --shop {self._folder}` to make them anew",
            ) from error
        homes, home = _homes(found), _home(self._folder)
        if home not in homes:
            found.modify(metadata={**found.metadata, "homes": " ".join([*homes, home])})
        return found

    def __enter__(self) -> Vectors:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of files and connections; further calls fail."""
        _close(self._client)

    def count(self) -> int:
        """How many vectors there are."""
        with _errors(self._url, self._folder):
            return int(self._collection.count())

    def hashes(self) -> dict[str, str]:
        """Id -> hash of the text that its vector was made of."""
        found: dict[str, str] = {}
        with _errors(self._url, self._folder):
            for start in range(0, self._collection.count(), self._page):
                page = self._collection.get(limit=self._page, offset=start, include=["metadatas"])
                found.update((i, str(m["text"])) for i, m in zip(page["ids"], page["metadatas"], strict=True))
        return found

    def put(self, ids: Sequence[str], matrix: np.ndarray, hashes: Sequence[str]) -> None:
        """Adds or replaces vectors (float32, one row an id) with the hashes of their texts."""
        with _errors(self._url, self._folder):
            for start in range(0, len(ids), self._page):
                part = slice(start, start + self._page)
                self._collection.upsert(
                    ids=list(ids[part]), embeddings=matrix[part], metadatas=[{"text": h} for h in hashes[part]]
                )

    def take(self, other: Vectors, hashes: Mapping[str, str]) -> None:
        """Adds what ``other`` has of the ids in ``hashes``, each with the hash of its text."""
        ids = list(hashes)
        for start in range(0, len(ids), self._page):
            part = ids[start : start + self._page]
            self.put(part, other.matrix(part), [hashes[i] for i in part])

    def delete(self, ids: Sequence[str]) -> None:
        """Forgets the vectors of ``ids``."""
        with _errors(self._url, self._folder):
            for start in range(0, len(ids), self._page):
                self._collection.delete(ids=list(ids[start : start + self._page]))

    def matrix(self, ids: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(ids), dimension), row by row; zeros where an id has no vector."""
        import numpy as np

        place = {i: n for n, i in enumerate(ids)}
        rows: np.ndarray | None = None
        with _errors(self._url, self._folder):
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
        with _errors(self._url, self._folder):
            found = self._collection.query(query_embeddings=[vector], n_results=max(1, n), include=[])
        ids: list[str] = found["ids"][0]
        return ids
