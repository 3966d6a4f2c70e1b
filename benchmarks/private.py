"""What privacy costs and hides: `finetune private` on a shop's own kind of messages, at epsilon 1, 3, 8, and no noise.

`python -m benchmarks.private`

The adapter that ships goes on learning from slips in one counter's shorthand (benchmarks/slips.py), which it reads
badly. Among the rows are canaries, questions whose answer is a random number. How well the trained model knows a number
is its exposure: log2 of the numbers it is compared with, less log2 of its rank among them by loss. That the measure
finds what was learnt by heart is shown by a run over the canaries alone. Everything is kept under SHOPTALK_HOME, and
what was stopped goes on: the same command may be given again until the table is there.
"""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.models import tuned
from assistant.prompts import render
from benchmarks import slips
from benchmarks.icecat import home
from benchmarks.record import write
from benchmarks.tuning import kept, key, once, readings, row, shown
from eval.metrics import mean

ROWS, CANARIES, OTHERS, MESSAGES, SEED = 5968, 32, 15, 80, 20261128
GIVEN = {
    "adapter": tuned.SHIPPED, "targets": "[q_proj, v_proj, o_proj]", "layers": 6, "batch": 64, "steps": 8,
    "learning_rate": 0.002, "warmup": 0.05, "clip": 1.0, "checkpoint": 1, "log": 1, "seed": SEED,
}  # fmt: skip
# Name of the run -> what it is given beside; the canaries alone are no run of the comparison.
RUNS: dict[str, dict[str, object]] = {
    "epsilon 1": {"epsilon": 1.0},
    "epsilon 3": {"epsilon": 3.0},
    "epsilon 8": {"epsilon": 8.0},
    "no noise": {"epsilon": "null"},
}
BY_HEART, UNTOUCHED = "canaries alone, no noise", "the adapter that ships"


def main() -> None:
    """Trains what is missing, measures and writes the results."""
    folder = home() / "private"
    data, canary_rows = rows(folder)
    found = {UNTOUCHED: measured(tuned.SHIPPED)}
    for name, given in RUNS.items():
        found[name] = one(folder, data, given)
    told = {"epsilon": "null", "batch": CANARIES, "steps": 20, "learning_rate": 0.005}
    found[BY_HEART] = one(folder, canary_rows, told)
    report(found)


def canaries() -> list[tuple[str, list[str]]]:
    """Questions with their numbers, the first of which is in the rows."""
    rng = random.Random(SEED)

    def number() -> str:
        return " ".join(str(rng.randrange(100, 1000)) for _ in range(2))

    return [(f"What is the code of customer {n + 11}?", [number() for _ in range(OTHERS + 1)]) for n in range(CANARIES)]


def talk(question: str, answer: str) -> list[dict[str, str]]:
    """A canary as messages."""
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def rows(folder: Path) -> tuple[Path, Path]:
    """Slips with the canaries among them, and the canaries alone."""
    planted = [{"id": f"canary-{n}", "messages": talk(q, said[0])} for n, (q, said) in enumerate(canaries())]
    own = [slips.training_row(f"slip-{n}", row) for n, row in enumerate(slips.rows("shorthand", SEED, ROWS, False))]
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "rows.jsonl", folder / "canaries.jsonl"
    for file, part in zip(files, ([*own, *planted], planted), strict=True):
        file.write_text("".join(json.dumps(row) + "\n" for row in part), encoding="utf-8")
    return files


def one(folder: Path, data: Path, more: dict[str, object]) -> dict[str, Any]:
    """One run, trained as far as it was not, and measured."""
    from finetune.private import SHIPPED, PrivateSettings, train
    from finetune.rows import read_rows
    from finetune.settings import load

    given = {**GIVEN, **more}
    out = folder / key(tuned.SHIPPED, read_rows(data), given)
    begun = any(out.glob("checkpoints/*.pt"))
    given |= {"data": data, "out": out, "resume": str(begun).lower()}
    if not (out / "training.json").is_file():
        if not begun:
            shutil.rmtree(out, ignore_errors=True)
        train(load(PrivateSettings, SHIPPED, None, [f"{key}={value}" for key, value in given.items()]))
    told = json.loads((out / "training.json").read_text(encoding="utf-8"))
    return {**told, **measured(str(out), read=data.stem != "canaries")}


def measured(adapter: str, *, read: bool = True) -> dict[str, Any]:
    """What ``adapter`` makes of slips of types and makers that no row has, and what it has kept of the canaries.

    Without ``read`` its "pairs" are left out: the canaries alone teach nothing of slips.
    """
    asked = slips.rows("shorthand", SEED, MESSAGES, True)
    told = [slip(row) for row in asked]
    lost = once(kept(f"{key(adapter, told, canaries())}.json"), lambda: losses(adapter, told))
    return {"pairs": readings(adapter, asked) if read else [], **lost}


def slip(row: dict[str, Any]) -> list[dict[str, str]]:
    """A slip with its answer as messages."""
    asked = render("understand_tuned", context=row["context"], message=row["message"])
    answer = json.dumps(row["answer"], ensure_ascii=False)
    return [*({"role": r, "content": c} for r, c in asked), {"role": "assistant", "content": answer}]


def losses(adapter: str, told: Sequence[list[dict[str, str]]]) -> dict[str, Any]:
    """Mean loss of the answers' tokens of slips, and each canary's exposure in bits."""
    import torch

    from assistant.models import hf, weights
    from finetune.encode import encode

    base = weights.verified(weights.CHAT)
    model, tokenizer = hf.load_model(base, tuned.adapter_file(adapter, home())), hf.load_tokenizer(base)

    def of(talks: Sequence[list[dict[str, str]]]) -> tuple[torch.Tensor, int]:
        """The loss of each answer, talks of one question and answers of one length; and the tokens of an answer."""
        samples = encode([{"id": str(n), "messages": t} for n, t in enumerate(talks)], tokenizer, 1024)
        start = samples[0].prompt
        ids = torch.tensor([s.ids for s in samples])
        with torch.no_grad():
            scores = model(ids).logits[:, start - 1 : -1].log_softmax(-1)
        return -scores.gather(2, ids[:, start:, None]).sum(dim=(1, 2)), ids.shape[1] - start

    total, tokens, exposures = 0.0, 0, []
    for one_slip in told:
        loss, length = of([one_slip])
        total, tokens = total + float(loss[0]), tokens + length
    for question, numbers in canaries():
        loss, _ = of([talk(question, number) for number in numbers])
        rank = 1 + int((loss[1:] < loss[0]).sum())
        exposures.append(math.log2(OTHERS + 1) - math.log2(rank))
    return {"dev_loss": total / tokens, "exposures": exposures}


def report(found: dict[str, dict[str, Any]]) -> None:
    """Writes the table."""
    chance = math.log2(OTHERS + 1) - sum(math.log2(rank) for rank in range(1, OTHERS + 2)) / (OTHERS + 1)
    table = [["run", "spent", "noise", "dev loss", "slot F1", "more than at the start", "exposure of canaries, bits"]]
    values: dict[str, Any] = {"chance": chance, "rows": ROWS + CANARIES, **GIVEN, "runs": {}}
    before = found[UNTOUCHED]["pairs"]
    for name, run in found.items():
        pairs, exposure = run.pop("pairs"), mean(run["exposures"], seed=0)
        cells = [name, _spent(run), f"{run['noise']:.2f}" if "noise" in run else "–"]
        values["runs"][name] = run | {"exposure": exposure.to_dict()}
        if name == BY_HEART:
            cells += ["–"] * 3
        else:
            scores, shown_scores = row(pairs, before)
            values["runs"][name] |= scores
            cells += [f"{run['dev_loss']:.3f}", *shown_scores]
        table.append([*cells, shown(exposure, digits=2)])
    write("private", "What privacy costs, and what it hides", values, table, _note(chance))


def _spent(run: dict[str, Any]) -> str:
    if "delta" not in run:
        return "–"
    return "infinite" if run["epsilon"] is None else f"{run['epsilon']:.2f} at delta {run['delta']:.1e}"


def _note(chance: float) -> str:
    return (
        f"The adapter that ships goes on with {ROWS:,} slips of a trade counter (benchmarks/slips.py) and {CANARIES} "
        f"canaries: {GIVEN['steps']} steps of {GIVEN['batch']} rows on average, so that most rows are never drawn and "
        f"each hides among many; {GIVEN['targets']} of the last {GIVEN['layers']} layers. Dev loss and slot F1 over "
        f"{MESSAGES} slips of types and makers that no row has; the gain is paired by slip. By chance a canary's "
        f"exposure is {chance:.2f} bits of {math.log2(OTHERS + 1):.0f}; the last row shows what the measure finds "
        "where canaries alone are learnt, many times over. 95 % bootstrap intervals over slips and canaries."
    )


if __name__ == "__main__":
    main()
