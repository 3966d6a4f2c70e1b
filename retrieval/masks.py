"""Filters over a whole shelf: columns decide, each distinct value of an attribute once, each word by its rows.

``Masks.allowed(filters)[row]`` equals ``filters.admits(product, kind)`` of that row's product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from retrieval.attribute_columns import AttributeColumn
from retrieval.catalogue import Entry
from retrieval.product import Kind
from retrieval.query import Condition, Filters

if TYPE_CHECKING:
    import numpy as np


class Masks:
    """The columns of a shelf, row by row. What it shows never changes; an attribute's column is made when asked for."""

    def __init__(self, entries: Sequence[Entry], kinds: Mapping[str, Kind], held: Callable[[str], np.ndarray]) -> None:
        """``held`` gives, as bool (n,), the rows whose words hold a normalised word."""
        import numpy as np

        self._size = len(entries)
        self._held = held
        self._attributes = [e.product.attributes for e in entries]
        self._entries = entries
        self._columns: dict[str, AttributeColumn] = {}
        self._making = Lock()
        products = [e.product for e in entries]
        self.priced = np.array([p.price is not None for p in products], dtype=bool)
        self.price = np.array([0 if p.price is None else p.price.minor for p in products], dtype=np.int64)
        # NaN is below and above nothing, as a product without a rating meets no bound.
        self.rating = np.array([np.nan if p.rating is None else p.rating for p in products], dtype=np.float64)
        self.rating_count = np.array([p.rating_count for p in products], dtype=np.int64)
        self._stocked = np.array([bool(p.stock) for p in products], dtype=bool)
        # What the feed states to be sold out; a feed without stock figures states nothing.
        self.out_of_stock = np.array([p.stock is not None and p.stock <= 0 for p in products], dtype=bool)
        self._brand_codes: dict[str, int] = {}
        self._brand = _coded((p.brand.casefold() for p in products), self._brand_codes)
        self._kind_codes: dict[str, int] = {}
        labels = (kinds[p.id].label if p.id in kinds else "" for p in products)
        self._kind = _coded(labels, self._kind_codes)
        # A product without a kind is of none, also where somebody asks for the kind "".
        self._has_kind = np.array([p.id in kinds for p in products], dtype=bool)
        self._guessed = np.array([p.id in kinds and kinds[p.id].guessed for p in products], dtype=bool)
        self._usual_price = lru_cache(maxsize=4096)(self._median_price)

    def allowed(self, filters: Filters) -> np.ndarray:
        """bool of shape (n,): which rows satisfy every filter."""
        import numpy as np

        mask = np.ones(self._size, dtype=bool)
        if filters.price_min is not None:
            mask &= self.priced & (self.price >= filters.price_min)
        if filters.price_max is not None:
            mask &= self.priced & (self.price <= filters.price_max)
        if filters.brands:
            mask &= self.of_brands(filters.brands)
        if filters.not_brands:
            mask &= ~self.of_brands(filters.not_brands)
        if filters.kinds:
            mask &= self.of_kinds(filters.kinds)
            if not filters.guessed:
                mask &= ~self._guessed
        for labels, condition in filters.provided:
            mask &= ~self.of_kinds(labels) | self.meets(condition)
        if filters.min_rating is not None:
            mask &= self.rating >= filters.min_rating
        if filters.in_stock:
            mask &= self._stocked
        for name, value in filters.attributes.items():
            mask &= self._column(name).equal(value)
        for condition in filters.must:
            mask &= self.meets(condition)
        for condition in filters.must_not:
            mask &= ~self.meets(condition)
        return mask

    def of_brands(self, names: Sequence[str]) -> np.ndarray:
        """bool of shape (n,): which rows are of one of these brands, whatever the case."""
        return _among(self._brand, self._brand_codes, [name.casefold() for name in names])

    def of_kinds(self, labels: Sequence[str]) -> np.ndarray:
        """bool of shape (n,): which rows have a kind with one of these labels."""
        mask: np.ndarray = _among(self._kind, self._kind_codes, labels) & self._has_kind
        return mask

    def meets(self, condition: Condition) -> np.ndarray:
        """bool of shape (n,): ``condition.admits`` of each row's product."""
        import numpy as np

        mask = np.zeros(self._size, dtype=bool)
        open_ = np.ones(self._size, dtype=bool)
        for name in condition.attributes:
            column = self._column(name)
            rows, held = column.rows, column.meets(condition, name)
            decided = open_[rows]
            mask[rows[decided]] = held[decided]
            open_[rows] = False
        for group in condition.groups():
            mask |= self._holding(group, condition.title_only, open_)
        for other in condition.others:
            mask |= self.meets(other)
        return mask

    def price_fit(self, labels: Sequence[str], rows: np.ndarray) -> np.ndarray:
        """float32 of shape (len(rows),): whether each price is one of these kinds' usual ones.

        1 from half to twice the median, less the farther beyond: a tenth of it is an accessory's price. 0 without any.
        """
        import numpy as np

        usual = self._usual_price(tuple(labels)) if labels else 0.0
        if not usual:
            return np.zeros(len(rows), dtype=np.float32)
        price = np.maximum(self.price[rows], 1)
        near = np.where(self.priced[rows], np.minimum(1.0, 2.0 * np.exp(-np.abs(np.log(price / usual)))), 0.0)
        fit: np.ndarray = near.astype(np.float32)
        return fit

    def _median_price(self, labels: tuple[str, ...]) -> float:
        import numpy as np

        prices = self.price[self.of_kinds(labels) & self.priced]
        return float(np.median(prices)) if len(prices) else 0.0

    def _holding(self, group: Sequence[str], title_only: bool, among: np.ndarray) -> np.ndarray:
        """bool of shape (n,): which rows of ``among`` have every member of ``group`` among their words.

        A member of several words is had where they stand together.
        """
        import numpy as np

        mask = among.copy()
        for word in {word for member in group for word in member.split()}:
            mask &= self._held(word)
        # Which words a row has is known from the index; where they stand only its own text says.
        sought = [f" {member} " for member in group if title_only or " " in member or not member]
        if sought:
            rows = np.flatnonzero(mask)
            entries = (self._entries[row] for row in rows.tolist())
            texts = (entry.title_words if title_only else entry.words for entry in entries)
            mask[rows] = [all(member in text for member in sought) for text in texts]
        return mask

    def _column(self, name: str) -> AttributeColumn:
        column = self._columns.get(name)
        if column is None:
            with self._making:
                column = self._columns.get(name) or AttributeColumn.of(name, self._attributes)
                self._columns[name] = column
        return column


def _coded(values: Iterable[str], codes: dict[str, int]) -> np.ndarray:
    import numpy as np

    return np.array([codes.setdefault(v, len(codes)) for v in values], dtype=np.int32)


def _among(column: np.ndarray, codes: Mapping[str, int], wanted: Sequence[str]) -> np.ndarray:
    """bool of the shape of ``column``: which of its codes are those of ``wanted``."""
    import numpy as np

    table = np.zeros(len(codes) + 1, dtype=bool)
    table[[codes[w] for w in wanted if w in codes]] = True
    found: np.ndarray = table[column]
    return found
