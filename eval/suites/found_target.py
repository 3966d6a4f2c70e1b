"""Is the product that a real shopper had in mind found from their words? Their turns are fed, the target looked for.

Data: ``dialogues.jsonl`` (``{"id","domain","target":{"id","title"},"messages":[{"role":"human","text"}]}``) and
``tasks.jsonl`` (``{"domain","target_id","target_text"}``). The corpus that the shoppers searched is not published: the
catalogue is made of what the folder names, every target by its title and, where a task has it, its text, and of
``products.jsonl`` where the folder has one. It is far smaller than theirs and none of its distractors was chosen to be
hard, so the figures cannot be set against those of the people.

The shoppers answered another assistant: from the turn on where it differs from ours, their words fit less well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval import report
from eval.metrics import Metric, mean, quantile
from eval.plan import EvalError, Outcome, Plan, find, need
from eval.reading import reader_of
from eval.shop import open_or_build, shop_hash
from retrieval.jsonlines import read_rows, write_rows

Row = Mapping[str, Any]
MEANING = {
    "found": "share of dialogues in which the target was on a card at some turn",
    "found@1": "share of dialogues in which the target was the first card at some turn",
    "found_in_first_turn": "share of dialogues in which the target was on a card after the first message",
    "turns_to_target": "shopper's messages until the target was on a card, where it ever was, half need fewer",
    "products_seen": "different products shown until the target, or until the end",
    "chance": "share of dialogues that showing as many products of the same domain at random would find",
}
_TYPES = {"laptop": "Laptop", "bicycle": "Bicycle", "running_shoes": "Running Shoes"}
_TEXT = re.compile(r"^title: (?P<title>.*?)\s{2}(?P<rest>.*)$", re.DOTALL)


def run(plan: Plan) -> Outcome:
    """Plays every dialogue; raises ``EvalError`` where the folder lacks its files or no dialogue has a target."""
    from assistant.play import play

    if plan.data is None:
        raise EvalError("The suite found-target ships no test set", "Name a folder with dialogues.jsonl: --data")
    talks = [t for t in read_rows(need(plan.data, "dialogues.jsonl")) if (t.get("target") or {}).get("title")]
    if not talks:
        raise EvalError(f"No dialogue of {plan.data} has a target", "Check that its rows have target.id and .title")
    domains = _write_feed(plan, plan.data, talks)
    folder = plan.out / "found-target-feed"
    # A shop of its own: --shop names one of other products, and another suite's must not be replaced.
    shelf = open_or_build(replace(plan, out=folder, shop=None), folder)
    model, name = reader_of(plan)
    rows = []
    for done, talk in enumerate(talks, start=1):
        said = [m["text"] for m in talk["messages"] if m["role"] == "human" and m["text"].strip()]
        # A message longer than the assistant reads is the shopper's all the same: its beginning is fed.
        script = {"id": talk["id"], "turns": [text[:2000] for text in said]}
        rows.append(judge(talk, list(play([script], shelf=shelf, model=model)), domains))
        plan.on_progress(done, len(talks), "dialogues")
    metrics = measured(rows, plan.seed)
    by_domain = {d: measured([r for r in rows if r["domain"] == d], plan.seed) for d in sorted({*domains.values()})}
    named = {f"found, {d}": m["found"] for d, m in by_domain.items() if "found" in m}
    sections = _sections(rows, metrics, by_domain)
    return Outcome(rows, metrics | named, name, _lead(rows, domains), sections, shop=shop_hash(shelf.folder))


def _write_feed(plan: Plan, data: Path, talks: Sequence[Row]) -> dict[str, str]:
    """Writes the catalogue under ``plan.out``; product id -> domain of the targets."""
    texts = {t["target_id"]: t["target_text"] for t in read_rows(need(data, "tasks.jsonl"))}
    domains = {t["target"]["id"]: t["domain"] for t in talks}
    titles = {t["target"]["id"]: t["target"]["title"] for t in talks}
    rows = []
    for id_, title in titles.items():
        match = _TEXT.match(texts.get(id_, ""))
        kind = _TYPES.get(domains[id_], domains[id_].replace("_", " "))
        rows.append({"id": id_, "title": title, "category": kind, "description": match["rest"] if match else ""})
    own = find(data, "products.jsonl")
    known = set(titles)
    rows += [row for row in (read_rows(own) if own else ()) if row["id"] not in known]
    folder = plan.out / "found-target-feed"
    folder.mkdir(parents=True, exist_ok=True)
    write_rows(folder / "products.jsonl", rows)
    return domains


def judge(talk: Row, turns: Sequence[Row], domains: Mapping[str, str]) -> dict[str, Any]:
    """When the target appeared, and what was seen before; ``turns`` are rows of ``play``."""
    target, seen = talk["target"]["id"], list[str]()
    at = next((turn["turn"] for turn in turns if target in turn["shown"]), None)
    for turn in turns[: at or len(turns)]:
        seen += [id_ for id_ in turn["shown"] if id_ not in seen]
    rivals = sum(domain == talk["domain"] for domain in domains.values())
    scores: dict[str, float] = {
        "found": float(at is not None),
        "found@1": float(any(turn["shown"][:1] == [target] for turn in turns)),
        "found_in_first_turn": float(at == 1),
        "products_seen": float(len(seen)),
        "chance": min(1.0, len(seen) / rivals),
    }
    if at is not None:
        scores["turns_to_target"] = float(at)
    shown = [{"turn": t["turn"], "text": t["text"], "shown": t["shown"], "reply": t["reply"]} for t in turns]
    why = [] if at else [_why(turns)]
    return {
        "id": str(talk["id"]),
        "domain": talk["domain"],
        "target": target,
        "title": talk["target"]["title"],
        "products": seen,
        "turns": shown,
        "scores": scores,
        "faults": {"missed": why} if why else {},
    }


def _why(turns: Sequence[Row]) -> str:
    if not any(turn["shown"] for turn in turns):
        return "no product was ever shown"
    last = turns[-1]
    wishes = ", ".join(str(wish["value"]) for wish in last["wishes"])
    return f"other products were shown; wishes at the end: {wishes or 'none'}"


def measured(rows: Sequence[Row], seed: int) -> dict[str, Metric]:
    """Each column over the dialogues that have it."""
    found = {}
    for name in MEANING:
        values = [row["scores"][name] for row in rows if name in row["scores"]]
        if values:
            found[name] = quantile(values, 0.5, seed=seed) if name == "turns_to_target" else mean(values, seed=seed)
    return found


def _lead(rows: Sequence[Row], domains: Mapping[str, str]) -> str:
    return (
        f"{len(rows)} dialogues of real shoppers, each with a product in mind that they had read a story about. Their "
        f"messages are fed one by one to a shop of {len(domains)} targets (the corpus they searched is not "
        "published, so this is a far easier search than theirs: with their own assistant, over the whole corpus, they "
        "found the target in 34.2 % of dialogues). “chance” says what showing as many random products would find here."
    )


def _sections(
    rows: Sequence[Row], metrics: Mapping[str, Metric], by_domain: Mapping[str, Mapping[str, Metric]]
) -> list[tuple[str, str]]:
    bars = [(name, m["found"]) for name, m in by_domain.items()] + [("chance, all", metrics["chance"])]
    turns = [row["scores"]["turns_to_target"] for row in rows if "turns_to_target" in row["scores"]]
    missed = [row for row in rows if row["faults"]]
    return [
        ("Scores", report.metric_table(metrics, MEANING)),
        (
            "By what was looked for",
            report.comparison_table(list(MEANING), by_domain)
            + report.interval_chart(bars, "Dialogues in which the target was shown.", top=1.0),
        ),
        ("When it was found", report.histogram(turns, "Dialogues by the shopper's messages until the target.")),
        (f"Not found ({len(missed)}, ten shown)", "".join(_case(row) for row in missed[:10])),
    ]


def _case(row: Row) -> str:
    lines = [("wanted:", f"{row['target']} {row['title']}")]
    for turn in row["turns"][:8]:
        lines += [("shopper:", turn["text"][:300]), ("shown:", ", ".join(turn["shown"]) or "nothing")]
    return report.case(f"{row['domain']}, {row['id']}", lines, row["faults"]["missed"])
