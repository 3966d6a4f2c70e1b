"""How search grows with the shop: 10,000, 100,000 and 1,000,000 made-up products, each in processes of its own.

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

from benchmarks import synthetic
from benchmarks.icecat import home
from benchmarks.record import write
from eval.metrics import quantile
from retrieval.importer import import_shop
from retrieval.query import Filters, Query
from retrieval.search import Shelf

SIZES = (10_000, 100_000, 1_000_000)
QUERIES = 100
GOAL = 3.0
# What a finished import took, beside the shop: the largest one takes long enough to be made ahead (`--build SIZE`).
BUILT = "built.json"


def build(folder: Path, size: int) -> dict[str, float]:
    """Imports a shop of ``size`` products, their vectors made up; seconds and the greatest memory."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    synthetic.write_feed(folder / "feed.jsonl", size)
    started = time.perf_counter()
    import_shop(folder / "shop", [folder / "feed.jsonl"], embedder=synthetic.Embedder())
    taken = {"seconds": time.perf_counter() - started, "peak_mb": _peak()}
    (folder / BUILT).write_text(json.dumps(taken), encoding="ascii")
    return taken


def search(folder: Path) -> dict[str, Any]:
    """Opens the shop and times its searches, encoding included; milliseconds, and the process's memory."""
    from retrieval.embed import open_embedder

    embedder = synthetic.Embedder(open_embedder())
    embedder.encode(["warm"])
    before = _resident()
    started = time.perf_counter()
    shelf = Shelf.open(folder / "shop", embedder=embedder)
    shelf.warm()
    opening = time.perf_counter() - started
    rng = random.Random(5)
    times: dict[str, list[float]] = {"unfiltered": [], "filtered": [], "encoding": []}
    for _ in range(QUERIES):
        text = f"{rng.choice(synthetic.COLOURS)} {rng.choice(synthetic.KINDS)} {rng.choice(synthetic.BRANDS)}"
        narrow = Filters(kinds=(rng.choice(synthetic.KINDS),), price_max=rng.randint(5_000, 20_000))
        for name, filters in (("unfiltered", Filters()), ("filtered", narrow)):
            started = time.perf_counter()
            hits = shelf.search(Query(text, 10, filters))
            times[name].append((time.perf_counter() - started) * 1000)
            if len(hits) != 10:
                raise SystemExit(f"benchmarks: {text!r} found {len(hits)} products")
        started = time.perf_counter()
        embedder.encode([text])
        times["encoding"].append((time.perf_counter() - started) * 1000)
    return {
        "open_seconds": opening,
        "resident_mb": _resident() - before,
        "peak_mb": _peak(),
        "disk_mb": sum(f.stat().st_size for f in (folder / "shop").rglob("*") if f.is_file()) / 1e6,
        **{f"{name}_p50": quantile(values, 0.5, seed=0).to_dict() for name, values in times.items()},
        **{f"{name}_p95": quantile(values, 0.95, seed=0).to_dict() for name, values in times.items()},
    }


def _resident() -> float:
    """Megabytes of this process, mapped files that are in memory included."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _in_a_process(step: str, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.growth", f"--{step}", str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(*sizes: str) -> None:
    """Measures and writes the results."""
    if sizes and sizes[0].startswith("--"):
        step, of = sizes
        folder = home() / f"growth-{of}"
        print(json.dumps(build(folder, int(of)) if step == "--build" else search(folder)))
        return
    found: dict[str, Any] = {}
    head = ["products", "unfiltered p50 / p95 ms", "filtered p50 / p95 ms", "encoding p50 ms", "memory MB", "opening s"]
    table = [[*head, "import s", "on disk MB"]]
    for size in map(int, sizes or map(str, SIZES)):
        print(f"benchmarks: {size:,} products", file=sys.stderr)
        built = home() / f"growth-{size}" / BUILT
        taken = json.loads(built.read_text("ascii")) if built.is_file() else _in_a_process("build", size)
        row: dict[str, Any] = {"import": taken, **_in_a_process("search", size)}
        shutil.rmtree(home() / f"growth-{size}")
        found[str(size)] = row
        times = [f"{row[f'{n}_p50']['value']:.1f} / {row[f'{n}_p95']['value']:.1f}" for n in ("unfiltered", "filtered")]
        sizes_of = [f"{row['resident_mb']:,.0f}", f"{row['open_seconds']:.1f}", f"{row['import']['seconds']:,.0f}"]
        encoding = f"{row['encoding_p50']['value']:.1f}"
        table.append([f"{size:,}", *times, encoding, *sizes_of, f"{row['disk_mb']:,.0f}"])
    first, last = next(iter(found)), list(found)[-1]
    grown = found[last]["unfiltered_p50"]["value"] / found[first]["unfiltered_p50"]["value"]
    note = (
        f"Made-up products with made-up 384-dimensional vectors in clusters; {QUERIES} searches a row for ten "
        "products, each query encoded by the real model. Filtered: one type of 40 and a price. Memory: what opening "
        "and searching the shop added to the process, mapped files included. Import: all of it but the encoding of the "
        "products, whose vectors are made up. "
        f"From {int(first):,} to {int(last):,} products the unfiltered p50 grows "
        f"{grown:.2f} times; goal: less than {GOAL:g} from 10,000 to 1,000,000."
    )
    write("growth", "Growth of a shop", {"grown": grown, "sizes": found}, table, note)
    if grown >= GOAL:
        print(f"benchmarks: the unfiltered p50 grows {grown:.2f} times, goal {GOAL:g} MISSED", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
