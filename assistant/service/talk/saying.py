"""What is said about orders, each sentence with the fields of the records that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from assistant.service.gate import Result
from assistant.service.identity import Claims
from assistant.service.terms import day
from assistant.service.values import CANCELLED, Customer, Line, Order
from assistant.state import Evidence, Sentence

# Orders that are told when none is named.
_MOST = 4

WHO = {
    "email": "your e-mail address",
    "email and postcode": "your e-mail address and postcode",
    "email and order": "your e-mail address and an order number",
    "name and postcode": "your full name and postcode",
}
REASON = "Why would you like to cancel it: is it no longer needed, or was it ordered by mistake?"
WHAT = "What would you like to change: the address, the means of payment, or things in the order?"
ADDRESS = "Where shall it go? Please write it in one line: street and number, city, state and postcode."
YES_OR_NO = "Please say yes if I shall do exactly that, or no."
LEFT = "All right, nothing was changed."
NO_ORDERS = "There are no orders on your account."
OVER = "A person of the shop can look at it; say so if you would like that."


def plain(text: str, *evidence: Evidence) -> Sentence:
    """A sentence and what it rests on."""
    return Sentence(text, evidence)


def who(proofs: Sequence[str], claims: Claims) -> Sentence:
    """The question who somebody is, or for what is still missing."""
    if claims.email:
        return plain("Thank you. And your postcode, or the number of one of your orders?")
    ways = " or ".join(WHO[proof] for proof in proofs)
    return plain(f"First I have to know whose orders these are: please tell me {ways}.")


def resting(text: str, pool: Iterable[Evidence]) -> Sentence:
    """A sentence with those of ``pool`` that it says; where it names an order, of that order alone."""
    there = [e for e in pool if e.value and e.value in text]
    named = {e.id for e in there if e.source == "order" and e.field == "order_id"}
    return Sentence(text, tuple(e for e in there if e.source != "order" or not named or e.id in named))


def about(order: Order, pool: Iterable[Evidence]) -> list[Evidence]:
    """What of the pool is not about another order."""
    return [e for e in pool if e.source != "order" or e.id == order.id]


def pool(customer: Customer, orders: Iterable[Order]) -> list[Evidence]:
    """Whatever of the records a sentence may say."""
    found = [Evidence("customer", customer.id, "address", str(customer.address))]
    for method in customer.methods:
        found.append(Evidence("customer", customer.id, f"payment_methods.{method.id}", str(method)))
        if method.balance is not None:
            found.append(Evidence("customer", customer.id, f"payment_methods.{method.id}.balance", str(method.balance)))
    for order in orders:
        fields = {
            "order_id": order.id,
            "status": order.status,
            "placed": day(order.placed),
            "address": str(order.address),
            "paid": str(order.paid),
            "delivered": day(order.delivered),
        }
        found += [Evidence("order", order.id, name, value) for name, value in fields.items()]
        found += [Evidence("order", order.id, f"items.{line.item_id}", line.name) for line in order.lines]
        found += [Evidence("order", order.id, f"items.{line.item_id}.price", str(line.price)) for line in order.lines]
        found += [Evidence("order", order.id, "tracking", t) for s in order.shipments for t in s.tracking]
        found += [Evidence("order", order.id, f"transactions.{t.kind}", str(t.amount)) for t in order.transactions]
    return found


def result(found: Result, policy: str, known: Sequence[Evidence]) -> list[Sentence]:
    """What came of a call."""
    if found.status == "denied":
        rule = Evidence("policy", policy, str(found.rule), found.message)
        return [
            Sentence(found.message, (rule, *resting(found.message, known).evidence)),
            plain(OVER),
        ]
    difference = found.difference or {}
    evidence = [
        Evidence("order", str(difference.get("order") or ""), c["field"], str(c["after"]))
        for c in difference.get("changes", ())
    ]
    sentences = [resting(words, [*known, *evidence]) for words in difference.get("words", ())]
    if found.status == "done":
        return [plain("Done."), *sentences]
    return [plain("This is what would happen."), *sentences, plain("Shall I do that? Please say yes or no.")]


def status(order: Order, known: Sequence[Evidence], last: date | None, today: date) -> list[Sentence]:
    """Where an order is, and until when it may be sent back."""
    when = f" of {day(order.placed)}" if order.placed else ""
    told = [f"Order {order.id}{when} ({things(order)}) is {order.status}."]
    for parcel in order.shipments:
        numbers = ", ".join(parcel.tracking)
        carrier = f" by {parcel.carrier}" if parcel.carrier else ""
        if parcel.delivered:
            told.append(f"It came on {day(parcel.delivered)}{carrier}.")
        elif numbers and order.status != CANCELLED:
            sent = f" on {day(parcel.shipped)}" if parcel.shipped else ""
            told.append(f"It was sent{carrier}{sent}; the tracking number is {numbers}.")
    if last and order.status == "delivered":
        told.append(f"It can be sent back until {day(last.isoformat())}." if last >= today else _late(last))
    if order.returned:
        told.append(f"The {order.returned.kind} was asked for and waits for the goods.")
    return [resting(text, about(order, known)) for text in [*told, *_refunds(order)]]


def _late(last: date) -> str:
    return f"The time to send it back ended on {day(last.isoformat())}."


def _refunds(order: Order) -> list[str]:
    back = [t for t in order.transactions if t.kind == "refund" and t.amount.minor]
    return [f"{t.amount} was refunded to {t.method_id}{f' on {day(t.date)}' if t.date else ''}." for t in back]


def refunds(order: Order, known: Sequence[Evidence]) -> list[Sentence]:
    """What came back of what was paid for an order."""
    told = _refunds(order)
    if order.returned:
        told.append(
            f"The {order.returned.kind} of order {order.id} was asked for; money follows when the goods are back."
        )
    return [
        resting(text, known) for text in told or [f"Nothing was refunded for order {order.id}; it is {order.status}."]
    ]


def overview(orders: Sequence[Order], known: Sequence[Evidence]) -> list[Sentence]:
    """The latest orders, a line each."""
    latest = list(reversed(orders))[:_MOST]
    lines = [
        f"{order.id}{f' of {day(order.placed)}' if order.placed else ''}, {order.status}: {things(order)}."
        for order in latest
    ]
    count = f"You have {len(orders)} orders" if len(orders) > 1 else "You have one order"
    more = "; the latest are these." if len(orders) > _MOST else "."
    total = Evidence("customer", "", "orders", str(len(orders)))
    return [plain(count + more, total), *(resting(line, known) for line in lines)]


def which_order(orders: Sequence[Order], known: Sequence[Evidence]) -> list[Sentence]:
    """The question which order is meant."""
    return [plain("Which order do you mean? Please give me its number."), *overview(orders, known)[1:]]


def which_items(order: Order, known: Sequence[Evidence], verb: str) -> Sentence:
    """The question which things are meant."""
    return resting(
        f"What of order {order.id} would you like to {verb}: {things(order)}? You may also say everything.", known
    )


def remedy(order: Order, lines: Sequence[Line], known: Sequence[Evidence]) -> Sentence:
    """The question what is to be done about things that came damaged or not at all."""
    names = ", ".join(line.name for line in lines)
    return resting(
        f"I am sorry about that: {names} of order {order.id}. Shall it be sent again, or do you want your money back?",
        known,
    )


def balances(customer: Customer, known: Sequence[Evidence]) -> list[Sentence]:
    """What is left on the gift cards of an account."""
    cards = [m for m in customer.methods if m.balance is not None]
    if not cards:
        return [plain("There is no gift card on your account.")]
    return [resting(f"There is {card.balance} left on your {card}.", known) for card in cards]


def invoice(order: Order, known: Sequence[Evidence]) -> list[Sentence]:
    """What was ordered and paid."""
    lines = "; ".join(f"{line.quantity} x {line} at {line.price}" for line in order.lines)
    charges = "".join(f"; {c.kind} {c.amount}" for c in order.charges if c.amount.minor)
    paid = next((t for t in order.transactions if t.kind == "payment"), None)
    total = f" {paid.amount} was paid with {paid.method_id}." if paid else ""
    return [
        resting(f"Order {order.id}: {lines}{charges}.{total}", known),
        *(resting(t, known) for t in _refunds(order)),
    ]


def things(order: Order) -> str:
    """What is in an order, shortly."""
    names = [f"{line.quantity} x {line.name}" if line.quantity > 1 else line.name for line in order.lines]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
