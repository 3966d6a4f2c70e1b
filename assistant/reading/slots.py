"""Wishes that rules can read: brands, type, features and dislikes, each with its words and its hardness."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from assistant.reading.cues import for_whom, order_wish, pattern, says, stars, stop_words
from assistant.reading.prices import read_prices
from assistant.state import Slot, Wish


class Span(Protocol):
    """A mention found in a text, as ``retrieval.vocabulary.Mention`` has it."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def words(self) -> str: ...
    @property
    def value(self) -> str: ...


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


@dataclass(frozen=True, slots=True)
class _Piece:
    """The wishes that one stretch of the text carries."""

    start: int
    end: int
    wishes: tuple[Wish, ...]


_WORD = re.compile(r"[^\W_]+(?:[-'./][^\W_]+)*", re.UNICODE)


def read_wishes(text: str, vocabulary: Reader) -> list[Wish]:
    """Every wish the rules find in ``text``; ``turn`` is left 0. Spans never overlap: the first reader wins."""
    taken: list[tuple[int, int]] = []
    wishes: list[Wish] = []

    def claim(pieces: Iterable[_Piece]) -> None:
        for piece in pieces:
            if all(piece.end <= s or piece.start >= e for s, e in taken):
                taken.append((piece.start, piece.end))
                wishes.extend(piece.wishes)

    claim(_prices(text))
    claim(_stars_and_stock(text))
    known = vocabulary.brands(text)
    brands = _brands(text, known) + _strange_brands(text, known)
    kinds = [k for k in vocabulary.kinds(text) if all(k.end <= p.start or k.start >= p.end for p in brands)]
    claim(brands)
    claim(_kinds(text, kinds))
    claim(_features(text, vocabulary.features(text)))
    if kinds and not rejected(text, kinds[0].start):
        claim(_modifiers(text, kinds[0].start, taken))
    claim(_tails(text, taken))
    if who := for_whom(text):
        wishes.append(Wish("for_whom", who, False, who))
    if found := order_wish(text):
        wishes.append(Wish("order", found[0], False, found[1]))
    return wishes


def rejected(text: str, start: int) -> bool:
    """Whether what begins at ``start`` is said not to be wanted."""
    return bool(pattern("rejects").search(text[:start]))


def clause(text: str, start: int, end: int) -> str:
    """The clause of ``text`` around a span: what a "must" or an "ideally" reaches."""
    left = max((m.end() for m in pattern("clause_end").finditer(text, 0, start)), default=0)
    right = next((m.start() for m in pattern("clause_end").finditer(text, end)), len(text))
    return text[left:right]


def hardness(text: str, start: int, end: int, default: bool) -> bool:
    """Hard or soft by the clause's own "must" or "ideally", else ``default``."""
    around = clause(text, start, end)
    return False if says("soft", around) else True if says("hard", around) else default


def is_measure(phrase: str) -> bool:
    """Whether a feature is a size or a specification with a number: such wishes are hard."""
    return says("size", phrase) is not None


def _prices(text: str) -> list[_Piece]:
    bounds = read_prices(text)
    if bounds is None:
        return []
    wishes: list[Wish] = []
    if bounds.minimum is not None:
        wishes.append(Wish("price_min", _plain(bounds.minimum), True, bounds.words))
    if bounds.maximum is not None:
        wishes.append(Wish("price_max", _plain(bounds.maximum), True, bounds.words))
    if bounds.currency:
        wishes.append(Wish("currency", bounds.currency, True, bounds.words))
    return [_Piece(*bounds.span, tuple(wishes))]


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _stars_and_stock(text: str) -> list[_Piece]:
    pieces = []
    if found := stars(text):
        start = text.index(found[1])
        pieces.append(_Piece(start, start + len(found[1]), (Wish("min_rating", found[0], True, found[1]),)))
    if words := says("in_stock", text):
        start = text.index(words)
        pieces.append(_Piece(start, start + len(words), (Wish("in_stock", True, True, words),)))
    return pieces


def _negations(text: str, mentions: Sequence[Span]) -> list[bool]:
    """Whether each mention is rejected; in "not HP or Canon" one "not" reaches both."""
    found: list[bool] = []
    for n, mention in enumerate(mentions):
        listed = n > 0 and pattern("listed").search(text[mentions[n - 1].end : mention.start])
        found.append(rejected(text, mention.start) or bool(listed and found[-1]))
    return found


def _brands(text: str, mentions: Sequence[Span]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for mention, negated in zip(mentions, _negations(text, mentions), strict=True):
        if not negated and pattern("fits").search(text[: mention.start]):
            # "toner for HP": the brand of the machine, not of the toner; the tail reader takes the whole phrase.
            continue
        slot: Slot = "not_brand" if negated else "brand"
        hard = negated or hardness(text, mention.start, mention.end, True)
        pieces.append(_Piece(mention.start, mention.end, (Wish(slot, mention.value, hard, mention.words),)))
    return pieces


def _strange_brands(text: str, known: Sequence[Span]) -> list[_Piece]:
    """Names after "from" or "by" that the shop does not carry: a wish all the same, and one it cannot meet."""
    pieces: list[_Piece] = []
    for match in pattern("maker").finditer(text):
        start, end = match.span("name")
        if (match["name"].isupper() and text.isupper()) or any(start < k.end and end > k.start for k in known):
            continue
        slot: Slot = "not_brand" if rejected(text, match.start()) else "brand"
        hard = slot == "not_brand" or hardness(text, start, end, True)
        pieces.append(_Piece(start, end, (Wish(slot, match["name"], hard, match["name"]),)))
    return pieces


def _kinds(text: str, mentions: Sequence[Span]) -> list[_Piece]:
    pieces: list[_Piece] = []
    chosen = False
    for mention in mentions:
        if rejected(text, mention.start):
            wish = Wish("dislike", mention.value, True, mention.words)
        elif not chosen:
            chosen = True
            hard = hardness(text, mention.start, mention.end, True)
            wish = Wish("category", mention.value, hard, mention.words)
        else:
            continue
        pieces.append(_Piece(mention.start, mention.end, (wish,)))
    return pieces


def _features(text: str, mentions: Sequence[Span]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for mention, negated in zip(mentions, _negations(text, mentions), strict=True):
        if negated:
            wish = Wish("dislike", mention.value, True, mention.words)
        else:
            hard = hardness(text, mention.start, mention.end, is_measure(mention.words))
            wish = Wish("feature", mention.value, hard, mention.words)
        pieces.append(_Piece(mention.start, mention.end, (wish,)))
    return pieces


def _modifiers(text: str, kind_start: int, taken: list[tuple[int, int]]) -> list[_Piece]:
    """Words directly before the type ("quiet" in "a quiet blender"): plain adjectives and therefore soft."""
    pieces: list[_Piece] = []
    edge = kind_start
    for match in reversed(list(_WORD.finditer(text, 0, kind_start))):
        if text[match.end() : edge].strip(" ") not in ("", ",", "-"):
            break
        covered = any(match.start() < e and match.end() > s for s, e in taken)
        if not covered:
            if match[0].lower() in stop_words() or rejected(text, match.start()):
                break
            hard = hardness(text, match.start(), match.end(), is_measure(match[0]))
            pieces.append(_Piece(match.start(), match.end(), (Wish("feature", match[0], hard, match[0]),)))
        edge = match.start()
    return list(reversed(pieces))


def _tails(text: str, taken: list[tuple[int, int]]) -> list[_Piece]:
    """Phrases after "with", "without", "for", "that can": what no other reader has claimed of them."""
    pieces: dict[tuple[int, int], _Piece] = {}
    position = 0
    while match := pattern("tail").search(text, position):
        piece = _tail(text, match["how"].lower(), match.start("what"), match.end("what"), taken)
        if piece is not None:
            pieces[piece.start, piece.end] = piece
        # The phrase may hold a further cue ("with wheels and without straps"): read on inside it.
        position = match.start("what")
    return [pieces[key] for key in sorted(pieces)]


def _tail(text: str, how: str, start: int, end: int, taken: list[tuple[int, int]]) -> _Piece | None:
    stop = pattern("tail_end").search(text, start, end)
    end = stop.start() if stop else end
    for s, e in sorted(taken):
        if s < start < e:
            return None
        if start <= s < end:
            end = s
    words = list(_WORD.finditer(text, start, end))
    while words and words[0][0].lower() in stop_words():
        words.pop(0)
    while words and words[-1][0].lower() in stop_words():
        words.pop()
    if not words or len(words) > 5:
        return None
    start, end = words[0].start(), words[-1].end()
    phrase = text[start:end]
    if how == "for" and _is_person(text, phrase):
        return None
    if how == "no" and says("no_answer", text[start:]):
        return None
    if how in ("without", "no"):
        return _Piece(start, end, (Wish("dislike", phrase, True, phrase),))
    # "for HP 1320" says what it must fit: a wish of its own kind, kept soft since records seldom list every machine.
    default = (is_measure(phrase) and how != "for") or how.startswith(("must", "need", "has to"))
    return _Piece(start, end, (Wish("feature", phrase, hardness(text, start, end, default), phrase),))


def _is_person(text: str, phrase: str) -> bool:
    who = for_whom(text)
    return who is not None and phrase.lower() in who.lower()
