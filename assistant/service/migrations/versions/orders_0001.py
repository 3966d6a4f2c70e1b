"""The order database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes it so."""
    op.create_table(
        "service_addresses",
        sa.Column("owner_kind", sa.String(length=10), nullable=False),
        sa.Column("owner_id", sa.String(length=200), nullable=False),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner_kind", "owner_id"),
    )
    with op.batch_alter_table("service_addresses", schema=None) as batch_op:
        batch_op.create_index("ix_service_addresses_postcode", ["postcode"], unique=False)

    op.create_table(
        "service_attempts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("service_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_service_attempts_who", ["who"], unique=False)

    op.create_table(
        "service_audit",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("difference", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("proposal", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("proposal"),
    )
    with op.batch_alter_table("service_audit", schema=None) as batch_op:
        batch_op.create_index("ix_service_audit_conversation", ["conversation"], unique=False)
        batch_op.create_index("ix_service_audit_order_id", ["order_id"], unique=False)

    op.create_table(
        "service_customers",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("member", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("service_customers", schema=None) as batch_op:
        batch_op.create_index("ix_service_customers_email", ["email"], unique=False)

    op.create_table(
        "service_facts",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "service_proposals",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("difference", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("service_proposals", schema=None) as batch_op:
        batch_op.create_index("ix_service_proposals_conversation", ["conversation"], unique=False)

    op.create_table(
        "service_orders",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("placed", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["service_customers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("service_orders", schema=None) as batch_op:
        batch_op.create_index("ix_service_orders_customer_id", ["customer_id"], unique=False)

    op.create_table(
        "service_payment_methods",
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("last_four", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["service_customers.id"],
        ),
        sa.PrimaryKeyConstraint("customer_id", "id"),
    )
    op.create_table(
        "service_charges",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["service_orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "number"),
    )
    op.create_table(
        "service_gift_cards",
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("method_id", sa.String(length=200), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id", "method_id"],
            ["service_payment_methods.customer_id", "service_payment_methods.id"],
        ),
        sa.PrimaryKeyConstraint("customer_id", "method_id"),
    )
    op.create_table(
        "service_lines",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["service_orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "number"),
    )
    op.create_table(
        "service_returns",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("method_id", sa.Text(), nullable=False),
        sa.Column("new_items", sa.JSON(), nullable=False),
        sa.Column("difference", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["service_orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_table(
        "service_shipments",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tracking", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("shipped", sa.Text(), nullable=False),
        sa.Column("delivered", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["service_orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "number"),
    )
    op.create_table(
        "service_transactions",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("method_id", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["service_orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "number"),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("service_transactions")
    op.drop_table("service_shipments")
    op.drop_table("service_returns")
    op.drop_table("service_lines")
    op.drop_table("service_gift_cards")
    op.drop_table("service_charges")
    op.drop_table("service_payment_methods")
    with op.batch_alter_table("service_orders", schema=None) as batch_op:
        batch_op.drop_index("ix_service_orders_customer_id")

    op.drop_table("service_orders")
    with op.batch_alter_table("service_proposals", schema=None) as batch_op:
        batch_op.drop_index("ix_service_proposals_conversation")

    op.drop_table("service_proposals")
    op.drop_table("service_facts")
    with op.batch_alter_table("service_customers", schema=None) as batch_op:
        batch_op.drop_index("ix_service_customers_email")

    op.drop_table("service_customers")
    with op.batch_alter_table("service_audit", schema=None) as batch_op:
        batch_op.drop_index("ix_service_audit_order_id")
        batch_op.drop_index("ix_service_audit_conversation")

    op.drop_table("service_audit")
    with op.batch_alter_table("service_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_service_attempts_who")

    op.drop_table("service_attempts")
    with op.batch_alter_table("service_addresses", schema=None) as batch_op:
        batch_op.drop_index("ix_service_addresses_postcode")

    op.drop_table("service_addresses")
