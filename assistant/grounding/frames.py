"""The check of a fixed sentence: a frame that claims nothing, and blanks that hold what its evidence says.

A model's sentence has words of its own and goes through ``check``. A fixed one is written by hand, and what may be
wrong in it is what was put in: a number, a sum, a name, a quotation. Each must be a value of the evidence, word for
word; a word of grade ("cheapest", "less") needs evidence under that name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.grounding.lists import listed
from assistant.state import Evidence
from retrieval.text import words

_PIECE = re.compile(r"[$€£¥₹]\s?[\d.,]*\d|\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
# Constant parts of frames that hold a number.
_CONSTANT = re.compile(r"\bof 5 stars\b")


def check_fixed(sentence: str, evidence: Sequence[Evidence]) -> list[str]:
    """What a fixed ``sentence`` says beyond ``evidence``, one line a piece; [] when every blank is covered.

    Values count whole and as printed, the longest first; names of fields ("attributes.weight_kg") may be said too.
    """
    text = _CONSTANT.sub(" ", _plain(sentence))
    values = {_plain(e.value) for e in evidence if e.value.strip()}
    for value in sorted(values, key=len, reverse=True):
        text = re.sub(rf"(?<![\w$€£¥₹.]){re.escape(value)}(?![\w]|[.,]\d)", " ", text)
    named = {t for e in evidence for t in words(e.field.removeprefix("attributes.").replace("_", " "))}
    known = listed("frames") | named
    faults = []
    for piece in _PIECE.findall(text):
        tokens = words(piece)
        if not tokens or piece[0].isdigit() or piece[0] in "$€£¥₹" or not set(tokens) <= known:
            faults.append(f"{piece!r} is in no evidence")
    return list(dict.fromkeys(faults))


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).casefold()
