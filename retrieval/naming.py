"""Which kind a product's own words name: the head nouns of its title, its type attribute."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.lexicon import lexicon
from retrieval.mention import Token, tokens
from retrieval.nouns import Key, noun_key, noun_words, singular, thesaurus, word_key
from retrieval.product import Product

# What the thing is for, comes with or is made of: no longer the thing.
_CUT = re.compile(
    r"\s(?:for|f|with|w/|without|compatible|equivalent|suitable|designed|incl\.?|including|from|to\s+fit|fits|inkl\.?|für"
    r"|based\s+on|featuring|used\s+in|replaces)\s|\s\+\s|\.\s+(?=[A-Z])|\sw/",
    re.IGNORECASE,
)
_TYPE_ATTRIBUTES = ("product_type", "type", "item_type", "article_type", "device_type", "product_category", "kind")
_LONGEST = 5
# In front of so many other nouns a noun often stands for what a thing is made for.
_HOST = 4
# What stands this little like a type name is none.
_NOTHING = -1.6
# Characters of a description that are looked through for a type name.
_OPENING = 90
_PHRASE = re.compile(r"(?<![\w/.\-(])[a-z][a-z\-]+(?:/[a-z]+)*(?: [a-z][a-z/\-]+)*(?![\w/.\-])")
# Nouns that say little by themselves, or that stand in titles for a build, a package or a property.


@dataclass(frozen=True, slots=True)
class Option:
    """A kind that a product's words name."""

    label: str
    # "title" or "attribute".
    source: str
    # How much like a type name it stands there; about -2 to 4.
    weight: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a product's own words say it is, the likeliest first; empty where they name no kind."""

    options: tuple[Option, ...]

    def tilted(self, doubtful: frozenset[str]) -> Reading:
        """The same with less weight on labels that may be mere names."""
        moved = [Option(o.label, o.source, o.weight - 1.5 * (o.label in doubtful)) for o in self.options]
        return Reading(tuple(sorted(moved, key=lambda o: -o.weight)))

    @property
    def label(self) -> str:
        """The likeliest kind, "" where no word names one."""
        return self.options[0].label if self.options else ""


class Naming:
    """The type phrases of one feed: those of the thesaurus, and those that its titles repeat across brands."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._phrases = _recurring(products)
        self._openings = {key[0] for key in (*self._phrases, *thesaurus().spelling)}

    def read(self, product: Product) -> Reading:
        """The kinds that the title and the type attribute of ``product`` name."""
        options = [*self._of_title(product), *self._of_attributes(product)]
        if not options and product.description:
            options = self._of_description(product)
        best: dict[str, Option] = {}
        for option in options:
            known = best.get(option.label)
            if known is None:
                best[option.label] = option
            elif known.source != option.source:
                first = known if known.source == "title" else option
                best[option.label] = Option(option.label, first.source, max(known.weight, option.weight) + 1.0)
            elif option.weight > known.weight:
                best[option.label] = option
        return Reading(tuple(sorted((o for o in best.values() if o.weight > _NOTHING), key=lambda o: -o.weight)))

    def _of_title(self, product: Product) -> Iterable[Option]:
        title = _without_brand(product)
        cut = _CUT.search(title, 1)
        head = title[: cut.start()] if cut else title
        found = list(self._spans(head))
        if not found and cut:
            return [Option(o.label, o.source, o.weight - 2.0) for o in self._spans(title)]
        return found

    def _spans(self, title: str) -> Iterable[Option]:
        words = tokens(title)
        mixed = any(c.isupper() for c in title)
        keys = [word_key(w.key) for w in words]
        n = 0
        runs: list[tuple[int, int]] = []
        while n < len(words):
            size = self._length(title, words, keys, n)
            if size:
                if runs and runs[-1][1] == n and _continues(title, words, n):
                    runs[-1] = (runs[-1][0], n + size)
                else:
                    runs.append((n, n + size))
            n += max(size, 1)
        for place, (start, end) in enumerate(runs):
            label, size = self._label(title, words, keys, start, end)
            lower = mixed and all(w.said == w.said.lower() for w in words[end - size : end])
            weight = 2.0 * lower + 0.8 * (size > 1) + 0.3 * (place == 0)
            if size == 1 and keys[end - 1] in noun_words("adjectives"):
                weight -= 2.4
            elif size == 1 and keys[end - 1] in noun_words("weak"):
                weight -= 1.2
            if size == 1 and keys[end - 1] in noun_words("stuffs") and _of_stuff(words, end - 1):
                weight -= 1.5
            if size == 1 and not lower and keys[end - 1] in _hosts():
                weight -= 0.6
            if end < len(words) and _goes_on(title, words, end):
                weight -= 0.8
            if _bracketed(title, words[start].start):
                weight -= 1.5
            yield Option(label, "title", weight)

    def _length(self, title: str, words: list[Token], keys: list[str], n: int) -> int:
        """How many words from word ``n`` on are the longest type phrase there; 0 where none begins."""
        if keys[n].split()[0] not in self._openings:
            return 0
        sizes = range(min(_LONGEST, len(words) - n), 0, -1)
        return next((size for size in sizes if self._is_type(title, words, keys, n, size)), 0)

    def _is_type(self, title: str, words: list[Token], keys: list[str], n: int, size: int) -> bool:
        if size > 1 and not all(_adjacent(title, words, i, " (", ") ") for i in range(n + 1, n + size)):
            return False
        key = _flat(keys[n : n + size])
        if size == 1 and (key[0] in noun_words("of_a_measure") or len(key[0]) < 2 or key[0].isdigit()):
            return key == ("pc",) and words[n].said == "PC"
        return key in self._phrases or key in thesaurus()

    def _label(self, title: str, words: list[Token], keys: list[str], start: int, end: int) -> tuple[str, int]:
        """The longest type phrase that ends a run of type words, and its length in words."""
        for n in range(start, end):
            key = _flat(keys[n:end])
            if key in self._phrases:
                return self._phrases[key], end - n
            if key in thesaurus():
                return spelled(key), end - n
        return singular(words[end - 1].said), 1

    def _of_description(self, product: Product) -> list[Option]:
        """What the opening words of the description name; they count less than a title's."""
        opening = re.split(r"[.;:!?\n]\s|,", product.description[:_OPENING], maxsplit=1)[0]
        cut = _CUT.search(opening, 1)
        spans = self._spans(opening[: cut.start()] if cut else opening)
        return [Option(o.label, "attribute", o.weight - 0.7) for o in spans]

    def _of_attributes(self, product: Product) -> Iterable[Option]:
        for name in _TYPE_ATTRIBUTES:
            value = product.attributes.get(name)
            if isinstance(value, str) and len(value) <= 40:
                key = noun_key(value)
                if key in thesaurus() or key in self._phrases:
                    label = self._phrases.get(key) or spelled(key)
                    yield Option(label, "attribute", 1.2 - 0.8 * (len(key) == 1 and key[0] in noun_words("weak")))
                elif len(key) > 1 and (end := thesaurus().head(key)) and end[-1] not in noun_words("weak"):
                    yield Option(spelled(end), "attribute", 0.6)


@cache
def _hosts() -> frozenset[str]:
    """Nouns that many things are made for, as the thesaurus shows: "printer" of "printer cable", "printer stand"."""
    counts = Counter(key[0] for key in thesaurus().spelling if len(key) > 1 and (key[0],) in thesaurus())
    return frozenset(word for word, count in counts.items() if count >= _HOST)


def spelled(key: Key) -> str:
    """A phrase of the thesaurus as a label; one written with a stroke is called by its line's plain noun."""
    name = re.sub(r"\s*\([^)]*\)", "", thesaurus().spelling[key])
    line = thesaurus().line(key)
    return singular(line.name) if line and "/" in name else name


def _flat(keys: Iterable[str]) -> Key:
    return tuple(part for k in keys for part in k.split())


def _adjacent(title: str, words: list[Token], n: int, *gaps: str) -> bool:
    return title[words[n - 1].end : words[n].start] in (" ", "-", "/", "  ", " & ", "'", "’", *gaps)


def _continues(title: str, words: list[Token], n: int) -> bool:
    """Whether word ``n`` goes on with the noun phrase before it: "case Backpack" starts anew."""
    before, word = words[n - 1].said, words[n].said
    return _adjacent(title, words, n) and not (before.islower() and word[0].isupper() and word[1:].islower())


def _goes_on(title: str, words: list[Token], n: int) -> bool:
    """Whether word ``n`` may be a head noun that nobody knows: "Laptop Roller" is no laptop."""
    word = words[n]
    if not _adjacent(title, words, n) or not word.key.isalpha() or len(word.key) < 4 or word.said.isupper():
        return False
    lex = lexicon()
    known = word.key in lex.stop_words or word.key in lex.materials or word.key in lex.flags
    return not known and lex.colour(word.key) is None and word.key not in noun_words("properties")


def _of_stuff(words: list[Token], n: int) -> bool:
    """Whether a colour stands before word ``n``, or a finish behind it."""
    before = words[n - 1].key if n else ""
    after = words[n + 1].key if n + 1 < len(words) else ""
    return lexicon().colour(before) is not None or after in ("matt", "matte", "gloss", "glossy")


def _bracketed(title: str, start: int) -> bool:
    return title.count("(", 0, start) > title.count(")", 0, start)


def _without_brand(product: Product) -> str:
    title, brand = product.title, product.brand
    if brand and title.casefold().startswith(brand.casefold()):
        return title[len(brand) :]
    return title


def _recurring(products: Sequence[Product]) -> dict[Key, str]:
    """Type phrases in lower case that titles otherwise written with capitals repeat, across brands."""
    counts: Counter[str] = Counter()
    brands: defaultdict[str, set[str]] = defaultdict(set)
    for product in products:
        if product.title.lower() == product.title:
            continue
        for match in _PHRASE.finditer(product.title):
            counts[match[0]] += 1
            brands[match[0]].add(product.brand)
    lex = lexicon()
    found: dict[Key, str] = {}
    for phrase, count in counts.most_common():
        key = noun_key(phrase)
        if count < 3 or len(brands[phrase]) < 2 or not key or key in found or len(key) > _LONGEST:
            continue
        if any(
            part in lex.stop_words or part in noun_words("of_a_measure") for part in (key if len(key) > 1 else key[-1:])
        ):
            continue
        head = thesaurus().head(key)
        if lex.colour(" ".join(key)) or head is None:
            continue
        found[key] = spelled(key) if key in thesaurus() else singular(phrase)
    return found
