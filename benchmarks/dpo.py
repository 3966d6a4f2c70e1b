"""What `finetune dpo` does to the adapter that ships: true sentences against embellished ones, and what it then says.

`python -m benchmarks.dpo`

Pairs and products to explain are drawn anew, of types, makers and phrasings that no training row has. Everything is
kept under SHOPTALK_HOME, and what was stopped goes on: the same command may be given again until the table is there.
"""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

from assistant.models import tuned
from benchmarks.icecat import home
from benchmarks.record import write
from benchmarks.tuning import place, sentences, shown
from eval.metrics import mean

PAIRS, EXPLAINED, SEED = 120, 100, 20261128
GIVEN = {"pairs": 128, "dev": 1, "steps": 16, "batch": 4, "accumulate": 2, "checkpoint": 2, "log": 1, "seed": 11}
# Name of the run -> what it is given beside.
RUNS: dict[str, dict[str, object]] = {
    "rate 5e-5": {"learning_rate": 5e-5},
    "rate 2e-4": {"learning_rate": 2e-4},
}
BEFORE = "the adapter that ships"


def main() -> None:
    """Trains what is missing, measures and writes the results."""
    folder = place("dpo")
    found = {BEFORE: measured(folder / "before", tuned.SHIPPED)}
    for number, (name, given) in enumerate(RUNS.items()):
        out = folder / f"run-{number}"
        trained(out, given)
        found[name] = measured(out, str(out))
    report(found)


def trained(out: Path, more: dict[str, object]) -> None:
    """One run, as far as it was not."""
    from finetune.dpo import SHIPPED, DpoSettings, train
    from finetune.settings import load

    if (out / "training.json").is_file():
        return
    begun = any(out.glob("checkpoints/checkpoint-*"))
    if not begun:
        shutil.rmtree(out, ignore_errors=True)
    given = {**GIVEN, **more, "out": out, "resume": str(begun).lower()}
    train(load(DpoSettings, SHIPPED, None, [f"{key}={value}" for key, value in given.items()]))


def measured(folder: Path, adapter: str) -> dict[str, Any]:
    """How likely ``adapter`` finds the sentences of fresh pairs, and what it says of fresh products."""
    from finetune import explanations

    kept = folder / "margins.json"
    if not kept.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(preferred(adapter)), encoding="utf-8")
    rows = list(explanations.rows(random.Random(SEED), EXPLAINED, True))
    said = sentences(folder / "sentences.jsonl", adapter, rows)
    passed = [explanations.passes(row, text) for row, text in zip(rows, said, strict=True)]
    return {"margins": json.loads(kept.read_text("utf-8")), "passed": passed, "words": [len(t.split()) for t in said]}


def preferred(adapter: str) -> list[float]:
    """By how much the true sentence is the likelier one, in nats a token, of each fresh pair."""
    from assistant.models import hf, weights
    from finetune.dpo import SHIPPED, DpoSettings, margins, preferences
    from finetune.settings import load

    base = weights.verified(weights.CHAT)
    model = hf.load_model(base, tuned.adapter_file(adapter, home()))
    fresh = load(DpoSettings, SHIPPED, None, [f"dev={PAIRS}", f"seed={SEED}"])
    return margins(model, hf.load_tokenizer(base), preferences(fresh, True))


def report(found: dict[str, dict[str, Any]]) -> None:
    """Writes the table."""
    table = [["run", "true one likelier", "more", "by nats a token", "more", "sentence passes", "more", "words"]]
    values: dict[str, Any] = {"pairs": PAIRS, "explained": EXPLAINED, "given": GIVEN, "runs": {}}
    before = found[BEFORE]
    for name, run in found.items():
        row, values["runs"][name] = [name], {}
        for key, numbers, then in (
            ("likelier", [m > 0 for m in run["margins"]], [m > 0 for m in before["margins"]]),
            ("margin", run["margins"], before["margins"]),
            ("passes", run["passed"], before["passed"]),
        ):
            now = mean(numbers, seed=0)
            gain = mean([float(a) - float(b) for a, b in zip(numbers, then, strict=True)], seed=0)
            values["runs"][name][key] = {**now.to_dict(), "gain": gain.to_dict()}
            row += [shown(now), "–" if run is before else shown(gain, gain=True)]
        table.append([*row, f"{sum(run['words']) / len(run['words']):.1f}"])
    note = (
        f"`finetune dpo` goes on from the adapter that ships with {GIVEN['pairs']} pairs, {GIVEN['steps']} steps of 8; "
        f"then {PAIRS} fresh pairs of a true sentence and an embellished one, and {EXPLAINED} fresh products explained "
        "by the embedded engine, whose sentence passes where the chat would show it at the first try; types, makers "
        "and phrasings of no training row. Where the first row stands at 1, nothing was left to gain. Differences to "
        "the first row are paired; 95 % bootstrap intervals over pairs and products."
    )
    write("dpo", "Preferring true explanations", values, table, note)


if __name__ == "__main__":
    main()
