"""What ``import`` does about the pictures of products."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from retrieval import looks
from retrieval.catalogue import load


def eyes_of(shop: Path, name: str | None) -> looks.PictureEmbedder | None:
    """The image model asked for, else the one of the shop's looks; None for none. "none" takes the looks away."""
    if name == "none":
        shutil.rmtree(shop / looks.FOLDER, ignore_errors=True)
        return None
    name = name or looks.recorded(shop)
    return looks.open_picture_embedder(name) if name else None


def see(shop: Path, eyes: looks.PictureEmbedder, on_progress: Callable[[int, int], None] | None) -> None:
    """Brings the shop's looks up to date, and tells what was read on standard error."""
    products = [entry.product for entry in load(shop).entries]
    seen = looks.import_looks(shop, products, eyes, on_progress)
    print(
        f"pictures: {seen.made:,} read, {seen.unchanged:,} unchanged, {seen.without:,} products without a photograph",
        file=sys.stderr,
    )
