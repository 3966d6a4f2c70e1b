"""What a turn of customer service should leave behind, asserted on the order database; never on wording.

The ``service`` of a turn's expectations (``eval.expectations``) has these keys, each of which must hold where present:

=================  ================================================================================================
``orders``         order id -> some of its fields as they are now; every order that is not named, of whomever, is as
                   it was before the conversation. Fields as ``order_fields`` writes them
``new``            orders that were not there before, some fields of each
``audit``          the actions that were written in this conversation, in order
``needs``          what customer service asked for: "yes", "items", ...; "" for nothing
``not_needs``      what it must not have asked for
``not_committed``  true: nothing was done by this turn
``rule``           the id of the shop's rule that refused
``cites``          documents, one of which the answer cites
``tells``          orders that the reply speaks of, by their numbers in its evidence
``says``           values that stand in the reply's evidence
``silent``         true: no record of any order or customer is shown
=================  ================================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.service.gate import Gate
    from assistant.service.values import Order

Row = Mapping[str, Any]
KEYS = {
    "orders",
    "new",
    "audit",
    "needs",
    "not_needs",
    "not_committed",
    "rule",
    "cites",
    "tells",
    "says",
    "silent",
}


@dataclass(frozen=True, slots=True)
class Database:
    """The orders at one moment."""

    # Order id -> its fields.
    orders: Mapping[str, Row]
    # Actions written so far, oldest first.
    audit: tuple[str, ...]
    # Whose orders these are; None for everybody's.
    customer: str | None = None

    @classmethod
    def of(cls, gate: Gate, customer: str | None = None) -> Database:
        """As it is now, all of it or the orders of one customer, which are read sooner."""
        with gate.store.reading() as records:
            return cls(
                {order.id: order_fields(order) for order in records.orders(customer)},
                tuple(entry.action for entry in records.journal.audit()),
                customer,
            )


def order_fields(order: Order) -> dict[str, Any]:
    """What an expectation can say of an order; amounts are text in major units."""
    asked = order.returned
    refunded = sum(t.amount.minor for t in order.transactions if t.kind == "refund")
    fields: dict[str, Any] = {
        "customer": order.customer_id,
        "status": order.status,
        "line1": order.address.line1,
        "lines": sorted(line.item_id for line in order.lines),
        "refunded": f"{refunded / 100:.2f}",
        "paid_with": sorted({t.method_id for t in order.open_payments}),
    }
    if asked and asked.kind == "return":
        fields["returned"] = list(asked.items)
    elif asked and asked.kind == "exchange":
        fields["exchanged"] = [list(pair) for pair in zip(asked.items, asked.new_items, strict=False)]
    elif asked:
        fields |= {"problem": asked.kind, "reported": list(asked.items)}
    return fields


def service_faults(turn: Row, expect: Row, before: Database, now: Database) -> Iterator[str]:
    """What is not as expected; ``before`` is the database at the beginning of the conversation."""
    yield from database_faults(expect, before, now)
    pending = turn["pending"] or {}
    needs = pending.get("needs", "") if pending.get("about") == "service" else ""
    if expect.get("needs", needs) != needs:
        yield f"asks for {needs or 'nothing'}, not for {expect['needs'] or 'nothing'}"
    if needs and expect.get("not_needs") == needs:
        yield f"asks for {needs}"
    if expect.get("not_committed") and turn["committed"]:
        yield f"does {turn['committed']}"
    yield from _of_reply(turn, expect)


def database_faults(expect: Row, before: Database, now: Database) -> Iterator[str]:
    """What of the orders and of the audit is not as expected."""
    wanted: Mapping[str, Row] = expect.get("orders", {})
    for id_, was in before.orders.items():
        if now.customer in (None, was["customer"]):
            yield from _differs(id_, now.orders.get(id_, {}), wanted.get(id_, was))
    new = [now.orders[id_] for id_ in now.orders if id_ not in before.orders]
    asked: Sequence[Row] = expect.get("new", [])
    if len(new) != len(asked):
        yield f"there are {len(new)} new orders, not {len(asked)}"
    for is_, of in zip(new, asked, strict=False):
        yield from _differs("the new order", is_, of)
    if "audit" in expect and list(now.audit) != list(expect["audit"]):
        yield f"written was {', '.join(now.audit) or 'nothing'}, not {', '.join(expect['audit']) or 'nothing'}"


def _differs(label: str, actual: Row, wanted: Row) -> Iterator[str]:
    for name, value in wanted.items():
        if actual.get(name) != value:
            yield f"{name} of {label} is {actual.get(name)!r}, not {value!r}"


def _of_reply(turn: Row, expect: Row) -> Iterator[str]:
    evidence: Sequence[Row] = turn["evidence"]
    refused = [e["field"] for e in evidence if e["source"].startswith("policy")]
    if "rule" in expect and expect["rule"] not in refused:
        yield f"refuses by {', '.join(refused) or 'no rule'}, not by {expect['rule']}"
    cited = [str(c["document"]).removesuffix(".md") for c in turn["citations"]]
    if "cites" in expect and not set(cited) & set(expect["cites"]):
        yield f"cites {', '.join(cited) or 'nothing'}, not {' or '.join(expect['cites'])}"
    orders = {e["value"] for e in evidence if e["source"].startswith("order")}
    for number in expect.get("tells", ()):
        if number not in orders:
            yield f"does not speak of {number}"
    values = {e["value"] for e in evidence}
    for value in expect.get("says", ()):
        if value not in values:
            yield f"does not say {value}"
    if expect.get("silent") and (seen := [e for e in evidence if e["source"].startswith(("order", "customer"))]):
        yield f"shows {seen[0]['field']} of {seen[0]['source']} to somebody unknown"
