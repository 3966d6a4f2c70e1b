"""What will a customer buy next? The shop's model of sequences beside popularity, Markov counts and content alone.

Data: ``items.jsonl`` (``{"id", "title", "brand"?, "description"?}``), ``valid.jsonl`` to learn from and ``test.jsonl``
to rank for (``{"id", "user_id"?, "history": [item id...], "target"}``, oldest first), any of them ``.gz``. The target
is ranked among all items. A test row's history serves that row alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from eval import report, targets
from eval.plan import EvalError, Outcome, Plan, need
from eval.targets import Row
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    from assistant.profile.content import Content
    from assistant.profile.habits import Step

# Histories, each the places of its items, oldest first -> for each a score for every item, shape (items,).
Scorer = Callable[[Sequence[Sequence[int]]], Iterable[np.ndarray]]

OURS = "shoptalk"
# How many items a row of the predictions names.
DEPTH = 100
# Characters of a description beside title and maker: what the embedding model reads of a text anyway.
_DESCRIPTION = 200
_WORST = 8


def run(plan: Plan) -> Outcome:
    """Learns from valid.jsonl, ranks for test.jsonl; raises ``EvalError`` where the files do not fit each other."""
    if plan.data is None:
        raise EvalError(
            "The suite next-item ships no test set",
            "Name a folder with items.jsonl, valid.jsonl and test.jsonl: --data",
        )
    items = read_items(need(plan.data, "items.jsonl"))
    places = {row["id"]: place for place, row in enumerate(items)}
    valid = read_steps(need(plan.data, "valid.jsonl"), places)
    test = read_steps(need(plan.data, "test.jsonl"), places)
    plan.on_progress(0, len(test), "test rows")
    return evaluate(items, test, scorers(read_content(items), [step for _, step in valid], plan.seed), plan)


def read_items(path: Path) -> list[dict[str, Any]]:
    """The rows of items.jsonl, in the file's order."""
    rows = read_rows(path)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row.get("id"), (int, str)) or not isinstance(row.get("title"), str):
            raise EvalError(f"{path}, row {number} has no id or no title", 'A row is {"id": ..., "title": ...}')
    if len({row["id"] for row in rows}) < len(rows):
        raise EvalError(f"{path} has an item twice", "Give each item an id of its own")
    if not rows:
        raise EvalError(f"{path} holds no item", "Name another folder with --data DIR")
    return rows


def read_steps(path: Path, places: Mapping[Any, int]) -> list[tuple[Any, Step]]:
    """(row id, step) of each row; raises ``EvalError`` for a row with an item that ``places`` lacks."""
    from assistant.profile.habits import Step

    found = []
    for number, row in enumerate(read_rows(path), start=1):
        try:
            history = tuple(places[id_] for id_ in row["history"])
            found.append((row["id"], Step(str(row.get("user_id", row["id"])), history, places[row["target"]])))
        except (KeyError, TypeError) as error:
            raise EvalError(
                f"{path}, row {number} lacks a field, or names an item that items.jsonl does not have ({error})",
                'A row is {"id": ..., "history": [...], "target": ...}',
            ) from error
    if not found:
        raise EvalError(f"{path} holds no row", "Name another folder with --data DIR")
    return found


def read_content(items: Sequence[Mapping[str, Any]]) -> Content:
    """The items' texts: words of title and maker, the meaning of the description, too."""
    from assistant.profile.content import Content
    from retrieval.embed import open_embedder

    brands = [str(row.get("brand") or "") for row in items]
    names = [f"{row['title']} {brand}" for row, brand in zip(items, brands, strict=True)]
    full = [
        f"{row['title']}. {brand}. {str(row.get('description') or '')[:_DESCRIPTION]}"
        for row, brand in zip(items, brands, strict=True)
    ]
    return Content(names, open_embedder(None).encode(full), brands)


def scorers(content: Content, valid: Sequence[Step], seed: int) -> dict[str, Scorer]:
    """The model under ``OURS``, and the simpler rankings beside it, all learnt from ``valid``."""
    from assistant.profile.sequence import learn

    popular = np.bincount([step.target for step in valid], minlength=content.size).astype(np.float32)
    # Ties, and what was never seen, go by popularity.
    by_popularity = popular / (popular.max() + 1) * 1e-3
    follow = np.zeros((content.size, content.size), dtype=np.float32)
    # A user's rows repeat each other's beginnings: each pair counts once a user.
    for _, a, b in {(s.user, a, b) for s in valid for a, b in pairwise((*s.history, s.target))}:
        follow[a, b] += 1
    return {
        OURS: learn(valid, content, seed=seed).scores,
        "popularity": lambda histories: (popular for _ in histories),
        "markov": lambda histories: (follow[h[-1]] + by_popularity if h else popular for h in histories),
        "content": lambda histories: (content.meaning(h[-1:])[0] if h else popular for h in histories),
    }


def evaluate(
    items: Sequence[Mapping[str, Any]], test: Sequence[tuple[Any, Step]], systems: Mapping[str, Scorer], plan: Plan
) -> Outcome:
    """Ranks all items for each row by each system; ``systems`` holds ours under ``OURS``."""
    rows: list[Row] = []
    histories = [step.history for _, step in test]
    answers = zip(*(score(histories) for score in systems.values()), strict=True)
    for done, ((id_, step), found) in enumerate(zip(test, answers, strict=True), start=1):
        scores = dict(zip(systems, found, strict=True))
        best = np.argsort(-scores[OURS], kind="stable")[:DEPTH]
        columns = {name: targets.columns(place(column, step.target)) for name, column in scores.items()}
        rows.append(
            {
                "id": id_,
                "user": step.user,
                "history": [items[p]["id"] for p in step.history],
                "target": items[step.target]["id"],
                "products": [items[p]["id"] for p in best.tolist()],
                "scores": columns.pop(OURS),
                "baselines": columns,
            }
        )
        if done % 50 == 0 or done == len(test):
            plan.on_progress(done, len(test), "test rows")
    metrics = {name: targets.summary(rows, plan.seed, None if name == OURS else name) for name in systems}
    return Outcome(
        predictions=rows,
        metrics=metrics[OURS],
        baselines={name: found for name, found in metrics.items() if name != OURS},
        model="sequence, content and popularity, weighed by a conditional logit learnt from valid.jsonl",
        lead=(
            f"{len(rows):,} histories of {len({row['user'] for row in rows}):,} customers; what each bought next is "
            f"ranked among all {len(items):,} items. Everything was learnt from the validation rows; a test row's "
            "history serves that row alone. Intervals are the 95 % bootstrap over customers."
        ),
        sections=_sections(rows, metrics, {row["id"]: str(row["title"]) for row in items}, plan.seed),
    )


def place(scores: np.ndarray, target: int) -> int:
    """How many items stand before the target, counted from 0; equal scores stand in the catalogue's order."""
    mine = scores[target]
    return int((scores > mine).sum() + (scores[:target] == mine).sum())


def _sections(
    rows: Sequence[Row], metrics: Mapping[str, Mapping[str, Any]], titles: Mapping[Any, str], seed: int
) -> list[tuple[str, str]]:
    about = (
        "“popularity” is how often an item was the next one; “markov” how often it followed the last item; “content” "
        "its likeness with the last item by the embedding model."
    )
    lengths = {}
    for name, least, most in (("1 item", 1, 1), ("2 or 3 items", 2, 3), ("4 to 6 items", 4, 6), ("more", 7, 10**6)):
        some = [row for row in rows if least <= len(row["history"]) <= most]
        if some:
            lengths[f"{name} ({len(some)})"] = targets.summary(some, seed)
    missed = [row for row in rows if not row["scores"]["hr@20"]][:_WORST]
    return [
        ("Scores", report.metric_table(metrics[OURS], targets.MEANING)),
        ("Beside simpler rankings", targets.comparison(metrics, rows, seed, about)),
        ("By length of the history", report.comparison_table(list(targets.MEANING), lengths)),
        ("Missed", "".join(_case(row, titles) for row in missed) or report.paragraph("None.")),
    ]


def _case(row: Row, titles: Mapping[Any, str]) -> str:
    def named(ids: Sequence[Any]) -> str:
        return " · ".join(titles[id_] for id_ in ids)

    return report.case(
        str(row["id"]),
        [
            ("bought, oldest first:", named(row["history"])),
            ("expected next:", named(row["products"][:5])),
            ("came next:", titles[row["target"]]),
        ],
    )
