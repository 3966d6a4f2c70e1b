"""A BM25 index on disk for any number of rows, in the same memory: what ``bm25s`` would save, made piece by piece.

``bm25s`` wants every row's words in memory at once, which for a million products is several gigabytes. Here the
postings go through a file: counted as they are written, then put in order a range of words at a time.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# Postings in memory at a time.
_BLOCK = 2_000_000
# One posting in the file: word, row, how often. As ``array`` type codes and numpy types.
_FIELDS = "iii"
_DTYPE = [("word", "<i4"), ("row", "<i4"), ("often", "<i4")]


class _Spool:
    """Postings in a file, row by row, and what was counted on the way. Close it, or use ``with``."""

    def __init__(self, file: Path, vocabulary: Mapping[str, int]) -> None:
        import numpy as np

        self.file = file
        # Word -> its number, in the order of appearance; a new word gets the next one. Spools may share it.
        self.vocabulary = vocabulary
        # Words of each row.
        self.lengths = array("i")
        # Rows that have each word.
        self.holders = np.zeros(0, dtype=np.int64)
        self._columns = [array(code) for code in _FIELDS]
        file.parent.mkdir(parents=True, exist_ok=True)
        self._out = file.open("wb")

    def add(self, row: Sequence[str]) -> None:
        """Adds the next row, a list of words."""
        words, numbers, often = self._columns
        counts = Counter(row)
        words.extend(map(self.vocabulary.__getitem__, counts))
        numbers.extend([len(self.lengths)] * len(counts))
        often.extend(counts.values())
        self.lengths.append(len(row))
        if len(words) >= _BLOCK:
            self.flush()

    def flush(self) -> None:
        """Writes what is in memory."""
        import numpy as np

        block = np.zeros(len(self._columns[0]), dtype=_DTYPE)
        for (name, _), column in zip(_DTYPE, self._columns, strict=True):
            block[name] = np.frombuffer(column, dtype=column.typecode)
            del column[:]
        block.tofile(self._out)
        counted = np.bincount(block["word"], minlength=len(self.holders))
        counted[: len(self.holders)] += self.holders
        self.holders = counted
        self._out.flush()

    def close(self) -> None:
        """Forgets the file."""
        self._out.close()
        self.file.unlink(missing_ok=True)


def write_indexes(
    rows: Iterable[Sequence[Sequence[str]]], places: Sequence[Path], parameters: Mapping[str, float]
) -> int:
    """Writes an index into each of the folders ``places``, for ``bm25s.BM25.load``; returns the number of rows.

    Each row has a list of words for each place. A folder is left out where no row has any word for it, which bm25s
    cannot hold. ``parameters`` are BM25's k1 and b.
    """
    # The words that a large shop has are the one thing that is held in memory, and held once.
    vocabulary: defaultdict[str, int] = defaultdict()
    vocabulary.default_factory = vocabulary.__len__
    with ExitStack() as stack:
        spools = [_Spool(place.with_name(f"{place.name}.postings"), vocabulary) for place in places]
        for spool in spools:
            stack.callback(spool.close)
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            for spool, words in zip(spools, row, strict=True):
                spool.add(words)
        for spool, place in zip(spools, places, strict=True):
            spool.flush()
            if spool.holders.any():
                _write(spool, place, parameters)
    return count


def _write(spool: _Spool, place: Path, parameters: Mapping[str, float]) -> None:
    import bm25s
    import numpy as np

    starts = np.zeros(len(spool.holders) + 1, dtype=np.int64)
    np.cumsum(spool.holders, out=starts[1:])
    # Of the shared words, those that this index has; bm25s numbers them without gaps.
    used = spool.holders > 0
    number = (np.cumsum(used) - 1).tolist()
    has = used.tolist()
    index = bm25s.BM25(**parameters)
    index.scores = {
        "data": np.zeros(0, dtype=index.dtype),
        "indices": np.zeros(0, dtype=index.int_dtype),
        "indptr": np.append(starts[:-1][used], starts[-1]),
        "num_docs": len(spool.lengths),
    }
    index.nonoccurrence_array = None
    index.vocab_dict = {word: number[n] for word, n in spool.vocabulary.items() if n < len(has) and has[n]}
    index.vocab_dict[""] = len(index.vocab_dict)
    index.save(place, show_progress=False)
    index.vocab_dict = {}
    _write_columns(spool, place, index, starts)


def _write_columns(spool: _Spool, place: Path, index: Any, starts: np.ndarray) -> None:
    """The scores and rows of all postings by word, then by row: bm25s's ``data`` and ``indices``."""
    import numpy as np

    # Lucene's variant, as bm25s computes it.
    assert index.method == index.idf_method == "lucene"
    lengths = np.array(spool.lengths)
    size = len(lengths)
    rarity = np.log(1 + (size - spool.holders + 0.5) / (spool.holders + 0.5)).astype(index.dtype)
    # A long text dilutes each of its words.
    damping = index.k1 * ((1 - index.b) + index.b * lengths / lengths.mean())
    with (place / "data.csc.index.npy").open("wb") as scores, (place / "indices.csc.index.npy").open("wb") as rows:
        for out, dtype in ((scores, index.dtype), (rows, index.int_dtype)):
            header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": (int(starts[-1]),)}
            np.lib.format.write_array_header_1_0(out, header)
        first = 0
        while first < len(spool.holders):
            last = max(first + 1, int(np.searchsorted(starts, starts[first] + _BLOCK, side="right")) - 1)
            block = _of_words(spool.file, first, last)
            often = block["often"].astype(np.float64)
            score = rarity[block["word"]] * (often / (damping[block["row"]] + often))
            score.astype(index.dtype).tofile(scores)
            block["row"].astype(index.int_dtype).tofile(rows)
            first = last


def _of_words(file: Path, first: int, last: int) -> np.ndarray:
    """The postings of words ``first`` to ``last`` - 1, by word and then by row."""
    import numpy as np

    found = []
    with file.open("rb") as spool:
        while len(block := np.fromfile(spool, dtype=_DTYPE, count=_BLOCK)):
            found.append(block[(block["word"] >= first) & (block["word"] < last)])
    joined = np.concatenate(found)
    ordered: np.ndarray = joined[np.argsort(joined["word"], kind="stable")]
    return ordered
