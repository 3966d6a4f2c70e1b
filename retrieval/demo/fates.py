"""What became of an order: sent or not, kept, sent back or exchanged, and what money moved because of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.demo import rules
from retrieval.demo.chance import Key, pick, roll
from retrieval.demo.days import TODAY, later
from retrieval.demo.purchases import Purchase
from retrieval.demo.variants import Choice

# Chance of sending something back by how content its buyer is: below that many stars, that chance.
_SENT_BACK = ((1.8, 0.5), (2.6, 0.3), (3.3, 0.09), (9.0, 0.02))
# Chance that a size turns out to be the wrong one.
_WRONG_SIZE = 0.14
STATES = (
    "pending", "processed", "shipped", "delivered", "cancelled", "return requested", "returned", "partly returned",
    "exchange requested", "exchanged",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fate:
    """The state of an order today."""

    # One of STATES.
    status: str
    sent: date | None = None
    delivered: date | None = None
    cancelled: date | None = None
    # Product ids of what goes or went back.
    back: frozenset[str] = frozenset()
    # Product id -> the other variant that is or was wanted.
    swapped: Mapping[str, Choice] | None = None
    # When the customer asked for the return or exchange, and when it was settled; None where it is still open.
    asked: date | None = None
    settled: date | None = None


def fate(lines: Sequence[Purchase], variants: Mapping[str, Sequence[Choice]], *keys: Key) -> Fate:
    """What became of an order of ``lines``; ``variants`` are the choices by product id, ``keys`` name the order."""
    first = lines[0]
    age = (TODAY - first.day).days
    if first.cancelled:
        return Fate("cancelled", cancelled=min(later(first.day, int(2 * roll(*keys, "when"))), TODAY))
    if age < 2 and roll(*keys, "packed") < 0.7 - 0.3 * age:
        return Fate("pending")
    sent = later(first.day, 1 if first.hurry else 1 + int(2 * roll(*keys, "sent")))
    if sent > TODAY or age < 2:
        return Fate("processed")
    if first.arrives > TODAY:
        return Fate("shipped", sent=sent)
    back = frozenset(p.item.id for p in lines if _goes_back(p, *keys))
    swapped = {
        p.item.id: other
        for p in lines
        if p.item.id not in back and (other := _swap(p, variants.get(p.item.id, ()), *keys))
    }
    asked = later(first.arrives, 1 + int(12 * roll(*keys, "asked") ** 1.4))
    if not (back or swapped) or asked > TODAY:
        return Fate("delivered", sent=sent, delivered=first.arrives)
    settled: date | None = later(asked, 3 + int(4 * roll(*keys, "travels back")) + rules.REFUND_DAYS)
    settled = settled if settled and settled <= TODAY else None
    # One wish at a time: what goes back comes first.
    if back:
        done = "returned" if len(back) == len(lines) else "partly returned"
        return Fate(done if settled else "return requested", sent, first.arrives, None, back, None, asked, settled)
    done = "exchanged" if settled else "exchange requested"
    return Fate(done, sent, first.arrives, None, frozenset(), swapped, asked, settled)


def return_days(purchase: Purchase) -> int:
    """Days after delivery within which it may go back; 0 where it may not."""
    item = purchase.item
    own = [rules.SHORTER_RETURNS.get(name) for name in (item.category.name, item.category.department)]
    days = next((days for days in own if days is not None), rules.RETURN_DAYS)
    return rules.MEMBER_RETURN_DAYS if purchase.customer.member and days == rules.RETURN_DAYS else days


def _goes_back(purchase: Purchase, *keys: Key) -> bool:
    chance = next(chance for below, chance in _SENT_BACK if purchase.content < below)
    return return_days(purchase) > 0 and roll(*keys, "back", purchase.item.id) < chance


def _swap(purchase: Purchase, variants: Sequence[Choice], *keys: Key) -> Choice | None:
    """The variant they would rather have; None where the one they have is fine."""
    others = [choice for choice in variants if purchase.choice and choice.id != purchase.choice.id and choice.stock]
    if not others or roll(*keys, "wrong size", purchase.item.id) >= _WRONG_SIZE:
        return None
    return pick(others, *keys, "swap", purchase.item.id, name=lambda choice: choice.id)
