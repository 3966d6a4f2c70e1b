"""The tables of the order database, for SQLite and PostgreSQL alike.

Money is integer minor units; its ISO 4217 code stands in the row of the order or gift card.
``migrations`` makes them; a test holds that it makes exactly these.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, also where the database keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """As UTC."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its time zone."""
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


# Beside the shop's own tables in one database, so the names must not meet.
PREFIX = "service_"
METADATA = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s"})


def _id(name: str, *more: ForeignKey, primary: bool = True) -> Column[str]:
    return Column(name, String(200), *more, primary_key=primary, nullable=False)


def _order(primary: bool = True) -> Column[str]:
    return _id("order_id", ForeignKey(f"{PREFIX}orders.id"), primary=primary)


def _number() -> Column[int]:
    return Column("number", Integer, primary_key=True, autoincrement=False)


CUSTOMERS = Table(
    f"{PREFIX}customers",
    METADATA,
    _id("id"),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("member", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    # Of the imported row: a row that did not change leaves what was done here as it is.
    Column("hash", String(64), nullable=False),
    Index(f"ix_{PREFIX}customers_email", "email"),
)
# Of a customer (the default one) or of an order: owner_kind is "customer" or "order".
ADDRESSES = Table(
    f"{PREFIX}addresses",
    METADATA,
    Column("owner_kind", String(10), primary_key=True),
    _id("owner_id"),
    *(Column(name, Text, nullable=False) for name in ("line1", "line2", "city", "state", "postcode", "country")),
    Index(f"ix_{PREFIX}addresses_postcode", "postcode"),
)
METHODS = Table(
    f"{PREFIX}payment_methods",
    METADATA,
    _id("customer_id", ForeignKey(f"{PREFIX}customers.id")),
    _id("id"),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("last_four", Text, nullable=False),
)
GIFT_CARDS = Table(
    f"{PREFIX}gift_cards",
    METADATA,
    _id("customer_id"),
    _id("method_id"),
    Column("balance", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    ForeignKeyConstraint(["customer_id", "method_id"], [METHODS.c.customer_id, METHODS.c.id]),
)
ORDERS = Table(
    f"{PREFIX}orders",
    METADATA,
    _id("id"),
    _id("customer_id", ForeignKey(f"{PREFIX}customers.id"), primary=False),
    # Place among the customer's orders.
    Column("position", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("cancel_reason", Text, nullable=False),
    Column("placed", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Index(f"ix_{PREFIX}orders_customer_id", "customer_id"),
)
LINES = Table(
    f"{PREFIX}lines",
    METADATA,
    _order(),
    _number(),
    Column("product_id", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("price", Integer, nullable=False),
    Column("options", JSON, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("status", Text, nullable=False),
)
SHIPMENTS = Table(
    f"{PREFIX}shipments",
    METADATA,
    _order(),
    _number(),
    Column("tracking", JSON, nullable=False),
    Column("items", JSON, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("shipped", Text, nullable=False),
    Column("delivered", Text, nullable=False),
)
# Payments and refunds, in the order in which they were made.
TRANSACTIONS = Table(
    f"{PREFIX}transactions",
    METADATA,
    _order(),
    _number(),
    Column("kind", String(10), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("method_id", Text, nullable=False),
    Column("date", Text, nullable=False),
)
CHARGES = Table(
    f"{PREFIX}charges",
    METADATA,
    _order(),
    _number(),
    Column("kind", Text, nullable=False),
    Column("amount", Integer, nullable=False),
)
# Returns and exchanges that were asked for.
RETURNS = Table(
    f"{PREFIX}returns",
    METADATA,
    _order(),
    Column("kind", String(10), nullable=False),
    Column("items", JSON, nullable=False),
    Column("method_id", Text, nullable=False),
    Column("new_items", JSON, nullable=False),
    Column("difference", Integer),
)
# Writes that wait for a customer's yes, and those that had it.
PROPOSALS = Table(
    f"{PREFIX}proposals",
    METADATA,
    _id("id"),
    Column("conversation", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("difference", JSON, nullable=False),
    # Of action, arguments, difference, customer and conversation.
    Column("fingerprint", String(64), nullable=False),
    Column("made", Moment, nullable=False),
    # "open" or "done".
    Column("state", String(10), nullable=False),
    Index(f"ix_{PREFIX}proposals_conversation", "conversation"),
)
# One line a write. The proposal is unique: whatever happens elsewhere, one yes writes once.
AUDIT = Table(
    f"{PREFIX}audit",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("difference", JSON, nullable=False),
    # The records as they were before and after, so that an undo can put back exactly these.
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("undone", Boolean, nullable=False),
    Column("proposal", String(200), nullable=False, unique=True),
    Index(f"ix_{PREFIX}audit_order_id", "order_id"),
    Index(f"ix_{PREFIX}audit_conversation", "conversation"),
)
# Failed attempts to say who one is.
ATTEMPTS = Table(
    f"{PREFIX}attempts",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(f"ix_{PREFIX}attempts_who", "who"),
)
# What the database says of itself.
FACTS = Table(f"{PREFIX}facts", METADATA, Column("name", String(50), primary_key=True), Column("value", Text))

# What belongs to an order and is written anew with it.
OF_ORDER = (LINES, SHIPMENTS, TRANSACTIONS, CHARGES, RETURNS)
