"""Features and dislikes of one phrase: what the shop's words know by itself, the rest in the shopper's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.reading.cues import says, stop_words
from assistant.reading.figures import Place
from assistant.reading.needs import same_thing
from assistant.reading.phrases import Mentioned, Phrase, Span
from assistant.reading.tables import entry
from assistant.state import Preferences, Wish
from retrieval.text import words

_WORD = re.compile(r"[^\W_]+(?:[-'’./&][^\W_]+)*")
_TAKES = re.compile(r"(?:takes?|accepts?|handles?|supports?|manages?|does|gets? through) ", re.IGNORECASE)
_VERB_INSIDE = re.compile(r"\s+(?:must|has to|have to|needs? to|should) be\s+", re.IGNORECASE)
_UNIT_GOES_ON = re.compile(r"(?:/\w+|(?<=\w)[²³]|(?<=[a-z])\d)")
_PER = re.compile(r"\s+(?:an?|per|each) (?:minute|min|second|sec|hour|day|month|year)\b", re.IGNORECASE)
_MORE = r"(?:more|above|up|larger|bigger|longer|wider|taller|higher|heavier|better|faster)"
_LESS = r"(?:less|below|smaller|shorter|narrower|lower|lighter|fewer|slower)"
# Before an amount and behind it: which side of it is meant.
_BOUND_BEFORE = re.compile(
    rf"\b(?:at (?:the )?(?:very )?(?:least|most)|(?:not? )?(?:{_MORE}|{_LESS}) than|min(?:imum|\.)?(?: of)?|"
    r"max(?:imum|\.)?(?: of)?|not?|up to)\s+$",
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(
    rf"\s+(?:(?:or|and) (?:{_MORE}|{_LESS})|at (?:least|most)|minimum|maximum|(?:min|max)(?!\s*\d))\b", re.IGNORECASE
)
_BARE_BOUND = re.compile(
    rf"(?<![\w.,$€£])\d+(?:[.,]\d+)?\s+or (?:(?!more|less|above|below|up|lower|higher){_MORE}|{_LESS})\b", re.IGNORECASE
)
# An amount that a wish begins with, and what is counted or measured.
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)?(?=\s?[^\W\d]|\")", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def is_measure(phrase: str) -> bool:
    """Whether a feature is a size or a specification with a number: such wishes are hard."""
    return says("size", phrase) is not None


class Known(Protocol):
    """What is needed of a shop's vocabulary."""

    def features(self, text: str) -> Sequence[Span]:
        """Amounts, and values that the shop's records know."""
        ...


# Who rejects something names it in so many words.
_STORY = 3
_PURPOSE = re.compile(r"(?P<thing>.+?)\s+to\s+[a-z]+\s", re.IGNORECASE)


def is_story(rejected: str, vocabulary: Known) -> bool:
    """Whether what is said to be unwanted is only told, and nothing that a record could show."""
    return len(_WORD.findall(rejected)) > _STORY and not vocabulary.features(rejected)


def less_purpose(said: str, vocabulary: Known) -> str:
    """A value without what it is for: "red to mark the boxes" is red."""
    match = _PURPOSE.match(f"{said} ")
    found = vocabulary.features(match["thing"]) if match else ()
    return match["thing"] if match and len(found) == 1 and found[0].words == match["thing"] else said


def is_bound(phrase: str) -> bool:
    """Whether a phrase begins like "more than 14 kg"."""
    return entry("frames", "bound").match(phrase) is not None


def whole(text: str, mentions: Sequence[Span], taken: Sequence[Place]) -> list[Span]:
    """The mentions with what belongs to their amounts: "250 g/m2", "at least 1280x1024", "25 pages a minute or more".

    A number with its bound and no unit ("27 or larger") is a mention as well, where it is nothing in ``taken``.
    """
    bare = [
        Mentioned(*m.span(), m[0], m[0])
        for m in _BARE_BOUND.finditer(text)
        if _free(m.span(), taken) and _free(m.span(), [(k.start, k.end) for k in mentions])
    ]
    found: list[Span] = []
    for m in sorted([*mentions, *bare], key=lambda m: m.start):
        start, end = m.start, m.end
        if more := _UNIT_GOES_ON.match(text, end):
            end = more.end()
        if is_measure(text[start:end]):
            if per := _PER.match(text, end):
                end = per.end()
            if (after := _BOUND_AFTER.match(text, end)) and _free((end, after.end()), taken):
                end = after.end()
            before = _BOUND_BEFORE.search(text[:start])
            if before and (before[0].lower().strip() not in ("not", "no") or is_bound(text[start:end])):
                start = before.start()
        apart = not found or start >= found[-1].end
        found.append(
            m if (start, end) == (m.start, m.end) or not apart else Mentioned(start, end, *[text[start:end]] * 2)
        )
    return found


def with_unit(said: str, current: Preferences) -> str:
    """A number that counts what an earlier wish counts, with its unit: "60" after "50 pages per minute"."""
    least = _BOUND_AFTER.search(said) or _BOUND_BEFORE.match(f"{said} ")
    number = _NUMBER.search(said)
    rest = _BOUND_AFTER.sub("", _NUMBER.sub("", said)).strip()
    if number is None or rest:
        return said
    for wish in reversed(current.of("feature")):
        old = _BOUND_AFTER.sub("", str(wish.value))
        if _AMOUNT.search(old) and not re.search(r"\d\s?[x×:]\s?\d", old):
            return _NUMBER.sub(number[0], old, count=1) + (said[number.end() :] if least else "")
    return said


def value_of(said: str) -> str:
    """A feature without the verb inside it: "length must be 260" -> "length 260"."""
    return _VERB_INSIDE.sub(" ", said)


def pieces(text: str, phrase: Phrase, known: Sequence[Span], *, verb: bool) -> list[Place]:
    """The features that a phrase names, left to right; ``verb`` says that it begins with one."""
    here = (phrase.start, phrase.end)
    if value_of(text[slice(*here)]) != text[slice(*here)]:
        return [here]
    inside = [(k.start, k.end) for k in known if k.start >= phrase.start and k.end <= phrase.end]
    if phrase.describes:
        # Adjectives before a noun each say something of their own.
        single = [m.span() for m in _WORD.finditer(text, *here)]
        return sorted(inside + [w for w in single if _free(w, inside) and _describes(text[slice(*w)])])
    if not inside:
        return [here]
    found: list[Place] = []
    at = phrase.start
    for place in inside:
        found += [*_rest(text, at, place[0]), place]
        at = place[1]
    tail = _rest(text, at, phrase.end)
    if verb and _TAKES.match(text[slice(*here)]) and found:
        # "takes A4 sheets": what it takes is the wish.
        return [(inside[0][0], phrase.end)]
    if verb:
        # "that fits through a 70 cm door" is one thing; of "that holds at least 2 litres" the amount says it all.
        return found[-1:] if not tail else [here]
    if tail and (phrase.lead in ("with", "for") or not is_measure(text[slice(*found[-1])])):
        # "nylon string", "with 29 inch wheels": the noun behind says of what.
        return [*found[:-1], (found[-1][0], tail[0][1])]
    return found + tail


def _free(word: Place, taken: Sequence[Place]) -> bool:
    return all(word[1] <= s or word[0] >= e for s, e in taken)


def _describes(word: str) -> bool:
    # "6 chairs" are six of them; "301 ink" names a model.
    return word.lower() not in stop_words() and not (word.isdigit() and len(word) < 3)


def _rest(text: str, start: int, end: int) -> list[Place]:
    """The one stretch between ``start`` and ``end`` that says something, small words at its edges left out."""
    said = [m.span() for m in _WORD.finditer(text, start, end)]
    while said and text[slice(*said[0])].lower() in stop_words():
        said.pop(0)
    while said and text[slice(*said[-1])].lower() in stop_words():
        said.pop()
    return [(said[0][0], said[-1][1])] if said else []


def without_the_thing(text: str, place: Place, current: Preferences) -> Place:
    """A phrase less the thing itself at its edges: "dry food" for a dog food is dry."""
    said = [m.span() for m in re.compile(r"\S+").finditer(text, *place)]

    def itself(span: Place) -> bool:
        stems = words(text[slice(*span)])
        any_thing = (
            bool(current.of("category")) and entry("frames", "any_thing").fullmatch(text[slice(*span)]) is not None
        )
        return any_thing or (bool(stems) and all(same_thing(w, current) for w in stems))

    # "300 sheets" counts them.
    while len(said) > 1 and itself(said[-1]) and not text[slice(*said[-2])][-1].isdigit():
        said.pop()
    while len(said) > 1 and itself(said[0]):
        said.pop(0)
    return (said[0][0], said[-1][1]) if said else place


def says_something(said: str, phrase: Phrase, current: Preferences, *, required: bool) -> bool:
    """Whether a phrase is more than the thing itself, a day, a bare number or small talk.

    ``required`` says that the clause names a requirement: then a number is one.
    """
    if re.fullmatch(r"[\d.,\s]+", said) and not phrase.describes:
        priced = current.of("price_max") or current.of("price_min")
        if required and ("." in said or not priced):
            return True
        # "43, not 44" speaks of a size where one was named before.
        return any(re.search(r"(?<![\d.])\d+(?![\w.])", str(w.value)) for w in current.of("feature"))
    if all(same_thing(w, current) for w in words(said)):
        return False
    if current.of("category") and entry("frames", "any_thing").fullmatch(said):
        return False
    if entry("frames", "days").match(said) or entry("frames", "empty").search(said):
        return False
    size = phrase.stand == "wanted" and said in ("S", "M", "L")
    return size or re.search(r"[^\W_]{2}|\d", said) is not None


def said_by_figures(wishes: Sequence[Wish]) -> list[Wish]:
    """The wishes, where "big" and the like are no demand beside the figure that says how big, nor "standard" at all."""
    vague = "vague" if any(w.slot == "feature" and is_measure(w.words) for w in wishes) else "usual"
    return [replace(w, hard=False) if w.slot == "feature" and says(vague, w.words) else w for w in wishes]
