"""Teaching the network that reads quads from marked sentences. Import it late: it needs torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from assistant.opinions.network import WIDEST, Batch, OpinionNet, Pairs, batch_of, open_encoder
from assistant.opinions.reader import OpinionReader, candidates, f1
from assistant.opinions.training import Recipe, fit
from assistant.opinions.values import POLARITIES, Quad, Sentence, Span

# Wrong spans of a sentence, for each role, that the pairing learns to turn down: the likeliest ones.
_WRONG = 3
_THRESHOLDS = [n / 100 for n in range(4, 80, 2)]


def learn(
    train: Sequence[Sentence],
    dev: Sequence[Sentence],
    encoder: Path,
    recipe: Recipe,
    on_progress: Callable[[int, int, str], None] = lambda done, of, what: None,
) -> OpinionReader:
    """A reader that learned from ``train``; the score from which an opinion is believed is read from ``dev``.

    ``encoder`` is the folder of a sentence-transformers model. The same data, recipe and number of threads give the
    same reader.
    """
    torch.manual_seed(recipe.seed)
    model, tokenizer = open_encoder(encoder)
    net = OpinionNet(model, sorted({q.category for s in train for q in s.quads}))

    def loss(picked: list[Sentence]) -> Tensor:
        return _loss(net, batch_of([s.words for s in picked], tokenizer), picked)

    fit(net, train, lambda s: len(s.words), loss, recipe, on_progress)
    reader = OpinionReader(net, tokenizer, threshold=0.5)
    reader.threshold = best_threshold(reader, dev)
    return reader


def best_threshold(reader: OpinionReader, dev: Sequence[Sentence]) -> float:
    """The score from which on opinions of ``dev`` are right so often that F1 of exact quads is highest."""
    read = reader.scored([s.words for s in dev])
    gold = [set(s.quads) for s in dev]

    def at(threshold: float) -> float:
        return f1(gold, [{quad for quad, score in found if score >= threshold} for found in read])

    return max(_THRESHOLDS, key=at)


def _loss(net: OpinionNet, batch: Batch, sentences: Sequence[Sentence]) -> Tensor:
    """Spans, pairs, categories and polarities together, per sentence."""
    with torch.autocast("cpu", torch.bfloat16):
        runs, scores, whole = net.read(batch)
        scores = scores.float()
        right = _marked(sentences, scores.shape)
        spans = functional.binary_cross_entropy_with_logits(scores, right, reduction="none")
        total = (spans * batch.inside.unsqueeze(-1)).sum()
        pairs, gold = _pairs(sentences, candidates(scores.detach(), batch.inside, most=_WRONG, least=0.0))
        valid, categories, polarities = (t.float() for t in net.judge(runs, whole, pairs))
    known = torch.tensor([float(bool(quads)) for quads in gold])
    total = total + functional.binary_cross_entropy_with_logits(valid, known, reduction="sum")
    rows = [n for n, quads in enumerate(gold) if quads]
    if rows:
        wanted = torch.zeros(len(rows), len(net.categories))
        felt = torch.zeros(len(rows), len(POLARITIES))
        for row, n in enumerate(rows):
            for quad in gold[n]:
                wanted[row, net.categories.index(quad.category)] += 1 / len(gold[n])
                felt[row, POLARITIES.index(quad.polarity)] += 1 / len(gold[n])
        total = total + functional.cross_entropy(categories[rows], wanted, reduction="sum")
        total = total + functional.cross_entropy(polarities[rows], felt, reduction="sum")
    loss: Tensor = total / len(sentences)
    return loss


def _marked(sentences: Sequence[Sentence], shape: torch.Size) -> Tensor:
    """1 where a run is an aspect (0) or an opinion (1) that somebody marked; longer ones are cut to ``WIDEST``."""
    right = torch.zeros(shape)
    for n, sentence in enumerate(sentences):
        for quad in sentence.quads:
            for role, span in enumerate((quad.aspect, quad.opinion)):
                if span is not None:
                    start, end = _cut(span)
                    right[n, start, end - start - 1, role] = 1.0
    return right


def _cut(span: Span) -> Span:
    return span[0], min(span[1], span[0] + WIDEST)


def _pairs(
    sentences: Sequence[Sentence], found: Sequence[tuple[list[Span], list[Span]]]
) -> tuple[Pairs, list[list[Quad]]]:
    """Every marked or likely aspect with every such opinion, and the quads that hold of each pair."""
    pairs, gold = Pairs([], [], []), []
    for n, (sentence, (aspects, opinions)) in enumerate(zip(sentences, found, strict=True)):
        held: dict[tuple[Span | None, Span | None], list[Quad]] = {}
        for quad in sentence.quads:
            ends = (_cut(quad.aspect) if quad.aspect else None, _cut(quad.opinion) if quad.opinion else None)
            held.setdefault(ends, []).append(quad)
        left: list[Span | None] = [None, *dict.fromkeys([a for a, _ in held if a] + aspects)]
        right: list[Span | None] = [None, *dict.fromkeys([o for _, o in held if o] + opinions)]
        for aspect in left:
            for opinion in right:
                pairs.add(n, aspect, opinion)
                gold.append(held.get((aspect, opinion), []))
    return pairs, gold
