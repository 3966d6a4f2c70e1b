"""A shop's documents for shoppers (shipping, returns, ...): Markdown, HTML, plain text, and the text of PDFs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.cells import BadCell
from retrieval.errors import FeedError
from retrieval.formats.encoding import SAMPLE, encoding_of
from retrieval.formats.row import Refused
from retrieval.markup import to_text

_MARKDOWN = (".md", ".markdown", ".txt")
HTML = (".html", ".htm")
SUFFIXES = (*_MARKDOWN, *HTML, ".pdf")
# Bytes; a policy that nobody could read is something else.
_LARGEST = 20_000_000
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Policy:
    """One document."""

    # Its path within the folder, with "/".
    id: str
    title: str
    # Paragraphs and headings as Markdown writes them; a form feed between the pages of a PDF.
    text: str


def read_policies(folder: Path) -> Iterator[Policy | Refused]:
    """Every document under ``folder`` in the order of its path; files of other sorts are passed by.

    Raises FeedError where the folder is missing or holds no document.
    """
    if not folder.is_dir():
        raise FeedError(f"There is no folder {folder}", "Name the folder that holds the policy documents")
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
    if not files:
        raise FeedError(f"{folder} holds no policy document", f"Put files there that end in {', '.join(SUFFIXES)}")
    for file in files:
        name = file.relative_to(folder).as_posix()
        try:
            title, text = _read(file)
        except (BadCell, FeedError, OSError) as error:
            yield Refused(name, 1, error.fault if isinstance(error, FeedError) else str(error))
        else:
            yield Policy(name, title or _named(file), text)


def _read(file: Path) -> tuple[str, str]:
    """Title ("" where the document has none) and text."""
    if file.stat().st_size > _LARGEST:
        raise BadCell(f"larger than {_LARGEST // 1_000_000} MB")
    raw = file.read_bytes()
    suffix = file.suffix.lower()
    if suffix == ".pdf":
        title, text = _pdf(file)
    else:
        said = raw.decode(encoding_of(raw[:SAMPLE], file.name), "replace").lstrip("\ufeff")
        title = ""
        if suffix in HTML:
            found = _TITLE.search(said)
            title, said = to_text(found[1]) if found else "", to_text(said, headings=True)
        text = "\n".join(line.rstrip() for line in said.splitlines()).strip()
    if not text:
        raise BadCell("no text" + (" (scanned pages are pictures)" if suffix == ".pdf" else ""))
    heading = _HEADING.search(text)
    return title or (heading[1] if heading else ""), text


def _pdf(file: Path) -> tuple[str, str]:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    # What is odd about a file that can be read all the same is nothing to the shop.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadCell("locked with a password")
        pages = [page.extract_text().strip() for page in reader.pages]
        title = str((reader.metadata.title if reader.metadata else "") or "").strip()
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        if isinstance(error, BadCell):
            raise
        raise BadCell(f"not a readable PDF ({(str(error).splitlines() or [type(error).__name__])[0]})") from error
    return title, "\f".join(pages).strip("\f \n")


def _named(file: Path) -> str:
    return re.sub(r"[_\-\s]+", " ", file.stem).strip().capitalize()
