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
# Rows with none but the words of least worth are looked at without asking where they are so few ...
_FEW = 20_000
# ... and a list of rows is sought in a word's rows, not they in it, where it is so many times shorter.
_SPARSE = 16
# Part -> what a word in it is worth in the sum of the parts, and where each word counts by its best part alone. That a
# notebook has the attribute "battery_type" makes it no battery: names of attributes are worth nothing.
_PARTS = {"title": (1.0, 1.0), "text": (1.0, 1.0), "values": (0.1, 0.7), "names": (0.0, 0.0)}


# What a word earns the rows of one part: the rows, the BM25 of each, what that is worth in the sum of the parts, and
# what where the word counts by its best part alone.
Posting = tuple["np.ndarray", "np.ndarray", float, float]


@dataclass(frozen=True, slots=True)
class Matches:
    """Rows beside a query; every column is aligned with ``rows``."""

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
        # The words that people search for are few and come again.
        self._word = lru_cache(maxsize=1 << 12)(self._read_word)

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

    def match(self, said: Sequence[Sequence[str]], rows: np.ndarray | None = None) -> Matches:
        """What each row has of the query's words; a word is given by its spellings, of which the best one counts.

        ``rows`` (ascending) are those to look at; without them, all that share a word with the query.
        """
        import numpy as np

        words = [self._word(tuple(spellings)) for spellings in said]
        if rows is None:
            rows = self._holding(words)
        place = _Place(rows, self.size)
        text, field = np.zeros(len(rows), dtype=np.float32), np.zeros(len(rows), dtype=np.float32)
        has = np.zeros((len(words), len(rows)), dtype=bool)
        for n, word in enumerate(words):
            best, joint = np.zeros(len(rows), dtype=np.float32), np.zeros(len(rows), dtype=np.float32)
            for parts in word.spellings:
                together = np.zeros(len(rows), dtype=np.float32)
                for there, scores, worth, alone in parts:
                    at, earned = place.of(there, scores)
                    has[n, at] = True
                    best[at] = np.maximum(best[at], alone * earned)
                    together[at] += worth * earned
                joint = np.maximum(joint, together)
            field += best
            text += joint
        return Matches(rows, text, field, has, np.array([word.rarity for word in words], dtype=np.float32))

    def best(
        self, said: Sequence[Sequence[str]], masks: Sequence[np.ndarray], n: int
    ) -> tuple[list[np.ndarray], float, float]:
        """For each mask (bool, (size,)) the ``n`` rows with the greatest ``text`` + ``field``, and the greatest
        ``text`` and ``field`` of any row at all.

        As MaxScore does (Turtle and Flood, 1995): rows that have only words of little worth are left alone where what
        these words can earn at most would not lift any of them among the best.
        """
        import numpy as np

        order = sorted((self._word(tuple(spellings)) for spellings in said), key=lambda w: -w.most_text - w.most_field)
        order = [word for word in order if word.spellings]
        count = len(order)
        for taken in range(1, count + 1):
            rest = order[taken:]
            text_left, field_left = sum(w.most_text for w in rest), sum(w.most_field for w in rest)
            held = sum(len(there) for w in rest for parts in w.spellings for there, _, _, _ in parts)
            # Too few rows to be worth another look: take them all.
            if rest and held <= _FEW:
                continue
            found = self.match(said, self._holding(order[:taken]))
            text_top, field_top = float(found.text.max(initial=0.0)), float(found.field.max(initial=0.0))
            if text_top < text_left or field_top < field_left:
                continue
            scores = found.text + found.field
            chosen = [_top(found.rows, scores, mask, n, text_left + field_left) for mask in masks]
            if all(rows is not None for rows in chosen):
                return [rows for rows in chosen if rows is not None], text_top, field_top
        return [np.zeros(0, dtype=np.int64) for _ in masks], 0.0, 0.0

    def _holding(self, words: Iterable[_Word]) -> np.ndarray:
        """int64, ascending: the rows that have any of ``words``."""
        import numpy as np

        touched = np.zeros(self.size, dtype=bool)
        for there, _, _, _ in (part for word in words for parts in word.spellings for part in parts):
            touched[there] = True
        return np.flatnonzero(touched)

    def _read_word(self, spellings: tuple[str, ...]) -> _Word:
        """What is known of a word. Names of attributes earn nothing."""
        import numpy as np

        found = [[part for part in self._postings(spelling) if part[2]] for spelling in spellings]
        holders = np.zeros(self.size, dtype=bool)
        for there, _, _, _ in (part for parts in found for part in parts):
            holders[there] = True
        rarity = self._rarity(int(np.count_nonzero(holders)))
        # bm25s counts how rare a word is within the part; that descriptions seldom say "lamp" while each title does
        # makes it no rare word.
        scaled = [
            [(t, s, w * f, a * f) for t, s, w, a in parts for f in [rarity / self._rarity(len(t))]] for parts in found
        ]
        most = [[(w * float(s.max()), a * float(s.max())) for _, s, w, a in parts] for parts in scaled if parts]
        return _Word(
            tuple(tuple(parts) for parts in scaled if parts),
            rarity,
            most_text=max((sum(text for text, _ in parts) for parts in most), default=0.0),
            most_field=max((field for parts in most for _, field in parts), default=0.0),
        )

    def _rarity(self, holders: int) -> float:
        """The inverse document frequency as BM25 has it."""
        return math.log(1 + (self.size - holders + 0.5) / (holders + 0.5))

    def _postings(self, token: str) -> list[Posting]:
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


@dataclass(frozen=True, slots=True)
class _Word:
    """One of a query's words."""

    # For each of its spellings that the shop has, the parts that have it.
    spellings: tuple[tuple[Posting, ...], ...]
    rarity: float
    # What it can earn a row at most.
    most_text: float
    most_field: float


class _Place:
    """Where rows stand within a list of rows."""

    def __init__(self, rows: np.ndarray, size: int) -> None:
        """``rows`` are ascending and below ``size``."""
        import numpy as np

        self._rows = rows
        self._at = np.full(size, -1, dtype=np.int32)
        self._at[rows] = np.arange(len(rows), dtype=np.int32)

    def of(self, there: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions within the list of those of ``there`` that are in it, and their scores."""
        import numpy as np

        if _SPARSE * len(self._rows) < len(there):
            found = np.minimum(np.searchsorted(there, self._rows), len(there) - 1)
            at = np.flatnonzero(there[found] == self._rows)
            return at, scores[found[at]]
        at = self._at[there]
        inside = at >= 0
        return (at, scores) if inside.all() else (at[inside], scores[inside])


def _top(rows: np.ndarray, scores: np.ndarray, mask: np.ndarray, n: int, left: float) -> np.ndarray | None:
    """The ``n`` of ``rows`` in ``mask`` with the greatest scores; None where a row that was left out, which has
    ``left`` at most, might be among them.
    """
    import numpy as np

    there = mask[rows]
    rows, scores = rows[there], scores[there]
    if len(rows) <= n:
        return rows if left <= 0 or len(rows) == np.count_nonzero(mask) else None
    least = np.partition(scores, len(scores) - n)[len(scores) - n]
    if least < left:
        return None
    above = rows[scores > least]
    return np.concatenate([above, rows[scores == least][: n - len(above)]])


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
