"""A customer and an item as numbers and as texts, from what was rated and written before the moment of asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.profile.content import Content

# Ratings that a mean of few is drawn towards the general mean by.
_SHRINK = 3.0
# How fast another item of the maker says less with falling likeness.
_SHARPNESS = 0.05
# From this many stars on, somebody liked it.
LIKED = 4.0

NUMBERS = (
    # The customer's ratings: mean, number, deviation, trend, the last; the mean in this category and of this maker.
    "user_mean", "user_count", "user_deviation", "user_trend", "user_last", "user_category", "user_brand",
    # The mean of the customer's surprises: how much kinder they are than others on the same items.
    "user_kindness",
    # The item's, by others: mean, number, deviation; its maker's; its category's.
    "item_mean", "item_count", "item_deviation", "brand_mean", "category_mean",
    # log price, over what the customer reviewed before, known or not; days since the customer's last review, log.
    "price", "price_over_usual", "price_known", "days_since",
)  # fmt: skip
JOINED = (
    # Mean of the customer's surprises beyond their kindness, by likeness of the items in meaning and in words, and by
    # likeness of what others wrote of this item with what the customer wrote.
    "liked_alike_meaning", "liked_alike_words", "liked_alike_written",
    # Others' ratings of the maker's items, by likeness with this one: its other colours and sizes speak for it.
    "item_alike",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews in time order, a place in every array each."""

    # Numbers of the authors, and places of the items.
    user: np.ndarray
    item: np.ndarray
    # Stars, 1 to 5; days on any scale.
    rating: np.ndarray
    day: np.ndarray
    # What was written: float32 of shape (reviews, dimension).
    written: np.ndarray


@dataclass(frozen=True, slots=True)
class Goods:
    """The items reviewed, as ``Content`` describes them."""

    content: Content
    # Major units of one currency, NaN where unknown.
    price: np.ndarray
    # Numbers that are equal within a category, and for a maker; unknown ones differ from all.
    category: np.ndarray
    brand: np.ndarray


@dataclass(frozen=True, slots=True)
class Question:
    """How will this customer like this item? All that may be used to answer it."""

    item: int
    day: float
    # Places among the reviews: the customer's own, oldest first, and others' of any item the maker or category has.
    own: tuple[int, ...]
    others: tuple[int, ...] = ()
    kin: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """Questions as the model reads them."""

    # (questions, len(NUMBERS)) and (questions, len(JOINED)).
    numbers: np.ndarray
    joined: np.ndarray
    # (questions, 3 x dimension): what the customer wrote, the item's text, what others wrote of it; each mean or 0.
    texts: np.ndarray = field(repr=False)

    def rows(self, keep: np.ndarray) -> Described:
        """The questions where ``keep``, shape (questions,), is true."""
        return Described(self.numbers[keep], self.joined[keep], self.texts[keep])


def ask(reviews: Reviews, goods: Goods, places: Iterable[int], *, of_others: np.ndarray) -> list[Question]:
    """For each review in ``places`` the question that it answers, with what stood before its day.

    ``of_others``: bool, shape (reviews,), whose reviews may speak for an item; one's own never do.
    """
    by_user, by_item, by_brand = _grouped(reviews.user), _grouped(reviews.item), _grouped(goods.brand[reviews.item])
    found = []
    for place in places:
        user, item, day = reviews.user[place], int(reviews.item[place]), reviews.day[place]

        def before(group: np.ndarray, me: int = user, today: float = day) -> tuple[int, ...]:
            keep = of_others[group] & (reviews.day[group] < today) & (reviews.user[group] != me)
            return tuple(group[keep].tolist())

        mine = by_user[user]
        own = tuple(mine[(reviews.day[mine] < day) & (mine != place)].tolist())
        kin = by_brand.get(goods.brand[item], np.array([], dtype=np.int64))
        found.append(Question(item, float(day), own, before(by_item[item]), before(kin)))
    return found


def surprises(reviews: Reviews, general: float, *, of_others: np.ndarray) -> np.ndarray:
    """Shape (reviews,): stars over what others, as in ``ask``, had given the item before that day."""
    found = reviews.rating - general
    for group in _grouped(reviews.item).values():
        for place in group.tolist():
            told = group[of_others[group] & (reviews.day[group] < reviews.day[place])]
            told = told[reviews.user[told] != reviews.user[place]]
            found[place] = reviews.rating[place] - shrunk(reviews.rating[told], general)
    return found


def describe(
    reviews: Reviews, goods: Goods, questions: Sequence[Question], general: float, over: np.ndarray
) -> Described:
    """``general`` is the mean rating of what was learnt from, which unknown means are drawn to; ``over`` surprises."""
    numbers = np.array([_numbers(reviews, goods, q, general, over) for q in questions], dtype=np.float32)
    joined = np.array(
        [[*_liked_alike(reviews, goods, q, over), _item_alike(reviews, goods, q, general)] for q in questions],
        dtype=np.float32,
    )
    texts = np.stack([_texts(reviews, goods, q) for q in questions]).astype(np.float32)
    return Described(numbers, joined, texts)


def _numbers(reviews: Reviews, goods: Goods, q: Question, general: float, over: np.ndarray) -> list[float]:
    own, others, kin = (reviews.rating[list(places)] for places in (q.own, q.others, q.kin))
    items = reviews.item[list(q.own)]
    mine = shrunk(own, general)
    of_kind = own[goods.category[items] == goods.category[q.item]] if len(own) else own
    of_brand = own[goods.brand[items] == goods.brand[q.item]] if len(own) else own
    price = np.log(goods.price[q.item]) if goods.price[q.item] > 0 else np.nan
    paid = np.log(goods.price[items][goods.price[items] > 0]) if len(own) else own
    usual = paid.mean() if len(paid) and price == price else np.nan
    kin_mean = shrunk(kin, general)
    kin_items = reviews.item[list(q.kin)]
    alike = kin[goods.category[kin_items] == goods.category[q.item]] if len(kin) else kin
    return [
        mine,
        np.log1p(len(own)),
        float(own.std()) if len(own) > 1 else 0.0,
        float(np.polyfit(np.arange(len(own)), own, 1)[0]) if len(own) > 2 else 0.0,
        float(own[-1]) if len(own) else general,
        shrunk(of_kind, mine),
        shrunk(of_brand, mine),
        shrunk(over[list(q.own)], 0.0),
        shrunk(others, kin_mean),
        np.log1p(len(others)),
        float(others.std()) if len(others) > 1 else 0.0,
        kin_mean,
        shrunk(alike, kin_mean),
        0.0 if price != price else float(price),
        0.0 if usual != usual else float(price - usual),
        float(price == price),
        np.log1p(q.day - reviews.day[q.own[-1]]) if len(own) else 0.0,
    ]


def _item_alike(reviews: Reviews, goods: Goods, q: Question, general: float) -> float:
    kin = list(q.kin)
    vectors = goods.content.vectors
    near = np.exp((vectors[reviews.item[kin]] @ vectors[q.item] - 1) / _SHARPNESS)
    return float((near @ reviews.rating[kin] + _SHRINK * general) / (near.sum() + _SHRINK))


def _liked_alike(reviews: Reviews, goods: Goods, q: Question, over: np.ndarray) -> list[float]:
    if not q.own:
        return [0.0] * (len(JOINED) - 1)
    own = list(q.own)
    beyond = over[own] - shrunk(over[own], 0.0)
    content, items = goods.content, reviews.item[own]
    said = reviews.written[list(q.others)].mean(axis=0) if q.others else content.vectors[q.item]
    likeness = (
        content.vectors[items] @ content.vectors[q.item],
        (content.words[items] @ content.words[q.item].T).toarray()[:, 0],
        reviews.written[own] @ said,
    )
    # The constant keeps one far relative from speaking as loudly as a near one.
    return [float(np.clip(near, 0, 1) @ beyond / (np.clip(near, 0, 1).sum() + 0.5)) for near in likeness]


def _texts(reviews: Reviews, goods: Goods, q: Question) -> np.ndarray:
    nothing = np.zeros(reviews.written.shape[1], dtype=np.float32)
    wrote = reviews.written[list(q.own)].mean(axis=0) if q.own else nothing
    said = reviews.written[list(q.others)].mean(axis=0) if q.others else nothing
    return np.concatenate([wrote, goods.content.vectors[q.item], said])


def shrunk(ratings: np.ndarray, towards: float) -> float:
    """The mean of ``ratings``, drawn ``towards`` what holds in general by as much as there are few of them."""
    return float((ratings.sum() + _SHRINK * towards) / (len(ratings) + _SHRINK))


def _grouped(labels: np.ndarray) -> dict[int, np.ndarray]:
    order = np.argsort(labels, kind="stable")
    names, starts = np.unique(labels[order], return_index=True)
    return dict(zip(names.tolist(), np.split(order, starts[1:]), strict=True))
