"""JSON Lines in and out: the one format of every batch command; any file may be gzipped."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any, cast

from retrieval.errors import FeedError, RowsError


def open_text(path: Path, mode: str = "r") -> IO[str]:
    """``path`` as UTF-8 text, through gzip where its name ends in ".gz"."""
    if path.suffix == ".gz":
        return cast(IO[str], gzip.open(path, mode + "t", encoding="utf-8"))
    return path.open(mode, encoding="utf-8")


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Every row of a batch file. Raises RowsError with each line that is no JSON object, FeedError for no file."""
    if not path.is_file():
        raise FeedError(f"There is no file {path}", "Check the path")
    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    with _bytes(path) as lines:
        try:
            for number, line in enumerate(lines, 1):
                try:
                    row = json.loads(line.decode("utf-8")) if line.strip() else None
                except (ValueError, RecursionError) as error:
                    reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                    faults.append(f"{path}:{number} cannot be read: {reason}. Write one JSON object a line in UTF-8.")
                    continue
                if isinstance(row, dict):
                    rows.append(row)
                elif line.strip():
                    faults.append(f'{path}:{number} is no JSON object. Write one {{"id": ...}} a line.')
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            faults.append(f"{path} is a broken .gz file ({error}). Write the file again.")
    if faults:
        raise RowsError(faults)
    return rows


def _bytes(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes each row as it comes, so that a stopped run keeps what it did; returns how many."""
    count = 0
    with open_text(path, "w") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            count += 1
    return count
