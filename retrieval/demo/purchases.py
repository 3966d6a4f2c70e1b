"""Who bought what, when, and how content it left them. Orders, reviews and clicks are all made from this.

Whether a customer buys a product is decided by that customer and that product alone. So a new product or customer
brings new purchases and changes none, and orders are put together within one edition of the shop (``Line.makes``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.demo.chance import Key, bell, pick, roll, rolls
from retrieval.demo.days import HISTORY_DAYS, ago, later
from retrieval.demo.people import Customer
from retrieval.demo.prices import release
from retrieval.demo.shop import Item
from retrieval.demo.spec import Spec
from retrieval.demo.taste import MOST_PULL, Reason, Sight, concerns, look, pull, reasons
from retrieval.demo.variants import Choice, choices

# Sets how much is bought: with it 800 customers buy some 18,000 times in three years.
_BASE = 0.212
# Visits to the till that a customer may make in three years, for each edition of the shop: these and more for the busy.
_VISITS = 5
# Below this no product of a category is ever considered.
_OUT_OF_REACH = 0.0015
# Products looked at for each that is bought.
_GLANCES = 3
# The share of visits with express shipping, and of those that are called off.
_HURRY = 0.08
_CANCELLED = 0.06
# How much less people buy what is not for somebody like them.
_FOR_OTHERS = 0.06
# The share of categories that a customer has any use for.
_NEEDED = 0.5
_CONSUMABLE = ("Coffee Filters", "Vacuum Cleaner Bags", "Moisturisers", "Sunscreens", "Shampoos")


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of a visit to the till."""

    customer: Customer
    item: Item
    choice: Choice | None
    quantity: int
    edition: int
    visit: int
    day: date
    # Wanted fast, and paid for it where it could be had fast.
    hurry: bool
    # When the parcel comes, or would have come.
    arrives: date
    # The whole visit was called off before anything was sent.
    cancelled: bool
    # For somebody else, so that it says nothing of the buyer's own taste.
    gift: bool
    # About 1 to 5, before rounding.
    content: float
    reasons: tuple[Reason, ...]

    @property
    def stars(self) -> int:
        """What they would give it, 1 to 5."""
        return min(max(round(self.content), 1), 5)


@dataclass(frozen=True, slots=True)
class Glance:
    """Somebody looked at a product and did not buy it."""

    customer: Customer
    item: Item
    day: date


def purchases(spec: Spec, shelf: Sequence[Item], people: Sequence[Customer], seed: int) -> Iterator[Purchase | Glance]:
    """All purchases and what nearly became one, customer by customer, in the order of the shelf."""
    offers: dict[str, list[_Offer]] = {}
    for item in shelf:
        offer = _Offer(look(spec, item), release(item.line, seed), choices(item, seed))
        offers.setdefault(item.category.name, []).append(offer)
    for customer in people:
        draw = rolls(seed, customer.id, "buys")
        for category in spec.categories:
            if roll(seed, customer.id, "needs", category.name) < _NEEDED:
                reach = _BASE * customer.taste.activity * customer.taste.departments[category.department]
                if reach < _OUT_OF_REACH:
                    continue
                found = (_considered(customer, offer, reach, draw, seed) for offer in offers.get(category.name, ()))
                yield from (decision for decision in found if decision)


def visit_day(customer: Customer, edition: int, visit: int, seed: int) -> date:
    """The day of a visit: more of them lately, most in the sale week that is on today."""
    keys = (seed, customer.id, "visit", edition, visit)
    if roll(*keys, "this week") < 0.06:
        return ago(int(9 * roll(*keys, "day")))
    return ago(9 + int((HISTORY_DAYS - 9) * roll(*keys, "day") ** 1.5))


@dataclass(frozen=True, slots=True)
class _Offer:
    sight: Sight
    released: date
    choices: tuple[Choice, ...]


def _considered(
    customer: Customer, offer: _Offer, reach: float, draw: Callable[[str], float], seed: int
) -> Purchase | Glance | None:
    item, taste = offer.sight.item, customer.taste
    mine = concerns(taste, offer.sight)
    reach *= 1 if mine else _FOR_OTHERS
    chance = draw(item.id)
    if chance >= _GLANCES * reach * MOST_PULL or chance >= _GLANCES * (drawn := reach * pull(taste, offer.sight)):
        return None
    keys = (seed, customer.id, item.id)
    if chance >= drawn:
        day = ago(int(HISTORY_DAYS * roll(*keys, "glance")))
        return Glance(customer, item, day) if day >= offer.released else None
    visit = int((_VISITS + int(6 * taste.activity)) * roll(*keys, "visit"))
    day = visit_day(customer, item.edition, visit, seed)
    if day < offer.released:
        return None
    gift = not mine or roll(*keys, "gift") < 0.07
    found = () if gift else tuple(reasons(taste, offer.sight))
    luck = 1.5 * bell(*keys, "luck") - (2.2 if roll(*keys, "bad luck") < 0.035 + 0.05 * (5 - item.quality) else 0)
    trip = (seed, customer.id, "visit", item.edition, visit)
    hurry = roll(*trip, "hurry") < _HURRY
    return Purchase(
        customer=customer,
        item=item,
        choice=_chosen(customer, offer.choices, gift, *keys) if offer.choices else None,
        quantity=1 + int(3 * roll(*keys, "units")) if item.category.name in _CONSUMABLE else 1,
        edition=item.edition,
        visit=visit,
        day=day,
        hurry=hurry,
        arrives=later(day, 2 if hurry else 3 + int(4 * roll(*trip, "travel"))),
        cancelled=roll(*trip, "cancelled") < _CANCELLED,
        gift=gift,
        content=item.quality + 0.2 + sum(r.amount for r in found) + luck + taste.generosity,
        reasons=found,
    )


def _chosen(customer: Customer, offered: Sequence[Choice], gift: bool, *keys: Key) -> Choice:
    """Their own size where there is one; else any, as for a child or a present."""
    own = set() if gift else {*customer.taste.sizes.values(), "US English"}
    fitting = [choice for choice in offered if own & set(choice.options.values())]
    return pick(fitting or offered, *keys, "choice", name=lambda choice: choice.id)
