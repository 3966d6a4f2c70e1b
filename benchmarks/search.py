"""How well the shelf ranks: 60 judged queries over the 19,406-product catalogue, beside simpler rankings.

`python -m benchmarks.search`
"""

from __future__ import annotations

import sys

from benchmarks.icecat import evaluate, row
from benchmarks.record import write

# With unjudged products as wrong, and among the judged ones alone.
GOALS = {"ndcg@10": 0.87, "ndcg@10_judged": 0.95}


def main(*options: str) -> None:
    """Measures and writes the results."""
    found = evaluate("search", *options)
    table = [["system", "metric", "value", "95 % interval", "items"]]
    for system, metrics in {"shoptalk": found["metrics"], **found["baselines"]}.items():
        table += [[system, *row(name, metric)] for name, metric in metrics.items()]
    for metric, goal in GOALS.items():
        reached = found["metrics"][metric]["value"]
        print(f"benchmarks: {metric} {reached:.3f}, goal {goal}: {'met' if reached >= goal else 'MISSED'}")
    note = (
        f"Embedding model `{found['model']}`. Queries without any product judged relevant cannot be scored and are "
        "left out. `ndcg@10` counts what nobody judged as wrong, `ndcg@10_judged` takes it out of the list first; "
        "`judged@10` says how much of the first ten was judged at all. A product gains 2^grade - 1. Intervals: "
        "bootstrap over queries. The ranker is cross-validated: each query is ranked by weights that were learned "
        "without it and without every query that shares a word with it (docs/ranker.md). Its features, the parameters "
        "of BM25 and the share of each half in `weighted` were chosen with these queries in view, so expect somewhat "
        "less from others. `bm25` is over titles (twice), descriptions, brands and, at a tenth, attributes; `rrf` and "
        "`weighted` join it with `dense`; `chance` is the judged products in random order. "
        f"Goals: {', '.join(f'`{name}` at least {goal}' for name, goal in GOALS.items())}."
    )
    write("search", "Search over a real catalogue", found, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
