"""BM25 over the products' words, part by part: title, the other texts, attribute values; names of attributes only count
for filters.
"""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.catalogue import Entry
from retrieval.postings import write_indexes
from retrieval.product import AttributeValue
from retrieval.text import words

if TYPE_CHECKING:
    import numpy as np

FOLDER = "lexical"
# Feeds' texts differ in length for no reason of the product's, so length weighs less than the usual 0.75.
_PARAMETERS = {"k1": 1.2, "b": 0.4}
# Part -> what a word in it is worth in the sum of the parts, and where each word counts by its best part alone. That a
# notebook has the attribute "battery_type" makes it no battery: names of attributes are worth nothing.
_PARTS = {"title": (1.0, 1.0), "text": (1.0, 1.0), "values": (0.1, 0.7), "names": (0.0, 0.0)}


@dataclass(frozen=True, slots=True)
class Matches:
    """The rows that share a word with a query; every column is aligned with ``rows``."""

    # int64 of shape (m,), ascending.
    rows: np.ndarray
    # float32 of shape (m,): BM25 summed over the parts.
    text: np.ndarray
    # float32 of shape (m,): BM25 where each word counts by the part that it fits best.
    field: np.ndarray
    # bool of shape (words, m): which of the query's words each row has.
    has: np.ndarray
    # float32 of shape (words,): how rare each word is.
    rarity: np.ndarray


class Lexical:
    """An index over rows 0 .. n-1. Safe to share between threads."""

    def __init__(self, parts: Sequence[Any], size: int) -> None:
        """``parts`` are bm25s indexes in the order of ``_PARTS``, None for a part without any word."""
        self._parts = tuple(zip(parts, _PARTS.values(), strict=True))
        # How many rows it is over.
        self.size = size

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Lexical:
        """Over the words of ``entries``, row by row."""
        rows = [_words_by_part(entry) for entry in entries]
        return cls([_index([row[n] for row in rows]) for n in range(len(_PARTS))], len(rows))

    def __contains__(self, token: str) -> bool:
        """Whether any row has this word, names of attributes aside."""
        return any(index is not None and worth and token in index.vocab_dict for index, (worth, _) in self._parts)

    def held(self, token: str) -> np.ndarray:
        """bool of shape (n,): which rows have the word ``token``, names of attributes included."""
        import numpy as np

        held = np.zeros(self.size, dtype=bool)
        for rows, _, _, _ in self._postings(token):
            held[rows] = True
        return held

    def match(self, said: Sequence[Sequence[str]]) -> Matches:
        """What each row has of the query's words; a word is given by its spellings, of which the best one counts."""
        import numpy as np

        found = [
            [[part for part in self._postings(spelling) if part[2]] for spelling in spellings] for spellings in said
        ]
        touched = np.zeros(self.size, dtype=bool)
        for there, _, _, _ in (part for spellings in found for parts in spellings for part in parts):
            touched[there] = True
        rows = np.flatnonzero(touched)
        place = np.empty(self.size, dtype=np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        text, field = np.zeros(len(rows), dtype=np.float32), np.zeros(len(rows), dtype=np.float32)
        has = np.zeros((len(said), len(rows)), dtype=bool)
        rarity = np.zeros(len(said), dtype=np.float32)
        for n, spellings in enumerate(found):
            for there, _, _, _ in (part for parts in spellings for part in parts):
                has[n, place[there]] = True
            rarity[n] = self._rarity(int(np.count_nonzero(has[n])))
            best, joint = np.zeros(len(rows), dtype=np.float32), np.zeros(len(rows), dtype=np.float32)
            for parts in spellings:
                together = np.zeros(len(rows), dtype=np.float32)
                for there, scores, worth, worth_alone in parts:
                    # bm25s counts how rare a word is within the part; that descriptions seldom say "lamp" while each
                    # title does makes it no rare word.
                    scores = scores * (rarity[n] / self._rarity(len(there)))
                    at = place[there]
                    best[at] = np.maximum(best[at], worth_alone * scores)
                    together[at] += worth * scores
                joint = np.maximum(joint, together)
            field += best
            text += joint
        return Matches(rows, text, field, has, rarity)

    def _rarity(self, holders: int) -> float:
        """The inverse document frequency as BM25 has it."""
        return math.log(1 + (self.size - holders + 0.5) / (holders + 0.5))

    def _postings(self, token: str) -> list[tuple[np.ndarray, np.ndarray, float, float]]:
        """For each part that has ``token``: the rows, the BM25 it earns each, and what that is worth."""
        found = []
        for index, (worth, alone) in self._parts:
            number = None if index is None else index.vocab_dict.get(token)
            # bm25s keeps an empty word of its own behind those of the rows.
            if number is not None and number < len(index.scores["indptr"]) - 1:
                part = slice(index.scores["indptr"][number], index.scores["indptr"][number + 1])
                found.append((index.scores["indices"][part], index.scores["data"][part], worth, alone))
        return found

    def save(self, folder: Path, stamp: str) -> None:
        """Writes the index into the shop ``folder``; ``stamp`` names the content it was made of."""
        place, fresh = folder / FOLDER, folder / f"{FOLDER}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for name, (index, _) in zip(_PARTS, self._parts, strict=True):
            if index is not None:
                index.save(fresh / name, show_progress=False)
        about = {"stamp": stamp, "size": self.size, "parts": list(_PARTS)}
        (fresh / "stamp.json").write_text(json.dumps(about), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)

    @classmethod
    def load(cls, folder: Path, stamp: str) -> Lexical | None:
        """The index of the shop in ``folder``; None where it is absent, broken or of another content."""
        import bm25s

        place = folder / FOLDER
        try:
            about = json.loads((place / "stamp.json").read_text(encoding="utf-8"))
            if about["stamp"] != stamp or about["parts"] != list(_PARTS):
                return None
            parts = [
                bm25s.BM25.load(place / name, show_progress=False) if (place / name).is_dir() else None
                for name in _PARTS
            ]
            return cls(parts, int(about["size"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def is_saved(folder: Path, stamp: str) -> bool:
    """Whether the shop in ``folder`` has the index of the content that ``stamp`` names."""
    try:
        about = json.loads((folder / FOLDER / "stamp.json").read_text(encoding="utf-8"))
        return bool(about["stamp"] == stamp and about["parts"] == list(_PARTS))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write(folder: Path, stamp: str, entries: Iterable[Entry]) -> None:
    """Writes under ``folder`` what ``Lexical.build(...).save(...)`` would, for any number of entries in one memory."""
    place = folder / FOLDER
    place.mkdir(parents=True)
    size = write_indexes(map(_words_by_part, entries), [place / name for name in _PARTS], _PARAMETERS)
    about = {"stamp": stamp, "size": size, "parts": list(_PARTS)}
    (place / "stamp.json").write_text(json.dumps(about), encoding="utf-8")


def _index(rows: list[list[str]]) -> Any:
    """A bm25s index, or None where no row has any word, which bm25s cannot hold."""
    import bm25s

    if not any(rows):
        return None
    index = bm25s.BM25(**_PARAMETERS)
    index.index(rows, show_progress=False)
    return index


def _words_by_part(entry: Entry) -> tuple[list[str], ...]:
    """The words of each part, together exactly ``entry.words``."""
    values = Counter(
        word
        for name, value in entry.product.attributes.items()
        for word in _value_words(name, value, type(value).__name__)
    )
    every = Counter(entry.attribute_words.split())
    # Words at the seam of a name and its value may have joined into one; then they belong to neither alone.
    values &= every
    rest = entry.text_words[len(entry.title_words) - 1 :]
    return entry.title_words.split(), rest.split(), list(values.elements()), list((every - values).elements())


@lru_cache(maxsize=1 << 16)
def _value_words(name: str, value: AttributeValue, _kind: str) -> tuple[str, ...]:
    """What a value says: a true flag its name, a false one nothing. The type is there because 1 equals True."""
    if isinstance(value, bool):
        return tuple(words(name.replace("_", " "))) if value else ()
    return tuple(words(str(value)))
