"""Conversations that wait for a person: put in, taken by one agent, written in, given back to the assistant.

The shopper's side and the agents' side meet here and nowhere else. While an agent has a conversation, what the
shopper writes goes to them, and the assistant is silent.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.desk.accounts import Accounts
from assistant.errors import DeskError
from assistant.service.handoff import Packet, Place, Staffed
from assistant.tables import HandOffRow, MessageRow, TurnRow

State = Literal["waiting", "taken", "returned"]
Author = Literal["shopper", "agent", "took", "returned"]
LONGEST_MESSAGE = 4_000


@dataclass(frozen=True, slots=True)
class HandOff:
    """A conversation that waits for a person, or had one."""

    number: int
    conversation: str
    packet: Packet
    state: State
    # The name of the agent's account.
    agent: str | None
    # Who is proved to speak, by the conversation or by an agent.
    customer: str | None
    asked: datetime
    taken: datetime | None
    returned: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was said beside the turns."""

    number: int
    # The number of the turn that it follows.
    after: int
    author: Author
    # The agent's, as shoppers read it; "" for the shopper.
    name: str
    text: str
    at: datetime


class Queue:
    """The queue in the conversation database."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now
        self._accounts = Accounts(engine, now)

    # The shopper's side.

    def put(self, conversation: str, packet: Packet) -> Place:
        """Queues a conversation, or brings its packet up to date where it waits already; says where it stands.

        ``DeskError`` where that cannot be stored.
        """
        try:
            try:
                waited = self._put(conversation, packet)
            except IntegrityError:
                # Somebody put it in between: then it is there.
                waited = self._put(conversation, packet)
            staffed: Staffed = "now" if self._accounts.signed_in() else "later" if self._accounts.all() else "nobody"
            return Place(self.place(conversation), staffed, waited)
        except SQLAlchemyError as error:
            raise DeskError("The conversation could not be put into the queue", "Try again in a while") from error

    def _put(self, conversation: str, packet: Packet) -> bool:
        body = json.dumps(packet.to_row(), ensure_ascii=False)
        with Session(self._engine) as session, session.begin():
            row = session.scalar(_open(conversation))
            if row is None:
                session.add(
                    HandOffRow(
                        conversation=conversation,
                        priority=packet.priority,
                        packet=body,
                        customer=packet.customer if packet.verified else None,
                        state="waiting",
                        asked=self._now(),
                    )
                )
                return False
            row.packet, row.priority = body, min(row.priority, packet.priority)
            row.customer = row.customer or (packet.customer if packet.verified else None)
            return True

    def place(self, conversation: str) -> int:
        """How many stand in the queue up to this conversation, itself included; 0 where it does not wait."""
        ids = [h.conversation for h in self.waiting()]
        return ids.index(conversation) + 1 if conversation in ids else 0

    def open(self, conversation: str) -> HandOff | None:
        """The hand-over of a conversation that waits or is taken; None where the assistant alone has it."""
        with Session(self._engine) as session:
            row = session.scalar(_open(conversation))
            return _hand_off(row) if row else None

    def hear(self, conversation: str, text: str) -> bool:
        """Keeps what the shopper says for the agent who has the conversation; False where nobody has."""
        with Session(self._engine) as session, session.begin():
            row = session.scalar(_open(conversation).where(HandOffRow.state == "taken").with_for_update())
            if row is None:
                return False
            self._say(session, conversation, "shopper", "", text)
            return True

    def thread(self, conversation: str) -> list[Message]:
        """What was said beside the turns, oldest first."""
        with Session(self._engine) as session:
            query = select(MessageRow).where(MessageRow.conversation == conversation).order_by(MessageRow.number)
            return [
                Message(row.number, row.after, cast(Author, row.author), row.name, row.text, row.at)
                for row in session.scalars(query)
            ]

    # The agents' side.

    def waiting(self) -> list[HandOff]:
        """Those that nobody has taken, in the order in which they should be."""
        return self._list("waiting")

    def taken(self) -> list[HandOff]:
        """Those that somebody has."""
        return self._list("taken")

    def _list(self, state: State) -> list[HandOff]:
        with Session(self._engine) as session:
            query = select(HandOffRow).where(HandOffRow.state == state).order_by(HandOffRow.priority, HandOffRow.number)
            return [_hand_off(row) for row in session.scalars(query)]

    def latest(self, conversation: str) -> HandOff | None:
        """The latest hand-over of a conversation, whatever became of it."""
        with Session(self._engine) as session:
            query = select(HandOffRow).where(HandOffRow.conversation == conversation)
            row = session.scalar(query.order_by(HandOffRow.number.desc()).limit(1))
            return _hand_off(row) if row else None

    def take(self, conversation: str, agent: str, name: str) -> None:
        """The agent takes a waiting conversation over; the shopper reads that, and by what ``name``."""
        with Session(self._engine) as session, session.begin():
            changes = {"state": "taken", "agent": agent, "taken": self._now()}
            waits = (HandOffRow.conversation == conversation) & (HandOffRow.state == "waiting")
            if not session.execute(update(HandOffRow).where(waits).values(**changes)).rowcount:  # type: ignore[attr-defined]
                raise DeskError("That conversation does not wait any more", "Choose another one from the queue")
            self._say(session, conversation, "took", name, "")

    def write(self, conversation: str, agent: str, name: str, text: str) -> None:
        """The agent who has the conversation writes in it."""
        text = text.strip()
        if not text or len(text) > LONGEST_MESSAGE:
            raise DeskError("That is no message", f"Write between 1 and {LONGEST_MESSAGE:,} characters")
        with Session(self._engine) as session, session.begin():
            self._mine(session, conversation, agent)
            self._say(session, conversation, "agent", name, text)

    def give_back(self, conversation: str, agent: str, name: str) -> None:
        """The assistant has the conversation again; the shopper reads that."""
        with Session(self._engine) as session, session.begin():
            row = self._mine(session, conversation, agent)
            row.state, row.returned = "returned", self._now()
            self._say(session, conversation, "returned", name, "")

    def prove(self, conversation: str, agent: str, customer: str) -> None:
        """The agent has made sure who speaks."""
        with Session(self._engine) as session, session.begin():
            self._mine(session, conversation, agent).customer = customer

    def held(self, conversation: str, agent: str) -> HandOff:
        """The hand-over, where this agent has it. ``DeskError`` where somebody else has, or nobody."""
        with Session(self._engine) as session:
            return _hand_off(self._mine(session, conversation, agent))

    def _mine(self, session: Session, conversation: str, agent: str) -> HandOffRow:
        row = session.scalar(_open(conversation).with_for_update())
        if row is None or row.state != "taken" or row.agent != agent:
            raise DeskError("You do not have this conversation", "Take it over first")
        return row

    def _say(self, session: Session, conversation: str, author: Author, name: str, text: str) -> None:
        after = session.scalar(select(func.max(TurnRow.number)).where(TurnRow.conversation == conversation)) or 0
        session.add(
            MessageRow(conversation=conversation, after=after, author=author, name=name, text=text, at=self._now())
        )


def _open(conversation: str) -> Select[HandOffRow]:
    return select(HandOffRow).where(
        HandOffRow.conversation == conversation, or_(HandOffRow.state == "waiting", HandOffRow.state == "taken")
    )


def _hand_off(row: HandOffRow) -> HandOff:
    return HandOff(
        row.number,
        row.conversation,
        Packet.of(json.loads(row.packet)),
        cast(State, row.state),
        row.agent,
        row.customer,
        row.asked,
        row.taken,
        row.returned,
    )
