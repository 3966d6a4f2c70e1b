"""Prices said without a sign of money or a set phrase: "my grandparents are giving me 800", "can be 30".

Read where nothing else in the message is a price: a number that counts and measures nothing, in a clause that speaks of
money.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.reading.cues import stop_words

_CLAUSE = re.compile(r"(?:[^,;.!?]|(?<=\d)[.,](?=\d))+")
_NUMBER = re.compile(r"(?<![\w.,#/x×:$-])\d{1,5}(?:\.\d\d)?(?![\w%\"'°:/×]|[.,-]\d|-\w)")
# What speaks of money, and what may.
_TALK = re.compile(
    r"\b(?:prices?|pric(?:ed|ing)|costs?|costing|spend(?:ing)?|pay(?:ing|s)?|budget|afford|money|cheap\w*|expensive|"
    r"limit|ceiling)\b",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"\b(?:giv(?:e|es|en|ing)|releas(?:e|ed|es)|grant(?:s|ed)?|allow(?:s|ed|ance)?|sav(?:ed|ings)|set aside|possible|"
    r"fund(?:s|ed)?|put(?:ting)? in|chip(?:s|ped)? in|contribut\w+|"
    r"approved)\b",
    re.IGNORECASE,
)
# What says so of a sum only where one was spoken of before.
_AGAIN = re.compile(r"\b(?:can|could|may|will) (?:do|go|be|stretch)\b", re.IGNORECASE)
_SIDES = re.compile(r"\s*(?:x|by|×|\*|/)\s*\d", re.IGNORECASE)
_HINTED = 10
_PAST = re.compile(r"\b(?:paid|was|were|had|cost me|used to|last (?:one|time|year))\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:at least|minimum|min|from|no less than|not (?:under|below)|starting)\W*$", re.IGNORECASE)
_MORE = re.compile(r"\b(?:over|above|more than|beyond)\W*$", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|no|never|nothing|without|\w+n['’]t)\b", re.IGNORECASE)
# What may stand behind the number, beside the words that never describe a thing.
_BEHIND = frozenset(
    "then though now tops range each altogether total because since as either ish is are if when while until".split()
)
# What may stand before it.
_BEFORE = _BEHIND | frozenset(
    "until till maximal maximally maximum spending paying pay spend cost price budget most least limit giving gives"
    " gave released granted allowed saved put chip contribute approved agreed ceiling exactly only".split()
)


def price_by_sense(text: str, *, known: bool = False) -> tuple[str, Decimal, tuple[int, int]] | None:
    """The last such price: "min" or "max", the amount in major units as said, and where it stands; None without one.

    ``known`` says that a price is being talked about already: then "can be 30" is one.
    """
    found = None
    for clause in _CLAUSE.finditer(text):
        spoken, hinted = _TALK.search(clause[0]), _HINT.search(clause[0])
        hinted = hinted or (_AGAIN.search(clause[0]) if known else None)
        if not (spoken or hinted) or _PAST.search(clause[0]):
            continue
        for number in _NUMBER.finditer(text, clause.start(), clause.end()):
            before, after = text[clause.start() : number.start()], text[number.end() : clause.end()]
            least = _LEAST.search(before) or (_MORE.search(before) and not _DENIES.search(before))
            enough = Decimal(number[0]) >= (1 if spoken else _HINTED) and (spoken or not least)
            if enough and not _SIDES.match(after) and _stands_alone(before, after):
                found = ("min" if least else "max", Decimal(number[0]), number.span())
    return found


def _stands_alone(before: str, after: str) -> bool:
    """Whether a number counts no noun behind it and belongs to no name before it."""
    behind = re.match(r"\s+([^\W\d_]+)", after)
    if behind and behind[1].lower() not in stop_words() | _BEHIND:
        return False
    last = re.search(r"([^\W_]+)\W*$", before)
    return last is None or last[1].lower() in stop_words() | _BEFORE
