"""Attributes that a phrase sounds like, where no rule knows one: "image stabiliser", "height must be adjustable".

Read by the shop's own embedding model: the phrase beside the names of the attributes that things of its kind have. Only
yes-or-no attributes and numbers are looked at, for of these a name says all. What is found is added to what the
phrase's words find, and never replaces it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from retrieval.embed import Embedder
from retrieval.measures import Op, attribute_key, quantities
from retrieval.quantity import ABSENT
from retrieval.query import Condition
from retrieval.said import in_figures
from retrieval.typed import Typed

if TYPE_CHECKING:
    import numpy as np

# An attribute that so few of a kind's products have is no property of the kind; of more the commonest are looked at,
# as the embedding model takes a millisecond or two for each.
_HELD, _MOST = 0.1, 120
# Phrases of shoppers that are remembered.
_REMEMBERED = 4096
# From this cosine on a name is what was said; one word alone may be a part of many names.
_LIKE, _LIKE_ALONE = 0.7, 0.8
_FIGURE = re.compile(r"(?<![\w.,:/-])\d+(?:[.,]\d+)?(?![\w:/-]|[.,]\d)")
_COUNTING = re.compile(r"\b(?:number of|quantity|number|qty)\b")
_NOUN = re.compile(
    r"\s*(?P<noun>[^\W\d_][\w\s-]*?)"
    r"(?=\s+(?:or more|or less|or fewer|at least|at most|minimum|maximum|min|max|and up)\b|$)"
)
# Of these a thing may have more than were asked for.
_NEVER_TOO_MANY = re.compile(r"\b(?:ports?|slots?|inputs?|outputs?|sockets?|outlets?|connectors?)\b")
# What stands for what was counted, so that a bound around it is read as around any amount.
_PIECES = "pieces"


class Likeness:
    """One shop's attribute names and how like a phrase they are; safe to share between threads."""

    def __init__(self, typed: Typed, embedder: Callable[[], Embedder | None]) -> None:
        """``embedder`` is asked for at the first phrase that needs it: loading it takes seconds."""
        self._typed = typed
        self._embedder = embedder
        self._vectors: dict[str, np.ndarray] = {}
        self._found = lru_cache(_REMEMBERED)(self._sounding)

    def condition(self, said: Condition, kinds: Sequence[str]) -> Condition:
        """``said``, with the attribute that its phrase sounds like for things of these ``kinds`` as one more way."""
        known = (said.phrase, tuple(kinds))
        found = self._found(*known)
        return said if found is None else replace(said, others=(*said.others, found))

    def _sounding(self, phrase: str, kinds: tuple[str, ...]) -> Condition | None:
        spoken = in_figures(phrase)
        if not re.search(r"\d", spoken):
            name = self._nearest(spoken, "flags", kinds)
            return Condition(phrase, (name,), "=", True, ((ABSENT,),)) if name else None
        counted = _counted(spoken) if len(_FIGURE.findall(spoken)) == 1 else None
        if counted is None or not (name := self._nearest(counted[2], "numbers", kinds)):
            return None
        op, value, _ = counted
        op = ">=" if op == "=" and _NEVER_TOO_MANY.search(_spoken(name)) else op
        return Condition(phrase, (name,), op, value, ((ABSENT,),))

    def _nearest(self, text: str, what: Literal["flags", "numbers"], kinds: Sequence[str]) -> str:
        """The attribute whose name is most like ``text``; "" where none is like it."""
        names = [n for n, share in self._typed.shares(what, kinds).items() if share >= _HELD][:_MOST]
        embedder = self._embedder() if names and text.strip() else None
        if embedder is None:
            return ""
        spoken = [_spoken(name) for name in names]
        missing = [s for s in dict.fromkeys(spoken) if s not in self._vectors]
        asked, *encoded = embedder.encode([text, *missing])
        self._vectors.update(zip(missing, encoded, strict=True))
        likeness = [float(self._vectors[s] @ asked) for s in spoken]
        best = max(range(len(names)), key=lambda n: (likeness[n], -n))
        return names[best] if likeness[best] >= (_LIKE if len(text.split()) > 1 else _LIKE_ALONE) else ""


def _spoken(name: str) -> str:
    """An attribute's name as one would say it: "hdmi ports" of ``hdmi_ports_quantity``."""
    said = attribute_key(name).replace("_", " ")
    return _COUNTING.sub(" ", said).strip() or said


def _counted(phrase: str) -> tuple[Op, float, str] | None:
    """Bound, number and what is counted, of a phrase with one number: (">=", 12.0, "digits") of "12 digits minimum"."""
    figure = _FIGURE.search(phrase)
    noun = _NOUN.match(phrase, figure.end()) if figure else None
    if noun is None:
        return None
    # The noun is taken for pieces, of which every bound is known.
    start, end = noun.span("noun")
    said = list(quantities(f"{phrase[:start]}{_PIECES}{phrase[end:]}"))
    return (said[0].op, said[0].value, noun["noun"]) if len(said) == 1 else None
