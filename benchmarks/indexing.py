"""Products a second of a whole import, beside the bare encoder on the same texts.

`python -m benchmarks.indexing [--products N] [--rounds N]`
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.icecat import catalogue
from benchmarks.record import cores, write
from retrieval.embed import SentenceEmbedder, open_embedder
from retrieval.feeds import Refused, read_products
from retrieval.importer import import_shop
from retrieval.pages import embedded_text

PRODUCTS, ROUNDS = 4_000, 3
GOAL = 0.9


def feed_of(folder: Path, products: int) -> Path:
    """The first so many products of the real catalogue as a feed."""
    with gzip.open(catalogue() / "products.jsonl.gz", "rt", encoding="utf-8") as lines:
        (folder / "feed.jsonl").write_text("".join(islice(lines, products)), encoding="utf-8")
    return folder / "feed.jsonl"


def bare(folder: Path, dtype: str) -> Any:
    """The model as sentence-transformers opens it; ``dtype`` is float32, or bfloat16 as ours computes where it can."""
    import torch
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": getattr(torch, dtype)}
    )


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main(*options: str) -> None:
    """Measures and writes the results."""
    given = dict(zip(options[::2], map(int, options[1::2]), strict=True))
    rounds = given.get("--rounds", ROUNDS)
    embedder = open_embedder()
    assert isinstance(embedder, SentenceEmbedder)
    with tempfile.TemporaryDirectory(prefix="shoptalk-indexing-") as name:
        folder = Path(name)
        feed = feed_of(folder, given.get("--products", PRODUCTS))
        products = [row for _, row in read_products(feed) if not isinstance(row, Refused)]
        texts = sorted(map(embedded_text, products), key=len)
        peers = {dtype: bare(embedder.folder, dtype) for dtype in ("float32", "bfloat16")}
        # Everything is loaded and warm before the first measurement.
        for warm in (embedder.encode, *(peer.encode for peer in peers.values())):
            warm(texts[:200])
        runs: dict[str, list[float]] = {"import": [], "our encoder": [], **{f"bare, {d}": [] for d in peers}}
        for number in range(rounds):
            for dtype, peer in peers.items():
                runs[f"bare, {dtype}"].append(seconds(lambda peer=peer: peer.encode(texts, batch_size=32)))  # type: ignore[misc]
            runs["our encoder"].append(seconds(lambda: embedder.encode(texts)))
            shop = folder / f"shop{number}"
            runs["import"].append(seconds(lambda shop=shop: import_shop(shop, [feed], embedder=embedder)))  # type: ignore[misc]
            again = import_shop(shop, [feed], embedder=embedder)
            assert (again.embedded, again.unchanged) == (0, len(products))
            print(f"indexing: {number + 1}/{rounds}", {k: round(v[-1], 1) for k, v in runs.items()}, file=sys.stderr)
    report(runs, len(products))


def ratios(runs: dict[str, list[float]], what: str, peer: str) -> list[float]:
    """Speed of ``what`` over that of ``peer``, round by round."""
    return [other / own for own, other in zip(runs[what], runs[peer], strict=True)]


def report(runs: dict[str, list[float]], products: int) -> None:
    """Writes what came of the rounds."""
    peers = [name for name in runs if name.startswith("bare")]
    fastest = min(peers, key=lambda name: statistics.median(runs[name]))
    table = [["what", "products a second", f"of the {fastest} encoder", "goal"]]
    for name, took in runs.items():
        share = ratios(runs, name, fastest)
        goal = f"at least {GOAL}" if name == "import" else ""
        table.append([name, f"{products / statistics.median(took):,.0f}", _spread(share), goal])
    note = (
        f"{products:,} products of the real catalogue, {len(next(iter(runs.values())))} rounds of everything one after "
        "the other; medians, and in brackets the least and the greatest ratio of a round. **import** is a whole first "
        "import (reading, embedding, types, vocabulary, BM25, Chroma, SQLite) with the model loaded; **bare** is "
        "`SentenceTransformer.encode(texts, batch_size=32)` on the same texts, sorted by length, on all "
        f"{cores()} cores. A second import of the same feed embedded nothing, in every round."
    )
    write("indexing", "Indexing speed", {"products": products, "seconds": runs, "peer": fastest}, table, note)


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} – {max(values):.2f})"


if __name__ == "__main__":
    main(*sys.argv[1:])
