"""Policy sentences as a shop's documents have them, and the same made false by hand and by rule."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.claims.facts import Fact
from retrieval.jsonlines import read_rows

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "policies_grounding.jsonl"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a policy document, and sentences near it that it does not support."""

    id: str
    text: str
    lies: tuple[str, ...]


def shipped_passages() -> list[Passage]:
    """The passages that come with this package."""
    rows: list[dict[str, Any]] = read_rows(SHIPPED)
    return [Passage(str(r["id"]), str(r["text"]), tuple(r["false"])) for r in rows]


def policy_facts(rng: random.Random, given: Sequence[Passage]) -> list[Fact]:
    """Each passage as it may be said, with its lies."""
    return [fact for passage in given for fact in _said(rng, passage)]


def _said(rng: random.Random, passage: Passage) -> Iterator[Fact]:
    lies = [("written by hand", text) for text in passage.lies]
    lies += [("another number", text) for text in _renumbered(rng, passage.text)]
    for lead in ("", "The shop's policy says: ", "According to the shop, "):
        yield Fact("policy", _led(lead, passage.text), tuple((how, _led(lead, text)) for how, text in lies))


def _led(lead: str, text: str) -> str:
    return lead + (text[0].lower() + text[1:] if lead.endswith(", ") else text)


def _renumbered(rng: random.Random, text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        figure = f"{float(match[0]) + rng.choice([1, 5, 16, 30]):g}"
        yield text[: match.start()] + figure + text[match.end() :]
