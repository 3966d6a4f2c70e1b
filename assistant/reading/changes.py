"""Which earlier wishes a message ends: those it takes back by name, and those whose place a new wish takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Protocol, cast

from assistant.reading.features import is_measure
from assistant.reading.phrases import Span
from assistant.reading.slots import Reading
from assistant.state import Preferences, Slot, Wish
from retrieval.lexicon import key, lexicon
from retrieval.query import Condition
from retrieval.said import alternatives
from retrieval.text import words

# What a shopper calls a slot -> the slots that "forget about the ..." empties.
_SLOTS: Mapping[str, tuple[Slot, ...]] = {
    "brand": ("brand", "not_brand"),
    "make": ("brand", "not_brand"),
    "maker": ("brand", "not_brand"),
    "manufacturer": ("brand", "not_brand"),
    "price": ("price_max", "price_min"),
    "budget": ("price_max", "price_min"),
    "cost": ("price_max", "price_min"),
    "money": ("price_max", "price_min"),
    "limit": ("price_max", "price_min"),
    "rating": ("min_rating",),
    "review": ("min_rating",),
    "star": ("min_rating",),
}
# "the lower limit": one end of the price, and not the other.
_SIDES: tuple[tuple[Slot, re.Pattern[str]], ...] = (
    ("price_min", re.compile(r"\b(?:lower|bottom|minimum|min)\b.*\b(?:limit|price|end|bound|budget)|^minimum$", re.I)),
    ("price_max", re.compile(r"\b(?:upper|top|maximum|max)\b.*\b(?:limit|price|end|bound|budget)|^maximum$", re.I)),
)
# "medium roast rather": the message itself says that something gives way.
_REPLACES = re.compile(r"\b(?:instead|rather|actually|sorry|after all|changed|not|no)\b", re.IGNORECASE)
# "grey is fine too" adds to what was said and ends none of it.
_ADDS = re.compile(
    r"\b(?:too|as well|also|or(?! (?:more|less|bigger|smaller|larger|longer|shorter|better))|either|both)\b",
    re.IGNORECASE,
)
_RESOLUTION = re.compile(r"\b(?:[24568]k|[fqu]?hd|uhd|\d{3,4} ?[x×] ?\d{3,4}|\d{3,4}p)\b", re.IGNORECASE)
# What was said last was said by mistake; all that was said of the thing is said anew.
_SLIP = re.compile(r"\bwrong (?:one|machine|device|model|thing|size|item|phone|laptop)\b", re.IGNORECASE)
_ANEW = re.compile(
    r"\b(?:change of plans?|(?:let's |let me )?start (?:over|again|anew)|scrap (?:all )?that)\b", re.IGNORECASE
)
_CORRECTS = re.compile(
    r"\b(?:sorry|mis(?:read|heard|took|spoke|typed|taken)|mistake|my bad|i meant?|wrong|oops|instead)\b", re.IGNORECASE
)
_LEAST = re.compile(
    r"(?<!not )(?<!no )\b(?:at least|or (?:more|bigger|larger|longer|better)|"
    r"(?:a )?min(?:imum)?(?: of)?|more than|over)\b",
    re.I,
)
_MOST = re.compile(
    r"\b(?:at most|not? (?:more|larger|bigger|longer|wider|higher|heavier|taller) than|"
    r"or (?:less|fewer|smaller|shorter)|(?:a )?max(?:imum)?(?: of)?|less than|up to|under)\b",
    re.I,
)


class Linker(Protocol):
    """What the rules need to know whether two wishes are about one thing."""

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        """What a product, of types with these labels, must have to satisfy the phrase."""
        ...

    def properties(self, text: str) -> Sequence[Span]:
        """Names of properties that the shop's records state."""
        ...

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """Labels of the shop's types that the phrase denotes."""
        ...


def retracts(
    before: Preferences, reading: Reading, wishes: Sequence[Wish], vocabulary: Linker
) -> tuple[tuple[Slot, str], ...]:
    """The wishes of ``before`` that no longer hold, as ``Understanding.retracts`` has them."""
    found: list[tuple[Slot, str]] = []
    category = next((str(w.value) for w in (*wishes, *before) if w.slot == "category"), "")
    kinds = vocabulary.resolve_kind(category) if category else ()
    for phrase in reading.drops:
        found += _taken_back(phrase, before, vocabulary)
    for phrase in reading.replaced:
        found += _holding(phrase, before)
    if _ANEW.search(reading.text):
        found += [("feature", "")]
    if _SLIP.search(reading.text):
        last = max((w.turn for w in before), default=0)
        found += [("feature", str(w.value)) for w in before.of("feature") if w.turn == last]
    # The "or" within "white or cream" adds nothing to what was said before.
    beside = reduce(lambda text, wish: text.replace(wish.words, " "), wishes, reading.text)
    adds = _ADDS.search(beside) is not None
    replaces = _REPLACES.search(reading.text) is not None
    for wish in wishes:
        if wish.slot == "dislike":
            found += _rejected(str(wish.value), before)
        if wish.slot != "feature" or (adds and not reading.replaced and len(wishes) == 1):
            continue
        found += [
            ("feature", str(old.value))
            for old in before.of("feature")
            if old.value != wish.value
            and (
                rivals(_less_the_thing(old, category), _less_the_thing(wish, category), vocabulary, kinds)
                or (replaces and _same_head(str(old.value), str(wish.value)))
            )
        ]
    return tuple(dict.fromkeys(found))


def corrected(wishes: Sequence[Wish], before: Preferences) -> list[Wish]:
    """The wishes, where "32 inches, not 27" only ends the 27 inches of before: another amount rules them out."""
    ended = {str(w.value) for w in before.of("feature")}
    another = any(w.slot == "feature" and is_measure(w.words) for w in wishes)
    return [
        w
        for w in wishes
        if not (another and w.slot == "dislike" and is_measure(str(w.value)) and str(w.value) in ended)
    ]


def _less_the_thing(wish: Wish, category: str) -> str:
    """A feature without the noun of the thing: "140 mm fans" for a case fan are 140 mm."""
    nouns = words(category)[-1:]
    said = [part for part in str(wish.value).split() if words(part) != nouns]
    return " ".join(said) or str(wish.value)


def _taken_back(phrase: str, before: Preferences, vocabulary: Linker) -> list[tuple[Slot, str]]:
    """What "forget about ``phrase``" ends: a whole slot where it names one, else the wishes that speak of it."""
    said = set(words(phrase))
    if bound := next((slot for slot, side in _SIDES if side.search(phrase)), None):
        return [(bound, "")]
    slots = [slot for name, slots in _SLOTS.items() if said & set(words(name)) for slot in slots]
    if slots:
        return [(slot, "") for slot in slots]
    if said & set(words("colour")):
        return [
            (w.slot, str(w.value))
            for w in before
            if w.slot in ("feature", "dislike") and _colour(str(w.value), vocabulary)
        ]
    named = [
        ("feature", str(w.value))
        for w in before.of("feature")
        if said & _about(str(w.value), vocabulary) or _alike(str(w.value), phrase, vocabulary)
    ]
    return list(dict.fromkeys([*_holding(phrase, before), *cast(list[tuple[Slot, str]], named)]))


def _alike(one: str, other: str, vocabulary: Linker) -> bool:
    """Whether two phrases are two spellings of one thing: "full HD" and "1080p"."""
    first, second = (vocabulary.link(phrase).groups() for phrase in (one, other))
    return not {g for g in first if any(w.strip() for w in g)}.isdisjoint(second)


def _about(phrase: str, vocabulary: Linker) -> set[str]:
    """What a figure is of, by the names of the attributes that it is looked up in: "under 2 kg" is a weight."""
    named = {w for name in vocabulary.properties(phrase) for w in words(name.words)}
    return named | {w for name in vocabulary.link(phrase).attributes for w in words(name.replace("_", " "))}


def _holding(phrase: str, before: Preferences) -> list[tuple[Slot, str]]:
    """The wishes that hold the phrase, or that it holds: "the green" ends "dark green"."""
    said = {w for w in words(phrase) if w not in lexicon().stop_words}
    found: list[tuple[Slot, str]] = []
    for wish in before:
        if wish.slot in ("feature", "dislike", "brand"):
            value = set(words(str(wish.value)))
            if said and (said <= value or value <= said):
                found.append((wish.slot, str(wish.value)))
    return found


def _rejected(phrase: str, before: Preferences) -> list[tuple[Slot, str]]:
    """The features that hold what is no longer wanted: "not red" ends "red" and "dark red"."""
    said = set(words(phrase))
    return [("feature", str(w.value)) for w in before.of("feature") if said and said <= set(words(str(w.value)))]


def rivals(old: str, new: str, vocabulary: Linker, kinds: Sequence[str] = ()) -> bool:
    """Whether two features ask for different values of one thing, of types with the labels ``kinds``."""
    olds, news = alternatives(old), alternatives(new)
    if len(olds) + len(news) > 2:
        return any(rivals(one, other, vocabulary, kinds) for one in olds for other in news)
    first, second = vocabulary.link(old), vocabulary.link(new)
    figures = [vocabulary.link(phrase, kinds) for phrase in (old, new)]
    if all(isinstance(c.value, float) for c in figures):
        # What a figure is of, its type says.
        first, second = figures
    if first.attributes and set(first.attributes) & set(second.attributes):
        # "at least 4 m" and "at most 6 m" are two bounds; a bound and an amount are not.
        return first.op == second.op or "=" in (first.op, second.op)
    if _RESOLUTION.search(old) and _RESOLUTION.search(new):
        return True
    if _colour(old, vocabulary) and _colour(new, vocabulary):
        return True
    return _same_amount(old, new)


def _colour(phrase: str, vocabulary: Linker) -> bool:
    return lexicon().colour(key(phrase)) is not None or any("colo" in a for a in vocabulary.link(phrase).attributes)


def _same_amount(old: str, new: str) -> bool:
    """ "6 pockets" after "8 pockets or more"; "at least 4 m" and "at most 6 m" are two bounds."""
    least, most = ([bound.search(p) is not None for p in (old, new)] for bound in (_LEAST, _MOST))
    if any(least) and any(most):
        return _apart(old, new, least[0])
    old, new = (" ".join(_MOST.sub(" ", _LEAST.sub(" ", p)).split()) for p in (old, new))
    return _same_unit(old, new) or _same_shape(old, new)


def _apart(old: str, new: str, least_first: bool) -> bool:
    """Whether nothing lies between two bounds: "at least 100 cm" and "at most 90 cm across"."""
    found = [re.search(r"(\d+(?:\.\d+)?)\s?([a-z\"]{1,3})", p.lower()) for p in (old, new)]
    low, high = found if least_first else found[::-1]
    return low is not None and high is not None and low[2] == high[2] and float(low[1]) > float(high[1])


def _same_unit(old: str, new: str) -> bool:
    units = [{m[1] for w in words(p) if (m := re.match(r"\d+(?:\.\d+)?([a-z%]+)$", w))} for p in (old, new)]
    rest = [{w for w in words(p) if not re.match(r"\d", w)} for p in (old, new)]
    return bool(units[0] & units[1]) and rest[0] == rest[1]


def _same_shape(old: str, new: str) -> bool:
    """ "140x200" after "160x200", "43" after "men 44", "size L" after "XL"."""
    shapes = [re.sub(r"\d+(?:[.,]\d+)?", "0", p.lower()).split() for p in (old, new)]
    if any(len(s) == 1 and re.fullmatch(r"[a-z]0", s[0]) and s[0] in other for s, other in (shapes, shapes[::-1])):
        # "A4" after "A3 sheets"
        return True
    if "0" in " ".join(shapes[0]) and "0" in " ".join(shapes[1]):
        return shapes[0] == shapes[1] or (["0"] in shapes and "0" in shapes[0] and "0" in shapes[1])
    codes = [re.search(r"\b([a-z]{2,4})[- ]([a-z])\b", p.lower()) for p in (old, new)]
    if all(codes) and codes[0][1] == codes[1][1] and codes[0][2] != codes[1][2]:  # type: ignore[index]
        # "usb-a" after "usb-c"
        return True
    letters = [re.fullmatch(r"(?:size )?(x{0,3}[sl]|m|[2-5]xl|small|medium|large)", p.lower()) for p in (old, new)]
    return all(letters)


def _same_head(old: str, new: str) -> bool:
    """ "medium roast" after "dark roast": one noun, another word before it."""
    first, second = words(old), words(new)
    return len(first) == len(second) > 1 and first[-1] == second[-1] and first != second


def retyped(before: Preferences, reading: Reading, wishes: Sequence[Wish]) -> tuple[Wish | None, tuple[str, ...]]:
    """The type by its noun alone, and what of its name no longer holds, where a message takes that back.

    "No flatbed needed" after "flatbed scanner" leaves a scanner; "sorry, it has to be a graphing one" a calculator.
    """
    category = next(iter(before.of("category")), None)
    name = words(str(category.value)) if category else []
    if category is None or len(name) < 2 or any(w.slot == "category" for w in wishes):
        return None, ()
    noun = str(category.value).rsplit(" ", 1)[-1]
    dropped = [d for d in reading.drops if set(words(d)) and set(words(d)) <= set(name[:-1])]
    corrects = _CORRECTS.search(reading.text) is not None
    other = reading.need.mention.value if corrects and reading.need else ""
    if len(words(other)) > 1 and words(other)[-1] == name[-1] and words(other) != name:
        # Both are types that the shop knows.
        noun, renamed = other, True
    else:
        renamed = corrects and any(w.slot == "feature" and _stands_before(w.words, noun, reading.text) for w in wishes)
    if not dropped and not renamed:
        return None, ()
    gone = tuple(str(w.value) for w in before.of("feature") if set(words(str(w.value))) <= set(name[:-1]))
    return Wish("category", noun, category.hard, noun), gone


def _stands_before(modifier: str, noun: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(modifier)} {re.escape(noun)}\b", text) is not None
