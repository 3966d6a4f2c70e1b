"""The explained no: which wish binds, and the smallest changes that would give results. Exact, by counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, Protocol

from assistant.preferences import Linker, SearchPlan, hard_wishes, to_filters, without
from assistant.recommend import recommendation, short_names
from assistant.state import Preferences, Recommendation, Wish
from retrieval.product import Product
from retrieval.query import Filters, Hit, Query

ALTERNATIVES = 3
# Who has to give up more wishes than this is not helped by hearing which.
LARGEST = 3


class Shelf(Protocol):
    """What the explained no needs of the shelf."""

    @property
    def currency(self) -> str: ...
    @property
    def vocabulary(self) -> Linker: ...

    def count(self, filters: Filters) -> int:
        """How many products satisfy the filters."""
        ...

    def search(self, query: Query) -> list[Hit]:
        """The best k of them."""
        ...


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A smallest set of wishes to give up, and what that opens."""

    dropped: tuple[Wish, ...]
    count: int
    # The nearest product: by price where a price bound was dropped, else the best match.
    nearest: Product | None
    alternatives: tuple[Recommendation, ...]


def shelf_order(plan: SearchPlan) -> Literal["relevance", "price_up", "price_down", "rating"]:
    """The plan's order as the shelf knows it: other superlatives ("the lightest") are sorted by who asks."""
    return plan.order if plan.order in ("price_up", "price_down", "rating") else "relevance"


def relaxations(shelf: Shelf, preferences: Preferences) -> list[Relaxation]:
    """The minimal relaxations of the hard wishes, those with the fewest dropped wishes only, price bounds first.

    Minimal: dropping fewer wishes gives nothing. [] where nothing is wished for, where even the type alone is not in
    the shop, and where more than ``LARGEST`` wishes would have to go.
    """
    wishes = hard_wishes(preferences)
    for size in range(1, min(LARGEST, len(wishes)) + 1):
        found = []
        for dropped in combinations(wishes, size):
            rest = without(preferences, dropped)
            if any(w.slot == "category" for w in dropped) or not (hard_wishes(rest) or all(map(_is_price, dropped))):
                # Another type of product is not a near miss, it is another need; a price alone has its nearest.
                continue
            plan = to_filters(rest, shelf.vocabulary, shelf.currency)
            count = shelf.count(plan.filters)
            if count:
                found.append(_open(shelf, preferences, rest, plan, dropped, count))
        if found:
            return sorted(found, key=lambda r: (not any(_is_price(w) for w in r.dropped), -r.count))
    return []


def _open(
    shelf: Shelf,
    preferences: Preferences,
    rest: Preferences,
    plan: SearchPlan,
    dropped: Sequence[Wish],
    count: int,
) -> Relaxation:
    text, order = plan.text, shelf_order(plan)
    if any(w.slot == "price_max" for w in dropped):
        order = "price_up"
    elif any(w.slot == "price_min" for w in dropped):
        order = "price_down"
    if any(_is_price(w) for w in dropped):
        # Without a text the nearest price is the nearest of all that would fit, not of the most relevant.
        text = ""
    hits = shelf.search(Query(text, ALTERNATIVES, plan.filters, tuple(c for _, c in plan.soft), order))
    names = short_names([h.product for h in hits])
    breaks = ", ".join(w.words for w in dropped)
    cards = [recommendation(h, names[h.product.id], plan, rest) for h in hits]
    broken = tuple(Recommendation(c.product_id, c.name, c.evidence, c.meets, breaks) for c in cards)
    return Relaxation(tuple(dropped), count, hits[0].product if hits else None, broken)


def _is_price(wish: Wish) -> bool:
    return wish.slot in ("price_min", "price_max")
