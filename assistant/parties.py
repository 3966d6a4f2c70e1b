"""Whom a turn deals with, and what it needs of each: the shop, customer service, the shopper's profile, a reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from assistant.answers import Shelf as AnswersShelf
from assistant.framed import Framed
from assistant.preferences import Linker
from assistant.reading.chinese import Heard
from assistant.relative import Shelf as RelativeShelf
from assistant.state import (
    Citation,
    DialogueState,
    Evidence,
    Preferences,
    Recommendation,
    Sentence,
    Understanding,
    Wish,
)
from assistant.understand import Vocabulary

# What one message says, given the conversation so far.
Read = Callable[[DialogueState, str], Understanding]


class Words(Linker, Vocabulary, Protocol):
    """A shop's vocabulary, for reading a message and for searching by what was read."""


class Shelf(RelativeShelf, AnswersShelf, Protocol):
    """What a turn needs of a shop; ``retrieval.search.Shelf`` has it."""

    @property
    def vocabulary(self) -> Words: ...


class Served(Protocol):
    """What customer service made of a message."""

    @property
    def sentences(self) -> tuple[Sentence, ...]: ...

    @property
    def pending(self) -> dict[str, Any] | None: ...

    @property
    def committed(self) -> tuple[str, ...]: ...

    @property
    def citations(self) -> tuple[Citation, ...]: ...


class Taken(Protocol):
    """What customer service takes of a message; ``assistant.service.talk.desk.Taken`` has it."""

    @property
    def orders(self) -> tuple[str, ...]: ...

    @property
    def text(self) -> str: ...

    @property
    def like(self) -> str: ...

    @property
    def wishes(self) -> tuple[Wish, ...]: ...


class Desk(Protocol):
    """What a turn needs of customer service; ``assistant.service.talk.ServiceDesk`` has it."""

    def reads(self, state: DialogueState, said: Understanding, text: str) -> Understanding | None:
        """The reading of a message that is for customer service, None for any other."""
        ...

    def serve(self, state: DialogueState, said: Understanding, text: str) -> Served:
        """What comes of it."""
        ...

    def taken(self, state: DialogueState, text: str) -> Taken:
        """What of a message with several goals is about orders, and what is left to be read."""
        ...

    def serve_all(self, state: DialogueState, texts: Sequence[str]) -> Served:
        """What comes of parts of a message that are each about an order."""
        ...

    def heard(self, state: DialogueState, text: str) -> Heard | None:
        """What Chinese says about an order, in English."""
        ...


class Personal(Protocol):
    """What a turn needs of the shopper's profile; ``assistant.profile.ranking.Personal`` has it."""

    def fits(self, preferences: Preferences) -> bool:
        """Whether these wishes are the shopper's own, and leave open what comes first."""
        ...

    def over(self, shelf: Shelf) -> Shelf:
        """The shop in the order of what they like."""
        ...

    def because(self, shown: Sequence[Recommendation]) -> Sequence[Framed]:
        """What of it moved products on cards up."""
        ...

    def holds(self, evidence: Evidence) -> bool:
        """Whether the profile says so."""
        ...
