"""Scripted conversations, played as `shoptalk play` plays them, judged on the feed's own rows.

Data: ``conversations.jsonl`` (a ``play`` script whose rows carry ``checks``, see ``eval.predicates``, and may carry
``expects``, see ``eval.expectations``), ``products.jsonl`` and, where there are any, ``reviews.jsonl``, each of them
may be ``.gz``. The model "scripted" is none: each message is understood as the script says (``eval.scripted``), which
measures the program behind the reading; "rules" reads without any model. A folder without a script of its own gets the
one that ships under its name (``eval/data/conversations_NAME.jsonl``); no folder at all means the demo shop and its
script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import report
from eval.expectations import KEYS
from eval.judge import Catalogue
from eval.metrics import Metric, mean, quantile
from eval.plan import EvalError, Outcome, Plan, find, need
from eval.predicates import UnknownPredicate, violations
from eval.scripted import Scripted
from eval.shop import demo_feed, open_or_build, shop_hash
from eval.turns import judge_turn
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Row = Mapping[str, Any]

# Instead of a model: readings that stand in the script, or the rules alone.
SCRIPTED = "scripted"
RULES = "rules"
SHIPPED = Path(__file__).resolve().parent.parent / "data"
MEANING = {
    "shown_right": "share of shown products that meet every hard wish said so far, by predicates on the feed's rows",
    "turns_right": "share of turns where what was asked for was shown and nothing else: something right where the feed "
    "has it, nothing where it does not",
    "state_as_expected": "share of turns that leave behind what a person wrote down: wishes in force, cards, cart, "
    "what is asked, offered, pending and handed over",
    "hard_wishes_met": "share of turns in which every shown product meets every hard wish said so far",
    "answered": "share of the turns that the feed can answer in which a product was shown",
    "refused_rightly": "share of the turns that nothing in the feed fits in which a reply came and nothing was shown",
    "named_are_shown": "share of turns whose reply names no product that is not on a card",
    "numbers_supported": "share of turns whose every number and model number stands in a shown record, in the "
    "shopper's words or in a count of the shop",
    "evidence_true": "share of the pieces of evidence that equal the record they cite",
    "alternatives_honest": "share of offered alternatives that really break a wish (one that breaks none should have "
    "been shown)",
    "cards_per_answer": "products shown where any was",
    "model_calls": "calls of the language model a turn",
    "understand_ms_p50": "milliseconds to read the message, half of the turns are quicker",
    "first_card_ms_p50": "milliseconds from message to first card, half of the turns are quicker",
    "first_card_ms_p95": "the same, 19 of 20 turns are quicker",
    "first_sentence_ms_p50": "milliseconds from message to first checked sentence, half of the turns are quicker; "
    "beside cards it is the plain count of what fits, and the model's reasons follow",
    "first_sentence_ms_p95": "the same, 19 of 20 turns are quicker",
    "total_ms_p50": "milliseconds to the end of the reply, half of the turns are quicker",
    "total_ms_p95": "the same, 19 of 20 turns are quicker",
}


def run(plan: Plan) -> Outcome:
    """Plays and judges the conversations; raises ``EvalError`` for a broken script and where the model is dead."""
    from assistant.models import open_llm
    from assistant.play import play

    script, catalogue, data = load(plan)
    read = Scripted(script) if plan.model == SCRIPTED else None
    model = None if plan.model in (SCRIPTED, RULES) else open_llm(plan.model, adapter=plan.adapter, home=plan.home)
    if model is not None:
        _wake(model, plan)
    shelf = open_or_build(plan, data)
    absent = sum(shelf.product(id_) is None for id_ in catalogue.rows)
    if absent or len(shelf) != len(catalogue.rows):
        raise EvalError(
            f"The shop {shelf.folder} does not hold the {len(catalogue.rows):,} products of {data}",
            "Import them into it, or leave --shop out",
        )
    turns: list[dict[str, Any]] = []
    total = sum(len(talk["turns"]) for talk in script)
    for turn in play(script, shelf=shelf, model=model, read=read):
        # The turn survives a dead model by rules alone, which looks quick and is not what is measured here.
        if turn.get("notice"):
            raise EvalError(
                f"The model {plan.model} failed in {turn['id']}, turn {turn['turn']}: {turn['notice']}", "Run again"
            )
        turns.append(turn)
        plan.on_progress(len(turns), total, "turns")
    if model is not None and not any(turn["model_calls"] for turn in turns):
        raise EvalError(f"No turn called the model {plan.model}", "These numbers would be those of the rules alone")
    return replace(judge(script, turns, catalogue, plan), shop=shop_hash(shelf.folder))


def load(plan: Plan) -> tuple[list[dict[str, Any]], Catalogue, Path]:
    """The script, the raw catalogue and the folder that holds the products."""
    data = plan.data or demo_feed(plan)
    products = need(data, "products.jsonl")
    path = plan.script or find(data, "conversations.jsonl")
    if plan.script and not plan.script.is_file():
        raise EvalError(f"There is no script {plan.script}", "Name a file of conversations with --script")
    if path is None:
        name = data.resolve().name if plan.data else "demo"
        path = SHIPPED / f"conversations_{name}.jsonl"
        if not path.is_file():
            raise EvalError(
                f"{data} has no conversations.jsonl, and none ships for {name!r}", "Write one beside the products"
            )
    script = read_rows(path)
    for talk in script:
        _check_script(talk, path)
    if not script:
        raise EvalError(f"{path} holds no conversation", "Name another folder with --data DIR")
    reviews = find(data, "reviews.jsonl")
    return script, Catalogue(read_rows(products), read_rows(reviews) if reviews else ()), data


def _check_script(talk: Row, path: Path) -> None:
    turns = talk.get("turns")
    if "id" not in talk or not isinstance(turns, list) or not turns:
        raise EvalError(
            f"{path}: {talk.get('id', '?')!r} is no conversation", 'Write {"id": ..., "turns": ["text", ...]}'
        )
    expects = talk.get("expects", [])
    unknown = {key for expect in expects for key in expect} - KEYS
    if unknown or len(expects) not in (0, len(turns)):
        fault = (
            f"expects the unknown {min(unknown)!r}" if unknown else f"has {len(expects)} expectations, not one a turn"
        )
        raise EvalError(f"{path}: {talk['id']} {fault}", f"Write one a turn, of {', '.join(sorted(KEYS))}")
    blank = {"id": "", "title": "", "brand": "", "price": 0, "attributes": {}}
    for check in talk.get("checks", []):
        if check.get("turn") not in range(1, len(turns) + 1) or check.get("expect") not in ("some", "none", "any"):
            raise EvalError(f"{path}: a check of {talk['id']} has no such turn, or expects nothing known", "Mend it")
        try:
            violations(blank, check)
        except UnknownPredicate as error:
            raise EvalError(f"{path}: {talk['id']}: {error}", "Mend the check") from error


def _wake(model: BaseChatModel, plan: Plan) -> None:
    # A planned script has no spare reply for a question that nobody asks.
    if not plan.model.startswith("script:"):
        model.invoke("Say yes.")


def judge(script: Sequence[Row], turns: Sequence[Row], catalogue: Catalogue, plan: Plan) -> Outcome:
    """Scores played turns; ``turns`` are ``play``'s rows in order."""
    talks = {str(talk["id"]): talk for talk in script}
    judged: list[dict[str, Any]] = []
    earlier: dict[str, dict[int, list[Row]]] = {}
    played: dict[str, list[Row]] = {}
    for turn in turns:
        talk = talks[str(turn["id"])]
        before = earlier.setdefault(str(turn["id"]), {})
        so_far = played.setdefault(str(turn["id"]), [])
        so_far.append(turn)
        judged.append(judge_turn(so_far, talk, before, catalogue))
        before[turn["turn"]] = [catalogue.rows[id_] for id_ in turn["shown"] if id_ in catalogue.rows]
    metrics, lines = _metrics(judged, plan.seed), _by_line(judged, plan.seed)
    sections = _sections(judged, metrics, lines, catalogue)
    named = {f"state_as_expected, {line}": metric for line, metric in lines.items()}
    return Outcome(judged, metrics | named, plan.model, _lead(script, judged), sections)


def _by_line(judged: Sequence[Row], seed: int) -> dict[str, Metric]:
    """``state_as_expected`` of the conversations about each subject of the script, in its order."""
    found: dict[str, list[Row]] = {}
    for turn in judged:
        if turn["line"] and "state_as_expected" in turn["scores"]:
            found.setdefault(turn["line"], []).append(turn)
    return {
        line: mean(
            [t["scores"]["state_as_expected"] for t in turns], seed=seed, groups=[t["conversation"] for t in turns]
        )
        for line, turns in found.items()
    }


def _metrics(judged: Sequence[Row], seed: int) -> dict[str, Metric]:
    found: dict[str, Metric] = {}

    def rate(name: str, pairs: Iterable[tuple[Row, float]]) -> None:
        pairs = list(pairs)
        if pairs:
            groups = [turn["conversation"] for turn, _ in pairs]
            found[name] = mean([value for _, value in pairs], seed=seed, groups=groups)

    checked = [t for t in judged if t["expect"] is not None]
    with_cards = [t for t in judged if t["shown"]]
    rate("shown_right", ((t, float(i < t["right"])) for t in checked for i in range(len(t["shown"]))))
    rate("turns_right", ((t, t["scores"]["turn_right"]) for t in checked))
    for name in ("state_as_expected", "hard_wishes_met"):
        rate(name, ((t, t["scores"][name]) for t in judged if name in t["scores"]))
    rate("answered", ((t, float(bool(t["shown"]))) for t in checked if t["expect"] == "some"))
    rate("refused_rightly", ((t, float("expected" not in t["faults"])) for t in checked if t["expect"] == "none"))
    for name in ("named_are_shown", "numbers_supported"):
        rate(name, ((t, t["scores"][name]) for t in judged))
    rate("evidence_true", _each(judged, "evidence", "evidence"))
    rate("alternatives_honest", _each(checked, "alternatives", "offers"))
    rate("cards_per_answer", ((t, float(len(t["shown"]))) for t in with_cards))
    rate("model_calls", ((t, float(t["model_calls"])) for t in judged))
    for name in MEANING:
        if name.endswith(("_p50", "_p95")):
            column, _, part = name.rpartition("_p")
            timed = [t for t in judged if column in t["scores"]]
            if timed:
                values, groups = [t["scores"][column] for t in timed], [t["conversation"] for t in timed]
                found[name] = quantile(values, int(part) / 100, seed=seed, groups=groups)
    return {name: found[name] for name in MEANING if name in found}


def _each(turns: Sequence[Row], what: str, kind: str) -> Iterator[tuple[Row, float]]:
    """A one or a zero for each item that the turns list under ``what``; each fault of ``kind`` is one item's."""
    for turn in turns:
        wrong = len(turn["faults"].get(kind, ()))
        yield from ((turn, float(place >= wrong)) for place in range(len(turn[what])))


def _lead(script: Sequence[Row], judged: Sequence[Row]) -> str:
    faulty = sum(bool(turn["faults"]) for turn in judged)
    return (
        f"{len(script)} conversations, {len(judged)} turns, {sum(len(t['shown']) for t in judged)} products shown; "
        f"{faulty} turns have a fault. Intervals are the 95 % bootstrap over conversations. Times are this machine's, "
        "from the ledger of each turn."
    )


def _sections(
    judged: Sequence[Row], metrics: Mapping[str, Metric], lines: Mapping[str, Metric], catalogue: Catalogue
) -> list[tuple[str, str]]:
    rates = [(n, m) for n, m in metrics.items() if report.is_share(MEANING[n])]
    times = [t["scores"]["first_sentence_ms"] for t in judged if "first_sentence_ms" in t["scores"]]
    cards = [t["scores"]["first_card_ms"] for t in judged if "first_card_ms" in t["scores"]]
    worst = sorted((t for t in judged if t["faults"]), key=lambda t: -sum(map(len, t["faults"].values())))
    slow = sorted(judged, key=lambda t: -t["scores"].get("total_ms", 0))[:3]
    none = report.paragraph("No turn has a fault.")
    chart = report.interval_chart(list(lines.items()), "Turns whose state is as expected, by what they try.", top=1.0)
    return [
        ("Scores", report.metric_table(metrics, MEANING)),
        ("Shares", report.interval_chart(rates, "Shares with their 95 % intervals.", top=1.0)),
        *([("What the conversations try", chart)] if lines else []),
        (
            "Times",
            report.histogram(cards, "Turns by milliseconds to the first card.", unit=" ms")
            + report.histogram(times, "Turns by milliseconds to the first checked sentence.", unit=" ms"),
        ),
        (f"Turns with faults ({len(worst)})", "".join(_case(t, catalogue) for t in worst) or none),
        ("The slowest turns", "".join(_case(t, catalogue) for t in slow)),
    ]


def _case(turn: Row, catalogue: Catalogue) -> str:
    said = {k: v for k, v in turn["understanding"].items() if v not in (None, [], "")}
    lines = [
        ("shopper:", turn["text"]),
        ("reply:", turn["reply"]),
        ("understood:", ", ".join(f"{k} {v}" for k, v in said.items())),
    ]
    for label, ids in (("shown:", turn["shown"]), ("alternative:", [a["id"] for a in turn["alternatives"]])):
        for id_ in ids:
            row = catalogue.rows.get(id_, {})
            lines.append((label, f"{id_} {row.get('title', '?')} — {row.get('price', '?')}"))
    lines.append(
        (
            "expected:",
            f"{turn['expect']}; {turn['scores'].get('total_ms', 0):,.0f} ms, {turn['model_calls']} model calls",
        )
    )
    return report.case(turn["id"], lines, [fault for found in turn["faults"].values() for fault in found])
