"""Whether profiles find the tastes that the demo shop hides, by how many reviews they are made of."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.profile.tastes import RULES, Profile, Rules, Taste
from benchmarks.profile.world import Hidden, World, usual

REVIEWS = (0, 1, 2, 5, 10)
# Kinds of tastes that the generator hides and a profile can hold.
KINDS = ("brand", "colour", "material", "feature", "aspect", "department")


@dataclass(frozen=True, slots=True)
class Score:
    """How one profile compares with one customer's hidden tastes."""

    # Of the profile's entries: right ones, all.
    right: int
    named: int
    # Of the hidden tastes looked for: found ones, all.
    found: int
    hidden: int


def customers(world: World, half: str) -> list[str]:
    """Those with ten reviews and more; "dev" has the odd ones, on which rules were chosen, "test" the even ones."""
    parity = {"dev": 1, "test": 0}[half]
    return sorted(c for c, r in world.reviews.items() if len(r) >= 10 and c and int(c[1:]) % 2 == parity)


def told(world: World, customer: str, first: int = 10) -> list[Hidden]:
    """The hidden tastes of which their first reviews speak, and the departments that these are from."""
    reviews = world.reviews[customer][:first]
    points = {point for r in reviews for point in world.points[r.id]}
    areas = {world.products[r.product_id].category.split(" > ")[0] for r in reviews}
    return [t for t in world.tastes[customer] if t.point in points or (t.kind == "department" and t.value in areas)]


def score(
    world: World, customer: str, profile: Profile, wanted: Sequence[Hidden], kinds: Iterable[str] = KINDS
) -> Score:
    """``wanted`` is looked for; an entry is right where it is any of the customer's hidden tastes."""
    kinds = set(kinds)
    entries = [t for t in profile.tastes if t.about.facet in kinds]
    hidden = [t for t in world.tastes[customer] if t.kind in kinds]
    right = sum(any(same(world, entry, taste) for taste in hidden) for entry in entries)
    looked = [t for t in wanted if t.kind in kinds]
    found = sum(any(same(world, entry, taste) for entry in entries) for taste in looked)
    return Score(right, len(entries), found, len(looked))


def same(world: World, entry: Taste, taste: Hidden) -> bool:
    """Whether the entry is that taste, the right way round."""
    if entry.about.facet != taste.kind or entry.likes != taste.likes:
        return False
    value = entry.about.value
    match taste.kind:
        case "aspect":
            return bool(set(value.split()) & world.aspect_words[taste.value])
        case "feature":
            return value in (usual(taste.value), taste.value.replace("_", " "))
        case _:
            return value.casefold() == taste.value.casefold()


def f1(scores: Iterable[Score]) -> float:
    """Over all customers together: precision of the entries, recall of the tastes looked for."""
    total: Counter[str] = Counter()
    for s in scores:
        total.update(right=s.right, named=s.named, found=s.found, hidden=s.hidden)
    if not total["right"] or not total["found"]:
        return 0.0
    precision, recall = total["right"] / total["named"], total["found"] / total["hidden"]
    return 2 * precision * recall / (precision + recall)


def scores(
    world: World, who: Sequence[str], first: int, more: bool, rules: Rules = RULES, kinds: Iterable[str] = KINDS
) -> list[Score]:
    """One score a customer, of profiles made of the ``first`` reviews."""
    return [score(world, c, world.profile(c, world.history(c, first, more), rules), told(world, c), kinds) for c in who]


def shares(scores: Iterable[Score]) -> tuple[float, float]:
    """Precision and recall over all customers together."""
    found = list(scores)
    named, hidden = sum(s.named for s in found), sum(s.hidden for s in found)
    return sum(s.right for s in found) / max(named, 1), sum(s.found for s in found) / max(hidden, 1)


def interval(scores: Sequence[Score], seed: int, draws: int = 1000) -> tuple[float, float, float]:
    """F1 and its 95 % interval, customers drawn anew."""
    dice = random.Random(seed)
    drawn = sorted(f1(dice.choices(scores, k=len(scores))) for _ in range(draws))
    return f1(scores), drawn[int(0.025 * draws)], drawn[int(0.975 * draws)]
