"""Rules of the shop that a supervisor sets aside for one call, once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from sqlalchemy import select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from assistant.desk.accounts import Agent
from assistant.errors import DeskError
from assistant.tables import ExceptionRow

State = Literal["asked", "granted", "refused", "used"]


@dataclass(frozen=True, slots=True)
class Call:
    """The call that a rule refused."""

    conversation: str
    customer: str
    action: str
    arguments: Mapping[str, Any]

    @property
    def written(self) -> str:
        """The arguments, equal for equal ones."""
        return json.dumps(dict(self.arguments), sort_keys=True, ensure_ascii=False)

    def same(self, other: Call) -> bool:
        """Whether both are about the same customer and would do the same."""
        return (self.customer, self.action, self.written) == (other.customer, other.action, other.written)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One rule, one call."""

    number: int
    call: Call
    rule: str
    why: str
    state: State
    asked_by: str
    decided_by: str | None


class Exceptions:
    """What was asked for and decided, in the conversation database."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now

    def ask(self, agent: Agent, call: Call, rule: str, why: str) -> Waiver:
        """Asks a supervisor; a supervisor who asks grants it."""
        if not why.strip():
            raise DeskError("An exception needs a reason", "Write why the shop should make it")
        by_supervisor = agent.role == "supervisor"
        row = ExceptionRow(
            conversation=call.conversation,
            customer=call.customer,
            rule=rule,
            action=call.action,
            arguments=call.written,
            why=why.strip()[:1000],
            state="granted" if by_supervisor else "asked",
            asked_by=agent.name,
            decided_by=agent.name if by_supervisor else None,
            at=self._now(),
        )
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            session.add(row)
        return _waiver(row)

    def decide(self, agent: Agent, number: int, grant: bool) -> Waiver:
        """A supervisor's answer; nobody else has one."""
        if agent.role != "supervisor":
            raise DeskError("Only a supervisor can decide that", "Ask one of them")
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            row = session.get(ExceptionRow, number, with_for_update=True)
            if row is None or row.state != "asked":
                raise DeskError("That was decided already", "Look at the list again")
            row.state, row.decided_by = "granted" if grant else "refused", agent.name
            return _waiver(row)

    def of(self, conversation: str | None = None, state: State | None = None) -> list[Waiver]:
        """Those of a conversation, those in a state, or all; oldest first."""
        query = select(ExceptionRow).order_by(ExceptionRow.number)
        if conversation is not None:
            query = query.where(ExceptionRow.conversation == conversation)
        if state is not None:
            query = query.where(ExceptionRow.state == state)
        with Session(self._engine) as session:
            return [_waiver(row) for row in session.scalars(query)]

    def granted(self, call: Call) -> list[Waiver]:
        """What may be set aside for exactly this call."""
        return [w for w in self.of(call.conversation, "granted") if w.call.same(call)]

    def use(self, waivers: list[Waiver]) -> bool:
        """Spends them; False where somebody has done so already, and then none is spent."""
        return self._move(waivers, "granted", "used")

    def give_back(self, waivers: list[Waiver]) -> None:
        """The call came to nothing after all."""
        self._move(waivers, "used", "granted")

    def _move(self, waivers: list[Waiver], before: State, after: State) -> bool:
        # Closed without a commit, nothing of it stays.
        with Session(self._engine) as session:
            for waiver in waivers:
                one = (ExceptionRow.number == waiver.number) & (ExceptionRow.state == before)
                if not session.execute(update(ExceptionRow).where(one).values(state=after)).rowcount:  # type: ignore[attr-defined]
                    return False
            session.commit()
        return True


def _waiver(row: ExceptionRow) -> Waiver:
    call = Call(row.conversation, row.customer, row.action, json.loads(row.arguments))
    return Waiver(row.number, call, row.rule, row.why, cast(State, row.state), row.asked_by, row.decided_by)
