"""What a day brought: conversations, how many needed a person and why, how long they waited."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from assistant.tables import ConversationRow, HandOffRow, MessageRow, TurnRow


@dataclass(frozen=True, slots=True)
class Figures:
    """One day, in UTC."""

    day: date
    # Begun on this day.
    conversations: int
    # Messages that the assistant answered.
    answered: int
    # Conversations handed over, by reason.
    reasons: Counter[str]
    # Of those handed over on this day.
    waiting: int
    taken: int
    returned: int
    # Messages that agents wrote.
    written: int
    # Seconds from asking until an agent took over, in the middle; None where nobody did.
    wait: float | None


def figures(engine: Engine, day: date) -> Figures:
    """The figures of one day."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = begin + timedelta(days=1)

    def within(column: Any, aware: bool = True) -> ColumnElement[bool]:
        first, last = (at if aware else at.replace(tzinfo=None) for at in (begin, end))
        return and_(column >= first, column < last)

    with Session(engine) as session:

        def count(*conditions: ColumnElement[bool]) -> int:
            return session.scalar(select(func.count()).where(*conditions)) or 0

        rows = list(session.scalars(select(HandOffRow).where(within(HandOffRow.asked))))
        started = count(within(ConversationRow.started, aware=False))
        answered = count(within(TurnRow.said, aware=False))
        written = count(within(MessageRow.at), MessageRow.author == "agent")
    waits = [(row.taken - row.asked).total_seconds() for row in rows if row.taken]
    states = Counter(row.state for row in rows)
    return Figures(
        day,
        started,
        answered,
        Counter(str(json.loads(row.packet)["reason"]) for row in rows),
        states["waiting"],
        states["taken"],
        states["returned"],
        written,
        median(waits) if waits else None,
    )
