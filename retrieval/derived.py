"""What a shop's own words give, beside its products: kinds, vocabulary, BM25 index. Made at import, opened later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from retrieval.catalogue import Catalogue, Entry, words_version
from retrieval.lexical import Lexical
from retrieval.vocabulary import Vocabulary


def generation(entries: Iterable[Entry]) -> str:
    """Names one state of a shop's products: equal for equal ones."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(f"{entry.product.id}\0{entry.hash}\n".encode())
    return digest.hexdigest()[:32]


def vocabulary(shop: Catalogue) -> Vocabulary:
    """The words of ``shop`` as its import stored them, or made now where it did not."""
    if stored := shop.meta.get("vocabulary"):
        return Vocabulary.from_dict(json.loads(stored))
    return Vocabulary.build([entry.product for entry in shop.entries], shop.kinds)


def build_lexical(shop: Catalogue) -> Lexical:
    """The BM25 index over the entries of ``shop``, row by row."""
    return Lexical.build(shop.entries)


def stamp(shop: Catalogue) -> str:
    """What the saved BM25 index must carry to be the one of ``shop``."""
    return f"{shop.meta.get('generation', '')}-{words_version()}"


def lexical(folder: Path, shop: Catalogue) -> Lexical:
    """The saved index where it is the one of ``shop``, else one made now."""
    return Lexical.load(folder, stamp(shop)) or build_lexical(shop)
