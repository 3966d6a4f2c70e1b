"""The vectors that an import makes, a page of texts at a time: a killed import loses one page at most.

What a text's vector is depends, in its last digits, on the texts beside it. So the pages are written down before the
first one is computed, and a later import that finds them computes those that are missing, with the same texts beside
each other: its shop is the one that an undisturbed import would have made, bit by bit.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval import vectors
from retrieval.embed import Embedder
from retrieval.errors import ShopError
from retrieval.product import Product
from retrieval.vectors import Place, Vectors
from retrieval.work import PAGES, Work

if TYPE_CHECKING:
    import numpy as np

# Texts of a page.
_PAGE = 1024
# Characters of the description that go into the vector, after the title.
_DESCRIPTION = 400

# Product ids, each with the hash of its text.
Page = list[tuple[str, str]]


def embedded_text(product: Product) -> str:
    """The text that a product's vector is made of."""
    return f"{product.title}. {product.description[:_DESCRIPTION]}"


def text_hash(text: str) -> str:
    """Names a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Made:
    """The vectors of the shop as it will be."""

    def __init__(self, shop: Path, place: Path | None, embedder: str, count: int) -> None:
        self._shop = shop
        # The folder that has or names the store: the shop's own where nothing changed, the import's where something
        # did.
        self.place = place
        # Name of the model; "" for a shop without vectors.
        self.embedder = embedder
        # Vectors computed in this import.
        self.count = count

    @contextmanager
    def opened(self) -> Iterator[Callable[[Sequence[str]], np.ndarray] | None]:
        """From ids to float32 (n, dimension), zeros where an id has no vector; None where there are no vectors."""
        if self.place is None:
            yield None
            return
        with Vectors(self.place, self.embedder, self._shop) as store:
            yield store.matrix


def make(
    work: Work,
    embedder: Embedder | None,
    on_progress: Callable[[int, int], None] | None,
    at: str | None = None,
    *,
    others: bool = False,
) -> Made:
    """Computes the vectors that are missing, and prepares a store with those of the shop as it will be.

    ``at`` is where they shall live from now on: the URL of a server, "" for the shop's folder, None for where they do.
    Without ``embedder`` none is computed; those of texts that changed or left are forgotten all the same. ``others``
    says that vectors beside the products' will change, so that the store is prepared in any case.
    """
    _drop_left(work)
    made_with = work.meta.get("embedder", "")
    name = embedder.name if embedder else made_with
    if not name or (embedder is None and not vectors.exists(work.shop)):
        return Made(work.shop, None, name, 0)
    kept = _kept(work, at) if name == made_with else None
    have = kept or {}
    lengths: list[tuple[int, str, str]] = []
    now: dict[str, str] = {}
    for entry in work.entries():
        text = embedded_text(entry.product)
        now[entry.product.id] = hashed = text_hash(text)
        if embedder and have.get(entry.product.id) != hashed:
            lengths.append((len(text), hashed, entry.product.id))
    gone = [i for i, hashed in have.items() if now.get(i) != hashed]
    pages = _planned(work.place / PAGES, name, lengths, now) if embedder else []
    moves = _moves(work, at)
    if kept is not None and not (pages or gone or moves or others):
        return Made(work.shop, work.shop if embedder else None, name, 0)
    place = _prepared(work, name, at, {i: h for i, h in have.items() if now.get(i) == h}, gone)
    count = 0
    with Vectors(place, name, work.shop) as store, ThreadPoolExecutor(1) as writer:
        written: Future[None] | None = None
        for page, matrix, fresh in _matrices(work, embedder, pages, on_progress):
            count += len(page) if fresh else 0
            if written:
                written.result()
            # While the next page is computed.
            written = writer.submit(store.put, [i for i, _ in page], matrix, [h for _, h in page])
        if written:
            written.result()
    return Made(work.shop, place if embedder else None, name, count)


def _kept(work: Work, at: str | None) -> dict[str, str] | None:
    """Id -> hash of the text of the vectors that the shop has; None where it has none."""
    if not vectors.exists(work.shop):
        return None
    try:
        with Vectors(work.shop, work.meta["embedder"]) as store:
            return store.hashes()
    except vectors.LostError:
        return None
    except ShopError:
        # Who moves away from a server that is gone gets them made anew.
        if at is None:
            raise
        return None


def _moves(work: Work, at: str | None) -> bool:
    """Whether the vectors leave the place where they are."""
    if at is None:
        return False
    try:
        place = vectors.place_of(work.shop)
    except ShopError:
        return True
    return at != (place.url if place else "")


def _prepared(work: Work, name: str, at: str | None, have: Mapping[str, str], gone: Sequence[str]) -> Path:
    """The folder of a store, or of the note of a new collection on a server, with the vectors ``have`` of the shop."""
    moves = _moves(work, at)
    now = None if moves else vectors.place_of(work.shop)
    url = now.url if now else at or ""
    if url:
        fresh, place = Place.fresh(url), work.place / PAGES
        # Noted before it is made: what a killed import leaves on the server is found again.
        vectors.note(place, fresh)
        vectors.create(fresh, name, work.shop)
    else:
        place = work.place
    if have and not url and not moves:
        shutil.copytree(work.shop / vectors.FOLDER, place / vectors.FOLDER)
        with Vectors(place, name, work.shop) as store:
            store.delete(gone)
    elif have:
        with Vectors(work.shop, name) as old, Vectors(place, name, work.shop) as store:
            store.take(old, have)
    return place


def _drop_left(work: Work) -> None:
    """Deletes the collection that a killed import left on a server."""
    try:
        left, own = vectors.place_of(work.place / PAGES), vectors.place_of(work.shop)
        if left and not (own and own.collection == left.collection):
            vectors.release(left.url, left.collection, work.shop)
    except ShopError:
        # Nothing reads it: it may stay.
        pass
    (work.place / PAGES / vectors.SERVER).unlink(missing_ok=True)


def settle(work: Work) -> None:
    """Puts the store where the shop has it, or names the new collection, and throws away what the shop no longer needs.

    On a server the collection before this one stays until the next change: who has the shop open still asks it.
    """
    fresh, old = vectors.place_of(work.place / PAGES), None
    if fresh or (work.place / vectors.FOLDER).exists():
        with suppress(ShopError):
            old = vectors.place_of(work.shop)
    stays = old is not None and fresh is not None and old.url == fresh.url
    if fresh:
        vectors.note(work.shop, replace(fresh, previous=old.collection if old and stays else ""))
        shutil.rmtree(work.shop / vectors.FOLDER, ignore_errors=True)
    elif (work.place / vectors.FOLDER).exists():
        work.replace(vectors.FOLDER)
        (work.shop / vectors.SERVER).unlink(missing_ok=True)
    url, unneeded = (old.url, (old.previous, "" if stays else old.collection)) if old else ("", ())
    for collection in unneeded:
        # The shop is made: a server that is gone can keep what it has.
        with suppress(ShopError):
            vectors.release(url, collection, work.shop)
    shutil.rmtree(work.place / PAGES, ignore_errors=True)


def _planned(place: Path, name: str, wanted: list[tuple[int, str, str]], now: Mapping[str, str]) -> list[Page]:
    """The pages to be computed, written down; first those of a killed import that still hold, as they were."""
    missing = {i for _, _, i in wanted}
    kept = [
        page
        for page in _left(place, name)
        if all(now.get(i) == hashed for i, hashed in page) and any(i in missing for i, _ in page)
    ]
    done = {i for page in kept for i, _ in page}
    # Texts of one length together: the model works on a rectangle as long as its longest text.
    rest = sorted(row for row in wanted if row[2] not in done)
    pages = kept + [[(i, hashed) for _, hashed, i in rest[s : s + _PAGE]] for s in range(0, len(rest), _PAGE)]
    place.mkdir(parents=True, exist_ok=True)
    with (fresh := place / "plan.new").open("w", encoding="utf-8") as out:
        out.write(json.dumps(name) + "\n")
        out.writelines(json.dumps(page) + "\n" for page in pages)
    fresh.replace(place / "plan.jsonl")
    wanted_files = {_file(place, page) for page in pages}
    for left in place.glob("*.np*"):
        if left not in wanted_files:
            left.unlink()
    return pages


def _left(place: Path, name: str) -> list[Page]:
    """The pages that a killed import of the same model wrote down."""
    try:
        with (place / "plan.jsonl").open(encoding="utf-8") as lines:
            if json.loads(next(lines, "null")) != name:
                return []
            return [[(str(i), str(h)) for i, h in json.loads(line)] for line in lines]
    except (OSError, ValueError):
        return []


def _matrices(
    work: Work, embedder: Embedder | None, pages: list[Page], on_progress: Callable[[int, int], None] | None
) -> Iterator[tuple[Page, np.ndarray, bool]]:
    """Each page, its vectors, and whether they were computed now; those of a killed import are at hand."""
    import numpy as np

    total = sum(map(len, pages))
    done = 0
    for page in pages:
        assert embedder is not None
        file = _file(work.place / PAGES, page)
        fresh = not file.exists()
        if fresh:
            entries = work.entries_of([i for i, _ in page])
            matrix = embedder.encode([embedded_text(entries[i].product) for i, _ in page])
            # Under its name only when it is whole.
            with (half := file.with_suffix(".npy.new")).open("wb") as out:
                np.save(out, matrix)
            half.replace(file)
        else:
            matrix = np.load(file)
        done += len(page)
        yield page, matrix, fresh
        if on_progress:
            on_progress(done, total)


def _file(place: Path, page: Page) -> Path:
    """Where the vectors of a page lie, by what the page is."""
    return place / f"{hashlib.sha256(json.dumps(page).encode()).hexdigest()[:32]}.npy"
