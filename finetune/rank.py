"""The ranker of search results: judged queries in, a weight for each feature out. The manual is in rank.yaml."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from finetune.settings import RecipeError, RecipeSettings, begin
from retrieval.jsonlines import open_text, read_rows
from retrieval.rank import FEATURES, fingerprint
from retrieval.text import words

if TYPE_CHECKING:
    import numpy as np

    from retrieval.search import Shelf

SHIPPED = Path(__file__).with_name("rank.yaml")
# The features by whose best the candidates of a query are picked.
_PICKING = ("text", "field", "dense", "agreement")


class RankSettings(RecipeSettings):
    """The keys of rank.yaml, where each is explained."""

    data: Path
    shop: Path
    out: Path
    pool: int = Field(ge=1)
    unjudged: float = Field(gt=0, le=1)
    l2: float = Field(gt=0)


@dataclass(frozen=True, slots=True)
class Example:
    """One judged query and its candidates."""

    text: str
    # float32 of shape (m, features); float64 of shape (m,): 2^grade - 1, NaN where nobody judged.
    features: np.ndarray
    gains: np.ndarray


def train(settings: RankSettings) -> Path:
    """Learns from the judged queries of ``settings.data`` over the shop; returns the file it wrote."""
    from retrieval.search import Shelf

    examples = read_examples(Shelf.open(settings.shop), settings.data, settings.pool)
    weights = fit(examples, settings.unjudged, settings.l2)
    left_out = {
        fingerprint(e.text): list(fit(apart(examples, e.text), settings.unjudged, settings.l2).values())
        for e in examples
    }
    begin(settings, settings.out)
    content = {"weights": weights, "left_out": left_out}
    file = settings.out / "ranker.json"
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return file


def read_examples(shelf: Shelf, data: Path, pool: int) -> list[Example]:
    """The queries of ``data`` (queries.jsonl, qrels.tsv) that have a product judged above 0."""
    import numpy as np

    grades = _grades(data / "qrels.tsv")
    row_of = {id_: row for row, id_ in enumerate(shelf.ids)}
    examples = []
    for row in read_rows(data / "queries.jsonl"):
        judged = {row_of[i]: g for i, g in grades.get(str(row["id"]), {}).items() if i in row_of}
        if not any(g > 0 for g in judged.values()):
            continue
        every = shelf.features(str(row["text"]))
        picked = set(judged)
        for name in _PICKING:
            picked.update(np.argsort(-every[:, FEATURES.index(name)], kind="stable")[:pool].tolist())
        rows = sorted(picked)
        gains = np.array([2.0 ** judged[r] - 1 if r in judged else np.nan for r in rows])
        examples.append(Example(str(row["text"]), every[rows], gains))
    if not examples:
        raise RecipeError(f"No query of {data} has a product of the shop judged above 0", "Name its own shop and data")
    return examples


def _grades(path: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    try:
        with open_text(path) as file:
            for line in list(file)[1:]:
                query, product, grade = line.rstrip("\n").split("\t")[:3]
                found.setdefault(query, {})[product] = float(grade)
    except (OSError, ValueError) as error:
        raise RecipeError(
            f"{path} cannot be read: {error}", "A line is query id, product id, grade, with tabs"
        ) from error
    return found


def apart(examples: Sequence[Example], text: str) -> list[Example]:
    """The examples that share no word with ``text``: "mouse" learns nothing from "gaming mouse"."""
    own = set(words(text))
    return [e for e in examples if not own & set(words(e.text))]


def fit(examples: Sequence[Example], unjudged: float, l2: float) -> dict[str, float]:
    """The weights that put most of a softmax over each query's candidates on the good ones, none below 0.

    The loss of a query is the cross entropy between its gains, scaled to a sum of 1, and the softmax of the scores
    (ListNet). What nobody judged counts as wrong, ``unjudged`` times as much as what was judged so: most of it is.
    ``l2`` holds the weights, per standard deviation of their feature, near 0.
    """
    import numpy as np
    from scipy.optimize import minimize

    spread = np.concatenate([e.features for e in examples]).std(axis=0) + 1e-9
    columns = [e.features / spread for e in examples]
    wanted = [np.nan_to_num(e.gains) / np.nansum(e.gains) for e in examples]
    weight = [np.where(np.isnan(e.gains), unjudged, 1.0) for e in examples]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = l2 * float(w @ w), 2 * l2 * w
        for x, target, counted in zip(columns, wanted, weight, strict=True):
            scores = x @ w
            top = scores.max()
            mass = counted * np.exp(scores - top)
            total += (top + np.log(mass.sum()) - target @ scores) / len(columns)
            slope = slope + x.T @ (mass / mass.sum() - target) / len(columns)
        return total, slope

    start = np.zeros(len(FEATURES))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(FEATURES)).x / spread
    return {name: round(float(w), 6) for name, w in zip(FEATURES, found / found.sum(), strict=True)}
