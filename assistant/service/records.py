"""Customers, orders, proposals and the audit as values, read and written on one connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from assistant.service.tables import (
    ADDRESSES,
    ATTEMPTS,
    AUDIT,
    CHARGES,
    CUSTOMERS,
    FACTS,
    GIFT_CARDS,
    LINES,
    METHODS,
    OF_ORDER,
    ORDERS,
    PROPOSALS,
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


@dataclass(frozen=True, slots=True)
class Proposal:
    """A write that waits for a customer's yes, or had it."""

    id: str
    conversation: str
    customer_id: str
    action: str
    arguments: dict[str, Any]
    difference: dict[str, Any]
    fingerprint: str
    made: datetime
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit."""

    at: datetime
    conversation: str
    customer_id: str
    action: str
    # "" for a write that is about no order.
    order_id: str
    arguments: dict[str, Any]
    difference: dict[str, Any]
    # {"customer": ..., "order": ... or None}, as ``to_dict`` writes them.
    before: dict[str, Any]
    after: dict[str, Any]
    proposal: str
    undone: bool = False
    number: int = 0


class Records:
    """The order database as seen within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    # Customers.

    def customer(self, id_: str, *, lock: bool = False) -> Customer | None:
        """The customer with this id; ``lock`` keeps others from writing to the account until the transaction ends."""
        query = select(CUSTOMERS).where(CUSTOMERS.c.id == id_)
        row = self._db.execute(query.with_for_update() if lock else query).first()
        return self._customer(row) if row else None

    def customers(self) -> Iterator[Customer]:
        """All of them, by id."""
        for row in self._db.execute(select(CUSTOMERS).order_by(CUSTOMERS.c.id)).all():
            yield self._customer(row)

    def customers_by_email(self, email: str) -> list[Customer]:
        """Those with this address, whatever its capitals."""
        rows = self._db.execute(select(CUSTOMERS).where(func.lower(CUSTOMERS.c.email) == email.strip().lower()))
        return [self._customer(row) for row in rows.all()]

    def customers_by_postcode(self, postcode: str) -> list[Customer]:
        """Those whose own address has this postcode."""
        of_customer = (ADDRESSES.c.owner_kind == "customer") & (ADDRESSES.c.owner_id == CUSTOMERS.c.id)
        query = select(CUSTOMERS).join(ADDRESSES, of_customer).where(ADDRESSES.c.postcode == postcode.strip())
        return [self._customer(row) for row in self._db.execute(query).all()]

    def _customer(self, row: Row[Any]) -> Customer:
        cards = {
            card.method_id: Money(card.balance, card.currency)
            for card in self._db.execute(select(GIFT_CARDS).where(GIFT_CARDS.c.customer_id == row.id))
        }
        methods = self._db.execute(select(METHODS).where(METHODS.c.customer_id == row.id).order_by(METHODS.c.number))
        orders = select(ORDERS.c.id).where(ORDERS.c.customer_id == row.id).order_by(ORDERS.c.position)
        return Customer(
            row.id,
            row.first_name,
            row.last_name,
            row.email,
            self._address("customer", row.id),
            tuple(Method(m.id, m.kind, m.brand, m.last_four, cards.get(m.id)) for m in methods),
            tuple(self._db.scalars(orders)),
            row.member,
        )

    def add_customer(self, customer: Customer, source: str, hashed: str) -> None:
        """A customer fresh from a feed."""
        row = {"id": customer.id, "source": source, "hash": hashed, **_fields(customer, CUSTOMERS)}
        self._db.execute(insert(CUSTOMERS), row)
        self._write_account(customer)

    def save_customer(self, customer: Customer) -> None:
        """Writes over the customer with this id; which orders are theirs is not touched."""
        self._db.execute(
            update(CUSTOMERS).where(CUSTOMERS.c.id == customer.id).values(**_fields(customer, CUSTOMERS))
        )
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
        row = self._db.execute(select(ORDERS).where(ORDERS.c.id == id_)).first()
        return self._order(row) if row else None

    def orders(self, customer: str | None = None) -> Iterator[Order]:
        """All orders by id, or those of one customer, oldest first."""
        query = select(ORDERS)
        query = query.order_by(ORDERS.c.id) if customer is None else query.where(ORDERS.c.customer_id == customer)
        query = query if customer is None else query.order_by(ORDERS.c.position)
        for row in self._db.execute(query).all():
            yield self._order(row)

    def _order(self, row: Row[Any]) -> Order:
        def of(table: Table) -> Sequence[Row[Any]]:
            return self._db.execute(select(table).where(table.c.order_id == row.id).order_by(table.c.number)).all()

        def money(minor: int) -> Money:
            return Money(minor, row.currency)

        back = self._db.execute(select(RETURNS).where(RETURNS.c.order_id == row.id)).first()
        return Order(
            row.id,
            row.customer_id,
            self._address("order", row.id),
            tuple(
                Line(n.product_id, n.item_id, n.name, money(n.price), n.options, n.quantity, n.status)
                for n in of(LINES)
            ),
            row.status,
            row.currency,
            tuple(
                Shipment(tuple(s.tracking), tuple(s.items), s.carrier, s.shipped, s.delivered) for s in of(SHIPMENTS)
            ),
            tuple(Transaction(t.kind, money(t.amount), t.method_id, t.date) for t in of(TRANSACTIONS)),
            tuple(Charge(c.kind, money(c.amount)) for c in of(CHARGES)),
            back
            and Return(
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

    def add_order(self, order: Order, position: int, source: str, hashed: str) -> None:
        """An order fresh from a feed."""
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

    def _address(self, kind: str, owner: str) -> Address:
        query = select(ADDRESSES).where(ADDRESSES.c.owner_kind == kind, ADDRESSES.c.owner_id == owner)
        row = self._db.execute(query).first()
        return Address(*(getattr(row, name) for name in _ADDRESS)) if row else Address()

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

    def set_fact(self, name: str, value: str) -> None:
        """What the database says of itself under ``name``, from now on."""
        self._db.execute(delete(FACTS).where(FACTS.c.name == name))
        self._db.execute(insert(FACTS), {"name": name, "value": value})

    # Proposals and the audit.

    def propose(self, proposal: Proposal) -> None:
        """Keeps a proposal; an open one of the same conversation falls away."""
        one = (PROPOSALS.c.conversation == proposal.conversation) & (PROPOSALS.c.state == "open")
        self._db.execute(delete(PROPOSALS).where(one))
        self._db.execute(insert(PROPOSALS), _fields(proposal, PROPOSALS))

    def proposal(self, id_: str) -> Proposal | None:
        """The proposal with this id, kept from others until the transaction ends."""
        query = select(PROPOSALS).where(PROPOSALS.c.id == id_).with_for_update()
        row = self._db.execute(query).first()
        return Proposal(**row._mapping) if row else None

    def drop_proposal(self, id_: str) -> None:
        """Forgets a proposal that nobody said yes to."""
        self._db.execute(delete(PROPOSALS).where(PROPOSALS.c.id == id_, PROPOSALS.c.state == "open"))

    def done(self, entry: Entry) -> None:
        """Writes the audit line of a write and closes its proposal."""
        row = _fields(entry, AUDIT)
        del row["number"]
        self._db.execute(insert(AUDIT), row)
        self._db.execute(update(PROPOSALS).where(PROPOSALS.c.id == entry.proposal).values(state="done"))

    def audit(self, *, order: str | None = None, conversation: str | None = None) -> list[Entry]:
        """The audit, oldest first: all of it, that of an order, or that of a conversation."""
        query = select(AUDIT).order_by(AUDIT.c.number)
        if order is not None:
            query = query.where(AUDIT.c.order_id == order)
        if conversation is not None:
            query = query.where(AUDIT.c.conversation == conversation)
        return [Entry(**row._mapping) for row in self._db.execute(query)]

    def mark_undone(self, number: int) -> None:
        """Notes that a write was taken back."""
        self._db.execute(update(AUDIT).where(AUDIT.c.number == number).values(undone=True))

    # Identity.

    def attempts(self, who: str, since: datetime) -> int:
        """How often ``who`` failed to say who they are, since then."""
        query = select(func.count()).select_from(ATTEMPTS).where(ATTEMPTS.c.who == who, ATTEMPTS.c.at >= since)
        return self._db.scalar(query) or 0

    def note_attempt(self, who: str, at: datetime) -> None:
        """One more failure."""
        self._db.execute(insert(ATTEMPTS), {"who": who, "at": at})


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


