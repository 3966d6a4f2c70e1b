"""A shelf in the order of one customer's tastes, and which taste moved a product up.

The wishes of the dialogue decide what fits; of that the profile changes the order alone. A reason is named only where
the product would stand lower without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from assistant.framed import Framed, framed
from assistant.profile.evidence import for_somebody_else
from assistant.profile.tastes import Profile, Taste, without
from assistant.profile.traits import Shares, traits
from assistant.state import Evidence, Preferences, Recommendation
from retrieval.product import Product
from retrieval.query import Hit, Query

Shelf = TypeVar("Shelf")
# How far one sure, strong taste moves a product, in the units of a search's score: about 1 for what has all the words.
_MOVES: Mapping[str, float] = {"brand": 0.2, "colour": 0.15, "material": 0.15, "feature": 0.15, "price": 0.15}
# All of them together move it no further than this: what somebody asked for stays before what they like.
_FURTHEST = 0.5
# What nobody wants to see is the last resort.
_NEVER = 10.0
# Of the best found this many are put in order.
_POOL = 200
# Reasons that are said in one reply.
_TOLD = 2


class Ranking:
    """What a profile makes of products."""

    def __init__(self, profile: Profile, shares: Shares) -> None:
        self.profile = profile
        self._shares = shares
        self._by_entry = {t.id: t for t in profile.tastes}

    def moves(self, product: Product) -> dict[str, float]:
        """Entry of the profile -> how far it moves ``product``, up (above 0) or down; what does not is left out."""
        found: dict[str, float] = {}
        hidden = self._by_entry.get(f"product:{product.id.casefold()}")
        if hidden is not None:
            found[hidden.id] = -_NEVER
        for trait in traits(product):
            if taste := self._by_entry.get(trait.entry):
                much = _MOVES.get(trait.facet, 0.1) * taste.strength * taste.confidence
                found[taste.id] = -_NEVER if taste.deal_breaker else much if taste.likes else -much
        if level := self._level(product):
            found[level[0].id] = level[1]
        return found

    def _level(self, product: Product) -> tuple[Taste, float] | None:
        """How near the price is to where this customer buys, in this category where known, else at all."""
        group = self._shares.group(product)
        for name in (group, "all"):
            taste = next((t for t in self.profile.tastes if t.about.facet == "price" and t.about.value == name), None)
            place = self._shares.dearness(product)
            if taste is not None and place is not None and not taste.owned:
                return taste, _MOVES["price"] * taste.confidence * (0.5 - 2 * abs(place - taste.strength))
        return None

    def of(self, product: Product) -> float:
        """How far all of the profile moves ``product``."""
        moves = self.moves(product)
        if any(much <= -_NEVER for much in moves.values()):
            return -_NEVER
        return max(-_FURTHEST, min(_FURTHEST, sum(moves.values())))


class Ordered:
    """A shelf whose searches by relevance are in the order of a profile. Everything else is the shelf's own."""

    def __init__(self, shelf: Any, ranking: Ranking) -> None:
        self._shelf = shelf
        self._ranking = ranking
        # What the latest search by relevance found, by the search's own scores.
        self.found: list[Hit] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shelf, name)

    def __len__(self) -> int:
        return len(self._shelf)

    def search(self, query: Query) -> list[Hit]:
        """The hits of the shelf; where only their relevance orders them, the profile does so, too.

        Where soft wishes choose among them, the same ones are found as without a profile.
        """
        if query.order != "relevance":
            return cast("list[Hit]", self._shelf.search(query))
        k = query.k if query.prefer else max(query.k, _POOL)
        self.found = self._shelf.search(replace(query, k=k))
        return in_order(self.found, self._ranking)[: query.k]


def in_order(hits: Sequence[Hit], ranking: Ranking) -> list[Hit]:
    """``hits`` by score and profile, the best first; each score then holds both.

    What its owner never wants to see is left out where anything else is there; who asks for it alone is shown it.
    """
    moved = [(h, ranking.of(h.product)) for h in hits]
    kept = [replace(h, score=h.score + much) for h, much in moved if much > -_NEVER]
    return sorted(kept or [replace(h, score=h.score + much) for h, much in moved], key=lambda h: -h.score)


class Personal:
    """One customer's profile, for one turn."""

    def __init__(self, profile: Profile, shares: Shares) -> None:
        self.profile = profile
        self._shares = shares
        self._ordered: Ordered | None = None

    def fits(self, preferences: Preferences) -> bool:
        """Whether these wishes are the customer's own, and leave open what comes first."""
        return not for_somebody_else(preferences) and not preferences.of("order")

    def over(self, shelf: Shelf) -> Shelf:
        """``shelf`` in the order of this profile."""
        self._ordered = Ordered(shelf, Ranking(self.profile, self._shares))
        return cast(Shelf, self._ordered)

    def listed(self) -> list[str]:
        """Ids of what the latest search found, in the order that it was given; the cards are chosen from its top."""
        hits = self._ordered.found if self._ordered else []
        return [h.product.id for h in in_order(hits, Ranking(self.profile, self._shares))]

    def because(self, shown: Sequence[Recommendation]) -> list[Framed]:
        """Why products on cards stand where they do: the taste without which each would stand lower."""
        return [_sentence(card, taste) for card, taste in self._reasons(shown)]

    def _reasons(self, shown: Sequence[Recommendation]) -> list[tuple[Recommendation, Taste]]:
        hits = {h.product.id: h for h in self._ordered.found} if self._ordered else {}
        ranking = Ranking(self.profile, self._shares)
        found: list[tuple[Recommendation, Taste]] = []
        for card in shown:
            hit = hits.get(card.product_id)
            taste = hit and reason(hit, list(hits.values()), ranking, self._shares)
            if taste and len(found) < _TOLD:
                found.append((card, taste))
        return found

    def named(self, shown: Sequence[Recommendation]) -> list[tuple[str, str]]:
        """Product and entry of each reason that ``because`` gives."""
        return [(card.product_id, taste.id) for card, taste in self._reasons(shown)]

    def holds(self, evidence: Evidence) -> bool:
        """Whether the profile says what ``evidence`` quotes of it."""
        taste = self.profile.of(evidence.id)
        return taste is not None and evidence.value in {e.value for e in _proof(taste)}


def reason(hit: Hit, hits: Sequence[Hit], ranking: Ranking, shares: Shares) -> Taste | None:
    """The liking that moves the product up most, of those without which it would stand lower among ``hits``."""
    place = _place(hit, hits, ranking)
    moves = sorted(ranking.moves(hit.product).items(), key=lambda m: -m[1])
    for entry, much in moves:
        taste = ranking.profile.of(entry)
        if much <= 0 or taste is None or not taste.likes or taste.about.facet == "price":
            continue
        if _place(hit, hits, Ranking(without(ranking.profile, entry), shares)) > place:
            return taste
    return None


def _place(hit: Hit, hits: Sequence[Hit], ranking: Ranking) -> int:
    return next(n for n, h in enumerate(in_order(hits, ranking)) if h.product.id == hit.product.id)


def _proof(taste: Taste) -> tuple[Evidence, ...]:
    """What a sentence may say of a taste: what it is, and in how many records of which sort it rests on."""
    named = Evidence("profile", taste.id, "taste", taste.about.value)
    if taste.owned:
        return (named,)
    way = 1 if taste.likes else -1
    for sources, field in (
        (("review",), "times praised"),
        (("wish",), "times asked"),
        (("order", "review"), "times bought"),
    ):
        stated = field != "times bought"
        refs = {p.ref for p in taste.evidence if p.source in sources and p.stated is stated and p.weight * way > 0}
        if refs:
            return (named, Evidence("profile", taste.id, field, str(len(refs))))
    return (named,)


def _sentence(card: Recommendation, taste: Taste) -> Framed:
    title = Evidence("product", card.product_id, "title", card.name)
    named, *counted = _proof(taste)
    if not counted:
        return framed("taste/own", title, named)
    once = counted[0].value == "1"
    frame = f"taste/{counted[0].field.removeprefix('times ')}"
    return framed(f"{frame}_once", title, named, also=counted) if once else framed(frame, title, named, *counted)
