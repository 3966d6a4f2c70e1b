"""Search in past conversations that were handed over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from assistant.tables import HandOffRow, MessageRow, TurnRow

# Conversations that are found, and characters around the first word.
_MOST, _AROUND = 20, 60


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation in which the words stand."""

    conversation: str
    asked: datetime
    reason: str
    # Around the first of the words.
    excerpt: str


def search(engine: Engine, words: str) -> list[Found]:
    """Those that hold all the words, in messages, answers or what agents wrote; the latest first."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    found: dict[str, Found] = {}
    with Session(engine) as session:
        for row in session.scalars(select(HandOffRow).order_by(HandOffRow.number.desc())):
            if row.conversation in found:
                continue
            text = _text(session, row.conversation)
            at = text.casefold().find(wanted[0])
            if all(word in text.casefold() for word in wanted):
                excerpt = text[max(0, at - _AROUND) : at + _AROUND].strip()
                reason = str(json.loads(row.packet)["reason"])
                found[row.conversation] = Found(row.conversation, row.asked, reason, excerpt)
            if len(found) == _MOST:
                break
    return list(found.values())


def _text(session: Session, conversation: str) -> str:
    """All that was said, a line each."""
    bodies = session.scalars(select(TurnRow.body).where(TurnRow.conversation == conversation).order_by(TurnRow.number))
    said = []
    for turn in map(json.loads, bodies):
        said += [turn["text"], *(sentence["text"] for sentence in turn["reply"].get("sentences", ()))]
    later = select(MessageRow.text).where(MessageRow.conversation == conversation).order_by(MessageRow.number)
    return "\n".join([*said, *session.scalars(later)])
