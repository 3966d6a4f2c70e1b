"""Is training as fast as the machine allows? `finetune sft` beside a bare PyTorch loop: one model, the same batches.

`python -m benchmarks.training [STEPS]`

The bare loop is what anyone would write: the model's own loss, AdamW, clipping, bf16 where the machine has it; no
checkpoints, no log, no library. Every round runs all three in turn, on the same rows, so that a busy machine slows all.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.record import write
from finetune.encode import Sample

ROUNDS, STEPS, BATCH, GOAL = 3, 4, 8, 0.95


def main() -> None:
    """Measures and writes the results."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else STEPS
    systems = {"a bare loop": bare, "loop=trl": by_trl, "loop=plain": by_plain}
    speeds: dict[str, list[float]] = {name: [] for name in systems}
    for number in range(ROUNDS):
        rows = drawn(number, steps * BATCH)
        order = list(systems)
        random.Random(number).shuffle(order)
        for name in order:
            speeds[name].append(systems[name](rows, steps))
    table = [["training", "tokens/s", "ratio to the bare loop, round by round"]]
    values: dict[str, Any] = {"steps": steps, "batch": BATCH, "tokens_per_s": speeds, "ratio": {}}
    for name, found in speeds.items():
        ratios = [one / other for one, other in zip(found, speeds["a bare loop"], strict=True)]
        values["ratio"][name] = statistics.median(ratios)
        table.append([name, f"{statistics.median(found):.0f}", ", ".join(f"{r:.2f}" for r in ratios)])
    note = (
        f"LoRA of rank 16, {ROUNDS} rounds of {steps} steps of {BATCH} rows; tokens of rows, without padding, a second "
        f"of steps after the first. Goal: at least {GOAL} of the bare loop. loop=plain makes logits of the answers' "
        "tokens alone, which is most of its lead."
    )
    write("training", "Speed of training", values, table, note)


def drawn(seed: int, count: int) -> list[dict[str, Any]]:
    """Rows of messages to read."""
    from finetune import messages
    from finetune.rows import read_rows

    lines = [
        {
            "id": str(n),
            "prompt": "understand_tuned",
            "values": {key: row[key] for key in ("context", "message")},
            "answer": row["answer"],
        }
        for n, row in enumerate(messages.rows(random.Random(seed), count, False))
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return read_rows(file)


def prepared(rows: Sequence[dict[str, Any]]) -> tuple[Any, list[Sample], Any]:
    """Model with its LoRA, samples, tokenizer."""
    from assistant.models import hf, weights
    from finetune.encode import encode
    from finetune.methods import wrap

    base = weights.verified(weights.CHAT)
    tokenizer = hf.load_tokenizer(base)
    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    model = wrap(hf.load_model(base), "lora", rank=16, alpha=32, dropout=0.0, targets=targets, steps=1)
    return model, encode(rows, tokenizer, 1024), tokenizer


def timed(parts: Sequence[Sequence[Sample]], step: Callable[[Sequence[Sample]], None]) -> float:
    """Tokens a second over all steps but the first."""
    step(parts[0])
    started = time.perf_counter()
    for part in parts[1:]:
        step(part)
    return sum(len(s.ids) for part in parts[1:] for s in part) / (time.perf_counter() - started)


def bare(rows: Sequence[dict[str, Any]], steps: int) -> float:
    """The loop that anyone would write."""
    import torch

    from finetune.runs import has_bf16

    model, samples, tokenizer = prepared(rows)
    weights = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=5e-4, weight_decay=0.01)
    model.train()

    def step(part: Sequence[Sample]) -> None:
        longest = max(len(s.ids) for s in part)
        ids = torch.tensor([s.ids + [tokenizer.pad_token_id] * (longest - len(s.ids)) for s in part])
        mask = torch.tensor([[1] * len(s.ids) + [0] * (longest - len(s.ids)) for s in part])
        labels = [[-100] * s.prompt + s.ids[s.prompt :] + [-100] * (longest - len(s.ids)) for s in part]
        with torch.autocast("cpu", torch.bfloat16, enabled=has_bf16()):
            loss = model(input_ids=ids, attention_mask=mask, labels=torch.tensor(labels)).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    return timed(parts_of(samples, steps), step)


def parts_of(samples: Sequence[Sample], steps: int) -> list[Sequence[Sample]]:
    """Batches of rows of like length."""
    ordered = sorted(samples, key=lambda s: len(s.ids))
    parts: list[Sequence[Sample]] = [ordered[at : at + BATCH] for at in range(0, steps * BATCH, BATCH)]
    random.Random(0).shuffle(parts)
    return parts


def by_plain(rows: Sequence[dict[str, Any]], steps: int) -> float:
    """The recipe's own loop."""
    from finetune.plain import Loop
    from finetune.runs import has_bf16

    model, samples, tokenizer = prepared(rows)
    loop = Loop(model, pad=tokenizer.pad_token_id, rate=5e-4, decay=0.01, warmup=0, seed=0, bf16=has_bf16())
    loop.run(samples[:BATCH], steps=1, batch=BATCH)
    started = time.perf_counter()
    loop.run(samples, steps=1 + steps, batch=BATCH)
    # The first pass over the rows, in the loop's own order of batches.
    return (loop.tokens - sum(len(s.ids) for s in samples[:BATCH])) / (time.perf_counter() - started)


def by_trl(rows: Sequence[dict[str, Any]], steps: int) -> float:
    """TRL's trainer as the recipe sets it up; its steps are timed by a callback."""
    import transformers
    import trl

    from finetune.settings import load
    from finetune.sft import SHIPPED, SftSettings, _arguments, _dataset

    model, samples, tokenizer = prepared(rows)
    marks: list[float] = []

    class Clock(transformers.TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
            marks.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        given = [f"out={folder}", f"batch={BATCH}", "accumulate=1", f"steps={steps}", "checkpoint=1000"]
        arguments = _arguments(load(SftSettings, SHIPPED, None, given))
        trainer = trl.SFTTrainer(model, args=arguments, train_dataset=_dataset(samples), processing_class=tokenizer)
        trainer.remove_callback(transformers.PrinterCallback)
        trainer.add_callback(Clock())
        trainer.train()
    # Which rows the first step took is the trainer's choice; on average it took its share.
    return sum(len(s.ids) for s in samples) * (steps - 1) / steps / (marks[-1] - marks[0])


if __name__ == "__main__":
    main()
