"""The tables of the conversation database: what was said, who waits for a person, the shop's staff, what was released.

What has a column ``conversation`` is deleted with its conversation. The log of the desk stays: it says who looked.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, Index, String, Text, TypeDecorator, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, also where the database keeps no time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """As UTC, without saying so."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its time zone."""
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All of them."""


class ConversationRow(Base):
    """A conversation, its turns apart."""

    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer: Mapped[str | None] = mapped_column(String(120))
    verified: Mapped[bool] = mapped_column(default=False)
    started: Mapped[datetime]


class TurnRow(Base):
    """One message and its answer."""

    __tablename__ = "turns"
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    said: Mapped[datetime]
    # The whole turn as JSON: text, understanding, reply and the ledger of times.
    body: Mapped[str] = mapped_column(Text)


class RatingRow(Base):
    """What the shopper thinks of an answer."""

    __tablename__ = "ratings"
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    # 1 for a good answer, -1 for a bad one.
    value: Mapped[int]
    rated: Mapped[datetime]


class HandOffRow(Base):
    """A conversation that waits for a person, or had one."""

    __tablename__ = "hand_offs"
    number: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    # 0 first.
    priority: Mapped[int]
    # As ``Packet.to_row`` writes it.
    packet: Mapped[str] = mapped_column(Text)
    # Proved in the conversation, or by an agent.
    customer: Mapped[str | None] = mapped_column(String(200))
    # "waiting", "taken" or "returned".
    state: Mapped[str] = mapped_column(String(10))
    agent: Mapped[str | None] = mapped_column(String(80))
    asked: Mapped[datetime] = mapped_column(Moment)
    taken: Mapped[datetime | None] = mapped_column(Moment)
    returned: Mapped[datetime | None] = mapped_column(Moment)
    # A conversation waits at one place, whoever asks at the same moment.
    __table_args__ = (
        Index(
            "ix_hand_offs_open",
            "conversation",
            unique=True,
            sqlite_where=text("state != 'returned'"),
            postgresql_where=text("state != 'returned'"),
        ),
    )


class MessageRow(Base):
    """What was said in a conversation beside its turns: by an agent, and by the shopper to them."""

    __tablename__ = "messages"
    number: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    # The number of the turn that it follows.
    after: Mapped[int]
    # "shopper", "agent", or "took" and "returned" for what an agent did.
    author: Mapped[str] = mapped_column(String(10))
    # The agent's name; "" for the shopper.
    name: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class ExceptionRow(Base):
    """A rule of the shop that a supervisor is asked to set aside for one call."""

    __tablename__ = "exceptions"
    number: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    customer: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(80))
    # JSON with sorted keys.
    arguments: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    # "asked", "granted", "refused" or "used".
    state: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str] = mapped_column(String(80))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)


class AgentRow(Base):
    """Somebody of the shop's staff."""

    __tablename__ = "agents"
    # In small letters.
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    # "agent" or "supervisor".
    role: Mapped[str] = mapped_column(String(20))
    # See ``assistant.desk.passwords``.
    password: Mapped[str] = mapped_column(String(200))


class SessionRow(Base):
    """Somebody who is signed in."""

    __tablename__ = "agent_sessions"
    # sha256 of what the browser holds.
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent: Mapped[str] = mapped_column(ForeignKey("agents.name"))
    begun: Mapped[datetime] = mapped_column(Moment)
    used: Mapped[datetime] = mapped_column(Moment)


class GuessRow(Base):
    """A wrong password."""

    __tablename__ = "agent_guesses"
    number: Mapped[int] = mapped_column(primary_key=True)
    # "name:ANNA" or "address:192.0.2.1".
    who: Mapped[str] = mapped_column(String(200), index=True)
    at: Mapped[datetime] = mapped_column(Moment)


class LogRow(Base):
    """One thing that an agent looked at or did."""

    __tablename__ = "desk_log"
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    agent: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(40))
    talk: Mapped[str] = mapped_column(String(64))
    customer: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(Text)


class CannedRow(Base):
    """A text that agents send often."""

    __tablename__ = "canned_texts"
    title: Mapped[str] = mapped_column(String(80), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class ProfileEditRow(Base):
    """What a customer did to an entry of their profile, see ``assistant.profile.tastes.Edit``."""

    __tablename__ = "profile_edits"
    number: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str] = mapped_column(String(200), index=True)
    entry: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(String(10))
    facet: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    # Ids of pieces of evidence, as JSON.
    evidence: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class ProfilePauseRow(Base):
    """A time in which nothing is learnt of a customer, and nothing ranked by what was learnt."""

    __tablename__ = "profile_pauses"
    number: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str] = mapped_column(String(200), index=True)
    begun: Mapped[datetime] = mapped_column(Moment)
    # None while it lasts.
    ended: Mapped[datetime | None] = mapped_column(Moment)


class AdConsentRow(Base):
    """What a customer said of advertisements chosen for them; the feed's word counts where they said nothing."""

    __tablename__ = "ad_consents"
    customer: Mapped[str] = mapped_column(String(200), primary_key=True)
    allowed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)


class GiftRow(Base):
    """A conversation that is about a gift: it says nothing of the shopper, and is not ranked by what they like."""

    __tablename__ = "gift_conversations"
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)


class PrivacyPeriodRow(Base):
    """A month's privacy budget, see ``assistant.insights.ledger``."""

    __tablename__ = "privacy_periods"
    # "2026-11".
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    # Millionths of epsilon, and of a millionth of delta: what may be spent, and what is.
    budget_epsilon: Mapped[int] = mapped_column(BigInteger)
    budget_delta: Mapped[int] = mapped_column(BigInteger)
    epsilon: Mapped[int] = mapped_column(BigInteger)
    delta: Mapped[int] = mapped_column(BigInteger)


class ReleaseRow(Base):
    """A table of noisy counts over people, as it left the shop's records."""

    __tablename__ = "privacy_releases"
    number: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(ForeignKey("privacy_periods.period"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    # Of which form the value is, see ``assistant.insights.ledger``.
    about: Mapped[str] = mapped_column(String(64))
    epsilon: Mapped[int] = mapped_column(BigInteger)
    delta: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)
    # JSON, noise included.
    value: Mapped[str] = mapped_column(Text)
