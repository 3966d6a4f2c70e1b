"""Customers and orders between the rows of an order feed and our values, there and back.

The names are those of the order databases that service benchmarks use, and of the demo shop's export; what a row lacks
is left empty, and what we do not know of it is passed by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from assistant.service.values import (
    GIFT_CARD,
    Address,
    Charge,
    Customer,
    Line,
    Method,
    Order,
    Return,
    Shipment,
    Transaction,
)
from retrieval.product import Money, Product

_ADDRESS = {
    "line1": "address1",
    "line2": "address2",
    "city": "city",
    "state": "state",
    "postcode": "zip",
    "country": "country",
}


def customer_of(id_: str, row: Mapping[str, Any], currency: str) -> Customer:
    """A customer from a row; raises ValueError for one that makes no sense."""
    name = row.get("name")
    first, last = ("", "") if not isinstance(name, Mapping) else (_text(name, "first_name"), _text(name, "last_name"))
    if isinstance(name, str):
        first, _, last = name.strip().partition(" ")
    methods = row.get("payment_methods") or {}
    return Customer(
        id_,
        first,
        last,
        _text(row, "email"),
        address_of(row.get("address")),
        tuple(_method(str(i), m, currency) for i, m in methods.items()),
        tuple(map(str, row.get("orders") or ())),
        row.get("member") is True,
    )


def order_of(id_: str, customer_id: str, row: Mapping[str, Any], currency: str) -> Order:
    """An order from a row; raises ValueError for one that makes no sense."""
    currency = _text(row, "currency") or currency
    lines = row.get("items") or row.get("lines") or ()
    return Order(
        id_,
        customer_id,
        address_of(row.get("address")),
        tuple(_line(line, currency) for line in lines),
        _text(row, "status") or "pending",
        currency,
        tuple(_shipment(s) for s in row.get("fulfillments") or ()),
        tuple(
            Transaction(
                "refund" if t.get("transaction_type") == "refund" else "payment",
                money(t.get("amount"), currency),
                _text(t, "payment_method_id"),
                _text(t, "date"),
            )
            for t in row.get("payment_history") or ()
        ),
        tuple(Charge(_text(c, "kind"), money(c.get("amount"), currency)) for c in row.get("charges") or ()),
        _returned(row, currency),
        _text(row, "cancel_reason"),
        _text(row, "placed"),
        _text(row, "note"),
    )


def address_of(row: object) -> Address:
    """An address from its row; an empty one where there is none."""
    if not isinstance(row, Mapping):
        return Address()
    return Address(**{ours: _text(row, theirs) for ours, theirs in _ADDRESS.items()})


def money(value: object, currency: str) -> Money:
    """An amount in major units, as a number or as text."""
    try:
        return Money.of(Decimal(str(value)), currency)
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no amount of money") from error


def customer_row(customer: Customer) -> dict[str, Any]:
    """The inverse of ``customer_of``, in the fields of the order databases that service benchmarks use."""
    return {
        "user_id": customer.id,
        "name": {"first_name": customer.first_name, "last_name": customer.last_name},
        "address": address_row(customer.address),
        "email": customer.email,
        "payment_methods": {m.id: _method_row(m) for m in customer.methods},
        "orders": list(customer.orders),
    }


def order_row(order: Order) -> dict[str, Any]:
    """The inverse of ``order_of``, in the same fields; what has not happened is left out."""
    row: dict[str, Any] = {
        "order_id": order.id,
        "user_id": order.customer_id,
        "address": address_row(order.address),
        "items": [
            {
                "name": line.name,
                "product_id": line.product_id,
                "item_id": line.item_id,
                "price": major(line.price),
                "options": dict(line.options),
                **({"quantity": line.quantity} if line.quantity != 1 else {}),
            }
            for line in order.lines
        ],
        "status": order.status,
        "fulfillments": [{"tracking_id": list(s.tracking), "item_ids": list(s.items)} for s in order.shipments],
        "payment_history": [
            {"transaction_type": t.kind, "amount": major(t.amount), "payment_method_id": t.method_id}
            for t in order.transactions
        ],
    }
    if order.cancel_reason:
        row["cancel_reason"] = order.cancel_reason
    back = order.returned
    if back and back.kind == "return":
        row |= {"return_items": list(back.items), "return_payment_method_id": back.method_id}
    elif back and back.kind == "exchange":
        row |= {
            "exchange_items": list(back.items),
            "exchange_new_items": list(back.new_items),
            "exchange_payment_method_id": back.method_id,
            "exchange_price_difference": major(back.difference or Money(0, order.currency)),
        }
    elif back:
        row |= {
            "problem": back.kind,
            "problem_items": list(back.items),
            "problem_new_items": list(back.new_items),
            "problem_payment_method_id": back.method_id,
        }
    return row


def product_row(product: Product) -> dict[str, Any]:
    """A product as those databases write it."""
    return {
        "name": product.title,
        "product_id": product.id,
        "variants": {
            v.id: {
                "item_id": v.id,
                "options": dict(v.options),
                "available": v.stock != 0,
                "price": major(v.price or product.price),
            }
            for v in product.variants
        },
    }


def dump(customers: Iterable[Customer], orders: Iterable[Order], products: Iterable[Product]) -> dict[str, Any]:
    """The whole as those databases write it: products, users and orders by id."""
    return {
        "products": {p.id: product_row(p) for p in products},
        "users": {c.id: customer_row(c) for c in customers},
        "orders": {o.id: order_row(o) for o in orders},
    }


def address_row(address: Address) -> dict[str, str]:
    """The inverse of ``address_of``."""
    return {theirs: getattr(address, ours) for ours, theirs in _ADDRESS.items()}


def major(amount: Money | None) -> float | None:
    """An amount as JSON has it, in major units: the nearest number to an exact one."""
    return None if amount is None else float(amount.major)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _method(id_: str, row: Mapping[str, Any], currency: str) -> Method:
    kind = _text(row, "source")
    balance = money(row.get("balance", 0), currency) if kind == GIFT_CARD else None
    return Method(id_, kind, _text(row, "brand"), _text(row, "last_four"), balance)


def _method_row(method: Method) -> dict[str, Any]:
    row: dict[str, Any] = {"source": method.kind, "id": method.id}
    if method.brand or method.last_four:
        row |= {"brand": method.brand, "last_four": method.last_four}
    if method.balance is not None:
        row["balance"] = major(method.balance)
    return row


def _line(row: Mapping[str, Any], currency: str) -> Line:
    item = next((_text(row, name) for name in ("item_id", "sku", "product_id", "id") if row.get(name) is not None), "")
    product = _text(row, "product_id") or item
    return Line(
        product,
        item,
        _text(row, "name") or _text(row, "title") or product,
        money(row.get("price") or 0, currency),
        {str(k): str(v) for k, v in (row.get("options") or {}).items()},
        int(row.get("quantity") or 1),
        _text(row, "status"),
    )


def _shipment(row: Mapping[str, Any]) -> Shipment:
    tracking = row.get("tracking_id") or ()
    return Shipment(
        (tracking,) if isinstance(tracking, str) else tuple(map(str, tracking)),
        tuple(map(str, row.get("item_ids") or ())),
        _text(row, "carrier"),
        _text(row, "shipped"),
        _text(row, "delivered"),
    )


def _returned(row: Mapping[str, Any], currency: str) -> Return | None:
    if row.get("return_items"):
        return Return("return", tuple(map(str, row["return_items"])), _text(row, "return_payment_method_id"))
    if row.get("exchange_items"):
        return Return(
            "exchange",
            tuple(map(str, row["exchange_items"])),
            _text(row, "exchange_payment_method_id"),
            tuple(map(str, row.get("exchange_new_items") or ())),
            money(row.get("exchange_price_difference") or 0, currency),
        )
    kind = row.get("problem")
    if row.get("problem_items") and (kind == "damaged" or kind == "missing"):
        return Return(
            kind,
            tuple(map(str, row["problem_items"])),
            _text(row, "problem_payment_method_id"),
            tuple(map(str, row.get("problem_new_items") or ())),
        )
    return None
