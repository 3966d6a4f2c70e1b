"""What can be asked for beside returns: ordering again, what came damaged or not at all, a price that fell since.

As in ``effects``, each says what it makes of the records, in words and in money, and stores nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from assistant.service.case import Case, Denied
from assistant.service.effects import Change, Move, credited, listed, refund, told
from assistant.service.values import PENDING, PROBLEM_REPORTED, Line, Order, Return, Transaction
from retrieval.product import Money

if TYPE_CHECKING:
    from assistant.service.goods import Item
    from assistant.service.ruleset import RuleSet

# What may be wrong with what came, and what may be done about it.
PROBLEMS, REMEDIES = ("damaged", "missing"), ("replacement", "refund")


def reorder(case: Case, _: RuleSet) -> Change:
    """A new order of the named things at the prices of today, sent to the customer's own address."""
    order, method, units = case.order, case.method, Counter(case.arguments["item_ids"])
    lines: dict[str, Line] = {}
    for line, item in zip(case.items, case.sold_now, strict=True):
        if item is None or item.price is None:
            raise Denied("items.unknown-variant", f"The shop no longer has {line}.")
        lines[line.item_id] = replace(line, price=item.price, quantity=units[line.item_id], status="")
    total = Money(sum(line.price.minor * line.quantity for line in lines.values()), order.currency)
    day = case.now.date().isoformat()
    paid = Transaction("payment", total, method.id, day)
    new = Order(
        _number(case),
        case.customer.id,
        case.customer.address,
        tuple(lines.values()),
        PENDING,
        order.currency,
        transactions=(paid,),
        placed=day,
    )
    moves = (Move("payment", total, method.id),)
    customer = credited(case.customer, method.id, -total.minor)
    words = (
        f"You order again what order {order.id} had: {listed(new.lines)}, at today's prices.",
        f"It goes to {new.address}.",
        *told(moves, customer),
    )
    return Change(customer, new, words, moves)


def report_problem(case: Case, rules: RuleSet) -> Change:
    """Things of a delivered order came damaged or not at all; they are sent again, or refunded once that was seen."""
    order, problem, remedy = case.order, case.arguments["problem"], case.arguments["remedy"]
    if problem not in PROBLEMS or remedy not in REMEDIES:
        known = f"{' or '.join(PROBLEMS)}, and be put right by a {' or '.join(REMEDIES)}"
        raise Denied("call.arguments", f"Things can be reported as {known}.")
    again = tuple(sorted(line.item_id for line in case.items)) if remedy == "replacement" else ()
    method_id = next((t.method_id for t in order.open_payments), "")
    kind = cast(Literal["damaged", "missing"], problem)
    asked = Return(kind, tuple(sorted(line.item_id for line in case.items)), method_id, again)
    words = [f"{listed(case.items)} of order {order.id} is reported as {problem}."]
    moves: tuple[Move, ...] = ()
    if again:
        words.append("It is sent again; that costs you nothing.")
    else:
        total = Money(sum(line.price.minor for line in case.items), order.currency)
        back = refund(total, method_id, case.customer, rules)
        moves = (replace(back, kind="later"),)
        method = case.customer.method(method_id) or method_id
        words.append(f"{total} goes to your {method} once somebody of the shop has looked at it.")
    if problem == "damaged":
        words.append("Please keep the thing and its box, and a picture of both.")
    after = replace(order, status=PROBLEM_REPORTED, returned=asked)
    return Change(case.customer, after, tuple(words), moves)


def adjust_price(case: Case, rules: RuleSet) -> Change:
    """What the named things cost less today than on the day of the order goes back the way it came."""
    order, fall = case.order, case.price_fall
    if fall.minor <= 0 or fall.minor > order.paid.minor:
        raise Denied("price.no-difference", f"There is no difference to pay back for order {order.id}.")
    left, moves, customer = fall.minor, [], case.customer
    for payment in order.open_payments:
        part = min(left, payment.amount.minor)
        if part:
            moves.append(refund(Money(part, order.currency), payment.method_id, customer, rules))
            customer = credited(customer, payment.method_id, part)
            left -= part
    added = (Transaction("refund", m.amount, m.method_id, case.now.date().isoformat()) for m in moves)
    words = (f"The price of {listed(case.items)} in order {order.id} fell by {fall}.", *told(moves, customer))
    lines = _lowered(order.lines, case.items, case.sold_now)
    after = replace(order, lines=lines, transactions=(*order.transactions, *added))
    return Change(customer, after, words, tuple(moves))


def _lowered(lines: Sequence[Line], items: Sequence[Line], today: Sequence[Item | None]) -> tuple[Line, ...]:
    """The lines with the named units at the price of today: what comes back later is worth what was paid in the end.

    Units of a line that were not named stay before the others, at the old price.
    """
    named = Counter(line.item_id for line in items)
    prices = {line.item_id: item.price for line, item in zip(items, today, strict=True) if item and item.price}
    done: list[Line] = []
    for line in lines:
        price, units = prices.get(line.item_id, line.price), min(named[line.item_id], line.quantity)
        named[line.item_id] -= units
        split = [(line.price, line.quantity - units), (min(price, line.price, key=lambda m: m.minor), units)]
        if split[0][0] == split[1][0]:
            split = [(line.price, line.quantity)]
        done += [replace(line, price=price, quantity=count) for price, count in split if count]
    return tuple(done)


def _number(case: Case) -> str:
    """A number for a new order that no order has: the same for the same records, so that a yes finds it again."""
    for n in range(100):
        seed = f"{case.customer.id} {len(case.customer.orders)} {n}"
        id_ = f"#W{int(hashlib.sha256(seed.encode()).hexdigest(), 16) % 10_000_000:07d}"
        if case.records.order(id_) is None:
            return id_
    raise Denied("order.unknown", "No number is free for a new order.")
