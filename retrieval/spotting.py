"""Where a shopper's message names products: runs of words that are product nouns there and not something else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.lexicon import lexicon
from retrieval.mention import Token
from retrieval.nouns import Key, noun_words, singular, thesaurus, word_key

# Everyday phrases in which a product noun is none.
_NO_PRODUCT = re.compile(
    r"\b(?:(?:just )?in (?:any|that|this|which|either)? ?case|range|fans? of|(?:phone|tracking|order) (?:number|call)s?"
    r"|(?:credit|debit|bank) cards?|(?:battery|shelf) life|screen (?:size|resolution|diagonal)|part of|form factor"
    r"|top[ -](?:rated|quality|notch|seller|of|brand|end)s?|on top|play(?:ing)? games?|gift (?:ideas?|for)|call of"
    r"|watch(?:ing)? (?:movies?|tv|films?|videos?|series|netflix|out)|read(?:ing)? books?|books? (?:a|an|the|me)"
    r"|make up my|light[ -]?(?:weight|blue|grey|gray|green|brown|pink)|suits? (?:me|my|our)|covers? (?:the|my|all)"
    r"|do(?:n't| not) mind|at (?:first|the end)|switch(?:ing)? (?:to|from)|file (?:a|an|the)|return labels?|noise level"
    r"|warranty (?:period|conditions?|terms?)|water ?proof|by (?:phone|mail|fax)|on the phone|plug and play|as well"
    r"|(?:add(?:ed)?|put|move|in|to|from|into|shopping)(?: (?:it|them|this|that))?(?: (?:to|in|into))?(?: (?:my|the))?"
    r" carts?)\b",
    re.IGNORECASE,
)
# Behind one of these a word is a property, however much it looks like a noun: "it should be light".
_IS = re.compile(
    r"(?:\b(?:is|are|be|feels?|looks?|was|seems?|quite|very|too|really|super|fairly|pretty|extra|more|colou?r|in)\s+"
    r"|'s\s+)$",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:to|will|would|can|could|should|must|n't|i|we|you|they|who)\s+$", re.IGNORECASE)
# ... and whatever the word, right behind one of these it is a verb: "it must print in colour", "had two of them die".
_DOES = re.compile(
    r"\b(?:must|will|would|can|could|should|may|might|does|did|doesn'?t|don'?t|didn'?t|won'?t|can'?t|cannot|couldn'?t"
    r"|them|to|who|they|we|she|he)\s+(?:not\s+|also\s+|only\s+|always\s+)?$",
    re.IGNORECASE,
)
# What opens a noun phrase that may close with a word that is a noun as well as a property.
_LED = re.compile(
    r"\b(?:an?|the|any|some|another|new|my|our|of|for|and|or|need|want|buy|get|find|show|me|best|good|cheap)\s+"
    r"(?:[\w\-]+\s+){0,3}$",
    re.IGNORECASE,
)
# In front of one of these a noun only describes: "plant based", "wine coloured", "batteries included".
_MADE_AN_ADJECTIVE = frozenset(
    "based|colored|coloured|color|colour|style|type|shaped|sized|free|friendly|like|included|inspired|themed|compatible"
    "|ready|proof|resistant|safe|powered|operated".split("|")
)
_JOINT = re.compile(r"[\s\-/&'’+]{0,3}|\.(?! )")
# Letters of a compound noun, and of each of its words, that may be written in two words or in one.
_COMPOUND = 7
_PART = 3


@dataclass(slots=True)
class Noun:
    """Words ``first`` to ``last`` of a message, as a product noun."""

    first: int
    last: int
    key: Key
    # In the singular, as said.
    name: str


def spot(
    text: str, words: list[Token], known: Mapping[Key, str], joined: Mapping[str, Key], longest: int
) -> list[Noun]:
    """The product nouns of ``text``, left to right: at each place the longest phrase of ``known``.

    ``joined`` finds a phrase by its letters, however they are parted. Nouns side by side are one thing, called by the
    last of them: "iphone case" is a case.
    """
    return _heads(text, words, _runs(text, words, known, joined, longest))


def before(text: str, at: int) -> str:
    """What stands right before place ``at``: enough for a look back, however long the message is."""
    return text[max(0, at - 60) : at]


def _runs(
    text: str, words: list[Token], known: Mapping[Key, str], joined: Mapping[str, Key], longest: int
) -> list[Noun]:
    blocked = [m.span() for m in _NO_PRODUCT.finditer(text)]
    keys = [word_key(w.key) for w in words]
    found: list[Noun] = []
    n = 0
    while n < len(words):
        noun = None
        for last in range(min(n + longest, len(words)) - 1, n - 1, -1):
            key = tuple(part for k in keys[n : last + 1] for part in k.split())
            said = key if key in known else _as_listed(key, joined)
            if said and _joined(text, words, n, last) and _stands(text, words, n, last, said, blocked):
                name = singular(text[words[n].start : words[last].end]) if said == key else known[said]
                noun = Noun(n, last, said, name)
                break
        if noun:
            found.append(noun)
        n = noun.last + 1 if noun else n + 1
    return found


def _as_listed(key: Key, joined: Mapping[str, Key]) -> Key | None:
    """The phrase that ``key`` is with its words parted otherwise: "tooth brush" for "toothbrush"."""
    letters = "".join(key)
    if len(letters) < _COMPOUND or min(map(len, key)) < _PART or letters not in joined:
        return None
    small = lexicon().stop_words | noun_words("after_a_noun")
    return None if small.intersection(key) else joined[letters]


def _joined(text: str, words: list[Token], first: int, last: int) -> bool:
    """Whether only blanks, hyphens and the like stand between the words."""
    return all(_JOINT.fullmatch(text[words[i].end : words[i + 1].start]) for i in range(first, last))


def _stands(text: str, words: list[Token], first: int, last: int, key: Key, blocked: list[tuple[int, int]]) -> bool:
    """Whether the words stand in the text as a product noun does."""
    start, end = words[first].start, words[last].end
    if any(start < e and end > s for s, e in blocked):
        return False
    if len(key) > 1:
        return not thesaurus().only_described(key)
    if key[0].isdigit() or _describes(words, last):
        return False
    if key[0] in noun_words("only_plural") and not words[last].key.endswith("s"):
        return False
    if words[last].said.islower() and _DOES.search(before(text, start)):
        return False
    return key[0] not in noun_words("everyday") or _plain(text, words, first)


def _describes(words: list[Token], n: int) -> bool:
    """Whether word ``n`` only says how the next one is: "wine red", "plant based"."""
    if n + 1 >= len(words):
        return False
    following, then = words[n + 1].key, words[n + 2].key if n + 2 < len(words) else ""
    if following in ("coloured", "colored") and then in lexicon().colours:
        # "a kettle coloured blue"
        return False
    return following in _MADE_AN_ADJECTIVE or following in lexicon().colours


def _plain(text: str, words: list[Token], n: int) -> bool:
    """Whether an everyday word stands like a noun, not like the verb or the property that it can be as well."""
    if len(words) <= 3:
        return True
    lead = before(text, words[n].start)
    if _IS.search(lead) or (_VERB.search(lead) and words[n].said == words[n].said.lower()):
        return False
    if words[n].key not in noun_words("describing_nouns"):
        return True
    return _LED.search(lead) is not None and _ends_phrase(text, words, n)


def _ends_phrase(text: str, words: list[Token], n: int) -> bool:
    """Whether the noun phrase is over after word ``n``."""
    if n + 1 >= len(words):
        return True
    following = words[n + 1].key
    parted = text[words[n].end : words[n + 1].start].strip(" -")
    return bool(parted) or following in noun_words("after_a_noun") or following[0].isdigit()


def _heads(text: str, words: list[Token], nouns: list[Noun]) -> list[Noun]:
    found: list[Noun] = []
    for noun in nouns:
        if found and found[-1].last + 1 == noun.first and _joined(text, words, found[-1].last, noun.first):
            first = found.pop()
            if first.key[0] in noun_words("mock"):
                # "dog coat": what it is for changes what it is.
                name = singular(text[words[first.first].start : words[noun.last].end])
                noun = Noun(first.first, noun.last, first.key + noun.key, name)
        found.append(noun)
    return found
