"""What a turn gathers on its way: the parts of its reply, and where its time went."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import Any

from assistant.cart.values import Cart
from assistant.framed import Framed, speak
from assistant.grounding.truth import Records, Remembers, Truth
from assistant.respond import Cost
from assistant.state import (
    Cards,
    Citation,
    Event,
    Ledger,
    Preferences,
    Recommendation,
    Reply,
    Sentence,
    Table,
    Understanding,
)


class Answer:
    """What the reply has gathered so far."""

    def __init__(
        self,
        text: str,
        said: Understanding,
        preferences: Preferences,
        cart: Cart,
        records: Records,
        remembers: Remembers = lambda evidence: False,
    ) -> None:
        # The shopper's own words.
        self.text = text
        self.said = said
        self.preferences = preferences
        self.cart = cart
        self._true = Truth(records, preferences, cart, self, remembers)
        self.sentences: list[Sentence] = []
        self.shown: tuple[Recommendation, ...] = ()
        self.alternatives: tuple[Recommendation, ...] = ()
        self.table: Table | None = None
        self.pending: dict[str, Any] | None = None
        self.committed: tuple[str, ...] = ()
        self.citations: tuple[Citation, ...] = ()
        self.asked = ""
        self.choices: tuple[str, ...] = ()
        self.hand_off: dict[str, object] | None = None

    def say(self, *said: Sentence | Framed) -> Iterator[Event]:
        """Each sentence into the reply, and out to the shopper; a fixed one is put into words and looked at here."""
        for one in said:
            sentence = speak(one, self.said.language, self._true) if isinstance(one, Framed) else one
            self.sentences.append(sentence)
            yield sentence

    def reply(self, notice: str) -> Reply:
        """The reply as it stands."""
        return Reply(
            sentences=tuple(self.sentences),
            shown=self.shown,
            alternatives=self.alternatives,
            table=self.table,
            pending=self.pending,
            committed=self.committed,
            citations=self.citations,
            asked=self.asked,
            choices=self.choices,
            hand_off=self.hand_off,
            notice=notice,
        )


class Clock:
    """Times and costs of one turn. Milliseconds in the ledger, seconds inside."""

    def __init__(self, patience: float) -> None:
        self.start = perf_counter()
        self.cost = Cost(patience)
        self.read = 0.0
        self.search = 0.0
        self.respond = 0.0
        self.first_card: float | None = None
        self.first_sentence: float | None = None

    def understood(self) -> None:
        """The message was read."""
        self.read = perf_counter() - self.start

    def saw(self, event: Event) -> None:
        """Notes when the first card and the first sentence came."""
        now = perf_counter() - self.start
        if isinstance(event, Cards) and self.first_card is None:
            self.first_card = now
        if isinstance(event, Sentence) and self.first_sentence is None:
            self.first_sentence = now

    def ledger(self) -> Ledger:
        """What the turn took."""

        def ms(seconds: float) -> float:
            return round(seconds * 1000, 1)

        return Ledger(
            understand=ms(self.read),
            search=ms(self.search),
            respond=ms(self.respond),
            check=ms(self.cost.check),
            first_card=None if self.first_card is None else ms(self.first_card),
            first_sentence=None if self.first_sentence is None else ms(self.first_sentence),
            total=ms(perf_counter() - self.start),
            model_calls=self.cost.model_calls,
            prompt_tokens=self.cost.prompt_tokens,
            completion_tokens=self.cost.completion_tokens,
        )
