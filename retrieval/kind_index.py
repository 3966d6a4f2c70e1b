"""From a shopper's words to the shop's kinds: which nouns are wanted, and which labels each of them denotes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Proviso:
    """What a product of one of these labels must say to count."""

    labels: tuple[str, ...]
    # Phrases any of which fits.
    phrases: tuple[str, ...]
    # Labels whose products are known to be what is meant: the attribute that says so of them may say it of others.
    like: tuple[str, ...] = ()
    # Only such an attribute counts, and no mere word.
    strict: bool = False
    # Only words of the title count.
    title_only: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """What a phrase denotes: labels, the commonest first, some of them only where a product meets the provisos.

    Those of a strict proviso count only where there is such an attribute, and are not among ``labels``.
    """

    labels: tuple[str, ...] = ()
    provisos: tuple[Proviso, ...] = ()


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
        # "tooth brush" is a toothbrush and "note book" a notebook, in whichever way the noun is listed.
        self._joined: dict[str, Key] = {}
        for key in known:
            self._joined.setdefault("".join(key), key)
        self._longest = max(map(len, known), default=1)
        self._meant = lru_cache(maxsize=4096)(self._meant_by)

    def find(self, text: str) -> list[Found]:
        """Product nouns that ``text`` wants: ``(start, end, words, singular noun)``, left to right.

        The longest phrase at each place counts. What the thing must fit, what is part of it ("laptop with a good
        keyboard") and what the shopper has already is not wanted; where a thing for another has a name of its own,
        that is the noun ("case for my iphone" is an "iphone case").
        """
        return wanted(text, self._known, self._joined, self._longest)

    def resolve(self, phrase: str) -> tuple[str, ...]:
        """The labels that ``phrase`` denotes, the commonest first, provisos or not; () where the shop has none."""
        return self.meant(phrase).labels

    def meant(self, phrase: str) -> Meant:
        """What ``phrase`` denotes among the shop's labels.

        "laptop" gives every kind of laptop and no accessory of one. Words in front that labels carry narrow ("usb
        cable"); products of wider labels count where their record says so ("laser printer" among the printers), and
        words in front that no label carries are looked for in the record ("gaming laptop").
        """
        text = phrase.strip()
        while True:
            whole = noun_key(text)
            # A "set top box" is no set of something.
            if whole in self._known or "".join(whole) in self._joined:
                return self._meant(whole)
            if not (opening := _DETERMINER.match(text)):
                return self._meant(noun_key(_TAIL.sub("", text) or text))
            text = text[opening.end() :]

    def compound(self, noun: str, of: str) -> str:
        """What ``noun`` is called for the thing ``of`` ("lock", "notebook" -> "notebook lock"); "" without a name."""
        name = (*noun_key(of), *noun_key(noun))
        return " ".join(name) if name in self._known and self._meant(name).labels else ""

    def _meant_by(self, key: Key) -> Meant:
        if len(key) > 1 and key not in self._known and key[:-1] in self._known and key[-1] in noun_words("carriers"):
            return self._meant_by(key[:-1])
        for start, term in self._terms(key):
            if term not in self._keys.values() and thesaurus().only_described(term):
                continue
            own = self._denoted(term, mocks=noun_words("mock").intersection(key))
            wider = self._wider(term, own)
            if own or wider or thesaurus().stands_alone(term):
                return self._with_modifiers(own, wider, key[:start])
        return Meant()

    def _terms(self, key: Key) -> list[tuple[int, Key]]:
        """The endings of ``key`` that may be its noun, each with its place, the likeliest first.

        What is only the end of some label comes last: of "flat screen monitor" the noun is "monitor", though a shop
        has a label "touch screen monitor".
        """
        endings = [(start, self._spelled(key[start:])) for start in range(len(key))]
        known = [(start, term) for start, term in endings if term in self._known]
        return known + [(start, term) for start, term in endings if term not in self._known and term in self._by_ending]

    def _spelled(self, key: Key) -> Key:
        """``key`` in the words that this index knows it by."""
        return key if key in self._known or key in self._by_ending else self._joined.get("".join(key), key)

    def _with_modifiers(self, own: set[str], wider: Sequence[Proviso], modifiers: Key) -> Meant:
        """Narrowed to what carries the words in front, be it the label or the record."""
        provisos = list(wider)
        every = own.union(*(p.labels for p in wider))
        for word in (m for m in modifiers if m not in noun_words("properties")):
            others = self._ordered({label for label in every if word not in self._keys[label]})
            if others:
                like = self._ordered(every.difference(others))
                provisos.append(Proviso(others, _said_as((word,)), like))
        labels = own.union(*(p.labels for p in wider if not p.strict))
        return Meant(self._ordered(labels), tuple(provisos))

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

    def _wider(self, term: Key, own: set[str]) -> list[Proviso]:
        """Labels one step up whose products may say what ``term`` says beyond them.

        "ultrabook" may stand in the record of what is only called "laptop", and "laser" in that of a printer; of an
        "all-in-one printer" only the attribute counts that the shop's laser printers have it in.
        """
        line = thesaurus().line(term)
        if noun_words("lines").intersection(term) and line and line.key != term:
            # "ipod" is how people call an mp3 player, and still one of them.
            return self._named(self._denoted(line.key, frozenset()), term)
        found: list[Proviso] = []
        for noun in thesaurus().broader(term):
            bare = {label for key in (noun.key, *noun.same) for label in self._by_ending.get(key, ())}
            bare = {label for label in bare if self._keys[label] in (noun.key, *noun.same)} - own
            if noun_words("lines").intersection(term):
                found += self._named(bare, term)
                continue
            phrases = _beyond(term, noun.key)
            if bare and phrases:
                by_title = noun.key[-1] not in noun_words("holders")
                found.append(Proviso(self._ordered(bare), phrases, self._ordered(own), title_only=by_title))
            siblings = self._denoted(noun.key, frozenset()) - own - bare
            if own and siblings and phrases:
                found.append(Proviso(self._ordered(siblings), phrases, self._ordered(own), strict=True))
        return found

    def _named(self, labels: set[str], term: Key) -> list[Proviso]:
        phrases = (" ".join(word for word in term if word in noun_words("lines")),)
        itself = term[-1] in noun_words("lines")
        return [Proviso(self._ordered(labels), phrases, title_only=itself)] if labels else []

    def _ordered(self, labels: set[str]) -> tuple[str, ...]:
        return tuple(sorted(labels, key=lambda label: (-self._labels[label], label)))


def _beyond(term: Key, noun: Key) -> tuple[str, ...]:
    """What ``term``, and each synonym of it, says beyond ``noun``: "laser" of a laser printer."""
    line = thesaurus().line(term)
    found: list[str] = []
    for key in (term, *((line.key, *line.same) if line else ())):
        # A "laptop charger" is a power adapter that says "laptop"; a "label tape" is more than a label that says so.
        same = key[-len(noun) :] == noun
        rest = key[: -len(noun)] if same else key[:-1] if key[:-1] and _heads_alike(key, noun) else key
        if rest and not noun_words("lines").intersection(rest):
            found += _said_as(rest)
    return tuple(dict.fromkeys(found))


def _heads_alike(key: Key, noun: Key) -> bool:
    """Whether the last word of ``key`` is what ``noun`` is called as well."""
    line = thesaurus().line(noun)
    called = {k[-1] for k in (noun, *(line.same if line else ()))}
    return key[-1] in called or noun in thesaurus().denotes(key[-1:])


def _said_as(said: Key) -> tuple[str, ...]:
    """What stands in front of a noun, in the ways a record may write it: a laptop battery is one for notebooks."""
    line = thesaurus().line(said) if len(said) == 1 else None
    names = [" ".join(key) for key in (line.key, *line.same)] if line else []
    return tuple(dict.fromkeys([" ".join(said), *names]))
