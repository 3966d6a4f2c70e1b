"""Customer service by what it leaves behind: the order database after each turn, and after recorded actions.

What ships: ``mixed_goals.jsonl``, conversations in English and in Chinese that shop and serve at once over the demo
shop and its orders. A row is one of ``eval.suites.conversations`` whose ``expects`` carry a ``service`` as well
(``eval.service_state``); each is played on an order database of its own. Models are as there: "scripted" takes the
readings of the script, "rules" none; with any other model the Chinese ones are read by rules, as no model that ships
knows Chinese. ``--data`` takes a folder with an order database instead (``db.json``, ``tasks.jsonl`` and
``expected_end_state.jsonl``, each may be ``.gz``): the recorded actions of each task are replayed with a yes, and
calls that its policy forbids or allows are put to the gate.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import expectations, report, service_state
from eval.demo import built, open_desk
from eval.judge import Catalogue
from eval.metrics import Metric, mean
from eval.order_tasks import judged, make_shop, opened, replayed
from eval.plan import EvalError, Outcome, Plan, need
from eval.scripted import Scripted
from eval.shop import shop_hash
from eval.suites.conversations import RULES, SCRIPTED, SHIPPED
from eval.turns import judge_turn
from retrieval.jsonlines import open_text, read_rows

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from retrieval.search import Shelf

Row = Mapping[str, Any]
SET = SHIPPED / "mixed_goals.jsonl"
# Calls made from an order database and its policy.
_FORBIDDEN, _ALLOWED = 200, 60
# Kinds of fault of a turn that count here; words are the matter of other suites.
_KINDS = ("shown", "expected", "state", "service")
MEANING = {
    "conversations_right": "share of conversations in which every turn leaves behind what a person wrote down",
    "turns_right": "share of turns that do",
    "database_right": "share of turns after which every order and the audit are as written down",
    "shopping_right": "share of turns whose cards, wishes and cart are",
    "replays_equal": "share of tasks whose recorded actions end in exactly the published records",
    "forbidden_refused": "share of calls against the policy that are refused by the rule they break",
    "allowed_done": "share of calls within the policy that are done",
}


def run(plan: Plan) -> Outcome:
    """The conversations that ship or, with ``plan.data``, the recorded actions of an order database."""
    return _conversations(plan) if plan.data is None else _tasks(plan, plan.data)


# Conversations.


def _conversations(plan: Plan) -> Outcome:
    from assistant.models import open_llm
    from retrieval.search import Shelf

    script = _script(plan.script or SET)
    read = Scripted(script) if plan.model == SCRIPTED else None
    model = None if plan.model in (SCRIPTED, RULES) else open_llm(plan.model, adapter=plan.adapter, home=plan.home)
    folder = built(plan)
    shelf = Shelf.open(folder)
    products = need(folder, "products.jsonl")
    catalogue = Catalogue(read_rows(products))
    rows: list[dict[str, Any]] = []
    orders = imported_orders(shelf, plan.out)
    for number, talk in enumerate(script, 1):
        rows += played(talk, shelf, orders, catalogue, model, read)
        plan.on_progress(number, len(script), "conversations")
    if model is not None and not any(row["model_calls"] for row in rows):
        raise EvalError(f"No turn called the model {plan.model}", "These numbers would be those of the rules alone")
    metrics = _shares(rows, plan.seed)
    wrong = [row for row in rows if row["faults"]]
    lead = f"{len(script)} conversations, {len(rows)} turns; {len(wrong)} turns have a fault."
    sections = [
        ("Scores", report.metric_table(metrics, {name: MEANING[name.partition(",")[0]] for name in metrics})),
        (f"Turns with faults ({len(wrong)})", "".join(map(_case, wrong)) or report.paragraph("None.")),
    ]
    return Outcome(rows, metrics, plan.model, lead, sections, shop=shop_hash(folder))


def played(
    talk: Row, shelf: Shelf, orders: Path, catalogue: Catalogue, model: BaseChatModel | None, read: Scripted | None
) -> list[dict[str, Any]]:
    """The judged turns of one conversation, on a copy of the order database ``orders``."""
    from assistant.play import play

    language = talk["expects"][0].get("language", "en")
    rows: list[dict[str, Any]] = []
    so_far: list[Row] = []
    earlier: dict[int, list[Row]] = {}
    with tempfile.TemporaryDirectory() as place:
        desk = open_desk(shelf, Path(shutil.copy(orders, Path(place) / "orders.sqlite")))
        assert desk.gate is not None
        before = service_state.Database.of(desk.gate)
        mind = model if language == "en" else None
        for turn in play([talk], shelf=shelf, model=mind, read=read, desk=desk):
            if turn["notice"]:
                raise EvalError(f"The model failed in {talk['id']}, turn {turn['turn']}: {turn['notice']}", "Run again")
            so_far.append(turn)
            row = judge_turn(so_far, {**talk, "expects": _without_service(talk["expects"])}, earlier, catalogue)
            expect = talk["expects"][turn["turn"] - 1]["service"]
            # Everybody's orders are looked at when it is over.
            last = turn["turn"] == len(talk["turns"])
            now = service_state.Database.of(desk.gate, None if last else talk["customer"])
            faults = {**row["faults"], "service": list(service_state.service_faults(turn, expect, before, now))}
            row["faults"] = {kind: faults[kind] for kind in _KINDS if faults.get(kind)}
            row["database_right"] = not list(service_state.database_faults(expect, before, now))
            rows.append({**row, "language": language, "scores": _scores(row)})
            earlier[turn["turn"]] = [catalogue.rows[id_] for id_ in turn["shown"] if id_ in catalogue.rows]
    return rows


def imported_orders(shelf: Shelf, out: Path) -> Path:
    """An order database with what was imported into the shop and nothing that was done since, made in ``out``."""
    from assistant.service.bring import bring
    from assistant.service.database import OrderStore

    made = out / "orders.sqlite"
    made.unlink(missing_ok=True)
    store = OrderStore.open(made)
    bring(shelf.folder, store)
    store.close()
    return made


def _script(path: Path) -> list[dict[str, Any]]:
    """The conversations; raises ``EvalError`` for one that this suite cannot judge."""
    script = read_rows(path)
    for talk in script:
        expects = talk.get("expects", [])
        if not talk.get("turns") or len(expects) != len(talk["turns"]):
            raise EvalError(f"{path}: {talk.get('id', '?')!r} has not one expectation a turn", "Write one a turn")
        unknown = {key for expect in _without_service(expects) for key in expect} - expectations.KEYS
        unknown |= {key for expect in expects for key in expect.get("service", {})} - service_state.KEYS
        if unknown or not all("service" in expect for expect in expects):
            what = f"the unknown {min(unknown)!r}" if unknown else "no service"
            raise EvalError(f"{path}: {talk['id']} expects {what}", "See eval/service_state.py")
    return script


def _without_service(expects: Iterable[Row]) -> list[dict[str, Any]]:
    return [{key: value for key, value in expect.items() if key != "service"} for expect in expects]


def _scores(row: Row) -> dict[str, float]:
    shopping = any(row["faults"].get(kind) for kind in ("shown", "expected", "state"))
    return {
        "turns_right": float(not row["faults"]),
        "database_right": float(row["database_right"]),
        "shopping_right": float(not shopping),
    }


def _shares(rows: Sequence[Row], seed: int) -> dict[str, Metric]:
    """Shares over all, then by language, then by what the conversations try."""
    found = {}
    languages = dict.fromkeys(row["language"] for row in rows)
    for label, some in [("", rows), *((f", {code}", [r for r in rows if r["language"] == code]) for code in languages)]:
        talks: dict[str, list[float]] = {}
        for row in some:
            talks.setdefault(row["conversation"], []).append(row["scores"]["turns_right"])
        found[f"conversations_right{label}"] = mean([min(right) for right in talks.values()], seed=seed)
        for name in ("turns_right", "database_right", "shopping_right"):
            groups = [row["conversation"] for row in some]
            found[f"{name}{label}"] = mean([row["scores"][name] for row in some], seed=seed, groups=groups)
    for line in dict.fromkeys(row["line"] for row in rows):
        right = [row["scores"]["turns_right"] for row in rows if row["line"] == line]
        found[f"turns_right, {line}"] = mean(right, seed=seed)
    return found


def _case(row: Row) -> str:
    lines = [("shopper:", row["text"]), ("reply:", row["reply"]), ("pending:", json.dumps(row["pending"]))]
    return report.case(row["id"], lines, [fault for found in row["faults"].values() for fault in found])


# An order database.


def _tasks(plan: Plan, data: Path) -> Outcome:
    with open_text(need(data, "db.json")) as file:
        database = json.load(file)
    with tempfile.TemporaryDirectory() as place:
        shop = make_shop(database, Path(place))
        replays = replayed(shop, database, data, lambda done, of: plan.on_progress(done, of, "tasks"))
        held = shop_hash(shop)
        calls = judged(opened(shutil.copytree(shop, Path(place) / "calls")), database, _FORBIDDEN, _ALLOWED, plan.seed)
    rows = [{**_replay_row(r), "scores": {"replays_equal": float(r.equal)}} for r in replays]
    metrics = {
        "replays_equal": mean([float(r.equal) for r in replays], seed=plan.seed),
        "forbidden_refused": _of(calls["right"], calls["forbidden"], plan.seed),
        "allowed_done": _of(calls["passed"], calls["allowed"], plan.seed),
    }
    wrong = [report.case(r["id"], [("refused:", ", ".join(r["refused"]))], ["ends otherwise"]) for r in _unequal(rows)]
    lead = (
        f"{len(rows)} tasks replayed, {calls['forbidden']} forbidden and {calls['allowed']} allowed calls; "
        f"forbidden calls left every record as it was: {'yes' if calls['unchanged'] else 'no'}."
    )
    sections = [
        ("Scores", report.metric_table(metrics, {name: MEANING[name] for name in metrics})),
        ("Tasks that end otherwise", "".join(wrong) or report.paragraph("None.")),
        ("Calls that came out otherwise", report.paragraph("; ".join(calls["wrong"]) or "None.")),
    ]
    return Outcome(rows, metrics, "none", lead, sections, shop=held)


def _replay_row(replay: Any) -> dict[str, Any]:
    return {"id": replay.id, "equal": replay.equal, "actions": replay.actions, "refused": list(replay.refused)}


def _unequal(rows: Iterable[Row]) -> Iterator[Row]:
    return (row for row in rows if not row["equal"])


def _of(right: int, of: int, seed: int) -> Metric:
    return mean([1.0] * right + [0.0] * (of - right), seed=seed)
