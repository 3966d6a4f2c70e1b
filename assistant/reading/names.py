"""Makers told by how they are written: for messages read where no shop says which makers there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.reading.cues import says, stop_words
from assistant.reading.phrases import Mentioned, Span
from retrieval.query import Condition

_NAME = re.compile(r"(?<![\w'’./-])[A-Z][\w&’'-]*[A-Za-z](?: (?:& )?[A-Z][\w&’'-]*[A-Za-z])*(?![\w/]|\.\w)")
_FIRST = re.compile(r"(\w+)\s*")
_OPENS = re.compile(r"(?:^|[.!?\n])\W*$")
# Behind these a name is one, also where a sentence begins; before these as well.
_LED = re.compile(r"\b(?:from|by|not|no|nothing|without|except|only|instead of|rather than|anything but)\s+$", re.I)
_FOLLOWED = re.compile(r"\s+(?:only|instead|please|pls|or (?=[A-Z])|and (?=[A-Z])|rather|is (?:ok|fine))\b|\W*$", re.I)


class Words(Protocol):
    """What a vocabulary gives, with or without a shop behind it."""

    def brands(self, text: str) -> Sequence[Span]: ...
    def kinds(self, text: str) -> Sequence[Span]: ...
    def features(self, text: str) -> Sequence[Span]: ...
    def properties(self, text: str) -> Sequence[Span]: ...
    def resolve_kind(self, phrase: str) -> tuple[str, ...]: ...
    def compound(self, noun: str, of: str) -> str: ...
    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition: ...


@dataclass(frozen=True, slots=True)
class WrittenNames:
    """A vocabulary whose makers are the names that a message writes with capitals."""

    words: Words

    def brands(self, text: str) -> list[Span]:
        """Names in the message that nothing else explains; ``value`` as written."""
        letters = [c for c in text if c.isalpha()]
        if not letters or sum(map(str.isupper, letters)) > 0.5 * len(letters):
            return []
        known = [*self.words.kinds(text), *self.words.features(text)]
        found: list[Span] = []
        for match in _NAME.finditer(text):
            # "Not Yamaha": the first word of a sentence has its capital from there.
            start = match.start()
            while (first := _FIRST.match(text, start, match.end())) and first[1].lower() in stop_words():
                start = first.end()
            name = text[start : match.end()]
            free = all(match.end() <= k.start or start >= k.end for k in known)
            if name and free and _is_name(text, start, match.end()):
                found.append(Mentioned(start, match.end(), name, name))
        return found

    def kinds(self, text: str) -> Sequence[Span]:
        """As the vocabulary has it."""
        return self.words.kinds(text)

    def features(self, text: str) -> Sequence[Span]:
        """As the vocabulary has it."""
        return self.words.features(text)

    def properties(self, text: str) -> Sequence[Span]:
        """As the vocabulary has it."""
        return self.words.properties(text)

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """As the vocabulary has it."""
        return self.words.resolve_kind(phrase)

    def compound(self, noun: str, of: str) -> str:
        """As the vocabulary has it."""
        return self.words.compound(noun, of)

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        """As the vocabulary has it."""
        return self.words.link(phrase, kinds)


def _is_name(text: str, start: int, end: int) -> bool:
    name = text[start:end]
    if says("no_maker", name) or says("places", name):
        return False
    if not _OPENS.search(text[:start]):
        return True
    return bool(_LED.search(text[:start]) or _FOLLOWED.match(text, end) or name.isupper())
