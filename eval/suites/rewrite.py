"""Is the need of an utterance put into words that stand alone, as people put it, and is its type told?

Data: ``crowd.jsonl`` and ``curated.jsonl``, or one of them: dialogues with labels per user utterance, each a type
(search, recommendation or product_details) and a stand-alone query in a person's words, by several annotators or in
several wordings. The rewriting is what the assistant holds after the utterance: its words and those wishes of the
conversation that it leaves unsaid. Nothing is learnt from the labels.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval import report
from eval.metrics import Metric, mean, resampled
from eval.plan import EvalError, Outcome, Plan, find
from eval.reading import reader_of, readings
from eval.text_metrics import bleu, bleu_counts, chrf, token_f1
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.state import Preferences, Understanding

FILES = ("crowd.jsonl", "curated.jsonl")
MEANING = {
    "token_f1": "F1 of the words of the query against the closest human one",
    "chrf": "F2 of character n-grams against the closest human query (sacrebleu's chrF, from 0 to 1)",
    "bleu": "BLEU of all queries together against all human ones (sacrebleu's, from 0 to 1)",
    "type": "share of utterances whose type most annotators, or the authors, gave",
}
# Words that ask or thank, and say nothing of the need.
_EMPTY = frozenset(
    "i i'm i'd i've i'll me my we you your it it's that that's this these those they the a an do does did can could "
    "would will is are am was be been have has had please thanks thank great sounds perfect yes no okay ok hi hello "
    "hey sure well just really so some any also to of tell show find want need like looking know think get there "
    "what which how more about and but or if for with in on at from as by not let's actually definitely something "
    "wow good nice help suggest suggestions recommend recommendations options interested".split()
)
_WORD = re.compile(r"[^\W_]+(?:[-'.’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled utterance: which of the user's it is, from 0, and what people say it asks."""

    id: str
    dialogue: str
    place: int
    types: tuple[str, ...]
    queries: tuple[str, ...]


def run(plan: Plan) -> Outcome:
    """Rewrites every labelled utterance; raises ``EvalError`` where the folder has no labels."""
    talks = _talks(plan)
    model, name = reader_of(plan)
    rows: list[dict[str, Any]] = []
    for done, talk in enumerate(talks, start=1):
        rows += _read(talk, model)
        plan.on_progress(done, len(talks), "dialogues")
    if not rows:
        raise EvalError(f"{plan.data} has no labelled utterance", "A label has an utterance, a type and a query")
    metrics = _measured(rows, plan.seed)
    baselines = {b: _baseline(rows, b, plan.seed) for b in ("message", "message_and_first")}
    common = Counter(row["types"][0] for row in rows).most_common(1)[0][0]
    groups = [row["conversation"] for row in rows]
    baselines["most_common"] = {
        "type": mean([float(common in r["types"]) for r in rows], seed=plan.seed, groups=groups)
    }
    return Outcome(_public(rows), metrics, name, _lead(rows), _sections(rows, metrics, baselines), baselines)


def stand_alone(text: str, wishes: Preferences) -> str:
    """The utterance's own words of need, after those of the conversation's wishes that it does not repeat."""
    own = [w for w in _WORD.findall(text) if w.lower().replace("’", "'") not in _EMPTY]
    said = {w.lower() for w in own}
    kind = next((str(w.value) for w in wishes.of("category")), "")
    before = [w for w in _WORD.findall(kind) if w.lower() not in said and w.lower().rstrip("s") not in said]
    return " ".join([*before, *own])


def kind_of(said: Understanding, text: str) -> str:
    """The label's type for the assistant's intent: facts of a shown item, products, or knowledge of the world."""
    if said.intent in ("ask_product", "compare"):
        return "product_details"
    if said.intent in ("find", "refine", "cart"):
        return "recommendation"
    return "search" if "?" in text else "recommendation"


def _talks(plan: Plan) -> list[dict[str, Any]]:
    if plan.data is None:
        raise EvalError("The suite rewrite ships no test set", f"Name a folder with {' or '.join(FILES)}: --data")
    files = [path for name in FILES if (path := find(plan.data, name))]
    if not files:
        raise EvalError(f"The folder {plan.data} has no {' and no '.join(FILES)}", "Name another with --data DIR")
    return [talk for path in files for talk in read_rows(path)]


def _read(talk: Mapping[str, Any], model: BaseChatModel | None) -> Iterator[dict[str, Any]]:
    said = [turn["text"] for turn in talk["turns"] if turn["speaker"] == "user"]
    read = list(readings([(turn["speaker"] == "user", turn["text"]) for turn in talk["turns"]], model))
    for item in _labelled(talk, said):
        reading, wishes = read[item.place]
        text = said[item.place]
        others = {"message": _texts(text, item), "message_and_first": _texts(f"{said[0]} {text}", item)}
        yield {**_scored(item, text, stand_alone(text, wishes), kind_of(reading, text)), "baselines": others}


def _labelled(talk: Mapping[str, Any], said: Sequence[str]) -> Iterator[Item]:
    for label in talk["labels"]:
        given = [*label.get("intents", ()), *(row for rows in label.get("annotators", ()) for row in rows)]
        queries = tuple(q for row in given for q in row.get("queries", [row.get("query")]) if q and q.strip())
        counts = Counter(row["type"] for row in given if row.get("type"))
        if queries and counts and label["utterance"] < len(said):
            # Several types of one utterance are all right where authors reviewed them; of a crowd, the most given.
            most = max(counts.values())
            types = tuple(t for t, n in counts.items() if "intents" in label or n == most)
            yield Item(f"{talk['id']}:{label['utterance']}", str(talk["id"]), label["utterance"], types, queries)


def _texts(query: str, item: Item) -> dict[str, Any]:
    return {
        "token_f1": token_f1(query, item.queries),
        "chrf": chrf(query, item.queries),
        "counts": bleu_counts(query, item.queries),
    }


def _scored(item: Item, text: str, query: str, kind: str) -> dict[str, Any]:
    texts = _texts(query, item)
    right = kind in item.types
    return {
        "id": item.id,
        "conversation": item.dialogue,
        "text": text,
        "query": query,
        "type": kind,
        "types": list(item.types),
        "queries": list(item.queries),
        "counts": texts.pop("counts"),
        "scores": {**texts, "type": float(right)},
        "faults": {} if right else {"type": [f"read as {kind}, labelled {' or '.join(item.types)}"]},
    }


def _public(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k not in ("counts", "baselines")} for row in rows]


def _measured(rows: Sequence[Mapping[str, Any]], seed: int) -> dict[str, Metric]:
    groups = [row["conversation"] for row in rows]
    found = {
        n: mean([row["scores"][n] for row in rows], seed=seed, groups=groups) for n in ("token_f1", "chrf", "type")
    }
    counts = [row["counts"] for row in rows]
    found["bleu"] = resampled(len(rows), lambda picked: bleu(counts[i] for i in picked), seed=seed, groups=groups)
    return {name: found[name] for name in MEANING}


def _baseline(rows: Sequence[Mapping[str, Any]], name: str, seed: int) -> dict[str, Metric]:
    plain = [
        {**row, "scores": {**row["baselines"][name], "type": 0.0}, "counts": row["baselines"][name]["counts"]}
        for row in rows
    ]
    return {n: m for n, m in _measured(plain, seed).items() if n != "type"}


def _lead(rows: Sequence[Mapping[str, Any]]) -> str:
    return (
        f"{len(rows)} utterances of {len({r['conversation'] for r in rows})} dialogues, each rewritten as a query that "
        "stands alone, beside the queries that people wrote for it. Both sides of the dialogues were written by a "
        "language model; only queries and types are human. “message” sends the last message as it is."
    )


def _sections(
    rows: Sequence[Mapping[str, Any]], metrics: Mapping[str, Metric], baselines: Mapping[str, Mapping[str, Metric]]
) -> list[tuple[str, str]]:
    worst = sorted(rows, key=lambda row: row["scores"]["token_f1"])[:15]
    bars = [("ours", metrics["token_f1"]), *((n, m["token_f1"]) for n, m in baselines.items() if "token_f1" in m)]
    return [
        ("Scores", report.metric_table(metrics, MEANING)),
        (
            "Beside simpler ways",
            report.comparison_table(list(MEANING), {"ours": metrics, **baselines})
            + report.interval_chart(bars, "Token F1 with its 95 % interval.", top=1.0),
        ),
        ("Spread", report.histogram([row["scores"]["token_f1"] for row in rows], "Utterances by token F1.")),
        ("The fifteen furthest from what people wrote", "".join(_case(row) for row in worst)),
    ]


def _case(row: Mapping[str, Any]) -> str:
    lines = [("said:", row["text"]), ("rewritten:", row["query"]), ("people wrote:", " / ".join(row["queries"][:3]))]
    return report.case(row["id"], lines, row["faults"].get("type", ()))
