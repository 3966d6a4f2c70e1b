"""What the kind of tuning and the amount of data are worth: five short runs of `finetune sft`, side by side.

`python -m benchmarks.ablations [STEPS]`

Every run takes as many steps of as many rows, with one seed and one peak rate, but for the last, which is one pass
over the smaller share. What is finished is kept under SHOPTALK_HOME, and a run that was stopped goes on: the same
command may be given again until the table is there.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.icecat import home
from benchmarks.record import write
from benchmarks.tuning import key, readings, row

STEPS, BATCH, MESSAGES, DEV, SEED = 90, 8, 150, 100, 20261128
# Name -> settings; the first is what the others are compared with.
RUNS: dict[str, dict[str, object]] = {
    "LoRA r16, 100 % of the rows": {"method": "lora"},
    "AdaLoRA r16, 100 %": {"method": "adalora"},
    "DoRA r16, 100 %": {"method": "dora"},
    "LoRA r16, 30 %, as many steps": {"method": "lora", "share": 0.3},
    "LoRA r16, 30 %, one pass": {"method": "lora", "share": 0.3, "passes": 1},
}


def main() -> None:
    """Runs what is missing, then writes the results."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else STEPS
    data = rows(steps)
    found = {name: one(data, steps, changed) for name, changed in RUNS.items()}
    found["the bare model"] = asked("none")
    report(found, steps)


def rows(steps: int) -> Path:
    """The folder of rows for one pass of ``steps`` steps, and of dev rows of other types, makers and phrasings."""
    from finetune.data import SHIPPED, DataSettings
    from finetune.data import write as write_rows
    from finetune.settings import load

    out = home() / "ablations" / f"rows-{steps}"
    shutil.rmtree(out, ignore_errors=True)
    given = [f"understanding={steps * BATCH}", "explanation=0", "handwritten=0", f"dev={DEV}", f"seed={SEED}"]
    write_rows(load(DataSettings, SHIPPED, None, given), out)
    return out


def one(data: Path, steps: int, changed: dict[str, object]) -> dict[str, Any]:
    """One run, trained as far as it was not, and its answers to the messages."""
    from finetune.rows import read_rows
    from finetune.settings import load
    from finetune.sft import SHIPPED, SftSettings, train

    given = {
        "loop": "plain",
        "rank": 16,
        "alpha": 32,
        "learning_rate": 0.001,
        "batch": BATCH,
        "accumulate": 1,
        **changed,
    }
    if given.pop("passes", None):
        steps = round(steps * float(str(changed["share"])))
    given |= {"steps": steps, "seed": SEED % 1000, "checkpoint": 10}
    files = {"data": data / "train.jsonl.gz", "dev": data / "dev.jsonl.gz"}
    out = home() / "ablations" / key("none", [read_rows(file) for file in files.values()], given)
    begun = any(out.glob("checkpoints/*.pt"))
    given |= {**files, "out": out, "resume": str(begun).lower()}
    if not (out / "training.json").is_file():
        if not begun:
            shutil.rmtree(out, ignore_errors=True)
        train(load(SftSettings, SHIPPED, None, [f"{name}={value}" for name, value in given.items()]))
    told: dict[str, Any] = json.loads((out / "training.json").read_text(encoding="utf-8"))
    log = [json.loads(line) for line in (out / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    told["tokens_per_s"] = float(np.median([row["tokens_per_s"] for row in log]))
    return told | asked(str(out))


def asked(adapter: str) -> dict[str, Any]:
    """What the model with ``adapter`` answers to messages of the dev grammar: read once, and kept."""
    from finetune import messages

    return {"pairs": readings(adapter, list(messages.rows(random.Random(SEED), MESSAGES, True)))}


def report(found: dict[str, dict[str, Any]], steps: int) -> None:
    """Writes the table: each run by itself, and its slot F1 less that of the first on the same drawn messages."""
    from finetune.score import understanding

    first = found[next(iter(RUNS))]["pairs"]
    table = [["run", "dev loss", "intent", "slot F1", "less the first run", "tokens", "tokens/s"]]
    values: dict[str, Any] = {"steps": steps, "batch": BATCH, "messages": MESSAGES, "runs": {}}
    for name, run in found.items():
        pairs = run["pairs"]
        (less, cells), scores = row(pairs, first), understanding(pairs)
        run = {key: value for key, value in run.items() if key != "pairs"} | {"scores": scores, **less}
        values["runs"][name] = run
        table.append(
            [
                name,
                f"{run['dev_loss']:.3f}" if "dev_loss" in run else "–",
                f"{scores['intent']:.3f}",
                *cells,
                f"{run['tokens_per_epoch']:,} a pass" if "tokens_per_epoch" in run else "–",
                f"{run['tokens_per_s']:.0f}" if "tokens_per_s" in run else "–",
            ]
        )
    note = (
        f"`finetune sft` with loop=plain, {steps} steps of {BATCH} rows at a peak rate of 0.001 (the last run: one "
        f"pass over its rows), then {MESSAGES} messages with types, makers and phrasings of no training row, read by "
        f"the embedded engine; dev loss over {DEV * 4 // 5} other messages and {DEV // 5} explanations, a task that no "
        "run has learnt. 95 % bootstrap intervals over messages. Speeds were taken on a machine busy with other work."
    )
    write("ablations", "Kinds of tuning and shares of data", values, table, note)


if __name__ == "__main__":
    main()
