"""ShoppingBench's requests read as slots: price bounds exact, and the words of the attributes that were meant."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval import report
from eval.metrics import Metric, resampled
from eval.phrases import words
from eval.plan import Outcome, Plan, lines, need
from eval.readers import SYSTEMS, reader

FILES = ("product", "shop", "voucher")
MEANING = {
    "price": "share of requests with both price bounds right: those for one product, and those with a budget",
    "attributes_f1": "F1 of the words of the meant attributes and options among the words of the properties read",
    "attributes_precision": "share of the words read that were meant",
    "attributes_recall": "share of the words meant that were read",
    "gain/attributes_f1": "attributes_f1 less that of the rules alone, on the same requests",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request with its constraints, and what each system read."""

    id: str
    # (low, high); None for a request over several products without a budget of its own.
    bounds: tuple[float | None, float | None] | None
    meant: frozenset[str]
    readings: Mapping[str, Mapping[str, Any]]


def run(plan: Plan) -> Outcome:
    """Reads every request three ways and scores the slots."""
    from assistant.models import open_llm

    assert plan.data is not None
    rows = [(f, json.loads(line)) for f in FILES for _, line in lines(need(plan.data, f"{f}.jsonl"))]
    read = reader(open_llm(plan.model, adapter=plan.adapter, home=plan.home))
    found = []
    for done, (kind, row) in enumerate(rows, start=1):
        found.append(
            Request(str(row["id"]), bounds(kind, row), meant(row), read({"id": row["id"], "text": row["query"]}))
        )
        plan.on_progress(done, len(rows), "requests")
    metrics = {name: measured(found, name, plan.seed) for name in SYSTEMS}
    for name in ("both", "model"):
        metrics[name]["gain/attributes_f1"] = gain(found, name, "rules", plan.seed)
    return Outcome(
        predictions=[
            {"id": r.id, "readings": {n: dict(x) for n, x in r.readings.items()}, "scores": _scores(r)} for r in found
        ],
        metrics=metrics["both"],
        baselines={name: metrics[name] for name in SYSTEMS[1:]},
        model=f"{plan.model} {plan.adapter or ''}".strip(),
        lead=f"{len(found)} requests; a constraint's wording can differ from its value, which costs recall.",
        sections=[
            ("Scores", report.metric_table(metrics["both"], MEANING)),
            ("By rules, by the model, by both", report.comparison_table(list(MEANING), metrics)),
        ],
    )


def bounds(kind: str, row: Mapping[str, Any]) -> tuple[float | None, float | None] | None:
    """The price bounds that a reading should have; None where a request has several, one a product."""
    if kind == "voucher":
        return None, float(row["voucher"]["budget"])
    if kind != "product":
        return None
    price = row["items"][0]["price"]
    return (price[0]["low"], price[0]["high"]) if price else (None, None)


def meant(row: Mapping[str, Any]) -> frozenset[str]:
    """The words of every attribute and option of every product asked for."""
    groups = [group for item in row["items"] for group in (item["attributes"], item["sku_options"])]
    return frozenset(w for group in groups for values in group.values() for value in values for w in words(str(value)))


def measured(rows: Sequence[Request], system: str, seed: int) -> dict[str, Metric]:
    """Every metric of one system, with its interval over requests."""
    priced = [r for r in rows if r.bounds is not None]
    named = [r for r in rows if r.meant]
    found = {
        "price": resampled(
            len(priced), lambda picked: sum(_price(priced[i], system) for i in picked) / len(picked), seed=seed
        )
    }
    for part in ("f1", "precision", "recall"):
        found[f"attributes_{part}"] = resampled(len(named), _words_measure(named, system, part), seed=seed)
    return found


def gain(rows: Sequence[Request], system: str, other: str, seed: int) -> Metric:
    """``attributes_f1`` of one system less another's, with the interval of the paired difference over requests."""
    named = [r for r in rows if r.meant]
    ours, theirs = (_words_measure(named, name, "f1") for name in (system, other))
    return resampled(len(named), lambda picked: ours(picked) - theirs(picked), seed=seed)


def _words_measure(rows: Sequence[Request], system: str, part: str) -> Callable[[Sequence[int]], float]:
    counts = []
    for r in rows:
        read = _read(r, system)
        counts.append((len(read & r.meant), len(read), len(r.meant)))

    def statistic(picked: Sequence[int]) -> float:
        hits, given, wanted = (sum(counts[i][k] for i in picked) for k in range(3))
        below = {"f1": (wanted + given) / 2, "precision": given, "recall": wanted}[part]
        return hits / below if below else 1.0

    return statistic


def _read(r: Request, system: str) -> frozenset[str]:
    value = r.readings[system].get("features")
    return frozenset(w for phrase in value for w in words(str(phrase))) if isinstance(value, list) else frozenset()


def _price(r: Request, system: str) -> bool:
    read = r.readings[system]
    return r.bounds == tuple(
        float(v) if isinstance(v := read.get(s), int | float) else None for s in ("price_min", "price_max")
    )


def _scores(r: Request) -> dict[str, float]:
    scores = {} if r.bounds is None else {"price": float(_price(r, "both"))}
    if r.meant:
        scores["attributes_f1"] = _words_measure([r], "both", "f1")([0])
    return scores
