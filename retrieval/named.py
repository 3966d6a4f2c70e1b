"""Wishes said of a property by its name: "a page yield of at least 10,000", "matte finish", "fewer than 4 shelves".

Names and values are the shop's own; a name is known by the stems of its words, so that "shelves" is
``number_of_shelves`` and "water resistance" is ``water_resistance_m``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from retrieval.attributes import Links
from retrieval.lexicon import key, lexicon
from retrieval.likely import unit_of
from retrieval.measures import Quantity, attribute_key, in_unit, quantities, split_suffix, unit
from retrieval.mention import Token, tokens
from retrieval.nouns import singular_word
from retrieval.query import Condition
from retrieval.text import stem
from retrieval.typed import Typed

Stems = tuple[str, ...]
# A name of more words is no name that anybody says.
_LONGEST = 6
# More words than this are no value.
_WORDS = 3
# What a feed adds to the name of what it counts or measures.
_COUNTED = frozenset({"quantity", "count", "number", "qty", "amount"})
# Said of what a thing costs; that is a price.
_MONEY = frozenset({"price", "cost", "budget", "msrp", "rrp"})
# A word that no product has.
_ABSENT = " "
# How much a number may differ from one said without a bound, where it is too great to be a count.
_ABOUT = 0.02
_COUNTS = 100
# A number may be so many times smaller or greater than any that the attribute holds.
_BEYOND = 4.0
_BETWEEN_NAME_AND_AMOUNT = re.compile(
    r"^[\s:=,-]*(?:(?:of|is|are|being|that is|which is|with|has|to be|must be|should be)\b[\s:=]*)*", re.IGNORECASE
)
_BETWEEN_AMOUNT_AND_NAME = re.compile(r"[\s-]*(?:\bof\b|\bin\b|\bas (?:its|the|their)\b)?\s*$", re.IGNORECASE)
_STRICT = re.compile(r"\b(?:over|more than|above|exceeding|[a-z]+er than|under|below|less than)\b|[<>](?!=)", re.I)
_INCLUSIVE = re.compile(r"\b(?:not?|never)\b|\b(?:or|and) (?:over|above|below|under)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_UNITLESS = "pieces"
# Characters before a name within which its amount begins.
_LOOK_BACK = 120


@lru_cache(maxsize=1 << 14)
def stems(name: str) -> tuple[Stems, ...]:
    """The ways in which an attribute's name is said, each as stems of its words, the fullest first."""
    said = [attribute_key(name)]
    base, token = split_suffix(said[0])
    said += [base] if token is not None else []
    found = []
    for form in said:
        parts = tuple(_stem(part) for part in form.split("_"))
        found.append(parts)
        if parts[:2] == (_stem("number"), "of"):
            found.append(parts[2:])
        elif len(parts) > 1 and form.rpartition("_")[2] in _COUNTED:
            found.append(parts[:-1])
        elif len(parts) > 1 and form.partition("_")[0] in _COUNTED:
            found.append(parts[1:])
    return tuple(dict.fromkeys(p for p in found if p and any(len(w) > 1 for w in p) and not _MONEY & set(p)))


@lru_cache(maxsize=1 << 14)
def _stem(word: str) -> str:
    return stem(singular_word(word))


class Names:
    """The properties that the records of a shop state, by the stems of their names."""

    def __init__(self, typed: Typed) -> None:
        self._known: defaultdict[Stems, set[str]] = defaultdict(set)
        # Those whose records hold numbers.
        self._numbers = {name for held in typed.numbers.values() for name in held}
        for name in self._numbers | typed.texted(typed.values.keys() | typed.texts.keys()):
            for said in stems(name):
                if len(said) <= _LONGEST:
                    self._known[said].add(name)
        self._starts = {said[0] for said in self._known}

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where ``text`` says the name of a property, the longest at each place, left to right."""
        return [(first.start, last.end) for first, last, _ in self._found(tokens(text))]

    def numeric(self, text: str) -> bool:
        """Whether ``text`` as a whole is the name of a property that records hold as a number."""
        said = tuple(_stem(t.key) for t in tokens(text))
        return bool(self._known.get(said, set()) & self._numbers)

    def _found(self, said: list[Token]) -> Iterator[tuple[Token, Token, Stems]]:
        parts = [_stem(t.key) for t in said]
        at = 0
        while at < len(said):
            sizes = range(min(_LONGEST, len(said) - at), 0, -1) if parts[at] in self._starts else ()
            size = next((n for n in sizes if tuple(parts[at : at + n]) in self._known), 0)
            if size:
                yield said[at], said[at + size - 1], tuple(parts[at : at + size])
            at += size or 1


def bounded(text: str, names: Names) -> list[tuple[int, int]]:
    """Where ``text`` says how much of a property a thing must have: "fewer than 4 shelves"."""
    found = []
    for start, end in names.find(text):
        if not names.numeric(text[start:end]):
            continue
        before = _AMOUNT_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
        after = _AMOUNT_BEHIND.match(text, end)
        if before and _GOES_ON.match(text, end):
            # "Two brush heads" are no two brushes.
            continue
        if before and (more := _OR_MORE_BEHIND.match(text, end)):
            found.append((before.start(), more.end()))
        elif before and (before["bound"] or before["low"] or before["plus"]):
            found.append((before.start(), end))
        elif not before and after and (after["low"] or after["bound"] or after["more"] or after["of"]):
            found.append((start, after.end()))
    return found


_MORE = "more|better|higher|greater|larger|bigger|longer|heavier|faster|wider|taller|brighter"
_LESS = "less|fewer|lower|smaller|shorter|lighter|slower|thinner|narrower"
_BOUND = (
    r"(?:(?:a )?(?:min(?:imum|\.)?|max(?:imum|\.)?)(?: of)?|at (?:the )?(?:least|most)|"
    rf"(?:(?:no|not) )?(?:{_MORE}|{_LESS}) than|(?:not )?(?:over|under|above|below|exceeding)|up to|within|from|"
    r"[<>]=?|≥|≤)"
)
_NO_UNIT = "or|and|to|at|with|without|for|in|of|on|up|upwards?|plus|min|max|from|by|if|but|that|as|is|please|not|no"
_UNIT = rf"(?:[ -]?(?P<unit>(?!(?:{_NO_UNIT}|minimum|maximum)\b)[^\W\d_]{{1,12}}\b|\"|%))?"
_FREE = r"(?<![\w.,$€£#/])"
_FIGURE = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve)\b|"
    rf"{_FREE}\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?![\w,])|{_FREE}\d+(?:\.\d+)?"
)
_OR_MORE = (
    rf"(?:(?:or|and) (?:{_MORE}|{_LESS}|above|over|up|below|under)|upwards?|at (?:least|most)|min(?:imum)?|"
    r"max(?:imum)?|plus)(?!\w)(?!\s*[$€£]?\d)|\+"
)
_AMOUNT_BEHIND = re.compile(
    rf"\s*(?P<of>(?:[:=]|\b(?:of|is|are|should be|must be)\b)\s*)?(?:(?P<bound>{_BOUND})\s+|(?P<between>between)\s+)?"
    rf"(?P<low>(?:{_FIGURE})\s*(?:-|–|to|and)\s*)?(?:{_FIGURE}){_UNIT.replace('unit', 'behind')}"
    rf"(?:\s*(?P<more>{_OR_MORE}))?",
    re.IGNORECASE,
)
_AMOUNT_BEFORE = re.compile(
    rf"(?:(?<!\w)(?P<bound>{_BOUND})\s+)?(?:between\s+)?(?P<low>(?:{_FIGURE})\s*(?:-|–|to|and)\s*)?"
    rf"(?:{_FIGURE})(?P<plus>\+)?{_UNIT.replace('unit', 'ahead')}\s+(?:of\s+)?$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    rf"\s+(?!(?:{_NO_UNIT}|{_MORE}|{_LESS}|minimum|maximum|under|over|below|above)\b)[^\W\d_]", re.IGNORECASE
)
_OR_MORE_BEHIND = re.compile(rf"\s*(?:{_OR_MORE})", re.IGNORECASE)


def named(phrase: str, links: Links, kinds: Sequence[str]) -> Condition | None:
    """The condition of a phrase that names a property of things of these kinds and says how it must be.

    None where it names none, or says of it what no record of these kinds could show.
    """
    held = _held(links.typed, kinds)
    said = tokens(phrase)
    parts = [_stem(t.key) for t in said]
    for size in range(min(_LONGEST, len(said)), 0, -1):
        for at in range(len(said) - size + 1):
            names = held.get(tuple(parts[at : at + size]))
            if not names:
                continue
            before, after = phrase[: said[at].start], phrase[said[at + size - 1].end :]
            label = phrase[said[at].start : said[at + size - 1].end]
            if condition := _of(phrase, label, before, after, names, links, kinds):
                return condition
    return None


def _held(typed: Typed, kinds: Sequence[str]) -> Mapping[Stems, list[str]]:
    """How the properties of things of these kinds are called -> the attributes, those of the most products first."""
    shares = typed.shares("numbers", kinds)
    found: defaultdict[Stems, list[str]] = defaultdict(list)
    for name in (*shares, *sorted(typed.texted(kinds) - shares.keys())):
        for said in stems(name):
            found[said].append(name)
    return found


def _of(
    phrase: str, label: str, before: str, after: str, names: Sequence[str], links: Links, kinds: Sequence[str]
) -> Condition | None:
    """What is said of the property called ``label`` before its name and behind it."""
    behind = _BETWEEN_NAME_AND_AMOUNT.sub("", after).strip(" .")
    ahead = _BETWEEN_AMOUNT_AND_NAME.sub("", before).strip(" .")
    if re.search(r"\d", rest := f"{ahead} {behind}".strip()):
        return _number(phrase, label, rest, names, links, kinds)
    if bool(ahead) == bool(behind):
        return None
    value = " ".join(w for w in key(ahead or behind).split() if w not in _SMALL)
    plain = len(value.split()) <= _WORDS and not lexicon().stop_words.intersection(key(behind).split())
    known = [n for n in names if any(n in links.typed.values.get(k, {}).get(value, ()) for k in kinds)]
    known = known or [n for n in links.typed.containing(value, kinds) if n in names]
    texts = [n for n in names if n in links.typed.texted(kinds)]
    # Who says the name first, as the record has it, leaves no doubt what the value is of.
    texts = [n for n in texts if plain and any(key(label) == key(form) for form in (n, split_suffix(n)[0]))]
    if not value or not (known or (behind and texts)):
        return None
    # "Recycled cardboard" is cardboard, and no "micro ATX" board an ATX one.
    broad = value in lexicon().materials or lexicon().colour(value) is not None
    whole = (value,) if not broad and links.typed.narrower(value, kinds) else ()
    return Condition(phrase, tuple(known or texts), "=", value, ((value,),), whole=whole)


_SMALL = frozenset("a an the of is are in with its their be must should to has have being".split())


def _number(
    phrase: str, label: str, rest: str, names: Sequence[str], links: Links, kinds: Sequence[str]
) -> Condition | None:
    """An amount of a property, in the unit said or in that of the records."""
    said = _amount(rest)
    if said is None:
        return None
    bare = said.unit.token == "pc" and _UNITLESS not in rest
    numbers = links.typed.shares("numbers", kinds)
    found: dict[str, str] = {}
    for name in names if not bare else (n for n in names if n in numbers):
        own = "" if bare else unit_of(name, said, links, kinds)
        low, _, high = links.typed.span(name, kinds)
        if bare and low == high > 0:
            # What all have tells nothing apart.
            continue
        if own or bare or not high or low / _BEYOND <= said.value <= high * _BEYOND:
            found[name] = own or said.unit.token
    if not found:
        return None
    token = "" if bare else said.unit.token
    value, upto = _within(said, rest, bare=bare)
    spoken = " ".join(key(f"{_NUMBER.search(rest)[0]} {label}").split())  # type: ignore[index]
    return Condition(
        phrase,
        tuple(found),
        said.op,
        value,
        ((spoken,),) if said.op == "=" and said.upto is None else ((_ABSENT,),),
        title_only=True,
        upto=upto,
        unit=token,
        scales=tuple((n, in_unit(1, unit(u), token)) for n, u in found.items() if token and u != token),
    )


def _amount(rest: str) -> Quantity | None:
    """The one amount that ``rest`` is, its bound included; without a unit it is one of pieces."""
    rest = rest.replace(" and ", " to ") if "between" in rest else rest
    for text in (rest, _NUMBER.sub(rf"\g<0> {_UNITLESS}", rest), _FOREIGN.sub(rf"\g<number> {_UNITLESS}", rest)):
        found = list(quantities(text))
        if len(found) == 1:
            outside = f"{text[: found[0].start]} {text[found[0].end :]}"
            if not set(key(outside).split()) - _SMALL - {"between", "from", "total", "number", "any", "up", "amount"}:
                return found[0]
    return None


# A unit of which the table knows nothing: "45 ohms".
_FOREIGN = re.compile(rf"(?P<number>{_NUMBER.pattern}) ?(?!(?:or|and|to|at)\b)[^\W\d_]{{1,7}}\b")


def _within(said: Quantity, rest: str, *, bare: bool) -> tuple[float, float | None]:
    """The numbers that count as what was said; the second is None for exactly the first."""
    if said.op == "=":
        if said.upto is None and said.value >= _COUNTS:
            return round(said.value * (1 - _ABOUT), 6), round(said.value * (1 + _ABOUT), 6)
        return said.value, said.upto
    if (bare or said.op == ">=") and _STRICT.search(rest) and not _INCLUSIVE.search(rest):
        # "Fewer than 4" is 3, "over 150 cm" is more than that.
        return said.value * (1 + 1e-6 if said.op == ">=" else 1 - 1e-6), None
    return said.value, None
