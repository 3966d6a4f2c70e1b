"""The network that reads opinions: the MiniLM encoder with three small heads. Import it late: it needs torch.

1. Every run of at most ``WIDEST`` words is scored as an aspect and as an opinion.
2. Every pair of a likely aspect and a likely opinion, either of which may be unsaid, is scored as belonging together.
3. A pair that does gets a category and a polarity. A category "ENTITY#ATTRIBUTE" is the sum of what is known of its
   entity, of its attribute and of itself, so that a rare one borrows from its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from assistant.opinions.values import POLARITIES, Span

WIDEST = 10
_HIDDEN = 192
# Words between aspect and opinion, either way, are told apart up to this many; one place more is "unsaid".
_FAR = 12
# Sub-word tokens of a sentence that are read.
_TOKENS = 160


@dataclass(frozen=True, slots=True)
class Batch:
    """Sentences as tensors, padded to the longest."""

    ids: Tensor  # (sentences, tokens) int64
    mask: Tensor  # (sentences, tokens) int64
    # Row w averages the tokens of word w: (sentences, words, tokens) float32.
    words: Tensor
    # Whether a run that begins at word w and has so many words more lies in the sentence: (sentences, words, WIDEST).
    inside: Tensor


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidates of a batch: sentence, aspect and opinion of each pair, unsaid ones as None."""

    sentence: list[int]
    aspect: list[Span | None]
    opinion: list[Span | None]

    def add(self, sentence: int, aspect: Span | None, opinion: Span | None) -> None:
        """Appends one."""
        self.sentence.append(sentence)
        self.aspect.append(aspect)
        self.opinion.append(opinion)


class OpinionNet(nn.Module):
    """``read`` gives vectors and span scores, ``judge`` what holds of pairs of spans."""

    def __init__(self, encoder: nn.Module, categories: Sequence[str]) -> None:
        super().__init__()
        self.encoder = encoder
        self.categories = tuple(categories)
        size = int(encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]
        self.starts = nn.Linear(size, _HIDDEN)
        self.ends = nn.Linear(size, _HIDDEN)
        self.lengths = nn.Embedding(WIDEST, _HIDDEN)
        self.spans = nn.Linear(_HIDDEN, 2)
        self.unsaid = nn.Linear(size, 2 * _HIDDEN)
        self.context = nn.Linear(size, _HIDDEN)
        self.roles = nn.ModuleList([nn.Linear(_HIDDEN, _HIDDEN) for _ in range(2)])
        self.distances = nn.Embedding(2 * _FAR + 2, _HIDDEN)
        self.deep = nn.Linear(_HIDDEN, _HIDDEN)
        self.valid = nn.Linear(_HIDDEN, 1)
        self.polarity = nn.Linear(_HIDDEN, len(POLARITIES))
        self.drop = nn.Dropout(0.2)
        parts = [c.partition("#")[::2] for c in self.categories]
        names = sorted({(side, pair[side]) for pair in parts for side in (0, 1)})
        of = [[names.index((side, pair[side])) for side in (0, 1)] for pair in parts]
        self.register_buffer("parts", torch.tensor(of).reshape(-1, 2), persistent=False)
        self.shared = nn.Embedding(len(names), _HIDDEN)
        self.own = nn.Embedding(len(self.categories), _HIDDEN)
        self.bias = nn.Parameter(torch.zeros(len(self.categories)))
        for table in (self.shared, self.own, self.distances, self.lengths):
            nn.init.normal_(table.weight, std=0.05)

    def read(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Run vectors (sentences, words, WIDEST, hidden), their two scores (..., 2), and a vector of each sentence."""
        tokens = self.encoder(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state.float()
        weight = batch.mask.unsqueeze(-1).float()
        whole = (tokens * weight).sum(1) / weight.sum(1)
        words = self.drop(batch.words @ tokens)
        starts, ends = self.starts(words), self.ends(words)
        # Row w, place l of ``shifted`` is the end vector of word w + l.
        padded = functional.pad(ends, (0, 0, 0, WIDEST - 1))
        shifted = padded.unfold(1, WIDEST, 1).transpose(2, 3)
        runs = functional.gelu(starts.unsqueeze(2) + shifted + self.lengths.weight)
        return runs, self.spans(self.drop(runs)), whole

    def judge(self, runs: Tensor, whole: Tensor, pairs: Pairs) -> tuple[Tensor, Tensor, Tensor]:
        """For each pair: whether it is one (logit), categories (pairs, categories), polarities (pairs, 3)."""
        unsaid = functional.gelu(self.unsaid(whole)).reshape(-1, 2, _HIDDEN)
        sides = []
        for role, spans in enumerate((pairs.aspect, pairs.opinion)):
            table = torch.cat([runs.reshape(-1, _HIDDEN), unsaid[:, role]])
            cells = runs.shape[0] * runs.shape[1] * WIDEST
            at = [
                cells + n if s is None else (n * runs.shape[1] + s[0]) * WIDEST + s[1] - s[0] - 1
                for n, s in zip(pairs.sentence, spans, strict=True)
            ]
            sides.append(self.roles[role](table[at]))
        gaps = torch.tensor([_gap(a, o) for a, o in zip(pairs.aspect, pairs.opinion, strict=True)])
        context = self.context(self.drop(whole))[pairs.sentence]
        hidden = functional.gelu(sides[0] + sides[1] + context + self.distances(gaps))
        hidden = functional.gelu(self.deep(self.drop(hidden)))
        hidden = self.drop(hidden)
        table = self.shared(self.parts).sum(1) + self.own.weight
        return self.valid(hidden).squeeze(-1), hidden @ table.T + self.bias, self.polarity(hidden)


def _gap(aspect: Span | None, opinion: Span | None) -> int:
    if aspect is None or opinion is None:
        return 2 * _FAR + 1
    return max(-_FAR, min(_FAR, opinion[0] - aspect[0])) + _FAR


def open_encoder(folder: Path) -> tuple[nn.Module, Any]:
    """The encoder of a sentence-transformers folder in float32, its word table frozen, and its tokenizer."""
    from retrieval.offline import stay_offline

    stay_offline()
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    encoder = AutoModel.from_pretrained(folder, dtype=torch.float32, add_pooling_layer=False)
    encoder.embeddings.requires_grad_(False)
    return encoder, AutoTokenizer.from_pretrained(folder)


def batch_of(sentences: Sequence[Sequence[str]], tokenizer: Any) -> Batch:
    """Sentences, each a list of words, as one batch; what is longer than ``_TOKENS`` tokens loses its end."""
    made = tokenizer(
        [list(words) for words in sentences],
        is_split_into_words=True,
        truncation=True,
        max_length=_TOKENS,
        padding=True,
        return_tensors="pt",
    )
    ids = made["input_ids"]
    most = max(len(words) for words in sentences)
    words = torch.zeros(len(sentences), most, ids.shape[1])
    for n in range(len(sentences)):
        for token, word in enumerate(made.word_ids(n)):
            if word is not None:
                words[n, word, token] = 1.0
    words /= words.sum(-1, keepdim=True).clamp(min=1.0)
    ends = torch.arange(most).unsqueeze(1) + torch.arange(WIDEST)
    inside = torch.stack([ends < len(sentence) for sentence in sentences])
    return Batch(ids, made["attention_mask"], words, inside)
