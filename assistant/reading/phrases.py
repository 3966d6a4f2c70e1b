"""What a clause speaks of, cut into phrases: each with its relation to the thing and whether it is wanted.

"a kettle with a long cord, without plastic" speaks of a kettle, of a long cord that comes "with" it, and of plastic
that is not wanted. Nothing here knows a product; only the words between the phrases are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol

from assistant.reading.cues import stop_words
from assistant.reading.tables import compiled, entry, table

Stand = Literal["wanted", "rejected", "instead"]
# A word with what belongs to it: "3/4", "g/m2", "T-Rex", "L.O.L".
_WORD = re.compile(r"[^\W_]+(?:[-'’.+&](?=\w)[^\W_]+|(?<=\d):(?=\d)\d+|/(?=\d)\w+|(?<=\b\w)/(?=\w)\w+)*(?:\++(?!\w))?")
_COMPARATIVE = re.compile(r"more|less|fewer|[a-z]{2,}er", re.IGNORECASE)
# A word written like a name.
_BEFORE = re.compile(r"(?<![\w-])((?-i:[A-Z])[\w-]+) $")
# More words than this are a sentence and no feature.
_LONGEST = 6


class Span(Protocol):
    """A mention found in a text, as ``retrieval.vocabulary.Mention`` has it."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def words(self) -> str: ...
    @property
    def value(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A mention that the rules found by themselves; satisfies ``Span``."""

    start: int
    end: int
    words: str
    value: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing spoken of; places are character offsets in the message."""

    start: int
    end: int
    stand: Stand
    # The word that leads it: "with", "for", "from", "in", "that", "to", or "" where it stands by itself.
    lead: str
    # The mention this is, where the reader named one; else plain words.
    mention: Span | None = None
    # Words right before a mention describe it.
    describes: bool = False


@cache
def _operators() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # "No longer" before "no".
    rows = {"instead": table("frames")["instead"], "not": table("frames")["not"], **table("frames")["leads"]}
    return tuple((name, compiled("frames", pattern)) for name, pattern in rows.items())


class _Walk:
    """The state of reading a body from left to right."""

    def __init__(self, text: str, stand: Stand, uncut: Sequence[tuple[int, int]], verb: bool) -> None:
        self.text = text
        self.uncut = uncut
        self.stand: Stand = stand
        self.first: Stand = stand
        self.lead = ""
        self.words: list[tuple[int, int]] = []
        # Nothing was said yet under the last "not".
        self.fresh = True
        # Inside "that folds in two": prepositions belong to the verb.
        self.inside = verb

    def small(self, word: tuple[int, int]) -> bool:
        """Whether a word at a phrase's edge says nothing."""
        if any(s <= word[0] < e for s, e in self.uncut):
            return False
        said = self.text[slice(*word)]
        before = _BEFORE.search(self.text[: word[0]])
        if said[0].isupper() and before and not before[1].isupper() and before[1].lower() not in stop_words():
            # "Surface Go": the second word of a name.
            return False
        said = said.lower()
        bound = said == "at" and self.text[word[1] : word[1] + 6].strip().lower() in ("least", "most")
        return said in stop_words() and not bound

    def generic(self, word: tuple[int, int]) -> bool:
        """Whether a word stands for any thing: "the leather version"."""
        inside = any(s <= word[0] < e for s, e in self.uncut)
        return not inside and entry("frames", "generic").fullmatch(self.text[slice(*word)]) is not None

    def compares(self) -> bool:
        """Whether the words so far end in a comparative: "wider" goes on with "than 70 cm"."""
        return bool(self.words) and _COMPARATIVE.fullmatch(self.text[slice(*self.words[-1])]) is not None

    def flush(self, describes: bool = False) -> Iterator[Phrase]:
        words, self.words = self.words, []
        while words and self.small(words[0]):
            words.pop(0)
        while words and (self.small(words[-1]) or self.generic(words[-1])):
            words.pop()
        if words and (len(words) <= _LONGEST or (words[0][0], words[-1][1]) in self.uncut):
            self.fresh = False
            yield Phrase(words[0][0], words[-1][1], self.stand, self.lead, None, describes)

    def turn(self, name: str) -> None:
        """What an operator word changes for the phrases behind it."""
        if name in ("not", "instead"):
            self.stand, self.fresh = ("rejected" if name == "not" else "instead"), True
            self.lead = self.lead if name == "not" and self.lead == "that" else ""
        elif name != "and":
            if not self.fresh:
                self.stand = self.first
            self.lead = "" if name == "but" else name
        self.inside = self.inside and name == "and"


def phrases(
    text: str,
    body: tuple[int, int],
    mentions: Sequence[Span],
    whole: Sequence[Span],
    taken: Sequence[tuple[int, int]],
    stand: Stand,
    *,
    verb: bool = False,
) -> Iterator[Phrase]:
    """The phrases of ``text[body]``, left to right.

    ``mentions`` are phrases of their own; those in ``whole`` are never cut; what stands in ``taken`` has been read
    already. ``stand`` is how the clause as a whole takes what it speaks of; ``verb`` says that the body begins with a
    verb.
    """
    uncut = [(m.start, m.end) for m in whole]
    walk = _Walk(text, stand, uncut, verb)
    at, end = body
    atoms = {m.start: m for m in mentions}
    while at < end:
        if skip := next((e for s, e in taken if s <= at < e), None):
            yield from walk.flush()
            at = skip
        elif at in atoms:
            mention = atoms[at]
            yield from walk.flush(describes=True)
            yield Phrase(at, mention.end, walk.stand, walk.lead, mention)
            walk.fresh, walk.inside = False, False
            at = mention.end
        elif (found := _operator(walk, at, end)) and not any(s <= at < e for s, e in uncut):
            name, size = found
            yield from walk.flush()
            walk.turn(name)
            if name == "than":
                break
            at += size
        elif word := _WORD.match(text, at, end):
            # "that folds in two", "to keep cats off": behind a verb nothing is a phrase of its own.
            if walk.lead in ("that", "to") and not walk.words and word[0].lower() not in stop_words():
                walk.inside = True
            walk.words.append(word.span())
            at = word.end()
        else:
            if text[at] not in " \t-–'’\"/." and not any(s <= at < e for s, e in uncut):
                yield from walk.flush()
            at += 1
    yield from walk.flush()


def _operator(walk: _Walk, at: int, end: int) -> tuple[str, int] | None:
    """The operator at ``at`` and its length, or None."""
    if at > 0 and (walk.text[at - 1].isalnum() or walk.text[at - 1] in "-'’"):
        return None
    for name, pattern in _operators():
        match = pattern.match(walk.text, at, end)
        if match is None or walk.text[match.end() : match.end() + 1] == "-":
            continue
        if name == "than" and walk.compares():
            continue
        if name == "not" and entry("frames", "bound").match(walk.text[match.end() :].lstrip()):
            continue
        if name in ("with", "for", "from", "in", "to") and walk.inside and walk.words:
            continue
        if name == "to" and not all(map(walk.small, walk.words)):
            # "easy to clean" is one phrase.
            continue
        return name, match.end() - at
    return None
