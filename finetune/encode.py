"""Rows into token ids, by the thousand a second: the chat template read once for each shape of conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finetune.settings import RecipeError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Sample:
    """One row as the model sees it; the answer starts at ``prompt``."""

    ids: list[int]
    prompt: int


def encode(rows: Sequence[dict[str, Any]], tokenizer: PreTrainedTokenizerFast, max_tokens: int) -> list[Sample]:
    """Each row's tokens, as the template makes them. Raises ``RecipeError`` for a row longer than ``max_tokens``."""
    shapes: dict[tuple[str, ...], list[str]] = {}
    samples: list[Sample] = []
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        asked: list[str] = []
        told: list[str] = []
        for row in part:
            messages = row["messages"]
            roles = tuple(m["role"] for m in messages)
            if roles not in shapes:
                shapes[roles] = _shape(roles, tokenizer)
            between = shapes[roles]
            texts = [m["content"] for m in messages]
            asked.append("".join(a + b for a, b in zip(between[:-2], texts[:-1], strict=True)) + between[-2])
            told.append(texts[-1] + between[-1])
        prompts = tokenizer.backend_tokenizer.encode_batch(asked, add_special_tokens=False)
        answers = tokenizer.backend_tokenizer.encode_batch(told, add_special_tokens=False)
        for row, prompt, answer in zip(part, prompts, answers, strict=True):
            length = len(prompt.ids) + len(answer.ids)
            if length > max_tokens:
                raise RecipeError(
                    f"The row {row['id']!r} has {length} tokens and max_tokens is {max_tokens}",
                    "Shorten it, or raise max_tokens",
                )
            samples.append(Sample(prompt.ids + answer.ids, len(prompt.ids)))
    return samples


def _shape(roles: tuple[str, ...], tokenizer: PreTrainedTokenizerFast) -> list[str]:
    """What the template writes before, between and after the contents of such a conversation."""
    marks = [f"\u0001{n}\u0001" for n in range(len(roles))]
    messages = [{"role": role, "content": mark} for role, mark in zip(roles, marks, strict=True)]
    text = str(tokenizer.apply_chat_template(messages, tokenize=False))
    between = []
    for mark in marks:
        before, _, text = text.partition(mark)
        between.append(before)
    return [*between, text]
