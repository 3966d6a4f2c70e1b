"""JSON Lines in and out: the one format of every batch command; any file may be gzipped."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any, cast

from retrieval.errors import FeedError


def open_text(path: Path, mode: str = "r") -> IO[str]:
    """``path`` as UTF-8 text, through gzip where its name ends in ".gz"."""
    if path.suffix == ".gz":
        return cast(IO[str], gzip.open(path, mode + "t", encoding="utf-8"))
    return path.open(mode, encoding="utf-8")


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Every row of a batch file; ``FeedError`` with the line's number where one is no JSON object."""
    if not path.is_file():
        raise FeedError(f"There is no file {path}", "Check the path")
    rows: list[dict[str, Any]] = []
    number = 0
    try:
        with open_text(path) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise FeedError(f"{path}:{number} is no JSON object", 'Write one {"id": ...} a line')
                    rows.append(row)
    except (json.JSONDecodeError, UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        place = number + isinstance(error, UnicodeDecodeError)
        raise FeedError(f"{path}:{place} cannot be read: {reason}", "Write one JSON object a line in UTF-8") from error
    return rows


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes each row as it comes, so that a stopped run keeps what it did; returns how many."""
    count = 0
    with open_text(path, "w") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            count += 1
    return count
