"""A BM25 index on disk for any number of rows, in the same memory: what ``bm25s`` would save, made piece by piece.

``bm25s`` wants every row's words in memory at once, which for a million products is several gigabytes. Here the
postings go through a file: counted as they are written, then put in order a range of words at a time.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# Postings in memory at a time.
_BLOCK = 2_000_000
# One posting in the file: word, row, how often. As ``array`` type codes and numpy types.
_FIELDS = "iiH"
_DTYPE = [("word", "<i4"), ("row", "<i4"), ("often", "<u2")]


@dataclass(frozen=True, slots=True)
class _Spool:
    """Postings in a file, row by row, and what was counted on the way."""

    file: Path
    # Word -> its number, in the order of appearance.
    vocabulary: dict[str, int]
    # Words of each row.
    lengths: np.ndarray
    # Rows that have each word.
    holders: np.ndarray


def write_index(rows: Iterable[Sequence[str]], place: Path, parameters: Mapping[str, float]) -> bool:
    """Writes the index of ``rows`` (each a list of words) into the folder ``place``, for ``bm25s.BM25.load``.

    False, and nothing written, where no row has any word, which bm25s cannot hold. ``parameters`` are BM25's k1 and b.
    """
    import bm25s
    import numpy as np

    file = place.with_name(f"{place.name}.postings")
    try:
        spool = _spooled(rows, file)
        if not spool.vocabulary:
            return False
        starts = np.zeros(len(spool.holders) + 1, dtype=np.int64)
        np.cumsum(spool.holders, out=starts[1:])
        index = bm25s.BM25(**parameters)
        index.scores = {
            "data": np.zeros(0, dtype=index.dtype),
            "indices": np.zeros(0, dtype=index.int_dtype),
            "indptr": starts,
            "num_docs": len(spool.lengths),
        }
        index.nonoccurrence_array = None
        index.vocab_dict = {**spool.vocabulary, "": len(spool.vocabulary)}
        index.save(place, show_progress=False)
        _write_columns(spool, place, index, starts)
        return True
    finally:
        file.unlink(missing_ok=True)


def _spooled(rows: Iterable[Sequence[str]], file: Path) -> _Spool:
    import numpy as np

    vocabulary: dict[str, int] = {}
    lengths = array("i")
    holders = np.zeros(0, dtype=np.int64)
    words, numbers, often = (array(code) for code in _FIELDS)

    def flush(out: IO[bytes]) -> None:
        nonlocal holders
        block = np.zeros(len(words), dtype=_DTYPE)
        for (name, _), column in zip(_DTYPE, (words, numbers, often), strict=True):
            block[name] = np.frombuffer(column, dtype=column.typecode)
            del column[:]
        block.tofile(out)
        counted = np.bincount(block["word"], minlength=len(vocabulary))
        counted[: len(holders)] += holders
        holders = counted

    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        for number, row in enumerate(rows):
            lengths.append(len(row))
            counts = Counter(row)
            for word in counts:
                words.append(vocabulary.setdefault(word, len(vocabulary)))
            numbers.extend([number] * len(counts))
            often.extend([min(count, 65535) for count in counts.values()])
            if len(words) >= _BLOCK:
                flush(out)
        flush(out)
    return _Spool(file, vocabulary, np.array(lengths), holders)


def _write_columns(spool: _Spool, place: Path, index: Any, starts: np.ndarray) -> None:
    """The scores and rows of all postings by word, then by row: bm25s's ``data`` and ``indices``."""
    import numpy as np

    # Lucene's variant, as bm25s computes it.
    assert index.method == index.idf_method == "lucene"
    size = len(spool.lengths)
    rarity = np.log(1 + (size - spool.holders + 0.5) / (spool.holders + 0.5)).astype(index.dtype)
    # A long text dilutes each of its words.
    damping = index.k1 * ((1 - index.b) + index.b * spool.lengths / spool.lengths.mean())
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
