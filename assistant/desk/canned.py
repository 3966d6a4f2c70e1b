"""Texts that agents send often: a few that ship, and those that supervisors add."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from assistant.desk.accounts import Agent
from assistant.errors import DeskError
from assistant.tables import CannedRow

_LONGEST_TITLE, _LONGEST = 80, 2_000


class Canned:
    """The texts of one shop. ``{agent}`` in a text is the name of who sends it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> dict[str, str]:
        """Title -> text, by title."""
        with Session(self._engine) as session:
            own = {row.title: row.text for row in session.scalars(select(CannedRow))}
        return {title: text for title, text in sorted({**_shipped(), **own}.items()) if text}

    def put(self, agent: Agent, title: str, text: str) -> None:
        """A supervisor adds a text, or writes over one; an empty text takes it away."""
        title, text = title.strip(), text.strip()
        if agent.role != "supervisor":
            raise DeskError("Only a supervisor can change the texts", "Ask one of them")
        if not title or len(title) > _LONGEST_TITLE or len(text) > _LONGEST:
            raise DeskError("That is no text with a title", f"Use up to {_LONGEST_TITLE} and {_LONGEST:,} characters")
        with Session(self._engine) as session, session.begin():
            session.execute(delete(CannedRow).where(CannedRow.title == title))
            if text or title in _shipped():
                session.add(CannedRow(title=title, text=text))


@cache
def _shipped() -> dict[str, str]:
    import yaml

    return cast(dict[str, str], yaml.safe_load((Path(__file__).parent / "canned.yaml").read_text(encoding="utf-8")))
