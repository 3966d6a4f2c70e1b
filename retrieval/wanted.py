"""Which of the product nouns in a shopper's message are wanted, and which only say what the wanted thing is for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from retrieval.mention import Token, tokens
from retrieval.nouns import Key, noun_key, noun_words
from retrieval.spotting import Noun, before, spot

# Start and end in the text, the words as said, the noun in the singular.
Found = tuple[int, int, str, str]

_DET = r"(?:(?:an?|the|my|our|your|his|her|their|this|that|these|those|some|any|all|both|most|other)\s+)*"
# The noun behind one of these is what the wanted thing fits, has, or stands on.
_FITS = re.compile(
    r"\b(?:for|with|without|(?:to|that|will|would|can|could|should|must)\s+fit|fits|fitting|compatible\s+with"
    r"|works?\s+with|suits|suitable\s+for|used?\s+with|goes?\s+with|connect(?:s|ed|ing)?\s+to|plugs?\s+into"
    r"|attach(?:es)?\s+to|pair(?:s|ed)?\s+with|charges|powers|protects?|carr(?:y|ies)|holds?|inside|into|onto|on|(?<!\d\s)in"
    r"|under|over|behind|beside|near|next\s+to|between|from|loves?|plays|enjoys|like|than|beneath|above|included?"
    r"|including|has|have|having)\s+$",
    re.IGNORECASE,
)
_OF = re.compile(r"^\s+of\s+" + _DET + r"(?:[\w\-]+\s+){0,3}$", re.IGNORECASE)
# Before "for", "in", "on" these make the noun the thing wanted all the same.
_WANTS = re.compile(
    r"\b(?:(?:look(?:s|ing)?|search(?:ing)?|shop(?:ping)?|hunt(?:ing)?|market|ask(?:s|ed|ing)?|quote|wish(?:ing)?"
    r"|browse|browsing|after|interested|deals?|discounts?|offers?|invest(?:ing)?|recommendations?|suggestions?|ideas?"
    r"|options?|need(?:s|ing)?|selection|would|'d|choices?|models?|brands?|info|information|thinking|dreaming|budget"
    r"|pay|spend)\s+(?:for|in|on|of|like|from|with)|(?:do|does|did|can|could|may|might|to|must)\s+"
    r"(?:you|we|i|they|the\s+shop|the\s+store|it)?\s*have|(?:i|we)(?:'d|\s+would)?\s+(?:love|like|enjoy)(?:\s+to\s+have)?"
    r"|would\s+like)\s+$",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"\b(?:i|we)(?:'ve|\s+have|\s+already\s+have|'ve\s+got|\s+own|\s+use|\s+got|\s+already\s+own|\s+bought)"
    r"(?:\s+already)?(?:\s+got)?\s+" + _DET + r"(?:[\w\-]+\s+)?$",
    re.IGNORECASE,
)
# "building my own computer", "my printer is broken": a thing at hand, where another one is named as well.
_AT_WORK = re.compile(
    r"\b(?:(?:build|repair|fix|mend|restor|upgrad|clean|sett?|us|replac)ing(?:\s+up)?|broken|old)"
    r"\s+" + _DET + r"(?:own\s+|old\s+|broken\s+)?(?:[\w\-]+\s+)?$",
    re.IGNORECASE,
)
# "I can never find a black phone": told, not wanted.
_TOLD = re.compile(
    r"\b(?:never|always|can'?t|cannot)\s+(?:\w+\s+)?(?:find|see|lose|forget)\s+" + _DET + r"(?:[\w\-]+\s+)?$", re.I
)
# Between a thing and what it is for.
_FOR = re.compile(
    r"\s+(?:for|to\s+fit|that\s+fits|compatible\s+with|suitable\s+for)\s+" + _DET + r"(?:[\w\-.\"”]+\s+){0,4}",
    re.IGNORECASE,
)
# A list goes on: "a bag for my laptop and my camera", "with 16 GB RAM and a 512 GB SSD".
_AND = re.compile(
    r"^\s*(?:,|and|or|/|&|\+)(?:\s*(?:,|and|or))?\s*" + _DET + r"(?:\d[\w.,]*\s*(?:gb|tb|mb|inch|\")?\s*)?$",
    re.IGNORECASE,
)
# A clause ends here: what follows is no longer governed by a "for" or "with" before it.
_CLAUSE = re.compile(
    r"[.;:!?\n,]|\b(?:but|because|so|then|i|we|you|it|is|are|was|can|do|does|please|that|which|who|need|want|show"
    r"|find|buy|get|below|around|costing|priced|to)\b",
    re.IGNORECASE,
)
# They hold, count or bundle what is wanted: "a box of crayons".
_HOLDERS = frozenset(
    "bag|box|bottle|case|pack|set|jar|can|tube|roll|pot|cup|glass|sheet|stick|bucket|basket|kit|bundle|bar|book|range"
    "|line|pad|tin|tray|ball|bowl".split("|")
)
_MEASURED = re.compile(
    r"(?:\d[\d.,]*\s*-?(?:gb|tb|mb|mah|wh|mp|hz|ghz|w|v|inch(?:es)?|in|\"|”|megapixels?|core)[\s-]*"
    r"|\b(?:internal|built-in|enough|more|its|the)\s+)$",
    re.IGNORECASE,
)
# Letters of what is called by its initials: "hdmi".
_SHORT = 4
# How many words back a preposition still reaches.
_REACH = 7


def wanted(text: str, known: Mapping[Key, str], joined: Mapping[str, Key], longest: int) -> list[Found]:
    """Product nouns of ``text`` (phrases of ``known``, at most ``longest`` words) that the shopper asks for.

    ``joined`` finds a phrase by its letters alone ("tooth brush" for "toothbrush").
    """
    words = tokens(text)
    kept: list[Noun] = []
    owned: list[Noun] = []
    names: dict[int, str] = {}
    last: Noun | None = None
    governed = False
    for noun in spot(text, words, known, joined, longest):
        start = words[noun.first].start
        since = words[last.last].end if last else 0
        if last and kept and kept[-1] is last and _OF.match(text[since:start]):
            # "a box of crayons" wants crayons, "the lid of a pot" a lid.
            governed = last.key[-1] not in _HOLDERS
            if not governed:
                kept.pop()
        elif not (last and _AND.match(text[since:start])):
            governed = _governed(text, words, noun, since)
        elif governed and kept:
            # For this and for that: no one name says both.
            names.pop(kept[-1].first, None)
        if not governed and not _TOLD.search(before(text, start)):
            (owned if _has_already(before(text, start)) else kept).append(noun)
        elif governed and kept and kept[-1] is last and (name := _for_another(text[since:start], last, noun, known)):
            names[last.first] = name
        last = noun
    for noun in kept:
        if noun.first not in names and (name := _for_a_word(text[words[noun.last].end :], noun, known)):
            names[noun.first] = name
    return [_found(text, words, noun, names) for noun in _without_parts(text, words, kept or owned)]


def _found(text: str, words: list[Token], noun: Noun, names: Mapping[int, str]) -> Found:
    start, end = words[noun.first].start, words[noun.last].end
    return start, end, text[start:end], names.get(noun.first, noun.name)


def _for_another(between: str, thing: Noun, other: Noun, known: Mapping[Key, str]) -> str | None:
    """What a thing for another is called: a "case for my iphone" is an "iphone case"."""
    if not _FOR.fullmatch(between):
        return None
    head = tuple(word for word in thing.key if word not in noun_words("properties"))
    for start in range(len(other.key)):
        if head and (*other.key[start:], *head) in known:
            return known[*other.key[start:], *head]
    return None


_FOR_WORD = re.compile(rf"\s+for\s+{_DET}([\w-]+)(?!-)", re.IGNORECASE)


def _for_a_word(behind: str, thing: Noun, known: Mapping[Key, str]) -> str | None:
    """The same for what is no thing by itself: a "lead for HDMI" is an "HDMI lead"."""
    said = _FOR_WORD.match(behind)
    # "For outdoors" is a use, and may be one of several.
    short = said is not None and (said[1].isupper() or len(said[1]) <= _SHORT)
    return known.get((*noun_key(said[1]), *thing.key)) if said and short else None


def _has_already(lead: str) -> bool:
    """Whether the words before a noun say that the shopper has it, or is at work on it."""
    return _OWNED.search(lead) is not None or _AT_WORK.search(lead) is not None


def _governed(text: str, words: list[Token], noun: Noun, since: int) -> bool:
    """Whether a "for", "with" or "on" behind place ``since`` makes the noun something other than what is wanted."""
    start = words[noun.first].start
    for n in range(noun.first, max(noun.first - _REACH, -1), -1):
        edge = words[n].start
        if edge < since:
            break
        if _CLAUSE.search(text[edge:start]):
            break
        lead = before(text, edge)
        if _WANTS.search(lead):
            return False
        if (m := _FITS.search(lead)) and edge - len(lead) + m.start() >= since - 1:
            return True
    return False


def _without_parts(text: str, words: list[Token], nouns: list[Noun]) -> list[Noun]:
    """Without parts that are named by their measure, where something else is wanted."""
    kept = [
        n
        for n in nouns
        if not (n.key[-1] in noun_words("parts") and _MEASURED.search(before(text, words[n.first].start)))
    ]
    return kept or nouns[:1]
