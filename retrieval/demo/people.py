"""The shop's customers: who they are to the shop, and, apart from it, what they like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from retrieval.demo.chance import Key, between, pick, roll
from retrieval.demo.days import HISTORY_DAYS, ago
from retrieval.demo.spec import Spec
from retrieval.demo.taste import Taste, draw_taste

# How people write: in a sentence or three, in fragments, at length, without care, in capitals, tongue in cheek.
VOICES = ("plain", "plain", "plain", "terse", "chatty", "careless", "loud", "ironic")
_CARDS = ("visa", "mastercard", "amex")


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer. ``taste`` and ``voice`` are hidden: no file of the feed states them."""

    id: str
    number: int
    first_name: str
    last_name: str
    address: Mapping[str, str]
    # Payment tokens, never a card number: each with ``id``, ``source`` and what the shop may show of it.
    payment_methods: tuple[Mapping[str, str], ...]
    joined: date
    # Pays for membership: free delivery and a longer return window.
    member: bool
    newsletter: bool
    # Whether they may be shown advertisements chosen for them.
    ads: bool
    taste: Taste
    voice: str

    @property
    def shown_as(self) -> str:
        """The name beside a review."""
        return f"{self.first_name} {self.last_name[0]}."

    def to_dict(self) -> dict[str, Any]:
        """The row of the customer file."""
        return {
            "customer_id": self.id,
            "name": {"first_name": self.first_name, "last_name": self.last_name},
            "email": f"{self.first_name}.{self.last_name}.{self.number}@example.com".lower(),
            "address": dict(self.address),
            "payment_methods": {method["id"]: dict(method) for method in self.payment_methods},
            "joined": self.joined.isoformat(),
            "member": self.member,
            "newsletter": self.newsletter,
            "ads_consent": self.ads,
        }


def customers(spec: Spec, seed: int) -> list[Customer]:
    """As many as the specification says. One more changes none of the others."""
    return [_customer(spec, number, seed) for number in range(1, spec.people.customers + 1)]


def _customer(spec: Spec, number: int, seed: int) -> Customer:
    people, keys = spec.people, (seed, "customer", number)
    return Customer(
        id=f"C{number:04d}",
        number=number,
        first_name=pick(people.first_names, *keys, "first"),
        last_name=pick(people.last_names, *keys, "last"),
        address=address(spec, *keys),
        payment_methods=_methods(number, *keys),
        joined=ago(HISTORY_DAYS + int(900 * roll(*keys, "joined"))),
        member=roll(*keys, "member") < 0.22,
        newsletter=roll(*keys, "newsletter") < 0.4,
        ads=roll(*keys, "ads") < 0.8,
        taste=draw_taste(spec, number, seed),
        voice=pick(VOICES, *keys, "voice", name=lambda v: v) if roll(*keys, "plain") < 0.6 else "plain",
    )


def address(spec: Spec, *keys: Key) -> dict[str, str]:
    """An address that does not exist in a town that does."""
    people = spec.people
    city, state, postal = pick(people.cities, *keys, "city", name=lambda c: c[0])
    street = f"{pick(people.streets, *keys, 'street')} {pick(people.street_kinds, *keys, 'kind')}"
    flat = roll(*keys, "flat")
    return {
        "address1": f"{int(between(1, 980, *keys, 'house'))} {street}",
        "address2": f"Apt {int(between(1, 60, *keys, 'apartment'))}" if flat < 0.35 else "",
        "city": city,
        "state": state,
        "zip": f"{postal}{int(between(0, 100, *keys, 'zip')):02d}",
        "country": "USA",
    }


def _methods(number: int, *keys: Key) -> tuple[Mapping[str, str], ...]:
    found: list[Mapping[str, str]] = []
    if roll(*keys, "card") < 0.8:
        four = f"{int(between(0, 10000, *keys, 'four')):04d}"
        brand = pick(_CARDS, *keys, "brand")
        found.append({"id": f"card_{number:04d}a", "source": "credit_card", "brand": brand, "last_four": four})
    if roll(*keys, "paypal") < 0.4 or not found:
        found.append({"id": f"paypal_{number:04d}b", "source": "paypal"})
    if roll(*keys, "gift card") < 0.25:
        left = int(between(0, 120, *keys, "left"))
        found.append({"id": f"gift_{number:04d}c", "source": "gift_card", "balance": f"{left}.00"})
    return tuple(found)
