"""What `finetune embed` is worth: nDCG@10 before and after, on the catalogue it learnt from and on goods it never saw.

`python -m benchmarks.embedder`

Three models rank by their vectors alone: the base, one that learnt from the icecat shop's own products, and one that
learnt from rated pairs of homedepot's training queries. No query of either test set is in any training. What was
trained or embedded is kept under SHOPTALK_HOME, so that a run that was stopped goes on.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.homedepot import SEED, TEST, read_pairs
from benchmarks.icecat import catalogue, home, shop
from benchmarks.record import write
from eval.metrics import mean, ndcg, paired
from retrieval.jsonlines import open_text, read_rows

# Query -> text -> grade.
Judged = dict[str, dict[str, float]]
# Settings of the two trainings, so short that each takes minutes; nothing was tuned on the test queries.
SHOP = {"queries": 3500, "steps": 100}
PAIRS = {"learning_rate": 5e-5, "steps": 120}
# Rated so much less than the right title of the same query, a title is a wrong one.
APART, RIGHT, MOST = 0.67, 2.67, 12_000


def main() -> None:
    """Trains what is missing, measures and writes the results."""
    tests = {"icecat": judged_icecat(), "homedepot": judged_homedepot("test")}
    queries = home() / "embedder" / "held_out.jsonl"
    queries.parent.mkdir(parents=True, exist_ok=True)
    queries.write_text("".join(json.dumps({"text": q}) + "\n" for judged in tests.values() for q in judged))
    names = {
        "base": None,
        "learnt from the icecat shop": trained("shop", {"shop": shop()[0], **SHOP}, queries),
        "learnt from homedepot's pairs": trained("pairs", {"pairs": homedepot_pairs(), **PAIRS}, queries),
    }
    table = [["model", "icecat", "less the base", "homedepot", "less the base"]]
    values: dict[str, Any] = {}
    base: dict[str, list[float]] = {}
    for name, folder in names.items():
        row = [name]
        for test, judged in tests.items():
            scores = ndcgs(folder, judged)
            base.setdefault(test, scores)
            found, less = mean(scores, seed=0), paired(base[test], scores, seed=0)
            values.setdefault(name, {})[test] = {"ndcg@10": found.to_dict(), "less": asdict(less)}
            row += [f"{found.value:.4f} [{found.low:.4f}, {found.high:.4f}]"]
            row += [f"{less.value:+.4f} [{less.low:+.4f}, {less.high:+.4f}]" if folder else "–"]
        table.append(row)
    note = (
        f"nDCG@10 of judged products by the cosine of the vectors: {len(tests['icecat'])} queries of icecat with a "
        f"relevant product, {len(tests['homedepot']):,} queries of homedepot (30 %, the others teach) with two rated "
        "titles or more. 95 % bootstrap intervals over queries, differences paired by query."
    )
    write("embedder", "An embedder that knows a shop", values, table, note)


def trained(name: str, given: Mapping[str, object], held_out: Path) -> Path:
    """The folder of a run of the recipe, trained or gone on with where it is not finished."""
    from finetune.embed import SHIPPED, EmbedSettings, train
    from finetune.settings import load

    tag = hashlib.sha256(json.dumps(given, default=str, sort_keys=True).encode()).hexdigest()[:8]
    out = home() / "embedder" / f"{name}-{tag}"
    if not (out / "modules.json").is_file():
        begun = any(out.glob("checkpoints/*"))
        pairs = {**given, "out": out, "held_out": f"[{held_out}]", "resume": str(begun).lower()}
        train(load(EmbedSettings, SHIPPED, None, [f"{key}={value}" for key, value in pairs.items()]))
    return out


def judged_icecat() -> Judged:
    """Queries with a product judged above 0, by the texts that an import embeds."""
    from retrieval.pages import embedded_text
    from retrieval.product import Product

    texts = {
        str(row["id"]): embedded_text(Product(str(row["id"]), row["title"], row["description"] or ""))
        for row in read_rows(catalogue() / "products.jsonl.gz")
    }
    asked = {str(row["id"]): row["text"] for row in read_rows(catalogue() / "queries.jsonl")}
    found: Judged = defaultdict(dict)
    with open_text(catalogue() / "qrels.tsv") as file:
        for line in list(file)[1:]:
            query, product, grade = line.split("\t")[:3]
            found[asked[query]][texts[product]] = float(grade)
    return {query: grades for query, grades in found.items() if any(grades.values())}


def judged_homedepot(part: str) -> Judged:
    """Queries with two rated titles or more, "test", or of the others a fifth as "dev" and the rest as "train"."""
    pairs = read_pairs()
    queries = sorted({pair.query for pair in pairs})
    test = set(random.Random(SEED).sample(queries, int(TEST * len(queries))))
    rest = [query for query in queries if query not in test]
    dev = set(random.Random(SEED + 1).sample(rest, len(rest) // 5))
    chosen = {"test": test, "dev": dev, "train": set(rest) - dev}[part]
    found: Judged = defaultdict(dict)
    for pair in pairs:
        if pair.query in chosen:
            found[pair.query][pair.title] = pair.relevance - 1
    return {query: grades for query, grades in found.items() if len(grades) > 1}


def homedepot_pairs() -> Path:
    """Training queries with a title rated well, and the titles of the same query that are rated worse."""
    file = home() / "embedder" / "homedepot_pairs.jsonl"
    rows = []
    for query, grades in judged_homedepot("train").items():
        for title, grade in grades.items():
            wrong = [other for other, less in grades.items() if less <= grade - APART]
            if grade >= RIGHT - 1 and wrong:
                rows.append({"query": query, "text": title, "wrong": wrong})
    random.Random(SEED).shuffle(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows[:MOST]), encoding="utf-8")
    return file


def ndcgs(folder: Path | None, judged: Judged) -> list[float]:
    """nDCG@10 of each query, its judged texts ordered by cosine; queries of which nothing is relevant are left out."""
    vectors = encoded(folder, [*judged, *(text for grades in judged.values() for text in grades)])
    values = []
    for query, grades in judged.items():
        scores = {text: float(vectors[query] @ vectors[text]) for text in grades}
        values.append(ndcg(sorted(scores, key=lambda text: (-scores[text], text)), grades))
    return [value for value in values if not math.isnan(value)]


def encoded(folder: Path | None, texts: Sequence[str]) -> dict[str, np.ndarray]:
    """Each text's vector by the model in ``folder``, the default one for None; kept beside the model."""
    from retrieval.embed import open_embedder

    each = sorted(set(texts))
    tag = hashlib.sha256("\n".join(each).encode()).hexdigest()[:12]
    kept = (folder or home() / "embedder") / f"vectors-{tag}.npy"
    if not kept.is_file():
        np.save(kept, open_embedder(None if folder is None else str(folder)).encode(each))
    return dict(zip(each, np.load(kept), strict=True))


if __name__ == "__main__":
    main()
