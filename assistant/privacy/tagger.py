"""The network that finds personal data: the MiniLM encoder, bent by small matrices. Import it late: it needs torch.

The encoder reads no capitals, so how a word is written is added to what it reads of it. Its own weights stay as they
are; what is learned beside them is of low rank (LoRA, Hu et al. 2021) and takes the place of a megabyte. Tags follow
each other as a linear-chain conditional random field has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from assistant.privacy.values import WRITTEN, Span
from assistant.privacy.words import PLACES, SHAPES, Word, words_of

# "Outside", then for each kind its first word and its others.
TAGS = 1 + 2 * len(WRITTEN)
_RANK = 16
# Sub-word tokens that are read at once, and words of a longer text that are read together.
_TOKENS = 384
_WORDS = 160
_BATCH = 32
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts as tensors, padded to the longest."""

    ids: Tensor  # (texts, tokens) int64
    mask: Tensor  # (texts, tokens) int64
    # Shape and place of the word of each token, the last row of the table for none: (texts, tokens) int64.
    shapes: Tensor
    places: Tensor
    # The first token of each word: (texts, words) int64, and which words there are: (texts, words) bool.
    first: Tensor
    there: Tensor


class _LowRank(nn.Module):
    """What is added to a matrix: a product of two thin ones, nothing at first."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(_RANK, columns) / columns**0.5)
        self.up = nn.Parameter(torch.zeros(rows, _RANK))

    def forward(self, weight: Tensor) -> Tensor:
        """The matrix with what was learned."""
        return weight + self.up @ self.down


class Tagger(nn.Module):
    """Words of texts -> a score of each tag, and of each tag after another."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        encoder.requires_grad_(False)
        self.encoder = encoder
        for layer in list(encoder.modules()):
            if isinstance(layer, nn.Linear):
                parametrize.register_parametrization(layer, "weight", _LowRank(*layer.weight.shape))
        size = int(encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]
        self.shapes = nn.Embedding(SHAPES + 1, size)
        self.places = nn.Embedding(PLACES + 1, size)
        for table in (self.shapes, self.places):
            nn.init.normal_(table.weight, std=0.02)
        self.drop = nn.Dropout(0.2)
        self.scores = nn.Linear(size, TAGS)
        self.follow = nn.Parameter(torch.zeros(TAGS, TAGS))

    def learned(self) -> dict[str, Tensor]:
        """The weights that training changes."""
        return {name: p.detach() for name, p in self.named_parameters() if p.requires_grad}

    def read(self, batch: Batch) -> Tensor:
        """A score for each tag of each word: (texts, words, TAGS)."""
        embedded = self.encoder.embeddings.word_embeddings(batch.ids)  # type: ignore[union-attr, operator]
        embedded = embedded + self.shapes(batch.shapes) + self.places(batch.places)
        hidden = self.encoder(inputs_embeds=embedded, attention_mask=batch.mask).last_hidden_state
        at = batch.first.unsqueeze(-1).expand(-1, -1, hidden.shape[-1])
        scores: Tensor = self.scores(self.drop(hidden.gather(1, at)))
        return scores

    def loss(self, scores: Tensor, tags: Tensor, there: Tensor) -> Tensor:
        """The negative log likelihood of the right tags (texts, words), per text."""
        follow = self.follow + _forbidden()
        right = scores.gather(2, tags.unsqueeze(-1)).squeeze(-1) * there
        right = right.sum(1) + (follow[tags[:, :-1], tags[:, 1:]] * there[:, 1:]).sum(1)
        alpha = scores[:, 0] + follow[0]
        right = right + follow[0][tags[:, 0]]
        for n in range(1, scores.shape[1]):
            after = torch.logsumexp(alpha.unsqueeze(2) + follow, dim=1) + scores[:, n]
            alpha = torch.where(there[:, n : n + 1], after, alpha)
        return (torch.logsumexp(alpha, dim=1) - right).mean()

    def best(self, scores: Tensor) -> list[int]:
        """The likeliest tags of one text, whose scores are (words, TAGS)."""
        # In NumPy: for tables as small as these torch takes longer to begin than to reckon.
        told, follow = scores.numpy(), (self.follow + _forbidden()).numpy()
        alpha, back = told[0] + follow[0], []
        for row in told[1:]:
            reached = alpha[:, None] + follow
            back.append(reached.argmax(0))
            alpha = reached.max(0) + row
        tags = [int(alpha.argmax())]
        for came in reversed(back):
            tags.append(int(came[tags[-1]]))
        return tags[::-1]


class Finder:
    """Texts -> their spans, by a tagger that has learned."""

    def __init__(self, net: Tagger, tokenizer: Any) -> None:
        self.net = net
        self.tokenizer = tokenizer

    @torch.inference_mode()
    def find(self, texts: Sequence[str], formed: Sequence[Sequence[Span]]) -> list[list[Span]]:
        """The spans of each text, beside what rules found in it, in order; a long text is read a part at a time."""
        parts = [
            (n, words[at : at + _WORDS])
            for n, words in enumerate(map(words_of, texts, formed))
            for at in range(0, len(words), _WORDS)
        ]
        found: list[list[Span]] = [[] for _ in texts]
        order = sorted(parts, key=lambda part: -len(part[1]))
        for at in range(0, len(order), _BATCH):
            picked = order[at : at + _BATCH]
            scores = self.net.read(batch_of([words for _, words in picked], self.tokenizer))
            for (n, words), rows in zip(picked, scores, strict=True):
                found[n] += spans_of(words, self.net.best(rows[: len(words)]))
        return [sorted(spans) for spans in found]


def tags_of(words: Sequence[Word], spans: Sequence[Span]) -> list[int]:
    """The tag of each word; kinds that only rules find are "outside"."""
    tags = [0] * len(words)
    for span in spans:
        if span.type in WRITTEN:
            kind = 1 + 2 * WRITTEN.index(span.type)
            inside = [n for n, w in enumerate(words) if w.start < span.end and w.end > span.start]
            for place, n in enumerate(inside):
                tags[n] = kind + (place > 0)
    return tags


def spans_of(words: Sequence[Word], tags: Sequence[int]) -> list[Span]:
    """The stretches that tags mark."""
    found: list[Span] = []
    for word, tag in zip(words, tags, strict=True):
        if tag % 2:
            found.append(Span(word.start, word.end, WRITTEN[tag // 2]))
        elif tag:
            found[-1] = Span(found[-1].start, word.end, found[-1].type)
    return found


def batch_of(texts: Sequence[Sequence[Word]], tokenizer: Any) -> Batch:
    """Texts, each as its words, as one batch."""
    made = tokenizer(
        # What the encoder's table has no sign for still has to be there.
        [[w.text for w in words] for words in texts],
        is_split_into_words=True,
        truncation=True,
        max_length=_TOKENS,
        padding=True,
        return_tensors="pt",
    )
    ids = made["input_ids"]
    most = max(len(words) for words in texts)
    shapes, places = torch.full_like(ids, SHAPES), torch.full_like(ids, PLACES)
    first, there = torch.zeros(len(texts), most, dtype=torch.long), torch.zeros(len(texts), most, dtype=torch.bool)
    for n, words in enumerate(texts):
        there[n, : len(words)] = True
        for token, word in reversed(list(enumerate(made.word_ids(n)))):
            if word is not None:
                shapes[n, token], places[n, token] = words[word].shape, words[word].place
                first[n, word] = token
    return Batch(ids, made["attention_mask"], shapes, places, first, there)


@cache
def _forbidden() -> Tensor:
    """No kind goes on that did not begin: (TAGS, TAGS), from row to column."""
    never = torch.zeros(TAGS, TAGS)
    for tag in range(2, TAGS, 2):
        never[:, tag] = _NEVER
        never[tag - 1, tag] = never[tag, tag] = 0.0
    return never
