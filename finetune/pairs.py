"""Queries that a shop's own products answer, with products that nearly do: the rows of `embed`.

What a query asks for is known, because it is drawn from a record; so is which other products have it. A product that
the embedder finds near the query and that lacks something asked for is a hard negative, and nothing has to be judged.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from finetune.goods import plural
from finetune.overlap import whole_words
from retrieval.catalogue import Catalogue
from retrieval.embed import Embedder
from retrieval.pages import embedded_text
from retrieval.product import Product

if TYPE_CHECKING:
    import numpy as np

_GRAMMAR = Path(__file__).parent / "grammar" / "query.yaml"
_SLOT = re.compile(r"\{(\w+)\}")
# Nearest products looked at for one that lacks something.
_NEAR = 60
_WORD = re.compile(r"[a-z][a-z-]{2,}")


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, a text that answers it, and texts near it that do not. ``topic`` is the product's type, "" unknown."""

    query: str
    text: str
    wrong: tuple[str, ...]
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A product as a query may speak of it."""

    product: Product
    type: str
    # Short values of its record and words of its title, in lower case, without type and brand.
    values: frozenset[str]
    # Those of them that the embedder is told, and whether it is told the brand: a query asks for nothing else.
    told: tuple[str, ...]
    brand: str

    def has(self, type_: str, brand: str, values: Sequence[str]) -> bool:
        """Whether it is of this type ("" any; "gaming laptop" is a laptop), of this brand ("" any), with all values."""
        return (
            (not type_ or self.type == type_ or self.type.endswith(f" {type_}"))
            and (not brand or self.product.brand.lower() == brand)
            and all(v in self.values for v in values)
        )


def of_shop(
    shop: Catalogue, matrix: np.ndarray, embedder: Embedder, count: int, negatives: int, held: frozenset[str], seed: int
) -> list[Pair]:
    """Some ``count`` pairs over the products of ``shop``; ``matrix`` are their vectors, float32 (products, d).

    No query has the same words as one of ``held``. Fewer come back where a shop has too little to ask for.
    """
    import numpy as np

    rng = random.Random(seed)
    items = [item_of(entry.product, _type(shop, entry.product.id)) for entry in shop.entries]
    known = [n for n, item in enumerate(items) if item.type]
    drawn: dict[str, tuple[int, str, str, tuple[str, ...]]] = {}
    for _ in range(count * 4 if known else 0):
        at = rng.choice(known)
        made = draw(rng, items[at])
        if made is not None and whole_words(made[0]) not in held:
            drawn.setdefault(made[0], (at, *made[1:]))
        if len(drawn) == count:
            break
    vectors = embedder.encode(list(drawn))
    pairs = []
    for (query, (at, type_, brand, values)), vector in zip(drawn.items(), vectors, strict=True):
        near = np.argsort(-(matrix @ vector), kind="stable")[:_NEAR].tolist()
        lacking = [items[n] for n in near if items[n].type and not items[n].has(type_, brand, values)]
        right = embedded_text(items[at].product)
        texts = sorted({embedded_text(item.product) for item in lacking} - {right})
        if len(texts) >= negatives:
            pairs.append(Pair(query, right, tuple(rng.sample(texts, negatives)), items[at].type))
    return pairs


def item_of(product: Product, type_: str) -> Item:
    """The product with what may be asked of it."""
    own = {*type_.split(), *product.brand.lower().split(), product.brand.lower()}
    stated = {str(v).lower() for v in product.attributes.values() if isinstance(v, str) and len(v) <= 24}
    flags = {n.replace("_", " ").lower() for n, v in product.attributes.items() if v is True}
    values = frozenset((stated | flags | set(_WORD.findall(product.title.lower()))) - own)
    text = embedded_text(product).lower()
    brand = product.brand.lower()
    return Item(product, type_, values, tuple(sorted(v for v in values if v in text)), brand if brand in text else "")


def draw(rng: random.Random, item: Item) -> tuple[str, str, str, tuple[str, ...]] | None:
    """A query with what it asks for: type, brand, values; None where the product has not what the form speaks of."""
    form = rng.choice(_forms())
    slots = _SLOT.findall(form)
    brand = item.brand if "brand" in slots else ""
    wanted = slots.count("value")
    if ("brand" in slots and not brand) or wanted > len(item.told):
        return None
    values = tuple(rng.sample(item.told, wanted))
    left = iter(values)
    put = {"type": item.type, "types": plural(item.type), "brand": brand}
    query = _SLOT.sub(lambda m: next(left) if m[1] == "value" else put[m[1]], form)
    return query, item.type if {"type", "types"} & set(slots) else "", brand, values


@cache
def _forms() -> tuple[str, ...]:
    return tuple(yaml.safe_load(_GRAMMAR.read_text("utf-8"))["query"])


def _type(shop: Catalogue, id_: str) -> str:
    kind = shop.kinds.get(id_)
    return kind.label.lower() if kind is not None else ""
