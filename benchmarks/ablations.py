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

from benchmarks.adapter import read
from benchmarks.icecat import home
from benchmarks.record import write

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
    folder = home() / f"ablations-{steps}"
    data = rows(folder, steps)
    found = {name: one(folder, data, number, steps, changed) for number, (name, changed) in enumerate(RUNS.items())}
    found["the bare model"] = asked(folder / "bare.json", "none")
    report(found, steps)


def rows(folder: Path, steps: int) -> Path:
    """Rows for one pass of ``steps`` steps, and dev rows of types, makers and phrasings that they have not."""
    from finetune.data import SHIPPED, DataSettings
    from finetune.data import write as write_rows
    from finetune.settings import load

    out = folder / "rows"
    if not out.is_dir():
        given = [f"understanding={steps * BATCH}", "explanation=0", "handwritten=0", f"dev={DEV}", f"seed={SEED}"]
        write_rows(load(DataSettings, SHIPPED, None, given), out)
    return out


def one(folder: Path, data: Path, number: int, steps: int, changed: dict[str, object]) -> dict[str, Any]:
    """One run, trained as far as it was not, and its answers to the messages."""
    from finetune.settings import load
    from finetune.sft import SHIPPED, SftSettings, train

    out = folder / f"run-{number}"
    given = dict(changed)
    if given.pop("passes", None):
        steps = round(steps * float(str(changed["share"])))
    given |= {"data": data / "train.jsonl.gz", "dev": data / "dev.jsonl.gz", "out": out, "loop": "plain", "rank": 16}
    given |= {"alpha": 32, "learning_rate": 0.001, "batch": BATCH, "accumulate": 1, "steps": steps, "seed": SEED % 1000}
    begun = any(out.glob("checkpoints/*"))
    given |= {"checkpoint": 10, "resume": str(begun).lower()}
    if not (out / "training.json").is_file():
        if not begun:
            shutil.rmtree(out, ignore_errors=True)
        train(load(SftSettings, SHIPPED, None, [f"{key}={value}" for key, value in given.items()]))
    told: dict[str, Any] = json.loads((out / "training.json").read_text(encoding="utf-8"))
    log = [json.loads(line) for line in (out / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    told["tokens_per_s"] = float(np.median([row["tokens_per_s"] for row in log]))
    return told | asked(folder / f"answers-{number}.json", str(out))


def asked(kept: Path, adapter: str) -> dict[str, Any]:
    """What the model with ``adapter`` answers to messages of the dev grammar: read once, and kept."""
    from assistant.models import open_llm
    from assistant.understand import SCHEMA
    from finetune import messages

    drawn = list(messages.rows(random.Random(SEED), MESSAGES, True))
    if not kept.is_file():
        model = open_llm("embedded", adapter=adapter, home=home())
        texts = [read(model, SCHEMA, row["context"], row["message"])["text"] for row in drawn]
        kept.write_text(json.dumps(texts), encoding="utf-8")
    return {"pairs": list(zip([r["answer"] for r in drawn], json.loads(kept.read_text("utf-8")), strict=True))}


def slot_f1(pairs: list[tuple[dict[str, Any], str]], pick: np.ndarray | None = None) -> float:
    """F1 of (slot, value) over all pairs, or over those picked."""
    from finetune.score import understanding

    return understanding(pairs if pick is None else [pairs[i] for i in pick])["slot_f1"]


def report(found: dict[str, dict[str, Any]], steps: int) -> None:
    """Writes the table: each run by itself, and its slot F1 less that of the first on the same drawn messages."""
    from finetune.score import understanding

    picks = np.random.default_rng(0).integers(0, MESSAGES, (500, MESSAGES))
    first = [slot_f1(found[next(iter(RUNS))]["pairs"], pick) for pick in picks]
    table = [["run", "dev loss", "intent", "slot F1", "less the first run", "tokens", "tokens/s"]]
    values: dict[str, Any] = {"steps": steps, "batch": BATCH, "messages": MESSAGES, "runs": {}}
    for name, run in found.items():
        pairs = run.pop("pairs")
        drawn = [slot_f1(pairs, pick) for pick in picks]
        low, high = np.quantile(drawn, [0.025, 0.975])
        less = np.subtract(drawn, first)
        lower, upper = np.quantile(less, [0.025, 0.975])
        scores = understanding(pairs)
        run |= {"scores": scores, "slot_f1": [float(low), float(high)], "less": [float(lower), float(upper)]}
        values["runs"][name] = run
        shown = name != next(iter(RUNS))
        table.append(
            [
                name,
                f"{run['dev_loss']:.3f}" if "dev_loss" in run else "–",
                f"{scores['intent']:.3f}",
                f"{scores['slot_f1']:.3f} [{low:.3f}, {high:.3f}]",
                f"{less.mean():+.3f} [{lower:+.3f}, {upper:+.3f}]" if shown else "–",
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
