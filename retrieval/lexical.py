"""BM25 over the products' words, in two parts: what a product says of itself, and its attributes, which weigh less."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.catalogue import Entry
from retrieval.postings import write_indexes

if TYPE_CHECKING:
    import numpy as np

FOLDER = "lexical"
# How often a title's words count beside the description's.
_TITLE = 2
# What an attribute's match is worth beside one in the text.
_ATTRIBUTES = 0.1
# Feeds' texts differ in length for no reason of the product's, so length weighs less than the usual 0.75.
_PARAMETERS = {"k1": 1.2, "b": 0.4}


class Lexical:
    """An index over rows 0 .. n-1. Safe to share between threads."""

    def __init__(self, text: Any, attributes: Any, size: int) -> None:
        self._parts = ((text, 1.0), (attributes, _ATTRIBUTES))
        self._size = size

    @classmethod
    def build(cls, title: Sequence[str], text: Sequence[str], rest: Sequence[str]) -> Lexical:
        """From each row's words, separated by spaces: ``text`` is description and brand, ``rest`` the attributes."""
        own = [_own(t, d) for t, d in zip(title, text, strict=True)]
        return cls(_index(own), _index([r.split() for r in rest]), len(own))

    def scores(self, tokens: Sequence[str]) -> np.ndarray:
        """float32 of shape (n,): each row's BM25 for the normalised ``tokens``; 0 where none of them occurs."""
        import numpy as np

        total = np.zeros(self._size, dtype=np.float32)
        for index, weight in self._parts:
            known = [t for t in tokens if t in index.vocab_dict] if index is not None else []
            if known:
                total += weight * index.get_scores(known)
        return total

    def save(self, folder: Path, stamp: str) -> None:
        """Writes the index into the shop ``folder``; ``stamp`` names the content it was made of."""
        place, fresh = folder / FOLDER, folder / f"{FOLDER}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for name, (index, _) in zip(("text", "attributes"), self._parts, strict=True):
            if index is not None:
                index.save(fresh / name, show_progress=False)
        (fresh / "stamp.json").write_text(json.dumps({"stamp": stamp, "size": self._size}), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)

    @classmethod
    def load(cls, folder: Path, stamp: str) -> Lexical | None:
        """The index of the shop in ``folder``; None where it is absent, broken or of another content."""
        import bm25s

        place = folder / FOLDER
        try:
            about = json.loads((place / "stamp.json").read_text(encoding="utf-8"))
            if about["stamp"] != stamp:
                return None
            parts = [
                bm25s.BM25.load(place / name, show_progress=False) if (place / name).is_dir() else None
                for name in ("text", "attributes")
            ]
            return cls(parts[0], parts[1], int(about["size"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def is_saved(folder: Path, stamp: str) -> bool:
    """Whether the shop in ``folder`` has the index of the content that ``stamp`` names."""
    try:
        return bool(json.loads((folder / FOLDER / "stamp.json").read_text(encoding="utf-8"))["stamp"] == stamp)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write(folder: Path, stamp: str, entries: Iterable[Entry]) -> None:
    """Writes under ``folder`` what ``Lexical.build(...).save(...)`` would, for any number of entries in one memory."""
    place = folder / FOLDER
    place.mkdir(parents=True)
    rows = ((_own(e.title_words, e.text_words), e.attribute_words.split()) for e in entries)
    size = write_indexes(rows, [place / "text", place / "attributes"], _PARAMETERS)
    (place / "stamp.json").write_text(json.dumps({"stamp": stamp, "size": size}), encoding="utf-8")


def _own(title: str, text: str) -> list[str]:
    """What a row says of itself: its title's words count more than once."""
    return title.split() * (_TITLE - 1) + text.split()


def _index(rows: list[list[str]]) -> Any:
    """A bm25s index, or None where no row has any word, which bm25s cannot hold."""
    import bm25s

    if not any(rows):
        return None
    index = bm25s.BM25(**_PARAMETERS)
    index.index(rows, show_progress=False)
    return index
