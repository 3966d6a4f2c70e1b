"""From evidence to tastes: what somebody likes and dislikes, how much, how surely, and on what that rests. Pure.

Each trait has three explanations: the customer likes it, dislikes it, or does not mind. Before any evidence the last is
by far the likeliest; every piece moves the odds by its weight, less so the older it is, and a taste is what is then
likelier than not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import exp

from assistant.jsonable import to_dict
from assistant.profile.evidence import CHOSEN, Choice, Gathered, Piece, areas, passed_over
from assistant.profile.opinions import ASPECT, PRICE
from assistant.profile.traits import Shares, Trait, traits

# The share of traits that somebody likes, and dislikes, before anything is known of them.
_LIKED, _DISLIKED = 0.06, 0.02
# How likely an aspect is one that somebody looks at, and what it weighs not to speak of it.
_MINDED, _SILENT = 0.06, -0.2
# Days after which a piece weighs half.
HALF_LIFE = 730
# From here on it is called a taste.
SURE = 0.5
# Purchases in one place before it says something of who buys there.
_OFTEN = 2


@dataclass(frozen=True, slots=True)
class Taste:
    """One taste, and why the shop thinks so."""

    about: Trait
    # False for what is disliked.
    likes: bool
    # How much it moves, 0 to 1.
    strength: float
    # How likely it is so, 0 to 1.
    confidence: float
    # The heaviest first.
    evidence: tuple[Piece, ...] = ()
    # Never to be shown, where another word does not ask for it.
    deal_breaker: bool = False
    # The customer's own word: nothing else is weighed against it.
    owned: bool = False

    @property
    def id(self) -> str:
        """Its name on the command line and on the page."""
        return self.about.entry

    @property
    def times(self) -> int:
        """How many records speak for it."""
        way = 1 if self.likes else -1
        return len({p.ref for p in self.evidence if p.weight * way > 0})


@dataclass(frozen=True, slots=True)
class Edit:
    """What the customer did to one entry of their profile."""

    entry: str
    # "delete", or what it shall be: "like", "dislike", "never".
    what: str
    facet: str = ""
    value: str = ""
    # The evidence that a deletion did away with: of these pieces no taste of this name is made again.
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """The lasting tastes of one customer."""

    customer: str
    tastes: tuple[Taste, ...] = ()
    # The customer wants nothing ranked by it for now, and nothing learnt.
    paused: bool = False

    def __bool__(self) -> bool:
        return bool(self.tastes) and not self.paused

    def of(self, entry: str) -> Taste | None:
        """The taste of this name."""
        return next((t for t in self.tastes if t.id == entry), None)

    @property
    def hash(self) -> str:
        """Equal for equal profiles, and for no others."""
        return hashlib.sha256(json.dumps(to_dict(self), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Rules:
    """What learning takes for granted; the defaults were chosen on customers that no result is reported of."""

    liked: float = _LIKED
    disliked: float = _DISLIKED
    minded: float = _MINDED
    silent: float = _SILENT
    sure: float = SURE
    half_life: int = HALF_LIFE


RULES = Rules()


@dataclass(slots=True)
class _Heap:
    pieces: list[Piece] = field(default_factory=list)
    weight: float = 0.0


def learn(
    customer: str,
    found: Gathered,
    shares: Shares,
    today: date,
    edits: Sequence[Edit] = (),
    *,
    paused: bool = False,
    rules: Rules = RULES,
) -> Profile:
    """The profile that the evidence gives on the day ``today``, under what its owner did to it, oldest first."""
    gone = {(e.entry, id_) for e in edits if e.what == "delete" for id_ in e.evidence}
    heaps: dict[Trait, _Heap] = {}
    for piece in found.pieces:
        if (piece.about.entry, piece.id) not in gone:
            heap = heaps.setdefault(piece.about, _Heap())
            heap.pieces.append(piece)
            heap.weight += piece.weight * faded(piece.date, today, rules.half_life)
    spoke = len({p.ref for p in found.pieces if p.source == "review"})
    tastes = [_taste(t, h, found.choices, shares, today, spoke, rules) for t, h in heaps.items()]
    tastes += _places(found.choices, gone)
    tastes += _level(found.choices, shares, gone)
    tastes += _sizes(found.choices, gone)
    learnt = {t.id: t for t in tastes if t is not None and t.confidence >= rules.sure}
    for entry, own in _owned(edits).items():
        learnt.pop(entry, None)
        if own is not None:
            learnt[entry] = own
    ranked = sorted(learnt.values(), key=lambda t: (not t.owned, -t.confidence * t.strength, t.id))
    return Profile(customer, tuple(ranked), paused)


def faded(day: str, today: date, half_life: int = HALF_LIFE) -> float:
    """What is left of the weight of something of that day, 0 to 1."""
    try:
        age = (today - date.fromisoformat(day[:10])).days
    except ValueError:
        return 1.0
    return float(0.5 ** (max(age, 0) / half_life))


def _taste(
    about: Trait, heap: _Heap, choices: Sequence[Choice], shares: Shares, today: date, spoke: int, rules: Rules
) -> Taste | None:
    if about.facet == PRICE:
        return None
    never = any(p.never for p in heap.pieces)
    if about.facet == ASPECT:
        silent = max(spoke - len({p.ref for p in heap.pieces}), 0) * rules.silent
        like, dislike = _odds(heap.weight + silent, rules.minded, 0.0)
    else:
        if about.facet in CHOSEN:
            heap.weight += _passed(about, choices, shares, today, rules)
        like, dislike = _odds(heap.weight, rules.liked, rules.disliked)
    likes = like >= dislike
    way = 1 if likes else -1
    ranked = sorted(heap.pieces, key=lambda p: (-p.weight * way, p.date, p.id))
    confidence = like if likes else dislike
    return Taste(about, likes, _strength(heap.weight), confidence, tuple(ranked), never and not likes)


def _odds(weight: float, liked: float, disliked: float) -> tuple[float, float]:
    """How likely it is liked, and disliked."""
    weight = max(-30.0, min(30.0, weight))
    like, dislike, neither = liked * exp(weight), disliked * exp(-weight), 1 - liked - disliked
    whole = like + dislike + neither
    return like / whole, dislike / whole


def _strength(weight: float) -> float:
    return round(1 - exp(-abs(weight) / 4), 4)


def _passed(about: Trait, choices: Sequence[Choice], shares: Shares, today: date, rules: Rules) -> float:
    """What it weighs that things without it were taken where there were things with it."""
    weight = 0.0
    for choice in choices:
        share = shares.of(choice.product).get(about, 0.0)
        if 0 < share < 1 and about not in traits(choice.product):
            weight += passed_over(about, share) * faded(choice.date, today, rules.half_life)
    # Somebody in want of one thing passes over others for more reasons than one.
    return weight / 2


def _places(choices: Sequence[Choice], gone: set[tuple[str, str]]) -> list[Taste]:
    """Departments where somebody buys."""
    tastes = []
    for area, taken in areas(choices).items():
        about = Trait("department", area)
        kept = [p for p in (_piece(about, c) for c in taken) if (about.entry, p.id) not in gone]
        if kept:
            sure = 1 - 0.45 ** len(kept)
            tastes.append(Taste(about, True, round(len(kept) / len(choices), 4), sure, tuple(kept)))
    return tastes


def _level(choices: Sequence[Choice], shares: Shares, gone: set[tuple[str, str]]) -> list[Taste]:
    """How dear somebody buys, in each category where they bought often and over all of them."""
    seen: dict[str, list[tuple[Choice, float]]] = {}
    for choice in choices:
        place = shares.dearness(choice.product)
        if place is not None:
            for group in ("all", shares.group(choice.product)):
                seen.setdefault(group, []).append((choice, place))
    tastes = []
    for group, taken in seen.items():
        about = Trait("price", group)
        pieces = [(_piece(about, c), place) for c, place in taken]
        kept = [(p, place) for p, place in pieces if (about.entry, p.id) not in gone]
        if len(kept) >= _OFTEN:
            mean = sum(place for _, place in kept) / len(kept)
            # ``strength`` is where they buy: 0 the cheapest of what there is, 1 the dearest.
            tastes.append(Taste(about, True, round(mean, 4), len(kept) / (len(kept) + 1), tuple(p for p, _ in kept)))
    return tastes


def _sizes(choices: Sequence[Choice], gone: set[tuple[str, str]]) -> list[Taste]:
    """The size that somebody takes where there are several, and that did not go back; by what it is called there."""
    # Within a department sizes in figures are of other things than those in letters: shoes, and what is worn above.
    taken: dict[tuple[tuple[str, bool], str], list[Choice]] = {}
    for choice in choices:
        for name, value in choice.options:
            if "size" in name.casefold() and not choice.returned:
                path = choice.product.category.split(">")[0].strip()
                figures = value.strip().replace(".", "").isdigit()
                taken.setdefault(((path, figures), value), []).append(choice)
    best: dict[tuple[str, bool], tuple[str, list[Choice]]] = {}
    total: dict[tuple[str, bool], int] = {}
    for (where, value), found in taken.items():
        total[where] = total.get(where, 0) + len(found)
        if where not in best or len(found) > len(best[where][1]):
            best[where] = (value, found)
    tastes = []
    for where, (value, found) in best.items():
        about = Trait("size", f"size {value} in {where[0]}" if where[0] else f"size {value}")
        kept = [p for p in (_piece(about, c) for c in found) if (about.entry, p.id) not in gone]
        if kept:
            share = len(kept) / total[where]
            tastes.append(Taste(about, True, round(share, 4), share * len(kept) / (len(kept) + 0.5), tuple(kept)))
    return tastes


def _piece(about: Trait, choice: Choice) -> Piece:
    return Piece(about, 1.0, choice.source, choice.ref, choice.product.id, choice.date)


def _owned(edits: Iterable[Edit]) -> dict[str, Taste | None]:
    """Entry -> what its owner made of it; None for one deleted last, which only new evidence can bring back."""
    own: dict[str, Taste | None] = {}
    for edit in edits:
        if edit.what == "delete":
            own.pop(edit.entry, None)
        else:
            about = Trait(edit.facet, edit.value)
            own[edit.entry] = Taste(about, edit.what == "like", 1.0, 1.0, (), edit.what == "never", True)
    return own


def without(profile: Profile, entry: str) -> Profile:
    """The profile less one taste: what a ranking would be without this reason."""
    return replace(profile, tastes=tuple(t for t in profile.tastes if t.id != entry))


__all__ = ["Edit", "Profile", "Rules", "Taste", "faded", "learn", "without"]
