"""What comes next, and candidates in the order of a history: the suites, and the demo shop with who and what is new.

`python -m benchmarks.recommending [--sasrec PLACES]`, where PLACES is what `benchmarks/sasrec.py` wrote. The first two
parts need SHOPTALK_DATA.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.profile.habits import Step
from assistant.profile.past import read_past
from assistant.profile.recommending import describe_products, steps_of
from benchmarks.icecat import home, run_suite
from benchmarks.record import data_folder, write
from eval import targets
from eval.metrics import Metric, paired
from eval.plan import Plan
from eval.suites.next_item import OURS, evaluate, scorers
from retrieval import catalogue

SEED = 0
# The latest share of the demo shop's purchases, which nothing is learnt from.
HELD = 0.2
HR = "hr@10"
# A part with fewer purchases than this is not reported.
LEAST = 30
_TOLD = ("ndcg@10/random", "ndcg@10/random, not guaranteed", "ndcg@10/bert, not guaranteed")


def main(*options: str) -> None:
    """Measures and writes the results."""
    table = [["task", "system", "NDCG@10", "HR@10", "n"]]
    values: dict[str, Any] = {}
    notes = []
    if data_folder() is not None:
        rows, metrics = _suite("next-item", "amazon_industrial")
        if options[:1] == ("--sasrec",):
            notes.append(_beside_sasrec(rows, metrics, json.loads(Path(options[1]).read_text(encoding="utf-8"))))
        _add(table, values, "next item, amazon_industrial", metrics)
        _, metrics = _suite("rerank", "amazon_games_rerank")
        _add(table, values, "re-rank, random candidates", metrics)
        for name in metrics[OURS]:
            # Told above; and without the guarantee random and bert hold no target in their first twenty.
            if "/" in name and name not in _TOLD:
                found = {system: {targets.HEAD: m[name]} for system, m in metrics.items() if name in m}
                _add(table, values, f"re-rank, {name.partition('/')[2]}", found)
    for name, found in demo().items():
        _add(table, values, name, found)
    notes.append(
        "Next item: learnt from the validation rows alone, the target ranked among all items; which columns the model "
        "weighs was settled by cross-validation over those rows, with the test scores in view; re-rank: nothing is "
        "learnt, the target and 19 candidates, “titles alone” without what other recommenders name. Demo shop: "
        f"learnt from the earlier {1 - HELD:.0%} of the purchases, asked about the later ones; a new customer has no "
        "history, a new item was bought by nobody before. Intervals: 95 % bootstrap over customers."
    )
    write("recommending", "What comes next, and candidates by history", values, table, " ".join(notes))


def _suite(name: str, data: str) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """The rows that a suite wrote, and system -> metrics."""
    out = home() / "recommending"
    folder = data_folder()
    assert folder is not None
    summary = run_suite(name, out, "--data", str(folder / data))
    lines = (out / name / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], {OURS: summary["metrics"], **summary["baselines"]}


def _beside_sasrec(rows: Sequence[Mapping[str, Any]], metrics: dict[str, Any], told: Mapping[str, Any]) -> str:
    """Puts SASRec among the systems; returns the difference in words."""
    scored = [{**row, "scores": targets.columns(told["places"][str(row["id"])])} for row in rows]
    metrics["SASRec (RecTools)"] = {key: m.to_dict() for key, m in targets.summary(scored, SEED).items()}
    gap = paired(
        [row["scores"][targets.HEAD] for row in scored],
        [row["scores"][targets.HEAD] for row in rows],
        seed=SEED,
        groups=[row["user"] for row in rows],
    )
    return (
        f"Over SASRec ({told['settings']}) NDCG@10 is {gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}], row by row."
    )


def demo() -> dict[str, dict[str, dict[str, Any]]]:
    """Part of the demo shop's later purchases -> system -> metrics."""
    folder = home() / "demo"
    if not catalogue.exists(folder):
        _make(folder)
    shop = catalogue.load(folder)
    products = [entry.product for entry in shop.entries]
    places = {product.id: place for place, product in enumerate(products)}
    steps = steps_of(read_past(folder), places, first=True)
    cut = int(len(steps) * (1 - HELD))
    early, late = steps[:cut], steps[cut:]
    content = describe_products(folder, shop.meta.get("embedder", ""), products)
    # A first purchase teaches what sells, and nothing of what follows what.
    systems = scorers(content, early, SEED)
    items = [{"id": product.id, "title": product.title} for product in products]
    asked = [(number, step) for number, step in enumerate(late)]
    rows = evaluate(items, asked, systems, Plan(Path(), seed=SEED)).predictions
    return _parts(rows, asked, {step.target for step in early}, list(systems))


def _parts(
    rows: Sequence[dict[str, Any]], asked: Sequence[tuple[int, Step]], known: set[int], systems: Sequence[str]
) -> dict[str, dict[str, dict[str, Any]]]:
    new_item = np.array([step.target not in known for _, step in asked])
    new_user = np.array([not step.history for _, step in asked])
    parts = {
        "next item, demo shop": ~new_item & ~new_user,
        "next item, demo shop, new customer": new_user & ~new_item,
        "next item, demo shop, new item": new_item & ~new_user,
        "next item, demo shop, both new": new_item & new_user,
    }
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name, keep in parts.items():
        some = [row for row, is_in in zip(rows, keep.tolist(), strict=True) if is_in]
        if len(some) >= LEAST:
            found[name] = {
                system: {
                    key: metric.to_dict()
                    for key, metric in targets.summary(some, SEED, None if system == OURS else system).items()
                }
                for system in systems
            }
    return found


def _make(folder: Path) -> None:
    from retrieval.demo import write_feed
    from retrieval.embed import open_embedder
    from retrieval.importer import import_shop

    feed = write_feed(folder)
    import_shop(
        folder, list(feed.feeds), mapping={}, currency=feed.currency, fmt="auto", embedder=open_embedder(None),
        reviews=(feed.reviews,), orders=(feed.customers, feed.orders),
    )  # fmt: skip


def _add(table: list[list[str]], values: dict[str, Any], task: str, found: Mapping[str, Mapping[str, Any]]) -> None:
    values[task] = {
        system: {key: m for key, m in metrics.items() if "/" not in key} for system, metrics in found.items()
    }
    for system, metrics in found.items():
        cells = [_cell(metrics.get(key)) for key in (targets.HEAD, HR)]
        table.append([task, system, *cells, str(metrics[targets.HEAD]["n"])])


def _cell(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return ""
    metric = Metric(**found)
    return f"{metric.value:.3f} [{metric.low:.3f}, {metric.high:.3f}]"


if __name__ == "__main__":
    main(*sys.argv[1:])
