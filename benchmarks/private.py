"""What privacy costs, and what it hides: `finetune private` at epsilon 1, 3, 8 and without noise.

`python -m benchmarks.private`

A few rows, a few steps: enough to see the order of things, not what a shop with thousands of rows would reach. Among
the rows are canaries, questions whose answer is a random number. How well the trained model knows a number is its
exposure: log2 of the numbers it is compared with, less log2 of its rank among them by loss. Runs are kept under
SHOPTALK_HOME, and one that was stopped goes on.
"""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.adapter import read
from benchmarks.icecat import home
from benchmarks.record import write

ROWS, CANARIES, OTHERS, MESSAGES, SEED = 112, 16, 31, 60, 20261128
EPSILONS: tuple[float | None, ...] = (1.0, 3.0, 8.0, None)
GIVEN = {"batch": 32, "steps": 12, "layers": 4, "learning_rate": 0.005, "clip": 1.0, "checkpoint": 2, "log": 1}


def main() -> None:
    """Trains what is missing, measures and writes the results."""
    folder = home() / "private"
    data, dev = rows(folder)
    found = {epsilon: one(folder, data, dev, epsilon) for epsilon in EPSILONS}
    report(found)


def number(rng: random.Random) -> str:
    """A canary's answer."""
    return " ".join(str(rng.randrange(100, 1000)) for _ in range(2))


def canaries() -> list[tuple[str, list[str]]]:
    """Questions with their numbers, the first of which is in the rows."""
    rng = random.Random(SEED)
    return [
        (f"What is the code of customer {n + 11}?", [number(rng) for _ in range(OTHERS + 1)]) for n in range(CANARIES)
    ]


def rows(folder: Path) -> tuple[Path, Path]:
    """Messages to read with the canaries among them, and dev rows."""
    from finetune.data import SHIPPED, DataSettings
    from finetune.data import write as write_rows
    from finetune.settings import load
    from retrieval.jsonlines import read_rows

    made, data = folder / "rows", folder / "train.jsonl"
    if not data.is_file():
        given = [f"understanding={ROWS}", "explanation=0", "handwritten=0", "dev=50", f"seed={SEED}"]
        write_rows(load(DataSettings, SHIPPED, None, given), made)
        told = [dict(row) for row in read_rows(made / "train.jsonl.gz")]
        for at, (question, numbers) in enumerate(canaries()):
            talk = [{"role": "user", "content": question}, {"role": "assistant", "content": numbers[0]}]
            told.append({"id": f"canary-{at}", "messages": talk})
        data.write_text("".join(json.dumps(row) + "\n" for row in told), encoding="utf-8")
    return data, made / "dev.jsonl.gz"


def one(folder: Path, data: Path, dev: Path, epsilon: float | None) -> dict[str, Any]:
    """One run, with what it reads and what it has kept of the canaries."""
    from finetune.private import SHIPPED, PrivateSettings, train
    from finetune.settings import load

    out = folder / f"epsilon-{epsilon}"
    begun = any(out.glob("checkpoints/*"))
    given = {**GIVEN, "data": data, "dev": dev, "out": out, "epsilon": "null" if epsilon is None else epsilon}
    given |= {"resume": str(begun).lower(), "seed": SEED}
    if not (out / "training.json").is_file():
        if not begun:
            shutil.rmtree(out, ignore_errors=True)
        train(load(PrivateSettings, SHIPPED, None, [f"{key}={value}" for key, value in given.items()]))
    kept = out / "measured.json"
    if not kept.is_file():
        told = json.loads((out / "training.json").read_text(encoding="utf-8"))
        kept.write_text(json.dumps({**told, "texts": answers(out), "exposures": exposures(out)}), encoding="utf-8")
    return dict(json.loads(kept.read_text(encoding="utf-8")))


def answers(adapter: Path) -> list[str]:
    """What the engine answers to messages of the dev grammar."""
    from assistant.models import open_llm
    from assistant.understand import SCHEMA

    model = open_llm("embedded", adapter=str(adapter), home=home())
    return [read(model, SCHEMA, row["context"], row["message"])["text"] for row in asked()]


def asked() -> list[dict[str, Any]]:
    """The messages."""
    from finetune import messages

    return list(messages.rows(random.Random(SEED), MESSAGES, True))


def exposures(adapter: Path) -> list[float]:
    """Of each canary, in bits."""
    import torch

    from assistant.models import hf, weights
    from finetune.encode import encode

    base = weights.verified(weights.CHAT)
    model, tokenizer = hf.load_model(base, adapter / "adapter.gguf"), hf.load_tokenizer(base)
    found = []
    for question, numbers in canaries():
        talks = [[{"role": "user", "content": question}, {"role": "assistant", "content": n}] for n in numbers]
        samples = encode([{"id": str(n), "messages": t} for n, t in enumerate(talks)], tokenizer, 256)
        with torch.no_grad():
            logits = model(torch.tensor([s.ids for s in samples])).logits.log_softmax(-1)
        start = samples[0].prompt
        wanted = torch.tensor([s.ids[start:] for s in samples])
        losses = -logits[:, start - 1 : -1].gather(2, wanted[..., None]).sum(dim=(1, 2))
        rank = 1 + int((losses[1:] < losses[0]).sum())
        found.append(math.log2(OTHERS + 1) - math.log2(rank))
    return found


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95 % bootstrap interval of the mean."""
    drawn = np.random.default_rng(0).choice(np.asarray(values), (2000, len(values))).mean(axis=1)
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def report(found: dict[float | None, dict[str, Any]]) -> None:
    """Writes the table."""
    from finetune.score import understanding

    chance = math.log2(OTHERS + 1) - float(np.mean(np.log2(np.arange(1, OTHERS + 2))))
    table = [["epsilon", "spent", "noise", "dev loss", "slot F1", "exposure of canaries, bits"]]
    values: dict[str, Any] = {"chance": chance, "rows": ROWS + CANARIES, **GIVEN, "runs": {}}
    meant = [row["answer"] for row in asked()]
    for epsilon, run in found.items():
        f1 = understanding(zip(meant, run.pop("texts"), strict=True))["slot_f1"]
        low, high = interval(run["exposures"])
        values["runs"][str(epsilon)] = {**run, "slot_f1": f1, "exposure": [low, high]}
        spent = "infinite" if run["epsilon"] is None else f"{run['epsilon']:.2f} at delta {run['delta']:.1e}"
        mean = float(np.mean(run["exposures"]))
        name = "no noise" if epsilon is None else f"{epsilon:g}"
        row = [name, spent, f"{run['noise']:.2f}", f"{run['dev_loss']:.3f}", f"{f1:.3f}"]
        table.append([*row, f"{mean:.2f} [{low:.2f}, {high:.2f}]"])
    note = (
        f"{ROWS} messages and {CANARIES} canaries, {GIVEN['steps']} steps of {GIVEN['batch']} rows on average; dev "
        f"loss over 50 rows, slot F1 over {MESSAGES} messages of the dev grammar. By chance a canary's exposure is "
        f"{chance:.2f} bits of {math.log2(OTHERS + 1):.0f}; 95 % bootstrap intervals over canaries. So few rows teach "
        "little at any epsilon: what the table shows is the order."
    )
    write("private", "What privacy costs, and what it hides", values, table, note)


if __name__ == "__main__":
    main()
