"""Which kind a product's own words name: the head nouns of its title, its type attribute."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
# "160 GB SSD" is a part, where an SSD is a thing.
_AMOUNT = re.compile(r"\d\s?(?:MB|GB|TB|MP)\s(?:\w+[- ])?$")
# "1m cable".
_LENGTH = re.compile(r"\d\s?(?:m|cm|ft|feet|foot)[\s\-]$", re.IGNORECASE)
# Attributes whose value is what the thing is called.
TYPE_ATTRIBUTES = ("product_type", "type", "item_type", "article_type", "device_type", "product_category", "kind")
_LONGEST = 5
# From this weight on a phrase stands in a title like a type name and like nothing else.
PLAIN = 2.0
# A type attribute names the type where it agrees with this share of the titles that do, or too few do to tell.
_AGREES = 0.8
# What stands this little like a type name is none.
_NOTHING = -1.6
# Characters of a description that are looked through for a type name.
_OPENING = 90
_PHRASE = re.compile(r"(?<![\w/.\-(])[a-z][a-z\-]+(?:/[a-z]+)*(?: [a-z][a-z/\-]+)*(?![\w/.\-])")


@dataclass(frozen=True, slots=True)
class Option:
    """A kind that a product's words name."""

    label: str
    # "title" or "attribute".
    source: str
    # How much like a type name it stands there; about -2 to 4.
    weight: float
    # Whether the phrase goes on behind it, so that another word may be what the thing is: "UPS Monitoring Card".
    open: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a product's own words say it is, the likeliest first; empty where they name no kind."""

    options: tuple[Option, ...]

    def tilted(self, doubtful: frozenset[str]) -> Reading:
        """The same with less weight on labels that may be mere names."""
        moved = [replace(o, weight=o.weight - 1.5 * (o.label in doubtful)) for o in self.options]
        return Reading(tuple(sorted(moved, key=lambda o: -o.weight)))

    @property
    def label(self) -> str:
        """The likeliest kind, "" where no word names one."""
        return self.options[0].label if self.options else ""

    @property
    def plain(self) -> bool:
        """Whether the likeliest kind stands there like a type name and like nothing else."""
        return bool(self.options) and self.options[0].weight > PLAIN


class Naming:
    """The type phrases of one feed: those of the thesaurus, and those that its titles repeat across brands."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._phrases = _recurring(products)
        self._openings = {key[0] for key in (*self._phrases, *thesaurus().spelling)}
        self._titles = {product.id: list(self._of_title(product)) for product in products}
        self._misleading = self._of_other_things(products)

    def _of_other_things(self, products: Sequence[Product]) -> frozenset[tuple[str, str]]:
        """Values of type attributes that say something else: "PC" of a computer case is what the case is for."""
        seen: Counter[tuple[str, str]] = Counter()
        agreed: Counter[tuple[str, str]] = Counter()
        for product in products:
            said = [o.label for o in self._titles[product.id] if o.weight > PLAIN]
            for name, option in self._of_attributes(product) if said else ():
                seen[name, option.label] += 1
                agreed[name, option.label] += any(_related(option.label, label) for label in said)
        return frozenset(pair for pair, count in seen.items() if count > 2 and agreed[pair] < _AGREES * count)

    def read(self, product: Product) -> Reading:
        """The kinds that the title and the type attribute of ``product`` name."""
        said = (option for name, option in self._of_attributes(product) if (name, option.label) not in self._misleading)
        options = [*self._titles[product.id], *said]
        if not options and product.description:
            options = self._of_description(product)
        best: dict[str, Option] = {}
        for option in options:
            known = best.get(option.label)
            best[option.label] = option if known is None else _joined(known, option)
        agreed = _finest(list(best.values()))
        return Reading(tuple(sorted((o for o in agreed if o.weight > _NOTHING), key=lambda o: -o.weight)))

    def _of_title(self, product: Product) -> Iterable[Option]:
        title = _without_brand(product)
        cut = _CUT.search(title, 1)
        head = title[: cut.start()] if cut else title
        found = list(self._spans(head))
        if not found and cut:
            # What comes with the thing may be of its type, or no more than beside it.
            return [replace(o, source="attribute", weight=o.weight - 2.0) for o in self._spans(title)]
        return found

    def _spans(self, title: str) -> Iterable[Option]:
        words = tokens(title)
        mixed = any(c.isupper() for c in title)
        keys = [word_key(w.key) for w in words]
        n = 0
        runs: list[tuple[int, int]] = []
        while n < len(words):
            size = self._reach(title, words, keys, n)
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
            if size == 1 and not lower and keys[end - 1] in noun_words("hosts"):
                weight -= 0.6
            reached = end
            anew = end - start > 1 and end < len(words) and words[end].said.islower() and not lower
            while reached < len(words) and not anew and _goes_on(title, words, reached):
                reached += 1
            follows = reached > end and _is_head(keys[reached - 1], keys[end - 1])
            if reached > end and place + 1 < len(runs) and runs[place + 1][0] == reached:
                # "Smart-UPS Utility Cart": one phrase, and the noun at its end is what the thing is.
                follows = _adjacent(title, words, reached)
                weight -= 1.6 * follows
            if reached > end:
                weight -= 0.8
            if size == 1 and keys[end - 1] in noun_words("parts") and _AMOUNT.search(title, 0, words[end - 1].start):
                weight -= 1.5
            if place and _LENGTH.search(title, 0, words[start].start):
                # "Wall Charger 1m cable": what it comes with.
                weight -= 2.5
            if place + 1 < len(runs) and self._owns(title, words, keys, end, runs[-1]):
                weight -= 2.0 + 2.0 * lower
            if _bracketed(title, words[start].start):
                weight -= 1.5
            yield Option(label, "title", weight, follows and weight < PLAIN)

    def _owns(self, title: str, words: list[Token], keys: list[str], end: int, last: tuple[int, int]) -> bool:
        """Whether the noun at the title's end is for the one before word ``end``: "Camera Black Sport Case"."""
        between = range(end, last[1])
        if last[1] < len(words) or not all(_adjacent(title, words, n) and keys[n].isalpha() for n in between):
            return False
        return (keys[end - 1], keys[-1]) in thesaurus()

    def _reach(self, title: str, words: list[Token], keys: list[str], n: int) -> int:
        """The same, on into a phrase that begins inside it: an "electric toothbrush head" is no electric toothbrush."""
        size = self._length(title, words, keys, n)
        sizes = (k - n + self._length(title, words, keys, k) for k in range(n + 1, n + size))
        return max([size, *(s for s in sizes if keys[n + s - 1] not in noun_words("bundles"))])

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
        """The longest type phrase that ends a run of type words, and its length in words.

        A run that ends in a word as wide as "accessory" is called by all of it.
        """
        if end - start > 1 and keys[end - 1] in noun_words("of_something"):
            return singular(" ".join(w.said for w in words[start:end])), end - start
        for n in range(start, end):
            key = _flat(keys[n:end])
            if key in self._phrases:
                return self._phrases[key], end - n
            if key in thesaurus():
                return spelled(key), end - n
        return singular(words[end - 1].said), 1

    def _of_description(self, product: Product) -> list[Option]:
        """What the opening words of the description name; they count less than a title's."""
        opening = re.split(r"[.;:!?\n]\s|,|\s[–—-]\s", product.description[:_OPENING], maxsplit=1)[0]
        cut = _CUT.search(opening, 1)
        spans = self._spans(opening[: cut.start()] if cut else opening)
        return [Option(o.label, "attribute", o.weight - 0.7, o.open) for o in spans]

    def _of_attributes(self, product: Product) -> Iterable[tuple[str, Option]]:
        for name in TYPE_ATTRIBUTES:
            value = product.attributes.get(name)
            if isinstance(value, str) and len(value) <= 40:
                key = noun_key(value)
                if key in thesaurus() or key in self._phrases:
                    label = self._phrases.get(key) or spelled(key)
                    yield name, Option(label, "attribute", 1.2 - 0.8 * (len(key) == 1 and key[0] in noun_words("weak")))
                elif len(key) > 1 and (end := thesaurus().head(key)) and end[-1] not in noun_words("weak"):
                    yield name, Option(spelled(end), "attribute", 0.6)


@cache
def _related(label: str, other: str) -> bool:
    """Whether two types have one head noun, or one of them denotes the other."""
    one, two = noun_key(label), noun_key(other)
    return one[-1:] == two[-1:] or one in thesaurus().denotes(two) or two in thesaurus().denotes(one)


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
    closed = any(word.key in noun_words(group) for group in ("properties", "facts", "after_a_noun"))
    return not known and not closed and lex.colour(word.key) is None


def _is_head(word: str, noun: str) -> bool:
    """Whether ``word`` closes type names, so that behind ``noun`` it may be what the thing is."""
    return word != noun and word in _heads() and word not in noun_words("bundles")


@cache
def _heads() -> frozenset[str]:
    return frozenset(key[-1] for key in thesaurus().spelling)


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


def _joined(known: Option, other: Option) -> Option:
    """Two places that name the same type."""
    if known.source == other.source:
        return other if other.weight > known.weight else known
    weight = max(known.weight, other.weight) + 1.0
    return Option(known.label, "title", weight, known.open and other.open)


def _finest(options: list[Option]) -> list[Option]:
    """Without bare heads that another place says in full: type "battery" beside the title's "laptop battery"."""
    kept = []
    for option in options:
        key = noun_key(option.label)
        finer = next((o for o in options if o is not option and noun_key(o.label)[-len(key) :] == key), None)
        if finer is None or len(noun_key(finer.label)) <= len(key) or finer.source == option.source:
            kept.append(option)
    for n, option in enumerate(kept):
        key = noun_key(option.label)
        bare = [o for o in options if o not in kept and key[-len(noun_key(o.label)) :] == noun_key(o.label)]
        if bare:
            kept[n] = replace(_joined(option, bare[0]), label=option.label)
    return kept


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
