"""Fine-tuning that keeps its rows private: DP-SGD with Opacus, (epsilon, delta) accounted. See private.yaml."""

from __future__ import annotations

import math
import random
import secrets
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from assistant.models import weights
from finetune import methods
from finetune.encode import Sample, encode
from finetune.plain import Loop, schedule
from finetune.rows import prompts_of, training_rows
from finetune.runs import Board, absent, has_bf16, last_checkpoint, write_report
from finetune.settings import RecipeError, RecipeSettings, begin
from finetune.sft import TOY, Projection
from retrieval.offline import stay_offline

SHIPPED = Path(__file__).with_name("private.yaml")
# Orders of Rényi divergence: any set of them bounds epsilon from above, and few but whole ones take little time. The
# best one for an epsilon below 1 lies high, near 1 + log(1 / delta) / epsilon.
ORDERS = (1.25, 1.5, 1.75, *range(2, 64), *range(64, 256, 8), *range(256, 1025, 64))


class PrivateSettings(RecipeSettings):
    """The keys of private.yaml, where each is explained."""

    data: Path | None
    dev: Path | None
    out: Path
    held_out: list[Path]
    adapter: str
    epsilon: float | None = Field(gt=0)
    delta: float | None = Field(gt=0, lt=1)
    clip: float = Field(gt=0)
    targets: list[Projection] = Field(min_length=1)
    layers: int = Field(ge=1)
    rank: int = Field(ge=1, le=512)
    alpha: float = Field(gt=0)
    learning_rate: float = Field(gt=0)
    warmup: float = Field(ge=0, lt=1)
    steps: int = Field(ge=1)
    batch: int = Field(ge=1)
    part: int = Field(ge=1)
    max_tokens: int = Field(ge=16, le=8192)
    checkpoint: int = Field(ge=1)
    log: int = Field(ge=1)
    resume: bool
    seed: int | None = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run made, and what it spent of the privacy of any one row."""

    # Folder that `--adapter` takes.
    adapter: Path
    steps: int
    loss: float
    dev_loss: float | None
    # Infinite where no noise was asked for.
    epsilon: float
    delta: float


def train(settings: PrivateSettings) -> Trained:
    """One run, top to bottom. Raises ``RecipeError`` for data or a folder that it cannot work with."""
    stay_offline()
    if settings.adapter != "none":
        methods.peft_folder(settings.adapter)
    rows, dev = training_rows(settings.data or TOY, settings.dev, settings.held_out)
    delta = settings.delta or 1 / (10 * len(rows))
    if delta >= 1 / len(rows):
        raise RecipeError(f"delta {delta:g} would allow a row in {len(rows)} to leak whole", "Say less than 1 / rows")
    checkpoint = last_checkpoint(settings.out, settings.resume)
    base = weights.verified(weights.CHAT)
    try:
        import opacus  # noqa: F401
        import peft  # noqa: F401
    except ImportError as error:
        raise absent(error) from error
    import torch

    from assistant.models import hf

    # The first matrices trained stand behind frozen ones, whose outputs have no gradient; Opacus needs none of them.
    warnings.filterwarnings("ignore", message="Full backward hook is firing")
    seed = settings.seed if settings.seed is not None else secrets.randbits(48)
    torch.manual_seed(seed)
    tokenizer = hf.load_tokenizer(base)
    samples, held = (encode(part, tokenizer, settings.max_tokens) for part in (rows, dev))
    model = _start(hf.load_model(base), settings)
    begin(settings, settings.out)
    run = Private(model, len(samples), delta, settings, tokenizer.pad_token_id, seed)
    if checkpoint is not None:
        run.resume(checkpoint)
    run.train(samples)
    dev_loss = run.loop.mean_loss(held, settings.part) if held else None
    run.done()
    methods.write(run.loop.model, "lora", settings.out, base, prompts_of(rows))
    spent = run.spent()
    made = Trained(settings.out, run.loop.step, run.board.last("loss"), dev_loss, spent, delta)
    told: dict[str, object] = {
        "rows": len(rows),
        "epsilon": None if math.isinf(spent) else spent,
        "delta": delta,
        "noise": run.noise,
    }
    told |= {"prompts": prompts_of(rows), "steps": made.steps, "loss": made.loss, "dev_loss": dev_loss}
    write_report(settings.out, told)
    return made


def _start(model: Any, settings: PrivateSettings) -> Any:
    """``model`` with what is to be trained marked: a part of the LoRA to go on from, or a new one of that size."""
    import peft

    count = model.config.num_hidden_layers
    layers = list(range(max(0, count - settings.layers), count))
    if settings.adapter == "none":
        lora = peft.LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            target_modules=list(settings.targets),
            layers_to_transform=layers,
            task_type="CAUSAL_LM",
        )
        return peft.get_peft_model(model, lora)
    model = methods.go_on(model, settings.adapter)
    trained = [f".layers.{layer}." for layer in layers]
    for name, weight in model.named_parameters():
        weight.requires_grad_(
            "lora_" in name and any(t in name for t in trained) and any(f".{t}." in name for t in settings.targets)
        )
    return model


def noise_for(epsilon: float, delta: float, share: float, steps: int) -> float:
    """The least noise, in lengths of a clipped gradient, with which ``steps`` over a ``share`` of rows spend that."""
    from opacus.accountants.utils import get_noise_multiplier

    with warnings.catch_warnings():
        # The search begins with far too much noise, whose best order may be the last. Of what it finds, `spent` tells.
        warnings.filterwarnings("ignore", message="Optimal order is the")
        return float(
            get_noise_multiplier(
                target_epsilon=epsilon,
                target_delta=delta,
                sample_rate=share,
                steps=steps,
                accountant="rdp",
                epsilon_tolerance=min(0.01, epsilon / 100),
                alphas=ORDERS,
            )
        )


class Private:
    """A model in private training: each row's gradient is clipped by itself, and noise hides any one of them."""

    def __init__(self, model: Any, rows: int, delta: float, settings: PrivateSettings, pad: int, seed: int) -> None:
        import torch
        from opacus import GradSampleModule
        from opacus.accountants import RDPAccountant
        from opacus.optimizers import DPOptimizer

        self.settings, self.delta, self.seed = settings, delta, seed
        rate = settings.learning_rate
        self.loop = Loop(model, pad=pad, rate=rate, decay=0.0, warmup=settings.warmup, seed=seed, bf16=has_bf16())
        # Every row is drawn by itself with this chance, which is what the accountant reckons with.
        self.share = min(1.0, settings.batch / rows)
        self.noise = 0.0
        if settings.epsilon is not None:
            self.noise = noise_for(settings.epsilon, delta, self.share, settings.steps)
        self.generator = torch.Generator(self.loop.device)
        self.hooks = GradSampleModule(self.loop.model, loss_reduction="sum", strict=False)
        self.optimiser = DPOptimizer(
            self.loop.optimiser,
            noise_multiplier=self.noise,
            max_grad_norm=settings.clip,
            expected_batch_size=None,
            loss_reduction="sum",
            generator=self.generator,
        )
        self.accountant = RDPAccountant()
        self.board = Board(settings.out, settings.resume)

    def train(self, samples: list[Sample]) -> None:
        """Takes the steps that are left."""
        settings, loop = self.settings, self.loop
        loop.model.train()
        while loop.step < settings.steps:
            for group in loop.optimiser.param_groups:
                group["lr"] = settings.learning_rate * schedule(loop.step, settings.steps, settings.warmup)
            loss = self._step(samples)
            loop.step += 1
            if settings.epsilon is not None:
                self.accountant.step(noise_multiplier=self.noise, sample_rate=self.share)
            if loop.step % settings.log == 0 or loop.step == settings.steps:
                self.board.note({"step": loop.step, "loss": round(loss, 4), "epsilon": self.spent()})
            if loop.step % settings.checkpoint == 0 and loop.step < settings.steps:
                self.save()

    def _step(self, samples: list[Sample]) -> float:
        """One step over rows drawn by chance; the mean loss of their answers' tokens, 0 where none was drawn."""
        import torch

        rng = random.Random(f"{self.seed} {self.loop.step}")
        self.generator.manual_seed(rng.getrandbits(60))
        drawn = sorted((s for s in samples if rng.random() < self.share), key=lambda s: len(s.ids))
        parts = [drawn[at : at + self.settings.part] for at in range(0, len(drawn), self.settings.part)]
        total = 0.0
        for number, part in enumerate(parts, 1):
            # The sum over a row's tokens: that a row's gradient is clipped makes long answers no louder.
            loss = self.loop.loss(part, 1)
            torch.autograd.backward(loss)
            total += loss.item()
            self.optimiser.signal_skip_step(do_skip=number < len(parts))
            self.optimiser.step()
            self.optimiser.zero_grad(set_to_none=True)
        if not parts:
            # A step that drew nobody takes its noise all the same, or the noise would tell.
            for weight in self.loop.weights:
                weight.grad_sample = weight.new_zeros((0, *weight.shape))
            self.optimiser.step()
            self.optimiser.zero_grad(set_to_none=True)
        return total / max(1, sum(len(s.ids) - s.prompt for s in drawn))

    def spent(self) -> float:
        """Epsilon at ``delta`` after the steps so far."""
        if self.settings.epsilon is None:
            return math.inf
        return float(self.accountant.get_epsilon(self.delta, alphas=ORDERS)) if self.loop.step else 0.0

    def save(self) -> None:
        """A checkpoint with what the accountant knows and, since a resumed run needs it, the seed of the noise."""
        folder = self.settings.out / "checkpoints"
        file = folder / f"checkpoint-{self.loop.step}.pt"
        self.loop.save(file, {"seed": self.seed, "spent": self.accountant.state_dict()})
        for old in folder.glob("checkpoint-*.pt"):
            if old != file:
                old.unlink()

    def resume(self, path: Path) -> None:
        """Goes on from a checkpoint: the same rows and the same noise follow as without the break."""
        kept = self.loop.resume(path)
        self.seed = kept["seed"]
        self.accountant.load_state_dict(kept["spent"])
        counted = sum(steps for _, _, steps in self.accountant.history)
        if counted != (0 if self.settings.epsilon is None else self.loop.step):
            raise RecipeError(
                f"{path} comes from a run with another epsilon: {counted} of {self.loop.step} steps had noise",
                "Give the same epsilon, or another folder with out=DIR",
            )
        self.board.cut(self.loop.step)

    def done(self) -> None:
        """Takes the hooks off, and the checkpoints away: who knows the seed can take the noise off."""
        self.hooks.to_standard_module()
        for file in (self.settings.out / "checkpoints").glob("checkpoint-*.pt"):
            file.unlink()
        print(f"Spent of any one row's privacy: epsilon {self.spent():.2f} at delta {self.delta:.1e}", file=sys.stderr)
