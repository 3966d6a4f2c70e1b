"""The wishes of two readers as one list: whose words count, where they are cut, and which may be hard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.reading.clauses import Clause
from assistant.reading.cues import stop_words
from assistant.reading.features import is_measure
from assistant.reading.slots import Reader, Reading, hardness
from assistant.reading.spelling import mended_value
from assistant.state import Preferences, Wish
from retrieval.measures import is_unit
from retrieval.text import words

# Slots whose words may serve each other.
_SHARED = ("category", "feature", "dislike")


class Vocabulary(Reader, Protocol):
    """What reading a message needs of the shop."""

    def compound(self, noun: str, of: str) -> str:
        """What the noun is called for another thing: a "lock" for a "notebook" is a "notebook lock"."""
        ...


def left_out(found: Sequence[Wish], reading: Reading, vocabulary: Vocabulary) -> list[Wish]:
    """What the rules read beside the model's features: amounts, and what the shop's records know."""
    said = {part for w in found for part in re.findall(r"\w+", w.words.lower())}
    return [
        w
        for w in reading.wishes
        if w.slot == "feature"
        and not said & set(re.findall(r"\w+", w.words.lower()))
        and (is_measure(w.words) or w.words in reading.stated or vocabulary.features(str(w.value)))
    ]


_MUST = re.compile(r"\b(?:must|has to|have to|needs? to|need(?:s|ed)?|required?|essential)\b", re.IGNORECASE)


def known_or_soft(wish: Wish, text: str, vocabulary: Vocabulary, kinds: Sequence[str] = ()) -> Wish:
    """The wish, soft where it is a phrase of which the shop's records know no value and no amount.

    ``kinds`` are the labels of the types that it is said of.
    """
    phrase = str(wish.value)
    if wish.slot == "feature" and not vocabulary.features(phrase) and (meant := mended_value(phrase)):
        return replace(wish, value=meant)
    unknown = wish.slot == "feature" and wish.hard and not is_measure(phrase)
    if unknown and not vocabulary.features(phrase) and not vocabulary.link(phrase, kinds).attributes:
        return replace(wish, hard=False, force="must" if _MUST.search(text) else "plain")
    return wish


def either(wishes: Sequence[Wish], text: str) -> list[Wish]:
    """The wishes, where features named with "or" between them are one, of which any does: "pink, red or white"."""
    kept = list(wishes)
    features = [w for w in kept if w.slot == "feature"]
    said = sorted(((text.find(w.words), w) for w in features if text.count(w.words) == 1), key=lambda p: p[0])
    for n, (start, first) in enumerate(said):
        group, between = [first], ""
        end = start + len(first.words)
        for at, wish in said[n + 1 :]:
            if not _LISTED.fullmatch(text[end:at]):
                break
            between += text[end:at].lower()
            group.append(wish)
            end = at + len(wish.words)
        if first in kept and "or" in between and not _stands_alone(group):
            value = ", ".join(str(w.value) for w in group[:-1]) + f" or {group[-1].value}"
            hard = any(w.hard for w in group)
            kept[kept.index(first)] = replace(first, value=value, words=text[start:end], hard=hard)
            kept = [w for w in kept if w not in group[1:]]
    return kept


def _stands_alone(group: Sequence[Wish]) -> bool:
    """Whether the first of a list tells something, and is no option: "keeps the noise out, black or navy"."""
    tells = [_TELLS.search(w.words) is not None and not is_measure(w.words) for w in group]
    return len(group) > 2 and tells[0] and not any(tells[1:])


# Words inside a phrase that only a sentence has.
_TELLS = re.compile(r"\b(?:the|an?|my|our|your|me|us|it|them|when|while|doesn't|don't)\b", re.IGNORECASE)
# What stands between things of which any does.
_LISTED = re.compile(r"\s*(?:,|,?\s*or)\s+(?:an?\s+|in\s+)?", re.IGNORECASE)


def rejoined(wishes: Sequence[Wish], text: str) -> list[Wish]:
    """The wishes, where one that only goes on with the one before it belongs to that.

    "Cat", "6 or better" is one grade; "10x15", "cm" one size, said without its unit.
    """
    kept: list[Wish] = []
    for wish in wishes:
        last = kept[-1] if kept else None
        if last is None or (wish.slot, last.slot) != ("feature", "feature"):
            kept.append(wish)
            continue
        both = re.search(rf"{re.escape(last.words)}[ -]?{re.escape(wish.words)}(?!\w)", text)
        if both and is_unit(wish.words.lower().strip(".")) and last.words[-1:].isdigit():
            continue
        if both and _GRADE.match(wish.words) and re.fullmatch(r"[^\W\d_]{2,9}", last.words):
            kept[-1] = replace(last, value=both[0], words=both[0], hard=last.hard or wish.hard)
        else:
            kept.append(wish)
    return kept


# What may stand behind a name that has grades: "6 or better", "5.0 and up".
_GRADE = re.compile(r"\d(?:\.\d)?[a-z]?\s+(?:or|and)\s+[a-z]+$", re.IGNORECASE)


def mild_or_meant(wish: Wish, reading: Reading) -> Wish:
    """The wish, marked where the shopper would only welcome it: "ideally white", a use ("for soups"), a story."""
    at = reading.text.find(wish.words)
    if wish.slot == "feature" and wish.hard and at >= 0 and _goes_on(wish, reading, at):
        return replace(wish, hard=False, force="mild")
    if wish.slot != "feature" or wish.hard or at < 0:
        return wish
    clause = next((c for c in reading.clauses if c.start <= at < c.end), None)
    told = clause is not None and (clause.act in ("tells", "asks") or _rambles(clause, reading))
    hedged = clause is not None and (clause.hard is False or not hardness(reading.text, clause, True))
    return replace(wish, force="mild") if told or hedged or _USE.search(reading.text[:at]) else wish


def _goes_on(wish: Wish, reading: Reading, at: int) -> bool:
    """Whether a wish says what another one is for: an adapter "for a normal SD slot"."""
    use = _USE.search(reading.text[:at])
    before = reading.text[: use.start()].rstrip() if use and not is_measure(wish.words) else ""
    return any(w.slot == "feature" and w is not wish and before.endswith(w.words) for w in reading.wishes)


def _rambles(clause: Clause, reading: Reading) -> bool:
    """Whether a long clause without a verb of wanting stands beside one with it: it tells how things are."""
    wanting = any(c.act in ("opens", "requires") for c in reading.clauses)
    return clause.act == "names" and wanting and len(reading.text[slice(*clause.body)].split()) > _TERSE


# Wishes without a verb are short: "black, size 39".
_TERSE = 8
# Before what a thing is for.
_USE = re.compile(r"\bfor\s+(?:(?:an?|the|my|our|his|her|their|some)\s+)?$", re.IGNORECASE)


def for_its_owner(wishes: Sequence[Wish], text: str, vocabulary: Vocabulary) -> list[Wish]:
    """The wishes, the type by its fuller name where the message says what it is for.

    "I want to chain my notebook to the desk. I need a lock": a notebook lock.
    """
    named = next((w for w in wishes if w.slot == "category" and len(str(w.value).split()) == 1), None)
    things = (m["thing"] for m in _ITS.finditer(text)) if named else ()
    name = next((n for t in things if named and (n := vocabulary.compound(str(named.value), t))), "")
    return [replace(w, value=name) if w is named and name else w for w in wishes]


_ITS = re.compile(r"\b(?:my|our|his|her|their)\s+(?P<thing>[^\W\d_]+)", re.IGNORECASE)


def less_itself(wishes: Sequence[Wish], before: Preferences, vocabulary: Vocabulary) -> list[Wish]:
    """The wishes, less features that only name the thing again: "zip ties" of cable ties."""
    category = next((w for w in (*wishes, *before) if w.slot == "category"), None)
    kinds = set(vocabulary.resolve_kind(str(category.value))) if category else set()
    plain = (w for w in wishes if w.slot == "feature" and not w.hard and not is_measure(str(w.value)))
    again = [w for w in plain if kinds and kinds == set(vocabulary.resolve_kind(str(w.value)))]
    return [w for w in wishes if w not in again]


def less_makers(wishes: Sequence[Wish]) -> list[Wish]:
    """The wishes, where what is part of a maker's name is no feature, and no type that the shop might lack.

    "One of the train sets" of a maker called Train Sets: the name says it.
    """
    makers = [w for w in wishes if w.slot == "brand"]
    kept: list[Wish] = []
    for wish in wishes:
        inside = any(_holds(m.words, wish.words) for m in makers)
        if wish.slot == "feature" and inside:
            continue
        last = words(str(wish.value))[-1:]
        named = any(last and last[0] in words(str(m.value)) and len(words(str(m.value))) > 1 for m in makers)
        kept.append(replace(wish, slot="feature", hard=False) if wish.slot == "category" and named else wish)
    return kept


def joined(lead: Sequence[Wish], other: Sequence[Wish]) -> list[Wish]:
    """The leader's wishes, and the other's in slots that the leader left empty; no word serves twice."""
    named = any(w.slot == "category" for w in lead)
    types = {_content(w) for w in other if w.slot == "category" and not named}
    kept = [w for w in lead if _content(w) not in types]
    filled = {w.slot for w in kept}
    said = {part for w in kept for part in w.words.lower().split()}
    added = [w for w in other if w.slot not in filled]
    # A price and a maker are read exactly, whatever else their words may describe.
    return [*kept, *(w for w in added if w.slot not in _SHARED or not said & set(w.words.lower().split()))]


def _content(wish: Wish) -> str:
    """The words less those that say nothing: "more chairs" names chairs."""
    return " ".join(part for part in wish.words.lower().split() if part not in stop_words())


def cut(lead: Sequence[Wish], rules: Sequence[Wish], reading: Reading) -> list[Wish]:
    """The model's wishes, cut as the rules cut the same words: "oak or walnut" is two wishes for a search.

    Of a type only what a preposition adds is cut off ("lamp for a desk" is a lamp), and of two names for one thing the
    longer counts.
    """
    found: list[Wish] = []
    for wish in lead:
        same = [r for r in rules if r.slot == wish.slot]
        if wish.slot == "category":
            wish = _less_maker(wish, rules)
            # Of the same words the rules may know more: a case for a phone is a phone case.
            parts = [r for r in same if r.words == wish.words or _names_closer(r.words.lower(), wish.words.lower())]
        elif wish.slot in ("feature", "dislike"):
            parts = [r for r in same if _holds(wish.words, r.words)] or [r for r in same if _holds(r.words, wish.words)]
        else:
            parts = []
        found += [w for w in parts or [_trimmed(wish, reading)] if w not in found]
    return found


def _less_maker(wish: Wish, rules: Sequence[Wish]) -> Wish:
    """A type less the maker that stands before it: of a "sony headset" the rules read the maker by itself."""
    for maker in (r.words.lower() for r in rules if r.slot in ("brand", "not_brand")):
        rest = wish.words[len(maker) :].strip()
        if rest and wish.words.lower().startswith(f"{maker} ") and str(wish.value).lower().startswith(f"{maker} "):
            return replace(wish, value=str(wish.value)[len(maker) :].strip(), words=rest)
    return wish


def _trimmed(wish: Wish, reading: Reading) -> Wish:
    """A feature less the verb before the amount that it ends in: of "to hold a 2 l bottle" the bottle counts."""
    at = reading.text.find(wish.words)
    if wish.slot != "feature" or not re.search(r"\b(?:to|that|which) $", reading.text[:at]):
        return wish
    end = at + len(wish.words)
    known = next((k for k in reading.known if at < k.start and k.end == end and is_measure(k.words)), None)
    return wish if known is None else replace(wish, value=known.words, words=known.words)


def _names_closer(name: str, phrase: str) -> bool:
    rest = phrase.removeprefix(f"{name} ")
    added = rest != phrase and rest.split()[0] in ("for", "with", "without", "in", "from", "of", "that", "to", "on")
    return added or name.endswith(f" {phrase}")


def _holds(phrase: str, part: str) -> bool:
    """Whether the words of ``part`` stand in ``phrase`` in their order; stops at their ends aside."""
    outer, inner = (" ".join(said.rstrip(".") for said in text.lower().split()) for text in (phrase, part))
    return f" {inner} " in f" {outer} "
