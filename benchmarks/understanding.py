"""Messages read into intents and slots: by rules, by the model alone, by both; beside the bare model.

`python -m benchmarks.understanding [SET...]` needs the data sets named in `docs/labels.md`, and `shoppingbench` (see
`docs/data.md`). SET is `labels` or `shoppingbench`; what was read before of the other, with the same adapter, texts and
prompts, is taken from SHOPTALK_HOME. Some 900 messages go through two models: half an hour.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.icecat import home, run_suite
from benchmarks.record import data_folder, write
from benchmarks.tuning import key, sent, shown
from eval.metrics import Metric

SETS: dict[str, tuple[str, ...]] = {
    "labels": ("intent", "intent_f1", "price", "category", "brand", "features_f1", "dislikes_f1", "references_f1"),
    "shoppingbench": ("price", "attributes_f1", "attributes_precision", "attributes_recall", "gain/attributes_f1"),
}
# Of the labels a macro-F1 of 0.85 and a feature F1 of 0.75; of the requests bounds by both and by the model alone.
GOALS = {
    "labels/intent_f1": "0.85",
    "labels/price": "0.97",
    "labels/features_f1": "0.75",
    "shoppingbench/price": "0.99, model alone 0.95",
    "shoppingbench/attributes_f1": "twice the bare model's",
    "shoppingbench/gain/attributes_f1": "interval above 0",
}
ADAPTERS = ("shopper", "none")


def main(*options: str) -> None:
    """Reads the sets asked for, and writes the results of all that were read."""
    data = data_folder()
    if data is None:
        raise SystemExit("benchmarks: name the folder of the public data sets in SHOPTALK_DATA.")
    asked = [name for name in SETS if name in options] or list(SETS)
    places = {name: {adapter: place(name, adapter, data) for adapter in ADAPTERS} for name in SETS}
    found = {name: {a: kept(name, out) for a, out in places[name].items()} for name in SETS if name not in asked}
    for name in asked:
        more = [] if name == "labels" else ["--data", str(data / name)]
        found[name] = {
            adapter: run_suite("understanding", out, "--adapter", adapter, *more)
            for adapter, out in places[name].items()
        }
    table = [["set", "metric", "both", "rules", "model alone", "bare model alone", "items", "goal"]]
    for name, columns in SETS.items():
        table += [row(name, column, found[name]) for column in columns]
    note = (
        "labels: 350 messages of people, two readers and a third to decide (`docs/labels.md`); shoppingbench: its "
        "requests, with the words of the attributes meant. No message of five words or more was trained on. “Both” is "
        "what the chat uses; “bare model” is the model without its adapter, with its own prompt. `gain/...` is "
        "less the rules alone, on the same requests. 95 % bootstrap intervals over conversations or requests."
    )
    write("understanding", "What messages ask for", found, table, note)


def place(name: str, adapter: str, data: Path) -> Path:
    """Where the readings of a set are kept, by its texts and the prompt they are read with."""
    from assistant.understand import SCHEMA
    from eval import labels, shoppingbench
    from eval.plan import lines, need

    if name == "labels":
        rows: list[Any] = [asdict(item) for item in labels.shipped()]
    else:
        rows = [line for part in shoppingbench.FILES for _, line in lines(need(data / name, f"{part}.jsonl"))]
    prompt = sent("understand", [{"context": "", "message": ""}])
    return home() / "understanding" / key(adapter, rows, prompt, SCHEMA)


def kept(name: str, out: Path) -> dict[str, Any]:
    """What was measured of a set that is not read now; ends the program where it was not."""
    file = out / "understanding" / "metrics.json"
    if not file.is_file():
        raise SystemExit(f"benchmarks.understanding: {name} was never read as it is now: run it without naming a set.")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def row(name: str, column: str, found: dict[str, Any]) -> list[str]:
    """One metric of one set, by all systems that have it."""
    tuned, bare = found["shopper"], found["none"]
    told = [tuned["metrics"], tuned["baselines"]["rules"], tuned["baselines"]["model"], bare["baselines"]["model"]]
    cells = [shown(Metric(**m[column])) if column in m else "–" for m in told]
    return [name, f"`{column}`", *cells, str(told[0][column]["n"]), GOALS.get(f"{name}/{column}", "")]


if __name__ == "__main__":
    main(*sys.argv[1:])
