"""A question held against what people wrote: the words that answer it, quoted, or nothing.

The unit is a clause: a sentence of a review says several things, and only one of them is asked for; of a short sentence
the whole is one as well ("Three cats, no more fluff."). A clause is as good
as its likeness to the question, to the plain statements that would answer it ("the screen is great", "... is bad") and
to its own sentence, with something added for the topic's own words and for a word of opinion. Without an embedding
model the words alone decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from retrieval.text import words

if TYPE_CHECKING:
    import numpy as np


class Embedder(Protocol):
    """What turns texts into vectors of length 1; ``retrieval.embed.Embedder`` does."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts), dimension)."""
        ...


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a text that answer a question."""

    # Which of the texts.
    text: int
    start: int
    end: int
    words: str
    # How sure it is that this is an answer; comparable over questions.
    score: float


_SENTENCE = re.compile(r"(?<=[.!?])[\"')]*\s+|\n+|(?<=[a-z0-9][.!?])(?=[A-Z])")
_CLAUSE = re.compile(
    r"(?<=[.!?;:])[\"')]*\s+|\n+|(?<=[a-z0-9][.!?])(?=[A-Z])|,\s+|"
    r"\s+(?:but|and|because|although|though|which|while|so|however|since)\s+|\s[-–—]+\s|\s*\(|\)\s*|--+",
    re.IGNORECASE,
)
# What each sign of an answer weighs: likeness to the statements, to the question, its sentence's; topic; opinion.
_STATEMENT, _QUESTION, _SENTENCE_LIKE, _TOPIC, _OPINION = 1.0, 0.5, 0.5, 0.2, 0.15
# From this score on a clause is quoted.
ENOUGH = 1.15
# Sentences of no more words are quoted whole as well.
_SHORT = 8
# Texts longer than this are read to here.
_READ = 6000
# Of more clauses than the first the embedding model reads only so many, those that share most words with the question:
# it takes a millisecond or two for each.
_MANY, _LIKELY = 64, 24


@cache
def _lists() -> dict[str, Any]:
    import yaml

    return cast(dict[str, Any], yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


@cache
def _stems(name: str) -> frozenset[str]:
    return frozenset(words(_lists()[name]))


def topic(question: str) -> list[str]:
    """The words of ``question`` that say what it is about, as written, in order."""
    said = re.findall(r"[\w'-]+", question.lower())
    return list(dict.fromkeys(w for w in said if not set(words(w)) <= _stems("asking")))


@cache
def _opinions() -> re.Pattern[str]:
    return re.compile("|".join(_lists()["opinions"]), re.IGNORECASE)


def asks_opinion(question: str) -> bool:
    """Whether people's judgement is asked for, which no record has."""
    return _opinions().search(question) is not None


def answer(question: str, texts: Sequence[str], embedder: Embedder | None, least: float = ENOUGH) -> Quote | None:
    """The clause of ``texts`` that best answers ``question``; None where none reaches ``least``."""
    best = nearest(question, texts, embedder)
    return best if best is not None and best.score >= least else None


def nearest(question: str, texts: Sequence[str], embedder: Embedder | None) -> Quote | None:
    """The best clause, however poor; None for texts without one."""
    found = [(n, s, e) for n, text in enumerate(texts) for s, e in _units(text[:_READ])]
    if not found:
        return None
    about = topic(question)
    if embedder is not None and len(found) > _MANY:
        by_words = _by_words(about, [texts[n][s:e] for n, s, e in found])
        likely = sorted(range(len(found)), key=lambda i: (-by_words[i], i))[:_LIKELY]
        found = [found[i] for i in sorted(likely)]
    clauses = [texts[n][s:e] for n, s, e in found]
    scores = _by_words(about, clauses) if embedder is None else _by_likeness(question, about, texts, found, embedder)
    at = max(range(len(found)), key=lambda i: (scores[i], -i))
    n, start, end = found[at]
    return Quote(n, start, end, texts[n][start:end], scores[at])


def _units(text: str) -> list[tuple[int, int]]:
    """Start and end of what may be quoted: each clause, and each short sentence of several."""
    short = [(s, e) for s, e in spans(text, _SENTENCE) if len(text[s:e].split()) <= _SHORT]
    return sorted({*spans(text, _CLAUSE), *short})


def spans(text: str, cut: re.Pattern[str]) -> list[tuple[int, int]]:
    """Start and end of each piece of ``text`` between the cuts, without the space around it."""
    found, start = [], 0
    for match in cut.finditer(text):
        found.append((start, match.start()))
        start = match.end()
    found.append((start, len(text)))
    whole = [(s + len(text[s:e]) - len(text[s:e].lstrip()), s + len(text[s:e].rstrip())) for s, e in found]
    return [(s, e) for s, e in whole if e > s]


def _share(about: Sequence[str], clause: str) -> float:
    wanted = {token for w in about for token in words(w)}
    return len(wanted & set(words(clause))) / len(wanted) if wanted else 0.0


def _opinion(clause: str) -> float:
    return float(bool(set(words(clause)) & _stems("opinion")))


def _by_words(about: Sequence[str], clauses: Sequence[str]) -> list[float]:
    """Half of the topic's words and an opinion are enough; on the same scale as likeness."""
    return [ENOUGH * (1.2 * _share(about, c) + 0.3 * _opinion(c) * bool(_share(about, c))) for c in clauses]


def _by_likeness(
    question: str,
    about: Sequence[str],
    texts: Sequence[str],
    found: Sequence[tuple[int, int, int]],
    embedder: Embedder,
) -> list[float]:
    sentences = [
        (n, s, e)
        for n, text in enumerate(texts)
        for s, e in spans(text[:_READ], _SENTENCE)
        if any(m == n and s <= start < e for m, start, _ in found)
    ]
    named = " ".join(about) or "product"
    asked = [question, f"The {named} is great.", f"The {named} is bad."]
    clauses = [texts[n][s:e] for n, s, e in found]
    encoded = embedder.encode([*asked, *clauses, *(texts[n][s:e] for n, s, e in sentences)])
    likeness = encoded @ encoded[:3].T
    own = likeness[3 : 3 + len(clauses)]
    around = likeness[3 + len(clauses) :, 0]
    scores = []
    for i, (n, start, _) in enumerate(found):
        sentence = next((around[j] for j, (m, s, e) in enumerate(sentences) if m == n and s <= start < e), 0.0)
        like = _STATEMENT * max(own[i, 1], own[i, 2]) + _QUESTION * own[i, 0] + _SENTENCE_LIKE * sentence
        scores.append(float(like) + _TOPIC * _share(about, clauses[i]) + _OPINION * _opinion(clauses[i]))
    return scores
