"""How well the shelf ranks: 60 judged queries over the 19,406-product catalogue, beside its two halves alone.

`python -m benchmarks.search`
"""

from __future__ import annotations

import sys

from benchmarks.icecat import evaluate, row
from benchmarks.record import write


def main(*options: str) -> None:
    """Measures and writes the results."""
    found = evaluate("search", *options)
    table = [["system", "metric", "value", "95 % interval", "items"]]
    for system, metrics in {"shoptalk": found["metrics"], **found["baselines"]}.items():
        table += [[system, *row(name, metric)] for name, metric in metrics.items()]
    note = (
        f"Embedding model `{found['model']}`. Queries without any product judged relevant cannot be scored and are "
        "left out. `ndcg@10` counts what nobody judged as wrong, `ndcg@10_judged` takes it out of the list first; "
        "`judged@10` says how much of the first ten was judged at all. Intervals: bootstrap over queries. "
        "The few constants of the ranking (BM25's parameters, the share of each half) were chosen with these queries "
        "in view, so expect somewhat less from other queries; chance is the judged products in random order."
    )
    write("search", "Search over a real catalogue", found, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
