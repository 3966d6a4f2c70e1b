"""A shop's own words: its brands, types, attribute values and measures, as a shopper's text names them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from retrieval.brands import BrandFinder, everyday, spellings
from retrieval.lexicon import key, lexicon
from retrieval.link import Links, link
from retrieval.measures import attribute_unit, measures, quantities, split_suffix
from retrieval.mention import Mention, tokens
from retrieval.product import Kind, Product
from retrieval.query import Condition

__all__ = ["Mention", "Vocabulary"]

# A value counts as a word of this shop from this many products on.
_SEEN = 3
# An attribute with more different texts than this share of its products is free text.
_FREE = 0.5
_LONGEST = 4
_SIZES = (
    re.compile(
        r"\b(?:(?:eu|uk|us)\s+)?size\s+(?:\d{1,3}(?:[.,]5)?|xxs|xs|s|m|l|xl|xxl|xxxl|small|medium|large)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:XXS|XS|XL|XXL|XXXL|[2-5]XL)\b|\b\d{3,5}\s?[x×]\s?\d{3,5}\b"),
)


class Vocabulary:
    """What a shop's products are called and described with. Immutable and safe to share between threads."""

    def __init__(
        self, brands: Mapping[str, int], ordinary: Iterable[str], labels: Mapping[str, int], links: Links
    ) -> None:
        self._brands = dict(brands)
        self._ordinary = sorted(ordinary)
        self._labels = dict(labels)
        self._links = links
        self._finder = BrandFinder(self._brands, self._ordinary)
        self._kinds = _kind_index(self._labels)

    @classmethod
    def build(cls, products: Iterable[Product], kinds: Mapping[str, Kind]) -> Vocabulary:
        """From a shop's products and their kinds by product id; with none of either, the words every shop shares."""
        shelf = list(products)
        brands = spellings(shelf)
        labels = Counter(kind.label for kind in kinds.values())
        return cls(brands, everyday(brands, shelf), labels, _links(shelf, {key(b) for b in brands}))

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
        return [Mention(start, end, said, noun) for start, end, said, noun in self._kinds.find(text)]

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """Labels of this shop's kinds that ``phrase`` denotes; () where it has none."""
        return tuple(self._kinds.resolve(phrase))

    def features(self, text: str) -> list[Mention]:
        """Colours, materials, measures, properties and attribute values that ``text`` names; ``value`` as said.

        Left to right, the longest at each place, without overlaps. The noun beside a number belongs to it ("512 GB
        SSD") unless it is the type that the text asks for.
        """
        first = next(iter(self.kinds(text)), None)
        spans = [_less(q.start, q.end, q.core, first) for q in quantities(text)]
        for pattern in _SIZES:
            spans += [m.span() for m in pattern.finditer(text)]
        spans = _apart(spans)
        words = tokens(text)
        n = 0
        while n < len(words):
            size = self._phrase(text, n)
            if size and all(words[n + size - 1].end <= s or words[n].start >= e for s, e in spans):
                spans.append((words[n].start, words[n + size - 1].end))
            n += max(size, 1)
        return [Mention(s, e, text[s:e], text[s:e]) for s, e in sorted(spans)]

    def _phrase(self, text: str, n: int) -> int:
        """How many words from word ``n`` on make up a known property or value; 0 where none do."""
        words = tokens(text)
        lex = lexicon()
        for size in range(min(_LONGEST, len(words) - n), 0, -1):
            part = words[n : n + size]
            if any(not re.fullmatch(r"[\s\-'/&]*", text[a.end : b.start]) for a, b in pairwise(part)):
                continue
            phrase = " ".join(t.key for t in part)
            if phrase in lex.flags or phrase in self._links.flags or phrase in self._links.values:
                return size
            if phrase in lex.materials and (phrase not in lex.unsure_materials or _said_of(text, part[0].start)):
                return size
            if lex.colour(phrase) and phrase not in lex.unsure_colours:
                return size
        return 0

    def link(self, phrase: str) -> Condition:
        """What a product must have to satisfy ``phrase``: an attribute where this shop has one, else words."""
        return link(phrase, self._links)


class _NoKinds:
    def find(self, text: str) -> list[tuple[int, int, str, str]]:
        return []

    def resolve(self, phrase: str) -> tuple[str, ...]:
        return ()


def _kind_index(labels: Mapping[str, int]) -> Any:
    try:
        from retrieval.kinds import KindIndex
    except ImportError:
        return _NoKinds()
    return KindIndex(labels)


def _said_of(text: str, start: int) -> bool:
    return re.search(r"\b(?:of|in|material:?|from)\s+(?:\w+\s+)?$", text[:start], re.IGNORECASE) is not None


def _less(start: int, end: int, core: tuple[int, int], kind: Mention | None) -> tuple[int, int]:
    """A measure's span without the noun at its edge that is the type asked for."""
    if kind and kind.start < end and kind.end > start:
        if kind.start >= core[1]:
            return start, core[1]
        if kind.end <= core[0]:
            return core[0], end
    return start, end


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for s, e in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if all(e <= a or s >= b for a, b in kept):
            kept.append((s, e))
    return sorted(kept)


def _links(products: list[Product], brand_keys: set[str]) -> Links:
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    numbers: dict[str, list[float]] = defaultdict(list)
    truths: Counter[str] = Counter()
    for product in products:
        for name, value in product.attributes.items():
            if isinstance(value, bool):
                truths[name] += value
            elif isinstance(value, (int, float)):
                numbers[name].append(value)
            else:
                texts[name][value] += 1
    keyed = {name: _by_key(counter) for name, counter in texts.items()}
    colours = _named(keyed, ("colour", "color", "colours", "colors"), lambda k: lexicon().colour(k) is not None)
    materials = _named(keyed, ("material", "materials", "fabric"), lambda k: _has_material(k))
    return Links(
        colours=colours,
        materials=materials,
        flags={key(name): name for name, count in truths.items() if count >= _SEEN and _may_flag(key(name))},
        values=_values(keyed, texts, brand_keys, {*colours, *materials}),
        measures=_measures(numbers, texts),
    )


def _by_key(counter: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for value, count in counter.items():
        for part in re.split(r"[,;/\n]|\\n", value):
            if len(part) <= 40 and (k := key(part)):
                found[k] += count
    return found


def _has_material(phrase: str) -> bool:
    materials = lexicon().materials
    parts = phrase.split()
    return phrase in materials or any(p in materials for p in parts)


# Colours of a part, of light or of what is printed, not of the thing.
_OF_A_PART = re.compile(
    r"led|light|illuminat|backlight|print_on|text|ink_|temperature|depth|number|gamut|toner|page|speed"
)


def _named(keyed: Mapping[str, Counter[str]], endings: tuple[str, ...], fits: Any) -> tuple[str, ...]:
    """Attributes whose name ends so and whose values mostly fit: the plain and product-wide ones first."""
    found = []
    for name, counter in keyed.items():
        parts = name.split("_")
        if parts[-1] not in endings or _OF_A_PART.search(name):
            continue
        total = counter.total()
        if total and sum(c for k, c in counter.items() if fits(k)) >= 0.6 * total:
            plain = len(parts) == 1 or parts[0] in ("product", "main", "base", "primary", "outer", "housing", "case")
            found.append((not plain, -total, name))
    return tuple(name for _, _, name in sorted(found))


def _may_flag(phrase: str) -> bool:
    """Whether a yes-or-no attribute's name can stand in a sentence and mean the attribute."""
    parts = phrase.split()
    if len(parts) == 1:
        return phrase not in lexicon().ordinary and phrase not in lexicon().stop_words and len(phrase) > 2
    return len(parts) <= 3


def _values(
    keyed: Mapping[str, Counter[str]], texts: Mapping[str, Counter[str]], brand_keys: set[str], known: set[str]
) -> dict[str, str]:
    """Short attribute values that a text may name, each with the attribute that alone decides it, or ""."""
    where: dict[str, Counter[str]] = defaultdict(Counter)
    for name, counter in keyed.items():
        if name in known or len(texts[name]) > max(12, _FREE * texts[name].total()):
            continue
        for phrase, count in counter.items():
            if count >= _SEEN and _may_value(phrase) and phrase not in brand_keys:
                where[phrase][name] += count
    found = {}
    for phrase, names in where.items():
        name, count = names.most_common(1)[0]
        found[phrase] = name if count >= 0.8 * names.total() else ""
    return found


def _may_value(phrase: str) -> bool:
    lex = lexicon()
    parts = phrase.split()
    if len(parts) > 3 or all(p.isdigit() for p in parts) or all(len(p) < 3 for p in parts):
        return False
    if len(parts) == 1 and (phrase in lex.ordinary or len(phrase) < 3):
        return False
    return not any(p in lex.stop_words for p in parts)


def _measures(
    numbers: Mapping[str, list[float]], texts: Mapping[str, Counter[str]]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each measure the attributes that hold it, as numbers whose unit is certain."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for measure in measures():
        rows = []
        for name, values in numbers.items():
            base, _ = split_suffix(name)
            if base not in measure.attributes or texts.get(name, Counter()).total() > len(values):
                continue
            if unit := attribute_unit(measure, name, values):
                rows.append((measure.attributes.index(base), -len(values), name, unit))
        if rows:
            found[measure.name] = tuple((name, unit) for _, _, name, unit in sorted(rows))
    return found
