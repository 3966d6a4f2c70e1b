"""A message cut into clauses, and what each of them does: ask for a thing, say how it must be, take back, or only tell.

The words that decide stand in ``frames.yaml``: function words and phrases of asking. A clause that fits no frame
names something ("red, size 39") or, with the form of a statement, tells a story that wishes for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from assistant.reading.tables import compiled, entry, table

# opens: asks for a thing. requires: says how it must be. rejects, drops: not wanted; no longer asked. names: no frame
# at all. asks: a question about something shown. tells: a reason, a remark, a story.
Act = Literal["opens", "requires", "rejects", "drops", "names", "asks", "tells"]


_ANY_BUT = re.compile(r"\bany [\w-]+ but\s*$", re.IGNORECASE)
# "Buttons? No thanks."
_THEN_NO = re.compile(r"^\?\W*(?:no|nope|nah)(?:\W*$|,? (?:thanks|thank you|please)|\s*,)", re.IGNORECASE)


_RELATIVE = re.compile(r"\s*((?:that|which) \w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a message; places are character offsets in the message."""

    start: int
    end: int
    act: Act
    # What is wanted, rejected, taken back or told, without the words around it.
    body: tuple[int, int]
    # What the frame says of hardness; None where it leaves that to the words.
    hard: bool | None = None
    # The body begins with a verb: "must print in colour".
    verb: bool = False
    # The words turn to another thing: "now", "also", "something else".
    shifts: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    act: Act
    hard: bool | None
    pattern: re.Pattern[str]


@cache
def _frames() -> tuple[_Frame, ...]:
    found = []
    for row in table("frames")["frames"]:
        ((name, pattern),) = row.items()
        act, _, how = name.partition(" ")
        hard = {"hard": True, "soft": False}.get(how)
        found.append(_Frame(act, hard, compiled("frames", re.sub(r"(?<!\?P)<body>", "(?P<body>.+?)", pattern))))
    return tuple(found)


@cache
def _edges() -> tuple[re.Pattern[str], re.Pattern[str]]:
    filler, trail = table("frames")["filler"], table("frames")["trail"]
    return compiled("frames", rf"^\W*(?:{filler}\W*)*"), compiled("frames", rf"(?:\W+(?:{trail}))+\W*$")


def clauses(text: str) -> list[Clause]:
    """The clauses of ``text`` in order; those that hold nothing but greetings and the like are left out."""
    found: list[Clause] = []
    for start, end in _cut(text):
        read = _read(text, start, end)
        if read and found and _takes_back(text, found[-1], start):
            found[-1:] = [replace(c, act="drops") for c in read]
        elif found and len(read) == 1 and _stresses(text, read[0], found[-1]):
            found[-1] = replace(found[-1], hard=True)
        else:
            found += read
    return found


def _takes_back(text: str, clause: Clause, then: int) -> bool:
    """Whether a clause only says that what comes behind its colon is wished for no longer."""
    if ":" not in text[clause.end : then]:
        return False
    return entry("frames", "drops_next").search(text[clause.start : clause.end].strip(" ,.;!?\"'")) is not None


def _stresses(text: str, clause: Clause, before: Clause) -> bool:
    """Whether a clause wishes for nothing of its own and makes the one before it a must."""
    if before.act not in ("opens", "names", "requires"):
        return False
    return entry("frames", "stresses").search(text[clause.start : clause.end].strip(" ,.;:!?\"'")) is not None


def _cut(text: str) -> Iterator[tuple[int, int]]:
    starts = {m.start() for m in entry("frames", "begins").finditer(text)}
    ends = [m.span() for m in entry("frames", "ends").finditer(text)]
    # "any colour but pink" is one clause.
    starts -= {s for s in starts if _ANY_BUT.search(text[max(0, s - 40) : s + 4])}
    points = sorted([(s, s) for s in starts] + ends)
    at = 0
    for start, end in points:
        if start >= at:
            yield at, start
            at = end
    yield at, len(text)


def _read(text: str, start: int, end: int) -> list[Clause]:
    head, tail = _edges()
    said = text[start:end]
    tells = entry("frames", "tells").search(said.lstrip(" ,"))
    if text[max(0, start - 1) : start] == ")" and (goes_on := _RELATIVE.match(said)):
        # "a lamp (no bulb) that folds": what stands in brackets ends no clause.
        return [Clause(start, end, "names", (start + goes_on.start(1), start + len(said.rstrip(" .,"))))]
    # "because", "while" open a reason, whatever follows; they are no fillers.
    begin = start + (0 if tells and not head.match(said) else (m.end() if (m := head.match(said)) else 0))
    last = start + (m.start() if (m := tail.search(said)) else len(said.rstrip()))
    if begin >= last:
        return []
    core = text[begin:last].strip(" ,'\"")
    begin = text.index(core, begin) if core else begin
    last = begin + len(core)
    if not core:
        return []
    shifts = entry("frames", "shift").search(said) is not None
    if entry("frames", "asks_of").search(core):
        return [Clause(start, end, "asks", (begin, last))]
    for frame in _frames():
        if match := frame.pattern.match(core):
            first = match.start("body")
            if like := entry("frames", "like").match(core, first):
                first = like.end()
            verb = "verb" in match.groupdict()
            body = (begin + first, begin + match.end("body"))
            found = [Clause(start, end, frame.act, body, frame.hard, verb, shifts)]
            if "rest" in match.groupdict() and match["rest"]:
                # "which lamps do you have for a desk?"
                found.append(Clause(start, end, "names", (begin + match.start("rest") + 1, last)))
            return found
    act: Act = "names"
    if entry("frames", "asks").search(core):
        act = "asks"
    elif entry("frames", "tells").search(core):
        act = "tells"
    if act == "names" and _THEN_NO.match(text[end:]):
        act = "rejects"
    if like := entry("frames", "like").match(text, begin, last):
        begin = like.end()
    return [Clause(start, end, act, (begin, last), None, shifts=shifts)]
