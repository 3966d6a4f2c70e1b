"""Whether a sentence says only what its evidence says. Pure.

The vocabulary is closed: a word must stand in the evidence, or be one of a short list of words that claim nothing.
So "durable" about a product whose record does not say so is a violation without anybody listing "durable".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from assistant.state import Evidence
from retrieval.text import stem, words

_BOUNDS = (
    r"(?:under|below|within|up to|less than|over|above|more than|at most|at least|between|and|"
    r"limit of|budget of|budget|your)"
)
_AMOUNT = re.compile(r"(?P<lead>[\w' ]{0,24})(?P<sign>[$€£¥₹])\s?(?P<value>\d[\d,]*(?:\.\d+)?)")
_SENTENCE_END = re.compile(r"[.!?。！？]$")


@cache
def _listed(name: str) -> frozenset[str]:
    import yaml

    lists = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return frozenset(lists[name].split())


@cache
def _neutral() -> frozenset[str]:
    return frozenset(stem(w) for w in _listed("neutral"))


def check(sentence: str, evidence: Sequence[Evidence], bounds: Sequence[str] = ()) -> list[str]:
    """What ``sentence`` says beyond ``evidence``, one line a violation; [] when every word is covered.

    ``evidence`` is of one product (and of wishes it was shown to meet, source "shopper"). ``bounds`` are the price
    bounds the shopper gave, as printed ("$60"): the sentence may repeat them as bounds, never as the price.
    """
    text = sentence.strip()
    found: list[str] = []
    if not _SENTENCE_END.search(text):
        found.append("the sentence is cut short")
    found += _amounts(text, evidence, bounds)
    # An amount is judged as an amount, above; "between" may only stand where the shopper gave bounds.
    allowed = _allowed(evidence) | {w for b in bounds for w in words(f"between {b}")}
    quoted = " ".join(e.value.lower() for e in evidence)
    for word in words(text):
        if word not in allowed and word not in _neutral():
            found.append(f"{word!r} is not in the record")
    for negation in re.findall(r"[a-z]+|n't", text.lower().replace("n't", " n't")):
        if negation in _listed("negations") and not re.search(rf"\b{re.escape(negation)}\b", quoted):
            found.append(f"{negation!r} denies something the record does not deny")
    if repeated := _repeats(words(text)):
        found.append(f"{repeated!r} is said twice")
    return list(dict.fromkeys(found))


def _allowed(evidence: Sequence[Evidence]) -> set[str]:
    allowed: set[str] = set()
    for piece in evidence:
        label = piece.field.removeprefix("attributes.").replace("_", " ")
        # A flag's value is a claim about its name: "waterproof: no" must not lend the word "waterproof".
        if piece.value == "no":
            continue
        if piece.field == "stock":
            if piece.value != "0":
                allowed.update(stem(w) for w in _listed("on_hand"))
            continue
        if piece.field == "rating":
            allowed.update(words("rated rating stars"), words(f"{piece.value} stars"))
        allowed.update(words(piece.value))
        allowed.update(words(label))
    return allowed


def _amounts(text: str, evidence: Sequence[Evidence], bounds: Sequence[str]) -> list[str]:
    """Money in the sentence must be the price itself, or a bound of the shopper's said as a bound."""
    prices = {_digits(e.value) for e in evidence if e.field == "price"}
    limits = {_digits(b) for b in bounds}
    found = []
    for match in _AMOUNT.finditer(text):
        amount = _digits(match["value"])
        as_bound = re.search(rf"\b{_BOUNDS}\s*(?:of\s*)?$", match["lead"], re.IGNORECASE) is not None
        if amount in limits and as_bound:
            continue
        if amount not in prices or (as_bound and amount not in limits):
            found.append(f"{match['sign']}{match['value']} is not the price")
    return found


def _digits(text: str) -> str:
    found = re.search(r"\d[\d,]*(?:\.\d+)?", text)
    plain = found[0].replace(",", "") if found else ""
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _repeats(tokens: Sequence[str]) -> str:
    """The first run of three words that occurs twice, or ""."""
    seen: set[tuple[str, ...]] = set()
    for i in range(len(tokens) - 2):
        run = tuple(tokens[i : i + 3])
        if run in seen:
            return " ".join(run)
        seen.add(run)
    return ""
