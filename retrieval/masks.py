"""Filters over a whole shelf: columns decide what they can, ``Condition.admits`` decides the rest of the survivors.

``Masks.allowed(filters)[row]`` equals ``filters.admits(product, kind)`` of that row's product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from retrieval.catalogue import Entry
from retrieval.product import AttributeValue, Kind, Product
from retrieval.query import Condition, Filters

if TYPE_CHECKING:
    import numpy as np


class Masks:
    """The columns of a shelf, row by row. Nothing changes after it is made."""

    def __init__(self, entries: Sequence[Entry], kinds: Mapping[str, Kind]) -> None:
        import numpy as np

        self._size = len(entries)
        self._attributes = [e.product.attributes for e in entries]
        self._words = [e.words for e in entries]
        self._titles = [e.title_words for e in entries]
        products = [e.product for e in entries]
        self.priced = np.array([p.price is not None for p in products], dtype=bool)
        self.price = np.array([0 if p.price is None else p.price.minor for p in products], dtype=np.int64)
        # NaN is below and above nothing, as a product without a rating meets no bound.
        self.rating = np.array([np.nan if p.rating is None else p.rating for p in products], dtype=np.float64)
        self.rating_count = np.array([p.rating_count for p in products], dtype=np.int64)
        self._stocked = np.array([bool(p.stock) for p in products], dtype=bool)
        self._brand_codes: dict[str, int] = {}
        self._brand = _coded((p.brand.casefold() for p in products), self._brand_codes)
        self._kind_codes: dict[str, int] = {}
        labels = (kinds[p.id].label if p.id in kinds else "" for p in products)
        self._kind = _coded(labels, self._kind_codes)
        # A product without a kind is of none, also where somebody asks for the kind "".
        self._has_kind = np.array([p.id in kinds for p in products], dtype=bool)
        self._guessed = np.array([p.id in kinds and kinds[p.id].guessed for p in products], dtype=bool)

    def allowed(self, filters: Filters) -> np.ndarray:
        """bool of shape (n,): which rows satisfy every filter."""
        import numpy as np

        mask = np.ones(self._size, dtype=bool)
        if filters.price_min is not None:
            mask &= self.priced & (self.price >= filters.price_min)
        if filters.price_max is not None:
            mask &= self.priced & (self.price <= filters.price_max)
        if filters.brands:
            mask &= _among(self._brand, self._brand_codes, [b.casefold() for b in filters.brands])
        if filters.not_brands:
            mask &= ~_among(self._brand, self._brand_codes, [b.casefold() for b in filters.not_brands])
        if filters.kinds:
            mask &= self.of_kinds(filters.kinds)
            if not filters.guessed:
                mask &= ~self._guessed
        for labels, condition in filters.provided:
            rows = np.flatnonzero(mask & self.of_kinds(labels))
            mask[rows] = self.meets(condition, rows)
        if filters.min_rating is not None:
            mask &= self.rating >= filters.min_rating
        if filters.in_stock:
            mask &= self._stocked
        for name, value in filters.attributes.items():
            rows = np.flatnonzero(mask)
            mask[rows] = self._has(name, value, rows)
        for condition in filters.must:
            rows = np.flatnonzero(mask)
            mask[rows] = self.meets(condition, rows)
        for condition in filters.must_not:
            rows = np.flatnonzero(mask)
            mask[rows] = ~self.meets(condition, rows)
        return mask

    def of_kinds(self, labels: Sequence[str]) -> np.ndarray:
        """bool of shape (n,): which rows have a kind with one of these labels."""
        mask: np.ndarray = _among(self._kind, self._kind_codes, labels) & self._has_kind
        return mask

    def meets(self, condition: Condition, rows: np.ndarray) -> np.ndarray:
        """bool of shape (len(rows),): ``condition.admits`` of each of these rows' products."""
        import numpy as np

        groups = [[f" {w} " for w in group] for group in condition.groups()]
        texts = self._titles if condition.title_only else self._words
        # Many products share an attribute's value: each is judged once.
        judge = _remembered(partial(_meets_alone, condition))
        found = np.empty(len(rows), dtype=bool)
        for n, row in enumerate(rows.tolist()):
            attributes = self._attributes[row]
            for name in condition.attributes:
                if name in attributes:
                    found[n] = judge(name, attributes[name])
                    break
            else:
                text = texts[row]
                found[n] = any(all(w in text for w in group) for group in groups)
        return found

    def _has(self, name: str, wanted: AttributeValue, rows: np.ndarray) -> np.ndarray:
        """bool of shape (len(rows),): whether each of these rows' products has the attribute with this value."""
        import numpy as np

        judge = _remembered(partial(_has_alone, Filters(attributes={name: wanted})))
        values = (self._attributes[row].get(name) for row in rows.tolist())
        return np.array([value is not None and judge(name, value) for value in values], dtype=bool)


# 1, 1.0 and True are equal and not the same.
_remembered = lru_cache(maxsize=None, typed=True)


def _meets_alone(condition: Condition, name: str, value: AttributeValue) -> bool:
    return replace(condition, attributes=(name,)).admits(Product(id="", title="", attributes={name: value}), "")


def _has_alone(filters: Filters, name: str, value: AttributeValue) -> bool:
    return filters.admits(Product(id="", title="", attributes={name: value}))


def _coded(values: Iterable[str], codes: dict[str, int]) -> np.ndarray:
    import numpy as np

    return np.array([codes.setdefault(v, len(codes)) for v in values], dtype=np.int32)


def _among(column: np.ndarray, codes: Mapping[str, int], wanted: Sequence[str]) -> np.ndarray:
    import numpy as np

    return np.isin(column, [codes[w] for w in wanted if w in codes])
