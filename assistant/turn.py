"""One turn, top to bottom: read, merge, search, choose, explain, check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from assistant import wording
from assistant.answers import compare, fact_answer
from assistant.errors import MessageTooLong, ModelError
from assistant.preferences import Linker, SearchPlan, hard_wishes, merge, summary, to_filters, without
from assistant.prompts import plain
from assistant.reading import cues
from assistant.recommend import record_evidence, select
from assistant.relax import Relaxation, relaxations
from assistant.relax import Shelf as RelaxShelf
from assistant.respond import Cost, explain
from assistant.state import (
    Cards,
    DialogueState,
    Done,
    Event,
    Ledger,
    Preferences,
    Recommendation,
    Reply,
    Sentence,
    Turn,
    Understanding,
    Understood,
    Wish,
)
from assistant.understand import MESSAGE_LIMIT, Trust, Vocabulary, understand
from retrieval.product import Money, Product
from retrieval.query import Hit, Query

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Candidates from which the cards are chosen: enough that soft wishes find those that meet them.
_CANDIDATES = 40


class Words(Linker, Vocabulary, Protocol):
    """A shop's vocabulary, for reading a message and for searching by what was read."""


class Shelf(RelaxShelf, Protocol):
    """What a turn needs of a shop; ``retrieval.search.Shelf`` has it."""

    @property
    def vocabulary(self) -> Words: ...

    def products(self, ids: list[str]) -> list[Product]:
        """The products of these ids, in this order; unknown ids are left out."""
        ...


def reply(
    state: DialogueState,
    text: str,
    *,
    shelf: Shelf,
    model: BaseChatModel | None,
    trust: Trust | None = None,
    said: Understanding | None = None,
) -> Iterator[Event]:
    """One turn as it happens: ``Understood``, ``Cards`` where products are shown, each ``Sentence``, then ``Done``.

    A sentence is yielded only after its check. A model that fails leaves the rules and the plain sentences, and a
    notice in the reply. Raises ``MessageTooLong``; nothing is stored here. ``model`` None works by rules alone.
    ``said`` is the reading of a message that needs none: a control of the page sent it.
    """
    clock = _Clock()
    if len(text) > MESSAGE_LIMIT:
        raise MessageTooLong(
            f"The message has {len(text):,} characters",
            f"Write at most {MESSAGE_LIMIT:,}; what was said before is kept",
        )
    text = plain(text, MESSAGE_LIMIT)
    notice = ""
    if said is None:
        said, notice = _understand(state, text, shelf, model, clock, trust)
        said = _made_relative(said, state, text, shelf)
    preferences = merge(state.preferences, said)
    clock.understood()
    yield Understood(said, preferences)
    answer = _Answer(said, preferences)
    for event in _answer(answer, state, text, shelf, None if notice else model, clock):
        clock.saw(event)
        yield event
    reply_ = Reply(
        sentences=tuple(answer.sentences),
        shown=answer.shown,
        alternatives=answer.alternatives,
        hand_off=answer.hand_off,
        notice=notice or clock.cost.failure,
    )
    yield Done(Turn(len(state.turns) + 1, text, said, preferences, reply_, clock.ledger()))


class _Answer:
    """What the reply has gathered so far."""

    def __init__(self, said: Understanding, preferences: Preferences) -> None:
        self.said = said
        self.preferences = preferences
        self.sentences: list[Sentence] = []
        self.shown: tuple[Recommendation, ...] = ()
        self.alternatives: tuple[Recommendation, ...] = ()
        self.hand_off: dict[str, object] | None = None


class _Clock:
    """Times and costs of one turn. Milliseconds in the ledger, seconds inside."""

    def __init__(self) -> None:
        self.start = perf_counter()
        self.cost = Cost()
        self.read = 0.0
        self.search = 0.0
        self.respond = 0.0
        self.first_card: float | None = None
        self.first_sentence: float | None = None

    def understood(self) -> None:
        self.read = perf_counter() - self.start

    def saw(self, event: Event) -> None:
        now = perf_counter() - self.start
        if isinstance(event, Cards) and self.first_card is None:
            self.first_card = now
        if isinstance(event, Sentence) and self.first_sentence is None:
            self.first_sentence = now

    def ledger(self) -> Ledger:
        def ms(seconds: float) -> float:
            return round(seconds * 1000, 1)

        return Ledger(
            understand=ms(self.read),
            search=ms(self.search),
            respond=ms(self.respond),
            check=ms(self.cost.check),
            first_card=None if self.first_card is None else ms(self.first_card),
            first_sentence=None if self.first_sentence is None else ms(self.first_sentence),
            total=ms(perf_counter() - self.start),
            model_calls=self.cost.model_calls,
            prompt_tokens=self.cost.prompt_tokens,
            completion_tokens=self.cost.completion_tokens,
        )


def _understand(
    state: DialogueState, text: str, shelf: Shelf, model: BaseChatModel | None, clock: _Clock, trust: Trust | None
) -> tuple[Understanding, str]:
    """The reading, and a notice where the model failed and the rules read alone."""
    try:
        said, reading = understand(model, state, text, shelf.vocabulary, trust=trust)
    except ModelError as error:
        return understand(None, state, text, shelf.vocabulary)[0], str(error)
    clock.cost.model_calls += model is not None
    clock.cost.prompt_tokens += reading.prompt_tokens
    clock.cost.completion_tokens += reading.completion_tokens
    return said, ""


def _made_relative(said: Understanding, state: DialogueState, text: str, shelf: Shelf) -> Understanding:
    """ "cheaper" as a bound: below the cheapest shown, where the message names no bound itself."""
    words = cues.says("cheaper", text)
    if not words or said.fresh or said.intent not in ("find", "refine") or said.values("price_max"):
        return said
    prices = [p.price for p in shelf.products([c.product_id for c in state.shown]) if p.price is not None]
    if not prices:
        return said
    below = Money(min(prices).minor - 1, shelf.currency).major
    value = int(below) if below == int(below) else float(below)
    wish = Wish("price_max", value, True, words, len(state.turns) + 1)
    return replace(said, intent="refine", wishes=(*said.wishes, wish))


def _answer(
    answer: _Answer, state: DialogueState, text: str, shelf: Shelf, model: BaseChatModel | None, clock: _Clock
) -> Iterator[Event]:
    """The fork: what each intent leads to."""
    match answer.said.intent:
        case "find" | "refine":
            yield from _find(answer, shelf, model, clock)
        case "compare" if len(state.shown) > 1:
            places = cues.pointed_at(text, len(state.shown))
            cards = [state.shown[i] for i in places] if len(places) > 1 else list(state.shown[:3])
            answer.shown = tuple(cards)
            yield Cards(answer.shown)
            yield from _say(answer, compare(shelf.products([c.product_id for c in cards]), cards))
        case "ask_product" if state.shown:
            places = cues.pointed_at(text, len(state.shown)) or ([0] if len(state.shown) == 1 else [])
            cards = [state.shown[i] for i in places] or list(state.shown)
            answer.shown = tuple(cards)
            yield Cards(answer.shown)
            for card, product in zip(cards, shelf.products([c.product_id for c in cards]), strict=False):
                yield from _say(answer, [fact_answer(product, card.name, text, shelf.vocabulary)])
        case _:
            yield from _say(answer, [wording.said(_fixed(answer.said, text))])
            if answer.said.intent == "hand_off":
                answer.hand_off = _packet(state, text, answer.preferences)
    if answer.said.language == "zh":
        yield from _say(answer, [wording.said(wording.ENGLISH_ONLY)])


def _fixed(said: Understanding, text: str) -> str:
    """The sentence for an intent that this shop answers the same way each time."""
    match said.intent:
        case "small_talk":
            return wording.THANKS if cues.says("thanks", text) else wording.GREETING
        case "out_of_scope":
            return wording.OUT_OF_SCOPE
        case "ask_policy":
            return wording.NO_POLICIES
        case "cart":
            return wording.NO_CART
        case "hand_off":
            return wording.HAND_OFF
        case "confirm" | "decline":
            return wording.NOTHING_PENDING
        case "compare" | "ask_product":
            return wording.WHICH_ONE
        case _:
            return wording.NO_ORDERS


def _packet(state: DialogueState, text: str, preferences: Preferences) -> dict[str, object]:
    """What a person needs to take over."""
    return {
        "reason": text,
        "customer": state.customer if state.verified else None,
        "wishes": [f"{w.slot}: {w.value}" for w in preferences],
        "shown": [c.product_id for c in state.shown],
        "turns": len(state.turns) + 1,
    }


def _say(answer: _Answer, sentences: list[Sentence]) -> Iterator[Event]:
    for sentence in sentences:
        answer.sentences.append(sentence)
        yield sentence


def _find(answer: _Answer, shelf: Shelf, model: BaseChatModel | None, clock: _Clock) -> Iterator[Event]:
    preferences = answer.preferences
    plan = to_filters(preferences, shelf.vocabulary, shelf.currency)
    if not plan.text and not hard_wishes(preferences) and plan.order == "relevance":
        yield from _say(answer, [wording.said(wording.WHAT_NOW)])
        return
    started = perf_counter()
    total, hits, all_soft = _search(shelf, plan)
    relaxed = [] if hits else relaxations(shelf, preferences)
    clock.search = perf_counter() - started
    what = summary(preferences, shelf.currency)
    told = what if all_soft else summary(preferences, shelf.currency, soft=False)
    if not hits:
        yield from _refuse(answer, shelf, plan, relaxed, what)
        return
    answer.shown = tuple(select(hits, plan, preferences))
    yield Cards(answer.shown)
    yield from _say(answer, [wording.found(total, answer.shown, told, plan.order)])
    bounds = [str(Money.of(str(w.value), shelf.currency)) for w in preferences if w.slot in ("price_min", "price_max")]
    started = perf_counter()
    found = {h.product.id: h for h in hits}
    for card in answer.shown:
        # Told only what this product meets, a small model is not tempted to claim the rest.
        met = Preferences(tuple(w for w in preferences if w.words in card.meets))
        wish = summary(met, shelf.currency, rejected=False)
        hit = found[card.product_id]
        record = record_evidence(hit.product, hit.kind, card.name)
        yield from _say(answer, [explain(model, card, wish, bounds, clock.cost, record)])
    clock.respond = perf_counter() - started
    confirmed = {words for card in answer.shown for words in card.meets}
    missing = [w for w, _ in plan.soft if w.words not in confirmed]
    if missing:
        yield from _say(answer, [wording.unstated(missing)])
    if question := wording.question(preferences, total, len(answer.shown)):
        yield from _say(answer, [question])


def _search(shelf: Shelf, plan: SearchPlan) -> tuple[int, list[Hit], bool]:
    """How many fit, the best of them, and whether that counts the soft wishes too.

    Where at least two products meet every soft wish, only those are looked at; else the hard ones alone decide.
    """
    conditions = tuple(c for _, c in plan.soft)
    if conditions:
        strict = replace(plan.filters, must=plan.filters.must + conditions)
        hits = shelf.search(Query(plan.text, _CANDIDATES, strict, (), plan.order))
        if len(hits) > 1:
            return shelf.count(strict), hits, True
    hits = shelf.search(Query(plan.text, _CANDIDATES, plan.filters, conditions, plan.order))
    return shelf.count(plan.filters), hits, not conditions


def _refuse(answer: _Answer, shelf: Shelf, plan: SearchPlan, relaxed: list[Relaxation], what: str) -> Iterator[Event]:
    """The explained no: alternatives as cards of their own, each with the wish that it breaks."""
    unknown = _unknown(answer.preferences, shelf, plan)
    if not unknown:
        answer.alternatives = relaxed[0].alternatives if relaxed else ()
    if answer.alternatives:
        yield Cards((), answer.alternatives)
    yield from _say(answer, wording.refusal(relaxed, what, unknown))
    for card in answer.alternatives:
        yield from _say(answer, [explain(None, card, what, (), Cost())])


def _unknown(preferences: Preferences, shelf: Shelf, plan: SearchPlan) -> list[str]:
    """The type or the brands named, where the shop has nothing of them at all."""
    categories = preferences.of("category")
    if categories:
        alone = without(preferences, tuple(w for w in preferences if w.slot != "category"))
        if not shelf.count(to_filters(alone, shelf.vocabulary, shelf.currency).filters):
            return [str(categories[0].value)]
    return []
