"""A customer out of the conversation database: talks, what waits for a person, the desk's log, the profile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.orm import Session

from assistant.forgetting.receipt import Line
from assistant.service.talk.frame import VERIFIED
from assistant.tables import Base, ConversationRow, ExceptionRow, HandOffRow, LogRow, MessageRow, TurnRow

# What stands in the desk's log where a customer was named: who of the staff looked is kept.
_SOMEBODY = "erased"


def conversations_of(engine: Engine, customer: str, named: re.Pattern[str]) -> set[str]:
    """Conversations of ``customer``, and those in which they said who they are.

    Where nobody proved to be somebody else, ``named`` in a turn says it too: their address, the number of an order.
    """
    with Session(engine) as session:
        found = set(session.scalars(select(ConversationRow.id).where(ConversationRow.customer == customer)))
        for table in (HandOffRow, ExceptionRow):
            found |= set(session.scalars(select(table.conversation).where(table.customer == customer)))
        owners: dict[str, set[str]] = {}
        hinted: set[str] = set()
        told = select(TurnRow.conversation, TurnRow.body, ConversationRow.customer).join(
            ConversationRow, ConversationRow.id == TurnRow.conversation
        )
        for id_, body, owner in session.execute(told.execution_options(yield_per=500)):
            who = owners.setdefault(id_, {owner} if owner else set())
            if VERIFIED in body:
                done = json.loads(body)["reply"].get("committed") or ()
                who |= {entry.removeprefix(VERIFIED) for entry in done if entry.startswith(VERIFIED)}
            if named.search(body):
                hinted.add(id_)
    proved = {id_ for id_, who in owners.items() if customer in who}
    return found | proved | {id_ for id_ in hinted if not owners[id_]}


def knows(engine: Engine, customer: str) -> bool:
    """Whether a row is theirs; that an agent looked for them is in the log, also where they were nobody."""
    with Session(engine) as session:
        for table in Base.metadata.sorted_tables:
            if "customer" not in table.c or table.name == LogRow.__tablename__:
                continue
            if session.execute(select(table.c.customer).where(table.c.customer == customer).limit(1)).first():
                return True
    return False


def words_in(engine: Engine, conversations: Iterable[str]) -> set[str]:
    """What was said there by the shopper, word for word."""
    ids = sorted(conversations)
    with Session(engine) as session:
        bodies = session.scalars(select(TurnRow.body).where(TurnRow.conversation.in_(ids)))
        said = {str(json.loads(body)["text"]) for body in bodies}
        mine = (MessageRow.conversation.in_(ids)) & (MessageRow.author == "shopper")
        return said | set(session.scalars(select(MessageRow.text).where(mine)))


def erase(engine: Engine, customer: str, conversations: Iterable[str]) -> list[Line]:
    """Erases them in one transaction; what has a column for the conversation or the customer goes with them."""
    ids = sorted(conversations)
    lines = []
    with Session(engine) as session, session.begin():
        log = or_(LogRow.customer == customer, LogRow.talk.in_(ids))
        done = session.execute(update(LogRow).where(log).values(customer=_SOMEBODY, talk="", detail=""))
        lines.append(Line(LogRow.__tablename__, "kept without the person", done.rowcount))  # type: ignore[attr-defined]
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in (LogRow.__tablename__, ConversationRow.__tablename__):
                continue
            tests = [table.c.conversation.in_(ids)] if "conversation" in table.c else []
            tests += [table.c.customer == customer] if "customer" in table.c else []
            if tests:
                count = session.execute(delete(table).where(or_(*tests))).rowcount  # type: ignore[attr-defined]
                lines.append(Line(table.name, "erased", count))
        count = session.execute(delete(ConversationRow).where(ConversationRow.id.in_(ids))).rowcount  # type: ignore[attr-defined]
        lines.append(Line(ConversationRow.__tablename__, "erased", count))
    return lines
