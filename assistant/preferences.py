"""Wishes over time, and what they mean for a search. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, Protocol, cast

from assistant.reading.phrases import Span
from assistant.state import Preferences, Slot, Understanding, Wish
from retrieval.lexicon import key, lexicon
from retrieval.link import Sort
from retrieval.product import Money
from retrieval.query import Condition, Filters
from retrieval.text import words

# A later word replaces an earlier one in these slots; in the others it joins it.
_SINGLE: frozenset[Slot] = frozenset(
    {"category", "price_min", "price_max", "currency", "min_rating", "in_stock", "for_whom", "order"}
)
_OPPOSITE: Mapping[Slot, Slot] = {
    "brand": "not_brand",
    "not_brand": "brand",
    "feature": "dislike",
    "dislike": "feature",
}


# A group of words that no record has.
_NOWHERE = (" ",)


class Linker(Protocol):
    """What the search needs of a shop's vocabulary."""

    def brands(self, text: str) -> Sequence[Span]:
        """Makers of the shop that the text names."""
        ...

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """Labels of the shop's types that the phrase denotes; () where the shop has none."""
        ...

    def sort(self, phrase: str) -> Sort:
        """The same, with what products of some of these types must say to count."""
        ...

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        """What a product, of types with these labels, must have to satisfy the phrase."""
        ...


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """Preferences as the shelf understands them, each condition still beside the wish it came from."""

    filters: Filters
    text: str
    # Soft wishes and what would satisfy each.
    soft: tuple[tuple[Wish, Condition], ...] = ()
    # Hard wishes about features and dislikes, and their conditions.
    hard: tuple[tuple[Wish, Condition], ...] = ()
    order: Literal["relevance", "price_up", "price_down", "rating"] = "relevance"
    # Labels of the shop's types that the category names, hard or soft.
    kinds: tuple[str, ...] = ()
    # True where the shop has no type that the category names.
    unknown_category: bool = False
    conditions: Mapping[Wish, Condition] = field(default_factory=dict)


def merge(preferences: Preferences, said: Understanding) -> Preferences:
    """The wishes in force after a message: the later word wins, and a message without wishes changes nothing.

    A need of its own leaves only what holds always: "I am allergic to wool".
    """
    kept = [w for w in preferences if not _taken_back(w, said) and (w.scope == "always" or not said.fresh)]
    replaced_brand = False
    for wish in said.wishes:
        if wish in kept:
            continue
        if wish.slot in _SINGLE:
            kept = [w for w in kept if w.slot != wish.slot]
        elif wish.slot == "brand" and not replaced_brand:
            # "Canon instead": brands of this message replace those of earlier ones; two in one message stand together.
            kept = [w for w in kept if w.slot != "brand" or w.turn == wish.turn]
            replaced_brand = True
        opposite = _OPPOSITE.get(wish.slot)
        kept = [w for w in kept if not _same(w, wish, wish.slot) and not (opposite and _same(w, wish, opposite))]
        kept.append(wish)
        kept = _bounds_agree(kept, wish)
    return Preferences(tuple(kept))


def _taken_back(wish: Wish, said: Understanding) -> bool:
    return any(s == wish.slot and (not v or v.casefold() == str(wish.value).casefold()) for s, v in said.retracts)


def _same(old: Wish, new: Wish, slot: Slot) -> bool:
    return old.slot == slot and words(str(old.value)) == words(str(new.value))


def _bounds_agree(wishes: list[Wish], latest: Wish) -> list[Wish]:
    """Drops the older price bound where the newer one leaves nothing between them."""
    low = next((w for w in wishes if w.slot == "price_min"), None)
    high = next((w for w in wishes if w.slot == "price_max"), None)
    if low and high and float(low.value) > float(high.value):
        older = low if latest is high else high
        return [w for w in wishes if w is not older]
    return wishes


def to_filters(preferences: Preferences, vocabulary: Linker, currency: str) -> SearchPlan:
    """Hard wishes as exact filters in the shop's ``currency``, soft ones as preferences of the ranking.

    Amounts are read as the shop's own currency: a price in another one is never converted silently.
    """
    category = next(iter(preferences.of("category")), None)
    sort, doing = _sort(category, preferences, vocabulary) if category else (Sort(), ())
    kinds = sort.labels
    hard: list[tuple[Wish, Condition]] = []
    rejected: list[tuple[Wish, Condition]] = []
    soft: list[tuple[Wish, Condition]] = []
    conditions: dict[Wish, Condition] = {}
    if category and not kinds:
        conditions[category] = Condition(str(category.value), title_only=True)
        (hard if category.hard else soft).append((category, conditions[category]))
    for wish in (w for w in preferences.of("feature") if w not in doing):
        conditions[wish] = vocabulary.link(str(wish.value), kinds)
        (hard if wish.hard else soft).append((wish, conditions[wish]))
    conditions |= _told_apart(conditions)
    hard, soft = ([(w, conditions[w]) for w, _ in found] for found in (hard, soft))
    for wish, condition, lacks in _unwanted(preferences, vocabulary, kinds):
        conditions[wish] = condition
        (hard if lacks else rejected).append((wish, condition))
    brands = preferences.of("brand")
    for wish in brands:
        if not wish.hard:
            conditions[wish] = Condition(str(wish.value))
            soft.append((wish, conditions[wish]))
    filters = Filters(
        price_min=_minor(preferences, "price_min", currency),
        price_max=_minor(preferences, "price_max", currency),
        brands=tuple(str(w.value) for w in brands if w.hard),
        not_brands=tuple(str(w.value) for w in preferences.of("not_brand")),
        kinds=kinds if category and category.hard else (),
        provided=sort.provided if category and category.hard else (),
        must=tuple(c for _, c in hard),
        must_not=tuple(c for _, c in rejected),
        min_rating=next((float(w.value) for w in preferences.of("min_rating")), None),
        in_stock=bool(preferences.of("in_stock")),
    )
    said = [str(w.value) for w in preferences if w.slot in ("category", "feature")] + [str(w.value) for w in brands]
    order = next((str(w.value) for w in preferences.of("order")), "relevance")
    return SearchPlan(
        filters=filters,
        text=" ".join(dict.fromkeys(said)),
        soft=tuple(soft),
        hard=tuple(hard),
        order=cast(Literal["relevance", "price_up", "price_down", "rating"], order),
        kinds=kinds,
        unknown_category=bool(category and not kinds),
        conditions=conditions,
    )


def _unwanted(
    preferences: Preferences, vocabulary: Linker, kinds: Sequence[str]
) -> Iterator[tuple[Wish, Condition, bool]]:
    """What is not wanted, each with a condition, and whether this is to be met: "no cable" is wireless."""
    for wish in preferences.of("dislike"):
        had = lexicon().lacking.get(key(str(wish.value)))
        without_it = vocabulary.link(had, kinds) if had else None
        if without_it and without_it.attributes:
            yield wish, without_it, True
        else:
            yield wish, vocabulary.link(str(wish.value), kinds), False
    for wish in preferences.of("not_brand"):
        named = vocabulary.link(str(wish.value), kinds)
        if not vocabulary.brands(str(wish.value)):
            # No maker of this shop, so what is not wanted is whatever bears the name.
            yield wish, Condition(str(wish.value)), False
        elif named.attributes and isinstance(named.value, str):
            # A maker's system is in the things of others too: "no Senseo" of coffee machines that take its pods.
            yield wish, replace(named, any_of=(_NOWHERE,)), False


def _sort(category: Wish, preferences: Preferences, vocabulary: Linker) -> tuple[Sort, tuple[Wish, ...]]:
    """What the type denotes, and the features that its fuller name says: a printer that scans is an all-in-one."""
    named = str(category.value)
    for noun, name, does in lexicon().doing_more:
        doing = tuple(w for w in preferences.of("feature") if does.intersection(key(str(w.value)).split()))
        if doing and named.split()[-1] == noun and name not in named:
            more = vocabulary.sort(f"{named.removesuffix(noun)}{name}")
            if more.labels:
                return more, doing
    return vocabulary.sort(named), ()


def _told_apart(conditions: Mapping[Wish, Condition]) -> dict[Wish, Condition]:
    """The amounts that could be of several attributes, less those of which another wish speaks by name.

    Beside "8 GB of RAM" a bare "512 GB" is no memory.
    """
    found = {}
    for wish, condition in conditions.items():
        named = {
            name
            for other in conditions.values()
            if other.unit == condition.unit != "" and set(other.attributes) < set(condition.attributes)
            for name in other.attributes
        }
        if left := tuple(name for name in condition.attributes if name not in named):
            found[wish] = replace(condition, attributes=left)
    return found


def _minor(preferences: Preferences, slot: Slot, currency: str) -> int | None:
    wish = next(iter(preferences.of(slot)), None)
    return None if wish is None else Money.of(Decimal(str(wish.value)), currency).minor


def without(preferences: Preferences, dropped: tuple[Wish, ...]) -> Preferences:
    """The preferences less some wishes: what a relaxation would search for."""
    return Preferences(tuple(w for w in preferences if w not in dropped))


def hard_wishes(preferences: Preferences) -> list[Wish]:
    """The wishes that no shown product may break, in the order said."""
    slots = ("category", "price_min", "price_max", "brand", "not_brand", "feature", "dislike", "min_rating", "in_stock")
    return [w for w in preferences if w.hard and w.slot in slots]


def summary(preferences: Preferences, currency: str, *, soft: bool = True, rejected: bool = True) -> str:
    """The wishes in one line of plain words: "black laptop under $900, not HP".

    On demand without the soft wishes, or without what is rejected.
    """
    if not rejected:
        preferences = Preferences(tuple(w for w in preferences if w.slot not in ("not_brand", "dislike")))
    if not soft:
        preferences = Preferences(tuple(w for w in preferences if w.hard))
    parts = [str(w.value) for w in preferences.of("feature")] + [str(w.value) for w in preferences.of("category")]
    line = " ".join(parts) or "what you asked for"
    for brand in preferences.of("brand"):
        line += f" from {brand.value}"
    low, high = preferences.of("price_min"), preferences.of("price_max")
    money = [Money.of(Decimal(str(w[0].value)), currency) if w else None for w in (low, high)]
    if money[0] and money[1]:
        line += f" between {money[0]} and {money[1]}"
    elif money[1]:
        line += f" under {money[1]}"
    elif money[0]:
        line += f" over {money[0]}"
    return line + "".join(f", not {w.value}" for w in preferences if w.slot in ("not_brand", "dislike"))
