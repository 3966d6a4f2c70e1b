"""Ways to begin a conversation, made from what the shop really sells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.search import Shelf


def examples(shelf: Shelf) -> list[str]:
    """A handful of first messages that this shop can answer."""
    return []
