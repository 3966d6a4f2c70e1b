"""How products look: vectors of their pictures, in a Chroma collection of their own, and what is nearest to a picture.

An image model is no part of ShopTalk. A shop has looks once it was imported with one (``import --image-embedder``); the
vectors live under ``looks/`` in the shop's folder, and the model's name beside them. Only picture files of the shop are
read, never a web address; what is no photograph (SVG) is left out.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from retrieval.embed import cached_folder
from retrieval.errors import QueryError, ShopError, WeightsMissing
from retrieval.offline import stay_offline
from retrieval.product import Product
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

FOLDER = "looks"
_NAME = "model.json"
_PHOTOS = frozenset((".png", ".jpg", ".jpeg", ".webp", ".gif"))
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# Pixels of the longer side that are kept of a picture; image models look at some 224 to 384.
_SIDE = 384
# Pixels of a picture that is opened at all: a small file may claim to be a wall.
_MOST_PIXELS = 64_000_000
# Pictures computed together.
_BATCH = 32


class PictureEmbedder(Protocol):
    """Turns pictures into vectors whose dot product is their likeness."""

    @property
    def name(self) -> str:
        """What a shop records, and what ``open_picture_embedder`` opens again."""
        ...

    def encode(self, pictures: Sequence[Image]) -> np.ndarray:
        """float32 of shape (len(pictures), dimension), each row of length 1; pictures are RGB."""
        ...


@dataclass(frozen=True, slots=True)
class LooksReport:
    """What an import did about pictures, in products."""

    made: int
    unchanged: int
    # Without a photograph in the shop's folder.
    without: int


def open_picture_embedder(name: str) -> PictureEmbedder:
    """A folder with a sentence-transformers model that reads images, or one of the local Hugging Face cache by name.

    The model is loaded at the first use. Raises WeightsMissing when it is not there.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise WeightsMissing(f"{folder} holds no image model", "Name a folder with a modules.json")
        return _ClipLike(str(folder.resolve()), folder.resolve())
    return _ClipLike(name, cached_folder(name))


class _ClipLike:
    """A sentence-transformers model that encodes images, on the CPU."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self._model: Any = None

    def encode(self, pictures: Sequence[Image]) -> np.ndarray:
        """float32 of shape (len(pictures), dimension), each row of length 1. Raises ShopError for a model of texts."""
        import numpy as np

        try:
            if self._model is None:
                stay_offline()
                from sentence_transformers import SentenceTransformer

                self._model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
            vectors = self._model.encode(list(pictures), convert_to_numpy=True, show_progress_bar=False)
        except Exception as error:
            # What is wrong with a model's files or kind, each library says with errors of its own.
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise ShopError(
                f"{self.name} cannot read pictures ({reason[0]})", "Name a CLIP-like sentence-transformers model"
            ) from error
        matrix: np.ndarray = np.array(vectors, dtype=np.float32)
        matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
        return matrix


def read_picture(content: bytes) -> Image:
    """A picture as RGB of at most 384 pixels a side. Raises QueryError for what is no PNG, JPEG, WebP or GIF."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as found:
            if found.width * found.height > _MOST_PIXELS:
                raise QueryError("The picture is too large", "Send one of at most 64 megapixels")
            found.draft("RGB", (_SIDE, _SIDE))
            picture = ImageOps.exif_transpose(found).convert("RGB")
    except QueryError:
        raise
    except Exception as error:
        # PIL raises whatever a broken file makes its decoders raise.
        raise QueryError("This is no picture that can be read", "Send a PNG, JPEG, WebP or GIF") from error
    picture.thumbnail((_SIDE, _SIDE))
    return picture


def import_looks(
    shop: Path,
    products: Sequence[Product],
    embedder: PictureEmbedder,
    on_progress: Callable[[int, int], None] | None = None,
) -> LooksReport:
    """Brings the looks of the shop in ``shop`` up to date with its products' first pictures.

    Works on a copy that takes the old one's place when it is whole; only pictures that changed are computed, and all
    of them with another model.
    """
    place, fresh = shop / FOLDER, shop / f"{FOLDER}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    if recorded(shop) == embedder.name:
        shutil.copytree(place, fresh)
    fresh.mkdir(exist_ok=True)
    photos = {p.id: photo for p in products if (photo := _photo(p, shop)) is not None}
    hashes = {id_: hashlib.sha256(photo.read_bytes()).hexdigest() for id_, photo in photos.items()}
    with Vectors(fresh, embedder.name, shop) as store:
        known = store.hashes()
        store.delete([id_ for id_ in known if id_ not in hashes])
        todo = [id_ for id_ in hashes if known.get(id_) != hashes[id_]]
        made = 0
        for start in range(0, len(todo), _BATCH):
            read = {i: p for i in todo[start : start + _BATCH] if (p := _readable(photos[i])) is not None}
            if read:
                store.put(list(read), embedder.encode(list(read.values())), [hashes[i] for i in read])
            made += len(read)
            if on_progress:
                on_progress(min(start + _BATCH, len(todo)), len(todo))
        held = store.count()
    (fresh / _NAME).write_text(json.dumps({"embedder": embedder.name}), encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    fresh.replace(place)
    return LooksReport(made, held - made, len(products) - held)


def recorded(shop: Path) -> str | None:
    """Name of the image model that the shop's looks were made with; None for a shop without looks."""
    try:
        return str(json.loads((shop / FOLDER / _NAME).read_text(encoding="utf-8"))["embedder"])
    except (OSError, ValueError, KeyError):
        return None


class Looks:
    """The looks of one shop, in memory: a few hundred numbers a product."""

    def __init__(self, shop: Path, embedder: PictureEmbedder, ids: Sequence[str]) -> None:
        """Reads the vectors of the products ``ids``, in this order; zeros where a product has no photograph."""
        self._embedder = embedder
        with Vectors(shop / FOLDER, embedder.name, shop) as store:
            self._matrix = store.matrix(ids)

    def likeness(self, picture: bytes) -> np.ndarray:
        """float32 (n,): how like each product looks to ``picture``; -1 where a product has no photograph."""
        import numpy as np

        if not self._matrix.shape[1]:
            return np.full(len(self._matrix), -1.0, dtype=np.float32)
        vector = self._embedder.encode([read_picture(picture)])[0]
        seen: np.ndarray = np.where(self._matrix.any(axis=1), self._matrix @ vector, -1.0).astype(np.float32)
        return seen


def _photo(product: Product, shop: Path) -> Path | None:
    """The first picture of a product that is a photograph in the shop's folder."""
    root = shop.resolve()
    for name in product.pictures:
        if Path(name).suffix.lower() in _PHOTOS and "://" not in name:
            file = (root / name).resolve()
            if file.is_relative_to(root) and file.is_file():
                return file
    return None


def _readable(photo: Path) -> Image | None:
    try:
        return read_picture(photo.read_bytes())
    except QueryError:
        return None
