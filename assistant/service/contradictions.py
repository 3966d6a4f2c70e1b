"""Statements of a shop's documents that cannot both be so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval import ideas
from retrieval.policy_search import Found, PolicyShelf, Quote

# How alike in meaning two claims are, their figures left out, that speak of the same.
_SAME = 0.66
_FIGURE = re.compile(r"([$€£]?)(\d+(?:[.,]\d+)*)(?:[\s-]*(%|(?:working )?[a-z]+))?", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_UNITS = ("day", "week", "month", "year", "hour", "minute", "am", "pm", "%")


def contradicting(
    top: Found, quotes: Sequence[Quote], found: Sequence[Found], shelf: PolicyShelf
) -> tuple[Found, Quote] | None:
    """A statement of another document that says the same as one of ``quotes``, with another figure."""
    mine = [(quote, claim) for quote in quotes for claim in _claims(quote.text)]
    theirs = [
        (other, quote, claim)
        for other in found
        if other.passage.document != top.passage.document
        for quote in other.quotes
        for claim in _claims(quote.text)
    ]
    pairs = [
        (m, t)
        for m, (own, claim) in enumerate(mine)
        for t, (_, quote, rival) in enumerate(theirs)
        if _contradict(_figures(claim), _figures(rival)) and _of_the_same(own, quote)
    ]
    if not pairs:
        return None
    alike = shelf.likeness([_bare(claim) for _, claim in mine] + [_bare(claim) for _, _, claim in theirs])
    m, t = max(pairs, key=lambda pair: float(alike[pair[0], len(mine) + pair[1]]))
    return theirs[t][:2] if alike[m, len(mine) + t] >= _SAME else None


def _of_the_same(one: Quote, two: Quote) -> bool:
    """Whether two statements are about the same products, and both or neither about members."""
    same = one.groups & two.groups or not (one.groups or two.groups)
    return bool(same) and ("member" in ideas.ideas(one.text)) == ("member" in ideas.ideas(two.text))


def _claims(text: str) -> list[str]:
    """What a statement says, one by one: its sentences, or the cells of its row."""
    first, dash, cells = text.partition(" — ")
    return [f"{first} {cell.replace(':', '')}" for cell in cells.split("; ")] if dash else _SENTENCE.split(text)


def _bare(text: str) -> str:
    """A claim without its figures: what it speaks of."""
    return re.sub(r"\d+(?:[.,]\d+)*", "some", text)


def _figures(text: str) -> dict[str, set[str]]:
    """Unit -> the figures that a text gives in it; money under its sign, what has no known unit under ""."""
    found: dict[str, set[str]] = {}
    for sign, figure, unit in _FIGURE.findall(text):
        said = unit.lower().removeprefix("working ")
        named = sign or next((u for u in _UNITS if said.startswith(u)), "")
        found.setdefault(named, set()).add(figure)
    return found


def _contradict(one: dict[str, set[str]], two: dict[str, set[str]]) -> bool:
    shared = one.keys() & two.keys()
    return bool(shared) and all(not one[unit] & two[unit] for unit in shared)
