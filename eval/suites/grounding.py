"""Does the check before display stop what is false and let pass what is true?

Sentences are made from the shop's own records (``eval.claims``): true ones, and the same made false. Each goes the way
a model's sentence goes. Data: ``products.jsonl`` (or ``.gz``); no folder means the demo shop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant.grounding import check
from assistant.recommend import record_evidence, short_names
from assistant.state import Evidence
from eval import report
from eval.claims import Claim, claims
from eval.claims.policy import shipped_passages
from eval.metrics import Metric, mean
from eval.plan import Outcome, Plan, need
from eval.shop import demo_feed, open_or_build, shop_hash
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    from retrieval.search import Shelf

# True and false sentences each.
N = 1000
MEANING = {
    "false_shown": "share of false sentences that would have been shown",
    "true_dropped": "share of true sentences that would have been dropped",
}


def run(plan: Plan) -> Outcome:
    """Makes ``N`` sentences of either kind and asks the check about each; no model is called."""
    data = plan.data or demo_feed(plan)
    feed = need(data, "products.jsonl")
    shelf = open_or_build(plan, data, embed=False)
    products = shelf.products(str(row["id"]) for row in read_rows(feed))
    labels = {p.id: kind.label for p in products if (kind := shelf.kind(p.id))}
    made = claims(products, labels, short_names, shipped_passages(), n=N, seed=plan.seed)
    rows = []
    for done, claim in enumerate(made, 1):
        faults = check(claim.text, evidence(claim, shelf))
        rows.append(_row(claim, faults))
        if done % 100 == 0:
            plan.on_progress(done, len(made), "sentences")
    sections = _sections(rows, plan.seed)
    return Outcome(rows, _metrics(rows, plan.seed), "none", _lead(rows), sections, shop=shop_hash(shelf.folder))


def evidence(claim: Claim, shelf: Shelf) -> list[Evidence]:
    """What the reply knows when the sentence is to be shown: the cards' records, the passages, the count."""
    found: list[Evidence] = []
    for product, name in zip(shelf.products(claim.cards), claim.names, strict=True):
        found += record_evidence(product, shelf.kind(product.id), name)
    found += [Evidence("policy", p.id, "passage", p.text) for p in claim.passages]
    found.append(Evidence("shop", "", "matching products", str(claim.count)))
    return found


def _row(claim: Claim, faults: Sequence[str]) -> dict[str, Any]:
    shown = not faults
    return {
        "id": claim.id,
        "sort": claim.sort,
        "text": claim.text,
        "true": claim.true,
        "how": claim.how,
        "cards": list(claim.cards),
        "shown": shown,
        "faults": list(faults),
        "scores": {"true_dropped": float(not shown)} if claim.true else {"false_shown": float(shown)},
    }


def _metrics(rows: Sequence[Mapping[str, Any]], seed: int) -> dict[str, Metric]:
    found = {}
    for name in MEANING:
        values = [r["scores"][name] for r in rows if name in r["scores"]]
        found[name] = mean(values, seed=seed)
        for sort in dict.fromkeys(r["sort"] for r in rows):
            some = [r["scores"][name] for r in rows if name in r["scores"] and r["sort"] == sort]
            if some:
                found[f"{name}/{sort}"] = mean(some, seed=seed)
    return found


def _lead(rows: Sequence[Mapping[str, Any]]) -> str:
    wrong = [sum(r["scores"].get(name, 0) for r in rows) for name in MEANING]
    return (
        f"{sum(not r['true'] for r in rows):,} false sentences, {wrong[0]:.0f} would have been shown; "
        f"{sum(r['true'] for r in rows):,} true ones, {wrong[1]:.0f} would have been dropped."
    )


def _sections(rows: Sequence[Mapping[str, Any]], seed: int) -> list[tuple[str, str]]:
    metrics = _metrics(rows, seed)
    meaning = {n: MEANING[n.partition("/")[0]] + (f": {n.partition('/')[2]}" if "/" in n else "") for n in metrics}
    return [
        ("Scores", report.metric_table(metrics, meaning)),
        ("False and shown", _cases([r for r in rows if r["scores"].get("false_shown")])),
        ("True and dropped", _cases([r for r in rows if r["scores"].get("true_dropped")])),
    ]


def _cases(rows: Sequence[Mapping[str, Any]]) -> str:
    cases = [
        report.case(r["id"], [("sentence:", r["text"]), ("sort:", f"{r['sort']} {r['how']}")], r["faults"])
        for r in rows[:60]
    ]
    return "".join(cases) or report.paragraph("None.")
