"""Conversations in a database: SQLite beside the shop by default, any SQLAlchemy address otherwise."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, delete, event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from assistant.errors import ConversationError
from assistant.jsonable import from_dict, to_dict
from assistant.state import DialogueState, Turn
from assistant.tables import Base, ConversationRow, RatingRow, TurnRow


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of a list of conversations."""

    id: str
    # The first message, "" for an empty conversation.
    title: str
    turns: int
    started: datetime


class Store:
    """Conversations that outlive the process. Ids are unguessable; whoever knows one may read it."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now
        Base.metadata.create_all(engine)

    @property
    def engine(self) -> Engine:
        """The database itself, for those who wait for a person and those who come (``assistant.desk``)."""
        return self._engine

    @classmethod
    def open(cls, where: Path | str) -> Store:
        """A store in an SQLite file, or at an SQLAlchemy address."""
        address = where if isinstance(where, str) and "://" in where else f"sqlite:///{where}"
        try:
            engine = create_engine(address)
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _set_sqlite)
            return cls(engine)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise ConversationError(
                f"Conversations cannot be stored at {where}: {reason}", "Check that the address exists and is writable"
            ) from error

    def new(self, customer: str | None = None, verified: bool = False) -> DialogueState:
        """An empty conversation, already stored."""
        state = DialogueState(secrets.token_urlsafe(18), customer, verified)
        with Session(self._engine) as session, session.begin():
            session.add(ConversationRow(id=state.id, customer=customer, verified=verified, started=self._now()))
        return state

    def load(self, conversation: str) -> DialogueState:
        """The conversation with all its turns; ``ConversationError`` where nobody knows the id."""
        with Session(self._engine) as session:
            row = session.get(ConversationRow, conversation)
            if row is None:
                raise ConversationError(f"There is no conversation {conversation!r}", "Start a new one")
            query = select(TurnRow.body).where(TurnRow.conversation == conversation).order_by(TurnRow.number)
            turns = tuple(from_dict(Turn, json.loads(body)) for body in session.scalars(query))
            return DialogueState(row.id, row.customer, row.verified, turns)

    def append(self, conversation: str, turn: Turn) -> None:
        """Stores one turn; the same number twice is an error of the caller and leaves the first."""
        body = json.dumps(to_dict(turn), ensure_ascii=False)
        try:
            with Session(self._engine) as session, session.begin():
                session.add(TurnRow(conversation=conversation, number=turn.number, said=self._now(), body=body))
        except SQLAlchemyError as error:
            raise ConversationError(
                f"Turn {turn.number} of the conversation was not stored: {str(error).splitlines()[0]}",
                "Reload the conversation and send the message again",
            ) from error

    def rate(self, conversation: str, turn: int, value: int) -> None:
        """Keeps what the shopper thinks of an answer, 1 or -1; 0 takes it back. The latest one counts."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(RatingRow).where(RatingRow.conversation == conversation, RatingRow.turn == turn))
            if value:
                session.add(RatingRow(conversation=conversation, turn=turn, value=value, rated=self._now()))

    def ratings(self, conversation: str) -> dict[int, int]:
        """Number of a turn -> 1 or -1, for the answers that were rated."""
        with Session(self._engine) as session:
            query = select(RatingRow.turn, RatingRow.value).where(RatingRow.conversation == conversation)
            return {int(row.turn): row.value for row in session.execute(query)}

    def delete(self, conversation: str) -> None:
        """Deletes a conversation and all that is kept of it; an unknown id changes nothing."""
        with Session(self._engine) as session, session.begin():
            for table in reversed(Base.metadata.sorted_tables):
                if "conversation" in table.c:
                    session.execute(delete(table).where(table.c.conversation == conversation))
            session.execute(delete(ConversationRow).where(ConversationRow.id == conversation))

    def list(self, limit: int = 50, customer: str | None = None) -> list[Summary]:
        """The latest conversations, those of ``customer`` alone where one is named."""
        with Session(self._engine) as session:
            query = select(ConversationRow).order_by(ConversationRow.started.desc()).limit(limit)
            if customer is not None:
                query = query.where(ConversationRow.customer == customer)
            return [self._summary(session, row) for row in session.scalars(query)]

    def _summary(self, session: Session, row: ConversationRow) -> Summary:
        first = select(TurnRow.body).where(TurnRow.conversation == row.id, TurnRow.number == 1)
        body = session.scalar(first)
        count = session.scalar(select(func.count()).select_from(TurnRow).where(TurnRow.conversation == row.id))
        return Summary(row.id, json.loads(body)["text"][:80] if body else "", count or 0, row.started)


def _set_sqlite(connection: object, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # the driver's own connection
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What is deleted is overwritten.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()
