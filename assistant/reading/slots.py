"""Wishes that rules can read: brands, type, features and dislikes, each with its words and its hardness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from assistant.reading.clauses import Clause, clauses
from assistant.reading.cues import for_whom, order_wish, pattern, pointing, says, stars, stop_words
from assistant.reading.needs import Need, find_need, same_thing
from assistant.reading.phrases import Phrase, Span, phrases
from assistant.reading.prices import read_prices
from assistant.reading.tables import compiled, table
from assistant.state import Preferences, Slot, Wish
from retrieval.text import words


class Reader(Protocol):
    """What the rules need of a shop's vocabulary."""

    def brands(self, text: str) -> Sequence[Span]:
        """Brands of the shop that the text names."""
        ...

    def kinds(self, text: str) -> Sequence[Span]:
        """Product types that the text wants; ``value`` is the singular noun as said."""
        ...

    def features(self, text: str) -> Sequence[Span]:
        """Attribute values, flags and measures that the text names."""
        ...

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """Labels of the shop's types that the phrase denotes."""
        ...


@dataclass(slots=True)
class Reading:
    """What the rules make of one message."""

    text: str
    clauses: list[Clause]
    wishes: list[Wish] = field(default_factory=list)
    # Phrases that were asked for before and are no longer: "forget about the hood".
    drops: list[str] = field(default_factory=list)
    # Phrases that gave way to others: "instead of oak".
    replaced: list[str] = field(default_factory=list)
    need: Need | None = None

    @property
    def wishful(self) -> bool:
        """Whether anything in the message wants, rejects or takes back."""
        return any(c.act in ("opens", "requires", "rejects", "drops") for c in self.clauses)


def read_message(text: str, vocabulary: Reader, current: Preferences = Preferences()) -> Reading:
    """Every wish the rules find in ``text``, said after ``current``; ``turn`` is left 0."""
    reading = Reading(text, clauses(text))
    taken = _figures(text, reading, current)
    brands = _brands(text, vocabulary)
    features = _widened(text, vocabulary.features(text))
    named = [*taken, *((b.start, b.end) for b in brands)]
    reading.need = find_need(text, reading.clauses, vocabulary, current, named)
    for clause in reading.clauses:
        if clause.act in ("asks", "tells"):
            continue
        _read_clause(clause, reading, brands, features, taken, current)
    _read_told(text, reading, brands, features, current)
    return reading


def hardness(text: str, clause: Clause, default: bool) -> bool:
    """Hard or soft by the clause's own "must" or "ideally", else ``default``."""
    around = text[clause.start : clause.end]
    return False if says("soft", around) else True if says("hard", around) else default


def is_measure(phrase: str) -> bool:
    """Whether a feature is a size or a specification with a number: such wishes are hard."""
    return says("size", phrase) is not None


def _figures(text: str, reading: Reading, current: Preferences) -> list[tuple[int, int]]:
    """Reads prices, stars, stock, order and person; returns the places they stand in."""
    taken = pointing(text)
    if bounds := read_prices(text, known=bool(current.of("price_max") or current.of("price_min"))):
        pairs: list[tuple[Slot, Decimal | None]] = [("price_min", bounds.minimum), ("price_max", bounds.maximum)]
        reading.wishes += [Wish(slot, _plain(v), True, bounds.words) for slot, v in pairs if v is not None]
        if bounds.currency:
            reading.wishes.append(Wish("currency", bounds.currency, True, bounds.words))
        taken.append(bounds.span)
    if found := stars(text):
        taken.append(_place(text, found[1]))
        reading.wishes.append(Wish("min_rating", found[0], True, found[1]))
    if said := says("in_stock", text):
        taken.append(_place(text, said))
        reading.wishes.append(Wish("in_stock", True, True, said))
    if who := for_whom(text):
        taken.append(_place(text, who))
        reading.wishes.append(Wish("for_whom", who, False, who))
    if order := order_wish(text):
        taken.append(_place(text, order[1]))
        reading.wishes.append(Wish("order", order[0], False, order[1]))
    return taken


def _place(text: str, phrase: str) -> tuple[int, int]:
    start = text.index(phrase)
    return start, start + len(phrase)


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


@dataclass(frozen=True, slots=True)
class _Name:
    """A maker named; satisfies ``Span``."""

    start: int
    end: int
    words: str
    value: str


def _brands(text: str, vocabulary: Reader) -> list[Span]:
    """The makers named: those of the shop, and names behind "from" or "by" that it does not carry."""
    known = list(vocabulary.brands(text))
    for match in pattern("maker").finditer(text):
        start, end = match.span("name")
        if says("places", match["name"]):
            # Oil from Italy has no maker of that name.
            continue
        shouted = match["name"].isupper() and text.isupper()
        if not shouted and all(end <= k.start or start >= k.end for k in known):
            known.append(_Name(start, end, match["name"], match["name"]))
    return sorted(known, key=lambda b: b.start)


def _widened(text: str, mentions: Sequence[Span]) -> list[Span]:
    """Features up to the end of their last word: "250 g/m2" is not 250 g."""
    found: list[Span] = []
    for m in mentions:
        end = m.end
        if tail := re.compile(r"(?:/\w+|(?<=\w)[²³]|(?<=[a-z])\d)").match(text, end):
            end = tail.end()
        found.append(m if end == m.end else _Name(m.start, end, text[m.start : end], text[m.start : end]))
    return found


def _read_clause(
    clause: Clause,
    reading: Reading,
    brands: Sequence[Span],
    features: Sequence[Span],
    taken: Sequence[tuple[int, int]],
    current: Preferences,
) -> None:
    text = reading.text
    need = [reading.need.mention] if reading.need and reading.need.mention else []
    fits = compiled("cues", table("cues")["fits"])
    atoms = [b for b in brands if not fits.search(text[: b.start])] + need
    for phrase in phrases(
        text, clause.body, atoms, features, taken, "rejected" if clause.act == "rejects" else "wanted", verb=clause.verb
    ):
        if clause.act == "drops":
            reading.drops.append(text[phrase.start : phrase.end])
        elif phrase.mention is not None and phrase.mention in need:
            _add_category(clause, reading)
        elif phrase.mention is not None:
            _add_brand(phrase, clause, reading, current)
        else:
            _add_features(phrase, clause, reading, features, current)
    if clause.act == "drops" and not reading.drops:
        reading.drops.append(text[slice(*clause.body)])


def _add_category(clause: Clause, reading: Reading) -> None:
    need = reading.need
    if need is not None and need.mention is not None and need.says_type:
        hard = hardness(reading.text, clause, True)
        reading.wishes.append(Wish("category", need.mention.value, hard, need.mention.words))


def _add_brand(phrase: Phrase, clause: Clause, reading: Reading, current: Preferences) -> None:
    mention = phrase.mention
    assert mention is not None
    stand = phrase.stand
    if stand == "wanted" and (before := _last_brand(reading)) and before.slot == "not_brand":
        between = reading.text[_end_of(reading.text, before) : phrase.start]
        if clause.act == "names" and pattern("listed").search(between):
            stand = "rejected"
    if stand == "instead":
        reading.replaced.append(mention.value)
        if any(_contains(str(w.value), mention.value) for w in current):
            return
    slot: Slot = "brand" if stand == "wanted" else "not_brand"
    hard = slot == "not_brand" or clause.hard is not False and hardness(reading.text, clause, True)
    wish = Wish(slot, mention.value, hard, mention.words)
    if wish not in reading.wishes:
        reading.wishes.append(wish)


def _last_brand(reading: Reading) -> Wish | None:
    return next((w for w in reversed(reading.wishes) if w.slot in ("brand", "not_brand")), None)


def _end_of(text: str, wish: Wish) -> int:
    return text.rfind(wish.words) + len(wish.words)


def _contains(value: str, part: str) -> bool:
    return bool(part) and set(words(part)) <= set(words(value))


def _add_features(
    phrase: Phrase, clause: Clause, reading: Reading, features: Sequence[Span], current: Preferences
) -> None:
    if phrase.stand == "rejected" and compiled("frames", table("frames")["slots"]).match(
        reading.text[phrase.start : phrase.end]
    ):
        reading.drops.append(reading.text[phrase.start : phrase.end])
        return
    pieces = _pieces(reading.text, phrase, features, clause.verb or phrase.lead in ("that", "to"))
    bounds = [p for p in pieces if compiled("frames", table("frames")["bound"]).match(reading.text[slice(*p)])]
    if phrase.stand == "rejected" and bounds:
        pieces = bounds
    for start, end in pieces:
        start, end = _trimmed(reading.text, start, end, current)
        said = reading.text[start:end]
        if not _says_something(said, clause, phrase, current):
            continue
        value = _value(said)
        stand = phrase.stand
        if stand == "rejected" and bounds:
            # "must not weigh more than 14 kg" is a bound.
            value, stand = f"not {said}", "wanted"
        if stand == "rejected" and says("enough", reading.text):
            # "A4 is enough, not A3": needed no longer, which is not the same as unwanted.
            stand = "instead" if any(_contains(str(w.value), value) for w in current) else stand
        if stand == "instead":
            reading.replaced.append(value)
            if any(_contains(str(w.value), value) for w in current):
                continue
        wish = Wish("feature", value, _hard(said, phrase, clause, reading.text), said)
        if stand != "wanted":
            wish = Wish("dislike", value, True, said)
        if all(w.slot != wish.slot or words(str(w.value)) != words(value) for w in reading.wishes):
            reading.wishes.append(wish)


def _trimmed(text: str, start: int, end: int, current: Preferences) -> tuple[int, int]:
    """A phrase without the thing itself at its edges: "dry food" for a dog food is dry."""
    said = [m.span() for m in re.compile(r"\S+").finditer(text, start, end)]

    def itself(span: tuple[int, int]) -> bool:
        stems = words(text[slice(*span)])
        return bool(stems) and all(same_thing(w, current) for w in stems)

    while len(said) > 1 and itself(said[-1]):
        said.pop()
    while len(said) > 1 and itself(said[0]):
        said.pop(0)
    return (said[0][0], said[-1][1]) if said else (start, end)


def _value(said: str) -> str:
    """A feature without the verb inside it: "length must be 260" -> "length 260"."""
    return re.sub(r"\s+(?:must|has to|have to|needs? to|should) be\s+", " ", said)


def _hard(said: str, phrase: Phrase, clause: Clause, text: str) -> bool:
    if clause.hard is not None:
        return clause.hard if clause.hard else hardness(text, clause, False)
    # "for HP 1320" says what it must fit: kept soft, since records seldom list every machine.
    return hardness(text, clause, is_measure(said) and phrase.lead != "for")


def _pieces(text: str, phrase: Phrase, features: Sequence[Span], verb: bool) -> list[tuple[int, int]]:
    """The features of one phrase: what the shop's words know by itself, the rest in the shopper's own."""
    if _value(text[phrase.start : phrase.end]) != text[phrase.start : phrase.end]:
        return [(phrase.start, phrase.end)]
    inside = [f for f in features if f.start >= phrase.start and f.end <= phrase.end]
    if phrase.describes:
        known = [(f.start, f.end) for f in inside]
        single = [m.span() for m in re.finditer(r"[^\W_]+(?:[-'’./&][^\W_]+)*", text[phrase.start : phrase.end])]
        rest = [(phrase.start + s, phrase.start + e) for s, e in single]
        rest = [(s, e) for s, e in rest if text[s:e].lower() not in stop_words() and not _count(text[s:e])]
        return sorted(known + [(s, e) for s, e in rest if all(e <= a or s >= b for a, b in known)])
    if not inside:
        return [(phrase.start, phrase.end)]
    found: list[tuple[int, int]] = []
    at = phrase.start
    for f in inside:
        found += _rest(text, at, f.start)
        found.append((f.start, f.end))
        at = f.end
    tail = _rest(text, at, phrase.end)
    if tail and verb:
        # "that fits through a 70 cm door"
        return [(phrase.start, phrase.end)]
    if tail and (phrase.lead in ("with", "for") or not is_measure(text[slice(*found[-1])])):
        # "nylon string", "with 29 inch wheels": the noun behind says of what.
        found[-1] = (found[-1][0], tail[0][1])
    elif verb and not tail:
        # "that holds at least 2 litres": the amount says it all.
        return found[-1:]
    else:
        found += tail
    return found


def _count(word: str) -> bool:
    """ "6 chairs" are six of them; "301 ink" names a model."""
    return word.isdigit() and len(word) < 3


def _rest(text: str, start: int, end: int) -> list[tuple[int, int]]:
    said = [m.span() for m in re.compile(r"[^\W_]+(?:[-'’./&][^\W_]+)*").finditer(text, start, end)]
    stop = stop_words()
    while said and text[slice(*said[0])].lower() in stop:
        said.pop(0)
    while said and text[slice(*said[-1])].lower() in stop:
        said.pop()
    return [(said[0][0], said[-1][1])] if said else []


def _says_something(said: str, clause: Clause, phrase: Phrase, current: Preferences) -> bool:
    """Whether a phrase is more than the thing itself, a bare number or small talk."""
    content = [w for w in words(said)]
    if re.fullmatch(r"[\d.,\s]+", said) and not phrase.describes:
        # "43, not 44" speaks of a size where one was named before; "a 2.1 system" of nothing else.
        priced = current.of("price_max") or current.of("price_min")
        return (clause.act == "requires" and ("." in said or not priced)) or any(re.search(r"(?<![\d.])\d+(?![\w.])", str(w.value)) for w in current.of("feature"))
    if all(same_thing(w, current) for w in content):
        return False
    if compiled("frames", table("frames")["days"]).match(said):
        return False
    if compiled("frames", table("frames")["empty"]).search(said):
        # "other brands", "a birthday present"
        return False
    return re.search(r"[^\W_]{2}|\d", said) is not None


def _read_told(
    text: str, reading: Reading, brands: Sequence[Span], features: Sequence[Span], current: Preferences
) -> None:
    """What stories say is read only where "other brands" points at it, or where nothing else names the thing."""
    told = [c for c in reading.clauses if c.act == "tells"]
    if compiled("frames", table("frames")["other_brands"]).search(text):
        named = [b for b in brands if any(c.start <= b.start < c.end for c in told)]
        said = [(b.value, b.words) for b in named] or [(str(w.value), str(w.value)) for w in current.of("brand")]
        if not any(w.slot in ("brand", "not_brand") for w in reading.wishes):
            reading.wishes += [Wish("not_brand", value, True, phrase) for value, phrase in said]
    need = reading.need
    if need is None or not need.told or need.mention is None:
        return
    clause = next(c for c in told if c.start <= need.mention.start < c.end)
    _add_category(clause, reading)
    for brand in brands:
        if clause.start <= brand.start < clause.end:
            reading.wishes.append(Wish("brand", brand.value, False, brand.words))
