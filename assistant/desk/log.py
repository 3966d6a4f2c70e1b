"""Who of the staff looked at whom, and did what: lines are added and read, never changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from assistant.tables import LogRow


@dataclass(frozen=True, slots=True)
class Line:
    """One line."""

    at: datetime
    agent: str
    # "looked", "searched", "took", "wrote", "returned", "identified", "proposed", "confirms", "confirmed", ...
    what: str
    # The conversation and the customer it was about, "" for none.
    talk: str
    customer: str
    detail: str


class Log:
    """The log in the conversation database."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now

    def note(self, agent: str, what: str, talk: str = "", customer: str | None = None, detail: str = "") -> None:
        """One line more."""
        with Session(self._engine) as session, session.begin():
            session.add(
                LogRow(at=self._now(), agent=agent, what=what, talk=talk, customer=customer or "", detail=detail[:2000])
            )

    def lines(self, *, talk: str | None = None, customer: str | None = None, most: int = 200) -> list[Line]:
        """The latest first: all of them, those of a conversation, or those about a customer."""
        query = select(LogRow).order_by(LogRow.number.desc()).limit(most)
        if talk is not None:
            query = query.where(LogRow.talk == talk)
        if customer is not None:
            query = query.where(LogRow.customer == customer)
        with Session(self._engine) as session:
            rows = session.scalars(query)
            return [Line(row.at, row.agent, row.what, row.talk, row.customer, row.detail) for row in rows]
