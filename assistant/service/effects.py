"""What each write makes of an order and its customer, in words and in money. Nothing is stored here.

The effects on records are those of the order databases that service benchmarks use: a changed means of payment is a
payment and a refund, changed things are one transaction even where it is of 0, an exchange moves no money yet.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from assistant.jsonable import from_dict, to_dict
from assistant.service.case import Case, Denied
from assistant.service.facts import categories
from assistant.service.values import (
    CANCELLED,
    EXCHANGE_REQUESTED,
    GIFT_CARD,
    MODIFIED,
    RETURN_REQUESTED,
    Address,
    Customer,
    Line,
    Order,
    Return,
    Transaction,
)
from retrieval.product import Money

if TYPE_CHECKING:
    from assistant.service.allowances import Fee
    from assistant.service.goods import Item
    from assistant.service.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Move:
    """Money that a write moves or promises."""

    # "later" is a refund that waits for the goods.
    kind: Literal["payment", "refund", "later"]
    amount: Money
    method_id: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The records after a write, and what it means."""

    customer: Customer
    # None where the write is about no order.
    order: Order | None
    # Sentences that tell the customer what would happen.
    words: tuple[str, ...]
    moves: tuple[Move, ...] = ()
    # Number of the audit line that this takes back.
    undoes: int | None = None


def cancel(case: Case, rules: RuleSet) -> Change:
    """The whole order is cancelled and what was paid goes back the way it came."""
    order, customer = case.order, case.customer
    moves = [refund(t.amount, t.method_id, customer, rules) for t in order.open_payments]
    for move in moves:
        customer = credited(customer, move.method_id, move.amount.minor)
    words = (f"Order {order.id} is cancelled (reason: {case.arguments['reason']}).", *told(moves, customer))
    after = replace(
        order,
        status=CANCELLED,
        cancel_reason=case.arguments["reason"],
        transactions=(*order.transactions, *(Transaction("refund", m.amount, m.method_id) for m in moves)),
    )
    return Change(customer, after, words, tuple(moves))


def change_order_address(case: Case, _: RuleSet) -> Change:
    """The order goes somewhere else."""
    address = _address(case)
    words = f"Order {case.order.id} goes to {address} instead of {case.order.address}."
    return Change(case.customer, replace(case.order, address=address), (words,))


def change_default_address(case: Case, _: RuleSet) -> Change:
    """The account has another address; orders under way keep theirs."""
    if case.arguments["user_id"] != case.customer.id:
        raise Denied("identity.other-customer", "I can only change your own account.")
    address = _address(case)
    words = f"Your default address becomes {address} instead of {case.customer.address}; orders under way keep theirs."
    return Change(replace(case.customer, address=address), None, (words,))


def change_payment(case: Case, rules: RuleSet) -> Change:
    """The order is paid with another means of payment, all of it, and what had paid for it is refunded."""
    order, method = case.order, case.method
    pays = Move("payment", order.paid, method.id)
    moves = [pays, *(refund(t.amount, t.method_id, case.customer, rules) for t in order.open_payments)]
    customer = credited(case.customer, method.id, -order.paid.minor)
    for move in moves[1:]:
        customer = credited(customer, move.method_id, move.amount.minor)
    words = (f"Order {order.id} is paid with your {method.kind.replace('_', ' ')}.", *told(moves, customer))
    added = (Transaction("refund" if m.kind == "refund" else "payment", m.amount, m.method_id) for m in moves)
    return Change(customer, replace(order, transactions=(*order.transactions, *added)), words, tuple(moves))


def change_items(case: Case, rules: RuleSet) -> Change:
    """Things of a pending order become other variants; the difference is paid or refunded."""
    order, extra = case.order, case.to_pay
    lines = order.lines
    for old, new in zip(case.items, case.new_items, strict=True):
        lines = _swapped(lines, old, new)
    kind: Literal["payment", "refund"] = "payment" if extra.minor > 0 else "refund"
    amount = Money(abs(extra.minor), extra.currency)
    moves = _difference(case, rules)
    after = replace(
        order,
        lines=lines,
        status=MODIFIED,
        transactions=(*order.transactions, Transaction(kind, amount, case.method.id)),
    )
    customer = credited(case.customer, case.method.id, -extra.minor)
    last = "After this the order can be neither changed nor cancelled, so please check that nothing is missing."
    return Change(customer, after, (_swap_words(case, "changed"), *told(moves, customer), last), moves)


def exchange(case: Case, rules: RuleSet) -> Change:
    """Things of a delivered order are to be exchanged; no money moves before they are back."""
    order = case.order
    moves = _difference(case, rules)
    asked = Return(
        "exchange",
        tuple(sorted(line.item_id for line in case.items)),
        case.method.id,
        tuple(sorted(item.id for item in case.new_items)),
        case.to_pay,
    )
    last = "You will get an e-mail that tells how to send them back; a new order is not needed."
    words = (_swap_words(case, "exchanged"), *told(moves, case.customer), last)
    return Change(case.customer, replace(order, status=EXCHANGE_REQUESTED, returned=asked), words, moves)


def send_back(case: Case, rules: RuleSet) -> Change:
    """Things of a delivered order are to be sent back; the refund waits for them."""
    order, method = case.order, case.method
    goods = sum(line.price.minor for line in case.items)
    fee = min(_return_fee(case, rules), goods)
    total = Money(goods - fee, order.currency)
    less = f", {Money(goods, order.currency)} less {Money(fee, order.currency)} for sending it" if fee else ""
    asked = Return("return", tuple(sorted(line.item_id for line in case.items)), method.id)
    words = (
        f"You send back {listed(case.items)} of order {order.id}.",
        f"{total} goes to your {method} once they are back{less}.",
        "You will get an e-mail that tells how to send them.",
    )
    moves = (Move("later", total, method.id, rules.refund_when(method.kind)),)
    return Change(case.customer, replace(order, status=RETURN_REQUESTED, returned=asked), words, moves)


def undo(case: Case, rules: RuleSet) -> Change:
    """The last write of this conversation is taken back, where the policy has a time for that and it has not passed."""
    done = [e for e in case.records.journal.audit(conversation=case.conversation) if not e.undone]
    mine = [e for e in done if e.customer_id == case.customer.id and e.action != case.action]
    if not mine:
        raise Denied("undo.nothing", "There is nothing in this conversation that could be taken back.")
    last = mine[-1]
    minutes = rules.undo_minutes.get(last.action, 0)
    if not minutes or case.now > last.at + timedelta(minutes=minutes):
        raise Denied("undo.nothing", "It is too late to take that back, or it is of a kind that cannot be.")
    order = case.records.order(last.order_id) if last.order_id else None
    if {"customer": to_dict(case.customer), "order": to_dict(order)} != last.after:
        raise Denied("undo.nothing", "It has changed since, so it cannot be taken back.")
    before = last.before
    was = from_dict(Order, before["order"]) if before["order"] else None
    about = f"order {last.order_id}" if last.order_id else "your account"
    words = (f"What was done last to {about} is taken back; it is as it was before.",)
    return Change(from_dict(Customer, before["customer"]), was, words, undoes=last.number)


def _return_fee(case: Case, rules: RuleSet) -> int:
    """What a return costs, in minor units."""
    levels = {level for line in case.items for level in categories(case, line.product_id)}
    return fee_of(levels, case.customer.member, rules.return_fee)


def fee_of(levels: Collection[str], member: bool, fee: Fee) -> int:
    """What it costs to send back things in categories of these names, in minor units."""
    special = [minor for level, minor in fee.groups.items() if level in levels]
    if special:
        return max(special)
    return fee.members if member and fee.members is not None else fee.parcel


def _address(case: Case) -> Address:
    names = ("address1", "address2", "city", "state", "zip", "country")
    return Address(*(case.arguments[name].strip() for name in names))


def refund(amount: Money, method_id: str, customer: Customer, rules: RuleSet) -> Move:
    """Money that goes back to a means of payment, and when it arrives by the shop's rules."""
    method = customer.method(method_id)
    return Move("refund", amount, method_id, rules.refund_when(method.kind if method else ""))


def _difference(case: Case, rules: RuleSet) -> tuple[Move, ...]:
    extra = case.to_pay
    if extra.minor > 0:
        return (Move("payment", extra, case.method.id),)
    back = Money(-extra.minor, extra.currency)
    return (refund(back, case.method.id, case.customer, rules),) if back.minor else ()


def credited(customer: Customer, method_id: str, minor: int) -> Customer:
    """The customer with ``minor`` more on that gift card; other means of payment keep no balance here."""
    methods = tuple(
        replace(m, balance=Money(m.balance.minor + minor, m.balance.currency)) if m.id == method_id and m.balance else m
        for m in customer.methods
    )
    if any(m.kind == GIFT_CARD and m.balance and m.balance.minor < 0 for m in methods):
        raise Denied("payment.overdrawn", "There is not enough left on that gift card.")
    return replace(customer, methods=methods)


def _swapped(lines: Sequence[Line], old: Line, new: Item) -> tuple[Line, ...]:
    """One unit of ``old`` becomes ``new``, in its place; what is left of a line of several stays before it."""
    assert new.price is not None
    place = next(n for n, line in enumerate(lines) if line.item_id == old.item_id)
    was = lines[place]
    fresh = replace(was, item_id=new.id, options=dict(new.options), price=new.price, quantity=1)
    rest = [replace(was, quantity=was.quantity - 1)] if was.quantity > 1 else []
    return (*lines[:place], *rest, fresh, *lines[place + 1 :])


def told(moves: Sequence[Move], customer: Customer) -> list[str]:
    """A sentence for each payment and refund."""
    said = []
    for move in moves:
        method = customer.method(move.method_id) or move.method_id
        if move.kind == "payment":
            said.append(f"{move.amount} is charged to your {method}.")
        else:
            said.append(f"{move.amount} goes back to your {method}{f' {move.when}' if move.when else ''}.")
    return said or ["Nothing is to be paid."]


def listed(lines: Sequence[Line]) -> str:
    """The things by name: "a, b and c"."""
    names = [str(line) for line in lines]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _swap_words(case: Case, verb: str) -> str:
    pairs = [
        f"{line} for {', '.join(item.options.values()) or item.product.title}"
        for line, item in zip(case.items, case.new_items, strict=True)
    ]
    return f"In order {case.order.id}, {verb}: {'; '.join(pairs)}."
