"""Finding products: filters are exact and applied before the cut to k; a learned ranker orders what is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Literal

from retrieval import asked, catalogue, codes, derived, vectors
from retrieval.asked import Asked
from retrieval.contenders import Contenders
from retrieval.cross import Reranker
from retrieval.embed import Embedder, SentenceEmbedder, open_embedder
from retrieval.errors import QueryError, ShopError
from retrieval.lexical import Lexical
from retrieval.looks import Looks, PictureEmbedder
from retrieval.masks import Masks
from retrieval.nearest import Nearest, open_nearest
from retrieval.product import Kind, Product, Review
from retrieval.query import Filters, Hit, Query
from retrieval.rank import Ranker, features, shipped, standing, unaware_of
from retrieval.spelling import Spelling
from retrieval.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np

# What meeting one soft wish adds to a score that is about 1 for a product that has all the query's words.
_PREFER = 0.15
# What being named by its model number, part number or EAN adds: more than anything else can.
_NAMED = 2.0
# How many of the best a cross-encoder reads once more.
_REREAD = 50
# Without a type, "cheapest" means the cheapest among the most relevant.
_POOL = 50


class Shelf:
    """One shop, open for searching. Safe to share between threads; it shows the shop as it was when opened."""

    def __init__(
        self,
        folder: Path,
        shop: catalogue.Catalogue,
        embedder: Embedder | None,
        reranker: Reranker | None = None,
        looks: Looks | None = None,
    ) -> None:
        """Use ``Shelf.open``."""
        self._looks = looks
        self.folder = folder
        self.name: str = shop.meta.get("name", folder.name)
        # ISO 4217; every price of the shop is in it.
        self.currency: str = shop.meta.get("currency", "USD")
        self._shop = shop
        self._given = embedder
        self._reranker = reranker
        self._all = [entry.product for entry in shop.entries]
        self._ids = [product.id for product in self._all]
        self._row = {id_: row for row, id_ in enumerate(self._ids)}
        self._masks = Masks(shop.entries, shop.kinds, lambda word: self._lexical.held(word))
        # Held while something is loaded for the first time, so that two first searches load it once.
        self._loading = RLock()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        embedder: Embedder | None = None,
        reranker: Reranker | None = None,
        picture_embedder: PictureEmbedder | None = None,
    ) -> Shelf:
        """The shop in ``folder`` with the embedding model it was made with, which is loaded at the first search.

        ``reranker`` reads the best hits of each search by relevance once more. ``picture_embedder`` is the one that
        the shop's looks were made with; None leaves pictures unread.
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
        ids = [entry.product.id for entry in shop.entries]
        looks = Looks(folder, picture_embedder, ids) if picture_embedder else None
        return cls(folder, shop, embedder, reranker, looks)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The shop's own words."""
        return derived.vocabulary(self._shop).sounding(lambda: self.embedder)

    @cached_property
    def embedder(self) -> Embedder | None:
        """The model the shop's vectors were made with; None for a shop without vectors."""
        made_with = self._shop.meta.get("embedder")
        return (self._given or open_embedder(made_with)) if made_with else None

    @property
    def ids(self) -> list[str]:
        """The ids of all products, in order."""
        return list(self._ids)

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

    def unaware(self, text: str, k: int) -> list[str]:
        """Ids as ``search`` gives them, without what the ranker learned from this text and its like: for measuring."""
        return [hit.product.id for hit in self._find(Query(text, k), unaware_of(text))]

    def features(self, text: str) -> np.ndarray:
        """float32 (len(self), len(rank.FEATURES)): what the ranker knows of each product; for training, measuring."""
        import numpy as np

        said = self._read(text)
        everything = np.ones(len(self), dtype=bool)
        found = self._contenders.of(said, asked.direction(said, self.embedder), everything, len(self))
        return features(found.columns)

    def search(self, query: Query) -> list[Hit]:
        """The best ``query.k`` products that satisfy its filters; all of them where fewer do. Ties go by id.

        ``order`` by price or rating sorts what satisfies the filters; where they name no kind, the most relevant
        of it. What lacks the price or rating comes last.
        """
        return self._find(query, shipped())

    @property
    def sees(self) -> bool:
        """Whether products can be found by a picture."""
        return self._looks is not None

    def looking_like(self, picture: bytes, query: Query) -> list[Hit]:
        """The best ``query.k`` products that satisfy its filters, by how like they look to ``picture``, a file's bytes.

        Its text and order count for nothing; products without a photograph are left out. Raises QueryError for what
        is no picture, or where the shop has no looks.
        """
        import numpy as np

        if self._looks is None:
            raise QueryError("This shop does not read pictures", "Import it with --image-embedder MODEL")
        likeness = self._looks.likeness(picture)
        met = [self._masks.meets(condition) for condition in query.prefer]
        scores = likeness + _PREFER * np.add.reduce(met, dtype=np.float32) if met else likeness
        rows = np.flatnonzero(self._masks.allowed(query.filters) & (likeness > -1.0))
        best = rows[np.argsort(-scores[rows], kind="stable")[: query.k]]
        return [self._hit(row, float(scores[row]), {"looks": float(likeness[row])}) for row in best.tolist()]

    def _find(self, query: Query, ranker: Ranker) -> list[Hit]:
        import numpy as np

        if query.k < 1:
            raise QueryError(f"Cannot find {query.k} products", "Ask for one at least (-k 1)")
        allowed = self._masks.allowed(query.filters)
        if not allowed.any():
            return []
        said = self._read(query.text)
        named = self._named(query.text)
        sorted_alone = query.order != "relevance" and not _pooled(query)
        met = [self._masks.meets(condition) for condition in query.prefer]
        found = self._contenders.of(
            said,
            asked.direction(said, self.embedder),
            allowed,
            len(self) if sorted_alone else max(query.k, _POOL),
            [named, *met, np.logical_and.reduce(met)] if met else [named],
        )
        rows = found.rows
        wishes = np.add.reduce([mask[rows] for mask in met], dtype=np.float32) if met else np.zeros(len(rows))
        scores = ranker.scores(found.columns) + self._standing[rows] + _PREFER * wishes + _NAMED * named[rows]
        if self._reranker is not None and query.order == "relevance" and said.words:
            scores = self._reread(self._reranker, said.text, rows, scores)
        order = self._ordered(query, rows, scores)[: query.k]
        return [
            self._hit(
                int(rows[n]),
                float(scores[n]),
                {
                    "bm25": float(found.columns.text[n]),
                    "dense": float(found.columns.cosine[n]),
                    "kind": float(found.columns.of_kind[n]),
                    "prefer": float(wishes[n]),
                },
            )
            for n in order.tolist()
        ]

    def _reread(self, reranker: Reranker, text: str, rows: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """The scores with what the cross-encoder adds to the best: these stay the best, in an order of its own."""
        import numpy as np

        best = np.argsort(-scores, kind="stable")[:_REREAD]
        products = [self._all[row] for row in rows[best].tolist()]
        scores = scores.copy()
        scores[best] += reranker.scores(text, [f"{p.title}. {p.description}" for p in products])
        return scores

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

    def _read(self, text: str) -> Asked:
        return asked.read(text, self.vocabulary, self._spelling, self._lexical.__contains__)

    def _named(self, text: str) -> np.ndarray:
        """bool of shape (n,): which products ``text`` names by a code."""
        import numpy as np

        mask = np.zeros(len(self), dtype=bool)
        if codes.may_name(text):
            mask[self._codes.named(text)] = True
        return mask

    @cached_property
    def _codes(self) -> codes.Codes:
        return codes.Codes(self._all, self._lexical.held)

    @cached_property
    def _spelling(self) -> Spelling:
        folder = self.embedder.folder if isinstance(self.embedder, SentenceEmbedder) else None
        english = folder / "vocab.txt" if folder else None
        return Spelling(self._all, self._shop.kinds, self._lexical.__contains__, english)

    @cached_property
    def _standing(self) -> np.ndarray:
        return standing(self._masks.rating, self._masks.rating_count, self._masks.out_of_stock)

    @cached_property
    def _contenders(self) -> Contenders:
        return Contenders(self._masks, self._lexical, self._nearest)

    @cached_property
    def _lexical(self) -> Lexical:
        with self._loading:
            return derived.lexical(self.folder, self._shop)

    @cached_property
    def _nearest(self) -> Nearest | None:
        if self.embedder is None:
            return None
        with self._loading:
            return open_nearest(self.folder, self.embedder.name, self._ids, self._shop.meta.get("generation", ""))


def _pooled(query: Query) -> bool:
    """Whether an order by price or rating sorts the most relevant only: no kind says what the others would be."""
    return bool(query.text.strip()) and not query.filters.kinds
