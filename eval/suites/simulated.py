"""Simulated shoppers in front of the shop: who finds what they came for, how soon, and how far from the best.

Each has hidden wishes drawn from the feed's own values, a style, patience, and may slip or change their mind
(``assistant.shopper``); equal seeds give equal shoppers. Data: ``products.jsonl`` (may be ``.gz``); no folder means the
demo shop. What they take is judged on the feed's own rows. Visits that are lost to the simulator itself are marked
(``eval.lost``) and told apart. The model "rules" plays without one; ``Plan.shopper`` names a model for the shoppers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import report
from eval.judge import Catalogue
from eval.lost import Detector
from eval.metrics import Metric, mean
from eval.plan import EvalError, Outcome, Plan, need
from eval.predicates import meets, violations
from eval.shop import demo_feed, open_or_build, shop_hash
from eval.suites.conversations import RULES
from retrieval.jsonlines import read_rows, write_rows

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.shopper import Dub, Visit
    from assistant.state import DialogueState, Turn
    from retrieval.search import Shelf

Row = Mapping[str, Any]
SHOPPERS = 60
_WORST = 10
MEANING = {
    "success": "share of shoppers who left with a product that has everything they wanted at the end",
    "success_counted": "share of those whose visit is not lost to the simulator who did",
    "turns_to_success": "messages until the purchase",
    "regret": "what the best product of the shop is worth more than the one taken, 0 to 1 (a wish unmet of four is "
    "0.25; nothing taken is the whole worth)",
    "shown_right": "share of shown products that meet all that had been said so far, by the feed's rows",
    "lost": "share of visits marked as lost to the simulator",
    "self_reported": "share of visits in which the simulator reports a fault of its own",
    "model_calls": "calls of the language model a turn",
}


def run(plan: Plan) -> Outcome:
    """Lets ``SHOPPERS`` shoppers in; raises ``EvalError`` for a feed without wishes and where the model is dead.

    A run that was stopped goes on after the last visit that ended, with equal settings and an equal shop.
    """
    from assistant.models import open_llm

    data = plan.data or demo_feed(plan)
    catalogue = Catalogue(read_rows(need(data, "products.jsonl")))
    model = None if plan.model == RULES else open_llm(plan.model, adapter=plan.adapter, home=plan.home)
    shelf = open_or_build(plan, data)
    held = shop_hash(shelf.folder)
    detector = Detector(catalogue.rows)
    rows = []
    for row in _visits(plan, shelf, model, held):
        rows.append(judged(row, catalogue, detector))
        plan.on_progress(len(rows), SHOPPERS, "shoppers")
    if model is not None and not any(turn["model_calls"] for row in rows for turn in row["turns"]):
        raise EvalError(f"No turn called the model {plan.model}", "These numbers would be those of the rules alone")
    _part(plan).unlink()
    metrics = measured(rows, plan.seed)
    sections = _sections(rows, metrics, catalogue)
    return Outcome(rows, metrics, plan.model, _lead(rows, plan.shopper), sections, shop=held)


def _visits(plan: Plan, shelf: Shelf, model: BaseChatModel | None, held: str) -> Iterator[dict[str, Any]]:
    """A row a visit; those of a stopped run are not made again."""
    from assistant.play import last_turn
    from assistant.shopper import draw_shopper, sorts, visit
    from assistant.turn import reply

    products = shelf.products(shelf.ids)
    among, by_id = sorts(products), {p.id: p for p in products}
    if not among:
        raise EvalError(f"{shelf.folder} has no sort of product with enough to choose from", "Name another shop")

    def say(state: DialogueState, text: str) -> Turn:
        turn = last_turn(reply(state, text, shelf=shelf, model=model))
        if turn.reply.notice:
            raise EvalError(f"The model {plan.model} failed in {state.id}: {turn.reply.notice}", "Run again")
        return turn

    dub = _voices(plan) if plan.shopper else None
    part = _part(plan)
    settings = {"model": plan.model, "adapter": plan.adapter, "shopper": plan.shopper, "seed": plan.seed, "shop": held}
    kept = read_rows(part) if part.is_file() else []
    if kept[:1] != [settings]:
        kept = [settings]
        write_rows(part, kept)
    yield from kept[1:]
    with part.open("a", encoding="utf-8") as file:
        for number in range(len(kept) - 1, SHOPPERS):
            shopper = draw_shopper(plan.seed, number, among, by_id)
            row = visit_row(visit(shopper, say, f"s{number:03}", currency=shelf.currency, dub=dub))
            file.write(json.dumps(row) + "\n")
            file.flush()
            yield row


def _part(plan: Plan) -> Path:
    """Where the visits of a run lie until it is complete."""
    folder = plan.out / "simulated"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "visits.part.jsonl"


def _voices(plan: Plan) -> Dub:
    """What shoppers say, worded by ``plan.shopper``, as its makers left it: an adapter is for the shop's side."""
    from assistant.models import open_llm
    from assistant.shopper import by_model, must_say

    model = open_llm(plan.shopper or "", adapter="none" if plan.shopper == "embedded" else None, home=plan.home)
    return lambda goal, first: by_model(model, first, lambda move: must_say(goal, move))


def visit_row(seen: Visit) -> dict[str, Any]:
    """A visit as a row of ``predictions.jsonl``, without scores."""
    from assistant.rows import understanding_row

    return {
        "id": seen.id,
        "style": seen.persona.style,
        "sort": seen.goal.sort.name,
        "first": _wants(seen.first.wants),
        "wants": _wants(seen.goal.wants),
        "first_check": seen.first.check(),
        "check": seen.goal.check(),
        "turns": [
            {
                "text": turn.text,
                "act": move.act,
                "said": said,
                "shown": [card.product_id for card in turn.reply.shown],
                "reply": turn.reply.text,
                "asked": turn.reply.asked,
                "understood": {
                    k: v for k, v in understanding_row(turn.understanding).items() if v not in (None, [], "")
                },
                "model_calls": turn.ledger.model_calls,
            }
            for turn, move, said in zip(seen.turns, seen.moves, seen.said, strict=True)
        ],
        "bought": seen.bought.id if seen.bought else None,
        "regret": seen.first.regret(seen.bought),
        "reported": list(seen.faults),
    }


def _wants(wants: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"kind": w.kind, "field": w.field, "value": w.value} for w in wants]


def judged(row: dict[str, Any], catalogue: Catalogue, detector: Detector) -> dict[str, Any]:
    """``row`` with its ``marks`` and ``scores``, all from the feed's own rows."""
    bought = catalogue.rows.get(row["bought"] or "")
    success = bought is not None and not violations(bought, row["check"])
    marks = [{"kind": mark.kind, "why": mark.why} for mark in detector.marks(row)]
    right = [
        float(meets(catalogue.rows[id_], turn["said"]))
        for turn in row["turns"]
        if turn["said"] is not None
        for id_ in turn["shown"]
        if id_ in catalogue.rows
    ]
    scores = {"success": float(success), "regret": row["regret"], "lost": float(bool(marks))}
    scores |= {"self_reported": float(bool(row["reported"]))}
    if not marks:
        scores["success_counted"] = float(success)
    if success:
        scores["turns_to_success"] = float(len(row["turns"]))
    return {**row, "marks": marks, "right": right, "scores": scores}


def measured(rows: Sequence[Row], seed: int) -> dict[str, Metric]:
    """Each metric over all visits, then success and regret by style."""
    found: dict[str, Metric] = {}
    for name in MEANING:
        if name == "shown_right":
            pairs = [(row["id"], value) for row in rows for value in row["right"]]
        elif name == "model_calls":
            pairs = [(row["id"], float(turn["model_calls"])) for row in rows for turn in row["turns"]]
        else:
            pairs = [(row["id"], row["scores"][name]) for row in rows if name in row["scores"]]
        if pairs:
            found[name] = mean([v for _, v in pairs], seed=seed, groups=[id_ for id_, _ in pairs])
    for name in ("success", "turns_to_success", "regret"):
        for style in sorted({row["style"] for row in rows}):
            values = [row["scores"][name] for row in rows if row["style"] == style and name in row["scores"]]
            if values:
                found[f"{name}, {style}"] = mean(values, seed=seed)
    return found


def worst(rows: Sequence[Row]) -> list[Row]:
    """Visits that count and went worst: nothing found first, the longest first."""
    counted = [row for row in rows if not row["marks"]]
    return sorted(counted, key=lambda row: (row["scores"]["success"], -row["regret"], -len(row["turns"])))[:_WORST]


def _lead(rows: Sequence[Row], voice: str | None) -> str:
    lost = Counter(kind for row in rows for kind in {m["kind"] for m in row["marks"]})
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(lost.items())) or "none"
    words = f"those of {voice}" if voice else "fixed phrases by style"
    return (
        f"{len(rows)} simulated shoppers with hidden wishes, {sum(len(row['turns']) for row in rows)} messages. Who "
        f"they are depends on the seed alone, whatever the shop answers; their words are {words}. Lost to the "
        f"simulator: {told}. Intervals are the 95 % bootstrap over shoppers."
    )


def _sections(rows: Sequence[Row], metrics: Mapping[str, Metric], catalogue: Catalogue) -> list[tuple[str, str]]:
    whole = {name: metric for name, metric in metrics.items() if name in MEANING}
    by_style = [(n.partition(", ")[2], m) for n, m in metrics.items() if n.startswith("success, ")]
    turns = [row["scores"]["turns_to_success"] for row in rows if "turns_to_success" in row["scores"]]
    lost = "".join(_case(row, catalogue) for row in rows if row["marks"]) or report.paragraph("No visit is marked.")
    return [
        ("Scores", report.metric_table(whole, MEANING)),
        ("By style", report.interval_chart(by_style, "Shoppers who found what they wanted, by how they talk.", top=1)),
        ("Messages", report.histogram(turns, "Shoppers by messages until the purchase.")),
        ("The worst visits", "".join(_case(row, catalogue) for row in worst(rows))),
        ("Lost to the simulator", lost),
    ]


def _case(row: Row, catalogue: Catalogue) -> str:
    lines = [("wants:", f"{row['sort']}: " + "; ".join(_said(want) for want in row["wants"]))]
    for turn in row["turns"]:
        titles = [str(catalogue.rows.get(id_, {}).get("title", id_)) for id_ in turn["shown"]]
        lines += [("shopper:", turn["text"]), ("shop:", turn["reply"]), ("shown:", " | ".join(titles) or "nothing")]
    lines.append(("took:", str(catalogue.rows.get(row["bought"] or "", {}).get("title", "nothing"))))
    title = f"{row['id']}, {row['style']}, regret {row['regret']:.2f}"
    return report.case(title, lines, [f"{mark['kind']}: {mark['why']}" for mark in row["marks"]])


def _said(want: Row) -> str:
    return " ".join(str(part) for part in (want["kind"], want["field"], want["value"]) if part != "")
