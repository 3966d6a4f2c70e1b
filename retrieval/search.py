"""Finding products: filters are exact and applied before the cut to k; BM25 and vectors rank what is left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Literal

from retrieval import catalogue, derived, fuse, vectors
from retrieval.embed import Embedder, open_embedder
from retrieval.errors import QueryError, ShopError
from retrieval.lexical import Lexical
from retrieval.masks import Masks
from retrieval.product import Kind, Product, Review
from retrieval.query import Filters, Hit, Query
from retrieval.text import words
from retrieval.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np

Ranker = Literal["fused", "bm25", "dense"]

# Up to here every vector is compared, which is exact and, for 20,000 products, as fast as Chroma's approximate index.
EXACT = 200_000
# Above it, up to so many rows that the filters left are still compared one by one, and for more of them so many of
# Chroma's nearest take part in the ranking, per product asked for.
NARROW = 20_000
_OVER_FETCH = 20
# What being the kind of thing that the text names multiplies the fused score by, and what meeting one soft wish adds
# to it, which goes from 0 to 1.
_KIND = 1.3
_PREFER = 0.15
# Without a type, "cheapest" means the cheapest among the most relevant.
_POOL = 50
# Longer texts say no more to an embedding model, and cost time.
_TEXT = 1000
_AIMED_AT = re.compile(r"\b(?:for|with|without|to|from|in|of|on|by|fits?|compatible|like)\s+(?:[\w-]+\s+){0,2}$", re.I)


class Shelf:
    """One shop, open for searching. Safe to share between threads; it shows the shop as it was when opened."""

    def __init__(self, folder: Path, shop: catalogue.Catalogue, embedder: Embedder | None) -> None:
        """Use ``Shelf.open``."""
        self.folder = folder
        self.name: str = shop.meta.get("name", folder.name)
        # ISO 4217; every price of the shop is in it.
        self.currency: str = shop.meta.get("currency", "USD")
        self._shop = shop
        self._given = embedder
        self._all = [entry.product for entry in shop.entries]
        self._ids = [product.id for product in self._all]
        self._row = {id_: row for row, id_ in enumerate(self._ids)}
        self._masks = Masks(shop.entries, shop.kinds)
        # Held while something is loaded for the first time, so that two first searches load it once.
        self._loading = RLock()

    @classmethod
    def open(cls, folder: Path, *, embedder: Embedder | None = None) -> Shelf:
        """The shop in ``folder`` with the embedding model it was made with, which is loaded at the first search.

        Raises ShopError when the shop is missing or broken, or made with another model than ``embedder``.
        """
        shop = catalogue.load(folder)
        made_with = shop.meta.get("embedder", "")
        if embedder is not None and made_with and embedder.name != made_with:
            raise ShopError(
                f"The shop in {folder} was made with the embedding model {made_with}, not {embedder.name}",
                f"Open it with {made_with}, or run `shoptalk import FEED --shop {folder} --embedder {embedder.name}`",
            )
        if made_with and not vectors.exists(folder):
            raise ShopError(
                f"The shop in {folder} has lost its vectors ({folder / vectors.FOLDER})",
                f"Run `shoptalk import FEED --shop {folder}` again",
            )
        return cls(folder, shop, embedder)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The shop's own words."""
        return derived.vocabulary(self._shop)

    @cached_property
    def embedder(self) -> Embedder | None:
        """The model the shop's vectors were made with; None for a shop without vectors."""
        made_with = self._shop.meta.get("embedder")
        return (self._given or open_embedder(made_with)) if made_with else None

    def product(self, id_: str) -> Product | None:
        """The product with this id."""
        row = self._row.get(id_)
        return None if row is None else self._all[row]

    def products(self, ids: Iterable[str]) -> list[Product]:
        """The products with these ids, in this order; unknown ids are left out."""
        return [self._all[self._row[i]] for i in ids if i in self._row]

    def kind(self, id_: str) -> Kind | None:
        """What the product with this id is called."""
        return self._shop.kinds.get(id_)

    def reviews(self, id_: str) -> list[Review]:
        """What customers wrote about the product, the latest first."""
        return catalogue.reviews_of(self.folder, id_)

    def count(self, filters: Filters) -> int:
        """How many products satisfy ``filters``."""
        return int(self._masks.allowed(filters).sum())

    def extreme(self, filters: Filters, field: Literal["price"] = "price", largest: bool = False) -> Product | None:
        """The cheapest, or dearest, product that satisfies ``filters``; None where none of them has a price."""
        import numpy as np

        rows = np.flatnonzero(self._masks.allowed(filters) & self._masks.priced)
        if not len(rows):
            return None
        prices = self._masks.price[rows]
        return self._all[int(rows[prices.argmax() if largest else prices.argmin()])]

    def warm(self) -> None:
        """Loads now what the first search would load: model, vectors and index, a few seconds together."""
        self.search(Query("warm", k=1))

    def rank(self, text: str, k: int, by: Ranker = "fused") -> list[str]:
        """Ids of the best ``k`` products by one ranking alone, without filters or bonuses: for comparisons."""
        import numpy as np

        lexical, dense = self._scores(text, k, np.arange(len(self)))
        scores = fuse.weighted(lexical, dense) if by == "fused" else lexical if by == "bm25" else dense
        return [self._ids[row] for row in (-scores).argsort(kind="stable")[:k].tolist()]

    def search(self, query: Query) -> list[Hit]:
        """The best ``query.k`` products that satisfy its filters; all of them where fewer do. Ties go by id.

        ``order`` by price or rating sorts what satisfies the filters; where they name no kind, the most relevant
        of it. What lacks the price or rating comes last.
        """
        import numpy as np

        if query.k < 1:
            raise QueryError(f"Cannot find {query.k} products", "Ask for one at least (-k 1)")
        rows = np.flatnonzero(self._masks.allowed(query.filters))
        if not len(rows):
            return []
        lexical, dense = self._scores(query.text, query.k, rows)
        of_kind = self._named_kind(query)[rows].astype(np.float32)
        scores = fuse.weighted(lexical, dense)[rows] * np.where(of_kind, _KIND, 1.0)
        contenders = self._contenders(query, scores)
        rows, of_kind, scores = rows[contenders], of_kind[contenders], scores[contenders]
        wishes = np.zeros(len(rows), dtype=np.float32)
        for condition in query.prefer:
            wishes += self._masks.meets(condition, rows)
        scores = scores + _PREFER * wishes
        order = self._ordered(query, rows, scores)[: query.k]
        return [
            self._hit(
                int(rows[n]),
                float(scores[n]),
                {
                    "bm25": float(lexical[rows[n]]),
                    "dense": float(dense[rows[n]]),
                    "kind": float(of_kind[n]),
                    "prefer": float(wishes[n]),
                },
            )
            for n in order.tolist()
        ]

    def _contenders(self, query: Query, scores: np.ndarray) -> np.ndarray:
        """bool of the shape of ``scores``: who can still be among the hits when every soft wish is met."""
        import numpy as np

        wanted = query.k if query.order == "relevance" else max(query.k, _POOL)
        if not query.prefer or wanted >= len(scores) or (query.order != "relevance" and not _pooled(query)):
            return np.ones(len(scores), dtype=bool)
        least = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
        found: np.ndarray = scores >= least - _PREFER * len(query.prefer) - 1e-6
        return found

    def _ordered(self, query: Query, rows: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Positions within ``rows``, best first; rows are in id order and every sort is stable."""
        import numpy as np

        order = np.argsort(-scores, kind="stable")
        if query.order == "relevance":
            return order
        if _pooled(query):
            order = order[: max(query.k, _POOL)]
        picked = rows[order]
        if query.order == "rating":
            rating = np.nan_to_num(self._masks.rating[picked], nan=-1.0)
            return order[np.lexsort((-self._masks.rating_count[picked], -rating))]
        sign = 1 if query.order == "price_up" else -1
        return order[np.lexsort((sign * self._masks.price[picked], ~self._masks.priced[picked]))]

    def _hit(self, row: int, score: float, parts: Mapping[str, float]) -> Hit:
        return Hit(self._all[row], self._shop.kinds.get(self._ids[row]), score, parts)

    def _named_kind(self, query: Query) -> np.ndarray:
        """Which rows are the kind of thing that the text names: an accessory for it is another kind.

        In "case for a tablet" the tablet only says what the case must fit.
        """
        import numpy as np

        if query.filters.kinds:
            return np.zeros(len(self), dtype=bool)
        text = query.text[:_TEXT]
        named = [m for m in self.vocabulary.kinds(text) if not _AIMED_AT.search(text[: m.start])]
        found = np.zeros(len(self), dtype=bool)
        for mention in named:
            sort = self.vocabulary.sort(mention.value)
            if sort.labels:
                found |= self._masks.allowed(Filters(kinds=sort.labels, provided=sort.provided, guessed=True))
        return found

    def _scores(self, text: str, k: int, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """BM25 and cosine for ``text``, each of shape (n,), right at ``rows`` at least.

        Zeros where the shop has no vectors or the text no word; above ``EXACT`` also far from the text.
        """
        import numpy as np

        text = text[:_TEXT]
        tokens = words(text)
        with self._loading:
            lexical = self._lexical.scores(tokens)
        dense = np.zeros(len(self), dtype=np.float32)
        if not tokens or self.embedder is None:
            return lexical, dense
        vector = self.embedder.encode([text])[0]
        if len(self) <= EXACT:
            with self._loading:
                matrix = self._matrix
            return lexical, _cosines(matrix, vector)
        with self._loading:
            if len(rows) <= NARROW:
                dense[rows] = _cosines(self._store.matrix([self._ids[row] for row in rows.tolist()]), vector)
            else:
                for id_, cosine in self._store.nearest(vector, max(1000, _OVER_FETCH * k)):
                    if id_ in self._row:
                        dense[self._row[id_]] = cosine
        return lexical, dense

    @cached_property
    def _lexical(self) -> Lexical:
        return derived.lexical(self.folder, self._shop)

    @cached_property
    def _matrix(self) -> np.ndarray:
        assert self.embedder is not None
        with vectors.Vectors(self.folder, self.embedder.name) as store:
            return store.matrix(self._ids)

    @cached_property
    def _store(self) -> vectors.Vectors:
        assert self.embedder is not None
        return vectors.Vectors(self.folder, self.embedder.name)


def _pooled(query: Query) -> bool:
    """Whether an order by price or rating sorts the most relevant only: no kind says what the others would be."""
    return bool(query.text.strip()) and not query.filters.kinds


def _cosines(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Of each row with ``vector``; zeros for a store that holds no vector yet."""
    import numpy as np

    if matrix.shape[1] != len(vector):
        return np.zeros(len(matrix), dtype=np.float32)
    found: np.ndarray = matrix @ vector
    return found
