"""Reading opinions with a network that has learned. Import it late: it needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from assistant.opinions.network import WIDEST, OpinionNet, Pairs, batch_of
from assistant.opinions.values import POLARITIES, Quad, Span

# Aspects, and opinions, of a sentence that are looked at, and how likely each must be.
_MOST = 8
_LEAST = 0.1
_BATCH = 32


class OpinionReader:
    """Words of sentences -> quads. Sentences of one call are read together, the longest first."""

    def __init__(self, net: OpinionNet, tokenizer: Any, threshold: float) -> None:
        self.net = net
        self.tokenizer = tokenizer
        # The probability from which on a quad is believed.
        self.threshold = threshold

    def read(self, sentences: Sequence[Sequence[str]]) -> list[set[Quad]]:
        """The believed quads of each sentence, given as its words."""
        return [{q for q, score in found if score >= self.threshold} for found in self.scored(sentences)]

    def scored(self, sentences: Sequence[Sequence[str]]) -> list[list[tuple[Quad, float]]]:
        """Every quad worth a look with its probability of being right as a whole."""
        found: list[list[tuple[Quad, float]]] = [[] for _ in sentences]
        order = sorted((n for n, words in enumerate(sentences) if words), key=lambda n: -len(sentences[n]))
        for start in range(0, len(order), _BATCH):
            picked = order[start : start + _BATCH]
            for n, quads in zip(picked, self._batch([sentences[n] for n in picked]), strict=True):
                found[n] = quads
        return found

    @torch.inference_mode()
    def _batch(self, sentences: Sequence[Sequence[str]]) -> list[list[tuple[Quad, float]]]:
        batch = batch_of(sentences, self.tokenizer)
        runs, logits, whole = self.net.read(batch)
        likely = torch.sigmoid(logits)
        pairs = Pairs([], [], [])
        for n, (aspects, opinions) in enumerate(candidates(logits, batch.inside, most=_MOST, least=_LEAST)):
            for aspect in (None, *aspects):
                for opinion in (None, *opinions):
                    pairs.add(n, aspect, opinion)
        valid, categories, polarities = self.net.judge(runs, whole, pairs)
        belongs, kinds, felt = torch.sigmoid(valid), categories.softmax(-1), polarities.softmax(-1)
        found: list[list[tuple[Quad, float]]] = [[] for _ in sentences]
        for row, n in enumerate(pairs.sentence):
            aspect, opinion = pairs.aspect[row], pairs.opinion[row]
            score = float(belongs[row]) * _spans(likely[n], aspect, opinion)
            mood = int(felt[row].argmax())
            # A pair may be of two categories; a third is not seen in practice.
            for share, kind in zip(*(t.tolist() for t in kinds[row].topk(min(2, kinds.shape[1]))), strict=True):
                quad = Quad(aspect, self.net.categories[kind], opinion, POLARITIES[mood])
                found[n].append((quad, score * share * float(felt[row, mood])))
        return found


def _spans(likely: Tensor, aspect: Span | None, opinion: Span | None) -> float:
    score = 1.0
    for role, span in enumerate((aspect, opinion)):
        if span is not None:
            score *= float(likely[span[0], span[1] - span[0] - 1, role])
    return score


def candidates(logits: Tensor, inside: Tensor, *, most: int, least: float) -> list[tuple[list[Span], list[Span]]]:
    """The ``most`` likeliest aspects and opinions of each sentence, of those with a probability above ``least``."""
    found = []
    flat = torch.sigmoid(logits.float()).masked_fill(~inside.unsqueeze(-1), -1.0).flatten(1, 2)
    top = flat.topk(min(most, flat.shape[1]), dim=1)
    for scores, places in zip(top.values.tolist(), top.indices.tolist(), strict=True):
        roles: tuple[list[Span], list[Span]] = ([], [])
        for score, place in zip(scores, places, strict=True):
            for role in (0, 1):
                if score[role] > least:
                    start, more = divmod(place[role], WIDEST)
                    roles[role].append((start, start + more + 1))
        found.append(roles)
    return found


def f1(gold: Sequence[set[Quad]], read: Sequence[set[Quad]]) -> float:
    """F1 of exact quads over all sentences."""
    hits = sum(len(g & r) for g, r in zip(gold, read, strict=True))
    total = sum(map(len, gold)) + sum(map(len, read))
    return 2 * hits / total if total else 1.0
