"""What a shop's own words give, beside its products: kinds, vocabulary, BM25 index. Made at import, opened later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from retrieval.catalogue import Catalogue, words_version
from retrieval.lexical import Lexical
from retrieval.vocabulary import Vocabulary


def generation(hashes: Iterable[tuple[str, ...]]) -> str:
    """Names one state of a shop's products, given as id and content hash by id: equal for equal ones."""
    digest = hashlib.sha256()
    for id_, hashed in hashes:
        digest.update(f"{id_}\0{hashed}\n".encode())
    return digest.hexdigest()[:32]


def vocabulary(shop: Catalogue) -> Vocabulary:
    """The words of ``shop`` as its import stored them, or made now where it did not."""
    if stored := shop.meta.get("vocabulary"):
        return Vocabulary.from_dict(json.loads(stored))
    return Vocabulary.build([entry.product for entry in shop.entries], shop.kinds)


def stamp(meta: Mapping[str, str]) -> str:
    """What the saved BM25 index must carry to be the one of the shop that says ``meta`` of itself."""
    return f"{meta.get('generation', '')}-{words_version()}"


def lexical(folder: Path, shop: Catalogue) -> Lexical:
    """The saved index where it is the one of ``shop``, else one made now."""
    return Lexical.load(folder, stamp(shop.meta)) or Lexical.build(shop.entries)
