"""Pairs of explanations for `dpo`: one that says what the record says, and the same one dressed up."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from finetune import explanations

_GRAMMAR = Path(__file__).parent / "grammar" / "embellish.yaml"
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w.,]*\d)")


def rows(rng: random.Random, count: int, dev: bool) -> Iterator[dict[str, Any]]:
    """``count`` rows ``{"wish", "facts", "chosen", "rejected", "evidence"}``: the chat would show the first alone.

    Dev rows have types, makers and phrasings of explanations.py's dev split, and embellishments of no other row.
    """
    made = 0
    while made < count:
        for row in explanations.rows(rng, count - made, dev):
            worse = embellished(rng, str(row["answer"]), str(row["wish"]).split()[-1], dev)
            if not explanations.passes(row, worse):
                yield {**{n: row[n] for n in ("wish", "facts", "evidence")}, "chosen": row["answer"], "rejected": worse}
                made += 1


def embellished(rng: random.Random, sentence: str, kind: str, dev: bool) -> str:
    """``sentence`` with something added that nobody knows, or with another number than the record's."""
    numbers = list(_NUMBER.finditer(sentence))
    if numbers and rng.random() < 0.25:
        found = rng.choice(numbers)
        digits = [n for n, sign in enumerate(found[0]) if sign.isdigit()]
        at = rng.choice(digits[:2])
        other = rng.choice([d for d in "123456789" if d != found[0][at]])
        return sentence[: found.start()] + found[0][:at] + other + found[0][at + 1 :] + sentence[found.end() :]
    way = rng.choice(("clause", "sentence", "opening"))
    said = rng.choice(_said(way, dev)).replace("{kind}", kind)
    if way == "clause":
        return sentence.rstrip(".") + said + "."
    return sentence + said if way == "sentence" else said + sentence


@cache
def _said(way: str, dev: bool) -> tuple[str, ...]:
    every: list[str] = yaml.safe_load(_GRAMMAR.read_text("utf-8"))[way]
    # One in four is kept for the dev rows.
    return tuple(text for n, text in enumerate(every) if (n % 4 == 3) == dev)
