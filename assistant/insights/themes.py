"""What segments are told apart by: the departments of a shop, or what stands in their place. Nothing here is of people.

The themes are the feed's own categories, at the first level that has several; in a shop without categories its makers.
What touches on a sensitive trait is left out, whoever buys it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.errors import InsightsError
from assistant.profile.sensitive import trait
from assistant.profile.tastes import Profile
from assistant.profile.traits import departments
from retrieval.product import Product

# Fewer themes make no segments, and more are too many for a few hundred customers.
LEAST, MOST = 4, 24
_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes of one shop."""

    # The one with the most products first.
    names: tuple[str, ...]
    # Product id -> the place of its theme in ``names``; products without one are left out.
    of: Mapping[str, int]
    # What was left out -> the sensitive trait it touches on.
    refused: Mapping[str, str]

    def named(self, names: Sequence[str]) -> Themes:
        """This shelf under the themes of an earlier one; what has none of them is left out."""
        place = {name: n for n, name in enumerate(names)}
        of = {id_: place[self.names[n]] for id_, n in self.of.items() if self.names[n] in place}
        return Themes(tuple(names), of, self.refused)

    def counts(self, profile: Profile) -> list[tuple[int, int]]:
        """(theme, things taken) of one customer, the most first; [] where their profile holds none."""
        return Counter(self.of[p] for p in taken(profile) if p in self.of).most_common()

    def cell(self, profile: Profile) -> int | None:
        """The customer's first and second theme as one number; the first twice where there is no second."""
        counts = sorted(self.counts(profile), key=lambda c: (-c[1], c[0]))
        if not counts:
            return None
        first, second = counts[0][0], counts[min(1, len(counts) - 1)][0]
        return first * len(self.names) + second


def taken(profile: Profile) -> set[str]:
    """Ids of the products that a profile says its owner took: what they deleted or paused is not among them."""
    if not profile:
        return set()
    facets = {t.about.facet for t in profile.tastes}
    facet = "department" if "department" in facets else "price"
    return {p.product for t in profile.tastes if t.about.facet == facet for p in t.evidence if p.product}


def themes(products: Iterable[Product]) -> Themes:
    """The themes of a shelf. Raises ``InsightsError`` where it has too few to tell customers apart by."""
    shelf = list(products)
    for level in range(1, _LEVELS + 1):
        found = _themes({p.id: " > ".join(departments(p)[:level]) for p in shelf}, shelf)
        if len(found.names) >= LEAST:
            return found
    found = _themes({p.id: p.brand for p in shelf}, shelf)
    if len(found.names) < LEAST:
        raise InsightsError(
            f"Segments need {LEAST} departments, categories or makers, and this shop has {len(found.names)}",
            "Import a feed with categories",
        )
    return found


def _themes(named: Mapping[str, str], shelf: Iterable[Product]) -> Themes:
    refused: dict[str, str] = {}
    left: dict[str, str] = {}
    for product in shelf:
        name = named[product.id]
        if name and (touched := trait(name)):
            refused[name] = touched
        elif name and (touched := trait(product.category)):
            refused[product.category] = touched
        elif name:
            left[product.id] = name
    names = tuple(name for name, _ in Counter(left.values()).most_common(MOST))
    place = {name: n for n, name in enumerate(names)}
    return Themes(names, {id_: place[name] for id_, name in left.items() if name in place}, refused)
