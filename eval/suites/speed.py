"""How long a shopper waits: to the first card, to the first checked sentence, to the end; alone, and with others.

Plays conversations one after the other, then several at once over one shop and one model, and takes the times from each
turn's own ledger. Data and ``--script`` as in ``eval.suites.conversations``; without a folder the demo shop and the
script that ships. Times are this machine's and of what else it does: only figures of one run on one machine compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING, Any

from eval import report
from eval.metrics import Metric, quantile
from eval.plan import EvalError, Outcome, Plan
from eval.shop import open_or_build, shop_hash
from eval.suites.conversations import RULES, load

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from retrieval.search import Shelf

Row = Mapping[str, Any]
# Conversations played, and how many of them at once in the second part.
TALKS = 8
TOGETHER = 4
_PARTS = ("first_card", "first_sentence", "total")
_SAYS = {
    "first_card": "from message to first card",
    "first_sentence": "from message to first checked sentence",
    "total": "to the end of the reply",
}
MEANING = {
    f"{part}_ms_p{p}{how}": f"milliseconds {_SAYS[part]}, {'half' if p == 50 else '19 of 20'} of the turns are quicker"
    + (f", {TOGETHER} conversations at once" if how else "")
    for how in ("", "_together")
    for part in _PARTS
    for p in (50, 95)
}


def run(plan: Plan) -> Outcome:
    """Times the turns; raises ``EvalError`` where the model is dead: rules alone would look fast."""
    from assistant.models import open_llm

    script, _, data = load(plan)
    talks = script[:TALKS]
    model = None if plan.model == RULES else open_llm(plan.model, adapter=plan.adapter, home=plan.home)
    shelf = open_or_build(plan, data)
    shelf.warm()
    # The first turn reads prompts that every later one shares; a shop warms up before it opens.
    _play(talks[0], shelf, model, plan)
    alone = []
    for done, talk in enumerate(talks, start=1):
        alone += _play(talk, shelf, model, plan)
        plan.on_progress(done, len(talks), "conversations")
    started = perf_counter()
    with ThreadPoolExecutor(TOGETHER) as pool:
        together = [row for rows in pool.map(lambda talk: _play(talk, shelf, model, plan), talks) for row in rows]
    seconds = perf_counter() - started
    rows = [_row(turn, "") for turn in alone] + [_row(turn, "_together") for turn in together]
    metrics = _measured(rows, plan.seed)
    lead = (
        f"{len(alone)} turns of {len(talks)} conversations one by one, then the same with {TOGETHER} conversations at "
        f"once: {len(together) / seconds:.2f} turns a second together. Times are this machine's."
    )
    return Outcome(rows, metrics, plan.model, lead, _sections(rows, metrics), shop=shop_hash(shelf.folder))


def _play(talk: Row, shelf: Shelf, model: BaseChatModel | None, plan: Plan) -> list[dict[str, Any]]:
    from assistant.play import play

    turns = list(play([talk], shelf=shelf, model=model))
    for turn in turns:
        if turn["notice"]:
            raise EvalError(f"The model {plan.model} failed in {turn['id']}: {turn['notice']}", "Run again")
    return turns


def _row(turn: Row, how: str) -> dict[str, Any]:
    ms = {f"{part}_ms{how}": turn["ms"][part] for part in _PARTS if turn["ms"][part] is not None}
    id_ = f"{turn['id']}/{turn['turn']}{how}"
    return {"id": id_, "conversation": str(turn["id"]), "text": turn["text"], "scores": ms}


def _measured(rows: Sequence[Row], seed: int) -> dict[str, Metric]:
    found = {}
    for name in MEANING:
        column = name.replace("_p50", "").replace("_p95", "")
        timed = [(row["conversation"], row["scores"][column]) for row in rows if column in row["scores"]]
        if timed:
            q = 0.95 if "_p95" in name else 0.5
            found[name] = quantile([ms for _, ms in timed], q, seed=seed, groups=[talk for talk, _ in timed])
    return found


def _sections(rows: Sequence[Row], metrics: Mapping[str, Metric]) -> list[tuple[str, str]]:
    charts = [
        report.histogram(
            [row["scores"][column] for row in rows if column in row["scores"]],
            f"Turns by milliseconds {_SAYS['total']}{says}.",
            unit=" ms",
        )
        for column, says in (("total_ms", ", alone"), ("total_ms_together", f", {TOGETHER} at once"))
    ]
    slow = sorted(rows, key=lambda row: -max(row["scores"].values()))[:5]
    return [
        ("Times", report.metric_table(metrics, MEANING)),
        ("Spread", "".join(charts)),
        (
            "The slowest turns",
            "".join(report.case(r["id"], [("said:", r["text"]), ("ms:", str(r["scores"]))]) for r in slow),
        ),
    ]
