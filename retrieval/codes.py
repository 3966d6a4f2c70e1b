"""Model numbers, part numbers and EANs: who types one wants that product, however they write its dashes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from retrieval.measures import is_unit
from retrieval.product import Product
from retrieval.text import fold, words

if TYPE_CHECKING:
    import numpy as np

_PIECE = re.compile(r"[^\W_][\w.#/\-]*")
_AIMED_AT = re.compile(r"\b(?:for|with|fits?|compatible(?:\s+with)?|like)\s+(?:[\w\-]+\s+){0,2}$", re.IGNORECASE)
_MEASURE = re.compile(r"\d+(?:\.\d+)?([a-z]+)")
# A code of digits alone is no year and no resolution from this length on; one with letters too from a shorter one on.
_DIGITS = 6
_MIXED = 4
# What more titles share is a property ("1080p", "DDR4"), not a model.
_SHARED = 5


class Codes:
    """Which rows a code names. Immutable; the table of stated codes is made at once."""

    def __init__(self, products: Sequence[Product], held: Callable[[str], np.ndarray]) -> None:
        """``held`` gives, as bool (n,), the rows whose words hold a normalised word."""
        self._products = products
        self._held = held
        self._stated: dict[str, list[int]] = {}
        for row, product in enumerate(products):
            for code in {_plain(c) for c in (product.id, *product.codes)}:
                self._stated.setdefault(code, []).append(row)

    def named(self, text: str) -> np.ndarray:
        """int64, ascending: the rows that ``text`` names by a code. "Battery for AW510K" names no AW510K."""
        import numpy as np

        found: set[int] = set()
        for code in _said(text):
            found.update(self._stated.get(code, ()))
            if not code.isdigit():
                found.update(self._titled(code))
        return np.array(sorted(found), dtype=np.int64)

    def _titled(self, code: str) -> list[int]:
        """The few rows that have the code in their title and are not for what it names."""
        import numpy as np

        held = self._held(code).copy()
        # A title that writes it with a dash has its two halves as words.
        for cut in range(1, len(code)):
            held |= self._held(code[:cut]) & self._held(code[cut:])
        rows = np.flatnonzero(held)
        if not 0 < len(rows) <= 10 * _SHARED:
            return []
        titled = [row for row in rows.tolist() if _names(self._products[row].title, code)]
        return titled if len(titled) <= _SHARED else []


def may_name(text: str) -> bool:
    """Whether anything in ``text`` looks like a code; cheap, so that a shop without such queries needs no table."""
    return any(True for _ in _said(text))


def _names(title: str, code: str) -> bool:
    return any(_plain(m[0]) == code and not _AIMED_AT.search(title[: m.start()]) for m in _PIECE.finditer(title))


def _said(text: str) -> Iterator[str]:
    """What may be codes: each piece of the text, and two beside each other as one ("AW 510K")."""
    pieces = list(_PIECE.finditer(text))
    for n, piece in enumerate(pieces):
        if not _AIMED_AT.search(text[: piece.start()]):
            after = pieces[n + 1][0] if n + 1 < len(pieces) else ""
            joined = [piece[0] + after] if after and _parted(piece[0], after) else []
            yield from filter(_is_code, map(_plain, (piece[0], *joined)))


def _parted(one: str, other: str) -> bool:
    """Whether two pieces may be one code: "AW 510K" and "210 ASLB" may, "iphone 11" and "16gb ram" may not."""
    plain = [_plain(one), _plain(other)]
    if any(_is_code(p) and not p.isdigit() for p in plain):
        return True
    letters, digits = sorted(plain, key=str.isdigit)
    return letters.isalpha() and digits.isdigit() and len(letters) <= 4 and len(digits) >= 3


def _plain(code: str) -> str:
    if code.isascii() and code.isalnum():
        return code.lower()
    return "".join(c for c in fold(code) if c.isalnum())


def _is_code(code: str) -> bool:
    """Whether it could be one: digits and letters mixed that are no measure, or many digits."""
    if code.isdigit():
        return len(code) >= _DIGITS
    if len(code) < _MIXED or not any(c.isdigit() for c in code):
        return False
    measure = _MEASURE.fullmatch("".join(words(code)))
    return measure is None or not is_unit(measure[1])
