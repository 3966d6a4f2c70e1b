"""What kind of thing each product is, for feeds that do not say: derived once at import, beside the product.

A feed's own category wins. Else the title names the kind, as the head of its first noun phrase ("X for Y" is an X,
"laptop bag" is a bag); a product whose title names none is judged by a type attribute, by its description's opening,
and by which attributes it has. Where all these leave it open its neighbours suggest a kind: products of known kind
that share its attributes, its title's words and, where given, its direction in the embedding space. ``KindIndex`` then
finds the kinds by a shopper's words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.kind_index import KindIndex
from retrieval.naming import TYPE_ATTRIBUTES, Naming, Reading
from retrieval.neighbours import Features, Neighbours, class_of
from retrieval.nouns import noun_key, singular
from retrieval.product import Kind, Product

if TYPE_CHECKING:
    import numpy as np

__all__ = ["KindIndex", "derive"]

# From this confidence on a first judgement teaches the second.
_TEACHES = 0.88
# A guess that is wrong more often than right is none.
_LEAST_GUESS = 0.5
# Characters of a title that can name a kind; a text that strayed into the column goes on and on.
_TITLE = 400
# A feed of fewer brands does not show which words are one brand's own.
_SEVERAL = 5


def derive(products: Sequence[Product], vectors: np.ndarray | None = None) -> dict[str, Kind]:
    """The kind of every product, by product id; its label is "" where nothing tells.

    ``vectors`` are the products' embeddings, float32 (n, d), L2-normalised, in the order of ``products``. A
    confidence is the measured share of right head nouns among labels found in the same way.
    """
    kinds = {p.id: Kind(from_category(p.category), "feed", 1.0) for p in products if from_category(p.category)}
    rest = [n for n, p in enumerate(products) if p.id not in kinds]
    if not rest:
        return kinds
    shelf = [p if len(p.title) <= _TITLE else replace(p, title=p.title[:_TITLE]) for p in (products[n] for n in rest)]
    naming = Naming(shelf)
    readings = [naming.read(product) for product in shelf]
    names = _mere_names(shelf, readings)
    readings = [reading.tilted(names) for reading in readings]
    # What no title says better than faintly is no type of this feed: "base" of a case called Pure Base.
    named = {class_of(r.label) for r in readings if r.options and r.options[0].weight >= 0.0}
    features = Features(shelf, None if vectors is None else vectors[rest])
    # What the titles say teaches the first vote; what that vote confirms teaches the second.
    plain = [reading.plain for reading in readings]
    taught = ["" if r.label in names or class_of(r.label) not in named else r.label for r in readings]
    first = Neighbours(features, taught, plain)
    judged = [first.judge(n, reading) for n, reading in enumerate(readings)]
    second = Neighbours(
        features, [k.label if k.confidence >= _TEACHES and not k.guessed else "" for k in judged], plain
    )
    for n, (product, reading) in enumerate(zip(shelf, readings, strict=True)):
        kind = second.judge(n, reading)
        doubtful = kind.guessed and kind.confidence < _LEAST_GUESS
        kinds[product.id] = replace(kind, label="") if doubtful else kind
    return _agreed(kinds)


def from_category(category: str) -> str:
    """The last level of a feed's category, singular and in lower case ("Home > Running Shoes" -> "running shoe")."""
    for mark in (">", "/", "|"):
        if mark in category and (mark != "/" or " / " in category or ">" not in category):
            parts = [p.strip() for p in category.split(mark) if p.strip()]
            category = parts[-1] if parts else ""
            break
    return singular(category) if noun_key(category) else ""


def _mere_names(products: Sequence[Product], readings: Sequence[Reading]) -> frozenset[str]:
    """Labels that may be names of a maker's line and no types: one word, only in capitals, one brand of several.

    What a type attribute says word for word ("type": "Organizer") is no such name.
    """
    brands: defaultdict[str, set[str]] = defaultdict(set)
    plain: set[str] = set()
    for product, reading in zip(products, readings, strict=True):
        stated = {str(product.attributes.get(name, "")).lower() for name in TYPE_ATTRIBUTES}
        for option in reading.options:
            brands[option.label].add(product.brand)
            if option.label in stated or f" {option.label} " in f" {product.title} ":
                plain.add(option.label)
    if len({p.brand for p in products}) < _SEVERAL:
        return frozenset()
    return frozenset(label for label, own in brands.items() if len(own) < 2 and label not in plain and " " not in label)


def _agreed(kinds: dict[str, Kind]) -> dict[str, Kind]:
    """One label where products call the same thing differently: the usual one here, else the thesaurus's noun.

    A feed's own categories stay as they are.
    """
    called: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind in kinds.values():
        called[class_of(kind.label)][kind.label] += 1
    label = {}
    for name, counter in called.items():
        usual, count = counter.most_common(1)[0]
        label[name] = usual if 2 * count >= counter.total() else singular(name)
    return {
        id: kind if kind.source == "feed" else replace(kind, label=label[class_of(kind.label)])
        for id, kind in kinds.items()
    }
