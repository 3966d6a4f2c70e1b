"""The answer to a wish: cards, how many fit, why each does, and one question; or the explained no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from assistant import wording
from assistant.answering import Answer, Clock
from assistant.asking import question
from assistant.degrees import Reading, by_order, reader, superlative
from assistant.framed import Framed, framed
from assistant.preferences import hard_wishes, summary, to_filters, without
from assistant.recommend import SHOWN, recommendation, record_evidence, select, short_names
from assistant.relax import Relaxation, relaxations, shelf_order
from assistant.respond import explain, plain_sentence
from assistant.selection import CANDIDATES, Selection, Shelf, says_something, searchable, selected
from assistant.state import Cards, DialogueState, Event, Preferences, Recommendation
from retrieval.product import Money, Product
from retrieval.query import Hit, Query

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_HAN = re.compile("[\u3400-\u9fff]")
# Matches that a question is weighed over: the most relevant of them.
_WEIGHED = 300


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
    preferences, unheld = searchable(answer.preferences, shelf)
    plan = to_filters(preferences, shelf.vocabulary, shelf.currency)
    if not plan.text and not hard_wishes(preferences) and plan.order == "relevance" and not picture:
        yield from answer.say(framed("what_now"))
        return
    started = perf_counter()
    found = selected(preferences, plan, state, shelf, like, picture)
    relaxed = [] if found.hits else relaxations(shelf, found.preferences)
    clock.search = perf_counter() - started
    if not found.hits:
        yield from _refuse(answer, shelf, relaxed, wording.wishes(found.preferences, shelf.currency))
        return
    yield from _show(answer, found, shelf, bool(picture))
    yield from _reasons(answer, found, shelf, model, clock)
    if unheld:
        yield from answer.say(wording.unstated(unheld))
    yield from _ask(answer, state, found, shelf)


def _show(answer: Answer, found: Selection, shelf: Shelf, by_picture: bool) -> Iterator[Event]:
    """The cards, how many fit, and by what they are ordered."""
    told = wording.wishes(found.preferences, shelf.currency, soft=found.met)
    graded = _graded(found, shelf)
    if graded is not None and graded.ranked:
        answer.shown = tuple(_best(graded, found))
        yield Cards(answer.shown)
        yield from answer.say(*_superlative(graded, answer.shown, found.total, told))
        return
    answer.shown = tuple(select(found.hits, found.plan, found.preferences))
    yield Cards(answer.shown)
    yield from answer.say(wording.found(found.total, answer.shown, told, shelf_order(found.plan)))
    if by_picture:
        yield from answer.say(framed("looks"))
    if graded is not None:
        yield from answer.say(wording.not_stated(graded.said))


@dataclass(frozen=True, slots=True)
class _Graded:
    """The whole selection in the order of a grade; products that do not state it are left out."""

    # As it was said: "the lightest", "最轻".
    said: str
    ranked: tuple[tuple[Hit, Reading], ...]


def _graded(found: Selection, shelf: Shelf) -> _Graded | None:
    """Every product of the selection by the superlative asked for, not the most relevant ones only.

    None where none was asked for, or where nothing says what the selection is: "the cheapest" of a whole shop is
    left to the search.
    """
    wish = next(iter(found.preferences.of("order")), None)
    if wish is None or not (hard_wishes(found.preferences) or found.met):
        return None
    known = by_order(str(wish.value))
    degree = known[0] if known else superlative(str(wish.value))
    if degree is None:
        return None
    # Without a text nothing is ranked: the grade decides.
    everything = shelf.search(Query("", max(found.total, 1) + 1, found.filters))
    products = [h.product for h in everything]
    read = known[1] if known else reader(degree, shelf.vocabulary, found.plan.kinds, products)
    stated = [(h, value) for h in everything if read is not None and (value := read(h.product)) is not None]
    sign = -1 if degree.up else 1
    # Of equally good ones that with more ratings, then by id, as everywhere.
    stated.sort(key=lambda pair: (sign * pair[1].value, -pair[0].product.rating_count, pair[0].product.id))
    return _Graded(wish.words if _HAN.search(wish.words) else degree.said, tuple(stated))


def _best(graded: _Graded, found: Selection) -> list[Recommendation]:
    names = short_names([hit.product for hit, _ in graded.ranked[:SHOWN]])
    cards = []
    for hit, read in graded.ranked[:SHOWN]:
        card = recommendation(hit, names[hit.product.id], found.plan, found.preferences)
        if read.evidence not in card.evidence:
            card = replace(card, evidence=(*card.evidence, read.evidence))
        cards.append(card)
    return cards


def _superlative(graded: _Graded, shown: Sequence[Recommendation], total: int, what: Framed) -> list[Framed]:
    first = graded.ranked[0][1].value
    winners = [read for _, read in graded.ranked if read.value == first]
    return wording.superlative(graded.said, shown[: len(winners)], winners, len(graded.ranked), total, what)


def _reasons(
    answer: Answer, found: Selection, shelf: Shelf, model: BaseChatModel | None, clock: Clock
) -> Iterator[Event]:
    """One sentence a card, and what no record confirms."""
    priced = [w for w in found.preferences if w.slot in ("price_min", "price_max")]
    bounds = [str(Money.of(str(w.value), shelf.currency)) for w in priced]
    # The check knows English words alone, so in Chinese the reasons are plain ones.
    writer = None if answer.said.language == "zh" else model
    started = perf_counter()
    products = {p.id: p for p in shelf.products([c.product_id for c in answer.shown])}
    kinds = {h.product.id: h.kind for h in found.hits}
    for card in answer.shown:
        # Told only what this product meets, a small model is not tempted to claim the rest.
        met = Preferences(tuple(w for w in found.preferences if w.words in card.meets))
        wish = summary(met, shelf.currency, rejected=False)
        record = record_evidence(products[card.product_id], kinds.get(card.product_id), card.name)
        yield from answer.say(explain(writer, card, wish, bounds, clock.cost, record))
    clock.respond = perf_counter() - started
    confirmed = {words for card in answer.shown for words in card.meets}
    missing = [w for w, c in found.plan.soft if w.words not in confirmed and says_something(c)]
    if missing:
        yield from answer.say(wording.unstated(missing))


def _ask(answer: Answer, state: DialogueState, found: Selection, shelf: Shelf) -> Iterator[Event]:
    """The question whose answer would narrow the list the most, where one would."""
    if found.total <= len(answer.shown):
        return
    weighed = min(found.total, _WEIGHED)
    hits = shelf.search(Query(found.plan.text, weighed, found.filters)) if weighed > CANDIDATES else found.hits
    # A new need may be asked everything anew.
    turns = state.turns if not answer.said.fresh else ()
    asked = [t.reply.asked for t in turns if t.reply.asked]
    if best := question([h.product for h in hits], len(answer.shown), found.preferences, asked):
        answer.asked, answer.choices = best.field, best.choices(answer.said.language)
        yield from answer.say(best.sentence())


def _refuse(answer: Answer, shelf: Shelf, relaxed: list[Relaxation], what: Framed) -> Iterator[Event]:
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
