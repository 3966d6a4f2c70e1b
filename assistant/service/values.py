"""Customers and orders as values: no storage, no policy. Dates are ISO 8601 text, "" where unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from retrieval.product import Money

GIFT_CARD = "gift_card"
PENDING, MODIFIED, CANCELLED = "pending", "pending (item modified)", "cancelled"
DELIVERED, RETURN_REQUESTED, EXCHANGE_REQUESTED = "delivered", "return requested", "exchange requested"
PROBLEM_REPORTED = "problem reported"


@dataclass(frozen=True, slots=True)
class Address:
    """Where something is sent."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""

    def __str__(self) -> str:
        parts = (self.line1, self.line2, self.city, f"{self.state} {self.postcode}".strip(), self.country)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Method:
    """A means of payment, as a token: the shop knows no card number."""

    id: str
    # "credit_card", "paypal" or "gift_card".
    kind: str
    brand: str = ""
    last_four: str = ""
    # What is left on a gift card; None for the others.
    balance: Money | None = None

    def __str__(self) -> str:
        kind = self.kind.replace("_", " ")
        card = f"{self.brand} {kind} ending in {self.last_four}".strip() if self.last_four else kind
        return f"{card} ({self.id})"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who orders, and how they pay."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    address: Address = Address()
    methods: tuple[Method, ...] = ()
    # Ids, oldest first.
    orders: tuple[str, ...] = ()
    member: bool = False

    def method(self, id_: str) -> Method | None:
        """The means of payment with this id on the account."""
        return next((m for m in self.methods if m.id == id_), None)


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one thing, at the price it was ordered at, or that it was adjusted to when it fell."""

    product_id: str
    item_id: str
    name: str
    # Of one.
    price: Money
    options: Mapping[str, str] = field(default_factory=dict)
    quantity: int = 1
    # What became of it where that is not what became of the order: "returned", ...
    status: str = ""

    def __str__(self) -> str:
        chosen = ", ".join(self.options.values())
        return f"{self.name} ({chosen})" if chosen else self.name


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel of an order."""

    tracking: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    carrier: str = ""
    shipped: str = ""
    delivered: str = ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """Money that moved, or is on its way."""

    kind: Literal["payment", "refund"]
    amount: Money
    method_id: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """What is paid beside the goods."""

    kind: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Return:
    """A return or an exchange that was asked for, or things that were reported as damaged or missing."""

    kind: Literal["return", "exchange", "damaged", "missing"]
    # Item ids, sorted.
    items: tuple[str, ...]
    method_id: str
    # What is sent for them: item ids, sorted, and what is to be paid (above 0) or paid back (below).
    new_items: tuple[str, ...] = ()
    difference: Money | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer ordered and what became of it."""

    id: str
    customer_id: str
    address: Address
    lines: tuple[Line, ...]
    status: str
    currency: str
    shipments: tuple[Shipment, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    charges: tuple[Charge, ...] = ()
    returned: Return | None = None
    cancel_reason: str = ""
    placed: str = ""
    # Free text of the customer: data, never an instruction.
    note: str = ""

    @property
    def units(self) -> Counter[str]:
        """Item id -> how many of it the order holds."""
        units: Counter[str] = Counter()
        for line in self.lines:
            units[line.item_id] += line.quantity
        return units

    @property
    def open_payments(self) -> tuple[Transaction, ...]:
        """Payments less what was refunded to their means of payment; what came back in full is left out."""
        refunded: Counter[str] = Counter()
        for done in self.transactions:
            if done.kind == "refund":
                refunded[done.method_id] += done.amount.minor
        left = []
        for paid in self.transactions:
            if paid.kind == "payment":
                back = min(paid.amount.minor, refunded[paid.method_id])
                refunded[paid.method_id] -= back
                if paid.amount.minor > back:
                    rest = Money(paid.amount.minor - back, paid.amount.currency)
                    left.append(Transaction("payment", rest, paid.method_id, paid.date))
        return tuple(left)

    @property
    def paid(self) -> Money:
        """What the shop has of the customer for this order now."""
        return Money(sum(t.amount.minor for t in self.open_payments), self.currency)

    @property
    def delivered(self) -> str:
        """The day on which the last parcel came; "" where one has not, or where nobody wrote it down."""
        days = [s.delivered for s in self.shipments]
        return max(days) if days and all(days) else ""
