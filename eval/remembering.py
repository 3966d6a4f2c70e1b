"""An embedder that encodes no text twice: several systems, and several folds, read the same texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.evidence import Embedder

if TYPE_CHECKING:
    import numpy as np


class Remembering:
    """``encode`` of another embedder, with every text it has had so far kept in memory."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, np.ndarray] = {}

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts), dimension)."""
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= zip(new, self._embedder.encode(new), strict=True)
        return np.stack([self._known[text] for text in texts])
