"""Text files beside a shop's databases: logs, exports, copies of feeds. Rows and lines about a customer go."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.forgetting.traces import Traces

_DATABASE = b"SQLite format 3\0"
# What becomes of a row about the customer: another one in its place, or None for nothing.
Keep = Callable[[Mapping[str, Any]], dict[str, Any] | None]


class NotRewritten(Exception):
    """A file of a form that rows cannot be taken out of."""


def texts(folder: Path, but: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Every file below ``folder`` that is no database; folders named in ``but`` are passed by, and so are links."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and not but & set(inside[:-1]):
            with path.open("rb") as stream:
                if stream.read(16) != _DATABASE and not path.name.endswith(("-wal", "-shm", "-journal")):
                    yield path


def owned(path: Path, customer: str) -> bool:
    """Whether a row of the file, or an object in it, says that it is theirs."""
    text = _content(path).decode("utf-8", errors="replace")
    if customer not in text and json.dumps(customer)[1:-1] not in text:
        return False
    traces = Traces(customer)
    if _is_json(path):
        with suppress(ValueError):
            return traces.owns(json.loads(text))
    if (records := _records(path, text)) is not None:
        return any(traces.owns(row) for _, row in records)
    return any(traces.owns(_row(line)) for line in _split(text) if line.lstrip().startswith("{"))


def erase(path: Path, traces: Traces, keep: Keep) -> int:
    """Takes the customer out of one file; returns from how many rows or lines. Other lines stay as they are.

    Raises ``NotRewritten`` where they are in it and the file is no text.
    """
    packed = path.suffix == ".gz"
    content = _content(path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        if traces.pattern.search(text):
            raise NotRewritten(path.name) from None
        return 0
    left, count = _document(text, traces) if _is_json(path) else _lines(text, traces, keep)
    if count:
        fresh = path.with_name(f"{path.name}.new")
        kept = left.encode("utf-8")
        fresh.write_bytes(gzip.compress(kept, mtime=0) if packed else kept)
        fresh.chmod(path.stat().st_mode)
        fresh.replace(path)
    return count


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".gz":
        with suppress(OSError, EOFError):
            content = gzip.decompress(content)
    return content


def _is_json(path: Path) -> bool:
    return path.name.removesuffix(".gz").endswith(".json")


def _split(text: str) -> list[str]:
    """Lines with their ends; a text within a row may hold what Unicode calls the end of a line."""
    return list(io.StringIO(text, newline=""))


def _records(path: Path, text: str) -> list[tuple[str, dict[str, str]]] | None:
    """Records of a table as they stand in the file, and by column, its head first; None for what is no table."""
    kind = Path(path.name.removesuffix(".gz")).suffix.lower()
    if kind not in (".csv", ".tsv"):
        return None
    lines = _split(text)
    first = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter="\t" if kind == ".tsv" else max(",;\t|", key=first.count), strict=True)
    records: list[tuple[str, dict[str, str]]] = []
    head: list[str] = []
    start = 0
    try:
        for cells in reader:
            head = head or [cell.lstrip("\ufeff").strip().lower() for cell in cells]
            more = {str(n): cell for n, cell in enumerate(cells[len(head) :])}
            records.append(("".join(lines[start : reader.line_num]), {**dict(zip(head, cells, strict=False)), **more}))
            start = reader.line_num
    except csv.Error:
        return None
    return records


def _lines(text: str, traces: Traces, keep: Keep) -> tuple[str, int]:
    kept, count = [], 0
    for line in text.splitlines(keepends=True):
        row = _row(line)
        if not (traces.in_text(line) if row is None else traces.in_value(row)):
            kept.append(line)
            continue
        count += 1
        other = keep(row) if row is not None else None
        if other is not None:
            kept.append(json.dumps(other, ensure_ascii=False) + "\n")
    return "".join(kept), count


def _row(line: str) -> dict[str, Any] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _document(text: str, traces: Traces) -> tuple[str, int]:
    """One JSON value: items of lists and entries of objects that are about the customer go, the smallest that are."""
    try:
        value = json.loads(text)
    except ValueError:
        return _lines(text, traces, lambda row: None)
    if not traces.in_value(value):
        return text, 0
    left, count = _pruned(value, traces)
    return json.dumps(left, ensure_ascii=False, indent=2) + "\n", count


def _pruned(value: Any, traces: Traces) -> tuple[Any, int]:
    count = 0
    if isinstance(value, list):
        items = []
        for item in value:
            if not traces.in_value(item):
                items.append(item)
            elif any(isinstance(i, list) for i in _inner(item)):
                pruned, inner = _pruned(item, traces)
                count += inner
                items.append(pruned)
            else:
                count += 1
        return items, count
    if isinstance(value, dict):
        entries: dict[str, Any] = {}
        for key, inner_value in value.items():
            if traces.in_text(key) or (isinstance(inner_value, str | int) and traces.in_value(inner_value)):
                count += 1
            else:
                entries[key], inner = _pruned(inner_value, traces)
                count += inner
        return entries, count
    return value, count


def _inner(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
