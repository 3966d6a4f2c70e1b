"""What `finetune dpo` does to the adapter that ships: true sentences against embellished ones, and what it then says.

`python -m benchmarks.dpo`

Pairs and products to explain are drawn anew, of types, makers and phrasings that no training row has. Everything is
kept under SHOPTALK_HOME, and what was stopped goes on: the same command may be given again until the table is there.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.models import tuned
from benchmarks.icecat import home
from benchmarks.record import write
from benchmarks.tuning import kept, key, once, sentences, shown
from eval.metrics import mean

if TYPE_CHECKING:
    from finetune.dpo import DpoSettings

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
    found = {BEFORE: measured(tuned.SHIPPED)}
    for name, given in RUNS.items():
        found[name] = measured(str(trained(given)))
    report(found)


def settings(given: dict[str, object]) -> DpoSettings:
    """The recipe's own, with what is given."""
    from finetune.dpo import SHIPPED, DpoSettings
    from finetune.settings import load

    return load(DpoSettings, SHIPPED, None, [f"{name}={value}" for name, value in given.items()])


def trained(more: dict[str, object]) -> Path:
    """The folder of one run, which goes on as far as it was not."""
    from finetune.dpo import preferences, train
    from finetune.runs import checkpoints

    given = {**GIVEN, **more}
    out = home() / "dpo" / key(tuned.SHIPPED, list(preferences(settings(given), False)), given)
    if not (out / "training.json").is_file():
        begun = bool(checkpoints(out))
        if not begun:
            shutil.rmtree(out, ignore_errors=True)
        train(settings({**given, "out": out, "resume": str(begun).lower()}))
    return out


def measured(adapter: str) -> dict[str, Any]:
    """How likely ``adapter`` finds the sentences of fresh pairs, and what it says of fresh products."""
    from finetune import explanations
    from finetune.dpo import preferences

    pairs = list(preferences(settings({"dev": PAIRS, "seed": SEED}), True))
    likelier = once(kept(f"{key(adapter, pairs)}.json"), lambda: preferred(adapter, pairs))
    rows = list(explanations.rows(random.Random(SEED), EXPLAINED, True))
    said = sentences(adapter, rows)
    passed = [explanations.passes(row, text) for row, text in zip(rows, said, strict=True)]
    return {"margins": likelier, "passed": passed, "words": [len(text.split()) for text in said]}


def preferred(adapter: str, pairs: list[dict[str, Any]]) -> list[float]:
    """By how much the true sentence is the likelier one, in nats a token, of each pair."""
    from assistant.models import hf, weights
    from finetune.dpo import margins

    base = weights.verified(weights.CHAT)
    model = hf.load_model(base, tuned.adapter_file(adapter, home()))
    return margins(model, hf.load_tokenizer(base), pairs)


def report(found: dict[str, dict[str, Any]]) -> None:
    """Writes the table."""
    table = [["run", "true one likelier", "more", "by nats a token", "more", "sentence passes", "more", "words"]]
    values: dict[str, Any] = {"pairs": PAIRS, "explained": EXPLAINED, "given": GIVEN, "runs": {}}
    before = found[BEFORE]
    for name, run in found.items():
        row, values["runs"][name] = [name], {}
        for what, numbers, then in (
            ("likelier", [m > 0 for m in run["margins"]], [m > 0 for m in before["margins"]]),
            ("margin", run["margins"], before["margins"]),
            ("passes", run["passed"], before["passed"]),
        ):
            now = mean(numbers, seed=0)
            gain = mean([float(a) - float(b) for a, b in zip(numbers, then, strict=True)], seed=0)
            values["runs"][name][what] = {**now.to_dict(), "gain": gain.to_dict()}
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
