"""Are given candidates put in the order of a customer's history? Titles alone; nothing is learnt from any row.

Data: ``items.jsonl`` (``{"id", "title"}``) and ``users.jsonl`` (``{"user_id", "history": [item id...], "target",
"candidates": {list: [item id...]}}``), any of them ``.gz``. Of each list the first 20 are ranked; with the target
guaranteed, the first 19 that are not the target, and the target. A row's own fields serve that row alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.profile.affinity import affinities
from assistant.profile.content import Content
from eval import report, targets
from eval.metrics import Metric, mean
from eval.plan import EvalError, Outcome, Plan, need
from eval.suites.next_item import place, read_items
from eval.targets import Row
from retrieval.jsonlines import read_rows

SIZE = 20
OURS = "shoptalk"
_COUNTED = "named by recommenders"
# The lists that no recommender made, so that what recommenders name tells something of their candidates.
_BLIND = ("random",)
# Made of the others, and so no recommender of its own.
_MIXED = ("mixed",)
_WORST = 8

# (a row, name of its list, candidates as places) -> a score each.
Ranker = Callable[["Asked", str, Sequence[int]], np.ndarray]


@dataclass(frozen=True, slots=True)
class Asked:
    """One customer; all items as places."""

    id: Any
    history: tuple[int, ...]
    target: int
    # List -> its candidates, in the order given, each once.
    lists: Mapping[str, tuple[int, ...]]

    def guaranteed(self, name: str) -> list[int]:
        """The published setting: the first 19 besides the target, then the target."""
        return [*[c for c in self.lists[name] if c != self.target][: SIZE - 1], self.target]

    def named(self, name: str, candidates: Sequence[int]) -> list[int] | None:
        """How many recommenders name each candidate; None where the list itself comes from one."""
        if name not in _BLIND:
            return None
        others = [set(found) for other, found in self.lists.items() if other not in (*_BLIND, *_MIXED)]
        return [sum(c in found for found in others) for c in candidates]


def run(plan: Plan) -> Outcome:
    """Ranks every list of every row; raises ``EvalError`` where the files do not fit each other."""
    if plan.data is None:
        raise EvalError("The suite rerank ships no test set", "Name a folder with items.jsonl and users.jsonl: --data")
    from retrieval.embed import open_embedder

    items = read_items(need(plan.data, "items.jsonl"))
    asked = read_users(need(plan.data, "users.jsonl"), {row["id"]: at for at, row in enumerate(items)})
    titles = [str(row["title"]) for row in items]
    # Only what a row names is compared by meaning.
    used = sorted({p for row in asked for p in (*row.history, row.target, *(c for f in row.lists.values() for c in f))})
    plan.on_progress(0, len(used), "titles")
    made = open_embedder(None).encode([titles[p] for p in used])
    vectors = np.zeros((len(items), made.shape[1]), dtype=np.float32)
    vectors[used] = made
    return evaluate(items, asked, rankers(Content(titles, vectors, [""] * len(titles))), plan)


def read_users(path: Path, places: Mapping[Any, int]) -> list[Asked]:
    """The rows of users.jsonl; raises ``EvalError`` for one with an item that ``places`` lacks."""
    found = []
    for number, row in enumerate(read_rows(path), start=1):
        try:
            lists = {name: tuple(dict.fromkeys(places[id_] for id_ in ids)) for name, ids in row["candidates"].items()}
            history = tuple(places[id_] for id_ in row["history"])
            found.append(Asked(row.get("user_id", row.get("id")), history, places[row["target"]], lists))
        except (KeyError, TypeError, AttributeError) as error:
            raise EvalError(
                f"{path}, row {number} lacks a field, or names an item that items.jsonl does not have ({error})",
                'A row is {"user_id": ..., "history": [...], "target": ..., "candidates": {list: [...]}}',
            ) from error
    if not found:
        raise EvalError(f"{path} holds no row", "Name another folder with --data DIR")
    names = list(found[0].lists)
    if any(list(row.lists) != names for row in found):
        raise EvalError(f"The rows of {path} have not all the same lists", "Give each row the same lists")
    return found


def rankers(content: Content) -> dict[str, Ranker]:
    """Ours, ours by the titles alone, and simpler ones."""

    def counted(row: Asked, name: str, candidates: Sequence[int]) -> np.ndarray:
        return np.asarray(row.named(name, candidates) or [0] * len(candidates), dtype=float)

    return {
        OURS: lambda row, name, found: affinities(content, row.history, found, row.named(name, found)),
        "titles alone": lambda row, name, found: affinities(content, row.history, found),
        "words": lambda row, name, found: content.words[found] @ np.asarray(content.words[list(row.history)].mean(0)).T,
        "meaning": lambda row, name, found: content.vectors[found] @ content.vectors[list(row.history)].mean(axis=0),
        _COUNTED: counted,
    }


def evaluate(
    items: Sequence[Mapping[str, Any]], asked: Sequence[Asked], systems: Mapping[str, Ranker], plan: Plan
) -> Outcome:
    """Ranks each list with and without the target guaranteed; ``systems`` holds ours under ``OURS``."""
    names = list(asked[0].lists)
    head = next((name for name in names if name in _BLIND), names[0])
    rows: list[Row] = []
    for done, row in enumerate(asked, start=1):
        rows.append(_row(row, head, systems, [r["id"] for r in items]))
        plan.on_progress(done, len(asked), "customers")
    metrics = {name: targets.summary(rows, plan.seed, None if name == OURS else name) for name in systems}
    by_list = {
        f"{name}{suffix}": {
            system: mean([row["lists"][name][key][system] for row in rows], seed=plan.seed)
            for system in systems
            # Where recommenders are not asked, counting them orders nothing.
            if system != _COUNTED or name in _BLIND
        }
        for name in names
        for key, suffix in (("guaranteed", ""), ("open", ", not guaranteed"))
    }
    for system in systems:
        metrics[system] |= {f"{targets.HEAD}/{name}": f[system] for name, f in by_list.items() if system in f}
    return Outcome(
        predictions=rows,
        metrics=metrics[OURS],
        baselines={name: found for name, found in metrics.items() if name != OURS},
        model="likeness of titles by words and meaning, weights set by hand",
        lead=_lead(len(rows), head),
        sections=_sections(rows, metrics, by_list, {r["id"]: str(r["title"]) for r in items}, plan.seed),
    )


def _row(row: Asked, head: str, systems: Mapping[str, Ranker], ids: Sequence[Any]) -> Row:
    scores = {name: _columns(rank, row, head, row.guaranteed(head)) for name, rank in systems.items()}
    # More than the twenty: what else the list has, in the same order, as no score depends on another candidate.
    every = [*[c for c in row.lists[head] if c != row.target], row.target]
    best = np.argsort(-np.asarray(systems[OURS](row, head, every)).ravel(), kind="stable")
    lists = {}
    for name, found in row.lists.items():
        cut = list(found[:SIZE])
        lists[name] = {
            "guaranteed": {
                s: _columns(rank, row, name, row.guaranteed(name))[targets.HEAD] for s, rank in systems.items()
            },
            "open": {s: _columns(rank, row, name, cut)[targets.HEAD] for s, rank in systems.items()},
        }
    return {
        "id": row.id,
        "history": [ids[p] for p in row.history],
        "target": ids[row.target],
        "products": [ids[every[p]] for p in best.tolist()],
        "scores": scores.pop(OURS),
        "baselines": scores,
        "lists": lists,
    }


def _columns(rank: Ranker, row: Asked, name: str, candidates: Sequence[int]) -> dict[str, float]:
    # Equal scores go by the item's place in the catalogue: the order of the list would tell where the target stands.
    candidates = sorted(candidates)
    if row.target not in candidates:
        return targets.columns(None)
    return targets.columns(place(np.asarray(rank(row, name, candidates)).ravel(), candidates.index(row.target)))


def _lead(count: int, head: str) -> str:
    return (
        f"{count} customers, of whom the titles of what they bought are known. The scores are those of the list "
        f"“{head}” with the target guaranteed: its first {SIZE - 1} candidates and what was bought next. Nothing is "
        "learnt from any row, and a row's own fields serve that row alone; the few weights of the likeness were set by "
        "hand with this set in view. “shoptalk” counts, too, how many of the row's other lists, which recommenders "
        "made, name a candidate; “titles alone” does not."
    )


def _sections(
    rows: Sequence[Row],
    metrics: Mapping[str, Mapping[str, Metric]],
    by_list: Mapping[str, Mapping[str, Metric]],
    titles: Mapping[Any, str],
    seed: int,
) -> list[tuple[str, str]]:
    about = (
        "“words” is TF-IDF of the titles, “meaning” the embedding model, both by the mean of the history; “named by "
        "recommenders” counts the lists alone."
    )
    turned = {system: {name: f[system] for name, f in by_list.items() if system in f} for system in metrics}
    worst = sorted(rows, key=lambda row: row["scores"][targets.HEAD])[:_WORST]
    meaning = targets.MEANING | {f"{targets.HEAD}/{name}": f"the same for the list {name}" for name in by_list}
    note = (
        "Of a list that a recommender made, “shoptalk” leaves out what the other lists name: with the target put in by "
        "hand they would tell the recommender's own items from it. Not guaranteed, a target that is not among the "
        f"first {SIZE} counts 0 whatever the order."
    )
    return [
        ("Scores", report.metric_table(metrics[OURS], meaning)),
        ("Beside simpler rankings", targets.comparison(metrics, rows, seed, about)),
        (f"{targets.HEAD} by list", report.comparison_table(list(by_list), turned) + report.paragraph(note)),
        ("The worst", "".join(_case(row, titles) for row in worst)),
    ]


def _case(row: Row, titles: Mapping[Any, str]) -> str:
    def named(ids: Sequence[Any]) -> str:
        return " · ".join(titles[id_] for id_ in ids)

    return report.case(
        f"customer {row['id']} — {targets.HEAD} {report.number(row['scores'][targets.HEAD])}",
        [
            ("bought, latest last:", named(row["history"][-6:])),
            ("ranked first:", named(row["products"][:5])),
            ("bought next:", titles[row["target"]]),
        ],
    )
