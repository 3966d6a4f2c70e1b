"""The language of phrasings: words, slots in braces, labels in brackets; one is chosen, cut up and said."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from finetune.goods import held_out, rules


@dataclass(slots=True)
class Chunk:
    """A stretch of a message; ``slot`` "" says nothing. ``value`` is the label where it is not the words themselves."""

    text: str
    slot: str = ""
    value: Any = None
    # A type said in the plural: its label is the singular, misspelt alike.
    plural: bool = False


class Spent(Exception):
    """The need has nothing left of what a phrasing asks for, or says a price twice; another is drawn."""


Token = tuple[str, Any]
_TOKEN = re.compile(r"\{(\w+)\}|\[(\w+):")


@cache
def tokens(text: str) -> tuple[Token, ...]:
    """A phrasing cut up: ("text", words), ("slot", name), ("label", (slot, tokens))."""
    found, rest = _cut(text, 0, False)
    assert rest == len(text), text
    return found


def _cut(text: str, at: int, inside: bool) -> tuple[tuple[Token, ...], int]:
    found: list[Token] = []
    start = at
    while at < len(text):
        if inside and text[at] == "]":
            if start < at:
                found.append(("text", text[start:at]))
            return tuple(found), at + 1
        match = _TOKEN.match(text, at)
        if match is None:
            at += 1
            continue
        if start < at:
            found.append(("text", text[start:at]))
        if match[1]:
            found.append(("slot", match[1]))
            at = match.end()
        else:
            inner, at = _cut(text, match.end(), True)
            found.append(("label", (match[2], inner)))
        start = at
    if start < len(text):
        found.append(("text", text[start:]))
    return tuple(found), at


class Phrasings:
    """A message in the making, out of the rules of ``grammar``; ``dev`` says what training never sees.

    A slot that is no rule is said by the method of its name, behind an underscore.
    """

    def __init__(self, rng: random.Random, grammar: tuple[str, ...], dev: bool) -> None:
        self.rng, self.dev = rng, dev
        self.rules = _merged(grammar)
        self.chunks: list[Chunk] = []
        self.used: set[str] = set()

    def choose(self, rule: str, top: bool = False) -> str:
        """One alternative of a rule that this split may say; ``top`` insists on one of the split's own."""
        own, shared = _split(self.rules[rule])
        if self.dev and own and (top or self.rng.random() < 0.5):
            return self.rng.choice(own)
        return self.rng.choice(shared)

    def say(self, rule: str, top: bool = False) -> None:
        """Adds one alternative of ``rule`` to the message."""
        self.expand(tokens(self.choose(rule, top)))

    def expand(self, parts: tuple[Token, ...]) -> None:
        """Adds a phrasing to the message."""
        for kind, what in parts:
            if kind == "text":
                self.chunks.append(Chunk(what))
            elif kind == "label":
                self._label(*what)
            elif what in self.rules:
                self.say(what)
            else:
                getattr(self, f"_{what}")()

    def _label(self, slot: str, inner: tuple[Token, ...]) -> None:
        before = len(self.chunks)
        self.expand(inner)
        text = "".join(c.text for c in self.chunks[before:])
        del self.chunks[before:]
        self.chunks.append(Chunk(text, "" if slot == "x" else slot))

    def add(self, text: str, slot: str = "") -> None:
        """Adds words, once a message where they are labelled."""
        if slot:
            if text.lower() in self.used:
                raise Spent
            self.used.add(text.lower())
        self.chunks.append(Chunk(text, slot))


@cache
def _merged(grammar: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for name in grammar:
        merged |= rules(name)
    return merged


@cache
def _split(alternatives: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(kept for dev, free to train on); short rules are shared, since a split would leave them nothing."""
    if len(alternatives) < 12:
        return (), alternatives
    own = tuple(a for a in alternatives if held_out(a))
    return own, tuple(a for a in alternatives if not held_out(a))
