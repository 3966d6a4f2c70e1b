"""One attribute over a whole shelf: which rows have it, and each distinct value once, so that each is judged once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.measures import amounts_in, is_number
from retrieval.product import AttributeValue, Product
from retrieval.query import Condition, Filters, reaches
from retrieval.text import words
from retrieval.typed import parts

if TYPE_CHECKING:
    import numpy as np

# How far apart two numbers may be and count as equal; as in ``retrieval.query``.
_SAME = 1e-6
# Integers up to here are exact as a float.
_EXACT = 2**53
_REMEMBERED = 64


class AttributeColumn:
    """The values of one attribute. What it shows never changes; safe to share between threads."""

    def __init__(self, size: int, rows: np.ndarray, codes: np.ndarray, values: Sequence[AttributeValue]) -> None:
        """``codes[i]`` says which of ``values`` the row ``rows[i]`` has; rows ascend, ``size`` is the shelf's."""
        import numpy as np

        # int64 of shape (m,), ascending.
        self.rows = rows
        self._size = size
        self._codes = codes
        self._values = values
        self._flags = np.array([isinstance(v, bool) for v in values], dtype=bool)
        self._texts = np.array([isinstance(v, str) for v in values], dtype=bool)
        # NaN where the value is no number, or an integer that no float holds exactly.
        self._number = np.array([_exact(v) for v in values], dtype=np.float64)
        self._large = [n for n, v in enumerate(values) if isinstance(v, int) and abs(v) > _EXACT]
        # Made when first asked for, and the answers to the latest questions.
        self._words = lru_cache(maxsize=None)(self._words_of_values)
        self._amounts = lru_cache(maxsize=None)(self._amounts_of_values)
        self._equal = lru_cache(maxsize=_REMEMBERED, typed=True)(self._equal_value)
        self._judged = lru_cache(maxsize=_REMEMBERED)(self._meets)

    @classmethod
    def of(cls, name: str, attributes: Sequence[Mapping[str, AttributeValue]]) -> AttributeColumn:
        """The attribute ``name`` of a shelf, from each row's attributes."""
        import numpy as np

        known: dict[tuple[type, AttributeValue], int] = {}
        rows, codes = [], []
        for row, own in enumerate(attributes):
            value = own.get(name)
            if value is not None:
                rows.append(row)
                # 1, 1.0 and True are equal and not the same.
                codes.append(known.setdefault((type(value), value), len(known)))
        values = [value for _, value in known]
        return cls(len(attributes), np.array(rows, dtype=np.int64), np.array(codes, dtype=np.int64), values)

    def equal(self, wanted: AttributeValue) -> np.ndarray:
        """bool of shape (n,): which rows of the shelf have this value, as ``Filters.attributes`` reads it."""
        import numpy as np

        mask = np.zeros(self._size, dtype=bool)
        mask[self.rows] = self._equal(wanted)[self._codes]
        return mask

    def meets(self, condition: Condition, name: str) -> np.ndarray:
        """bool of shape (m,): whether each of ``rows`` satisfies ``condition`` by this attribute, named ``name``."""
        held: np.ndarray = self._judged(condition, name, type(condition.value).__name__)[self._codes]
        return held

    def _equal_value(self, wanted: AttributeValue) -> np.ndarray:
        """bool, one a value."""
        import numpy as np

        if isinstance(wanted, bool):
            return np.array([v is wanted for v in self._values], dtype=bool)
        held = self._holding(str(wanted))
        if isinstance(wanted, str):
            return held
        held &= self._texts
        held |= np.abs(self._number - wanted) < _SAME
        held |= self._one_by_one(Filters(attributes={"": wanted}).admits, "")
        return held

    def _meets(self, condition: Condition, name: str, _kind: str) -> np.ndarray:
        """bool, one a value. The type is there for the memory of answers, to which 1 and True look alike."""
        import numpy as np

        wanted = condition.value
        if isinstance(wanted, bool):
            return np.array([v is wanted for v in self._values], dtype=bool)
        if wanted is None:
            return np.zeros(len(self._values), dtype=bool)
        if isinstance(wanted, str) and condition.whole:
            texts = (isinstance(v, str) and not parts(v).isdisjoint(condition.whole) for v in self._values)
            whole: np.ndarray = np.array(list(texts), dtype=bool) | (self._holding(wanted) & ~self._texts)
            return whole
        if isinstance(wanted, str) and condition.op != "=":
            sizes = (not isinstance(v, bool) and reaches(str(v), condition.op, wanted) for v in self._values)
            return np.array(list(sizes), dtype=bool)
        if isinstance(wanted, str):
            return self._holding(wanted)
        amount = self._number * dict(condition.scales).get(name, 1.0)
        held = self._number <= dict(condition.believed).get(name, math.inf)
        held &= _compared(amount, condition.op, wanted, condition.upto)
        held |= self._one_by_one(replace(condition, attributes=(name,)).admits, name)
        for code, amounts in self._amounts(condition.unit).items():
            held[code] = bool(_compared(amounts, condition.op, wanted, condition.upto).any())
        return held

    def _one_by_one(self, admits: Callable[[Product], bool], name: str) -> np.ndarray:
        """bool, one a value: ``admits`` of the numbers that no float holds exactly, False for all others."""
        import numpy as np

        held = np.zeros(len(self._values), dtype=bool)
        for code in self._large:
            held[code] = admits(Product("", "", attributes={name: self._values[code]}))
        return held

    def _holding(self, wanted: str) -> np.ndarray:
        """bool, one a value: which have every word of ``wanted``; flags have none."""
        import numpy as np

        wish = words(wanted)
        held = np.ones(len(self._values), dtype=bool)
        for word in set(wish):
            there = np.zeros(len(self._values), dtype=bool)
            there[self._words().get(word, [])] = True
            held &= there
        held &= ~self._flags
        if "on" in wish[1:-1]:
            # "Black on white" is not "white on black": here the words stand in this order.
            for code in np.flatnonzero(held).tolist():
                held[code] = f" {' '.join(wish)} " in f" {' '.join(words(str(self._values[code])))} "
        return held

    def _words_of_values(self) -> dict[str, list[int]]:
        """Word -> the values that have it."""
        found: dict[str, list[int]] = {}
        for code, value in enumerate(self._values):
            if not isinstance(value, bool):
                for word in set(words(str(value))):
                    found.setdefault(word, []).append(code)
        return found

    def _amounts_of_values(self, unit: str) -> dict[int, np.ndarray]:
        """Value that is text and names amounts -> these, in ``unit``, float64."""
        import numpy as np

        texts = ((n, v) for n, v in enumerate(self._values) if isinstance(v, str))
        found = {n: [float(v)] if is_number(v) else amounts_in(v, unit) for n, v in texts}
        return {n: np.array(amounts, dtype=np.float64) for n, amounts in found.items() if amounts}


def _exact(value: AttributeValue) -> float:
    if isinstance(value, (bool, str)) or (isinstance(value, int) and abs(value) > _EXACT):
        return math.nan
    return float(value)


def _compared(amount: np.ndarray, op: str, wanted: float, upto: float | None) -> np.ndarray:
    """bool: as ``retrieval.query`` compares two numbers; NaN is nothing."""
    import numpy as np

    held: np.ndarray
    if op == "=":
        near = np.abs(amount - wanted) < _SAME
        held = near if upto is None else (amount >= wanted - _SAME) & (amount <= upto + _SAME)
    else:
        held = amount >= wanted if op == ">=" else amount <= wanted
    return held
