"""Supervised fine-tuning with LoRA: rows in, an adapter for the embedded engine out. The manual is in sft.yaml."""

from __future__ import annotations

import json
import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from assistant.models import weights
from finetune.rows import read_rows, refuse_held_out
from finetune.settings import RecipeError, RecipeSettings, save

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerFast
    from trl import SFTTrainer

SHIPPED = Path(__file__).with_name("sft.yaml")
TOY = Path(__file__).parent / "toy" / "sft.jsonl"
Projection = Literal["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class SftSettings(RecipeSettings):
    """The keys of sft.yaml, where each is explained."""

    data: Path | None
    out: Path
    held_out: list[Path]
    targets: list[Projection] = Field(min_length=1)
    rank: int = Field(ge=1, le=512)
    alpha: float = Field(gt=0)
    dropout: float = Field(ge=0, lt=1)
    learning_rate: float = Field(gt=0)
    warmup: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)
    epochs: float = Field(gt=0)
    steps: int | None = Field(ge=1)
    batch: int = Field(ge=1)
    accumulate: int = Field(ge=1)
    max_tokens: int = Field(ge=16, le=8192)
    bf16: bool | Literal["auto"]
    checkpoint: int = Field(ge=1)
    resume: bool
    seed: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run made."""

    # Folder that `--adapter` takes.
    adapter: Path
    steps: int
    # Mean loss on the answers' tokens in the run's last step.
    loss: float


def train(settings: SftSettings) -> Trained:
    """One run, top to bottom. Raises ``RecipeError`` for data or a folder that it cannot work with."""
    # No library may look for a newer anything, or send anything.
    os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", TRL_EXPERIMENTAL_SILENCE="1")
    rows = read_rows(settings.data or TOY)
    refuse_held_out(rows, settings.held_out)
    checkpoint = _last_checkpoint(settings)
    base = weights.verified(weights.CHAT)
    try:
        import datasets
        import peft
        import transformers
        import trl
    except ImportError as error:
        raise RecipeError(
            f"Training needs {error.name}", "Install it with `pip install 'shoptalk[finetune]'`"
        ) from error
    from assistant.models import hf

    # Notes of one library to the developers of another.
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    transformers.set_seed(settings.seed)
    tokenizer = hf.load_tokenizer(base)
    data = _dataset(rows, tokenizer, settings.max_tokens)
    lora = peft.LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=list(settings.targets),
        task_type="CAUSAL_LM",
    )
    trainer = trl.SFTTrainer(
        hf.load_model(base), args=_arguments(settings), train_dataset=data, processing_class=tokenizer, peft_config=lora
    )
    trainer.remove_callback(transformers.PrinterCallback)
    settings.out.mkdir(parents=True, exist_ok=True)
    save(settings, settings.out / "settings.yaml")
    trainer.train(resume_from_checkpoint=checkpoint)
    return _write(trainer, base, settings)


def _arguments(settings: SftSettings) -> Any:
    import torch
    import trl

    return trl.SFTConfig(
        use_cpu=not torch.accelerator.is_available(),
        output_dir=str(settings.out / "checkpoints"),
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        num_train_epochs=settings.epochs,
        max_steps=settings.steps or -1,
        optim="adamw_torch",
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        lr_scheduler_type="cosine",
        warmup_steps=settings.warmup,
        bf16=_has_bf16() if settings.bf16 == "auto" else settings.bf16,
        # The model is small: its activations fit, and computing them twice would cost a third of the time.
        gradient_checkpointing=False,
        completion_only_loss=True,
        max_length=settings.max_tokens,
        logging_steps=1,
        save_steps=settings.checkpoint,
        save_total_limit=2,
        seed=settings.seed,
        data_seed=settings.seed,
        report_to="none",
        disable_tqdm=not sys.stderr.isatty(),
        dataloader_pin_memory=False,
    )


def _dataset(rows: list[dict[str, Any]], tokenizer: PreTrainedTokenizerFast, max_tokens: int) -> Dataset:
    """Prompt and answer apart, so that the loss can be on the answer alone."""
    from datasets import Dataset

    for row in rows:
        length = len(tokenizer.apply_chat_template(row["messages"], tokenize=True, return_dict=False))
        if length > max_tokens:
            raise RecipeError(
                f"The row {row['id']!r} has {length} tokens and max_tokens is {max_tokens}",
                "Shorten it, or raise max_tokens",
            )
    return Dataset.from_list([{"prompt": r["messages"][:-1], "completion": r["messages"][-1:]} for r in rows])


def _has_bf16() -> bool:
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported())


def _last_checkpoint(settings: SftSettings) -> str | None:
    found = sorted((settings.out / "checkpoints").glob("checkpoint-*"), key=lambda p: int(p.name.split("-")[1]))
    if settings.resume and not found:
        raise RecipeError(f"{settings.out} holds no checkpoint to go on from", "Say resume=false")
    if not settings.resume and settings.out.is_dir() and any(settings.out.iterdir()):
        raise RecipeError(
            f"{settings.out} holds a run already", "Say resume=true to go on with it, or name another out"
        )
    return str(found[-1]) if settings.resume else None


def _write(trainer: SFTTrainer, base: Path, settings: SftSettings) -> Trained:
    from assistant.models import hf

    trainer.model.save_pretrained(settings.out)
    # PEFT's generated card speaks of a base model by its hub name; ours has none.
    (settings.out / "README.md").unlink(missing_ok=True)
    hf.peft_to_gguf(settings.out, base, settings.out / "adapter.gguf")
    log = [e for e in trainer.state.log_history if "loss" in e]
    lines = [
        json.dumps({"step": e["step"], "loss": e["loss"], "learning_rate": e.get("learning_rate")}) + "\n" for e in log
    ]
    (settings.out / "log.jsonl").write_text("".join(lines), encoding="utf-8")
    return Trained(settings.out, trainer.state.global_step, log[-1]["loss"])
