"""Which products are meant: the wishes in force as a search, and what the shelf leaves of itself under them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.preferences import SearchPlan, to_filters, without
from assistant.reading import cues
from assistant.relax import Shelf as RelaxShelf
from assistant.relax import shelf_order
from assistant.state import DialogueState, Preferences, Wish
from retrieval.product import Product
from retrieval.query import Condition, Filters, Hit, Query

# Candidates from which the cards are chosen: enough that soft wishes find those that meet them.
CANDIDATES = 40


class Shelf(RelaxShelf, Protocol):
    """What finding needs of the shop."""

    def looking_like(self, picture: bytes, query: Query) -> list[Hit]:
        """What satisfies the query's filters, by how like it looks to ``picture``."""
        ...

    def products(self, ids: list[str]) -> list[Product]:
        """The products of these ids, in this order; unknown ids are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Selection:
    """What the search left, and what it was looked for by."""

    # The wishes as they were searched for: some that were said softly may be hard here.
    preferences: Preferences
    plan: SearchPlan
    # Those of the plan, and the soft wishes where all of it meets them: they count ``total``.
    filters: Filters
    # The best of it, at most ``CANDIDATES``.
    hits: list[Hit]
    total: int
    # Whether all of it meets the soft wishes as well.
    met: bool


def searchable(preferences: Preferences, shelf: Shelf) -> tuple[Preferences, list[Wish]]:
    """The wishes as this shop can be asked for them, and those left out since no record of it says a word of them."""
    return _stocked(_made_of(preferences, shelf), shelf)


def selected(
    preferences: Preferences,
    plan: SearchPlan,
    state: DialogueState,
    shelf: Shelf,
    like: Product | None = None,
    picture: bytes = b"",
) -> Selection:
    """What the shelf has for the ``plan`` of these wishes.

    What is ``like`` a product comes first, and that product is left out; with a ``picture`` what looks like it does.
    """
    if like is not None:
        plan = replace(plan, text=like.title)
    but = "" if like is None else like.id
    selection = _search(shelf, preferences, plan, but, picture)
    if not selection.met:
        # What was plainly said and what this type of thing can be is meant: without it nothing is shown as fitting.
        for firm in _firm(preferences, plan, state, shelf):
            hard = replace(to_filters(firm, shelf.vocabulary, shelf.currency), text=plan.text)
            selection = _search(shelf, firm, hard, but, picture)
            if selection.hits:
                break
    if not selection.hits and (titled := _rejected_by_title(selection.plan)) != selection.plan:
        selection = _search(shelf, selection.preferences, titled, but, picture)
    return selection


def _search(shelf: Shelf, preferences: Preferences, plan: SearchPlan, but: str, picture: bytes) -> Selection:
    """Where at least two products meet every soft wish, only those are looked at; else the hard ones alone decide.

    The product with the id ``but`` is what others shall be like: it is no answer itself.
    """
    conditions = tuple(c for _, c in plan.soft)
    order = shelf_order(plan)

    def hits_of(query: Query) -> list[Hit]:
        return shelf.looking_like(picture, query) if picture else shelf.search(query)

    if conditions:
        strict = replace(plan.filters, must=plan.filters.must + conditions)
        hits = [h for h in hits_of(Query(plan.text, CANDIDATES, strict, (), order)) if h.product.id != but]
        if len(hits) > 1:
            total = max(shelf.count(strict) - bool(but), len(hits))
            return Selection(preferences, plan, strict, hits, total, True)
    hits = hits_of(Query(plan.text, CANDIDATES, plan.filters, conditions, order))
    kept = [h for h in hits if h.product.id != but]
    total = shelf.count(plan.filters) - (len(hits) - len(kept))
    return Selection(preferences, plan, plan.filters, kept, total, not conditions)


def _made_of(preferences: Preferences, shelf: Shelf) -> Preferences:
    """The wishes, where a maker of none of these things, named with a model, makes a part: "an Intel Core i7" inside.

    That is then a wish like any other, which the model's name decides.
    """
    kinds = to_filters(Preferences(tuple(preferences.of("category"))), shelf.vocabulary, shelf.currency).filters.kinds
    models = {w.turn for w in preferences.of("feature") if re.search(r"\d", str(w.value))}
    inside = [
        w
        for w in preferences.of("brand")
        if kinds
        and w.hard
        and w.turn in models
        and not shelf.count(Filters(kinds=kinds, brands=(str(w.value),)))
        and shelf.count(Filters(kinds=kinds, must=(Condition(str(w.value)),)))
    ]
    return Preferences(tuple(replace(w, hard=False) if w in inside else w for w in preferences))


def _stocked(preferences: Preferences, shelf: Shelf) -> tuple[Preferences, list[Wish]]:
    """The wishes less "in stock" where no record of the shop says so of anything: it would rule out the whole shop."""
    wishes = preferences.of("in_stock")
    if not wishes or shelf.count(Filters(in_stock=True)):
        return preferences, []
    return without(preferences, tuple(wishes)), list(wishes)


def _firm(preferences: Preferences, plan: SearchPlan, state: DialogueState, shelf: Shelf) -> list[Preferences]:
    """The wishes, where each soft one that was plainly said, and that things of this type can meet, is hard.

    Where that leaves nothing, what only words could show gives way to what attributes state, and what was said and
    shown before to what is said now; of several ways the last is the one whose refusal is told.
    """
    of_type = Filters(kinds=plan.filters.kinds, provided=plan.filters.provided)
    stated, worded = [], []
    for wish, condition in plan.soft:
        if wish.slot != "feature" or wish.force == "mild":
            continue
        if condition.stated or (
            wish.force == "must" and says_something(condition) and not cues.says("no_record", wish.words)
        ):
            stated.append(wish)
        elif shelf.count(replace(of_type, must=(_named(condition, wish),))):
            # Of what was no must only a title shows that it is a property of things, and no word of a story.
            worded.append(wish)
    meant = stated + worded
    if not meant:
        return []
    shown = {words for turn in state.turns for card in turn.reply.shown for words in card.meets}
    fresh = [w for w in stated if w.turn > len(state.turns) or w.words not in shown]
    tiers = [meant]
    if worded:
        tiers.append(stated)
    # Less money, or another maker, is no other colour.
    if any(w.turn > len(state.turns) and w.slot in ("feature", "brand", "category") for w in preferences):
        tiers.append(fresh)
    return [_with_hard(preferences, firm) for firm in tiers]


def says_something(condition: Condition) -> bool:
    """Whether a record could show it: "pack" and "fit" alone ask for nothing."""
    return bool(condition.attributes or condition.others) or any(w.strip() for g in condition.groups() for w in g)


def _rejected_by_title(plan: SearchPlan) -> SearchPlan:
    """The plan, where what is not wanted, and what no attribute decides, counts in titles alone.

    "No capsules" leaves a machine for pads whose record has a field named "coffee capsule/pod system".
    """
    rejected = tuple(c if c.attributes else replace(c, title_only=True) for c in plan.filters.must_not)
    return replace(plan, filters=replace(plan.filters, must_not=rejected))


def _with_hard(preferences: Preferences, firm: Sequence[Wish]) -> Preferences:
    return Preferences(tuple(replace(w, hard=w.hard or w in firm) for w in preferences))


def _named(condition: Condition, wish: Wish) -> Condition:
    return condition if wish.force == "must" else replace(condition, title_only=True)
