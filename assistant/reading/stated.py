"""What a message states of a property by its name, put the short way: "whose finish is matte" as "with matte finish".

Only names of properties that the shop's records state are read so; what else stands behind "whose" is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Protocol

from assistant.reading.cues import pattern
from assistant.reading.phrases import Mentioned, Span
from assistant.reading.tables import entry
from retrieval.query import Condition


class Properties(Protocol):
    """What is needed of a shop's vocabulary."""

    def properties(self, text: str) -> Sequence[Span]:
        """Names of properties that the shop's records state."""
        ...

    def features(self, text: str) -> Sequence[Span]:
        """Attribute values, flags and measures that the text names."""
        ...

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        """What a product, of types with these labels, must have to satisfy the phrase."""
        ...


_MODAL = r"(?P<modal>should|must|has to|have to|needs? to|ought to|shall)(?P<not> not|n['’]t)?"
_EXCEED = r"(?:exceed|go (?:over|beyond|above|past)|be (?:over|above|more than|higher than|greater than)|pass|top)"
_FALL = r"(?:(?:fall|go|drop|lie|be) (?:below|under)|be (?:less|lower|smaller) than)"
_DENIED = r"(?:(?:does|do|must|should|may|can|shall|will)(?: not|n['’]t)|never|not)"
_BEYOND = r"(?:over|beyond|above|past)"


def _verb(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})\s+", re.IGNORECASE)


# What a verb says of an amount, as a bound before the number; of "stays within 5" the bound stands behind it already.
_VERBS = (
    (_verb(rf"{_DENIED} (?:{_EXCEED}|exceeds|exceeding|goes {_BEYOND})"), "at most "),
    (_verb(rf"{_DENIED} {_FALL}"), "at least "),
    (_verb(rf"exceeds?|beats?|tops?|pass(?:es)?|goes {_BEYOND}"), "more than "),
    (_verb(r"reach(?:es)?|hits?|attains?|achieves?|totals?"), "at least "),
    (_verb(r"(?:gets?|comes?|amounts?|(?:goes|extends?|runs?) up) to"), "at least "),
    (_verb(r"(?:stays?|keeps?|remains?|lies?|ranges?|measures?|runs?|holds?|takes?|weighs?|be|is|are)(?:\s+to)?"), ""),
)
_HAS_TO = re.compile(rf"{_MODAL} (?!not\b)", re.IGNORECASE)
_IS = re.compile(rf"(?:(?:is|are|be|was|reads?|says?)|{_MODAL} (?:be|read|say))\s+", re.IGNORECASE)
_IS_NOT = re.compile(r"\s+(?:is|are)(?: not|n['’]t)\s+(?![^,;.!?]*\d)", re.IGNORECASE)
_WHOSE = re.compile(r"\bwhose (?:own |overall |total |main )?$", re.IGNORECASE)
# The name of whatever is said to be so: "whose tank holds", "whose maker is".
_NAME = re.compile(
    r"\bwhose (?:own |overall |total |main )?(?P<name>[^\W\d_][\w-]*(?: [\w-]+){0,2}?)"
    rf"(?= (?:is|are|isn|aren|do|does|{_MODAL}|stays?|holds?|takes?|weighs?|measures?|exceeds?|reach(?:es)?)\b)",
    re.IGNORECASE,
)
_MADE_BY = re.compile(
    rf"\s+(?:is|are|{_MODAL} be)(?P<denied> not|n['’]t)?\s+"
    r"(?P<but>(?:anything|any \w+|everything) but |other than )?(?:from |by )?",
    re.IGNORECASE,
)
# Characters before a name within which stands what leads it.
_LOOK_BACK = 100
_ITS = re.compile(r"(?:^|(?<=[\s,;.(]))(?:the|its|their)\s+$", re.IGNORECASE)
_AS_ITS = re.compile(
    r"(?P<lead>\b(?:with|having|has|have|using|featuring|in|and)\b|,)\s+(?:(?:an?|the) )?"
    r"(?P<value>(?:(?!\b(?:with|having|has|have|using|featuring|in|and)\b)[^,;:.!?])+?)\s+as (?:its|the|their|an?) $",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:(?:at (?:least|most)|(?:no |not )?(?:more|less|fewer|higher|lower|greater|smaller|larger|shorter|longer) than|"
    r"over|under|above|below|within|up to|from|between|exactly|about|around|[<>]=?|[≥≤])\s*)?\d",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"\s*[:=]\s*(?=\w)")
_BEGINS = re.compile(r"(?:^|[,;.(!?]|\band)\s*(?:the |its )?$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[-'’./&][^\W_]+)*")
_OR = re.compile(r" or (?:an? )?([^\W_]+)", re.IGNORECASE)
# A value of more words is a sentence.
_LONGEST = 5
# Here a value ends.
_ENDS = re.compile(
    r"\s*(?:[,;:.!?()]|\b(?:and|or|but|with|without|for|under|below|over|above|from|whose|that|which|please|in|at|by|as|if|"
    r"because|so|after|instead|rather|too|though|then|now|not|no|ok|thanks|got|costing|around|about)\b|$)",
    re.IGNORECASE,
)


def stated(text: str, vocabulary: Properties, kinds: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """``text`` with each statement of a property in the form "with V N" or "with N of V", and these without "with".

    ``kinds`` are the labels of the types that are spoken of.
    """
    phrases: list[str] = []
    for name in reversed(_names(text, vocabulary)):
        put = _put(text, name, vocabulary, kinds)
        if put is not None:
            before, phrase, after = put
            text = before + phrase + after
            # Of a number only the name was put, and the bound.
            phrases += [] if phrase.endswith(" ") else [phrase]
    return text, tuple(phrases)


def _names(text: str, vocabulary: Properties) -> list[Span]:
    """The names of properties in ``text``, and of whatever else "whose" introduces, left to right."""
    known = list(vocabulary.properties(text))
    whose = [Mentioned(*m.span("name"), m["name"], "") for m in _NAME.finditer(text)]
    new = [w for w in whose if not any(w.start < k.end and k.start < w.end for k in known)]
    return sorted([*known, *new], key=lambda name: name.start)


def _put(text: str, name: Span, vocabulary: Properties, kinds: Sequence[str]) -> tuple[str, str, str] | None:
    """What stands before a statement of the property, the statement put the short way, and what stands behind it."""
    after, since = text[name.end :], max(0, name.start - _LOOK_BACK)
    if whose := _WHOSE.search(text, since, name.start):
        if any(m.end() == whose.start() - 1 for m in pattern("for_whom").finditer(text, since, whose.start())):
            # "For my aunt whose kitchen is small".
            return None
        before = text[: whose.start()]
        if entry("frames", "makers").fullmatch(name.words):
            return _made_by(before, after)
        denied = _IS_NOT.match(after)
        said = _said("is " + after[denied.end() :] if denied else after.lstrip(), name, vocabulary, kinds)
        return said and (f"{before}{'without' if denied else 'with'} ", *said)
    if of := _AS_ITS.search(text, since, name.start):
        lead = {",": ", with", "and": "and"}.get(of["lead"].lower(), "with")
        return f"{text[: of.start()]}{lead} ", _named(of["value"], name.words, vocabulary, kinds), after
    its = _ITS.search(text, since, name.start)
    if its and (modal := re.match(rf"\s+{_MODAL}\s", after, re.IGNORECASE)):
        said = _said(after.lstrip(), name, vocabulary, kinds)
        # "Must not exceed" is a bound already.
        unwanted = " not" if said and modal["not"] and not said[0].endswith(" ") else ""
        return said and (f"{text[: its.start()]}it {modal['modal']}{unwanted} have ", *said)
    if (colon := _LABELLED.match(after)) and _BEGINS.search(text, since, name.start):
        said = _value(after[colon.end() :], name.words, vocabulary, kinds)
        return said and (f"{text[: name.start]}with ", *said)
    return None


def _made_by(before: str, after: str) -> tuple[str, str, str] | None:
    """Of whom it is said to be, or not to be: "from Acme", "not from Acme"; None where no maker is named."""
    said = _MADE_BY.match(after)
    if said is None or entry("frames", "no_value").match(after, said.end()):
        return None
    unwanted = said["not"] or said["denied"] or said["but"]
    return before, f"{'not ' if unwanted else ''}from ", after[said.end() :]


def _said(after: str, name: Span, vocabulary: Properties, kinds: Sequence[str]) -> tuple[str, str] | None:
    """What the verb at the beginning of ``after`` says of the property, and what stands behind; None for no value."""
    required = _HAS_TO.match(after)
    for verb, bound in _VERBS:
        rest = after[required.end() :] if required and not required["not"] and not verb.match(after) else after
        if (match := verb.match(rest)) and _AMOUNT.match(rest, match.end()):
            return f"{name.words} of {bound}", rest[match.end() :]
    match = _IS.match(after)
    if match is None:
        return None
    rest = after[match.end() :]
    if not name.value:
        # Of what no record calls so, only a value counts that records know.
        value = next((v for v in vocabulary.features(rest[:_LOOK_BACK]) if v.start == 0), None)
        return (f"{value.words} {name.words}", rest[value.end :]) if value else None
    return _value(rest, name.words, vocabulary, kinds)


def _value(rest: str, name: str, vocabulary: Properties, kinds: Sequence[str]) -> tuple[str, str] | None:
    """The value that ``rest`` begins with, beside its property, and what stands behind it."""
    if _AMOUNT.match(rest):
        return f"{name} of ", rest
    if entry("frames", "no_value").match(rest):
        return None
    said = list(islice(_WORD.finditer(rest), _LONGEST))
    while said and re.fullmatch(r"an?|the|either", said[0][0], re.IGNORECASE):
        said.pop(0)
    if not said:
        return None
    start = said[0].start()
    for end in (word.end() for word in reversed(said)):
        phrase = rest[start:end]
        if not re.search(r"[,;:!?]", phrase) and _holds(f"{phrase} {name}", vocabulary, kinds):
            other = _OR.match(rest, end)
            if other and _holds(f"{other[1]} {name}", vocabulary, kinds):
                end = other.end()
            return f"{rest[start:end]} {name}", rest[end:]
    stop = _ENDS.search(rest, start + 1)
    phrase = rest[start : stop.start() if stop else len(rest)]
    if not phrase or len(_WORD.findall(phrase)) > _LONGEST:
        return None
    return f"{name} {phrase}", rest[start + len(phrase) :]


def _named(value: str, name: str, vocabulary: Properties, kinds: Sequence[str]) -> str:
    """A value beside its property: the name first where the records know no such value, which leaves no doubt."""
    phrase = f"{value} {name}"
    return phrase if re.search(r"\d", value) or _holds(phrase, vocabulary, kinds) else f"{name} {value}"


def _holds(phrase: str, vocabulary: Properties, kinds: Sequence[str]) -> bool:
    condition = vocabulary.link(phrase, kinds)
    return bool(condition.attributes) and isinstance(condition.value, (str, bool))
