"""What kind of thing each product is, for feeds that do not say: derived once at import, beside the product.

A feed's own category wins. Else the title names the kind, as the head of its first noun phrase ("X for Y" is an X,
"laptop bag" is a bag); a product whose title names none is judged by a type attribute, and then by its neighbours:
products of known kind that share its attribute names, its title's words and, where given, its direction in the
embedding space. ``KindIndex`` then finds the kinds by a shopper's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.kind_index import KindIndex
from retrieval.naming import Naming
from retrieval.neighbours import Neighbours
from retrieval.nouns import noun_key, singular
from retrieval.product import Kind, Product

if TYPE_CHECKING:
    import numpy as np

__all__ = ["KindIndex", "derive"]


def derive(products: Sequence[Product], vectors: np.ndarray | None = None) -> dict[str, Kind]:
    """The kind of every product, by product id.

    ``vectors`` are the products' embeddings, float32 (n, d), L2-normalised, in the order of ``products``. A
    confidence is the measured share of right head nouns among labels found in the same way.
    """
    kinds = {p.id: Kind(from_category(p.category), "feed", 1.0) for p in products if from_category(p.category)}
    rest = [n for n, p in enumerate(products) if p.id not in kinds]
    if not rest:
        return kinds
    naming = Naming([products[n] for n in rest])
    readings = [naming.read(products[n]) for n in rest]
    neighbours = Neighbours(
        [products[n] for n in rest],
        [r.label for r in readings],
        None if vectors is None else vectors[rest],
    )
    for place, n in enumerate(rest):
        kinds[products[n].id] = neighbours.judge(place, readings[place])
    return kinds


def from_category(category: str) -> str:
    """The last level of a feed's category, singular and in lower case ("Home > Running Shoes" -> "running shoe")."""
    for mark in (">", "/", "|"):
        if mark in category and (mark != "/" or " / " in category or ">" not in category):
            parts = [p.strip() for p in category.split(mark) if p.strip()]
            category = parts[-1] if parts else ""
            break
    return singular(category) if noun_key(category) else ""
