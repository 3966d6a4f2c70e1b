"""How a text feels toward an aspect that is named: the MiniLM encoder with one head. Import it late: it needs torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from assistant.opinions.network import open_encoder
from assistant.opinions.training import Recipe, fit
from assistant.opinions.values import POLARITIES, Polarity

_TOKENS = 128
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Toward:
    """An aspect at ``start`` (characters) of a text, with the polarity somebody marked, where it is known."""

    text: str
    aspect: str
    start: int
    polarity: Polarity | None = None


class _TowardNet(nn.Module):
    """The aspect's own words in their context, beside the whole text."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        size = int(encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]
        self.head = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(2 * size, size), nn.GELU(), nn.Dropout(0.2), nn.Linear(size, len(POLARITIES))
        )

    def forward(self, ids: Tensor, mask: Tensor, aspects: Tensor) -> Tensor:
        """Logits (texts, 3); ``mask`` and ``aspects`` (texts, tokens) say which tokens are words and which aspect."""
        tokens = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        means = [(tokens * m.unsqueeze(-1)).sum(1) / m.sum(1, keepdim=True).clamp(min=1) for m in (aspects, mask)]
        logits: Tensor = self.head(torch.cat(means, dim=1))
        return logits


class TowardReader:
    """Texts with a named aspect -> probabilities of the polarities."""

    def __init__(self, net: nn.Module, tokenizer: Any) -> None:
        self._net = net
        self._tokenizer = tokenizer

    @torch.inference_mode()
    def read(self, items: Sequence[Toward]) -> list[Polarity]:
        """The likeliest polarity of each."""
        found: dict[int, Polarity] = {}
        order = sorted(range(len(items)), key=lambda n: len(items[n].text))
        for start in range(0, len(order), _BATCH):
            picked = order[start : start + _BATCH]
            best = self._net(*_tensors([items[n] for n in picked], self._tokenizer)).argmax(1).tolist()
            found |= {n: POLARITIES[place] for n, place in zip(picked, best, strict=True)}
        return [found[n] for n in range(len(items))]


def learn_toward(
    train: Sequence[Toward],
    encoder: Path,
    recipe: Recipe,
    on_progress: Callable[[int, int, str], None] = lambda done, of, what: None,
) -> TowardReader:
    """A reader that learned from ``train``, whose polarities are all known."""
    torch.manual_seed(recipe.seed)
    model, tokenizer = open_encoder(encoder)
    net = _TowardNet(model)

    def loss(picked: list[Toward]) -> Tensor:
        wanted = torch.tensor([POLARITIES.index(item.polarity or "neutral") for item in picked])
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(*_tensors(picked, tokenizer)).float()
        found: Tensor = functional.cross_entropy(logits, wanted)
        return found

    fit(net, train, lambda item: len(item.text), loss, recipe, on_progress)
    return TowardReader(net, tokenizer)


def _tensors(items: Sequence[Toward], tokenizer: Any) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and aspect mask, (texts, tokens) each; the aspect is named once more behind the text."""
    made = tokenizer(
        [item.text for item in items],
        [item.aspect for item in items],
        truncation="only_first",
        max_length=_TOKENS,
        padding=True,
        return_tensors="pt",
        return_offsets_mapping=True,
    )
    aspects = torch.zeros(made["input_ids"].shape)
    for n, item in enumerate(items):
        end = item.start + len(item.aspect)
        for token, (side, (left, right)) in enumerate(
            zip(made.sequence_ids(n), made["offset_mapping"][n].tolist(), strict=True)
        ):
            aspects[n, token] = float(side == 0 and left < end and right > item.start)
    return made["input_ids"], made["attention_mask"], aspects
