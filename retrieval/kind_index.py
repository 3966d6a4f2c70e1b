"""From a shopper's words to the shop's kinds: which nouns are wanted, and which labels each of them denotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from retrieval.nouns import Key, noun_key, noun_words, singular, thesaurus
from retrieval.wanted import Found, wanted

# Where a noun phrase ends: what follows says more of the thing, and is not the thing.
_TAIL = re.compile(
    r"\s+(?:for|with|without|of|from|to|by|in|on|under|over|from|that|which|and|or|compatible|made)\s.*|[,;(].*",
    re.IGNORECASE | re.DOTALL,
)
_DETERMINER = re.compile(
    r"(?:an?|the|some|any|my|our|your|new|good|nice|cheap|best|another|pair|set|of)\s+", re.IGNORECASE
)


class KindIndex:
    """A shop's labels (label -> products), found by a shopper's words. Immutable; safe to share between threads."""

    def __init__(self, labels: Mapping[str, int]) -> None:
        self._labels = dict(labels)
        self._keys = {label: noun_key(label) for label in labels}
        self._by_ending: dict[Key, list[str]] = {}
        for label, key in self._keys.items():
            for start in range(len(key)):
                self._by_ending.setdefault(key[start:], []).append(label)
        unsaid = noun_words("title_only")
        known = {key: name for key, name in thesaurus().spelling.items() if key[-1] not in unsaid}
        for label, key in self._keys.items():
            if key:
                known.setdefault(key, singular(label))
        self._known = known
        self._longest = max(map(len, known), default=1)
        self._resolve = lru_cache(maxsize=4096)(self._resolve_key)

    def find(self, text: str) -> list[Found]:
        """Product nouns that ``text`` wants: ``(start, end, words, singular noun)``, left to right.

        The longest phrase at each place counts. What the thing must fit ("case for my iphone"), what is part of it
        ("laptop with a good keyboard") and what the shopper has already is not wanted.
        """
        return wanted(text, self._known, self._longest)

    def resolve(self, phrase: str) -> tuple[str, ...]:
        """The labels that ``phrase`` denotes, the commonest first; () where the shop has none.

        "laptop" gives every kind of laptop and no accessory of one. Words in front that no label carries are
        dropped ("gaming laptop"); those that labels carry narrow ("usb cable").
        """
        text = phrase.strip()
        while (cut := _DETERMINER.sub("", text, count=1)) != text and _DETERMINER.match(text):
            text = cut
        return self._resolve(noun_key(_TAIL.sub("", text) or text))

    def _resolve_key(self, key: Key) -> tuple[str, ...]:
        for start in range(len(key)):
            term = key[start:]
            if term not in self._known and term not in self._by_ending:
                continue
            if term not in self._keys.values() and _describing(term):
                continue
            labels = self._denoted(term, mocks=noun_words("mock").intersection(key)) or self._broader(term)
            if labels or thesaurus().stands_alone(term):
                return self._ordered(self._narrowed(labels, key[:start]))
        return ()

    def _denoted(self, term: Key, mocks: frozenset[str] | set[str]) -> set[str]:
        """Labels that end in a phrase that ``term`` denotes and are not merely lookalikes of it."""
        found, similar = set(), set()
        for ending, lookalikes in thesaurus().denotes(term).items():
            for label in self._by_ending.get(ending, ()):
                key = self._keys[label]
                if (
                    key[0] in noun_words("mock")
                    and key[0] not in mocks
                    and key != ending
                    and key not in thesaurus().denotes(term)
                ):
                    continue
                if any(key[-len(other) :] == other for other in lookalikes):
                    similar.add(label)
                else:
                    found.add(label)
        return found

    def _broader(self, term: Key) -> set[str]:
        """The unspecific labels one step up: "ultrabook" may stand among what is only called "laptop"."""
        found: set[str] = set()
        for noun in thesaurus().broader(term):
            for own in (noun.key, *noun.same):
                found.update(label for label in self._by_ending.get(own, ()) if self._keys[label] == own)
        return found

    def _narrowed(self, labels: set[str], modifiers: Key) -> set[str]:
        said = [m for m in modifiers if m not in noun_words("properties")]
        if said:
            exact = {label for label in labels if all(m in self._keys[label] for m in said)}
            if exact:
                return exact
        return labels

    def _ordered(self, labels: set[str]) -> tuple[str, ...]:
        return tuple(sorted(labels, key=lambda label: (-self._labels[label], label)))


def _describing(term: Key) -> bool:
    """Whether a phrase only adds a property to a noun that the thesaurus knows ("gaming laptop")."""
    return len(term) > 1 and term[0] in noun_words("describing") and term[1:] in thesaurus()
