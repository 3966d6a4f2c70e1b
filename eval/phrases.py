"""Phrases of a reader beside phrases of another: which are meant alike. Shares no code with what it judges. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Two phrases count as one from this Jaccard of their word sets on, as between the readers of docs/labels.md.
ALIKE = 0.5
_WORD = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*")
# Words that carry nothing by themselves.
_EMPTY = frozenset(
    "a an the my our your his her its their of for with without in on at to and or is are be it that this which has "
    "have some any one".split()
)


def words(phrase: str) -> frozenset[str]:
    """The words that count, in small letters."""
    found = frozenset(_WORD.findall(phrase.lower()))
    return found - _EMPTY or found


def plain(phrase: str) -> str:
    """A phrase as two readers would hold it equal: small letters, single blanks, no marks around it."""
    return " ".join(phrase.lower().split()).strip(" .,;:!?\"'")


def singular(phrase: str) -> str:
    """``plain`` with the last word's plural taken off, roughly: enough to hold "boots" and "boot" equal."""
    text = plain(phrase)
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if text.endswith(ending) and len(text) > len(ending) + 1:
            return text[: -len(ending)] + instead
    return text[:-1] if text.endswith("s") and not text.endswith(("ss", "us", "is")) else text


def strict_hits(meant: Sequence[str], given: Sequence[str]) -> int:
    """How many phrases are equal but for case, each counted once."""
    left = [plain(p) for p in meant]
    hits = 0
    for phrase in map(plain, given):
        if phrase in left:
            left.remove(phrase)
            hits += 1
    return hits


def alike_hits(meant: Sequence[str], given: Sequence[str]) -> int:
    """How many pairs are alike: one to one, the closest first, word sets of a Jaccard of at least ``ALIKE``."""
    pairs = []
    for i, one in enumerate(map(words, meant)):
        for j, other in enumerate(map(words, given)):
            closeness = len(one & other) / len(one | other) if one | other else 0.0
            if closeness >= ALIKE:
                pairs.append((-closeness, i, j))
    taken: set[int] = set()
    matched: set[int] = set()
    for _, i, j in sorted(pairs):
        if i not in taken and j not in matched:
            taken.add(i)
            matched.add(j)
    return len(taken)
