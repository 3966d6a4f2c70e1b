"""HTML as plain text: what a description says, without how it was laid out."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "address article aside blockquote br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_INLINE = frozenset(
    "a abbr acronym audio b bdi bdo big body button canvas caption center cite code col colgroup data del dfn em embed "
    "font head html i iframe img input ins kbd label link map mark meta meter object option output param picture "
    "progress q s samp script select small source span strike strong style sub sup svg td template textarea th time "
    "title tt u var video wbr".split()
)
# Their content is no text of the page.
_SILENT = frozenset({"script", "style", "head", "template", "svg", "iframe", "select", "object"})
# A "<" before anything else is what a writer of plain text means by it: "cable <3 m".
_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS | _INLINE, key=len, reverse=True))})(?:\s[^<>]*)?/?>|<!--", re.I)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


def plain(text: str) -> str:
    """``text`` without HTML: a line for each block, "- " before each item of a list; unchanged where it has none.

    Markup that was escaped once more (``&lt;p&gt;``) is undone, too.
    """
    for _ in range(2):
        if "<" in text and _TAG.search(text):
            text = to_text(text)
        elif "&" in text and _ENTITY.search(text):
            text = _ENTITY.sub(lambda m: html.unescape(m[0]), text).replace("\xa0", " ")
        else:
            break
    return text


def to_text(page: str, *, headings: bool = False) -> str:
    """The text of an HTML page or fragment.

    ``headings`` keeps headings and the cells of tables, as Markdown writes them ("## Returns", "| Sofas | 30").
    """
    reader = _Reader(headings)
    reader.feed(page)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    kept = [line for line in lines if line and line not in ("-", "#")]
    return "\n".join(kept)


class _Reader(HTMLParser):
    def __init__(self, headings: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._headings = headings
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._silent:
            return
        if tag in _SILENT:
            self._silent = tag
        elif tag == "li":
            self.parts.append("\n- ")
        elif self._headings and re.fullmatch("h[1-6]", tag):
            self.parts.append("\n" + "#" * int(tag[1]) + " ")
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" | " if self._headings else " ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent = "" if tag == self._silent else self._silent
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A line break in the source is a space on the page.
            self.parts.append(data.replace("\n", " ").replace("\xa0", " "))
