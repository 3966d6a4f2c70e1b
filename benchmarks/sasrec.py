"""SASRec as RecTools has it, learnt from valid.jsonl and asked for test.jsonl: where it puts each target.

RecTools pins older libraries than ShopTalk, so it runs in an environment of its own:
`python -m venv PEER && PEER/bin/pip install "rectools[torch]==0.19.0"`, then
`PEER/bin/python benchmarks/sasrec.py $SHOPTALK_DATA/amazon_industrial places.json`; `benchmarks.recommending` reads it.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel

# The sizes of the paper for sparse data; thirty passes, after which the loss hardly falls.
SETTINGS = {
    "n_factors": 64,
    "n_blocks": 2,
    "n_heads": 1,
    "dropout_rate": 0.3,
    "session_max_len": 11,
    "epochs": 30,
    "batch_size": 128,
    "lr": 1e-3,
    "loss": "softmax",
}
DEPTH = 100


def main(data: str, out: str) -> None:
    """Writes the place of each test row's target, null where it is not among the first ``DEPTH``."""
    valid, test = (_rows(Path(data), name) for name in ("valid", "test"))
    model = SASRecModel(**SETTINGS)
    model.fit(_dataset(_chains(valid)))
    asked = _dataset(row["history"] for row in test)
    found = model.recommend(
        users=list(range(len(test))), dataset=asked, k=DEPTH, filter_viewed=False, on_unsupported_targets="ignore"
    )
    lists: dict[int, list[Any]] = found.groupby(Columns.User)[Columns.Item].apply(list).to_dict()
    places = {}
    for number, row in enumerate(test):
        ranking = lists.get(number, [])
        places[str(row["id"])] = ranking.index(row["target"]) if row["target"] in ranking else None
    Path(out).write_text(json.dumps({"settings": SETTINGS, "places": places}) + "\n", encoding="utf-8")


def _rows(data: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _chains(valid: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Whole sequences: a row that goes on with another of the same user takes its place."""
    of_user: dict[str, list[tuple[Any, ...]]] = {}
    for row in valid:
        line = (*row["history"], row["target"])
        known = of_user.setdefault(row["user_id"], [])
        known[:] = [other for other in known if line[: len(other)] != other]
        known.append(line)
    return [line for lines in of_user.values() for line in lines]


def _dataset(lines: Iterable[Sequence[Any]]) -> Any:
    day = pd.Timestamp("2018-01-01")
    rows = [
        (user, item, 1.0, day + pd.Timedelta(days=at))
        for user, line in enumerate(lines)
        for at, item in enumerate(line)
    ]
    return Dataset.construct(pd.DataFrame(rows, columns=[Columns.User, Columns.Item, Columns.Weight, Columns.Datetime]))


if __name__ == "__main__":
    main(*sys.argv[1:])
