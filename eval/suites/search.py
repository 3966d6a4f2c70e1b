"""Does the shelf rank what people judged relevant above the rest? The shop's search beside simpler rankings.

Where the shop's ranker learned from a query, that query is ranked by weights that did not (``Shelf.unaware``).

Data: ``queries.jsonl`` (``{"id","text"}``, also ``query_id``, ``query``), ``qrels.tsv`` (a header line, then query id,
product id, grade; above 0 is relevant) and ``products.jsonl``, any of them ``.gz``.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import baselines, report
from eval.metrics import Metric, judged_only, mean, ndcg, paired, recall, reciprocal_rank
from eval.plan import EvalError, Outcome, Plan, lines, need, scored
from eval.shop import open_or_build, shop_hash
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    from retrieval.search import Shelf

# (query text, how many) -> product ids, best first.
Ranker = Callable[[str, int], list[str]]
Qrels = Mapping[str, Mapping[str, float]]

# How deep each ranking goes: deep enough that the judged-only list is not cut short.
DEPTH = 1000
MEANING = {
    "ndcg@10": "order of the first ten against the judges' grades, a product gaining 2^grade - 1; a product that "
    "nobody judged counts as wrong",
    "ndcg@10_judged": "the same with every product that nobody judged taken out of the list first",
    "recall@100": "share of the products judged relevant that are among the first hundred",
    "mrr": "one over the rank of the first relevant product",
    "judged@10": "share of the first ten that anybody judged: how much of ndcg@10 is known at all",
}
OURS = "shoptalk"
_SHUFFLES = 100


def run(plan: Plan) -> Outcome:
    """Measures the shelf over the queries of ``plan.data``; raises ``EvalError`` where they do not fit each other."""
    if plan.data is None:
        raise EvalError(
            "The suite search ships no test set",
            "Name a folder with queries.jsonl, qrels.tsv and products.jsonl: --data",
        )
    queries = read_queries(need(plan.data, "queries.jsonl"))
    qrels = read_qrels(need(plan.data, "qrels.tsv"))
    if not set(queries) & set(qrels):
        raise EvalError(
            f"No query of {plan.data} has a judgement", "Check that queries.jsonl and qrels.tsv belong together"
        )
    shelf = open_or_build(plan, plan.data)
    judged = {id_ for query in queries for id_ in qrels.get(query, {})}
    missing = sum(shelf.product(id_) is None for id_ in judged)
    if missing:
        raise EvalError(
            f"The shop {shelf.folder} lacks {missing} of the {len(judged)} judged products",
            f"Import {plan.data}/products.jsonl into it, or leave --shop out",
        )
    found = evaluate(queries, qrels, rankers(shelf), plan, embedding_model(shelf))
    return replace(found, shop=shop_hash(shelf.folder))


def evaluate(
    queries: Mapping[str, str], qrels: Qrels, systems: Mapping[str, Ranker], plan: Plan, model: str
) -> Outcome:
    """Scores each system on each query; ``systems`` holds ours under ``OURS`` and the baselines beside it."""
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in systems}
    for done, (id_, text) in enumerate(queries.items(), start=1):
        for name, rank in systems.items():
            found = rank(text, DEPTH)
            scores = score(found, qrels.get(id_, {}))
            answers[name].append({"id": id_, "text": text, "products": found, "scores": scores})
        plan.on_progress(done, len(queries), "queries")
    metrics = {name: summary(answered, plan.seed) for name, answered in answers.items()}
    if not metrics[OURS]:
        raise EvalError("No query has a relevant product", "Check the grades of qrels.tsv: above 0 is relevant")
    metrics["chance"] = {"ndcg@10_judged": chance(queries, qrels, plan.seed)}
    ours = answers[OURS]
    for position, row in enumerate(ours):
        row["baselines"] = {name: answers[name][position]["scores"] for name in systems if name != OURS}
    return Outcome(
        predictions=ours,
        metrics=metrics[OURS],
        baselines={name: found for name, found in metrics.items() if name != OURS},
        model=model,
        lead=_lead(ours, qrels),
        sections=_sections(ours, metrics, qrels, plan),
    )


def score(ranking: list[str], grades: Mapping[str, float]) -> dict[str, float]:
    """The columns of one query; empty where nothing relevant is known and so nothing could score."""
    columns = {
        "ndcg@10": ndcg(ranking, grades, exponential=True),
        "ndcg@10_judged": ndcg(judged_only(ranking, grades), grades, exponential=True),
        "recall@100": recall(ranking, grades),
        "mrr": reciprocal_rank(ranking, grades),
        "judged@10": sum(id_ in grades for id_ in ranking[:10]) / 10,
    }
    return {} if math.isnan(columns["ndcg@10"]) else columns


def summary(answered: list[dict[str, Any]], seed: int) -> dict[str, Metric]:
    """Each column's mean over the queries that have it."""
    found = {}
    for column in MEANING:
        values = list(scored(answered, column).values())
        if values:
            found[column] = mean(values, seed=seed)
    return found


def chance(queries: Mapping[str, str], qrels: Qrels, seed: int) -> Metric:
    """What the judged products in random order score among themselves: the bar that ``ndcg@10_judged`` starts from."""
    rng = random.Random(seed)
    values = []
    for query in queries:
        ids = sorted(qrels.get(query, {}))
        if any(qrels[query][id_] > 0 for id_ in ids):
            shuffled = [ndcg(rng.sample(ids, len(ids)), qrels[query], exponential=True) for _ in range(_SHUFFLES)]
            values.append(sum(shuffled) / _SHUFFLES)
    return mean(values, seed=seed)


def rankers(shelf: Shelf) -> dict[str, Ranker]:
    """The shop's own search, and the simpler ones beside it over the same products."""
    return {OURS: shelf.unaware, **baselines.rankings(shelf)}


def embedding_model(shelf: Shelf) -> str:
    """The embedding model the shop was made with, which is what this suite measures."""
    return shelf.embedder.name if shelf.embedder is not None else "none"


def read_queries(path: Path) -> dict[str, str]:
    """Query id -> text, in the file's order."""
    found: dict[str, str] = {}
    for number, row in enumerate(read_rows(path), start=1):
        id_, text = row.get("id", row.get("query_id")), row.get("text", row.get("query"))
        if id_ is None or not isinstance(text, str):
            raise EvalError(f"{path}, row {number} has no id or no text", 'A row is {"id": ..., "text": ...}')
        if str(id_) in found:
            raise EvalError(f"{path} has the query {id_!r} twice", "Give each query an id of its own")
        found[str(id_)] = text
    if not found:
        raise EvalError(f"{path} holds no query", "Name another folder with --data DIR")
    return found


def read_qrels(path: Path) -> dict[str, dict[str, float]]:
    """Query id -> product id -> grade."""
    found: dict[str, dict[str, float]] = {}
    for number, line in lines(path):
        if number == 1:
            continue
        cells = line.split("\t")
        try:
            query, product, grade = cells[0], cells[1], float(cells[2])
        except (IndexError, ValueError) as error:
            raise EvalError(
                f"{path}, line {number} is not a judgement: {line!r}",
                "A line is query id, product id, grade, with tabs",
            ) from error
        found.setdefault(query, {})[product] = grade
    return found


def _lead(answered: list[dict[str, Any]], qrels: Qrels) -> str:
    scorable = sum(bool(row["scores"]) for row in answered)
    judgements = sum(len(qrels.get(row["id"], {})) for row in answered)
    return (
        f"{len(answered)} queries, {judgements:,} judgements. {scorable} queries have a product judged above 0; the "
        f"other {len(answered) - scorable} cannot be scored and are left out of every mean. Intervals are the 95 % "
        "bootstrap over queries: they say how much a number owes to these queries. A query that the ranker learned "
        "from is ranked by weights learned without it and without every query that shares a word with it."
    )


def _sections(
    answered: list[dict[str, Any]], metrics: Mapping[str, Mapping[str, Metric]], qrels: Qrels, plan: Plan
) -> list[tuple[str, str]]:
    values = list(scored(answered, "ndcg@10").values())
    bars = [(name, found["ndcg@10"]) for name, found in metrics.items() if "ndcg@10" in found]
    chart = report.interval_chart(bars, "ndcg@10 with its 95 % interval.", top=1.0)
    about = report.paragraph("“chance” is the judged products in random order, scored among themselves.")
    gaps = "".join(report.paragraph(line) for line in _gaps(answered, plan.seed))
    worst = sorted((row for row in answered if row["scores"]), key=lambda row: row["scores"]["ndcg@10"])[:10]
    return [
        ("Scores", report.metric_table(metrics[OURS], MEANING)),
        ("Beside simpler rankings", report.comparison_table(list(MEANING), metrics) + about + chart + gaps),
        ("Spread over queries", report.histogram(values, "Number of queries by ndcg@10.")),
        ("The worst ten queries", "".join(_case(row, qrels[row["id"]]) for row in worst)),
    ]


def _gaps(answered: list[dict[str, Any]], seed: int) -> Iterator[str]:
    """What ours gains query by query over each baseline."""
    rows = [row for row in answered if row["scores"]]
    for name in rows[0]["baselines"]:
        pairs = [(row["baselines"][name]["ndcg@10"], row["scores"]["ndcg@10"]) for row in rows]
        gap = paired([theirs for theirs, _ in pairs], [ours for _, ours in pairs], seed=seed)
        sure = "a difference" if gap.low > 0 or gap.high < 0 else "no sure difference"
        yield f"ndcg@10 minus {name}: {gap.value:+.3f}, paired interval {gap.low:+.3f} to {gap.high:+.3f}: {sure}."


def _case(row: Mapping[str, Any], grades: Mapping[str, float]) -> str:
    shown = ", ".join(f"{id_} ({grades[id_]:g})" if id_ in grades else f"{id_} (–)" for id_ in row["products"][:10])
    best = ", ".join(f"{id_} ({g:g})" for id_, g in sorted(grades.items(), key=lambda pair: -pair[1])[:5] if g > 0)
    return report.case(
        f"{row['text']} — ndcg@10 {report.number(row['scores']['ndcg@10'])}",
        [("first ten, with their grade:", shown), ("best judged:", best)],
    )
