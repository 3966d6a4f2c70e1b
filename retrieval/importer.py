"""Makes a shop out of feeds, or brings one up to date.

The order of writing makes an import safe to kill at any moment: vectors first, each page as it is made; then one
transaction that turns the old shop into the new one; then what can be made again. Until the transaction a reader sees
the old shop, and the next import finds the vectors that are already there.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval import catalogue, derived, kinds, picture_files
from retrieval.amounts import CURRENCIES
from retrieval.catalogue import Catalogue, Entry
from retrieval.embed import Embedder
from retrieval.errors import FeedError, ShopError
from retrieval.feeds import Refused, read_products, read_reviews
from retrieval.product import Product, Review
from retrieval.vectors import Vectors
from retrieval.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ImportReport", "Refused", "import_shop", "recorded_embedder"]

# Texts that are embedded and stored at a time: what a killed import loses.
_PAGE = 256
# Characters of the description that go into the vector, after the title.
_DESCRIPTION = 400


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    name: str
    # ISO 4217.
    currency: str
    # Products of the shop now, and how they got there.
    products: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    # Vectors made in this import; the others were already there.
    embedded: int = 0
    reviews: int = 0
    # Picture files that the feeds name and that are not beside them.
    missing_pictures: int = 0
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """A product and the row it was read from."""

    product: Product
    path: Path
    line: int


def recorded_embedder(folder: Path) -> str | None:
    """Name of the embedding model that the shop in ``folder`` was made with; None without a shop or vectors."""
    return catalogue.recorded(folder).get("embedder") or None


def import_shop(
    folder: Path,
    feeds: Sequence[Path],
    *,
    mapping: Mapping[str, str] | None = None,
    currency: str | None = None,
    fmt: str = "auto",
    embedder: Embedder | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    reviews: Sequence[Path] = (),
    name: str | None = None,
    change_embedder: bool = False,
) -> ImportReport:
    """Brings the shop in ``folder`` up to date with ``feeds``, and makes it where there is none.

    Products that came from a feed of the same file name and are no longer in it leave the shop; those of other feeds
    stay. Only products whose text changed are embedded; with ``embedder`` None none are, and search goes by words.
    ``currency`` holds where a feed states none (USD by default); a shop has one currency, and rows in another are
    refused. ``on_progress`` gets vectors done and vectors to make. A shop made with another embedding model is
    refused unless ``change_embedder``, which makes every vector anew.

    Raises FeedError for a feed that cannot be read at all, ShopError for a shop that cannot be updated.
    """
    old = catalogue.load(folder) if catalogue.exists(folder) else Catalogue()
    made_with = old.meta.get("embedder", "")
    if embedder and made_with and embedder.name != made_with and not change_embedder:
        raise ShopError(
            f"The shop in {folder} was made with the embedding model {made_with}, not {embedder.name}",
            f"Update it with {made_with}, or run `shoptalk import FEED --shop {folder} --embedder {embedder.name}`",
        )
    if not feeds and not reviews:
        raise FeedError("There is nothing to import", "Name a product feed, or a feed of reviews with --reviews")
    refused: list[Refused] = []
    fallback = _fallback_currency(folder, old, currency)
    read = _read_feeds(feeds, mapping or {}, fallback, fmt, refused)
    shop_currency = old.meta.get("currency") or _usual_currency(read) or fallback
    read = _in_one_currency(read, shop_currency, refused)
    if feeds and not read:
        raise FeedError(f"Every row was refused, the first one as {refused[0]}", "Mend the feed, or map its columns")
    folder.mkdir(parents=True, exist_ok=True)
    fresh, missing = _entries(read, old, folder)
    entries, counts = _merged(old.entries, fresh, {path.name for path in feeds})
    written = _read_reviews(reviews, fmt, {e.product.id for e in entries}, refused)
    embedded, matrix = _embed(folder, entries, embedder, on_progress) if embedder else (0, None)
    meta = {
        **old.meta,
        "name": name or old.meta.get("name") or folder.resolve().name,
        "currency": shop_currency,
        "embedder": embedder.name if embedder else made_with,
    }
    shop = _derived(entries, matrix, meta)
    catalogue.save(folder, shop, written)
    derived.build_lexical(shop).save(folder, derived.stamp(shop))
    _tidy(folder, shop)
    return ImportReport(
        name=meta["name"],
        currency=shop_currency,
        products=len(entries),
        **counts,
        embedded=embedded,
        reviews=len(written),
        missing_pictures=missing,
        refused=tuple(refused),
    )


def _fallback_currency(folder: Path, old: Catalogue, given: str | None) -> str:
    """The currency of a price that names none."""
    code = given.upper() if given else None
    if code and code not in CURRENCIES:
        raise FeedError(f"--currency {given} is no currency we know", "Give an ISO 4217 code such as USD or EUR")
    recorded = old.meta.get("currency")
    if code and recorded and code != recorded:
        raise ShopError(
            f"The shop in {folder} sells in {recorded}, not {code}", "Leave out --currency, or import into a new folder"
        )
    return recorded or code or "USD"


def _read_feeds(
    feeds: Sequence[Path], mapping: Mapping[str, str], currency: str, fmt: str, refused: list[Refused]
) -> list[_Read]:
    found: dict[str, _Read] = {}
    for path in feeds:
        for line, row in read_products(path, mapping=mapping, currency=currency, fmt=fmt):
            if isinstance(row, Refused):
                refused.append(row)
            elif row.id in found:
                first = found[row.id]
                reason = f"the id {row.id!r} is already in {first.path.name}:{first.line}"
                refused.append(Refused(path.name, line, reason))
            else:
                found[row.id] = _Read(row, path, line)
    return list(found.values())


def _usual_currency(read: Iterable[_Read]) -> str | None:
    counted = Counter(r.product.price.currency for r in read if r.product.price)
    return counted.most_common(1)[0][0] if counted else None


def _in_one_currency(read: Iterable[_Read], currency: str, refused: list[Refused]) -> list[_Read]:
    kept = []
    for row in read:
        price = row.product.price
        if price is None or price.currency == currency:
            kept.append(row)
        else:
            reason = f"the price is in {price.currency}, and the shop sells in {currency}"
            refused.append(Refused(row.path.name, row.line, reason))
    return kept


def _entries(read: Iterable[_Read], old: Catalogue, folder: Path) -> tuple[list[Entry], int]:
    """The products read, with their pictures in the shop's folder, and how many pictures are not there."""
    known = {e.hash: e for e in old.entries}
    entries, missing = [], 0
    for row in read:
        product, lost = picture_files.bring(row.product, row.path.parent, folder)
        missing += lost
        same = known.get(catalogue.content_hash(product))
        entries.append(replace(same, source=row.path.name) if same else Entry.of(product, row.path.name))
    return entries, missing


def _merged(
    old: Iterable[Entry], fresh: Iterable[Entry], sources: set[str]
) -> tuple[tuple[Entry, ...], dict[str, int]]:
    """All entries of the updated shop in id order, and the counts of the report."""
    before = {e.product.id: e for e in old}
    now = {e.product.id: e for e in fresh}
    kept = {i: e for i, e in before.items() if i not in now and e.source not in sources}
    counts = {
        "new": sum(i not in before for i in now),
        "changed": sum(i in before and before[i].hash != e.hash for i, e in now.items()),
        "unchanged": sum(i in before and before[i].hash == e.hash for i, e in now.items()),
        "removed": len(before) - len(kept) - sum(i in before for i in now),
    }
    return tuple(sorted([*kept.values(), *now.values()], key=lambda e: e.product.id)), counts


def _read_reviews(paths: Iterable[Path], fmt: str, ids: set[str], refused: list[Refused]) -> list[Review]:
    found = []
    for path in paths:
        for line, row in read_reviews(path, fmt=fmt):
            if isinstance(row, Refused):
                refused.append(row)
            elif row.product_id not in ids:
                refused.append(Refused(path.name, line, f"the shop has no product {row.product_id!r}"))
            else:
                found.append(row)
    return found


def _embed(
    folder: Path, entries: Sequence[Entry], embedder: Embedder, on_progress: Callable[[int, int], None] | None
) -> tuple[int, np.ndarray]:
    """Makes the vectors that are missing; returns how many, and the vectors of all entries in their order."""
    texts = {e.product.id: embedded_text(e.product) for e in entries}
    hashes = {i: _text_hash(text) for i, text in texts.items()}
    with Vectors(folder, embedder.name) as store:
        have = store.hashes()
        wanted = [i for i in texts if have.get(i) != hashes[i]]
        # Texts of one length together: the model works on a rectangle as long as its longest text.
        wanted.sort(key=lambda i: len(texts[i]))
        for start in range(0, len(wanted), _PAGE):
            page = wanted[start : start + _PAGE]
            store.put(page, embedder.encode([texts[i] for i in page]), [hashes[i] for i in page])
            if on_progress:
                on_progress(start + len(page), len(wanted))
        return len(wanted), store.matrix([e.product.id for e in entries])


def embedded_text(product: Product) -> str:
    """The text that a product's vector is made of."""
    return f"{product.title}. {product.description[:_DESCRIPTION]}"


def _text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _derived(entries: tuple[Entry, ...], matrix: np.ndarray | None, meta: dict[str, str]) -> Catalogue:
    """The catalogue with kinds, vocabulary and the name of its content."""
    products = [e.product for e in entries]
    found = kinds.derive(products, matrix)
    meta["vocabulary"] = json.dumps(Vocabulary.build(products, found).to_dict(), ensure_ascii=False)
    meta["generation"] = derived.generation(entries)
    return Catalogue(entries, found, meta)


def _tidy(folder: Path, shop: Catalogue) -> None:
    """Forgets vectors of products that left, of texts that changed without a new vector, and of another model."""
    embedder = shop.meta["embedder"]
    if not embedder:
        return
    hashes = {e.product.id: _text_hash(embedded_text(e.product)) for e in shop.entries}
    with Vectors(folder, embedder) as store:
        store.delete([i for i, hashed in store.hashes().items() if hashes.get(i) != hashed])
        store.forget_other_models()
