"""The recipe's training as a plain PyTorch loop: AdamW, warm-up, cosine, clipping, bf16, checkpoints; one device.

It needs neither TRL nor datasets, makes logits of the answers' tokens alone, and pads to the longest row of a batch of
rows of like length.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finetune.encode import Sample
from finetune.methods import Ranks

if TYPE_CHECKING:
    import torch

Note = Callable[[dict[str, float]], None]


class Loop:
    """A model in training. ``model`` has its trainable parameters marked; ``pad`` is the id that fills a row."""

    def __init__(
        self, model: Any, *, pad: int, rate: float, decay: float, warmup: float, seed: int, bf16: bool
    ) -> None:
        import torch

        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = model.to(self.device)
        self.pad, self.rate, self.warmup, self.seed, self.bf16 = pad, rate, warmup, seed, bf16
        self.weights = [p for p in model.parameters() if p.requires_grad]
        fused = self.device == "cuda"
        self.ranks = Ranks.of(self.model)
        self.optimiser = torch.optim.AdamW(self.weights, lr=rate, weight_decay=decay, fused=fused)
        self.step = 0
        # Tokens of rows, and with padding.
        self.tokens = self.padded = 0

    def run(
        self,
        samples: Sequence[Sample],
        steps: int,
        batch: int,
        accumulate: int = 1,
        note: Note = lambda row: None,
        every: int = 10,
        checkpoint: Path | None = None,
        keep: int = 0,
    ) -> None:
        """Trains up to step ``steps``.

        ``note`` is given a row ``every`` so many steps; a checkpoint is written every ``keep``, the last two stay.
        """
        import torch

        self.model.train()
        feed = batches(samples, batch, self.seed)
        for _ in range(self.step * accumulate):
            next(feed)
        started, before, losses = time.perf_counter(), self.tokens, []
        while self.step < steps:
            rate = self.rate * schedule(self.step, steps, self.warmup)
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            parts = [next(feed) for _ in range(accumulate)]
            answers = sum(len(s.ids) - s.prompt for part in parts for s in part)
            for part in parts:
                loss = self.loss(part, answers)
                torch.autograd.backward(loss)
                losses.append(loss.detach())
                self.tokens += sum(len(s.ids) for s in part)
            if self.ranks is not None:
                torch.autograd.backward(self.ranks.penalty())
            torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
            self.optimiser.step()
            self.step += 1
            if self.ranks is not None:
                self.ranks.after(self.step)
            self.optimiser.zero_grad(set_to_none=True)
            if self.step % every == 0 or self.step == steps:
                mean = torch.stack(losses).sum().item() * accumulate / len(losses)
                speed = (self.tokens - before) / (time.perf_counter() - started)
                note({"step": self.step, "loss": round(mean, 4), "learning_rate": rate, "tokens_per_s": round(speed)})
                losses = []
            if checkpoint is not None and keep and self.step % keep == 0 and self.step < steps:
                self.save(checkpoint / f"checkpoint-{self.step}.pt")
                for old in sorted(checkpoint.glob("checkpoint-*.pt"), key=lambda p: int(p.stem[11:]))[:-2]:
                    old.unlink()

    def loss(self, part: Sequence[Sample], answers: int) -> torch.Tensor:
        """The share of ``part`` in the mean loss over ``answers`` tokens."""
        import torch

        ids, labels = self._tensors(part)
        inner = self.model.get_base_model() if hasattr(self.model, "get_base_model") else self.model
        with torch.autocast(self.device, torch.bfloat16, enabled=self.bf16):
            # No mask: padding stands behind the rows, and a causal model does not look back from it.
            hidden = inner.model(input_ids=ids, use_cache=False).last_hidden_state[:, :-1]
            wanted = labels[:, 1:]
            chosen = wanted != -100
            logits = inner.lm_head(hidden[chosen])
        return torch.nn.functional.cross_entropy(logits.float(), wanted[chosen], reduction="sum") / answers

    def mean_loss(self, samples: Sequence[Sample], batch: int) -> float:
        """Mean loss over the answers' tokens of rows that are not trained on."""
        import torch

        self.model.eval()
        rows = sorted(samples, key=lambda s: len(s.ids))
        total = sum(len(s.ids) - s.prompt for s in rows)
        with torch.no_grad():
            return sum(self.loss(rows[i : i + batch], total).item() for i in range(0, len(rows), batch))

    def save(self, path: Path, more: dict[str, Any] | None = None) -> None:
        """What a resumed run needs, and ``more``, in one file that appears when it is whole."""
        import torch

        path.parent.mkdir(parents=True, exist_ok=True)
        state = {
            "step": self.step,
            "tokens": self.tokens,
            "padded": self.padded,
            "weights": [p.detach().cpu() for p in self.weights],
            "optimiser": self.optimiser.state_dict(),
            "ranks": None if self.ranks is None else self.ranks.state(),
            "more": more,
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").rename(path)

    def resume(self, path: Path) -> Any:
        """Goes on from a checkpoint: the same rows follow as without the break. Returns what ``save`` was given."""
        import torch

        state = torch.load(path, map_location=self.device, weights_only=True)
        self.step, self.tokens, self.padded = state["step"], state["tokens"], state["padded"]
        with torch.no_grad():
            for parameter, saved in zip(self.weights, state["weights"], strict=True):
                parameter.copy_(saved)
        self.optimiser.load_state_dict(state["optimiser"])
        if self.ranks is not None:
            self.ranks.resume(state["ranks"])
        return state.get("more")

    def _tensors(self, part: Sequence[Sample]) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids (rows, length), and labels with -100 where nothing is learnt."""
        import torch

        length = -(-max(len(s.ids) for s in part) // 8) * 8
        self.padded += length * len(part)
        ids = torch.tensor([s.ids + [self.pad] * (length - len(s.ids)) for s in part])
        labels = [[-100] * s.prompt + s.ids[s.prompt :] + [-100] * (length - len(s.ids)) for s in part]
        return ids.to(self.device), torch.tensor(labels).to(self.device)


def schedule(step: int, steps: int, warmup: float) -> float:
    """The rate's share at ``step``: linear over the first ``warmup`` of all steps, then a cosine down to 0."""
    ramp = math.ceil(warmup * steps)
    if step < ramp:
        return (step + 1) / ramp
    return 0.5 * (1 + math.cos(math.pi * (step - ramp) / max(1, steps - ramp)))


def batches(samples: Sequence[Sample], size: int, seed: int) -> Iterator[list[Sample]]:
    """Endless batches of rows of like length in random order; an epoch's rest that fills no batch is left out."""
    rng = random.Random(seed)
    size = min(size, len(samples))
    while True:
        order = list(range(len(samples)))
        rng.shuffle(order)
        groups = []
        for start in range(0, len(order), size * 50):
            block = sorted(order[start : start + size * 50], key=lambda i: len(samples[i].ids))
            groups += [block[i : i + size] for i in range(0, len(block), size)]
        rng.shuffle(groups)
        for group in groups:
            if len(group) == size:
                yield [samples[i] for i in group]
