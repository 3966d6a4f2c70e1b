"""Cosines of a query with a shop's vectors: exact where few rows are asked for, else by Chroma's index, then checked.

A mask of allowed rows comes first. Its count decides: few rows are scored one by one, which is exact; of many, more of
the index's nearest are taken than are needed, and scored exactly. Where too few of those are allowed, all allowed rows
are scored after all: a filter never shortens a list.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from retrieval.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np

# Beside the shop: the vectors as one file.
FOLDER = "vectors"
# Scoring so many rows takes about as long as asking the index.
EXACT = 12_000
# How many of the index's nearest are taken for each row wanted, as many again where the filters leave a part, and at
# least so many: the more are asked for, the better the index searches.
_OVER_FETCH = 2
_LEAST = 500
# An index asked for more than this share of its rows is slower than scoring all of them.
_MOST = 0.05


class Index(Protocol):
    """An approximate index over the rows."""

    def nearest(self, vector: np.ndarray, n: int) -> list[str]:
        """About the ``n`` nearest ids, best first."""
        ...


class Nearest:
    """The vectors of rows 0 .. n-1, each of length 1 or all zeros. Nothing changes after it is made."""

    def __init__(self, matrix: np.ndarray, ids: list[str], index: Index | None) -> None:
        """``matrix`` is float32 (n, d), in memory or mapped from a file; without ``index`` every search is exact."""
        self.matrix = matrix
        self._index = index
        self._row = {id_: row for row, id_ in enumerate(ids)} if index is not None else {}

    def __len__(self) -> int:
        return len(self.matrix)

    def cosines(self, vector: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """float32: of each of ``rows``, or of all, with ``vector``; zeros for a store that holds no vector yet."""
        import numpy as np

        size = len(self.matrix) if rows is None else len(rows)
        if self.matrix.shape[1] != len(vector):
            return np.zeros(size, dtype=np.float32)
        # From a quarter of the rows on reading all of them is faster than picking.
        if rows is None or 4 * size > len(self.matrix):
            every = _products(self.matrix, vector)
            return every if rows is None else every[rows]
        return _products(self.matrix.take(rows, axis=0), vector)

    def best(self, vector: np.ndarray, k: int, allowed: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the ``k`` nearest that ``allowed`` (bool, (n,)) admits, best first, and their cosines; all of them
        where fewer are admitted.
        """
        return self.around(vector).best(k, allowed)

    def around(self, vector: np.ndarray) -> Around:
        """What lies around ``vector``, for several questions about it."""
        return Around(self, vector)

    def has_index(self) -> bool:
        """Whether an approximate index may be asked."""
        return self._index is not None

    def indexed(self, vector: np.ndarray, n: int) -> np.ndarray:
        """Rows of about the ``n`` nearest as the index has them, best first."""
        import numpy as np

        assert self._index is not None
        found = self._index.nearest(vector, n)
        return np.array([self._row[i] for i in found if i in self._row], dtype=np.int64)


class Around:
    """The rows around one vector. The index is asked once where one answer serves several questions."""

    def __init__(self, nearest: Nearest, vector: np.ndarray) -> None:
        self._nearest = nearest
        self._vector = vector
        # What the index was asked for last, and its answer.
        self._asked = 0
        self._found: np.ndarray | None = None

    def best(self, k: int, allowed: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """As ``Nearest.best``."""
        import numpy as np

        size = len(self._nearest)
        count = size if allowed is None else int(np.count_nonzero(allowed))
        if self._nearest.has_index() and count > EXACT:
            # Without a filter every one of the nearest counts.
            asked = max(_LEAST, k if count == size else int(_OVER_FETCH * k * size / count))
            if asked <= _MOST * size:
                found = self._indexed(asked)
                rows = found if allowed is None else found[allowed[found]]
                if len(rows) >= min(k, count):
                    return _top(rows, self.cosines(rows), k)
        if allowed is None or count == size:
            return _top(np.arange(size), self.cosines(), k)
        rows = np.flatnonzero(allowed)
        return _top(rows, self.cosines(rows), k)

    def cosines(self, rows: np.ndarray | None = None) -> np.ndarray:
        """As ``Nearest.cosines``."""
        return self._nearest.cosines(self._vector, rows)

    def _indexed(self, n: int) -> np.ndarray:
        if self._found is None or self._asked < n:
            self._asked, self._found = n, self._nearest.indexed(self._vector, n)
        return self._found


def _products(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Each row's dot product with ``vector``, on the calling thread alone.

    A matrix product of numpy's parts the work among threads that wait for each other: no faster for a job that waits
    for memory, and twenty times slower where the other core is busy.
    """
    import numpy as np

    found: np.ndarray = np.einsum("ij,j->i", matrix, vector)
    return found


def _top(rows: np.ndarray, cosines: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The ``k`` greatest, best first; equal ones in row order."""
    import numpy as np

    if k < len(rows):
        least = np.partition(cosines, len(rows) - k)[len(rows) - k]
        kept = np.flatnonzero(cosines >= least)
        rows, cosines = rows[kept], cosines[kept]
    order = np.lexsort((rows, -cosines))[:k]
    return rows[order], cosines[order]


def open_nearest(folder: Path, embedder: str, ids: list[str], generation: str) -> Nearest:
    """The vectors that the model named ``embedder`` made of the products ``ids`` of the shop in ``folder``.

    They are read from Chroma once for each state of the shop (``generation`` names it, "" none) and lie in a file
    beside it from then on, which is mapped rather than read: a search touches the rows that it scores.
    """
    store = Vectors(folder, embedder)
    stamp = f"{generation} {embedder} {store.count()}"
    matrix = _mapped(folder, stamp, len(ids))
    if matrix is None:
        matrix = _written(folder, stamp, store.matrix(ids))
    if len(ids) <= EXACT:
        # Every search of a small shop is exact: nobody will ask the index.
        store.close()
        return Nearest(matrix, ids, None)
    return Nearest(matrix, ids, store)


def _mapped(folder: Path, stamp: str, size: int) -> np.ndarray | None:
    """The vectors as a file has them; None where there is none of this stamp."""
    import numpy as np

    try:
        if (folder / FOLDER / "stamp").read_text(encoding="utf-8") != stamp:
            return None
        matrix: np.ndarray = np.load(folder / FOLDER / "rows.npy", mmap_mode="r")
    except (OSError, ValueError, EOFError):
        return None
    return matrix if matrix.ndim == 2 and len(matrix) == size and matrix.dtype == np.float32 else None


def _written(folder: Path, stamp: str, matrix: np.ndarray) -> np.ndarray:
    """``matrix``, kept in a file where the folder can be written. The stamp comes last: without it the file is void."""
    import numpy as np

    place = folder / FOLDER
    try:
        place.mkdir(exist_ok=True)
        (place / "stamp").unlink(missing_ok=True)
        np.save(place / "new.npy", matrix)
        (place / "new.npy").replace(place / "rows.npy")
        (place / "stamp").write_text(stamp, encoding="utf-8")
    except OSError:
        return matrix
    return matrix
