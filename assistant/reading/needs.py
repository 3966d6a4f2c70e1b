"""Which thing a message is about: another need than the one under way, the same one named more closely, or none.

A noun opens a need only where the clause asks for a thing or begins by naming one. In a reason, behind "with" or
"for my", or where it is not wanted, it never does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.reading.clauses import Clause
from assistant.reading.cues import says, stop_words
from assistant.reading.phrases import Mentioned, Span, phrases
from assistant.reading.spelling import mended
from assistant.reading.tables import entry
from assistant.state import Preferences
from retrieval.measures import quantities
from retrieval.nouns import singular
from retrieval.query import Condition
from retrieval.text import words

_NOUN = re.compile(r"[^\W\d_]{3,}(?:[-'’][^\W\d_]+)*$")
_DETERMINED = re.compile(r"\s*(?:an?|some|any|new|another|one|two|three|\d+)\b", re.IGNORECASE)
_ONE = re.compile(r"\b(?:one|ones|another|some)\b", re.IGNORECASE)


# What stands before one of these words is a verb: "a friend showed me hers".
_OBJECT = re.compile(r"\s+(?:me|us|him|them)\b", re.IGNORECASE)

Place = tuple[int, int]


class Kinds(Protocol):
    """What finding the need takes of a shop's vocabulary."""

    def kinds(self, text: str) -> Sequence[Span]:
        """Product types that the text wants."""
        ...

    def features(self, text: str) -> Sequence[Span]:
        """Attribute values, flags and measures that the text names."""
        ...

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """Labels of the shop's types that the phrase denotes."""
        ...

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        """What a product, of types with these labels, must have to satisfy the phrase."""
        ...


@dataclass(frozen=True, slots=True)
class Need:
    """The thing a message names."""

    mention: Span
    # Another thing than the one under way.
    new: bool = False
    # The mention says more of the type than was known.
    says_type: bool = True
    # It stands in a story, and nothing else names a thing.
    told: bool = False


def same_thing(word: str, current: Preferences) -> bool:
    """Whether a stem is the type under way by its noun: the "case" in "a black case" after "phone case".

    The end of a compound is its noun as well: the "board" of a keyboard.
    """
    nouns = [noun for w in current.of("category") for noun in words(str(w.value))[-1:]]
    return any(word == noun or (len(word) > 3 and noun.endswith(word)) for noun in nouns)


def find_need(
    text: str,
    clauses: Sequence[Clause],
    vocabulary: Kinds,
    current: Preferences,
    taken: Sequence[Place],
    known: Sequence[Span],
) -> Need | None:
    """The need that ``text`` names after ``current``, or None where it names none.

    What stands in ``taken`` is read as something else already; ``known`` are the features that the vocabulary finds.
    """
    category = next((str(w.value) for w in current.of("category")), None)
    opens = [c for c in clauses if c.act == "opens"]
    named = [c for c in clauses if c.act in ("names", "requires")]
    if category is not None:
        need = _changed(text, opens + named, category, clauses, vocabulary, taken, known)
        if need is None and not vocabulary.resolve_kind(category):
            # What the shop lacks is not asked for any longer where something is named that it has.
            asked = [c for c in clauses if c.act in ("opens", "names")]
            kind = _known(text, asked, vocabulary, taken)
            need = Need(kind, new=True) if kind and vocabulary.resolve_kind(kind.value) else None
        return need
    if need := _first(text, opens, vocabulary, taken, known):
        return need
    told = [k for c in clauses if c.act == "tells" for k in _kinds(text, c.body, vocabulary, taken)]
    if told and any(_ONE.search(text[slice(*c.body)]) for c in opens):
        # "My old kettle broke, I need a new one. A big one."
        return Need(told[0], told=True)
    if kind := _known(text, named, vocabulary, taken):
        # "Long story, so here we go: a kettle": what the shop knows counts before what it may not.
        return Need(kind)
    return _first(text, named, vocabulary, taken, known) or (Need(told[0], told=True) if told else None)


def _first(
    text: str, asked: Sequence[Clause], vocabulary: Kinds, taken: Sequence[Place], known: Sequence[Span]
) -> Need | None:
    """The first thing that the clauses name, by a noun the vocabulary knows or by another."""
    for clause in asked:
        kind = _known(text, [clause], vocabulary, taken)
        if kind is None and clause.act != "requires":
            kind = _noun(text, clause, vocabulary, taken, known)
        if kind is not None:
            return Need(kind)
    return None


def _known(text: str, asked: Sequence[Clause], vocabulary: Kinds, taken: Sequence[Place]) -> Mentioned | None:
    """The first thing that the clauses speak of by a noun the vocabulary knows."""
    kinds = ((c, k) for c in asked for k in _kinds(text, c.body, vocabulary, taken))
    return next((kind for clause, kind in kinds if _heads(text, clause, kind)), None)


def _changed(
    text: str,
    asked: Sequence[Clause],
    category: str,
    clauses: Sequence[Clause],
    vocabulary: Kinds,
    taken: Sequence[Place],
    known: Sequence[Span],
) -> Need | None:
    """What the clauses name beside the type under way; another noun counts only where the words turn to it."""
    amounts = [(f.start, f.end) for f in known if says("size", f.words)]
    for clause in asked:
        # "at least 300 sheets" of the paper under way: counted, not asked for.
        for kind in _kinds(text, clause.body, vocabulary, [*taken, *amounts]):
            if _heads(text, clause, kind) and (
                need := _beside(text, clause, kind, category, clauses, vocabulary, known)
            ):
                return need
    if any(c.shifts for c in clauses):
        nouns = (_noun(text, c, vocabulary, taken, known) for c in asked if c.act != "requires")
        return next((Need(noun, new=True) for noun in nouns if noun), None)
    return None


def _kinds(text: str, body: Place, vocabulary: Kinds, taken: Sequence[Place]) -> list[Mentioned]:
    """The types that a clause names. It is read by itself: what other clauses say changes nothing in it."""
    start, end = body
    found = [Mentioned(start + k.start, start + k.end, k.words, k.value) for k in vocabulary.kinds(text[start:end])]
    return [k for k in found if all(k.end <= s or k.start >= e for s, e in taken)]


def _heads(text: str, clause: Clause, kind: Span) -> bool:
    """Whether the kind is what the clause speaks of, and not what comes with it or is not wanted."""
    for phrase in phrases(text, clause.body, [kind], [], [], "wanted", verb=clause.verb):
        if phrase.mention is kind:
            return phrase.stand == "wanted" and phrase.lead == ""
    return False


def _beside(
    text: str,
    clause: Clause,
    kind: Span,
    category: str,
    clauses: Sequence[Clause],
    vocabulary: Kinds,
    known: Sequence[Span],
) -> Need | None:
    """The need that a kind names beside the type under way; None where it is no need at all."""
    stands = relation(category, kind.value, vocabulary)
    if stands != "other":
        return Need(kind, says_type=stands == "near")
    if any(f.start <= kind.start and kind.end <= f.end for f in known):
        # "memory foam" is bought by itself too; here it says how the thing is.
        return None
    if says("counted", text[slice(*clause.body)]):
        # "two pockets at least"
        return None
    if re.fullmatch(r"the\s+", text[clause.body[0] : kind.start], re.IGNORECASE) and kind.end == clause.body[1]:
        # "And the bowl?": what was named beside it, or a thing that belongs to it.
        return Need(kind, new=True)
    if clause.act == "requires" or entry("frames", "same_thing").search(text[clause.body[0] : kind.start]):
        return None
    if is_its_wire(text, kind.start, kind.end, category, vocabulary):
        return None
    if clause.act == "names" and not clause.shifts and _is_part(text, clause, kind, vocabulary):
        return None
    first = next((c for c in clauses if c.act not in ("tells", "asks")), None)
    return Need(kind, new=True) if clause.act == "opens" or clause.shifts or clause is first else None


def is_its_wire(text: str, start: int, end: int, category: str, vocabulary: Kinds) -> bool:
    """Whether a bare "cord" with an amount ("cord min 10 feet") is that of the thing under way, and not bought."""
    if not _WIRE.fullmatch(text[start:end]) or not _LENGTH.match(text, end) or _DETERMINED.match(text[:end][-8:]):
        return False
    amount = next((q for q in quantities(text[start:]) if q.noun), None)
    if amount is None:
        return False
    said = text[start : start + amount.end]
    return bool(vocabulary.link(said, vocabulary.resolve_kind(category)).attributes)


# A name of two words, the first of which stands inside a sentence.
_NAME_BEFORE = re.compile(r"[a-z,] [A-Z][a-z]+ $")
_WIRE = re.compile(r"(?:power )?(?:cord|cable|lead|wire)", re.IGNORECASE)
_LENGTH = re.compile(
    r"(?: length)?:? (?:(?:of|is|at|least|most|min|max|minimum|maximum|over|about|up|to) )*\d", re.IGNORECASE
)


def relation(category: str, phrase: str, vocabulary: Kinds) -> Literal["same", "near", "other"]:
    """How a type stands to the one under way.

    The same noun less closely said is the same ("a case" after "phone case"); a narrower or broader one is near ("a
    tablet" after "ipad").
    """
    old, new = words(category), words(phrase)
    if old[-len(new) :] == new:
        return "same"
    if new[-len(old) :] == old:
        return "near"
    had, has = set(vocabulary.resolve_kind(category)), set(vocabulary.resolve_kind(phrase))
    if has and had and (has <= had or has >= had):
        return "same" if has == had else "near"
    joined, other = "".join(old), "".join(new)
    return "same" if joined.endswith(other) or other.endswith(joined) else "other"


def _is_part(text: str, clause: Clause, kind: Span, vocabulary: Kinds) -> bool:
    """Whether a bare name is a part of the thing: "IPS panel". Who asks for a thing says "a panel" or "panels".

    What the vocabulary knows may stand before the name of a thing ("black backpack").
    """
    lead = text[clause.body[0] : kind.start]
    if _DETERMINED.match(lead) or kind.words.lower() != kind.value:
        return False
    known = vocabulary.features(text[clause.body[0] : kind.end])
    rest = [m for m in re.finditer(r"[^\W_]+", lead) if not any(k.start <= m.start() < k.end for k in known)]
    return any(m[0].lower() not in stop_words() for m in rest)


def _noun(
    text: str, clause: Clause, vocabulary: Kinds, taken: Sequence[Place], known: Sequence[Span]
) -> Mentioned | None:
    """The head of what a clause asks for, where the vocabulary does not know the noun."""
    phrase = next(phrases(text, clause.body, [], known, taken, "wanted"), None)
    if phrase is None or phrase.lead or phrase.stand != "wanted":
        return None
    said = text[phrase.start : phrase.end]
    if re.search(r"\d", said) or entry("frames", "indefinite").search(text[clause.body[0] : phrase.end]):
        return None
    if entry("frames", "generic").match(text[phrase.end :].lstrip()):
        # "the durable sort"
        return None
    last = _NOUN.search(said)
    if last is None or last[0].lower() in stop_words() or _OBJECT.match(text, phrase.end):
        return None
    if noun := mended(text, phrase.start, phrase.end, vocabulary):
        return noun
    start = phrase.start + last.start()
    if last[0].istitle() and _NAME_BEFORE.search(text[:start]):
        # "What did Ann Example buy here?"
        return None
    if any(k.start <= start < k.end for k in known):
        return None
    return Mentioned(start, phrase.end, text[start : phrase.end], singular(last[0]))
