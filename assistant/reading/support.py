"""Does a shopper's message support what a model read in it? Word for word, and with the sense of wanting or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.clauses import Act, Clause
from assistant.reading.cues import pattern, says, stop_words
from assistant.reading.features import is_bound, is_measure, is_story
from assistant.reading.phrases import Stand, phrases
from assistant.reading.slots import Reader, Reading, hardness, is_fitted
from assistant.reading.tables import entry
from assistant.state import Slot, Wish
from retrieval.nouns import noun_key, singular

_ARTICLE = re.compile(r"^\s*(?:an?|the|some|any|my|our|please)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:\++(?!\w))?")
# An act that a thing is for, denied.
_ACT_DENIED = re.compile(r"\b(?P<without>without\s+)$", re.IGNORECASE)
_ACT = re.compile(
    r"[^\W\d_]{3,}ing\s+(?:the|an?|my|our|your|his|her|their|me|us|him|them|everyone|anyone)\b", re.IGNORECASE
)
# What belongs to the number before it.
_SIGN = re.compile(r"(?<=\d)(?:[\"″”%°]|'')")


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that a model gave for a slot."""

    slot: Slot
    value: str


def supported(
    claim: Claim, reading: Reading, vocabulary: Reader, claimed: list[tuple[int, int]], without: Sequence[Act] = ()
) -> Wish | None:
    """The claim as a wish in the shopper's words, or None. Its place is added to ``claimed``: no word serves twice.

    Clauses of the kinds ``without`` support nothing.
    """
    for start, end in _places(claim.value, reading.text):
        if any(start < e and end > s for s, e in [*claimed, *reading.taken]):
            continue
        clause = next((c for c in reading.clauses if c.start <= start < c.end), None)
        if clause is not None and clause.act in without:
            continue
        if clause is None and reading.clauses and claim.slot in ("feature", "dislike"):
            # "hang on", "in fact": words between the clauses.
            continue
        if not _has_sense(claim.slot, reading.text, clause, start):
            continue
        wish = _as_wish(claim.slot, start, end, clause, reading, vocabulary)
        if wish is not None:
            claimed.append((start, end))
            return wish
    return None


def _places(value: str, text: str) -> list[tuple[int, int]]:
    """Where ``value`` stands in ``text`` word for word, in the singular or the plural, its article aside."""
    said = [(m.span(), noun_key(m[0])) for m in _WORD.finditer(text)]
    keys = [noun_key(m[0]) for m in _WORD.finditer(_ARTICLE.sub("", value))]
    size = len(keys)
    starts = [n for n in range(len(said) - size + 1) if [k for _, k in said[n : n + size]] == keys] if size else []
    ends = [said[n + size - 1][0][1] for n in starts]
    return [
        (said[n][0][0], m.end() if (m := _SIGN.match(text, end)) else end) for n, end in zip(starts, ends, strict=True)
    ]


def _has_sense(slot: Slot, text: str, clause: Clause | None, at: int) -> bool:
    """Whether what stands at ``at`` is wanted, or rejected, as the slot has it. Stories and questions leave it open."""
    if clause is None or clause.act in ("tells", "asks"):
        return True
    stand: Stand = "rejected" if clause.act in ("rejects", "drops") else "wanted"
    found = phrases(text, clause.body, [], [], [], stand, verb=clause.verb)
    rejected = next((p.stand for p in found if p.start <= at < p.end), stand) != "wanted"
    return rejected == (slot in ("not_brand", "dislike"))


def _as_wish(
    slot: Slot, start: int, end: int, clause: Clause | None, reading: Reading, vocabulary: Reader
) -> Wish | None:
    said = reading.text[start:end]
    a_maker = any((b.start, b.end) == (start, end) for b in vocabulary.brands(reading.text))
    if a_maker and slot in ("feature", "dislike") and not is_fitted(start, end, reading):
        # A maker of the shop is one, whatever the model calls it; of a "case for my Acme" it is the phone's.
        slot = "brand" if slot == "feature" else "not_brand"
    line = entry("frames", "line").match(reading.text[end:]) or vocabulary.features(said)
    if slot in ("brand", "not_brand") and ((line and not vocabulary.brands(said)) or says("places", said)):
        # Oil from Greece has no maker of that name, and of a value that the shop knows no maker is made.
        slot = "feature" if slot == "brand" else "dislike"
    if slot in ("brand", "not_brand"):
        known = next((b for b in vocabulary.brands(reading.text) if b.start < end and b.end > start), None)
        if known is None and not _written_as_name(reading.text, start):
            return None
        value = known.value if known else said
    elif re.fullmatch(r"[\d.,\s]+", said) or all(w.lower() in stop_words() for w in _WORD.findall(said)):
        return None
    else:
        value = singular(said) if slot == "category" else said
    if slot == "dislike" and is_bound(said):
        # "Not bigger than 20 mm" rejects nothing, it bounds.
        return Wish("feature", f"not {said}", True, said)
    if (
        slot == "dislike"
        and (act := _ACT_DENIED.search(reading.text[:start]))
        and _ACT.match(said)
        and not vocabulary.features(said)
    ):
        # "Without bothering my flatmates" says what the thing is for.
        hard = clause is not None and hardness(reading.text, clause, False)
        return Wish("feature", f"{act['without']}{said}", hard, f"{act['without']}{said}")
    if slot == "dislike" and is_story(said, vocabulary):
        return None
    if slot in ("not_brand", "dislike"):
        return Wish(slot, value, True, said)
    default = slot in ("brand", "category") or is_measure(said)
    if clause is None or slot == "category":
        return Wish(slot, value, default, said)
    hard = clause.hard if clause.hard is not None else hardness(reading.text, clause, default)
    return Wish(slot, value, hard, said)


def _written_as_name(text: str, start: int) -> bool:
    """A maker the shop does not carry is written like a name, or introduced as one."""
    introduced = pattern("introduced").search(text[:start]) is not None
    return text[start].isupper() and (start > 0 or introduced)
