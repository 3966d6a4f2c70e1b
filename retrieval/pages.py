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
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval import vectors
from retrieval.embed import Embedder
from retrieval.product import Product
from retrieval.vectors import Vectors
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

    def __init__(self, place: Path | None, embedder: str, count: int) -> None:
        # The folder that has or names the store: the shop's own where nothing changed or the store is on a server, the
        # import's where something did.
        self._place = place
        # Name of the model; "" for a shop without vectors.
        self.embedder = embedder
        # Vectors computed in this import.
        self.count = count

    @contextmanager
    def opened(self) -> Iterator[Callable[[Sequence[str]], np.ndarray] | None]:
        """From ids to float32 (n, dimension), zeros where an id has no vector; None where there are no vectors."""
        if self._place is None:
            yield None
            return
        with Vectors(self._place, self.embedder) as store:
            yield store.matrix


def make(work: Work, embedder: Embedder | None, on_progress: Callable[[int, int], None] | None) -> Made:
    """Computes the vectors that are missing, and prepares in ``work`` a store with those of the shop as it will be.

    A store on a server is brought up to date in place: searches of a shop that is open meanwhile read its own file.
    Without ``embedder`` none is computed; those of texts that changed or left are forgotten all the same.
    """
    made_with = work.meta.get("embedder", "")
    name = embedder.name if embedder else made_with
    if not name or (embedder is None and not vectors.exists(work.shop)):
        return Made(None, name, 0)
    keeps = name == made_with and vectors.exists(work.shop)
    have: dict[str, str] = {}
    if keeps:
        with Vectors(work.shop, name) as store:
            have = store.hashes()
    lengths: list[tuple[int, str, str]] = []
    now: dict[str, str] = {}
    for entry in work.entries():
        text = embedded_text(entry.product)
        now[entry.product.id] = hashed = text_hash(text)
        if embedder and have.get(entry.product.id) != hashed:
            lengths.append((len(text), hashed, entry.product.id))
    gone = [i for i, hashed in have.items() if now.get(i) != hashed]
    pages = _planned(work.place / PAGES, name, lengths, now) if embedder else []
    if not pages and not gone and keeps:
        return Made(work.shop if embedder else None, name, 0)
    place = work.shop if vectors.on_server(work.shop) else work.place
    if keeps and place == work.place:
        shutil.copytree(work.shop / vectors.FOLDER, work.place / vectors.FOLDER)
    count = 0
    with Vectors(place, name) as store, ThreadPoolExecutor(1) as writer:
        store.delete(gone)
        written: Future[None] | None = None
        for page, matrix, fresh in _matrices(work, embedder, pages, on_progress):
            count += len(page) if fresh else 0
            if written:
                written.result()
            # While the next page is computed.
            written = writer.submit(store.put, [i for i, _ in page], matrix, [h for _, h in page])
        if written:
            written.result()
    return Made(place if embedder else None, name, count)


def settle(work: Work, made: Made) -> None:
    """Puts the store where the shop has it, and throws away the pages and what other stores still hold of it."""
    if vectors.on_server(work.shop):
        shutil.rmtree(work.shop / vectors.FOLDER, ignore_errors=True)
        if made.embedder:
            with Vectors(work.shop, made.embedder) as store:
                store.forget_other_models()
    elif (work.place / vectors.FOLDER).exists():
        work.replace(vectors.FOLDER)
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
