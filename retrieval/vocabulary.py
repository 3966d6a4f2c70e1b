"""A shop's own words: its brands, types, attribute values and measures, as a shopper's text names them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from itertools import pairwise
from typing import Any

from retrieval.attributes import Links, survey
from retrieval.brands import BrandFinder, company, everyday, is_ordinary, spellings
from retrieval.embed import Embedder
from retrieval.kind_index import KindIndex
from retrieval.lexicon import key, lexicon
from retrieval.likeness import Likeness
from retrieval.link import Sort, link, sort
from retrieval.measures import Quantity, quantities
from retrieval.mention import Mention, Token, tokens
from retrieval.named import Names, bounded
from retrieval.product import Kind, Product
from retrieval.query import Condition
from retrieval.said import NUMBER_WORD, in_figures
from retrieval.spotting import before

__all__ = ["Mention", "Vocabulary"]

_LONGEST = 4
_SIZES = (
    re.compile(
        r"\b(?:(?:eu|uk|us)\s+)?size\s+(?:\d{1,3}(?:[.,]5)?|xxs|xs|s|m|l|xl|xxl|xxxl|small|medium|large|a{2,4}|[ab]\d|[cd])\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:packs?|sets?|box(?:es)?|spindles?) of \d{1,4}\b", re.IGNORECASE),
    # Paper.
    re.compile(r"(?<![\w.-])(?:SR)?[AB][2-6]\+?(?![\w+-])"),
    # "a 2.1 system"
    re.compile(r"(?<![\d.])[1-9]\.[0-2](?=[\s-]+(?:channels?|system|surround|sound|speakers?)\b)", re.IGNORECASE),
    re.compile(r"\b(?:XXS|XS|XL|XXL|XXXL|[2-5]XL)\b|\b\d{3,5}\s?[x×]\s?\d{3,5}\b"),
)

# "at least 300 sheets": of the thing itself.
_COUNT = re.compile(
    r"\b(?:at least|at most|more than|less than|no (?:more|less|fewer) than|minimum(?: of)?|up to)\s+\d[\d,]*\s+$",
    re.IGNORECASE,
)
# What may stand between the words of one phrase.
_JOINT = re.compile(r"[\s\-'/&.]{1,3}")


class Vocabulary:
    """What a shop's products are called and described with. Immutable and safe to share between threads."""

    def __init__(
        self,
        brands: Mapping[str, int],
        ordinary: Mapping[str, Sequence[str]],
        labels: Mapping[str, int],
        links: Links,
    ) -> None:
        self._brands = dict(brands)
        # Brands that are everyday words, in lower case, and the stems of what they sell.
        self._ordinary = {name: list(stems) for name, stems in ordinary.items()}
        self._labels = dict(labels)
        self._links = links
        self._spoken = frozenset(links.spoken)
        self._finder = BrandFinder(self._brands, map(key, self._ordinary), self._ordinary)
        self._kinds = KindIndex(self._labels)
        self._likeness: Likeness | None = None
        self._names = Names(links.typed)

    @classmethod
    def build(cls, products: Iterable[Product], kinds: Mapping[str, Kind]) -> Vocabulary:
        """From a shop's products and their kinds by product id; with none of either, the words every shop shares."""
        shelf = list(products)
        return cls.of(shelf, shelf, Counter(kind.label for kind in kinds.values()), kinds)

    @classmethod
    def of(
        cls,
        products: Iterable[Product],
        surveyed: Iterable[Product],
        labels: Mapping[str, int],
        kinds: Mapping[str, Kind],
    ) -> Vocabulary:
        """From products that can be gone through several times, and how many of them each label has.

        ``surveyed`` are those that show what the attributes mean: the same, or a fair sample of them; ``kinds`` are
        theirs, by id.
        """
        brands = spellings(products)
        common = everyday(brands, products)
        ordinary = company([b for b in brands if is_ordinary(b, common)], products)
        return cls(brands, ordinary, labels, survey(surveyed, {key(b) for b in brands}, kinds))

    def to_dict(self) -> dict[str, Any]:
        """The vocabulary as JSON-ready data."""
        return {
            "brands": self._brands,
            "ordinary": self._ordinary,
            "labels": self._labels,
            "links": self._links.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Vocabulary:
        """The inverse of ``to_dict``."""
        return cls(data["brands"], data["ordinary"], data["labels"], Links.from_dict(data["links"]))

    def brands(self, text: str) -> list[Mention]:
        """Brands of the shop that ``text`` names; ``value`` is the feed's own spelling."""
        return self._finder.find(text)

    def kinds(self, text: str) -> list[Mention]:
        """Product types that ``text`` names; ``value`` is the singular noun as said."""
        lex = lexicon()
        parts = _parts(text)
        return [
            Mention(start, end, said, noun)
            for start, end, said, noun in self._kinds.find(text)
            if (k := key(said)) not in lex.flags and k not in lex.stop_words
            if not any(s <= start and end <= e for s, e in parts)
        ]

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """Labels of this shop's kinds that ``phrase`` denotes, provisos or not; () where it has none."""
        return self._kinds.resolve(phrase)

    def compound(self, noun: str, of: str) -> str:
        """What ``noun`` is called for the thing ``of`` ("lock", "notebook" -> "notebook lock"); "" without a name."""
        return self._kinds.compound(noun, of)

    def sort(self, phrase: str) -> Sort:
        """What ``phrase`` denotes: the labels, and what products of some of them must say ("laser printer")."""
        return sort(self._kinds.meant(phrase), self._links)

    def features(self, text: str) -> list[Mention]:
        """Colours, materials, measures, properties and attribute values that ``text`` names; ``value`` as said.

        Left to right, the longest at each place, without overlaps. The noun beside a number belongs to it ("512 GB
        SSD") unless it is the type that the text asks for.
        """
        kinds = self.kinds(text)
        first = kinds[0] if kinds else None
        spans = [_less(q.start, q.end, q.core, first) for q in quantities(text) if _of_a_product(text, q)]
        spans += [*_worded(text), *bounded(text, self._names)]
        spans += [(m.start(), k.end) for k in kinds if (m := _COUNT.search(before(text, k.start)))]
        for pattern in _SIZES:
            spans += [m.span() for m in pattern.finditer(text)]
        words = tokens(text)
        n = 0
        while n < len(words):
            size = self._phrase(text, words, n, kinds)
            if size:
                spans.append((words[n].start, words[n + size - 1].end))
            n += max(size, 1)
        return [Mention(s, e, text[s:e], text[s:e]) for s, e in _apart(spans)]

    def _phrase(self, text: str, words: list[Token], n: int, kinds: list[Mention]) -> int:
        """How many words from word ``n`` on make up a known property or value; 0 where none do."""
        lex = lexicon()
        for size in range(min(_LONGEST, len(words) - n), 0, -1):
            part = words[n : n + size]
            if size > 1 and not all(_JOINT.fullmatch(text, a.end, b.start) for a, b in pairwise(part)):
                continue
            phrase = " ".join(t.key for t in part)
            if phrase in lex.fixed:
                return 0
            if phrase in lex.flags:
                return size
            if phrase in lex.materials and (phrase not in lex.unsure_materials or _said_of(text, part[0].start)):
                return size
            if lex.colour(phrase) and phrase not in lex.unsure_colours:
                return size
            # A value that is a type ("camera", "alarm clock") is read as the type.
            if phrase in self._spoken and all(k.end <= part[0].start or k.start >= part[-1].end for k in kinds):
                return size
        return 0

    def properties(self, text: str) -> list[Mention]:
        """Names of properties that records of this shop state, as ``text`` has them: "page yield", "shelves"."""
        return [Mention(s, e, text[s:e], text[s:e]) for s, e in self._names.find(text)]

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        """What a product must have to satisfy ``phrase``: an attribute where this shop has one, else words.

        ``kinds`` are the labels of the kinds that the phrase is said of: "4 GB" of a graphics card is in another
        attribute than that of a laptop.
        """
        found = link(phrase, self._links, kinds)
        if self._likeness is None or not kinds or found.attributes or found.others:
            return found
        return self._likeness.condition(found, kinds)

    def sounding(self, embedder: Callable[[], Embedder | None]) -> Vocabulary:
        """The same, where a phrase that names no attribute is held against their names by this embedding model."""
        other = copy(self)
        other._likeness = Likeness(self._links.typed, embedder)
        return other


def _worded(text: str) -> list[tuple[int, int]]:
    """Where an amount stands with its number in words: "a four person tent"."""
    found = []
    for number in NUMBER_WORD.finditer(text):
        figure = in_figures(number[0])
        said = next(quantities(figure + text[number.end() : number.end() + _UNIT_LENGTH]), None)
        if said is not None and said.start == 0:
            found.append((number.start(), number.end() + said.end - len(figure)))
    return found


# Characters within which the unit behind a number must have come.
_UNIT_LENGTH = 24
# "I weigh 240 lbs", "she is 5 ft": nothing about the product.
_PERSON = re.compile(
    r"\b(?:i|he|she|who)(?:'m|’m|'s|’s)? (?:(?:weigh|am|is|weighs|about|around|over|only) ){0,3}$", re.IGNORECASE
)


def _of_a_product(text: str, said: Quantity) -> bool:
    """Whether a quantity is about the thing: ages and days of delivery are not, nor what a person weighs."""
    if said.unit.dimension == "time" and not said.noun:
        return False
    return _PERSON.search(text[max(0, said.start - 40) : said.core[0]]) is None


def _said_of(text: str, start: int) -> bool:
    """Whether the words before ``start`` introduce a material: "made of", "in"."""
    return (
        re.search(r"\b(?:of|in|material:?|from)\s+(?:\w+\s+)?$", text[max(0, start - 40) : start], re.IGNORECASE)
        is not None
    )


_ARTICLE = re.compile(r"\b(?:an?|the|another|one|any|some)\s+(?:\w+\s+)?$", re.IGNORECASE)


def _parts(text: str) -> list[tuple[int, int]]:
    """Where a noun behind an amount names a part of the thing: "16 GB RAM" is, "a 512 GB SSD" is the thing itself."""
    return [
        (q.start, q.end)
        for q in quantities(text)
        if q.unit.dimension == "data" and q.noun and not _ARTICLE.search(text[max(0, q.start - 40) : q.start])
    ]


def _less(start: int, end: int, core: tuple[int, int], kind: Mention | None) -> tuple[int, int]:
    """A measure's span without the noun at its edge that is the type asked for."""
    if kind and kind.start < end and kind.end > start:
        if kind.start >= core[1]:
            return start, core[1]
        if kind.end <= core[0]:
            return core[0], end
    return start, end


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans without overlaps, the longer of two kept, left to right."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if kept and start < kept[-1][1]:
            if end - start > kept[-1][1] - kept[-1][0]:
                kept[-1] = (start, end)
        else:
            kept.append((start, end))
    return kept
