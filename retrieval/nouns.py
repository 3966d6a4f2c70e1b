"""English product nouns: their singular, the words they are compared by, and what the thesaurus knows of them.

Convention: a product noun is lower case and singular in its last word ("running shoe"); words that only exist as a
pair stay plural ("headphones", "jeans", "scissors"). Comparison goes by ``noun_key``, where every word is singular
and British and American spellings meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from retrieval.measures import read_table
from retrieval.text import fold

# A noun as look-ups compare it: its words, singular, in one spelling.
Key = tuple[str, ...]

_WORD = re.compile(r"([^\W_]+)(?:['’]s\b)?")
_IRREGULAR = {
    "mice": "mouse",
    "knives": "knife",
    "shelves": "shelf",
    "scarves": "scarf",
    "loaves": "loaf",
    "leaves": "leaf",
    "halves": "half",
    "feet": "foot",
    "teeth": "tooth",
    "men": "man",
    "women": "woman",
    "children": "child",
    "lenses": "lens",
    "canvases": "canvas",
}
# One spelling for two: American or joined on the left, the one that keys use on the right.
_SPELLING = {
    "color": "colour",
    "gray": "grey",
    "fiber": "fibre",
    "center": "centre",
    "theater": "theatre",
    "jewelry": "jewellery",
    "tire": "tyre",
    "organizer": "organiser",
    "aluminum": "aluminium",
    "pajama": "pyjama",
    "adaptor": "adapter",
    "analyzer": "analyser",
    "mould": "mold",
    "visualizer": "visualiser",
    "sterilizer": "steriliser",
    "moisturizer": "moisturiser",
    "sanitizer": "sanitiser",
    "fertilizer": "fertiliser",
    "licence": "license",
    "disk": "disc",
    "labeling": "labelling",
    "labeler": "labeller",
    "wifi": "wi fi",
    "donut": "doughnut",
    "canceling": "cancelling",
    "yoghurt": "yogurt",
}


@cache
def _word_lists() -> dict[str, frozenset[str]]:
    return {group: frozenset(str(line).split()) for group, line in read_table("nouns.yaml").items()}


def noun_words(group: str) -> frozenset[str]:
    """One word list of ``nouns.yaml``."""
    return _word_lists()[group]


@lru_cache(maxsize=65536)
def singular_word(word: str) -> str:
    """The singular of one lower case word, pair words included ("shoes" -> "shoe", "jeans" -> "jean")."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 3 or not word.endswith("s") or word in noun_words("not_plural") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-1] if word[:-1] in noun_words("ends_in_ie") else word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def spoken(text: str) -> list[str]:
    """The lower case words of ``text``, without possessive endings."""
    return _WORD.findall(fold(text))


def singular(phrase: str) -> str:
    """``phrase`` in lower case with its last word in the singular; pair words stay plural."""
    parts = " ".join(phrase.lower().split()).rsplit(" ", 1)
    last = parts[-1]
    if last.isalnum():
        base = singular_word(last)
        eyewear = last == "glasses" and len(parts) == 1
        parts[-1] = (
            last if eyewear else base + ("es" if base.endswith("s") else "s") if base in noun_words("pairs") else base
        )
    return " ".join(parts)


@lru_cache(maxsize=65536)
def word_key(word: str) -> str:
    """One folded word as keys compare it."""
    base = singular_word(word)
    return _SPELLING.get(base, base)


def noun_key(phrase: str) -> Key:
    """The words of ``phrase`` as keys compare them ("Fiber Cables" -> ("fibre", "cable"))."""
    return tuple(part for word in spoken(phrase) for part in word_key(word).split())


@dataclass(frozen=True, slots=True)
class Noun:
    """One line of the thesaurus; phrases are keys."""

    name: str
    key: Key
    same: tuple[Key, ...]
    narrower: tuple[Key, ...]
    lookalikes: tuple[Key, ...]


class Thesaurus:
    """What product nouns mean the same, and which are kinds of which."""

    def __init__(self, nouns: Iterable[Noun], spelling: Mapping[Key, str]) -> None:
        self.nouns = tuple(nouns)
        # Every phrase of the thesaurus -> as written there.
        self.spelling = dict(spelling)
        self._own: dict[Key, list[Noun]] = {}
        self._above: dict[Key, list[Noun]] = {}
        self._other = {key for noun in self.nouns for key in noun.lookalikes}
        for noun in self.nouns:
            for key in dict.fromkeys((noun.key, *noun.same)):
                self._own.setdefault(key, []).append(noun)
            for key in noun.narrower:
                self._above.setdefault(key, []).append(noun)
        # A phrase that has a line of its own means that line first.
        for key, lines in self._own.items():
            lines.sort(key=lambda n: n.key != key)

    def __contains__(self, key: Key) -> bool:
        return key in self.spelling

    def line(self, key: Key) -> Noun | None:
        """The line whose noun or synonym ``key`` is."""
        lines = self._own.get(key)
        return lines[0] if lines else None

    def head(self, key: Key) -> Key | None:
        """The longest ending of ``key`` that the thesaurus knows, or None."""
        return next((key[i:] for i in range(len(key)) if key[i:] in self.spelling), None)

    def stands_alone(self, key: Key) -> bool:
        """Whether the thesaurus says of ``key`` what it is, so that its last word alone must not be taken for it."""
        return key in self._own or key in self._above or key in self._other

    def only_described(self, key: Key) -> bool:
        """Whether ``key`` is what its last words name, with a property in front ("gaming laptop").

        A phrase for something else is a name of its own: a "wireless dongle" is a network card.
        """
        tail = key[1:]
        if not tail or key[0] not in noun_words("describing") or tail not in self.spelling:
            return False
        line, kinds = self.line(key), self.denotes(tail)
        if line is None:
            return True
        if key in line.same and line.key[-1] != key[-1]:
            # A "portable computer" is called a laptop.
            return False
        endings = {line.key[start:] for start in range(len(line.key))}
        return not endings.isdisjoint(kinds) and all(endings.isdisjoint(others) for others in kinds.values())

    def denotes(self, key: Key) -> dict[Key, tuple[Key, ...]]:
        """Every phrase that is a ``key``, itself included -> the endings that only look like it."""
        found: dict[Key, tuple[Key, ...]] = {}
        waiting: list[tuple[Key, tuple[Key, ...]]] = [(key, ())]
        asked = self.line(key)
        while waiting:
            current, inherited = waiting.pop()
            # A sticker is a label, and label tape is a sort of label: still it is no sticker, as its own line says.
            if current in found or (asked and current in asked.lookalikes):
                continue
            line = self.line(current)
            # What only looks like a noun does not become one by a narrower kind without a line of its own.
            found[current] = line.lookalikes if line else inherited
            if line:
                waiting += [(k, line.lookalikes) for k in (line.key, *line.same, *line.narrower) if k not in found]
        return found

    def broader(self, key: Key) -> list[Noun]:
        """The lines that name ``key`` or a synonym of it as a narrower kind."""
        line = self.line(key)
        keys = (key, line.key, *line.same) if line else (key,)
        found = {id(n): n for k in keys for n in self._above.get(k, ()) if n is not line}
        return list(found.values())


@cache
def thesaurus() -> Thesaurus:
    """The thesaurus of ``thesaurus.yaml``, read once."""
    spelling: dict[Key, str] = {}

    def keys(part: str) -> tuple[Key, ...]:
        found = []
        for phrase in filter(None, (p.strip() for p in part.split(","))):
            key = noun_key(phrase)
            spelling.setdefault(key, singular(phrase))
            found.append(key)
        return tuple(found)

    nouns = []
    for department in read_table("thesaurus.yaml").values():
        for name, row in department.items():
            own = noun_key(str(name))
            spelling[own] = singular(str(name))
            same, narrower, lookalikes, *_ = (*re.split(r"(?:^|(?<=\s))/(?=\s|$)", str(row or "")), "", "")
            nouns.append(Noun(str(name), own, keys(same), keys(narrower), keys(lookalikes)))
    return Thesaurus(nouns, spelling)
