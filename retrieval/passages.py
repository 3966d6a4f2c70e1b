"""A shop's documents cut into passages, one a heading, and each passage into the statements that can be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.policies import HTML, Policy

# Characters of a passage without a heading of its own; a longer one is cut between paragraphs.
_LONGEST = 1500
# Characters of a list item that is quoted whole; a longer one is cut into its sentences.
_ITEM = 260
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+")
_ROW = re.compile(r"^\s*\|(.+?)\|?\s*$")
_RULE = re.compile(r"^[\s|:\-]+$")
_MARKS = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|__(.+?)__|`(.+?)`|\[([^\]]+)\]\([^)]*\)")
# After a full stop that ends no abbreviation, before what begins a sentence.
_SENTENCES = re.compile(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bNo\.)(?<!\bapprox\.)\s+(?=[\"“(A-Z0-9])")
# A line of a PDF that stands as a heading: short, no sentence, perhaps numbered.
_PDF_HEADING = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*\.?\s+)?[A-Z][^.;:!?]{2,58}$")


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands under one heading of a document."""

    # "returns.md#how-long-you-have"
    id: str
    # Id and title of the document.
    document: str
    title: str
    # The headings that lead to it, the document's own first where it has one: ("Returns", "How long you have").
    path: tuple[str, ...]
    # Sentences, list items and table rows in their order, each as it can be quoted.
    statements: tuple[str, ...]

    @property
    def heading(self) -> str:
        """The last heading, or the title of a document without any."""
        return self.path[-1] if self.path else self.title

    @property
    def context(self) -> str:
        """What a statement of it is about: title and headings, each once."""
        return ", ".join(dict.fromkeys((self.title, *self.path)))

    @property
    def text(self) -> str:
        """All of it as one text."""
        return " ".join(self.statements)


def split(policy: Policy) -> list[Passage]:
    """The passages of a document in their order; what stands above the first heading is one of its own."""
    found: list[Passage] = []
    taken: dict[str, int] = {}
    for path, lines in _sections(policy):
        for part in _parts(list(_blocks(lines))):
            statements = tuple(s for block in part for s in block)
            slug = re.sub(r"[^a-z0-9]+", "-", (path[-1] if path else policy.title).lower().replace("'", "")).strip("-")
            taken[slug] = taken.get(slug, 0) + 1
            name = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
            found.append(Passage(f"{policy.id}#{name}", policy.id, policy.title, path, statements))
    return found


def _sections(policy: Policy) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Headings that lead to a section, and its lines; sections without text are passed by."""
    path: list[tuple[int, str]] = []
    lines: list[str] = []
    for line in _marked(policy):
        if match := _HEADING.match(line):
            if any(map(str.strip, lines)):
                yield tuple(name for _, name in path), lines
            level = len(match[1])
            path = [(n, name) for n, name in path if n < level] + [(level, _plain(match[2]))]
            lines = []
        else:
            lines.append(line)
    if any(map(str.strip, lines)):
        yield tuple(name for _, name in path), lines


def _marked(policy: Policy) -> Iterator[str]:
    """The lines of a document; those of a PDF that look like headings are marked as such."""
    lines = policy.text.replace("\f", "\n\n").splitlines()
    name = policy.id.lower()
    if name.endswith(HTML):
        # Each line of it was a block of its own.
        lines = [said for line in lines for said in ((line,) if _ROW.match(line) else (line, ""))]
    if not name.endswith(".pdf"):
        yield from lines
        return
    for n, line in enumerate(lines):
        follows = next((rest.strip() for rest in lines[n + 1 : n + 3] if rest.strip()), "")
        stands = _PDF_HEADING.match(line.strip()) and len(follows) > len(line.strip()) / 2 and _ends(lines, n)
        yield f"## {line.strip()}" if stands else line


def _ends(lines: Sequence[str], n: int) -> bool:
    """Whether what comes before line ``n`` is over: the first line, an empty one, or the end of a sentence."""
    before = lines[n - 1].strip() if n else ""
    return not before or before[-1] in ".!?:"


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Paragraphs, list items and tables as lists of statements."""
    block: list[str] = []
    table: list[list[str]] = []

    def sentences() -> list[str]:
        text = _plain(" ".join(" ".join(block).split()))
        block.clear()
        return [s for s in _SENTENCES.split(text) if s]

    for line in [*lines, ""]:
        row = _ROW.match(line)
        if row and not _RULE.match(line):
            table.append([_plain(cell.strip()) for cell in row[1].split("|")])
        if row:
            continue
        if table:
            yield _rows(table)
            table = []
        bullet = _BULLET.match(line)
        if (bullet or not line.strip()) and block:
            whole = _plain(_BULLET.sub("", " ".join(" ".join(block).split())))
            item = _BULLET.match(block[0])
            block[0] = _BULLET.sub("", block[0])
            said = sentences()
            yield [whole] if item and len(whole) <= _ITEM else said
        if line.strip():
            block.append(line)


def _rows(table: list[list[str]]) -> list[str]:
    """A table's rows, each with the names of its columns: "Standard — costs: $4.95; takes: 3 to 6 days"."""
    head, *body = table
    if not body:
        return [", ".join(filter(None, head))]
    said = []
    for first, *rest in body:
        cells = [(f"{name}: {cell}" if name else cell) for name, cell in zip(head[1:], rest, strict=False) if cell]
        said.append(f"{first} — {'; '.join(cells)}" if cells else first)
    return [row for row in said if row]


def _parts(blocks: list[list[str]]) -> Iterator[list[list[str]]]:
    """The blocks in runs that are not too long to be one passage."""
    part: list[list[str]] = []
    size = 0
    for block in blocks:
        length = sum(map(len, block))
        if part and size + length > _LONGEST:
            yield part
            part, size = [], 0
        part.append(block)
        size += length
    if part:
        yield part


def _plain(text: str) -> str:
    """Without the marks of Markdown for bold, italic, code and links."""
    return _MARKS.sub(lambda m: next(g for g in m.groups() if g is not None), text)
