"""Who may be shown advertisements chosen for them: their own word, else what the feed says they agreed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.tables import AdConsentRow, Base, ProfilePauseRow
from retrieval import catalogue


class Consents:
    """The consents of one shop's customers. Nobody agreed who is not known to have."""

    def __init__(self, engine: Engine, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._folder = folder
        self._now = now
        Base.metadata.create_all(engine)

    def of(self, customer: str) -> bool:
        """Whether advertisements may be chosen for them: they agreed, and their profile is not paused."""
        return self.everybody().get(customer, False)

    def everybody(self) -> dict[str, bool]:
        """Customer id -> the same, of all that are known; who is not in it did not agree."""
        found = {id_: agreed(row) for id_, row in catalogue.customers(self._folder).items()}
        with Session(self._engine) as session:
            found |= {row.customer: row.allowed for row in session.scalars(select(AdConsentRow))}
            paused = select(ProfilePauseRow.customer).where(ProfilePauseRow.ended.is_(None))
            return found | dict.fromkeys(session.scalars(paused), False)

    def say(self, customer: str, allowed: bool) -> None:
        """Keeps the customer's own word; the latest one counts."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(AdConsentRow).where(AdConsentRow.customer == customer))
            session.add(AdConsentRow(customer=customer, allowed=allowed, at=self._now()))


def agreed(row: Mapping[str, object]) -> bool:
    """Whether a customer's row of a feed says that they agreed."""
    return row.get("ads_consent") is True
