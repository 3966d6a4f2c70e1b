"""Rows of a feed file, one at a time, whatever the file is: CSV, TSV, JSON Lines, XML, Parquet, plain or ``.gz``."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from retrieval.errors import FeedError
from retrieval.formats.csv_file import csv_rows
from retrieval.formats.encoding import SAMPLE, as_text, encoding_of
from retrieval.formats.jsonl_file import jsonl_rows
from retrieval.formats.parquet_file import parquet_rows
from retrieval.formats.row import Refused, Row, Rows, typed_value
from retrieval.formats.xml_file import declared_encoding, xml_rows

__all__ = ["FILES", "Refused", "Row", "Rows", "assumed_encoding", "feed_rows", "typed_value", "unpacked"]

# Kinds of file.
FILES = ("csv", "tsv", "jsonl", "xml", "parquet")
_OTHERS = {
    b"PK\x03\x04": "a spreadsheet or an archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"SQLite": "a database",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
}


def feed_rows(path: Path, fmt: str = "auto") -> Rows:
    """The rows of ``path`` in order; a bad one comes as Refused. ``fmt`` is one of ``FILES`` or "auto".

    Raises FeedError when the file is missing, no text, of no kind we know, cut off, or holds no row.
    """
    empty = True
    with unpacked(path) as (stream, head):
        for row in _rows(path, stream, head, fmt):
            empty = False
            yield row
    if empty:
        raise FeedError(f"{path.name} is empty: it holds no rows", "Check that the export finished")


def assumed_encoding(path: Path) -> str:
    """The encoding that a text file was taken to be in without saying so; "" where it is UTF or says what it is."""
    with unpacked(path) as (_, head):
        if head.startswith((b"PAR1", *_OTHERS)) or declared_encoding(head):
            return ""
        return "Windows-1252" if encoding_of(head, path.name) == "cp1252" else ""


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[IO[bytes], bytes]]:
    """The bytes of ``path``, unzipped where they are, and the first ``SAMPLE`` of them."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=raw) if packed else raw)
            head = stream.read(SAMPLE)
            stream.seek(0)
            yield stream, head
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FeedError(f"{path.name} is a broken .gz file ({error})", "Fetch or write the file again") from error
    except FileNotFoundError as error:
        raise FeedError(f"There is no file {path}", "Check the path of the feed") from error
    except IsADirectoryError as error:
        raise FeedError(f"{path} is a folder", "Name the feed file in it") from error
    except OSError as error:
        raise FeedError(f"{path} cannot be read ({error.strerror or error})", "Check the file") from error


def _rows(path: Path, stream: IO[bytes], head: bytes, fmt: str) -> Rows:
    if head.startswith(b"PAR1") or fmt == "parquet":
        if not isinstance(stream, gzip.GzipFile):
            yield from parquet_rows(path)
            return
        raise FeedError(f"{path.name} is a packed Parquet file", "Unpack it: Parquet packs its columns itself")
    kind = next((name for start, name in _OTHERS.items() if head.startswith(start)), None)
    if kind:
        raise FeedError(f"{path.name} is not a text file but {kind}", "Save the feed as CSV or JSON Lines in UTF-8")
    encoding = encoding_of(head, path.name)
    start = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")[:1]
    name = _kind_of(path, start) if fmt == "auto" else fmt
    if name == "xml":
        encoding = (
            encoding if encoding.endswith(("sig", "16", "32", "le", "be")) else declared_encoding(head) or encoding
        )
    text = as_text(stream, encoding)
    try:
        if name == "jsonl":
            yield from jsonl_rows(text, path.name)
        elif name == "xml":
            yield from xml_rows(text, path.name)
        else:
            yield from csv_rows(text, path.name, tabs=name == "tsv")
    finally:
        text.detach()


def _kind_of(path: Path, start: str) -> str:
    """The kind of a text file, by its first sign and its name."""
    suffixes = [s.lower() for s in path.suffixes if s.lower() != ".gz"]
    last = suffixes[-1] if suffixes else ""
    if start == "[":
        raise FeedError(f"{path.name} is one JSON array", "Write one JSON object per line (JSON Lines)")
    if start == "{" or last in (".jsonl", ".ndjson", ".json"):
        return "jsonl"
    if start == "<":
        return "xml"
    return "tsv" if last in (".tsv", ".tab") else "csv"
