"""Supervised fine-tuning: rows in, an adapter for the embedded engine out. The manual is in sft.yaml."""

from __future__ import annotations

import math
import os
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from assistant.models import weights
from finetune import methods
from finetune.encode import Sample, encode
from finetune.plain import Loop
from finetune.rows import prompts_of, training_rows
from finetune.runs import Board, absent, before_trainer, in_bf16, last_checkpoint, trainer_log, write_log, write_report
from finetune.settings import RecipeError, RecipeSettings, begin

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerFast

SHIPPED = Path(__file__).with_name("sft.yaml")
TOY = Path(__file__).parent / "toy" / "sft.jsonl"
# The trained model, the log by step, the loss over the dev rows.
Run = tuple[Any, list[dict[str, float]], float | None]
Projection = Literal["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class SftSettings(RecipeSettings):
    """The keys of sft.yaml, where each is explained."""

    data: Path | None
    dev: Path | None
    out: Path
    held_out: list[Path]
    share: float = Field(gt=0, le=1)
    adapter: str
    method: methods.Method
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
    loop: Literal["trl", "plain"]
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
    # Mean loss on the answers' tokens in the last steps logged, and over the dev rows where there are any.
    loss: float
    dev_loss: float | None


def train(settings: SftSettings) -> Trained:
    """One run, top to bottom. Raises ``RecipeError`` for data or a folder that it cannot work with."""
    before_trainer(settings.out)
    os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
    if settings.adapter != "none":
        methods.peft_folder(settings.adapter)
        if settings.method != "lora":
            raise RecipeError(f"method={settings.method} goes on from no adapter", "Say adapter=none, or method=lora")
    rows, dev = training_rows(settings.data or TOY, settings.dev, settings.held_out, settings.share)
    checkpoint = _last_checkpoint(settings)
    base = weights.verified(weights.CHAT)
    try:
        import peft
    except ImportError as error:
        raise absent(error) from error
    import torch
    import transformers

    from assistant.models import hf

    # Notes of one library to the developers of another.
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
    transformers.set_seed(settings.seed)
    tokenizer = hf.load_tokenizer(base)
    samples, held = (encode(part, tokenizer, settings.max_tokens) for part in (rows, dev))
    model = hf.load_model(base)
    if torch.cuda.is_available() and in_bf16(settings.bf16) and settings.method != "full":
        # Frozen weights need no better; PEFT keeps what is trained in float32.
        model = model.to(torch.bfloat16)
    model = _start(model, settings, len(samples))
    run = _trl if settings.loop == "trl" else _plain
    report = {
        "prompts": prompts_of(rows),
        "rows": len(rows),
        "data_sha256": weights.sha256(settings.data or TOY),
        "tokens_per_epoch": sum(len(s.ids) for s in samples),
        "dev_rows": len(held),
        "device": _device(),
        "versions": {m.__name__: m.__version__ for m in (torch, transformers, peft)},
    }
    begin(settings, settings.out)
    started = perf_counter()
    model, log, dev_loss = run(model, samples, held, settings, tokenizer, checkpoint)
    report |= {"seconds": round(perf_counter() - started, 1), "steps": log[-1]["step"], "dev_loss": dev_loss}
    return _write(model, log, base, settings, report)


def _start(model: Any, settings: SftSettings, rows: int) -> Any:
    """``model`` with what is to be trained: the LoRA to go on from, or a new one of the settings' kind."""
    if settings.adapter != "none":
        return methods.go_on(model, settings.adapter)
    return methods.wrap(
        model,
        settings.method,
        rank=settings.rank,
        alpha=settings.alpha,
        dropout=settings.dropout,
        targets=list(settings.targets),
        steps=_steps(settings, rows),
    )


def _trl(
    model: Any,
    samples: Sequence[Sample],
    held: Sequence[Sample],
    settings: SftSettings,
    tokenizer: PreTrainedTokenizerFast,
    checkpoint: Path | None,
) -> Run:
    """TRL's trainer: several devices, any sharding that accelerate offers, TensorBoard."""
    try:
        import datasets
        import transformers
        import trl
    except ImportError as error:
        raise absent(error) from error
    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    trainer = trl.SFTTrainer(
        model,
        args=_arguments(settings),
        train_dataset=_dataset(samples),
        eval_dataset=_dataset(held) if held else None,
        processing_class=tokenizer,
    )
    trainer.remove_callback(transformers.PrinterCallback)
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    log = trainer_log(trainer, ("step", "loss", "learning_rate"))
    return trainer.model, log, trainer.evaluate()["eval_loss"] if held else None


def _plain(
    model: Any,
    samples: Sequence[Sample],
    held: Sequence[Sample],
    settings: SftSettings,
    tokenizer: PreTrainedTokenizerFast,
    checkpoint: Path | None,
) -> Run:
    """The loop of ``finetune.plain``: one device, without TRL."""
    loop = Loop(
        model,
        pad=tokenizer.pad_token_id,
        rate=settings.learning_rate,
        decay=settings.weight_decay,
        warmup=settings.warmup,
        seed=settings.seed,
        bf16=in_bf16(settings.bf16),
    )
    board = Board(settings.out, settings.resume)
    if checkpoint is not None:
        loop.resume(checkpoint)
        board.cut(loop.step)
    loop.run(
        samples,
        steps=_steps(settings, len(samples)),
        batch=settings.batch,
        accumulate=settings.accumulate,
        note=board.note,
        every=settings.log,
        checkpoint=settings.out / "checkpoints",
        keep=settings.checkpoint,
    )
    return model, board.rows, loop.mean_loss(held, settings.batch) if held else None


def _steps(settings: SftSettings, rows: int) -> int:
    """How long the run is: ``epochs`` over ``rows``, or as many steps as the settings say."""
    per_epoch = max(1, rows // (settings.batch * settings.accumulate))
    return settings.steps or math.ceil(per_epoch * settings.epochs)


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
        # Rows of like length together: little of a batch is padding.
        train_sampling_strategy="group_by_length",
        bf16=in_bf16(settings.bf16),
        # The model is small: its activations fit, and computing them twice would cost a third of the time.
        gradient_checkpointing=False,
        completion_only_loss=True,
        max_length=settings.max_tokens,
        logging_steps=settings.log,
        save_steps=settings.checkpoint,
        save_total_limit=2,
        seed=settings.seed,
        data_seed=settings.seed,
        per_device_eval_batch_size=settings.batch,
        report_to="tensorboard" if find_spec("tensorboard") else "none",
        disable_tqdm=not sys.stderr.isatty(),
        dataloader_pin_memory=torch.cuda.is_available(),
        dataloader_num_workers=4 if torch.cuda.is_available() else 0,
    )


def _dataset(samples: Sequence[Sample]) -> Dataset:
    """Token ids, and which of them are the answer: the loss is on those alone."""
    from datasets import Dataset

    return Dataset.from_dict(
        {
            "input_ids": [s.ids for s in samples],
            "completion_mask": [[0] * s.prompt + [1] * (len(s.ids) - s.prompt) for s in samples],
        }
    )


def _device() -> str:
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else f"{torch.get_num_threads()} CPU threads"


def _last_checkpoint(settings: SftSettings) -> Path | None:
    if settings.method == "adalora" and settings.loop == "trl":
        # A checkpoint of the trainer's forgets how far the ranks have been shared out.
        raise RecipeError("loop=trl does not train an AdaLoRA", "Say loop=plain")
    found = last_checkpoint(settings.out, settings.resume)
    if found is not None and found.is_dir() != (settings.loop == "trl"):
        raise RecipeError(f"{found} was made by the other loop", "Say loop=trl or loop=plain as before")
    return found


def _write(
    model: Any, log: list[dict[str, float]], base: Path, settings: SftSettings, report: dict[str, Any]
) -> Trained:
    methods.write(model, settings.method, settings.out, base, report["prompts"])
    write_log(settings.out, log)
    report["loss"] = log[-1]["loss"]
    write_report(settings.out, report)
    return Trained(settings.out, report["steps"], report["loss"], report["dev_loss"])
