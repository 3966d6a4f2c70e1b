"""Text files beside a shop's databases: logs, exports, copies of feeds. Rows and lines about a customer go."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.forgetting.traces import Traces

_DATABASE = b"SQLite format 3\0"
# Of a file whose bytes are looked through, and what of it is seen again with the next: longer than any id.
_CHUNK, _OVERLAP = 1 << 20, 1000
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


def holds(path: Path, pattern: re.Pattern[str]) -> bool:
    """Whether the bytes of a file, however large, hold what ``pattern`` finds."""
    with path.open("rb") as stream:
        before = ""
        while chunk := stream.read(_CHUNK):
            text = before + chunk.decode("latin-1")
            if pattern.search(text):
                return True
            before = text[-_OVERLAP:]
    return False


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
    if _is_json(path):
        left, count = _document(text, traces, keep)
    elif (records := _records(path, text)) is not None:
        left, count = _table(records, traces)
    else:
        left, count = _lines(text, traces, keep)
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
    for line in _split(text):
        row = _row(line)
        if row is None:
            if traces.in_text(line):
                count += 1
            else:
                kept.append(line)
            continue
        left, taken = _row_left(row, traces, keep)
        count += taken
        if not taken:
            kept.append(line)
        elif left is not None:
            kept.append(json.dumps(left, ensure_ascii=False) + "\n")
    return "".join(kept), count


def _row_left(row: dict[str, Any], traces: Traces, keep: Keep) -> tuple[Any, int]:
    """What stays of a row, None for nothing; a row that is nobody's goes as a whole, unless part of it is another's."""
    if traces.of_another(row) or (not traces.mine(row) and traces.others_in(row)):
        return _pruned(row, traces, keep)
    return (keep(row), 1) if traces.in_value(row) else (row, 0)


def _table(records: list[tuple[str, dict[str, str]]], traces: Traces) -> tuple[str, int]:
    """A table without the records about the customer, its head among them where it is one."""
    kept = [raw for raw, row in records if not traces.in_value(row)]
    return "".join(kept), len(records) - len(kept)


def _row(line: str) -> dict[str, Any] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _document(text: str, traces: Traces, keep: Keep) -> tuple[str, int]:
    """One JSON value: objects that are the customer's go, or what ``keep`` makes of them stays.

    Where the id stands in what is nobody's, the smallest item or entry goes that names it.
    """
    try:
        value = json.loads(text)
    except ValueError:
        return _lines(text, traces, lambda row: None)
    left, count = _pruned(value, traces, keep)
    return (json.dumps(left, ensure_ascii=False, indent=2) + "\n", count) if count else (text, 0)


def _pruned(value: Any, traces: Traces, keep: Keep, anothers: bool = False) -> tuple[Any, int]:
    """What stays of ``value``, None for nothing; within what is another's only objects that are theirs go."""
    if isinstance(value, dict):
        if traces.mine(value):
            return keep(value), 1
        anothers = anothers or traces.of_another(value)
        if not anothers and traces.identified(value):
            return keep(value), 1
    elif not isinstance(value, list):
        return (None, 1) if not anothers and traces.in_value(value) else (value, 0)
    count = 0
    left: list[tuple[Any, Any]] = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(key, str) and not anothers and traces.in_text(key):
            count += 1
            continue
        if isinstance(value, list) and not anothers and isinstance(inner, dict) and _is_flat(inner, traces):
            # An item without lists is about one thing: it goes as a whole.
            stays, taken = (keep(inner), 1) if traces.in_value(inner) else (inner, 0)
        else:
            stays, taken = _pruned(inner, traces, keep, anothers)
        count += taken
        if not taken or stays is not None:
            left.append((key, stays))
    return dict(left) if isinstance(value, dict) else [item for _, item in left], count


def _is_flat(item: dict[str, Any], traces: Traces) -> bool:
    return not traces.others_in(item) and not any(isinstance(inner, list) for inner in item.values())
