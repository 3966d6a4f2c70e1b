"""How like two texts are: token F1, chrF and BLEU, each against several right texts. Pure.

chrF (Popović 2015) and BLEU (Papineni et al. 2002, with the tokeniser "13a" and exponential smoothing of Post 2018)
equal what sacrebleu computes, but from 0 to 1. A text counts as likest to whichever of the right ones it is closest to.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ORDER = 4
_CHARACTERS = 6
# Recall counts twice as much as precision.
_BETA = 2
_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")
_MARKS = (
    (re.compile(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])"), r" \1 "),
    (re.compile(r"([^0-9])([\.,])"), r"\1 \2 "),
    (re.compile(r"([\.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))


def token_f1(text: str, right: Sequence[str]) -> float:
    """F1 of the words, in small letters and with their number, against the closest of ``right``; 1 for two empty."""
    return max((_f1(_words(text), _words(other)) for other in right), default=0.0)


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))


def _f1(said: Counter[str], meant: Counter[str]) -> float:
    total = said.total() + meant.total()
    return 2 * (said & meant).total() / total if total else 1.0


def chrf(text: str, right: Sequence[str]) -> float:
    """F2 of character n-grams up to six, blanks left out, against the closest of ``right``; 0 without one."""
    return max((_chrf(text, other) for other in right), default=0.0)


def _chrf(text: str, other: str) -> float:
    precision = recall = 0.0
    orders = 0
    for n in range(1, _CHARACTERS + 1):
        said, meant = (_grams("".join(t.split()), n) for t in (text, other))
        if said and meant:
            shared = (said & meant).total()
            precision += shared / said.total()
            recall += shared / meant.total()
            orders += 1
    if not orders or not precision + recall:
        return 0.0
    precision, recall = precision / orders, recall / orders
    return (1 + _BETA**2) * precision * recall / (_BETA**2 * precision + recall)


def _grams(text: str, n: int) -> Counter[str]:
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))


@dataclass(frozen=True, slots=True)
class Counts:
    """What BLEU adds up over texts: n-grams that match and that there are, for n of 1 to 4, and the two lengths."""

    matches: tuple[int, ...]
    totals: tuple[int, ...]
    length: int
    right_length: int


def bleu_counts(text: str, right: Sequence[str]) -> Counts:
    """The counts of one text; needs at least one right text."""
    said, others = _tokens(text), [_tokens(r) for r in right]
    matches, totals = [], []
    for n in range(1, _ORDER + 1):
        most: Counter[tuple[str, ...]] = Counter()
        for other in others:
            most |= _tuples(other, n)
        grams = _tuples(said, n)
        matches.append((grams & most).total())
        totals.append(grams.total())
    closest = min((abs(len(o) - len(said)), len(o)) for o in others)[1]
    return Counts(tuple(matches), tuple(totals), len(said), closest)


def _tuples(tokens: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def bleu(counts: Iterable[Counts]) -> float:
    """BLEU of a collection of texts, from their counts; 0 where there is none."""
    rows = list(counts)
    matches, totals = (
        [sum(getattr(r, part)[n] for r in rows) for n in range(_ORDER)] for part in ("matches", "totals")
    )
    length, right = sum(r.length for r in rows), sum(r.right_length for r in rows)
    if not all(totals) or not any(matches):
        return 0.0
    smooth, logs = 1.0, 0.0
    for match, total in zip(matches, totals, strict=True):
        if not match:
            smooth *= 2
        logs += math.log(match / total if match else 1 / (smooth * total))
    brevity = 1.0 if length >= right else math.exp(1 - right / length)
    return brevity * math.exp(logs / _ORDER)


def _tokens(text: str) -> list[str]:
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, mark in _ENTITIES:
        text = text.replace(entity, mark)
    text = f" {text} "
    for pattern, spaced in _MARKS:
        text = pattern.sub(spaced, text)
    return text.split()
