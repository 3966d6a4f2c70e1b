"""The picture of a product: its own where the shop's folder holds one, else one drawn from what is known of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from retrieval.product import Product

if TYPE_CHECKING:
    from retrieval.search import Shelf

_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
}
ROUTE = "/pictures"


def address(product: Product) -> str:
    """Where the page finds the product's picture: elsewhere on the web if the feed says so, else this server."""
    first = product.pictures[0] if product.pictures else ""
    return first if first.startswith(("https://", "http://")) else f".{ROUTE}?id={quote(product.id, safe='')}"


def picture(shelf: Shelf, product: Product) -> tuple[bytes, str]:
    """The bytes and the media type of a product's picture. Only picture files inside the shop's folder are read."""
    for name in product.pictures:
        file = local(shelf.folder, name)
        if file is not None:
            return file.read_bytes(), _TYPES[file.suffix.lower()]
    return drawn(shelf, product).encode(), _TYPES[".svg"]


def local(folder: Path, name: str) -> Path | None:
    """The picture file ``name`` of the shop in ``folder``; None where it is absent, no picture or outside of it."""
    root = folder.resolve()
    try:
        file = (root / name).resolve()
        inside = file.is_relative_to(root) and file.suffix.lower() in _TYPES and file.is_file()
    except (OSError, ValueError):
        return None
    return file if inside else None


def drawn(shelf: Shelf, product: Product) -> str:
    """An SVG of the product's kind in the product's colour."""
    from retrieval.pictures import draw

    kind = shelf.kind(product.id)
    colour = product.attributes.get("colour", product.attributes.get("color", ""))
    return draw(kind.label if kind else "", product.title, str(colour))
