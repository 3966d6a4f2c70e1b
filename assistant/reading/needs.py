"""Which thing a message is about: another need than the one under way, the same one named more closely, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.reading.clauses import Clause
from assistant.reading.cues import stop_words
from assistant.reading.phrases import Span, phrases
from assistant.reading.tables import compiled, table
from assistant.state import Preferences
from retrieval.nouns import singular
from retrieval.text import words

# Shorter words are one letter from too many others.
_SHORT = 7


class Kinds(Protocol):
    """What finding the need takes of a shop's vocabulary."""

    def kinds(self, text: str) -> Sequence[Span]: ...
    def features(self, text: str) -> Sequence[Span]: ...
    def resolve_kind(self, phrase: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing named by a noun the vocabulary does not know; satisfies ``Span``."""

    start: int
    end: int
    words: str
    value: str


@dataclass(frozen=True, slots=True)
class Need:
    """The thing a message names."""

    mention: Span | None
    # Another thing than the one under way.
    new: bool = False
    # The mention says more of the type than was known.
    says_type: bool = True
    # It stands in a story, and nothing else names a thing.
    told: bool = False


def same_thing(word: str, current: Preferences) -> bool:
    """Whether a stem is the type under way by its noun: the "case" in "a black case" after "phone case"."""
    return any(word in words(str(w.value))[-1:] for w in current.of("category"))


def find_need(
    text: str,
    clauses: Sequence[Clause],
    vocabulary: Kinds,
    current: Preferences,
    taken: Sequence[tuple[int, int]],
) -> Need | None:
    """The need that ``text`` names after ``current``, or None where it names none."""
    category = next((str(w.value) for w in current.of("category")), None)
    asked = [c for c in clauses if c.act == "opens"] + [c for c in clauses if c.act in ("names", "requires")]
    for clause in asked:
        for kind in _kinds(text, clause.body, vocabulary, taken):
            if not _heads(text, clause, kind):
                continue
            if category is None:
                return Need(kind)
            if need := _beside(text, clause, kind, category, clauses, vocabulary):
                return need
    if category is None or any(c.shifts for c in clauses):
        for clause in asked:
            if clause.act != "requires" and (noun := _noun(text, clause, vocabulary, current, taken)):
                return Need(noun, new=category is not None)
    if category is None:
        told = [k for c in clauses if c.act == "tells" for k in _kinds(text, c.body, vocabulary, taken)]
        return Need(told[0], told=True) if told and _points_back(text, clauses) else None
    return None


def _kinds(text: str, body: tuple[int, int], vocabulary: Kinds, taken: Sequence[tuple[int, int]]) -> list[Span]:
    """The types that a clause names. It is read by itself: what other clauses say changes nothing in it."""
    start, end = body
    found: list[Span] = [
        Noun(start + k.start, start + k.end, k.words, k.value) for k in vocabulary.kinds(text[start:end])
    ]
    return [k for k in found if all(k.end <= s or k.start >= e for s, e in taken)]


def _points_back(text: str, clauses: Sequence[Clause]) -> bool:
    """Whether what is asked for is only "one", "a new one": the thing told of before."""
    return any(
        c.act == "opens" and re.search(r"\b(?:one|ones|another|some)\b", text[slice(*c.body)], re.IGNORECASE)
        for c in clauses
    )


def _heads(text: str, clause: Clause, kind: Span) -> bool:
    """Whether the kind is what the clause speaks of, and not what comes with it or is not wanted."""
    start, end = clause.body
    if not start <= kind.start < end:
        return False
    stand = "rejected" if clause.act == "rejects" else "wanted"
    for phrase in phrases(text, clause.body, [kind], [], [], stand, verb=clause.verb):
        if phrase.mention is kind:
            return phrase.stand == "wanted" and phrase.lead == ""
    return False


def _beside(
    text: str, clause: Clause, kind: Span, category: str, clauses: Sequence[Clause], vocabulary: Kinds
) -> Need | None:
    """The need that a kind names beside the type under way; None where it is no need at all."""
    relation = _relation(category, kind.value, vocabulary)
    if relation == "same":
        return Need(kind, says_type=False)
    if relation == "narrower":
        return Need(kind)
    if any(f.start <= kind.start and kind.end <= f.end for f in vocabulary.features(text)):
        # "memory foam" is bought by itself too; here it says how the thing is.
        return None
    pointed = compiled("frames", table("frames")["same_thing"]).search(text[clause.body[0] : kind.start])
    if clause.act == "requires" or pointed:
        return None
    if clause.act == "names" and not clause.shifts and _telegraphic(text, clause, kind, vocabulary):
        return None
    first = next((c for c in clauses if c.act not in ("tells", "asks")), None)
    if clause.act == "opens" or clause.shifts or clause is first:
        return Need(kind, new=True)
    return None


def _telegraphic(text: str, clause: Clause, kind: Span, vocabulary: Kinds) -> bool:
    """ "IPS panel", "VESA mount": a part of the thing. Who asks for a thing so says "a panel", "panels", or its name.

    What the vocabulary knows may stand before the name ("black backpack").
    """
    lead = text[clause.body[0] : kind.start]
    if re.match(r"\s*(?:an?|some|any|new|another|one|two|three|\d+)\b", lead, re.IGNORECASE):
        return False
    if kind.words.lower() != kind.value:
        return False
    known = vocabulary.features(text[clause.body[0] : kind.end])
    rest = [m for m in re.finditer(r"[^\W_]+", lead) if not any(k.start <= m.start() < k.end for k in known)]
    return any(m[0].lower() not in stop_words() for m in rest)


def _relation(category: str, phrase: str, vocabulary: Kinds) -> str:
    """How a type stands to the one under way: "same", "narrower" or "other"."""
    old, new = words(category), words(phrase)
    if "".join(old) == "".join(new) or old[-len(new) :] == new:
        return "same"
    if len(new) > len(old) and new[-len(old) :] == old:
        return "narrower"
    had, has = set(vocabulary.resolve_kind(category)), set(vocabulary.resolve_kind(phrase))
    if has and had:
        if has == had or has > had:
            return "same"
        if has < had:
            return "narrower"
    joined, other = "".join(old), "".join(new)
    return "same" if joined.endswith(other) or other.endswith(joined) else "other"


def _noun(
    text: str, clause: Clause, vocabulary: Kinds, current: Preferences, taken: Sequence[tuple[int, int]]
) -> Noun | None:
    """The head of what a clause asks for, where the vocabulary does not know the noun."""
    known = vocabulary.features(text)
    for phrase in phrases(text, clause.body, [], known, taken, "wanted"):
        if phrase.lead or phrase.stand != "wanted":
            return None
        said = text[phrase.start : phrase.end]
        before = text[clause.body[0] : phrase.end]
        if re.search(r"\d", said) or compiled("frames", table("frames")["indefinite"]).search(before):
            return None
        last = re.search(r"[^\W\d_]{3,}(?:[-'’][^\W\d_]+)*$", said)
        if last is None or last[0].lower() in stop_words():
            return None
        start = phrase.start + last.start()
        if joined := _joined(text, phrase.start, phrase.end, vocabulary):
            return joined
        if any(k.start <= start < k.end for k in known):
            return None
        return Noun(start, phrase.end, text[start : phrase.end], singular(last[0]))
    return None


def _joined(text: str, start: int, end: int, vocabulary: Kinds) -> Noun | None:
    """A noun written in two words or with a slip of the pen: "tooth brush", "calculater"."""
    said = [m.span() for m in re.compile(r"[^\W\d_]+").finditer(text, start, end)]
    if len(said) > 1:
        whole = "".join(text[slice(*w)] for w in said[-2:]).lower()
        if vocabulary.kinds(whole):
            return Noun(said[-2][0], end, text[said[-2][0] : end], singular(whole))
    last = text[slice(*said[-1])].lower()
    for spelling in _spellings(last) if len(last) > _SHORT else ():
        if vocabulary.kinds(spelling):
            return Noun(said[-1][0], end, text[said[-1][0] : end], singular(spelling))
    return None


def _spellings(word: str) -> Iterator[str]:
    """What a slip of one letter may have meant, likeliest first: letters swapped, one wrong, one missing, one extra."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    for n in range(1, len(word) - 1):
        yield word[:n] + word[n + 1] + word[n] + word[n + 2 :]
    for n in range(1, len(word)):
        yield word[:n] + word[n + 1 :]
    for n in range(1, len(word)):
        yield from (word[:n] + c + word[n + 1 :] for c in letters if c != word[n])
    for n in range(1, len(word) + 1):
        yield from (word[:n] + c + word[n:] for c in letters)
