"""Brands as shoppers write them: possessive, without ".com", and not where the word is an everyday one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from retrieval.lexicon import key, lexicon
from retrieval.mention import Mention, Token, tokens
from retrieval.product import Product
from retrieval.text import stem

# What a company adds to its name and shoppers leave out.
_SUFFIXES = frozenset({"com", "inc", "ltd", "llc", "gmbh", "co", "corp", "corporation", "technology", "technologies"})
_INTRODUCED = re.compile(r"(?:\b(?:by|from|brands?|named|called|make[rs]?:?)|\bbrand:)\s+(?:the\s+)?$", re.IGNORECASE)
_REJECTED = re.compile(
    r"(?:^|[\s,;])(?:not|no|except|without|avoid|anything but|other than|nothing from)\s+$", re.IGNORECASE
)
_LISTED = re.compile(r"^\s*(?:,|/|&|or|and|nor)\s*(?:(?:not|no|from|by)\s+)?$", re.IGNORECASE)
# A word in lower case in this share of the descriptions that have it is a word there, not a name.
_COMMON = 0.3
_WORDS_OF_A_BRAND = 40
# How many characters before a word can bear on it.
_NEAR = 40
_SENTENCE_END = re.compile(r"[.!?:\n]\s*[\"'(]*$")
_LONGEST = 5


def spellings(products: Iterable[Product]) -> Counter[str]:
    """Each brand in its most frequent spelling, with the number of its products."""
    seen: dict[str, Counter[str]] = {}
    for product in products:
        if name := product.brand.strip():
            seen.setdefault(name.casefold(), Counter())[name] += 1
    return Counter({max(c.items(), key=lambda kv: (kv[1], kv[0]))[0]: c.total() for c in seen.values()})


def everyday(brands: Iterable[str], products: Iterable[Product]) -> set[str]:
    """Keys of the one-word brands that this shop's own descriptions use as an ordinary word."""
    single = {key(b): b for b in brands if " " not in key(b) and not b.islower()}
    lower, written = Counter[str](), Counter[str]()
    for product in products:
        there = set(re.findall(r"[^\W_]+", product.description))
        for word in there:
            if word in single:
                lower[word] += 1
            if word.lower() in single:
                written[word.lower()] += 1
    return {k for k in single if lower[k] >= 2 and lower[k] >= _COMMON * written[k]}


def company(brands: Iterable[str], products: Iterable[Product]) -> dict[str, list[str]]:
    """For each brand, in lower case, the stems that its titles use most: what it sells.

    So "sharp tv" names the brand where Sharp sells televisions, and "sharp knife" does not.
    """
    used: dict[str, Counter[str]] = {b.casefold(): Counter() for b in brands}
    made: Counter[str] = Counter()
    for product in products:
        brand = product.brand.strip().casefold()
        if brand in used:
            made[brand] += 1
            used[brand].update({stem(p) for p in key(product.title).split() if p.isalpha() and len(p) > 1})
    lex = lexicon()
    passing = {stem(w) for w in lex.stop_words | lex.colours | lex.shades}
    return {
        brand: sorted(
            w
            for w, n in counter.most_common(_WORDS_OF_A_BRAND)
            if n >= max(2, 0.05 * made[brand]) and w not in passing and w not in map(stem, key(brand).split())
        )
        for brand, counter in used.items()
    }


class BrandFinder:
    """Finds brands in a text.

    ``ordinary`` holds keys of brands that are also everyday words, ``company`` the stems that such a brand's titles
    use, by its name in lower case.
    """

    def __init__(self, brands: Iterable[str], ordinary: Iterable[str], company: Mapping[str, Iterable[str]]) -> None:
        self._company = {name: frozenset(stems) for name, stems in company.items()}
        self._by_key: dict[str, str] = {}
        names = list(brands)
        for name in names:
            self._by_key.setdefault(key(name), name)
        for name in names:
            for alias in _aliases(name):
                self._by_key.setdefault(alias, name)
        self._ordinary = {k for k in self._by_key if _is_ordinary(k, set(ordinary))}
        self._ordinary |= {a for n in names if key(n) in self._ordinary for a in _aliases(n)}

    def find(self, text: str) -> list[Mention]:
        """The brands that ``text`` names, longest first, in the order they stand, no overlaps."""
        words = tokens(text)
        found: list[Mention] = []
        n = 0
        while n < len(words):
            mention = None
            for size in range(min(_LONGEST, len(words) - n), 0, -1):
                part = words[n : n + size]
                wanted = " ".join(t.key for t in part)
                name = self._by_key.get(wanted)
                if name and (
                    wanted not in self._ordinary
                    or self._sells(name, text, part[-1], words[n + size : n + size + 1])
                    or _written_as_brand(text, part, name, words, found)
                ):
                    mention = Mention(part[0].start, part[-1].end, text[part[0].start : part[-1].end], name)
                    break
            if mention:
                found.append(mention)
                n += size
            else:
                n += 1
        return found

    def _sells(self, name: str, text: str, last: Token, following: list[Token]) -> bool:
        if any(c.isdigit() for c in name):
            # "3m cable" is a length.
            return False
        return any(
            stem(t.key) in self._company.get(name.casefold(), ()) and text[last.end : t.start] == " " for t in following
        )


def _aliases(name: str) -> list[str]:
    parts = key(name).split()
    found = []
    if len(parts) > 1:
        if parts[-1] in _SUFFIXES:
            found.append(" ".join(parts[:-1]))
        if parts[-1] == "s" or any(c in name for c in "-&.'’+") or len(name) <= 8:
            found.append("".join(parts))
        if parts[-1] == "s":
            found.append(" ".join(parts[:-1]))
    return found


def _is_ordinary(wanted: str, more: set[str]) -> bool:
    parts = wanted.split()
    if len(parts) == 1:
        lex = lexicon()
        return wanted in more or wanted in lex.ordinary or wanted in lex.stop_words or wanted in lex.colours
    return any(p in lexicon().stop_words for p in parts)


def is_ordinary(name: str, more: Iterable[str] = ()) -> bool:
    """Whether a brand's name is also an everyday word."""
    return _is_ordinary(key(name), set(more))


def _written_as_brand(text: str, part: list[Token], name: str, words: list[Token], found: list[Mention]) -> bool:
    start, end = part[0].start, part[-1].end
    said, before = text[start:end], text[:start]
    if len(part) == len(words) or _INTRODUCED.search(before[-_NEAR:]):
        return True
    if found and _LISTED.match(text[found[-1].end : start]):
        return True
    plain = said == said.lower()
    if _REJECTED.search(before[-_NEAR:]) and part[0].key not in lexicon().colours:
        # "not sharp" ends there and means the brand; "not sharp enough" goes on.
        return not plain or re.match(r"\s+\w", text[end : end + _NEAR]) is None
    if text.startswith(name, start) and not name.isalpha() and not name.istitle():
        # "be quiet!", "Rackmount.IT": nobody writes so by chance.
        return True
    if plain or text == text.upper():
        return False
    titled = len(words) > 3 and sum(t.said[:1].isupper() for t in words) > 0.6 * len(words)
    opens = not before.strip() or _SENTENCE_END.search(before[-_NEAR:]) is not None
    return (said.isupper() and len(said) > 1) or not (opens or titled)
