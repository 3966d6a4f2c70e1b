"""In which encoding a text file is written, for files that do not say so."""

from __future__ import annotations

import codecs
import io
import re
from typing import IO

from retrieval.errors import FeedError

# Bytes looked at; what only stands behind them is judged by what stands in them.
SAMPLE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]+")
# What no western text has within a word, or at its start: a currency, a fraction, a low quote, half of a Japanese sign.
_ODD = re.compile(
    r"(?<=[^\W\d_])[¢£¤¥¦§¬¯±²³¶¸¹¼½¾¿†‡ˆ‰˜‚„€\x80-\x9f](?=[^\W\d_])|(?<![\w.])[£¦±³¶¹](?=[^\W\d_])|ƒ(?=\w)"
    r"|[^\x00-\x7f\udc80-\udcff]{4,}"
)
# A western text may have one such slip in so many of its signs beyond ASCII.
_SLIPS = 0.1
# Stand-ins for bytes that no decoder could read; and a y with two dots, which is 0xFF in Windows-1252 and next to no
# shop writes.
_BROKEN = {
    "cp1252": re.compile("[\udc80-\udcffÿ]"),
    "utf-16": re.compile("\ufffd"),
    "utf-8": re.compile("[\udc80-\udcff]"),
}


def encoding_of(head: bytes, file: str) -> str:
    """The name of the encoding that ``head``, the first ``SAMPLE`` bytes of ``file``, is written in.

    UTF-8 where most of what is not ASCII is valid in it, so that one broken row does not change how the others read;
    else Windows-1252, unless the text is plainly in no western language. Raises FeedError then.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        half = max(1, len(head) // 2)
        if head[1::2].count(0) > 0.3 * half:
            return "utf-16-le"
        if head[0::2].count(0) > 0.3 * half:
            return "utf-16-be"
        # One that slipped into a row is that row's matter.
        if head.count(0) > 1 + len(head) // 1000:
            raise FeedError(f"{file} is not a text file", "Save the feed as CSV or JSON Lines in UTF-8")
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(head)
    broken = len(_BROKEN["utf-8"].findall(text))
    if not broken or len(re.findall(r"[^\x00-\x7f]", text)) >= 2 * broken:
        return "utf-8"
    runs = [len(run) for run in _HIGH.findall(head)]
    # In western languages letters with marks stand alone; Cyrillic or Chinese words are made of nothing else.
    if sum(runs) > 20 and sum(n for n in runs if n > 1) > 0.5 * sum(runs):
        raise FeedError(f"{file} is neither UTF-8 nor Windows-1252 text", "Save it as UTF-8")
    western = codecs.getincrementaldecoder("cp1252")("surrogateescape").decode(head)
    if sum(len(said) for said in _ODD.findall(western)) > _SLIPS * sum(runs):
        raise FeedError(f"{file} is neither UTF-8 nor Windows-1252 text", "Save it as UTF-8")
    return "cp1252"


def as_text(stream: IO[bytes], encoding: str) -> io.TextIOWrapper:
    """``stream`` decoded, line ends as they are; what cannot be decoded is marked, see ``is_broken``."""
    errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")


def is_broken(text: str, encoding: str) -> bool:
    """Whether some of the bytes that ``text`` was decoded from were no text."""
    if text.isascii():
        return False
    family = "utf-16" if encoding.startswith(("utf-16", "utf-32")) else encoding.removesuffix("-sig")
    return _BROKEN.get(family, _BROKEN["utf-8"]).search(text) is not None
