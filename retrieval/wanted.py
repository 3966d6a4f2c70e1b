"""Which of the product nouns in a shopper's message are wanted, and which only say what the wanted thing is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.mention import Token, tokens
from retrieval.nouns import Key, noun_words, singular, word_key

# Start and end in the text, the words as said, the noun in the singular.
Found = tuple[int, int, str, str]

_DET = r"(?:(?:an?|the|my|our|your|his|her|their|this|that|these|those|some|any|all|both|most|other)\s+)*"
# The noun behind one of these is what the wanted thing fits, has, or stands on. Words may stand between (brand,
# adjective), but no noun that was found and no end of a clause: see _reach.
_FITS = re.compile(
    r"\b(?:for|with|without|to\s+fit|fits?|fitting|compatible\s+with|works?\s+with|suits?|suitable\s+for|used?\s+with"
    r"|goes\s+with|go\s+with|connect(?:s|ed|ing)?\s+to|plugs?\s+into|attach(?:es)?\s+to|pair(?:s|ed)?\s+with|charges?"
    r"|powers?|protects?|carr(?:y|ies)|holds?|inside|into|onto|on|in|under|over|behind|beside|near|next\s+to|between"
    r"|of|from|loves?|plays?|enjoys?|like|than|beneath|above)\s+$",
    re.IGNORECASE,
)
# Before "for", "in", "on" these make the noun the thing wanted all the same.
_WANTS = re.compile(
    r"\b(?:look(?:s|ing)?|search(?:ing)?|shop(?:ping)?|hunt(?:ing)?|market|ask(?:s|ed|ing)?|quote|wish(?:ing)?"
    r"|browse|browsing|after|interested|deals?|discounts?|offers?|invest(?:ing)?|recommendations?|suggestions?|ideas?"
    r"|options?|need(?:s|ing)?|kinds?|types?|sorts?|pairs?|sets?|packs?|range|selection|would|'d|i'd|choice|models?"
    r"|brands?|boxe?s?|bottles?|info|information|thinking|dreaming|budget|pay|spend|lots?|couple"
    r"|number|plenty|bunch|idea|variety)\s+(?:for|in|on|of|like|from|with)\s+$",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"\b(?:i|we)(?:'ve|\s+have|\s+already\s+have|'ve\s+got|\s+own|\s+use|\s+got|\s+already\s+own|\s+bought)"
    r"(?:\s+already)?(?:\s+got)?\s+" + _DET + r"$|\b(?:goes|go|match|matches)\s+(?:with\s+)?my\s+$",
    re.IGNORECASE,
)
_AND = re.compile(r"^\s*(?:,|and|or|/|&)+\s*" + _DET + r"$", re.IGNORECASE)
# A clause ends here: what follows is no longer governed by a "for" or "with" before it.
_CLAUSE = re.compile(
    r"[.;:!?\n]|,|\b(?:but|because|so|then|i|we|you|it|is|are|was|can|do|does|please|that|which|who|need|want|show"
    r"|find|buy|get|under|below|around|costing|priced)\b",
    re.IGNORECASE,
)
# Everyday phrases in which a product noun is none.
_NO_PRODUCT = re.compile(
    r"\bin\s+(?:any|that|this|which)?\s*case\b|\bjust\s+in\s+case\b|\bprice\s+range\b|\brange\b"
    r"|\bfans?\s+of\b|\b(?:add(?:ed)?|put|move|in|to|from|into|shopping)\s+(?:it\s+|them\s+|this\s+|that\s+)?"
    r"(?:to\s+|in\s+|into\s+)?(?:my\s+|the\s+)?carts?\b|\bphone\s+(?:number|call)s?\b|\b(?:credit|debit)\s+cards?\b"
    r"|\b(?:battery|shelf)\s+life\b|\bscreen\s+(?:size|resolution|diagonal)\b|\bpart\s+of\b|\btop[\s-]+(?:rated|quality"
    r"|notch|seller|of|brand)s?\b|\bplay(?:ing)?\s+games?\b|\bgift\s+(?:ideas?|for)\b|\bmake\s+up\s+my\b|\bcall\s+of\b"
    r"|\bwatch(?:ing)?\s+(?:movies?|tv|films?|videos?|netflix|out)\b|\bread(?:ing)?\s+books?\b|\bbooks?\s+(?:a|an|the|me)\b"
    r"|\blight[\s-]+(?:weight|blue|grey|gray|green|brown|pink)\b|\bsuits?\s+(?:me|my|our)\b|\bcovers?\s+(?:the|my|all)\b"
    r"|\bdo(?:n't|\s+not)\s+mind\b|\bon\s+top\b|\bat\s+(?:first|the\s+end)\b|\bswitch(?:ing)?\s+(?:to|from)\b"
    r"|\bfile\s+a\b|\breturn\s+labels?\b|\bwarranty\s+(?:period|conditions?|terms?)\b|\bnoise\s+level\b"
    r"|\bwater\s?proof\b|\bjust\s+a\s+sec\b|\bby\s+(?:phone|mail|fax)\b|\bon\s+the\s+phone\b|\bform\s+factor\b",
    re.IGNORECASE,
)
# Everyday words that are a product only where they stand like one; see _plain.
# A part named by its size ("16 GB RAM") describes another noun of the message, if there is one.
_MEASURED = re.compile(
    r"\d[\d.,]*\s*-?(?:gb|tb|mb|mah|wh|mp|hz|ghz|w|v|inch(?:es)?|in|\"|”|megapixels?|core)[\s-]*$", re.I
)
_VERB_BEFORE = re.compile(r"\b(?:to|will|would|can|could|should|must|not|n't|please|i|we|you|they)\s+$", re.IGNORECASE)
# Words that describe; a phrase of the thesaurus that begins with one is found by its noun alone.
_KEPT_WHOLE = frozenset({("smart", "phone"), ("smart", "watch"), ("black", "tea"), ("green", "tea"), ("red", "wine")})


@dataclass(slots=True)
class _Noun:
    """A run of words in the text that is a product noun."""

    first: int
    last: int
    key: Key
    name: str


def wanted(text: str, known: Mapping[Key, str], longest: int) -> list[Found]:
    """Product nouns of ``text`` (phrase key -> its spelling in ``known``) that the shopper asks for."""
    words = tokens(text)
    blocked = [m.span() for m in _NO_PRODUCT.finditer(text)]
    nouns = _compounds(text, words, _nouns(text, words, known, longest, blocked))
    kept: list[_Noun] = []
    owned: list[_Noun] = []
    before: _Noun | None = None
    governed = False
    for noun in nouns:
        governed = _governed(text, words, noun, before, governed)
        if not governed:
            start = words[noun.first].start
            (owned if _OWNED.search(text[:start]) else kept).append(noun)
        before = noun
    kept = _without_parts(text, words, kept or owned)
    return [_found(text, words, noun) for noun in kept]


def _found(text: str, words: list[Token], noun: _Noun) -> Found:
    start, end = words[noun.first].start, words[noun.last].end
    return start, end, text[start:end], noun.name


def _nouns(
    text: str, words: list[Token], known: Mapping[Key, str], longest: int, blocked: list[tuple[int, int]]
) -> list[_Noun]:
    """The longest known phrase at each place, left to right."""
    keys = [word_key(w.key) for w in words]
    found: list[_Noun] = []
    n = 0
    while n < len(words):
        noun = None
        for size in range(min(longest, len(words) - n), 0, -1):
            last = n + size - 1
            if size > 1 and not _joined(text, words, n, last):
                continue
            key = tuple(part for k in keys[n : last + 1] for part in k.split())
            if key in known and _stands(text, words, n, last, key, blocked):
                noun = _Noun(n, last, key, _as_said(text, words, n, last))
                break
        if noun is None:
            n += 1
            continue
        found.append(noun)
        n = noun.last + 1
    return found


def _as_said(text: str, words: list[Token], first: int, last: int) -> str:
    return singular(text[words[first].start : words[last].end])


def _joined(text: str, words: list[Token], first: int, last: int) -> bool:
    """Whether only blanks, hyphens and the like stand between the words."""
    return all(
        re.fullmatch(r"[\s\-/&'’+.]{0,3}", text[words[i].end : words[i + 1].start]) is not None
        and not re.match(r"\.\s", text[words[i].end : words[i + 1].start])
        for i in range(first, last)
    )


def _stands(text: str, words: list[Token], first: int, last: int, key: Key, blocked: list[tuple[int, int]]) -> bool:
    """Whether the words stand in the text as a product noun does."""
    start, end = words[first].start, words[last].end
    if any(start < e and end > s for s, e in blocked):
        return False
    if len(key) > 1:
        return key in _KEPT_WHOLE or not (key[0] in noun_words("describing") and len(words) > 0 and _nounlike(key[1:]))
    if key[0].isdigit():
        return False
    return key[0] not in noun_words("everyday") or _plain(text, words, first, last)


def _nounlike(rest: Key) -> bool:
    """Whether what is left of a phrase without its describing first word is a noun by itself."""
    from retrieval.nouns import thesaurus

    return rest in thesaurus()


_LEADS = re.compile(
    r"(?:^|\b(?:an?|the|my|our|some|any|new|another|good|nice|cheap|best|better|which|what|need|want|buy|get|find|show|me"
    r"|for|of|and|or|with|two|three|few|more|other|these|those|this|that|no|your|sell|have|carry|stock|got)\s+"
    r"|[^\W_]+\s+)$",
    re.IGNORECASE,
)


def _plain(text: str, words: list[Token], first: int, last: int) -> bool:
    """Whether an everyday word stands like a noun: alone, in the plural, or closing a phrase that an article opens."""
    if len(words) <= 3:
        return True
    if _VERB_BEFORE.search(text[: words[first].start]) and not re.search(
        r"\b(?:need|want|please|not)\s+$", text[: words[first].start], re.IGNORECASE
    ):
        return False
    following = words[last + 1].key if last + 1 < len(words) else ""
    describes = words[first].key in noun_words("describing_nouns")
    return not (describes and following and not _ends_phrase(text, words, last))


def _ends_phrase(text: str, words: list[Token], last: int) -> bool:
    gap = text[words[last].end : words[last + 1].start]
    return (
        bool(gap.strip(" -")) or words[last + 1].key in noun_words("after_a_noun") or words[last + 1].key[0].isdigit()
    )


def _compounds(text: str, words: list[Token], nouns: list[_Noun]) -> list[_Noun]:
    """Nouns side by side are one, the last being the head: "iphone" + "case"."""
    found: list[_Noun] = []
    for noun in nouns:
        if found and found[-1].last + 1 == noun.first and _joined(text, words, found[-1].last, noun.first):
            before = found.pop()
            if before.key[0] in noun_words("describing_nouns") and len(before.key) == 1:
                found.append(noun)
                continue
            name = _as_said(text, words, before.first, noun.last)
            noun = _Noun(before.first, noun.last, before.key + noun.key, name)
        found.append(noun)
    return found


def _governed(text: str, words: list[Token], noun: _Noun, before: _Noun | None, before_governed: bool) -> bool:
    """Whether a "for", "with" or "on" before the noun makes it something other than what is wanted."""
    start = words[noun.first].start
    reach = _reach(text, words, noun, before)
    if reach is None:
        return False
    low, listed = reach
    if listed:
        return before_governed
    between = text[low:start]
    for n in range(noun.first, -1, -1):
        edge = words[n].start
        if edge < low:
            break
        head = text[:edge]
        if (m := _FITS.search(head)) and m.start() >= low - 1:
            if _WANTS.search(head):
                return False
            return not _CLAUSE.search(text[edge:start])
    return bool(not between.strip() and before_governed and before is not None)


def _reach(text: str, words: list[Token], noun: _Noun, before: _Noun | None) -> tuple[int, bool] | None:
    """From where on words may govern the noun; and whether it only continues a list that the noun before began."""
    start = words[noun.first].start
    if before is None:
        return 0, False
    low = words[before.last].end
    return low, bool(_AND.match(text[low:start]))


def _without_parts(text: str, words: list[Token], nouns: list[_Noun]) -> list[_Noun]:
    """Without parts that are named by their measure, where something else is wanted."""
    if len(nouns) < 2:
        return nouns
    kept = [
        n for n in nouns if not (n.key[-1] in noun_words("parts") and _MEASURED.search(text[: words[n.first].start]))
    ]
    return kept or nouns
