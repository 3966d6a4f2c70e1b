"""Does a shopper's message support what a model read in it? Word for word, and with the sense of wanting or not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.reading.clauses import Clause
from assistant.reading.cues import pattern, stop_words
from assistant.reading.phrases import phrases
from assistant.reading.slots import Reader, Reading, hardness, is_measure
from assistant.state import Slot, Wish


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that a model gave for a slot."""

    slot: Slot
    value: str


def supported(claim: Claim, reading: Reading, vocabulary: Reader, claimed: list[tuple[int, int]]) -> Wish | None:
    """The claim as a wish in the shopper's words, or None. Its place is added to ``claimed``: no word serves twice."""
    for start, end in _places(claim.value, reading.text):
        if any(start < e and end > s for s, e in claimed):
            continue
        clause = next((c for c in reading.clauses if c.start <= start < c.end), None)
        rejected = _is_rejected(reading.text, clause, start)
        if rejected != (claim.slot in ("not_brand", "dislike")):
            continue
        wish = _as_wish(claim.slot, start, end, clause, reading, vocabulary)
        if wish is not None:
            claimed.append((start, end))
            return wish
    return None


def _places(value: str, text: str) -> list[tuple[int, int]]:
    """Where ``value`` stands in ``text`` word for word, a plural's ending and small words at its edges aside."""
    stop = stop_words()
    wanted = re.findall(r"[^\W_]+(?:[-'./][^\W_]+)*", value.lower())
    while wanted and wanted[0] in stop:
        wanted.pop(0)
    while wanted and wanted[-1] in stop:
        wanted.pop()
    if not wanted:
        return []
    body = r"[\s\-]+".join(map(re.escape, wanted))
    plural = "(?:s|es)?" if wanted[-1].isalpha() else ""
    return [m.span() for m in re.finditer(rf"(?<!\w){body}{plural}(?!\w)", text, re.IGNORECASE)]


def _is_rejected(text: str, clause: Clause | None, at: int) -> bool:
    """Whether what stands at ``at`` is said not to be wanted."""
    if clause is None:
        return False
    stand = "rejected" if clause.act in ("rejects", "drops") else "wanted"
    for phrase in phrases(text, clause.body, [], [], [], "rejected" if stand == "rejected" else "wanted"):
        if phrase.start <= at < phrase.end:
            return phrase.stand != "wanted"
    return stand == "rejected"


def _as_wish(
    slot: Slot, start: int, end: int, clause: Clause | None, reading: Reading, vocabulary: Reader
) -> Wish | None:
    said = reading.text[start:end]
    if slot in ("brand", "not_brand"):
        known = next((b for b in vocabulary.brands(reading.text) if b.start < end and b.end > start), None)
        if known is None and not _written_as_name(reading.text, start):
            return None
        value = known.value if known else said
    elif re.fullmatch(r"[\d.,\s]+", said):
        return None
    else:
        value = said.lower() if slot == "category" else said
    if slot in ("not_brand", "dislike"):
        return Wish(slot, value, True, said)
    default = slot in ("brand", "category") or is_measure(said)
    if clause is None:
        return Wish(slot, value, default, said)
    hard = clause.hard if clause.hard is not None else hardness(reading.text, clause, default)
    return Wish(slot, value, hard, said)


def _written_as_name(text: str, start: int) -> bool:
    """A maker the shop does not carry is written like a name, or introduced as one."""
    introduced = pattern("introduced").search(text[:start]) is not None
    return text[start].isupper() and (start > 0 or introduced)
