"""Who works at the desk: accounts, signing in with a limit on guessing, and sessions that end."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, cast, get_args

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from assistant.desk.passwords import LONGEST, NOBODYS, SHORTEST, hashed, matches
from assistant.errors import DeskError
from assistant.tables import AgentRow, GuessRow, SessionRow

Role = Literal["agent", "supervisor"]
ROLES: tuple[Role, ...] = get_args(Role)
# A session ends when it was not used for so long, and so long after it began whatever was done.
IDLE, LONGEST_SESSION = timedelta(minutes=30), timedelta(hours=10)
# Wrong passwords for one name, and from one address, before nobody may try for a while.
_TRIES, _TRIES_OF_ADDRESS, _WITHIN = 5, 20, timedelta(minutes=15)
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody of the staff, as long as they are signed in."""

    name: str
    role: Role

    @property
    def shown(self) -> str:
        """As shoppers read it: "anna" is Anna."""
        return self.name.replace(".", " ").title()


class Accounts:
    """The staff's accounts in the conversation database. Every refusal is a ``DeskError`` that says the mend."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now

    def add(self, name: str, role: str, password: str) -> Agent:
        """A new account, or a new password and role for one that is there; who was signed in with it is out."""
        name = name.lower()
        if not _NAME.fullmatch(name):
            raise DeskError(f"{name!r} is no name for an account", "Use 2 to 40 small letters, digits, dots and dashes")
        if role not in ROLES:
            raise DeskError(f"There is no role {role!r}", f"Use {' or '.join(ROLES)}")
        if not SHORTEST <= len(password) <= LONGEST or password.lower() == name:
            raise DeskError("That is no safe password", f"Use at least {SHORTEST} characters, and not the name")
        with Session(self._engine) as session, session.begin():
            session.execute(delete(SessionRow).where(SessionRow.agent == name))
            session.merge(AgentRow(name=name, role=role, password=hashed(password)))
        return Agent(name, role)

    def remove(self, name: str) -> None:
        """Takes an account away; what its owner did stays in the log."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(SessionRow).where(SessionRow.agent == name.lower()))
            if not session.execute(delete(AgentRow).where(AgentRow.name == name.lower())).rowcount:  # type: ignore[attr-defined]
                raise DeskError(f"There is no account {name!r}", "`shoptalk desk users` lists them")

    def all(self) -> list[Agent]:
        """Everybody, by name."""
        with Session(self._engine) as session:
            return [_agent(row) for row in session.scalars(select(AgentRow).order_by(AgentRow.name))]

    def sign_in(self, name: str, password: str, address: str = "") -> str:
        """A session's token, to be kept by the browser alone. ``address`` is where the guess comes from."""
        name, now = name.strip().lower()[:80], self._now()
        whos = {f"name:{name}": _TRIES, **({f"address:{address}"[:200]: _TRIES_OF_ADDRESS} if address else {})}
        with Session(self._engine) as session, session.begin():
            session.execute(delete(GuessRow).where(GuessRow.at < now - _WITHIN))
            for who, most in whos.items():
                if (session.scalar(select(func.count()).where(GuessRow.who == who)) or 0) >= most:
                    minutes = int(_WITHIN.total_seconds() // 60)
                    raise DeskError("There were too many wrong passwords", f"Try again in {minutes} minutes")
            # Noted before the check: whoever sends many guesses at once gains nothing by it.
            guesses = [GuessRow(who=who, at=now) for who in whos]
            session.add_all(guesses)
        with Session(self._engine) as session:
            row = session.get(AgentRow, name)
            known = row.password if row else NOBODYS
        if not matches(password[: LONGEST + 1], known) or row is None:
            raise DeskError("Name and password do not fit", "Check both; a supervisor can set a new password")
        token = secrets.token_urlsafe(32)
        with Session(self._engine) as session, session.begin():
            session.execute(delete(GuessRow).where(GuessRow.who.in_(list(whos))))
            session.execute(delete(SessionRow).where(SessionRow.used < now - LONGEST_SESSION))
            session.add(SessionRow(token=_digest(token), agent=name, begun=now, used=now))
        return token

    def who(self, token: str | None, active: bool = True) -> Agent:
        """Who holds this token; ``DeskError`` where the session has ended, or never was.

        What an ``active`` person does keeps the session alive; a page that asks for news by itself does not.
        """
        with Session(self._engine) as session, session.begin():
            now = self._now()
            row = session.get(SessionRow, _digest(token)) if token else None
            agent = session.get(AgentRow, row.agent) if row else None
            if row is None or agent is None or now > row.used + IDLE or now > row.begun + LONGEST_SESSION:
                raise DeskError("Your session has ended", "Sign in again")
            if active:
                row.used = now
            return _agent(agent)

    def sign_out(self, token: str | None) -> None:
        """Ends the session."""
        if token:
            with Session(self._engine) as session, session.begin():
                session.execute(delete(SessionRow).where(SessionRow.token == _digest(token)))

    def signed_in(self) -> list[str]:
        """The names of those whose session was used lately."""
        with Session(self._engine) as session:
            query = select(SessionRow.agent).where(SessionRow.used > self._now() - IDLE).distinct()
            return sorted(session.scalars(query))


def _agent(row: AgentRow) -> Agent:
    return Agent(row.name, cast(Role, row.role))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
