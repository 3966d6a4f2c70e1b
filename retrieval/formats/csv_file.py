"""CSV and TSV: one record at a time, and a mistake in one never takes its neighbours along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from retrieval.errors import FeedError
from retrieval.formats.encoding import is_broken
from retrieval.formats.row import Refused, Row, Rows

# Characters of one cell: a long description, and no more of the file than this behind a quote that nobody closes.
_LONGEST = 1 << 20


class _Lines:
    """The lines of a file, which can be put back. ``number`` is that of the last line taken, from 1."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._back: list[str] = []
        self.number = 0
        # Of the record in hand.
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else next(self._text)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        """Puts ``lines``, the last ones taken, back to be taken again."""
        self._back += reversed(lines)
        self.number -= len(lines)


def csv_rows(text: io.TextIOWrapper, file: str, *, tabs: bool = False) -> Rows:
    """Rows under the header of the first line that is not blank; ``tabs`` is for a file known to be parted by tabs."""
    csv.field_size_limit(_LONGEST)
    lines = _Lines(text)
    first = next((line for line in lines if line.strip()), "")
    if not first:
        return
    # Excel's note to itself.
    noted = re.fullmatch(r"\s*sep=(.)\s*", first)
    delimiter = "\t" if tabs else noted[1] if noted else max(",;\t|", key=first.count)
    if not noted:
        lines.give_back([first])
    header: list[str] = []
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        lines.taken = []
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if not header:
                raise FeedError(f"{file} has no readable header ({error})", "Check its first line") from error
            if delimiter == "\t" and (plain := _unquoted(lines.taken[0], len(header))):
                lines.give_back(lines.taken[1:])
                cells = plain
            else:
                yield Refused(file, line, _refused(lines, len(header), delimiter, f"not a CSV row ({error})"))
                continue
        if not header:
            header = _header(cells, file)
        elif not any(c.strip() for c in cells):
            continue
        elif len(cells) < len(header) or any(c.strip() for c in cells[len(header) :]):
            reason = f"{len(cells)} cells where the header has {len(header)}"
            yield Refused(file, line, _refused(lines, len(header), delimiter, reason))
        elif is_broken("".join(lines.taken), text.encoding):
            yield Refused(file, line, "not UTF-8 text")
        else:
            yield Row(line, dict(zip(header, cells, strict=False)), typed=False)


def _header(cells: list[str], file: str) -> list[str]:
    header = [c.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip() for c in cells]
    twice = next((c for c in header if c and header.count(c) > 1), None)
    if twice:
        raise FeedError(f"{file} has two columns named {twice!r}", "Give each column a name of its own")
    return header


def _unquoted(line: str, width: int) -> list[str] | None:
    """The cells of a line of a TSV that means its quotes literally (``"Best" lamp``); None where that does not fit."""
    cells = line.rstrip("\r\n").split("\t")
    return cells if len(cells) == width else None


def _refused(lines: _Lines, width: int, delimiter: str, reason: str) -> str:
    """Why the record in hand is refused; where an open quote swallowed good rows, they are put back."""
    rest = lines.taken[1:]
    if rest and any(_widths(rest, width, delimiter)):
        lines.give_back(rest)
        return "a quote is opened and not closed on this line"
    return reason


def _widths(lines: list[str], width: int, delimiter: str) -> Iterator[bool]:
    """Whether each row in ``lines`` has as many cells as the header."""
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        try:
            yield len(next(reader)) == width
        except StopIteration:
            return
        except csv.Error:
            yield False
