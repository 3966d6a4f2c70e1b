"""The answer to a wish: cards, how many fit, why each does, and one question; or the explained no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from assistant import wording
from assistant.answering import Answer, Clock
from assistant.asking import question
from assistant.degrees import Reading, by_order, reader, superlative
from assistant.framed import Framed, framed
from assistant.preferences import SearchPlan, hard_wishes, summary, to_filters, without
from assistant.reading import cues
from assistant.recommend import SHOWN, recommendation, record_evidence, select, short_names
from assistant.relax import Relaxation, relaxations, shelf_order
from assistant.relax import Shelf as RelaxShelf
from assistant.respond import explain, plain_sentence
from assistant.state import Cards, DialogueState, Event, Preferences, Recommendation, Wish
from retrieval.product import Money, Product
from retrieval.query import Condition, Filters, Hit, Query

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_HAN = re.compile("[\u3400-\u9fff]")
# Candidates from which the cards are chosen: enough that soft wishes find those that meet them.
_CANDIDATES = 40
# Matches that a question is weighed over: the most relevant of them.
_WEIGHED = 300


class Shelf(RelaxShelf, Protocol):
    """What finding needs of the shop."""

    def looking_like(self, picture: bytes, query: Query) -> list[Hit]:
        """What satisfies the query's filters, by how like it looks to ``picture``."""
        ...

    def products(self, ids: list[str]) -> list[Product]:
        """The products of these ids, in this order; unknown ids are left out."""
        ...


def find(
    answer: Answer,
    state: DialogueState,
    shelf: Shelf,
    model: BaseChatModel | None,
    clock: Clock,
    like: Product | None = None,
    picture: bytes = b"",
) -> Iterator[Event]:
    """What fits the wishes in force; what is ``like`` a product comes first, and that product is left out.

    With a ``picture`` what looks like it comes first.
    """
    preferences, unheld = _stocked(_made_of(answer.preferences, shelf), shelf)
    plan = to_filters(preferences, shelf.vocabulary, shelf.currency)
    if not plan.text and not hard_wishes(preferences) and plan.order == "relevance" and not picture:
        yield from answer.say(framed("what_now"))
        return
    if like is not None:
        plan = replace(plan, text=like.title)
    started = perf_counter()
    but = "" if like is None else like.id
    selection = _search(shelf, plan, but, picture)
    if not selection.met:
        # What was plainly said and what this type of thing can be is meant: without it nothing is shown as fitting.
        for firm in _firm(preferences, plan, state, shelf):
            preferences = firm
            plan = replace(to_filters(preferences, shelf.vocabulary, shelf.currency), text=plan.text)
            selection = _search(shelf, plan, but, picture)
            if selection.hits:
                break
    if not selection.hits and (titled := _rejected_by_title(plan)) != plan:
        plan, selection = titled, _search(shelf, titled, but, picture)
    relaxed = [] if selection.hits else relaxations(shelf, preferences)
    clock.search = perf_counter() - started
    what = wording.wishes(preferences, shelf.currency)
    if not selection.hits:
        yield from _refuse(answer, shelf, plan, relaxed, what)
        return
    told = what if selection.met else wording.wishes(preferences, shelf.currency, soft=False)
    graded = _graded(preferences, selection, plan, shelf)
    if graded is not None and graded.ranked:
        answer.shown = tuple(_best(graded, plan, preferences))
    else:
        answer.shown = tuple(select(selection.hits, plan, preferences))
    yield Cards(answer.shown)
    if graded is not None and graded.ranked:
        yield from answer.say(*_superlative(graded, answer.shown, selection.total, told))
    else:
        yield from answer.say(wording.found(selection.total, answer.shown, told, shelf_order(plan)))
        if picture:
            yield from answer.say(framed("looks"))
        if graded is not None:
            yield from answer.say(wording.not_stated(graded.said))
    yield from _reasons(answer, selection, preferences, plan, shelf, model, clock)
    if unheld:
        yield from answer.say(wording.unstated(unheld))
    yield from _ask(answer, state, selection, preferences, plan, shelf)


class _Selection:
    """What the search left, and the filters that count it."""

    def __init__(self, plan: SearchPlan, hits: list[Hit], total: int, met: bool) -> None:
        self.plan = plan
        self.hits = hits
        self.total = total
        # Whether all of it meets the soft wishes as well.
        self.met = met


def _search(shelf: Shelf, plan: SearchPlan, but: str = "", picture: bytes = b"") -> _Selection:
    """Where at least two products meet every soft wish, only those are looked at; else the hard ones alone decide.

    The product with the id ``but`` is what others shall be like: it is no answer itself.
    """
    conditions = tuple(c for _, c in plan.soft)
    order = shelf_order(plan)

    def hits_of(query: Query) -> list[Hit]:
        return shelf.looking_like(picture, query) if picture else shelf.search(query)

    if conditions:
        strict = replace(plan.filters, must=plan.filters.must + conditions)
        hits = [h for h in hits_of(Query(plan.text, _CANDIDATES, strict, (), order)) if h.product.id != but]
        if len(hits) > 1:
            total = max(shelf.count(strict) - bool(but), len(hits))
            return _Selection(replace(plan, filters=strict), hits, total, True)
    hits = hits_of(Query(plan.text, _CANDIDATES, plan.filters, conditions, order))
    kept = [h for h in hits if h.product.id != but]
    return _Selection(plan, kept, shelf.count(plan.filters) - (len(hits) - len(kept)), not conditions)


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
            wish.force == "must" and _says_something(condition) and not cues.says("no_record", wish.words)
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


def _says_something(condition: Condition) -> bool:
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


@dataclass(frozen=True, slots=True)
class _Graded:
    """The whole selection in the order of a grade; products that do not state it are left out."""

    # As it was said: "the lightest", "最轻".
    said: str
    ranked: tuple[tuple[Hit, Reading], ...]


def _graded(preferences: Preferences, selection: _Selection, plan: SearchPlan, shelf: Shelf) -> _Graded | None:
    """Every product of the selection by the superlative asked for, not the most relevant ones only.

    None where none was asked for, or where nothing says what the selection is: "the cheapest" of a whole shop is
    left to the search.
    """
    wish = next(iter(preferences.of("order")), None)
    if wish is None or not (hard_wishes(preferences) or selection.met):
        return None
    known = by_order(str(wish.value))
    degree = known[0] if known else superlative(str(wish.value))
    if degree is None:
        return None
    # Without a text nothing is ranked: the grade decides.
    everything = shelf.search(Query("", max(selection.total, 1) + 1, selection.plan.filters))
    products = [h.product for h in everything]
    read = known[1] if known else reader(degree, shelf.vocabulary, plan.kinds, products)
    stated = [(h, found) for h in everything if read is not None and (found := read(h.product)) is not None]
    sign = -1 if degree.up else 1
    # Of equally good ones that with more ratings, then by id, as everywhere.
    stated.sort(key=lambda pair: (sign * pair[1].value, -pair[0].product.rating_count, pair[0].product.id))
    return _Graded(wish.words if _HAN.search(wish.words) else degree.said, tuple(stated))


def _best(graded: _Graded, plan: SearchPlan, preferences: Preferences) -> list[Recommendation]:
    names = short_names([hit.product for hit, _ in graded.ranked[:SHOWN]])
    cards = []
    for hit, found in graded.ranked[:SHOWN]:
        card = recommendation(hit, names[hit.product.id], plan, preferences)
        if found.evidence not in card.evidence:
            card = replace(card, evidence=(*card.evidence, found.evidence))
        cards.append(card)
    return cards


def _superlative(graded: _Graded, shown: Sequence[Recommendation], total: int, what: Framed) -> list[Framed]:
    first = graded.ranked[0][1].value
    winners = [found for _, found in graded.ranked if found.value == first]
    return wording.superlative(graded.said, shown[: len(winners)], winners, len(graded.ranked), total, what)


def _reasons(
    answer: Answer,
    selection: _Selection,
    preferences: Preferences,
    plan: SearchPlan,
    shelf: Shelf,
    model: BaseChatModel | None,
    clock: Clock,
) -> Iterator[Event]:
    """One sentence a card, and what no record confirms."""
    bounds = [str(Money.of(str(w.value), shelf.currency)) for w in preferences if w.slot in ("price_min", "price_max")]
    # The check knows English words alone, so in Chinese the reasons are plain ones.
    writer = None if answer.said.language == "zh" else model
    started = perf_counter()
    found = {p.id: p for p in shelf.products([c.product_id for c in answer.shown])}
    kinds = {h.product.id: h.kind for h in selection.hits}
    for card in answer.shown:
        # Told only what this product meets, a small model is not tempted to claim the rest.
        met = Preferences(tuple(w for w in preferences if w.words in card.meets))
        wish = summary(met, shelf.currency, rejected=False)
        record = record_evidence(found[card.product_id], kinds.get(card.product_id), card.name)
        yield from answer.say(explain(writer, card, wish, bounds, clock.cost, record))
    clock.respond = perf_counter() - started
    confirmed = {words for card in answer.shown for words in card.meets}
    missing = [w for w, c in plan.soft if w.words not in confirmed and _says_something(c)]
    if missing:
        yield from answer.say(wording.unstated(missing))


def _ask(
    answer: Answer,
    state: DialogueState,
    selection: _Selection,
    preferences: Preferences,
    plan: SearchPlan,
    shelf: Shelf,
) -> Iterator[Event]:
    """The question whose answer would narrow the list the most, where one would."""
    if selection.total <= len(answer.shown):
        return
    weighed = min(selection.total, _WEIGHED)
    hits = shelf.search(Query(plan.text, weighed, selection.plan.filters)) if weighed > _CANDIDATES else selection.hits
    # A new need may be asked everything anew.
    turns = state.turns if not answer.said.fresh else ()
    asked = [t.reply.asked for t in turns if t.reply.asked]
    if best := question([h.product for h in hits], len(answer.shown), preferences, asked):
        answer.asked, answer.choices = best.field, best.choices(answer.said.language)
        yield from answer.say(best.sentence())


def _refuse(answer: Answer, shelf: Shelf, plan: SearchPlan, relaxed: list[Relaxation], what: Framed) -> Iterator[Event]:
    """The explained no: alternatives as cards of their own, each with the wish that it breaks."""
    unknown = _unknown(answer.preferences, shelf)
    if not unknown:
        answer.alternatives = relaxed[0].alternatives if relaxed else ()
    if answer.alternatives:
        yield Cards((), answer.alternatives)
    yield from answer.say(*wording.refusal(relaxed, what, unknown))
    for card in answer.alternatives:
        yield from answer.say(plain_sentence(card))


def _unknown(preferences: Preferences, shelf: Shelf) -> list[str]:
    """The type named, where the shop has nothing of it at all."""
    categories = preferences.of("category")
    if categories:
        alone = without(preferences, tuple(w for w in preferences if w.slot != "category"))
        if not shelf.count(to_filters(alone, shelf.vocabulary, shelf.currency).filters):
            return [str(categories[0].value)]
    return []
