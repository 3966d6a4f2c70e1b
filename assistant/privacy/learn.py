"""Teaching the tagger from marked sentences. Import it late: it needs torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from assistant.opinions.network import open_encoder
from assistant.opinions.training import Recipe, fit
from assistant.privacy import rules
from assistant.privacy.marked import Marked
from assistant.privacy.tagger import Finder, Tagger, batch_of, tags_of
from assistant.privacy.values import joined
from assistant.privacy.words import Word, words_of

Item = tuple[list[Word], list[int]]


def learn(
    rows: Sequence[Marked],
    encoder: Path,
    recipe: Recipe,
    on_progress: Callable[[int, int, str], None] = lambda done, of, what: None,
) -> Finder:
    """A finder that learned from ``rows``, which it reads as it will read texts: beside what rules find.

    ``encoder`` is the folder of a sentence-transformers model. The same data, recipe and number of threads give the
    same finder.
    """
    torch.manual_seed(recipe.seed)
    model, tokenizer = open_encoder(encoder)
    net = Tagger(model)
    items = [item for item in map(_item, rows) if item[0]]

    def loss(picked: list[Item]) -> Tensor:
        batch = batch_of([words for words, _ in picked], tokenizer)
        tags = torch.zeros(batch.there.shape, dtype=torch.long)
        for n, (_, right) in enumerate(picked):
            tags[n, : len(right)] = torch.tensor(right)
        with torch.autocast("cpu", torch.bfloat16):
            scores = net.read(batch)
        return net.loss(scores.float(), tags, batch.there)

    fit(net, items, lambda item: len(item[0]), loss, recipe, on_progress)
    return Finder(net, tokenizer)


def _item(row: Marked) -> Item:
    words = words_of(row.text, rules.find(row.text))
    return words, tags_of(words, joined(row.text, row.spans))
