"""Is foretold how a customer will rate something, and whether they will like it? Numbers and texts, alone and fused.

Data: ``records.jsonl`` (or ``.gz``): ``{"id", "user_id", "history": [review...], "target": review}``, a review with
``rating``, ``time_ms``, ``review_title``, ``review`` and ``product`` (``title``, ``brand``, ``price``). Five folds by
user: who is asked about taught nothing. Of a target only its product and its day are used, and no row's history serves
another row of the same customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.profile.content import Content
from assistant.profile.features import LIKED, Goods, Reviews, ask, describe, surprises
from assistant.profile.fusion import Forecast, Training, fuse, train
from eval import report
from eval.forecasts import MEANING, measure
from eval.metrics import Metric
from eval.plan import EvalError, Outcome, Plan, need
from retrieval.jsonlines import read_rows

FOLDS = 5
OURS = "fused"
DAY_MS = 86_400_000
_WORST = 8


def run(plan: Plan) -> Outcome:
    """Cross-validates over the records; raises ``EvalError`` where one lacks a field."""
    if plan.data is None:
        raise EvalError("The suite rating ships no test set", "Name a folder with records.jsonl: --data")
    from retrieval.embed import open_embedder

    records = read_records(need(plan.data, "records.jsonl"))
    plan.on_progress(0, FOLDS, "folds")
    said = [review for row in records for review in (*row["history"], row["target"])]
    encode = open_embedder(None).encode
    # What the target's review says is never looked at, not even to be left unused.
    written = encode([written_of(review) for row in records for review in (*row["history"], {})])
    goods = goods_of(said, encode([title_of(review) for review in said]))
    order = np.argsort([review["time_ms"] for review in said], kind="stable")
    place = np.empty(len(said), dtype=np.int64)
    place[order] = np.arange(len(said))
    lengths = [len(row["history"]) + 1 for row in records]
    reviews = Reviews(
        user=np.repeat(np.arange(len(records)), lengths)[order],
        item=order,
        rating=np.array([float(review["rating"]) for review in said])[order],
        day=np.array([review["time_ms"] / DAY_MS for review in said])[order],
        written=written[order],
    )
    goal = place[np.cumsum(lengths) - 1]
    return evaluate(records, reviews, goods, goal, plan)


def read_records(path: Path) -> list[dict[str, Any]]:
    """The rows of records.jsonl, histories in time order."""
    rows = read_rows(path)
    for number, row in enumerate(rows, start=1):
        try:
            row["history"] = sorted(row["history"], key=lambda review: float(review["time_ms"]))
            for review in (*row["history"], row["target"]):
                float(review["rating"]), float(review["time_ms"])
            row["id"], row["user_id"]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EvalError(
                f"{path}, row {number} lacks a field or has it in another form ({error})",
                'A row is {"id", "user_id", "history": [review...], "target": review}',
            ) from error
    if len({str(row["user_id"]) for row in rows}) < FOLDS:
        raise EvalError(f"{path} has fewer than {FOLDS} customers", "Name another folder with --data DIR")
    return rows


def written_of(review: Mapping[str, Any]) -> str:
    """A review's title and text; "" for none."""
    return f"{review.get('review_title') or ''}. {review.get('review') or ''}" if review else ""


def title_of(review: Mapping[str, Any]) -> str:
    """What the product of a review is called, and by whom it is made."""
    product = review.get("product") or {}
    return f"{product.get('title') or ''} {product.get('brand') or ''} {product.get('main_category') or ''}".strip()


def goods_of(said: Sequence[Mapping[str, Any]], vectors: np.ndarray) -> Goods:
    """The products of the reviews, one a review: few are reviewed twice."""
    products = [review.get("product") or {} for review in said]
    brands = [str(product.get("brand") or "") for product in products]
    return Goods(
        content=Content([title_of(review) for review in said], vectors, brands),
        price=np.array([float(product.get("price") or np.nan) for product in products]),
        category=codes([str(product.get("main_category") or "") for product in products]),
        brand=codes(brands),
    )


def codes(names: Sequence[str]) -> np.ndarray:
    """A number for each name; "" is a new one each time, as two unknown makers are not one."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) if name else -1 - at for at, name in enumerate(names)])


def evaluate(
    records: Sequence[Mapping[str, Any]], reviews: Reviews, goods: Goods, goal: np.ndarray, plan: Plan
) -> Outcome:
    """``goal``: the places of the targets among the reviews, in the records' order."""
    people = [str(row["user_id"]) for row in records]
    fold = folds(people, plan.seed)
    systems: dict[str, list[np.ndarray]] = {}
    for number in range(FOLDS):
        found = forecasts(reviews, goods, fold[reviews.user] != number, goal[fold == number], plan.seed)
        for name, forecast in found.items():
            column = systems.setdefault(name, [np.zeros(len(records)), np.zeros(len(records))])
            column[0][fold == number], column[1][fold == number] = forecast.rating, forecast.like
        plan.on_progress(number + 1, FOLDS, "folds")
    answers = {name: Forecast(*columns) for name, columns in systems.items()}
    stars = reviews.rating[goal]
    metrics = measure(stars, answers, OURS, people, plan.seed)
    rows = [_row(row, at, stars, answers) for at, row in enumerate(records)]
    return Outcome(
        predictions=rows,
        metrics=metrics[OURS],
        baselines={name: found for name, found in metrics.items() if name != OURS},
        model="network over numbers and texts, trained in each fold",
        lead=(
            f"{len(rows)} histories of {len(set(people))} customers, {FOLDS} folds by customer; "
            f"{float((stars >= LIKED).mean()):.0%} of the targets have {LIKED:g} stars or more. Intervals are the 95 % "
            "bootstrap over customers."
        ),
        sections=_sections(rows, metrics, records),
    )


def folds(people: Sequence[str], seed: int) -> np.ndarray:
    """The fold of each row; one person's rows are in one fold."""
    names = sorted(set(people))
    of = dict(zip(names, np.random.default_rng(seed).permutation(len(names)) % FOLDS, strict=True))
    return np.array([of[name] for name in people])


def forecasts(
    reviews: Reviews, goods: Goods, teaching: np.ndarray, asked: np.ndarray, seed: int, how: Training | None = None
) -> dict[str, Forecast]:
    """Answers to the reviews at ``asked`` by each system, learnt from the reviews where ``teaching`` is true."""
    general = float(reviews.rating[teaching].mean())
    over = surprises(reviews, general, of_others=teaching)
    # The first review of somebody is a question, too: how to answer when nothing is known.
    taught = np.flatnonzero(teaching)
    lessons = describe(reviews, goods, ask(reviews, goods, taught, of_others=teaching), general, over)
    questions = ask(reviews, goods, asked, of_others=teaching)
    exam = describe(reviews, goods, questions, general, over)
    own = np.array([reviews.rating[list(q.own)].mean() if q.own else general for q in questions])
    how = how or Training(seed=seed)
    stars = reviews.rating[taught]
    return {
        "constant": Forecast(np.full(len(asked), general), np.full(len(asked), 0.5)),
        "user mean": Forecast(own, own / 5),
        "numbers only": train(lessons, stars, how, "numbers").forecast(exam),
        "texts only": train(lessons, stars, how, "texts").forecast(exam),
        OURS: fuse(lessons, stars, reviews.user[taught], how).forecast(exam),
    }


def _row(row: Mapping[str, Any], at: int, stars: np.ndarray, answers: Mapping[str, Forecast]) -> dict[str, Any]:
    errors = {name: abs(float(found.rating[at]) - float(stars[at])) for name, found in answers.items()}
    ours = answers[OURS]
    return {
        "id": row["id"],
        "user": str(row["user_id"]),
        "rating": round(float(ours.rating[at]), 4),
        "like": round(float(ours.like[at]), 4),
        "stars": float(stars[at]),
        "scores": {"error": errors.pop(OURS)},
        "baselines": {name: {"error": error} for name, error in errors.items()},
    }


def _sections(
    rows: Sequence[Mapping[str, Any]],
    metrics: Mapping[str, Mapping[str, Metric]],
    records: Sequence[Mapping[str, Any]],
) -> list[tuple[str, str]]:
    gains = {name: metric for name, metric in metrics[OURS].items() if "_gain/" in name}
    plain = {name: metric for name, metric in metrics[OURS].items() if name not in gains}
    about = {
        name: f"how much better {name.partition('_')[0]} is than that of {name.partition('/')[2]}, on the same rows; "
        + ("a sure gain" if metric.low > 0 else "a sure loss" if metric.high < 0 else "no sure difference")
        for name, metric in gains.items()
    }
    bars = [(name, found["auc"]) for name, found in metrics.items()]
    worst = sorted(range(len(rows)), key=lambda at: -float(rows[at]["scores"]["error"]))[:_WORST]
    return [
        ("Scores", report.metric_table(plain, MEANING)),
        ("What fusing gains", report.metric_table(gains, about)),
        (
            "Beside simpler forecasts",
            report.comparison_table(list(MEANING), metrics)
            + report.interval_chart(bars, "auc with its 95 % interval.", top=1.0),
        ),
        ("The worst", "".join(_case(rows[at], records[at]) for at in worst)),
    ]


def _case(row: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    before = " · ".join(f"{title_of(r)[:80]} ({r['rating']:g})" for r in record["history"])
    return report.case(
        str(row["id"]),
        [
            ("rated before:", before),
            ("asked about:", title_of(record["target"])),
            ("foretold:", f"{row['rating']:.1f} stars; given: {row['stars']:g}"),
        ],
    )
