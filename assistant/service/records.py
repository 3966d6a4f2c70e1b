"""Customers and orders as values, read and written on one connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, select, true, update

from assistant.service.journal import Journal
from assistant.service.tables import (
    ADDRESSES,
    CHARGES,
    CUSTOMERS,
    GIFT_CARDS,
    LINES,
    METHODS,
    OF_ORDER,
    ORDERS,
    RETURNS,
    SHIPMENTS,
    TRANSACTIONS,
)
from assistant.service.values import (
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
from retrieval.product import Money

_ADDRESS = ("line1", "line2", "city", "state", "postcode", "country")


class Records:
    """The order database as seen within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self.journal = Journal(connection)

    @property
    def connection(self) -> Connection:
        """The transaction itself."""
        return self._db

    # Customers.

    def customer(self, id_: str, *, lock: bool = False) -> Customer | None:
        """The customer with this id; ``lock`` keeps others from writing to the account until the transaction ends."""
        if lock:
            self._db.execute(select(CUSTOMERS.c.id).where(CUSTOMERS.c.id == id_).with_for_update())
        return next(self._customers(CUSTOMERS.c.id == id_), None)

    def customers(self) -> Iterator[Customer]:
        """All of them, by id."""
        return self._customers(true())

    def customers_by_email(self, email: str) -> list[Customer]:
        """Those with this address, whatever its capitals."""
        return list(self._customers(func.lower(CUSTOMERS.c.email) == email.strip().lower()))

    def customers_by_postcode(self, postcode: str) -> list[Customer]:
        """Those whose own address has this postcode."""
        there = select(ADDRESSES.c.owner_id).where(
            ADDRESSES.c.owner_kind == "customer", ADDRESSES.c.postcode == postcode.strip()
        )
        return list(self._customers(CUSTOMERS.c.id.in_(there.scalar_subquery())))

    def _customers(self, condition: ColumnElement[bool]) -> Iterator[Customer]:
        """Those that meet the condition, by id; each table is read once."""
        ids = select(CUSTOMERS.c.id).where(condition).scalar_subquery()
        cards = {
            (card.customer_id, card.method_id): Money(card.balance, card.currency)
            for card in self._db.execute(select(GIFT_CARDS).where(GIFT_CARDS.c.customer_id.in_(ids)))
        }
        methods: dict[str, list[Method]] = {}
        for m in self._db.execute(select(METHODS).where(METHODS.c.customer_id.in_(ids)).order_by(METHODS.c.number)):
            method = Method(m.id, m.kind, m.brand, m.last_four, cards.get((m.customer_id, m.id)))
            methods.setdefault(m.customer_id, []).append(method)
        orders: dict[str, list[str]] = {}
        placed = select(ORDERS.c.customer_id, ORDERS.c.id).where(ORDERS.c.customer_id.in_(ids))
        for row in self._db.execute(placed.order_by(ORDERS.c.position)):
            orders.setdefault(row.customer_id, []).append(row.id)
        query = select(ADDRESSES).where(ADDRESSES.c.owner_kind == "customer", ADDRESSES.c.owner_id.in_(ids))
        addresses = {row.owner_id: _address(row) for row in self._db.execute(query)}
        for row in self._db.execute(select(CUSTOMERS).where(condition).order_by(CUSTOMERS.c.id)).all():
            yield Customer(
                row.id,
                row.first_name,
                row.last_name,
                row.email,
                addresses.get(row.id, Address()),
                tuple(methods.get(row.id, ())),
                tuple(orders.get(row.id, ())),
                row.member,
            )

    def add_customer(self, customer: Customer, source: str, hashed: str) -> None:
        """A customer fresh from a feed."""
        row = {"id": customer.id, "source": source, "hash": hashed, **_fields(customer, CUSTOMERS)}
        self._db.execute(insert(CUSTOMERS), row)
        self._write_account(customer)

    def save_customer(self, customer: Customer) -> None:
        """Writes over the customer with this id; which orders are theirs is not touched."""
        self._db.execute(update(CUSTOMERS).where(CUSTOMERS.c.id == customer.id).values(**_fields(customer, CUSTOMERS)))
        self._forget_account(customer.id)
        self._write_account(customer)

    def _write_account(self, customer: Customer) -> None:
        self._write_address("customer", customer.id, customer.address)
        owner = {"customer_id": customer.id}
        self._add(
            METHODS,
            [{**owner, "number": n, **_fields(m, METHODS)} for n, m in enumerate(customer.methods)],
        )
        self._add(
            GIFT_CARDS,
            [
                {**owner, "method_id": m.id, "balance": m.balance.minor, "currency": m.balance.currency}
                for m in customer.methods
                if m.balance is not None
            ],
        )

    def _forget_account(self, id_: str) -> None:
        self._db.execute(delete(GIFT_CARDS).where(GIFT_CARDS.c.customer_id == id_))
        self._db.execute(delete(METHODS).where(METHODS.c.customer_id == id_))

    # Orders.

    def order(self, id_: str) -> Order | None:
        """The order with this id."""
        return next(self._orders(ORDERS.c.id == id_), None)

    def orders(self, customer: str | None = None) -> Iterator[Order]:
        """All orders by id, or those of one customer, oldest first."""
        return self._orders(true() if customer is None else ORDERS.c.customer_id == customer, customer is not None)

    def _orders(self, condition: ColumnElement[bool], placed: bool = False) -> Iterator[Order]:
        """Those that meet the condition, by id or the oldest first where ``placed``; a table is read once."""
        ids = select(ORDERS.c.id).where(condition).scalar_subquery()
        parts: dict[str, dict[str, list[Row[Any]]]] = {table.name: {} for table in OF_ORDER}
        for table in OF_ORDER:
            query = select(table).where(table.c.order_id.in_(ids)).order_by(table.primary_key.columns.values()[-1])
            for row in self._db.execute(query):
                parts[table.name].setdefault(row.order_id, []).append(row)
        query = select(ADDRESSES).where(ADDRESSES.c.owner_kind == "order", ADDRESSES.c.owner_id.in_(ids))
        addresses = {row.owner_id: _address(row) for row in self._db.execute(query)}
        sort = ORDERS.c.position if placed else ORDERS.c.id
        for row in self._db.execute(select(ORDERS).where(condition).order_by(sort)).all():
            of = {name: found.get(row.id, ()) for name, found in parts.items()}
            yield _order(row, addresses.get(row.id, Address()), of)

    def add_order(self, order: Order, position: int, source: str = "", hashed: str = "") -> None:
        """An order fresh from a feed, or one that was made here and has no source."""
        row = {"id": order.id, "position": position, "source": source, "hash": hashed, **_fields(order, ORDERS)}
        self._db.execute(insert(ORDERS), row)
        self._write_parts(order)

    def save_order(self, order: Order) -> None:
        """Writes over the order with this id."""
        self._db.execute(update(ORDERS).where(ORDERS.c.id == order.id).values(**_fields(order, ORDERS)))
        self._forget_parts(order.id)
        self._write_parts(order)

    def remove_order(self, id_: str) -> None:
        """Removes an order that left its feed; its lines in the audit stay."""
        self._forget_parts(id_)
        self._db.execute(delete(ADDRESSES).where(ADDRESSES.c.owner_kind == "order", ADDRESSES.c.owner_id == id_))
        self._db.execute(delete(ORDERS).where(ORDERS.c.id == id_))

    def _forget_parts(self, id_: str) -> None:
        for table in OF_ORDER:
            self._db.execute(delete(table).where(table.c.order_id == id_))

    def _write_parts(self, order: Order) -> None:
        self._write_address("order", order.id, order.address)
        for table, parts in (
            (LINES, order.lines),
            (SHIPMENTS, order.shipments),
            (TRANSACTIONS, order.transactions),
            (CHARGES, order.charges),
        ):
            self._add(table, [{"order_id": order.id, "number": n, **_fields(p, table)} for n, p in enumerate(parts)])
        if order.returned:
            self._add(RETURNS, [{"order_id": order.id, **_fields(order.returned, RETURNS)}])

    def _write_address(self, kind: str, owner: str, address: Address) -> None:
        self._db.execute(delete(ADDRESSES).where(ADDRESSES.c.owner_kind == kind, ADDRESSES.c.owner_id == owner))
        self._add(ADDRESSES, [{"owner_kind": kind, "owner_id": owner, **_fields(address, ADDRESSES)}])

    def _add(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._db.execute(insert(table), list(rows))

    # Imported rows.

    def imported(self, table: Table) -> dict[str, tuple[str, str]]:
        """Id -> source and hash of the imported row."""
        rows = self._db.execute(select(table.c.id, table.c.source, table.c.hash))
        return {row.id: (row.source, row.hash) for row in rows}

    def note_import(self, table: Table, id_: str, source: str, hashed: str) -> None:
        """Notes which row of a feed a record was last written from."""
        self._db.execute(update(table).where(table.c.id == id_).values(source=source, hash=hashed))


def _address(row: Row[Any]) -> Address:
    return Address(*(getattr(row, name) for name in _ADDRESS))


def _order(row: Row[Any], address: Address, of: Mapping[str, Sequence[Row[Any]]]) -> Order:
    def money(minor: int) -> Money:
        return Money(minor, row.currency)

    back = next(iter(of[RETURNS.name]), None)
    return Order(
        row.id,
        row.customer_id,
        address,
        tuple(
            Line(n.product_id, n.item_id, n.name, money(n.price), n.options, n.quantity, n.status)
            for n in of[LINES.name]
        ),
        row.status,
        row.currency,
        tuple(
            Shipment(tuple(s.tracking), tuple(s.items), s.carrier, s.shipped, s.delivered) for s in of[SHIPMENTS.name]
        ),
        tuple(Transaction(t.kind, money(t.amount), t.method_id, t.date) for t in of[TRANSACTIONS.name]),
        tuple(Charge(c.kind, money(c.amount)) for c in of[CHARGES.name]),
        None
        if back is None
        else Return(
            back.kind,
            tuple(back.items),
            back.method_id,
            tuple(back.new_items),
            None if back.difference is None else money(back.difference),
        ),
        row.cancel_reason,
        row.placed,
        row.note,
    )


def _fields(value: object, table: Table) -> dict[str, Any]:
    """Those fields of ``value`` that are columns of ``table``, as they are stored."""
    row: dict[str, Any] = {}
    for column in table.columns:
        found = getattr(value, column.name, _ABSENT)
        if found is not _ABSENT:
            row[column.name] = _stored(found)
    return row


_ABSENT = object()


def _stored(value: Any) -> Any:
    if isinstance(value, Money):
        return value.minor
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
