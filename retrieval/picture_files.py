"""Brings the pictures that a feed names into the shop's folder, so that the shop stays whole when it is moved."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

from retrieval.product import Product

FOLDER = "pictures"
_SUFFIXES = frozenset((".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"))


def bring(product: Product, feed_folder: Path, shop: Path) -> tuple[Product, int]:
    """``product`` with its local pictures in ``shop``, and how many could not be brought.

    A feed may name picture files beside it or below, and nothing else of this machine: what lies elsewhere, or is
    no picture, is left out. Web addresses stay as they are.
    """
    if not product.pictures:
        return product, 0
    kept = []
    for name in product.pictures:
        place = name if name.startswith(("https://", "http://")) else _brought(name, feed_folder, shop)
        if place:
            kept.append(place)
    return replace(product, pictures=tuple(kept)), len(product.pictures) - len(kept)


def _brought(name: str, feed_folder: Path, shop: Path) -> str:
    root = feed_folder.resolve()
    try:
        file = (root / name).resolve()
        if not file.is_relative_to(root) or file.suffix.lower() not in _SUFFIXES or not file.is_file():
            return ""
        if file.is_relative_to(shop.resolve()):
            return file.relative_to(shop.resolve()).as_posix()
        # Named by content: two feeds may use one name for different pictures.
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:24]
        target = shop / FOLDER / f"{digest}{file.suffix.lower()}"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            # Under its name only when it is whole: an import may be killed here.
            fresh = target.with_suffix(f"{target.suffix}.new")
            shutil.copyfile(file, fresh)
            fresh.replace(target)
    except (OSError, ValueError):
        return ""
    return target.relative_to(shop).as_posix()
