"""Wishes that are measured against what is on the cards: "cheaper", "lighter than the second", "like the first"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.degrees import Degree, among_shown, bound, comparative, superlative
from assistant.pointing import pointed
from assistant.preferences import to_filters
from assistant.reading import cues
from assistant.reading.features import is_measure
from assistant.reading.needs import same_thing
from assistant.selection import Shelf as SelectionShelf
from assistant.state import DialogueState, Preferences, Understanding, Wish
from retrieval.product import Kind, Money, Product
from retrieval.query import Query
from retrieval.text import words

# Products that a bound is chosen from.
_POOL = 2000
_LIKE = re.compile(
    r"\b(?:something|anything|one|ones|more|others?|things?)?\s*(?:like|similar to|comparable to|along the lines of)\s+"
    r"(?:the\s+)?(?:first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th|number|option|#|no\.|this|that|it)\b",
    re.IGNORECASE,
)
# What points at a picture that was sent along.
_PICTURE = re.compile(
    r"\b(?:(?:i|we)(?:'d| would)? (?:want|need|like)|(?:show|find|get) me|do you have|have you got)?\s*"
    r"\b(?:something|anything|one|ones|things?)?\s*(?:(?:that )?looks?(?:ing)? )?(?:just )?"
    r"(?:like|similar to|as (?:in|on)|in|on) (?:this|that|my|the|it)(?: (?:picture|photo|image|one))?\b|"
    r"找?(?:和|跟|像)?我?(?:的|这张|这个)?(?:图片|照片|图)(?:里的?|上的?)?(?:相似的?|差不多的?|一样的?|类似的?)?",
    re.IGNORECASE,
)
_WANTS_OTHERS = re.compile(
    r"\b(?:something|anything|somewhat|a bit|a little|(?<!which )ones?|others?|any|show|find|need|want|got|have|"
    r"prefer|but)\b|^\W*(?:\w+\s+){0,3}(?:please|pls)?\W*$",
    re.IGNORECASE,
)
_PRICE = re.compile(r"\b(?:price|cost|expensive|cheap\w*)\b", re.IGNORECASE)


class Shelf(SelectionShelf, Protocol):
    """What relative wishes need of the shop."""

    def kind(self, id_: str) -> Kind | None:
        """What the product is called."""
        ...


def beside_picture(text: str) -> str:
    """The words that wish for something beyond what a picture shows: "under 50" of "something like this, under 50"."""
    rest = _PICTURE.sub(" ", text)
    return " ".join(rest.split()).strip(" ,.;:!?，。！？") if re.search(r"\w", rest) else ""


def relative(
    said: Understanding, state: DialogueState, text: str, shelf: Shelf
) -> tuple[Understanding, Product | None]:
    """The reading with relative wishes made absolute, and the product that others shall be like.

    "Cheaper" is below the cheapest shown, "cheaper than the second" below that one; bounds that the message names
    itself are left alone. A superlative over the whole selection becomes an order.
    """
    said = _ordered(said, state, text)
    if said.fresh or not state.shown:
        return said, None
    liked = _LIKE.search(text)
    meant = pointed(state, text)
    cheaper, degree = cues.says("cheaper", text), _of_the_thing(comparative(text), text, state)
    if not (liked or cheaper or degree):
        return said, None
    wants = said.intent in ("find", "refine") or (
        said.intent in ("ask_product", "compare") and len(meant) < 2 and _WANTS_OTHERS.search(text) is not None
    )
    if not liked and not wants:
        return said, None
    cards = meant if len(meant) == 1 else list(state.shown)
    products = shelf.products([c.product_id for c in cards])
    number = len(state.turns) + 1
    wishes: list[Wish] = []
    if cheaper and not said.values("price_max"):
        wishes += _below(products, shelf.currency, cheaper, number)
    if degree and not _PRICE.search(degree.said) and not _told(degree, text, said):
        kinds = tuple(dict.fromkeys(k.label for p in products if (k := shelf.kind(p.id))))
        if phrase := bound(degree, shelf.vocabulary, kinds, products, _pool(state.preferences, shelf)):
            wishes.append(Wish("feature", phrase, True, degree.said, number))
    like = products[0] if liked and len(meant) == 1 and products else None
    if like is not None and not state.preferences.of("category") and (kind := shelf.kind(like.id)):
        wishes.append(Wish("category", kind.label, True, kind.label, number))
    if not wishes and like is None:
        return said, None
    said_so = {w.lower() for w in (cheaper, degree.said if degree else None) if w}
    kept = [w for w in said.wishes if not any(w.words.lower() in s or s in w.words.lower() for s in said_so)]
    return replace(said, intent="refine", wishes=(*kept, *wishes)), like


_REMARK = re.compile(r"\b(?:they|these|those|it|that)(?:'re|’re|'s|’s| are| is) $", re.IGNORECASE)


def _told(degree: Degree, text: str, said: Understanding) -> bool:
    """Whether a grade is no wish by itself: a remark ("they are smaller"), or beside the figure that says how much."""
    figure = any(w.slot == "feature" and is_measure(w.words) for w in said.wishes)
    return figure or _REMARK.search(text[: degree.span[0]]) is not None or _no_more(degree, text)


def _no_more(degree: Degree, text: str) -> bool:
    """Whether "longer" only ends what was: "no longer under 50"."""
    return degree.said.lower() == "longer" and text[: degree.span[0]].lower().endswith("no ")


_NEXT = re.compile(r"\s+([^\W\d_]+)")
_ANY_THING = frozenset("one ones thing things model models version versions option options size sizes".split())


def _of_the_thing(degree: Degree | None, text: str, state: DialogueState) -> Degree | None:
    """The grade, unless it is said of another noun: "a bigger challenge" asks for no bigger puzzle."""
    behind = _NEXT.match(text, degree.span[1]) if degree and not degree.measure else None
    if degree is None or behind is None or behind[1].lower() in cues.stop_words() | _ANY_THING:
        return degree
    return degree if any(same_thing(w, state.preferences) for w in words(behind[1])) else None


def _ordered(said: Understanding, state: DialogueState, text: str) -> Understanding:
    """A superlative that is asked of the whole selection ("the lightest laptop") as a wish for an order."""
    degree = superlative(text)
    if degree is None or said.intent not in ("find", "refine", "compare", "ask_product"):
        return said
    if state.shown and among_shown(text):
        return said
    if said.values("order"):
        return said
    wanted = degree.said.lower().removeprefix("the ")
    for held in state.preferences.of("order"):
        before = superlative(str(held.value))
        if before is not None and not degree.measure and before.way == degree.way:
            # "The longest one under 600", after the longest battery life.
            wanted = str(held.value)
    wish = Wish("order", wanted, False, degree.said, len(state.turns) + 1)
    kept = [w for w in said.wishes if w.words.lower() not in degree.said.lower()]
    intent = said.intent if said.intent in ("find", "refine") else "refine" if state.preferences.wishes else "find"
    return replace(said, intent=intent, wishes=(*kept, wish))


def _below(products: Sequence[Product], currency: str, words: str, number: int) -> list[Wish]:
    prices = [p.price for p in products if p.price is not None]
    if not prices:
        return []
    below = Money(min(prices).minor - 1, currency).major
    value = int(below) if below == int(below) else float(below)
    return [Wish("price_max", value, True, words, number)]


def _pool(preferences: Preferences, shelf: Shelf) -> list[Product]:
    """What the wishes so far leave: a bound is an amount that one of these has."""
    plan = to_filters(preferences, shelf.vocabulary, shelf.currency)
    return [h.product for h in shelf.search(Query(plan.text, _POOL, plan.filters))]
