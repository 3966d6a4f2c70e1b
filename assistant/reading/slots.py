"""Wishes that rules can read: brands, type, features and dislikes, each with its words and its hardness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.reading.chinese import is_chinese, named_in_chinese
from assistant.reading.clauses import Clause, clauses
from assistant.reading.cues import pattern, says
from assistant.reading.features import (
    is_bound,
    is_measure,
    is_story,
    less_purpose,
    pieces,
    says_something,
    value_of,
    whole,
    with_unit,
    without_the_thing,
)
from assistant.reading.figures import Place, less_names, read_figures
from assistant.reading.needs import Need, find_need
from assistant.reading.phrases import Mentioned, Phrase, Span, Stand, phrases
from assistant.reading.replaced import replaced
from assistant.reading.spelling import mended, mended_maker
from assistant.reading.tables import entry
from assistant.state import Preferences, Slot, Wish
from retrieval.query import Condition
from retrieval.text import words

_FOR_THAT = re.compile(r"\bfor (?:that|it|this|them|those)$", re.IGNORECASE)
# "LGA 1200", "M2 280"
_CODE = re.compile(r"\b[A-Z]{2,}[- ]?\d[\w-]*")


# Characters before a phrase within which stands what governs it.
_LOOK_BACK = 40
# "It must work for two players": the players count.
_WORKS_FOR = re.compile(r"^(?:work|do|be good|be enough)\s+for\s+", re.IGNORECASE)
# What is told of a thing at hand.
_HAD = re.compile(
    r"\b(?:my|our|his|her|their|old|had|has|have|was|were|used to|bought|broke|last|own)\b", re.IGNORECASE
)
_REJECTED = re.compile(r"\b(?:not|no longer|without|instead of|rather than) (?:with )?$", re.IGNORECASE)


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

    def properties(self, text: str) -> Sequence[Span]:
        """Names of properties that the shop's records state."""
        ...

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """Labels of the shop's types that the phrase denotes."""
        ...

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        """What a product, of types with these labels, must have to satisfy the phrase."""
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
    # Where prices, ratings and the like stand: read, and nothing else.
    taken: Sequence[Place] = ()
    # Amounts, and values that the shop's records know.
    known: Sequence[Span] = ()
    # Statements of a property by its name: "matte finish", out of "whose finish is matte".
    stated: Sequence[str] = ()

    def add(self, wish: Wish) -> None:
        """Adds a wish that is not there yet, or says of one that is that it must be met."""
        same = [w for w in self.wishes if w.slot == wish.slot and words(str(w.value)) == words(str(wish.value))]
        if not same:
            self.wishes.append(wish)
        elif wish.hard and not same[0].hard:
            self.wishes[self.wishes.index(same[0])] = wish


def read_message(text: str, vocabulary: Reader, current: Preferences, stated: Sequence[str] = ()) -> Reading:
    """Every wish the rules find in ``text``, said after ``current``; ``turn`` is left 0.

    ``stated`` are phrases of the text that each say how one property is.
    """
    if is_chinese(text):
        figures, taken = read_figures(text, current)
        return Reading(text, [], [*figures, *named_in_chinese(text, vocabulary)], taken=taken)
    inside = [Mentioned(at, at + len(p), p, p) for p in stated if (at := text.find(p)) >= 0]
    found = vocabulary.features(text)
    values = [v for v in found if not any(v.start < i.end and i.start < v.end for i in inside)]
    values = sorted([*values, *inside], key=lambda v: v.start)
    # "My head aches, what helps?" asks for no help.
    cut = [c for c in clauses(text) if not says("asks_what_helps", text[slice(*c.body)])]
    anew = replaced(text, cut, current)
    figures, taken = read_figures(text, current, values, anew)
    features = whole(text, values, taken)
    figures, taken = less_names(text, figures, taken, features)
    reading = Reading(text, cut, figures, list(anew.drops), taken=taken, known=features, stated=stated)
    brands = [b for b in _brands(text, vocabulary) if not any(i.start <= b.start < i.end for i in inside)]
    elsewhere = [*taken, *((m.start, m.end) for m in (*brands, *inside))]
    reading.need = find_need(text, reading.clauses, vocabulary, current, elsewhere, found)
    makers = [b for b in brands if not is_fitted(b.start, b.end, reading)]
    scan = _Scan(reading, current, brands, makers, features, taken, vocabulary)
    for clause in reading.clauses:
        if clause.act not in ("asks", "tells"):
            scan.read(clause)
    scan.read_told()
    return reading


def hardness(text: str, clause: Clause, default: bool) -> bool:
    """Hard or soft by the clause's own "must" or "ideally", else ``default``."""
    around = text[clause.start : clause.end]
    return False if says("soft", around) else True if says("hard", around) else default


def is_fitted(start: int, end: int, reading: Reading) -> bool:
    """Whether a maker that stands there is that of the machine a thing is for: a "toner for HP", a "case for my Acme".

    A maker right before the type that is wanted is its own, and the "for" of "looking for" says nothing of the kind.
    """
    need = reading.need
    if need is not None and not reading.text[end : need.mention.start].strip() and end <= need.mention.start:
        return False
    bodies = (c.body[0] for c in reading.clauses if c.start <= start < c.end and c.body[0] <= start)
    since = max(0, start - _LOOK_BACK, *bodies)
    return pattern("fits").search(reading.text, since, start) is not None


def _brands(text: str, vocabulary: Reader) -> list[Span]:
    """The makers named: those of the shop, and names behind "from" or "by" that it does not carry."""
    known = list(vocabulary.brands(text))
    for match in pattern("maker").finditer(text):
        start, end = match.span("name")
        shouted = match["name"].isupper() and text.isupper()
        # Oil from Italy has no maker of that name.
        if shouted or says("places", match["name"]) or any(start < k.end and end > k.start for k in known):
            continue
        known.append(Mentioned(start, end, match["name"], match["name"]))
    if not known and (maker := mended_maker(text, vocabulary)):
        known.append(maker)
    return sorted(known, key=lambda b: b.start)


@dataclass(frozen=True, slots=True)
class _Scan:
    """One pass over a message: what was found in it so far, and what its words are known to be."""

    reading: Reading
    current: Preferences
    brands: Sequence[Span]
    # Of these the makers of the thing: of a "toner for HP" that is the maker of the machine.
    makers: Sequence[Span]
    features: Sequence[Span]
    taken: Sequence[Place]
    vocabulary: Reader

    def read(self, clause: Clause) -> None:
        """Adds the wishes of one clause, or what it takes back."""
        text, need = self.reading.text, self.reading.need
        named = [need.mention] if need else []
        makers = [m for m in self.makers if clause.start <= m.start < clause.end]
        stand: Stand = "rejected" if clause.act == "rejects" else "wanted"
        found = phrases(text, clause.body, [*makers, *named], self.features, self.taken, stand, verb=clause.verb)
        if clause.act == "drops":
            self.reading.drops += [text[p.start : p.end] for p in found] or [text[slice(*clause.body)]]
            return
        if self._aside(clause):
            found = (p for p in found if p.mention or self._known(p))
        elif makers:
            # "out of the Acme range"
            found = (p for p in found if p.mention or not self._of_maker(p, makers))
        for phrase in found:
            if phrase.mention is None:
                self._add_features(phrase, clause)
            elif phrase.mention in named:
                self._add_category(clause)
            else:
                self._add_brand(phrase, phrase.mention, clause)

    def _aside(self, clause: Clause) -> bool:
        """Whether a clause stands before the one that names a thing: "long story, so: a kettle"."""
        need = self.reading.need
        return clause.act == "names" and need is not None and clause.end <= need.mention.start

    def _of_maker(self, phrase: Phrase, makers: Sequence[Span]) -> bool:
        """Whether a phrase is a word like "range" right behind a maker's name, or the wanted type rejected with it."""
        text = self.reading.text
        said = text[phrase.start : phrase.end]
        if not any(m.end <= phrase.start and not text[m.end : phrase.start].strip() for m in makers):
            return False
        return entry("frames", "line").match(said) is not None or (phrase.stand == "rejected" and self._is_wanted(said))

    def _is_wanted(self, noun: str) -> bool:
        """Whether a noun is the type that the message, or the search under way, is about."""
        need = [self.reading.need.mention.value] if self.reading.need else []
        wanted = [*need, *(str(w.value) for w in self.current.of("category"))]
        kinds = set(self.vocabulary.resolve_kind(noun))
        return any(kinds & set(self.vocabulary.resolve_kind(name)) for name in wanted)

    def _known(self, phrase: Phrase) -> bool:
        """Whether the shop's records know some of a phrase."""
        said = self.reading.text[phrase.start : phrase.end]
        inside = any(f.start < phrase.end and f.end > phrase.start for f in self.features)
        return inside or is_measure(said) or bool(self.vocabulary.link(said).attributes)

    def read_told(self) -> None:
        """Stories are read only where "other brands" points at them, or where nothing else names the thing."""
        text = self.reading.text
        told = [c for c in self.reading.clauses if c.act == "tells"]
        inside = [b for b in self.brands if any(c.start <= b.start < c.end for c in told)]
        named = any(w.slot in ("brand", "not_brand") for w in self.reading.wishes)
        other, that = (entry("frames", name).search(self.reading.text) for name in ("other_brands", "not_that"))
        if (other or that) and not named:
            held = [(str(w.value), w.words) for w in self.current.of("brand")] if other else []
            pairs = [(b.value, b.words) for b in inside] or held
            for value, said in pairs:
                self.reading.add(Wish("not_brand", value, True, said))
        if told and any(_FOR_THAT.search(text[slice(*c.body)]) for c in self.reading.clauses if c.act != "tells"):
            self._add_told(told[-1])
        for clause in told:
            self._add_stated(clause)
        need = self.reading.need
        if need is not None and need.told:
            clause = next(c for c in told if c.start <= need.mention.start < c.end)
            self._add_category(clause)
            for brand in inside:
                if clause.start <= brand.start < clause.end:
                    self.reading.add(Wish("brand", brand.value, False, brand.words))

    def _add_stated(self, clause: Clause) -> None:
        """What a clause without a verb of wanting states of a property; not of a thing that somebody has."""
        text = self.reading.text[clause.start : clause.end]
        if _HAD.search(text):
            return
        for said in self.reading.stated:
            at = text.find(said)
            if at >= 0 and not _REJECTED.search(text[:at]):
                self.reading.add(Wish("feature", said, True, said))

    def _add_told(self, clause: Clause) -> None:
        """What a story says of the thing that something is asked for: "I got a 24 inch one. So a stand for that"."""
        inside = [(f.start, f.end) for f in self.features if clause.start <= f.start < clause.end]
        codes = [m.span() for m in _CODE.finditer(self.reading.text, clause.start, clause.end)]
        for start, end in [*inside, *(c for c in codes if all(c[1] <= s or c[0] >= e for s, e in inside))]:
            said = self.reading.text[start:end]
            self.reading.add(Wish("feature", said, False, said))

    def _add_category(self, clause: Clause) -> None:
        need = self.reading.need
        if need is not None and need.says_type:
            # "Maybe a lamp" is a wish for a lamp all the same, and for no other thing.
            self.reading.add(Wish("category", need.mention.value, True, need.mention.words))

    def _add_brand(self, phrase: Phrase, maker: Span, clause: Clause) -> None:
        stand = "rejected" if self._listed(phrase, clause) else phrase.stand
        if stand == "instead":
            self.reading.replaced.append(maker.value)
            if self._in_force(maker.value):
                return
        slot: Slot = "brand" if stand == "wanted" else "not_brand"
        soft = clause.hard is False or not hardness(self.reading.text, clause, True)
        self.reading.add(Wish(slot, maker.value, slot == "not_brand" or not soft, maker.words))

    def _listed(self, phrase: Phrase, clause: Clause) -> bool:
        """Whether one "not" reaches this maker from the one named before: "no HP, Canon or Epson"."""
        before = next((w for w in reversed(self.reading.wishes) if w.slot in ("brand", "not_brand")), None)
        if clause.act != "names" or phrase.stand != "wanted" or before is None or before.slot == "brand":
            return False
        text = self.reading.text
        end = text.rfind(before.words, 0, phrase.start) + len(before.words)
        return pattern("listed").search(text[end : phrase.start]) is not None

    def _in_force(self, phrase: str) -> bool:
        said = set(words(phrase))
        return any(said <= set(words(str(w.value))) for w in self.current)

    def _add_features(self, phrase: Phrase, clause: Clause) -> None:
        text = self.reading.text
        if entry("frames", "slots").match(text[phrase.start : phrase.end]):
            # "Without the colour" and "of any colour" take a wish back; the name of a sort of wish alone is none.
            if phrase.stand == "rejected" or entry("frames", "whatever").search(text[: phrase.start][-_LOOK_BACK:]):
                self.reading.drops.append(text[phrase.start : phrase.end])
            return
        bare = re.search(r"\d", text[phrase.start : phrase.end]) is None
        if bare and entry("frames", "known_thing").search(text[: phrase.start]):
            # "with that capacity" wishes for what was wished before.
            return
        found = pieces(text, phrase, self.features, verb=clause.verb or phrase.lead in ("that", "to"))
        bounds: list[Place] = []
        if phrase.stand == "rejected":
            whole_phrase = is_bound(text[phrase.start : phrase.end])
            bounds = [(phrase.start, phrase.end)] if whole_phrase else [p for p in found if is_bound(text[slice(*p)])]
        for place in bounds or found:
            said = self._less_the_thing(place)
            if not says_something(said, phrase, self.current, required=clause.act == "requires"):
                continue
            if bounds:
                # "must not weigh more than 14 kg" is a bound, nothing rejected.
                self.reading.add(Wish("feature", f"not {said}", True, said))
            else:
                self._add_feature(said, phrase, clause)

    def _less_the_thing(self, place: Place) -> str:
        """A phrase without the thing under way at its edges; the "cable length" of a cable stays its cable length."""
        text = self.reading.text
        rest = without_the_thing(text, place, self.current)
        cuts = (rest[0] - place[0], rest[1] - place[0])
        names = self.vocabulary.properties(text[slice(*place)]) if rest != place else ()
        inside = any(n.start < cut < n.end for n in names for cut in cuts)
        return text[slice(*(place if inside else rest))]

    def _add_feature(self, said: str, phrase: Phrase, clause: Clause) -> None:
        said = _WORKS_FOR.sub("", said)
        value, stand = with_unit(value_of(said), self.current), phrase.stand
        if phrase.lead in ("for", "with") and not self.vocabulary.kinds(value) and not self.vocabulary.features(value):
            noun = mended(value, 0, len(value), self.vocabulary)
            value = value[: noun.start] + noun.value if noun else value
        if stand == "rejected" and says("enough", self.reading.text) and self._in_force(value):
            # "A4 is enough, not A3": needed no longer, which is not the same as unwanted.
            stand = "instead"
        if (
            stand == "rejected"
            and len(self.reading.stated) > 1
            and said in self.reading.stated
            and self._in_force(value)
        ):
            # "With a steel buckle, not with a black one": another value of what was said before takes its place.
            stand = "instead"
        if stand == "instead":
            self.reading.replaced.append(value)
            if self._in_force(value):
                return
        if stand != "wanted":
            if not is_story(said, self.vocabulary):
                self.reading.add(Wish("dislike", value, True, said))
            return
        if (thing := less_purpose(said, self.vocabulary)) != said:
            said = value = thing
        # "for HP 1320" says what it must fit: kept soft, since records seldom list every machine.
        definite = is_measure(said) or said in self.reading.stated
        usual = clause.hard if clause.hard is not None else definite and phrase.lead != "for"
        hard = usual if clause.hard else hardness(self.reading.text, clause, usual)
        self.reading.add(Wish("feature", value, hard, said))
