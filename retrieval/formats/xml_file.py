"""XML feeds (RSS ``<item>``, Atom ``<entry>``), one record at a time.

Each record is cut out of the file and parsed alone, so that one that is not well-formed is refused and the next ones
are read. A document type is never handed to the parser: no entity of a feed's own can be expanded, or fetched.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from retrieval.errors import FeedError
from retrieval.formats.encoding import is_broken
from retrieval.formats.row import Refused, Row, Rows

_CHUNK = 1 << 16
# Characters of one record.
_LONGEST = 1 << 22
_START = re.compile(r"<(?P<tag>item|entry)(?=[\s>/])")
_NAMESPACE = re.compile(r"""xmlns(?::[\w.\-]+)?\s*=\s*(?:"[^"]*"|'[^']*')""")
_GOOGLE = "http://base.google.com/ns/1.0"
# Entities that HTML has and XML lacks; feeds are full of ``&nbsp;``.
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]{2,31};")
_DECLARED = re.compile(rb"""<\?xml[^>]*\bencoding\s*=\s*["']([\w.\-]+)["']""")


def declared_encoding(head: bytes) -> str | None:
    """The encoding that an XML file says it is written in; None where it says none that Python knows."""
    found = _DECLARED.match(head.lstrip())
    name = found[1].decode("ascii").lower() if found else ""
    try:
        "".encode(name or "?")
    except LookupError:
        return None
    return "cp1252" if name in ("iso-8859-1", "latin-1", "latin1") else name


def xml_rows(text: io.TextIOWrapper, file: str) -> Rows:
    """The children of each record by their local names: text, dict where one has children of its own, list of several.

    Those of Google's namespace come last, as ``g:title``, by whatever prefix the file has them.
    """
    head = next(records := _records(text), None)
    if head is None or not isinstance(head, str):
        return
    declared = " ".join(dict.fromkeys(_NAMESPACE.findall(head)))
    if "xmlns:g=" not in declared:
        declared += f' xmlns:g="{_GOOGLE}"'
    empty = True
    for record in records:
        assert isinstance(record, _Record)
        empty = False
        if not record.closed:
            yield Refused(file, record.line, "the record is never closed")
        elif is_broken(record.text, text.encoding):
            yield Refused(file, record.line, "not UTF-8 text")
        else:
            known = _NAMED.sub(lambda m: html.unescape(m[0]), record.text)
            try:
                found = ElementTree.fromstring(f"<r {declared}>{known}</r>")[0]
            except ElementTree.ParseError as error:
                yield Refused(file, record.line, f"not well-formed XML ({str(error).partition(':')[0]})")
            else:
                yield Row(record.line, _cells(found), typed=False)
    if empty and not re.search(r"<(?:rss|feed|channel|[\w.\-]+:RDF)\b", head):
        raise FeedError(f"{file} is XML without any <item> or <entry>", "Export it as an RSS or Atom product feed")


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    text: str
    closed: bool


def _records(text: io.TextIOWrapper) -> Iterator[str | _Record]:
    """What stands before the first record, then each record as it stands."""
    buffer, line, head = "", 1, ""
    start_of = _START
    more = True
    while more:
        chunk = text.read(_CHUNK)
        more = bool(chunk)
        buffer += chunk
        while start := start_of.search(buffer):
            end, closed = _end(buffer, start.start(), start["tag"])
            if end is None and more and len(buffer) - start.start() < _LONGEST:
                break
            before, record = buffer[: start.start()], buffer[start.start() : end]
            if start_of is _START:
                start_of = re.compile(rf"<(?P<tag>{start['tag']})(?=[\s>/])")
                yield head + before
            line += before.count("\n")
            yield _Record(line, record, closed)
            line += record.count("\n")
            buffer = buffer[start.start() + len(record) :]
        else:
            # A tag may lie across the border of two chunks.
            cut = max(0, len(buffer) - 16) if more else len(buffer)
            if start_of is _START:
                head = (head + buffer[:cut])[-_LONGEST:]
            line += buffer[:cut].count("\n")
            buffer = buffer[cut:]
    if start_of is _START:
        yield head


def _end(buffer: str, start: int, tag: str) -> tuple[int | None, bool]:
    """Where the record that begins at ``start`` ends, None for not within ``buffer``; and whether it is closed."""
    place = buffer.find(">", start) + 1
    if not place:
        return None, False
    if buffer[place - 2] == "/":
        return place, True
    marks = re.compile(rf"<!\[CDATA\[|<!--|</{tag}\s*>|<{tag}(?=[\s>/])")
    while mark := marks.search(buffer, place):
        if mark[0].startswith("</"):
            return mark.end(), True
        if not mark[0].startswith("<!"):
            return mark.start(), False
        closing = "-->" if mark[0] == "<!--" else "]]>"
        place = buffer.find(closing, mark.end()) + len(closing)
        if place < len(closing):
            break
    return None, False


def _cells(record: ElementTree.Element) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    google: dict[str, Any] = {}
    for child in record:
        space, _, name = child.tag.rpartition("}")
        cells = plain
        if "google" in space:
            cells, name = google, f"g:{name}"
        value: Any = {c.tag.rpartition("}")[2]: _said(c) for c in child} if len(child) else _said(child)
        if name in cells:
            value = [*(cells[name] if isinstance(cells[name], list) else [cells[name]]), value]
        cells[name] = value
    return {**plain, **google}


def _said(element: ElementTree.Element) -> str:
    """The text of an element; a link of Atom stands in an attribute."""
    return (element.text or "").strip() or element.get("href", "")
