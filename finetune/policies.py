"""Weights for finding in a shop's documents, and for saying that they do not say. The manual is in policies.yaml."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from finetune.settings import RecipeError, RecipeSettings, begin
from retrieval import policy_search
from retrieval.jsonlines import read_rows
from retrieval.policy_search import BY_VECTORS, BY_WORDS, DOUBT, STATEMENT, PolicyShelf

if TYPE_CHECKING:
    import numpy as np

SHIPPED = Path(__file__).with_name("policies.yaml")


class PolicySettings(RecipeSettings):
    """The keys of policies.yaml, where each is explained."""

    questions: list[Path]
    shop: Path
    out: Path
    l2: float = Field(gt=0)
    doubt_l2: float = Field(gt=0)
    folds: int = Field(ge=2)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the passages that answer it; none for one that the documents do not answer."""

    text: str
    passages: frozenset[str]


def train(settings: PolicySettings) -> Path:
    """Learns both sets of weights, with vectors and by words alone; returns the file it wrote."""
    from retrieval.search import Shelf

    questions = read_questions(settings.questions)
    opened = PolicyShelf.open(Shelf.open(settings.shop))
    if opened is None:
        raise RecipeError(f"The shop in {settings.shop} has no documents", "Import some with --policies")
    words_alone = PolicyShelf(opened.passages, opened.groups, None)
    content = {
        "vectors": _learned(opened, questions, settings, BY_VECTORS),
        "words": _learned(words_alone, questions, settings, BY_WORDS),
    }
    begin(settings, settings.out)
    file = settings.out / policy_search.FILE.name
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return file


def read_questions(files: Sequence[Path]) -> list[Question]:
    """The questions of ``files`` that are there to learn from."""
    rows = [row for file in files for row in read_rows(file) if row.get("half") != "test"]
    if not rows:
        raise RecipeError("There is no question to learn from", "Name files of them with questions=[...]")
    return [Question(str(row["text"]), frozenset(map(str, row["passages"]))) for row in rows]


def _learned(
    shelf: PolicyShelf,
    questions: Sequence[Question],
    settings: PolicySettings,
    names: Sequence[str],
) -> dict[str, Any]:
    """Weights of those of ``names`` that are seen of a statement, and of those that are seen of a question."""
    import numpy as np

    statement, doubt = ([name for name in sort if name in names] for sort in (STATEMENT, DOUBT))
    ids = [passage.id for passage in shelf.passages]
    answered = [q for q in questions if q.passages]
    columns = [STATEMENT.index(name) for name in statement]
    seen = [shelf.statement_features(q.text) for q in answered]
    right = [np.array([ids[n] in q.passages for n in own]) for q, (_, own) in zip(answered, seen, strict=True)]
    weights = fit([features[:, columns] for features, _ in seen], right, settings.l2)
    whole = np.zeros(len(STATEMENT), dtype=np.float32)
    whole[columns] = weights
    picked = [DOUBT.index(name) for name in doubt]
    rows = np.stack([shelf.doubt_features(q.text, whole)[picked] for q in questions])
    none = np.array([not q.passages for q in questions])
    by_doubt, bias, limit = fit_doubt(rows, none, settings.doubt_l2, settings.folds)
    return {
        "statement": {name: round(float(w), 4) for name, w in zip(statement, weights, strict=True)},
        "doubt": {name: round(float(w), 4) for name, w in zip(doubt, by_doubt, strict=True)},
        "bias": round(bias, 4),
        "limit": round(limit, 3),
    }


def fit(features: Sequence[np.ndarray], right: Sequence[np.ndarray], l2: float) -> np.ndarray:
    """float64 (columns,): the weights that put most of a softmax over all statements on the right passages'.

    ``features`` are (statements, columns) a question, ``right`` bool (statements,). ``l2`` holds the weights, per
    standard deviation of their feature, near 0.
    """
    import numpy as np
    from scipy.optimize import minimize

    spread = np.mean([f.std(axis=0) for f in features], axis=0) + 1e-9

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = l2 * float(((w * spread) ** 2).sum()), 2 * l2 * w * spread**2
        for x, good in zip(features, right, strict=True):
            scores = x @ w
            mass = np.exp(scores - scores.max())
            total -= float(np.log(mass[good].sum() / mass.sum())) / len(features)
            slope = slope - ((mass[good] @ x[good]) / mass[good].sum() - (mass @ x) / mass.sum()) / len(features)
        return total, slope

    found: np.ndarray = minimize(loss, np.ones(features[0].shape[1]), jac=True, method="L-BFGS-B").x
    return found


def fit_doubt(rows: np.ndarray, none: np.ndarray, l2: float, folds: int) -> tuple[np.ndarray, float, float]:
    """Weights, bias and limit of a logistic regression of ``none`` (bool) on ``rows``; both classes weigh the same.

    The limit is the one with the best F1 of ``none`` over a cross-validation: each question is judged by what was
    learned from others.
    """
    import numpy as np

    part = np.zeros(len(rows), dtype=int)
    for kind in (True, False):
        part[none == kind] = np.arange(int((none == kind).sum())) % folds
    held = np.zeros(len(rows))
    for fold in range(folds):
        weights, bias = _logistic(rows[part != fold], none[part != fold], l2)
        held[part == fold] = 1 / (1 + np.exp(-(rows[part == fold] @ weights + bias)))
    limits = np.linspace(0.05, 0.95, 181)
    scores = [_f1(held >= limit, none) for limit in limits]
    # The middle of the limits that are equally good.
    best = np.flatnonzero(np.isclose(scores, max(scores)))
    return *_logistic(rows, none, l2), float(limits[best[len(best) // 2]])


def _f1(said: np.ndarray, none: np.ndarray) -> float:
    both = int((said & none).sum())
    return 2 * both / max(int(said.sum() + none.sum()), 1)


def _logistic(rows: np.ndarray, none: np.ndarray, l2: float) -> tuple[np.ndarray, float]:
    import numpy as np
    from scipy.optimize import minimize

    spread = rows.std(axis=0) + 1e-9
    middle = rows.mean(axis=0)
    x = (rows - middle) / spread
    weight = np.where(none, 0.5 / none.sum(), 0.5 / (~none).sum()) * len(rows)
    sign = np.where(none, 1.0, -1.0)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (x @ w[:-1] + w[-1])
        pull = -sign * weight / (1 + np.exp(margin))
        total = float((weight * np.logaddexp(0, -margin)).sum()) + l2 * float(w[:-1] @ w[:-1]) / 2
        return total, np.append(x.T @ pull + l2 * w[:-1], pull.sum())

    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights: np.ndarray = found[:-1] / spread
    return weights, float(found[-1] - weights @ middle)
