"""How search grows with the shop: 10,000, 100,000 and 1,000,000 made-up products, each in a process of its own.

`python -m benchmarks.growth [SIZE...]`
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import synthetic
from benchmarks.icecat import home
from benchmarks.record import write
from eval.metrics import quantile
from retrieval import catalogue, derived
from retrieval.catalogue import Catalogue, Entry
from retrieval.product import Kind
from retrieval.query import Filters, Query
from retrieval.search import Shelf
from retrieval.vectors import Vectors
from retrieval.vocabulary import Vocabulary

SIZES = (10_000, 100_000, 1_000_000)
QUERIES = 100
GOAL = 3.0
_PAGE = 4_000


class Embedder:
    """Made-up vectors for made-up products; a query is read by the real model, and then looks where its product lies.

    So a search pays for the encoding of its text as a real one does.
    """

    def __init__(self, matrix: np.ndarray) -> None:
        from retrieval.embed import open_embedder

        self.name = "synthetic"
        self.dimension = synthetic.DIMENSION
        self._real = open_embedder()
        self._near = synthetic.near(matrix, 1_000, seed=3)
        self._next = 0

    def encode(self, texts: Any) -> np.ndarray:
        """float32 of shape (len(texts), 384)."""
        self._real.encode(texts)
        self._next += 1
        return self._near[[self._next % len(self._near)] * len(texts)]


def build(folder: Path, size: int) -> dict[str, float]:
    """A shop of ``size`` products with its vectors in Chroma; seconds of each step."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    products = list(synthetic.products(size))
    kinds = {p.id: Kind(p.category, "feed", 1.0) for p in products}
    matrix = synthetic.vectors(size, np.array([synthetic.KINDS.index(p.category) for p in products]))
    np.save(folder / "made-up.npy", matrix)
    seconds["making them up"] = time.perf_counter() - started
    started = time.perf_counter()
    entries = tuple(Entry.of(p, "synthetic") for p in products)
    vocabulary = json.dumps(Vocabulary.build(products, kinds).to_dict())
    meta = {"embedder": "synthetic", "generation": str(size), "vocabulary": vocabulary, "currency": "USD"}
    shop = Catalogue(entries, kinds, meta)
    catalogue.save(folder, shop, ())
    seconds["rows and vocabulary"] = time.perf_counter() - started
    started = time.perf_counter()
    derived.build_lexical(shop).save(folder, derived.stamp(shop))
    seconds["word index"] = time.perf_counter() - started
    started = time.perf_counter()
    with Vectors(folder, "synthetic") as store:
        for start in range(0, size, _PAGE):
            ids = [p.id for p in products[start : start + _PAGE]]
            store.put(ids, matrix[start : start + _PAGE], ["-"] * len(ids))
    seconds["Chroma"] = time.perf_counter() - started
    return seconds


def search(folder: Path) -> dict[str, Any]:
    """Opens the shop and times its searches, encoding included; milliseconds and the process's memory."""
    embedder = Embedder(np.load(folder / "made-up.npy", mmap_mode="r"))
    embedder.encode(["warm"])
    before = _resident()
    started = time.perf_counter()
    shelf = Shelf.open(folder, embedder=embedder)
    opening = time.perf_counter() - started
    started = time.perf_counter()
    shelf.warm()
    warming = time.perf_counter() - started
    rng = random.Random(5)
    times: dict[str, list[float]] = {"unfiltered": [], "filtered": [], "encoding alone": []}
    for _ in range(QUERIES):
        text = f"{rng.choice(synthetic.COLOURS)} {rng.choice(synthetic.KINDS)} {rng.choice(synthetic.BRANDS)}"
        kind, bound = rng.choice(synthetic.KINDS), rng.randint(5_000, 20_000)
        for name, filters in (("unfiltered", Filters()), ("filtered", Filters(kinds=(kind,), price_max=bound))):
            started = time.perf_counter()
            hits = shelf.search(Query(text, 10, filters))
            times[name].append((time.perf_counter() - started) * 1000)
            assert len(hits) == 10
        started = time.perf_counter()
        embedder.encode([text])
        times["encoding alone"].append((time.perf_counter() - started) * 1000)
    return {
        "open_seconds": opening,
        "warm_seconds": warming,
        "resident_mb": _resident() - before,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "disk_mb": sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and f.name != "made-up.npy") / 1e6,
        **{f"{name} p50": quantile(values, 0.5, seed=0).to_dict() for name, values in times.items()},
        **{f"{name} p95": quantile(values, 0.95, seed=0).to_dict() for name, values in times.items()},
    }


def _resident() -> float:
    """Megabytes of this process, mapped files that are in memory included."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _in_a_process(step: str, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.growth", f"--{step}", str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(*sizes: str) -> None:
    """Measures and writes the results."""
    if sizes and sizes[0].startswith("--"):
        step, size = sizes
        folder = home() / f"growth-{size}"
        print(json.dumps(build(folder, int(size)) if step == "--build" else search(folder)))
        return
    found: dict[str, Any] = {}
    table = [["products", "unfiltered p50 / p95 ms", "filtered p50 / p95 ms", "encoding p50 ms", "memory MB", "opening s", "build s"]]  # fmt: skip
    for size in map(int, sizes or map(str, SIZES)):
        print(f"benchmarks: {size:,} products", file=sys.stderr)
        row = {"build_seconds": _in_a_process("build", size), **_in_a_process("search", size)}
        shutil.rmtree(home() / f"growth-{size}")
        found[str(size)] = row
        table.append(
            [
                f"{size:,}",
                f"{row['unfiltered p50']['value']:.1f} / {row['unfiltered p95']['value']:.1f}",
                f"{row['filtered p50']['value']:.1f} / {row['filtered p95']['value']:.1f}",
                f"{row['encoding alone p50']['value']:.1f}",
                f"{row['resident_mb']:,.0f}",
                f"{row['open_seconds'] + row['warm_seconds']:.1f}",
                f"{sum(row['build_seconds'].values()) - row['build_seconds']['making them up']:,.0f}",
            ]
        )
    first, last = list(found)[0], list(found)[-1]
    grown = found[last]["unfiltered p50"]["value"] / found[first]["unfiltered p50"]["value"]
    note = (
        f"Made-up products with 384-dimensional vectors in clusters; {QUERIES} searches a row for ten products, the query "
        "encoded by the real model each time. Filtered: one type of 40 and a price. Memory: what opening and searching "
        "the shop added to the process, mapped files included. Building: rows, vocabulary, word index and Chroma's index. "
        f"From {int(first):,} to {int(last):,} products the unfiltered p50 grows {grown:.2f} times; goal: less than {GOAL:g}."
    )
    write("growth", "Growth of a shop", {"grown": grown, "sizes": found}, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
