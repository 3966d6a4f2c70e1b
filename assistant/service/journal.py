"""What was proposed, what was done, and who failed to say who they are; beside the records, on the same connection."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from assistant.service.tables import ATTEMPTS, AUDIT, FACTS, PROPOSALS


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


class Journal:
    """Proposals, the audit and attempts, as seen within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def set_fact(self, name: str, value: str) -> None:
        """What the database says of itself under ``name``, from now on."""
        self._db.execute(delete(FACTS).where(FACTS.c.name == name))
        self._db.execute(insert(FACTS), {"name": name, "value": value})

    # Proposals and the audit.

    def propose(self, proposal: Proposal) -> None:
        """Keeps a proposal; an open one of the same conversation falls away."""
        one = (PROPOSALS.c.conversation == proposal.conversation) & (PROPOSALS.c.state == "open")
        self._db.execute(delete(PROPOSALS).where(one))
        self._db.execute(insert(PROPOSALS), asdict(proposal))

    def proposal(self, id_: str) -> Proposal | None:
        """The proposal with this id, kept from others until the transaction ends."""
        if "\0" in id_:
            # PostgreSQL takes no such text, not even to look for it.
            return None
        query = select(PROPOSALS).where(PROPOSALS.c.id == id_).with_for_update()
        row = self._db.execute(query).first()
        return Proposal(**row._mapping) if row else None

    def drop_proposal(self, id_: str) -> None:
        """Forgets a proposal that nobody said yes to."""
        self._db.execute(delete(PROPOSALS).where(PROPOSALS.c.id == id_, PROPOSALS.c.state == "open"))

    def done(self, entry: Entry) -> None:
        """Writes the audit line of a write and closes its proposal."""
        row = asdict(entry)
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
