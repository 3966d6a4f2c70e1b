"""Preference training: truthful explanations against embellished ones, by DPO (TRL). The manual is in dpo.yaml."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import Field

from assistant.models import tuned, weights
from assistant.prompts import render
from finetune import embellish, methods
from finetune.runs import absent, before_trainer, has_bf16, last_checkpoint, trainer_log, write_log, write_report
from finetune.settings import RecipeSettings, begin

SHIPPED = Path(__file__).with_name("dpo.yaml")
_TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class DpoSettings(RecipeSettings):
    """The keys of dpo.yaml, where each is explained."""

    adapter: str | None
    out: Path
    pairs: int = Field(ge=2)
    dev: int = Field(ge=1)
    beta: float = Field(gt=0)
    likelihood: float = Field(ge=0)
    rank: int = Field(ge=1, le=512)
    learning_rate: float = Field(gt=0)
    warmup: float = Field(ge=0, lt=1)
    epochs: float = Field(gt=0)
    steps: int | None = Field(ge=1)
    batch: int = Field(ge=1)
    accumulate: int = Field(ge=1)
    checkpoint: int = Field(ge=1)
    log: int = Field(ge=1)
    resume: bool
    seed: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run made."""

    # Folder that `--adapter` takes.
    adapter: Path
    steps: int
    loss: float
    # Share of dev pairs whose true sentence the model finds likelier than the other, by the mean of their tokens.
    before: float
    after: float


def train(settings: DpoSettings) -> Trained:
    """One run, top to bottom. Raises ``RecipeError`` for a folder or an adapter that it cannot work with."""
    before_trainer(settings.out)
    os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
    checkpoint = last_checkpoint(settings.out, settings.resume)
    base = weights.verified(weights.CHAT)
    try:
        import datasets
        import transformers
        import trl
    except ImportError as error:
        raise absent(error) from error
    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    from assistant.models import hf

    transformers.set_seed(settings.seed)
    tokenizer = hf.load_tokenizer(base)
    pairs, held = (list(preferences(settings, dev)) for dev in (False, True))
    model = _start(settings, hf.load_model(base))
    before = _share(margins(model, tokenizer, held))
    begin(settings, settings.out)
    trainer = trl.DPOTrainer(
        model,
        args=_arguments(settings),
        train_dataset=datasets.Dataset.from_list(pairs),
        processing_class=tokenizer,
    )
    trainer.remove_callback(transformers.PrinterCallback)
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    model = trainer.model
    if "ref" in model.peft_config:
        model.delete_adapter("ref")
    after = _share(margins(model, tokenizer, held))
    methods.write(model, "lora", settings.out, base, "tuned")
    log = trainer_log(trainer, ("step", "loss", "rewards/accuracies", "rewards/margins"))
    write_log(settings.out, log)
    told = {"prompts": "tuned", "pairs": len(pairs), "steps": trainer.state.global_step, "before": before}
    told |= {"after": after, "loss": log[-1]["loss"]}
    write_report(settings.out, told)
    return Trained(settings.out, trainer.state.global_step, log[-1]["loss"], before, after)


def preferences(settings: DpoSettings, dev: bool) -> Iterable[dict[str, Any]]:
    """Pairs as TRL takes them, in the prompt that the chat sends."""
    rng = random.Random(f"{settings.seed} {dev}")
    for row in embellish.rows(rng, settings.dev if dev else settings.pairs, dev):
        asked = render("explain_tuned", wish=row["wish"], facts=row["facts"])
        yield {
            "prompt": [{"role": role, "content": content} for role, content in asked],
            "chosen": [{"role": "assistant", "content": row["chosen"]}],
            "rejected": [{"role": "assistant", "content": row["rejected"]}],
        }


def margins(model: Any, tokenizer: Any, pairs: Iterable[dict[str, Any]]) -> list[float]:
    """By how much each pair's true sentence is likelier than the other, in nats by the mean over its tokens."""
    import torch

    from finetune.encode import encode

    model.eval()
    found: list[float] = []
    for pair in pairs:
        means: list[float] = []
        for side in ("chosen", "rejected"):
            (sample,) = encode([{"id": side, "messages": [*pair["prompt"], *pair[side]]}], tokenizer, 2048)
            ids = torch.tensor([sample.ids], device=model.device)
            with torch.no_grad():
                scores = model(ids).logits[0, sample.prompt - 1 : -1].float().log_softmax(-1)
            means.append(scores.gather(1, ids[0, sample.prompt :, None]).mean().item())
        found.append(means[0] - means[1])
    return found


def _share(found: list[float]) -> float:
    return sum(margin > 0 for margin in found) / len(found)


def _start(settings: DpoSettings, whole: Any) -> Any:
    """The model with the adapter to go on from, which is what the trained one is held near to, or with a new one."""
    if settings.adapter == "none":
        return methods.wrap(
            whole, "lora", rank=settings.rank, alpha=2 * settings.rank, dropout=0.0, targets=_TARGETS, steps=1
        )
    return methods.go_on(whole, settings.adapter or tuned.SHIPPED)


def _arguments(settings: DpoSettings) -> Any:
    import torch
    import trl

    return trl.DPOConfig(
        use_cpu=not torch.accelerator.is_available(),
        output_dir=str(settings.out / "checkpoints"),
        beta=settings.beta,
        # Preferring alone may make both sentences rarer; the likelihood of the true one holds it up.
        loss_type=["sigmoid", "sft"] if settings.likelihood else ["sigmoid"],
        loss_weights=[1.0, settings.likelihood] if settings.likelihood else None,
        max_length=None,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        num_train_epochs=settings.epochs,
        max_steps=settings.steps or -1,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=settings.warmup,
        bf16=has_bf16(),
        gradient_checkpointing=False,
        logging_steps=settings.log,
        save_steps=settings.checkpoint,
        save_total_limit=2,
        seed=settings.seed,
        data_seed=settings.seed,
        report_to="tensorboard" if find_spec("tensorboard") else "none",
        disable_tqdm=not sys.stderr.isatty(),
        dataloader_pin_memory=torch.cuda.is_available(),
    )
