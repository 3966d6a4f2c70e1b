"""What a customer wrote, bought, sent back, looked at and said, as pieces of evidence for what they like.

A piece is one record's word on one trait. Its weight is the logarithm of how much likelier the record is from somebody
who likes the trait than from somebody whom it leaves cold; below 0 it speaks against a liking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Literal

from assistant.profile.opinions import ASPECT, PRICE, Reader, is_gift, read
from assistant.profile.traits import Shares, Trait, departments, traits
from assistant.service.values import CANCELLED, Order
from assistant.state import Wish
from retrieval.product import Product, Review

Source = Literal["review", "rating", "order", "return", "click", "wish", "owner"]

# How many times as often somebody takes what they like, all else being equal.
_DRAWN = {"brand": 4.0, "colour": 2.5, "material": 2.5, "feature": 2.5}
# What a sentence weighs that speaks of a thing, and one that speaks of its writer.
_SAID, _LASTING = 4.0, 7.0
# What one star above or below the expected weighs for everything the thing has.
_STAR = 0.3
# What a look, a basket and a want for now weigh beside a purchase and a want for good.
_LOOKED, _IN_BASKET, _WANTED, _ALWAYS = 0.25, 0.6, 0.5, 6.0
CHOSEN = frozenset(_DRAWN)


@dataclass(frozen=True, slots=True)
class Piece:
    """One record's word on one trait."""

    about: Trait
    weight: float
    source: Source
    # The review, the order, or the conversation and its turn ("c1#2").
    ref: str
    # Id of the product, "" for a wish.
    product: str = ""
    # ISO 8601, "" where unknown.
    date: str = ""
    # The customer's own words; "" for what they did.
    quote: str = ""
    # Said in words, not only done.
    stated: bool = False
    # Said to hold without exception: "I am allergic to wool".
    never: bool = False

    @property
    def id(self) -> str:
        """The same for the same record and trait, whatever else is known by then."""
        return f"{self.source}|{self.ref}|{self.product}|{self.about.entry}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A product that the customer took for themselves, seen with what it was chosen from."""

    product: Product
    # Of the order or the review by which it is known.
    ref: str
    date: str
    source: Source = "order"
    # What was chosen within it: "size" -> "M".
    options: tuple[tuple[str, str], ...] = ()
    # It went back.
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What was asked for in one turn of a conversation."""

    # The conversation and the number of the turn: "c1#2".
    ref: str
    # ISO 8601.
    day: str
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All that a shop keeps of one customer's doings."""

    reviews: Sequence[Review] = ()
    orders: Sequence[Order] = ()
    # Rows of the log: "time", "kind", "product_id", ...
    clicks: Sequence[Mapping[str, Any]] = ()
    # Wishes for themselves; what was for somebody else is left out.
    wishes: Sequence[Heard] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """The evidence of one customer."""

    pieces: tuple[Piece, ...] = ()
    # Everything taken for themselves, each product once.
    choices: tuple[Choice, ...] = ()


ProductOf = Callable[[str], Product | None]


def gather(history: History, product_of: ProductOf, shares: Shares, reader: Reader = read) -> Gathered:
    """The evidence in ``history``. What was bought as a gift, or wished for somebody else, is none."""
    choices = _choices(history, product_of)
    pieces = [
        *(p for choice in choices for p in _chosen(choice, shares)),
        *(p for review in history.reviews for p in _reviewed(review, product_of(review.product_id), history, reader)),
        *_clicked(history.clicks, {c.product.id for c in choices}, product_of, shares),
        *(p for heard in history.wishes for p in _wished(heard)),
    ]
    return Gathered(tuple({p.id: p for p in pieces}.values()), tuple(choices))


def _choices(history: History, product_of: ProductOf) -> list[Choice]:
    """What was bought or reviewed, the order before the review that tells of the same purchase."""
    gifts = {r.product_id for r in history.reviews if is_gift(r.text)}
    found: dict[str, Choice] = {}
    for order in history.orders:
        if order.status == CANCELLED or is_gift(order.note):
            continue
        back = set(order.returned.items) if order.returned and order.returned.kind == "return" else set()
        for line in order.lines:
            product = product_of(line.product_id)
            if product is not None and product.id not in gifts:
                returned = line.item_id in back or "return" in line.status
                options = tuple(sorted(line.options.items()))
                found[product.id] = Choice(product, order.id, order.placed, "order", options, returned)
    for review in history.reviews:
        product = product_of(review.product_id)
        if product is not None and product.id not in gifts:
            found.setdefault(product.id, Choice(product, review.id, review.date, "review"))
    return list(found.values())


def _chosen(choice: Choice, shares: Shares) -> Iterator[Piece]:
    common = shares.of(choice.product)
    for trait in traits(choice.product):
        # What went back was taken all the same; what it was like is for the rating to say.
        weight = drawn(trait, common.get(trait, 1.0)) * (0.5 if choice.returned else 1.0)
        source: Source = "return" if choice.returned else choice.source
        yield Piece(trait, weight, source, choice.ref, choice.product.id, choice.date)


def drawn(trait: Trait, share: float) -> float:
    """What it weighs to have taken something with ``trait`` where ``share`` of what there was had it."""
    much = _DRAWN[trait.facet]
    return log(much / (1 + (much - 1) * share))


def passed_over(trait: Trait, share: float) -> float:
    """What it weighs to have taken something else where ``share`` of what there was had ``trait``; 0 or below."""
    return -log(1 + (_DRAWN[trait.facet] - 1) * share)


def _reviewed(review: Review, product: Product | None, history: History, reader: Reader) -> Iterator[Piece]:
    if product is None:
        return
    for opinion in reader(review, product):
        weight = opinion.polarity * (_LASTING if opinion.lasting else _SAID)
        if opinion.about.facet in (ASPECT, PRICE):
            # Whoever speaks of it looks at it, content or not.
            weight = abs(weight) if opinion.about.facet == ASPECT else weight
        elif opinion.polarity < 0 and not opinion.lasting:
            weight *= 0.5
        yield Piece(opinion.about, weight, "review", review.id, product.id, review.date, opinion.quote, True)
    if review.rating is not None and product.rating is not None and not is_gift(review.text):
        rated = [r.rating for r in history.reviews if r.rating is not None]
        usual = sum(rated) / len(rated) - 4 if len(rated) > 2 else 0.0
        above = max(-2.5, min(2.5, review.rating - product.rating - usual / 2))
        for trait in traits(product):
            yield Piece(trait, _STAR * above, "rating", review.id, product.id, review.date)


def _clicked(
    clicks: Iterable[Mapping[str, Any]], bought: set[str], product_of: ProductOf, shares: Shares
) -> Iterator[Piece]:
    """Looks and baskets that came to no purchase; the strongest doing for each product counts once."""
    found: dict[str, tuple[float, str, str]] = {}
    for row in clicks:
        id_, much = str(row.get("product_id", "")), {"view": _LOOKED, "cart": _IN_BASKET}.get(str(row.get("kind")))
        if much and id_ not in bought and much >= found.get(id_, (0.0,))[0]:
            found[id_] = (much, str(row.get("session", "")), str(row.get("time", ""))[:10])
    for id_, (much, session, day) in found.items():
        if product := product_of(id_):
            common = shares.of(product)
            for trait in traits(product):
                yield Piece(trait, much * drawn(trait, common.get(trait, 1.0)), "click", session or id_, id_, day)


def for_somebody_else(wishes: Iterable[Wish]) -> bool:
    """Whether these are the wishes for a gift, or for anybody but the shopper."""
    return any(w.slot == "for_whom" or w.scope == "gift" for w in wishes)


def _wished(heard: Heard) -> Iterator[Piece]:
    for wish in heard.wishes:
        if wish.scope in ("now", "always") and (about := _trait_of(wish)):
            good = wish.slot not in ("dislike", "not_brand")
            lasting = wish.scope == "always"
            weight = (_ALWAYS if lasting else _WANTED) * (1 if good else -1)
            yield Piece(about, weight, "wish", heard.ref, "", heard.day, wish.words, True, lasting and not good)


def _trait_of(wish: Wish) -> Trait | None:
    """What a wish is about, as products have it; None for what holds for one search alone, such as a price."""
    value = str(wish.value).strip()
    if wish.slot in ("brand", "not_brand"):
        return Trait("brand", value)
    return named(value) if wish.slot in ("feature", "dislike") else None


def named(phrase: str) -> Trait | None:
    """The trait that a phrase of one or two words names; None for anything longer."""
    one = traits(Product("", "", attributes={"colour": phrase}))
    found = next(iter(one), None)
    if found is None and 0 < len(phrase.split()) <= 2:
        return Trait("feature", phrase.casefold())
    return found


def areas(choices: Iterable[Choice]) -> dict[str, list[Choice]]:
    """Department -> what was taken there."""
    found: dict[str, list[Choice]] = {}
    for choice in choices:
        if path := departments(choice.product):
            found.setdefault(path[0], []).append(choice)
    return found
