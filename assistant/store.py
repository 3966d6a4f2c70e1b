"""Conversations in a database: SQLite beside the shop by default, any SQLAlchemy address otherwise."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import ForeignKey, String, Text, create_engine, delete, event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from assistant.errors import ConversationError
from assistant.jsonable import from_dict, to_dict
from assistant.state import DialogueState, Turn


class _Base(DeclarativeBase):
    pass


class _Conversation(_Base):
    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer: Mapped[str | None] = mapped_column(String(120))
    verified: Mapped[bool] = mapped_column(default=False)
    started: Mapped[datetime]


class _Turn(_Base):
    __tablename__ = "turns"
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    said: Mapped[datetime]
    # The whole turn as JSON: text, understanding, reply and the ledger of times.
    body: Mapped[str] = mapped_column(Text)


class _Rating(_Base):
    __tablename__ = "ratings"
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    # 1 for a good answer, -1 for a bad one.
    value: Mapped[int]
    rated: Mapped[datetime]


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
        _Base.metadata.create_all(engine)

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
            session.add(_Conversation(id=state.id, customer=customer, verified=verified, started=self._now()))
        return state

    def load(self, conversation: str) -> DialogueState:
        """The conversation with all its turns; ``ConversationError`` where nobody knows the id."""
        with Session(self._engine) as session:
            row = session.get(_Conversation, conversation)
            if row is None:
                raise ConversationError(f"There is no conversation {conversation!r}", "Start a new one")
            query = select(_Turn.body).where(_Turn.conversation == conversation).order_by(_Turn.number)
            turns = tuple(from_dict(Turn, json.loads(body)) for body in session.scalars(query))
            return DialogueState(row.id, row.customer, row.verified, turns)

    def append(self, conversation: str, turn: Turn) -> None:
        """Stores one turn; the same number twice is an error of the caller and leaves the first."""
        body = json.dumps(to_dict(turn), ensure_ascii=False)
        try:
            with Session(self._engine) as session, session.begin():
                session.add(_Turn(conversation=conversation, number=turn.number, said=self._now(), body=body))
        except SQLAlchemyError as error:
            raise ConversationError(
                f"Turn {turn.number} of the conversation was not stored: {str(error).splitlines()[0]}",
                "Reload the conversation and send the message again",
            ) from error

    def rate(self, conversation: str, turn: int, value: int) -> None:
        """Keeps what the shopper thinks of an answer, 1 or -1; 0 takes it back. The latest one counts."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(_Rating).where(_Rating.conversation == conversation, _Rating.turn == turn))
            if value:
                session.add(_Rating(conversation=conversation, turn=turn, value=value, rated=self._now()))

    def ratings(self, conversation: str) -> dict[int, int]:
        """Number of a turn -> 1 or -1, for the answers that were rated."""
        with Session(self._engine) as session:
            query = select(_Rating.turn, _Rating.value).where(_Rating.conversation == conversation)
            return {int(row.turn): row.value for row in session.execute(query)}

    def delete(self, conversation: str) -> None:
        """Deletes a conversation and all that is kept of it; an unknown id changes nothing."""
        with Session(self._engine) as session, session.begin():
            for table in reversed(_Base.metadata.sorted_tables):
                if "conversation" in table.c:
                    session.execute(delete(table).where(table.c.conversation == conversation))
            session.execute(delete(_Conversation).where(_Conversation.id == conversation))

    def list(self, limit: int = 50, customer: str | None = None) -> list[Summary]:
        """The latest conversations, those of ``customer`` alone where one is named."""
        with Session(self._engine) as session:
            query = select(_Conversation).order_by(_Conversation.started.desc()).limit(limit)
            if customer is not None:
                query = query.where(_Conversation.customer == customer)
            return [self._summary(session, row) for row in session.scalars(query)]

    def _summary(self, session: Session, row: _Conversation) -> Summary:
        first = select(_Turn.body).where(_Turn.conversation == row.id, _Turn.number == 1)
        body = session.scalar(first)
        count = session.scalar(select(func.count()).select_from(_Turn).where(_Turn.conversation == row.id))
        return Summary(row.id, json.loads(body)["text"][:80] if body else "", count or 0, row.started)


def _set_sqlite(connection: object, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # the driver's own connection
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
