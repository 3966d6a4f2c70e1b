"""How long the demo shop takes to make, whether two runs give equal bytes, and what importing it costs.

`python -m benchmarks.demo_shop [--no-import]`
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.record import write

LIMIT = 60.0
_GENERATE = """
import json, os, sys, time
from pathlib import Path
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
started, cpu = time.perf_counter(), time.process_time()
from retrieval.demo import write_feed
feed = write_feed(Path(sys.argv[1]))
print(json.dumps({"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu,
                  "products": feed.product_count, "reviews": feed.review_count}))
"""


def generated(folder: Path, hash_seed: int) -> dict[str, Any]:
    """The demo shop written into ``folder`` by a process of its own on one core, with its seconds."""
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    command = [sys.executable, "-c", _GENERATE, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def digest(folder: Path) -> str:
    """One checksum of every file's name and content."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            found.update(f"{file.relative_to(folder).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return found.hexdigest()


def imported(folder: Path, shop: Path) -> dict[str, Any]:
    """The import of the feed in ``folder``, beside the bare embedding model on the same texts in the same process."""
    from retrieval.embed import open_embedder
    from retrieval.feeds import read_products
    from retrieval.importer import import_shop
    from retrieval.pages import embedded_text
    from retrieval.product import Product

    texts = [embedded_text(row) for _, row in read_products(folder / "products.jsonl") if isinstance(row, Product)]
    embedder = open_embedder(None)
    embedder.encode(texts[:8])
    started = time.perf_counter()
    embedder.encode(sorted(texts, key=len))
    bare = time.perf_counter() - started
    started = time.perf_counter()
    report = import_shop(
        shop, [folder / "products.jsonl"], currency="USD", embedder=embedder, reviews=[folder / "reviews.jsonl"]
    )
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "encoder_alone_seconds": bare,
        "ratio": seconds / bare,
        "products": report.products,
        "reviews": report.reviews,
        "refused": len(report.refused),
    }


def main() -> None:
    """Measures and writes the results."""
    with tempfile.TemporaryDirectory() as place:
        first, second = Path(place, "first"), Path(place, "second")
        runs = [generated(first, 1), generated(second, 2)]
        equal = digest(first) == digest(second)
        taken = {} if "--no-import" in sys.argv else imported(first, Path(place, "shop"))
    slowest = max(run["seconds"] for run in runs)
    table = [
        ["what", "measured", "goal"],
        ["products, reviews", f"{runs[0]['products']:,}, {runs[0]['reviews']:,}", "1,200, 12,000"],
        ["generation on one core, slower of two", f"{slowest:.1f} s", f"under {LIMIT:.0f} s"],
        ["two runs, hash seeds 1 and 2", "equal bytes" if equal else "DIFFERENT BYTES", "equal"],
    ]
    if taken:
        table += [
            ["import with embedding", f"{taken['seconds']:.1f} s, {taken['refused']} rows refused", "reported"],
            ["the same against the bare encoder on the same texts", f"{taken['ratio']:.2f} times", "reported"],
        ]
    note = "Wall time. The first start of `make demo` makes the shop and imports it; later ones find it there."
    write("demo_shop", "The demo shop", {"generation": runs, "equal": equal, "import": taken}, table, note)


if __name__ == "__main__":
    main()
