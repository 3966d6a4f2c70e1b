"""Rows of a feed file as plain mappings, one at a time: CSV and JSON Lines, plain or ``.gz``.

A further file format is one function in ``FORMATS``: binary stream -> rows.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn, cast

from retrieval.errors import FeedError


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left out, and why."""

    file: str
    # From 1; the line on which the row starts.
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it stands in the file."""

    line: int
    cells: dict[str, Any]
    # CSV cells are text whatever they mean; JSON values have their type.
    typed: bool


Rows = Iterator[Row | Refused]


def feed_rows(path: Path, fmt: str = "auto") -> Rows:
    """The rows of ``path`` in order; a bad one comes as Refused.

    Raises FeedError when the file is missing, no text, in no format we know, cut off, or holds no row.
    """
    if fmt != "auto" and fmt not in FORMATS:
        raise FeedError(f"There is no feed format {fmt!r}", f"Use --format auto, {' or '.join(FORMATS)}")
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=raw) if packed else raw)
            head = stream.read(65536)
            stream.seek(0)
            name = _format(path, head) if fmt == "auto" else fmt
            _refuse_binary(path, head)
            empty = True
            for row in FORMATS[name](stream, path.name):
                empty = False
                yield row
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FeedError(f"{path.name} is a broken .gz file ({error})", "Fetch or write the file again") from error
    except FileNotFoundError as error:
        raise FeedError(f"There is no file {path}", "Check the path of the feed") from error
    except IsADirectoryError as error:
        raise FeedError(f"{path} is a folder", "Name the feed file in it") from error
    except OSError as error:
        raise FeedError(f"{path} cannot be read ({error.strerror or error})", "Check the file") from error
    if empty:
        raise FeedError(f"{path.name} is empty: it holds no rows", "Check that the export finished")


def _format(path: Path, head: bytes) -> str:
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"[":
        raise FeedError(f"{path.name} is one JSON array", "Write one JSON object per line (JSON Lines)")
    last = suffixes[-1] if suffixes else ""
    if start == b"{" or last in (".jsonl", ".ndjson", ".json"):
        return "jsonl"
    return "csv"


def _refuse_binary(path: Path, head: bytes) -> None:
    if b"\0" in head or head.startswith((b"PK\x03\x04", b"%PDF", b"\x89PNG", b"PAR1")):
        raise FeedError(f"{path.name} is not a text file", "Save the feed as CSV or JSON Lines in UTF-8")


def _csv_rows(stream: IO[bytes], file: str) -> Rows:
    # Undecodable bytes become lone surrogates, so that one bad row does not stop the rest.
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield from _csv_records(text, file)
    finally:
        text.detach()


def _csv_records(text: io.TextIOWrapper, file: str) -> Rows:
    first = ""
    skipped = 0
    for first in text:
        if first.strip():
            break
        skipped += 1
    if not first.strip():
        return
    delimiter = max(",;\t|", key=first.count)
    lines = (line for part in ([first], text) for line in part)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    header: list[str] = []
    while True:
        line = skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Refused(file, line, f"not a CSV row ({error})")
            continue
        if not header:
            header = [_unescaped(c).strip() for c in cells]
            twice = next((c for c in header if c and header.count(c) > 1), None)
            if twice:
                raise FeedError(f"{file} has two columns named {twice!r}", "Give each column a name of its own")
            continue
        if not any(c.strip() for c in cells):
            continue
        if len(cells) != len(header):
            yield Refused(file, line, f"{len(cells)} cells where the header has {len(header)}")
        elif any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell):
            yield Refused(file, line, "not UTF-8 text")
        else:
            yield Row(line, dict(zip(header, cells, strict=True)), typed=False)


def _unescaped(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _jsonl_rows(stream: IO[bytes], file: str) -> Rows:
    for line, raw in enumerate(stream, 1):
        if line == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if not raw.strip():
            continue
        try:
            value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        except UnicodeDecodeError:
            yield Refused(file, line, "not UTF-8 text")
        except (ValueError, RecursionError) as error:
            reason = str(error) if not isinstance(error, RecursionError) else "nested too deeply"
            yield Refused(file, line, f"not JSON ({reason})")
        else:
            if isinstance(value, dict):
                yield Row(line, value, typed=True)
            else:
                yield Refused(file, line, f"a JSON {type(value).__name__} where an object is wanted")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


FORMATS: dict[str, Callable[[IO[bytes], str], Rows]] = {"csv": _csv_rows, "jsonl": _jsonl_rows}
