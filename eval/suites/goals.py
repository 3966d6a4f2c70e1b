"""Is the goal of what a shopper says told, and the act: two people's shopping dialogues, labelled by five annotators.

Data: ``dialogues.jsonl`` (``{"id","utterances":[{"n","speaker","text","goal","intents":{act: votes}}]}``). Only the
client's utterances are read, each after the earlier ones. Nothing is learnt from the labels: the assistant's own
intents are put into the labels' words. ``predictions.jsonl`` has the ``goal`` and the ``acts``, likeliest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eval import report
from eval.metrics import Metric, mean, resampled
from eval.plan import EvalError, Outcome, Plan, need
from eval.reading import reader_of, readings
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.state import Understanding

Row = Mapping[str, Any]
MEANING = {
    "goal": "share of client utterances with the labelled goal (recommendation, search, qa or meta)",
    "goal_f1": "F1 of the goals, averaged over the four whatever their number",
    "act": "share of client utterances whose likeliest act is one that at least two annotators gave",
    "acts_f1": "F1 of all acts told, over all utterances",
}
_GOALS = {
    "find": "recommendation",
    "refine": "recommendation",
    "cart": "recommendation",
    "decline": "recommendation",
    "compare": "search",
    "ask_product": "qa",
    "ask_policy": "qa",
    "small_talk": "meta",
    "confirm": "meta",
    "hand_off": "meta",
}


def run(plan: Plan) -> Outcome:
    """Reads every client utterance; raises ``EvalError`` where the folder has none."""
    if plan.data is None:
        raise EvalError("The suite goals ships no test set", "Name a folder with dialogues.jsonl: --data")
    talks = read_rows(need(plan.data, "dialogues.jsonl"))
    model, name = reader_of(plan)
    rows: list[dict[str, Any]] = []
    for done, talk in enumerate(talks, start=1):
        rows += _read(talk, model)
        plan.on_progress(done, len(talks), "dialogues")
    if not rows:
        raise EvalError(f"{plan.data} has no labelled client utterance", "Check speaker, text and goal of its rows")
    metrics = measured(rows, plan.seed)
    common = Counter(row["label"] for row in rows).most_common(1)[0][0]
    groups = [row["conversation"] for row in rows]
    chance = {"goal": mean([float(row["label"] == common) for row in rows], seed=plan.seed, groups=groups)}
    lead = (
        f"{len(rows)} utterances of the client in {len(set(groups))} dialogues between volunteers. Acts are votes of "
        "five annotators, several an utterance: agreement among people is far from perfect here."
    )
    return Outcome(rows, metrics, name, lead, _sections(rows, metrics, chance), {"most_common": chance})


def goal_of(said: Understanding, text: str) -> str:
    """The label's goal for the assistant's intent."""
    if said.intent in _GOALS:
        return _GOALS[said.intent]
    return "qa" if "?" in text else "meta"


def acts_of(said: Understanding, text: str) -> tuple[str, ...]:
    """The labels' acts for an utterance, likeliest first."""
    if "?" in text or said.intent in ("ask_product", "ask_policy", "compare"):
        return ("o_question", "clarify")
    if said.intent == "small_talk":
        return ("greeting", "interaction")
    if said.intent == "decline" or said.values("dislike"):
        return ("nf",)
    if said.intent in ("confirm", "cart"):
        return ("pf",)
    return ("disclose", "answer")


def _read(talk: Row, model: BaseChatModel | None) -> Iterator[dict[str, Any]]:
    said = talk["utterances"]
    clients = [one for one in said if one["speaker"] == "client"]
    read = readings([(one["speaker"] == "client", one["text"]) for one in said], model)
    for one, (reading, _) in zip(clients, read, strict=True):
        if one.get("goal") and one["text"].strip():
            id_, text = f"{talk['id']}:{one['n']}", one["text"]
            yield _row(id_, str(talk["id"]), text, one, goal_of(reading, text), acts_of(reading, text))


def _row(id_: str, dialogue: str, text: str, label: Row, goal: str, acts: tuple[str, ...]) -> dict[str, Any]:
    given = sorted(act for act, votes in (label.get("intents") or {}).items() if votes >= 2)
    scores = {"goal": float(goal == label["goal"])}
    if given:
        scores["act"] = float(acts[0] in given)
    return {
        "id": id_,
        "conversation": dialogue,
        "text": text,
        "goal": goal,
        "acts": list(acts),
        "label": label["goal"],
        "labelled_acts": given,
        "scores": scores,
        "faults": {} if scores["goal"] else {"goal": [f"read as {goal}, labelled {label['goal']}"]},
    }


def measured(rows: Sequence[Row], seed: int) -> dict[str, Metric]:
    """All metrics; utterances of one dialogue are drawn together."""
    groups = [row["conversation"] for row in rows]
    pairs = [(row["label"], row["goal"]) for row in rows]
    acts = [(set(row["labelled_acts"]), set(row["acts"])) for row in rows]

    def goal_f1(picked: Sequence[int]) -> float:
        wanted, given = (Counter(pairs[i][side] for i in picked) for side in (0, 1))
        hits = Counter(pairs[i][0] for i in picked if pairs[i][0] == pairs[i][1])
        return sum(2 * hits[g] / (wanted[g] + given[g]) for g in wanted) / len(wanted)

    def acts_f1(picked: Sequence[int]) -> float:
        total = sum(len(acts[i][0]) + len(acts[i][1]) for i in picked)
        return 2 * sum(len(acts[i][0] & acts[i][1]) for i in picked) / total if total else 1.0

    found = {
        "goal": mean([row["scores"]["goal"] for row in rows], seed=seed, groups=groups),
        "goal_f1": resampled(len(rows), goal_f1, seed=seed, groups=groups),
        "acts_f1": resampled(len(rows), acts_f1, seed=seed, groups=groups),
    }
    voted = [row for row in rows if "act" in row["scores"]]
    if voted:
        of = [row["conversation"] for row in voted]
        found["act"] = mean([row["scores"]["act"] for row in voted], seed=seed, groups=of)
    return {name: found[name] for name in MEANING if name in found}


def _sections(
    rows: Sequence[Row], metrics: Mapping[str, Metric], chance: Mapping[str, Metric]
) -> list[tuple[str, str]]:
    table = Counter((row["label"], row["goal"]) for row in rows)
    lines = [
        f"{label}: " + ", ".join(f"read as {goal} {n}" for (own, goal), n in table.most_common() if own == label)
        for label in sorted({row["label"] for row in rows})
    ]
    wrong = [row for row in rows if row["faults"]][:20]
    bars = [("goal", metrics["goal"]), ("always the commonest", chance["goal"])]
    return [
        ("Scores", report.metric_table(metrics, MEANING) + report.interval_chart(bars, "Goals told right.", top=1.0)),
        ("Goal by goal", "".join(report.paragraph(line) for line in lines)),
        (
            "Twenty read otherwise",
            "".join(report.case(r["id"], [("said:", r["text"])], r["faults"]["goal"]) for r in wrong),
        ),
    ]
