"""Whether what owners do to their profiles holds at once: random sequences of deleting, changing, gifts and pauses."""

from __future__ import annotations

import random
from collections.abc import Sequence

from assistant.profile.keeping import Change, Profiles
from assistant.profile.ranking import Ranking
from assistant.profile.tastes import Profile
from assistant.profile.traits import Trait
from assistant.state import Preferences, Reply, Turn, Understanding, Wish
from assistant.store import Store
from retrieval.product import Product

ACTS = ("delete", "edit", "gift", "pause", "resume")
_CHANGES: tuple[Change, ...] = ("like", "dislike", "never")


def act(profiles: Profiles, customer: str, name: str, number: int) -> str:
    """Does one thing to what ``number`` chooses; returns what does not hold afterwards, "" where all does."""
    match name:
        case "delete" if tastes := profiles.of(customer).tastes:
            entry = tastes[number % len(tastes)].id
            after = profiles.delete(customer, entry)
            return _gone(profiles, after, entry) if after.of(entry) is None else f"{entry} is still there"
        case "edit":
            about = Trait("colour", ("teal", "navy", "amber")[number % 3])
            change = _CHANGES[number % len(_CHANGES)]
            return _moved(profiles, profiles.edit(customer, about, change), about, change)
        case "gift":
            before = profiles.of(customer).hash
            gift_talk(profiles, customer, number)
            return "" if profiles.of(customer).hash == before else "a gift changed the profile"
        case "pause":
            profiles.pause(customer, True)
            return "" if profiles.personal(customer) is None else "a paused profile ranks"
        case "resume":
            profiles.pause(customer, False)
            return "" if not profiles.of(customer).paused else "it stays paused"
        case _:
            return ""


def gift_talk(profiles: Profiles, customer: str, number: int) -> None:
    """A conversation of ``customer`` about somebody else: by its wishes, or as a whole."""
    colour = ("navy", "teal", "coral")[number % 3]
    by_wish = number % 2 == 0
    wish = Wish("feature", colour, True, colour, 1, "gift" if by_wish else "always")
    store = Store(profiles.engine)
    state = store.new(customer, verified=True)
    if not by_wish:
        profiles.gift(state.id, True)
    said = Understanding("find", (wish,), fresh=True)
    store.append(state.id, Turn(1, f"something in {colour}", said, Preferences((wish,)), Reply()))


def _gone(profiles: Profiles, after: Profile, entry: str) -> str:
    facet, _, value = entry.partition(":")
    product = Product("any", "any", brand=value if facet == "brand" else "", attributes={facet: value})
    moves = Ranking(after, profiles.shares).moves(product)
    return f"{entry} still moves a product" if entry in moves else ""


def _moved(profiles: Profiles, after: Profile, about: Trait, change: Change) -> str:
    product = Product("any", "any", attributes={about.facet: about.value})
    much = Ranking(after, profiles.shares).moves(product).get(about.entry, 0.0)
    right = much > 0 if change == "like" else much < 0
    return "" if right else f"{about.entry} as {change} moves a product by {much}"


def sequences(count: int, seed: int) -> Sequence[Sequence[tuple[str, int]]]:
    """Random sequences of three to ten acts."""
    dice = random.Random(seed)
    return [[(dice.choice(ACTS), dice.randrange(100)) for _ in range(dice.randint(3, 10))] for _ in range(count)]
