"""What each read finds. Nothing of a customer is found for anybody but them."""

from __future__ import annotations

import ast
import operator
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TYPE_CHECKING, Any

from assistant.service import feed
from assistant.service.case import Case, Denied
from assistant.service.goods import item_of
from retrieval.product import Money

if TYPE_CHECKING:
    from assistant.service.ruleset import RuleSet
    from assistant.service.values import Customer


def by_email(case: Case, _: RuleSet) -> str:
    """The id of the customer with this e-mail address."""
    return _found(case, case.records.customers_by_email(case.arguments["email"]))


def by_name(case: Case, _: RuleSet) -> str:
    """The id of the customer with this name and postcode."""
    first, last = (case.arguments[name].strip().casefold() for name in ("first_name", "last_name"))
    there = case.records.customers_by_postcode(case.arguments["zip"])
    return _found(case, [c for c in there if (c.first_name.casefold(), c.last_name.casefold()) == (first, last)])


def _found(case: Case, customers: list[Customer]) -> str:
    if len(customers) != 1:
        raise Denied("identity.not-found", "I find no account with that.")
    if case.customer_id not in (None, customers[0].id):
        raise Denied("identity.other-customer", "In this conversation I can only help with your own account.")
    return customers[0].id


def user(case: Case, _: RuleSet) -> dict[str, Any]:
    """The customer's own account."""
    if case.arguments["user_id"] != case.customer.id:
        raise Denied("identity.other-customer", "In this conversation I can only help with your own account.")
    return feed.customer_row(case.customer)


def order(case: Case, _: RuleSet) -> dict[str, Any]:
    """One of the customer's own orders."""
    return feed.order_row(case.order)


def invoice(case: Case, _: RuleSet) -> dict[str, Any]:
    """What was ordered, charged, paid and refunded in one of the customer's own orders; amounts in major units."""
    found = case.order
    goods = sum(line.price.minor * line.quantity for line in found.lines)
    charges = sum(charge.amount.minor for charge in found.charges)
    return {
        "order_id": found.id,
        "placed": found.placed,
        "currency": found.currency,
        "lines": [
            {"name": str(line), "quantity": line.quantity, "price": feed.major(line.price)} for line in found.lines
        ],
        "charges": [{"kind": charge.kind, "amount": feed.major(charge.amount)} for charge in found.charges],
        "total": feed.major(Money(goods + charges, found.currency)),
        "payments": [
            {"kind": t.kind, "amount": feed.major(t.amount), "method": t.method_id, "date": t.date}
            for t in found.transactions
        ],
    }


def product(case: Case, rules: RuleSet) -> dict[str, Any]:
    """A product with its variants."""
    _may_look(case, rules)
    found = case.goods.product(case.arguments["product_id"])
    if found is None:
        raise Denied("product.unknown", f"The shop has no product {case.arguments['product_id']}.")
    return feed.product_row(found)


def item(case: Case, rules: RuleSet) -> dict[str, Any]:
    """One variant of a product."""
    _may_look(case, rules)
    id_ = case.arguments["item_id"]
    of = case.goods.product_with(id_)
    found = of and item_of(of, id_)
    if not found:
        raise Denied("product.unknown", f"The shop has no item {id_}.")
    return {
        "item_id": found.id,
        "options": dict(found.options),
        "available": found.available,
        "price": feed.major(found.price),
    }


def product_types(case: Case, rules: RuleSet) -> dict[str, str]:
    """Name -> id of every product; of two of the same name the one with the later id."""
    _may_look(case, rules)
    return {p.title: p.id for p in case.goods.products()}


def _may_look(case: Case, rules: RuleSet) -> None:
    if not rules.products_for_anybody:
        _ = case.customer


def transfer(case: Case, _: RuleSet) -> str:
    """Queues nobody, and says so: a model that heard of a transfer would tell the customer of one."""
    return "Not transferred: this call queues nobody. Whoever runs the conversation hands it over, and says so then."


_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def calculate(case: Case, _: RuleSet) -> str:
    """The value of an arithmetic expression, rounded to two decimals."""
    try:
        value = _value(ast.parse(case.arguments["expression"].strip(), mode="eval").body)
        return str(value.quantize(Decimal("0.01")).normalize() + 0)
    except (SyntaxError, ValueError, RecursionError, MemoryError, DivisionByZero, InvalidOperation, Overflow) as error:
        raise Denied("calculation.unreadable", "That cannot be reckoned.") from error


def _value(node: ast.expr) -> Decimal:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Decimal(str(node.value))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return Decimal(_OPERATORS[type(node.op)](_value(node.left), _value(node.right)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    raise ValueError("not a sum")
