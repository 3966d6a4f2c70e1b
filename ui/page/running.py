"""A turn on a thread of its own, so that ending it does not wait for the model to finish a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Literal, cast

from assistant.state import Cards, Event, Sentence
from ui.page.line import Line

How = Literal["stop", "leave"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The turn stands in line."""

    before: int


class Running:
    """The events of a turn as they happen. Iterate it once; ``end`` may be called from any thread at any time."""

    def __init__(self, turn: Callable[[], Iterator[Event]], line: Line) -> None:
        self._turn = turn
        self._line = line
        # None ends the iteration; an exception is raised where the events are read.
        self._queue: SimpleQueue[Event | Waiting | Exception | None] = SimpleQueue()
        # How the turn was told to end; "" while it was not.
        self.told_to: How | Literal[""] = ""
        # Set by the reader when nothing more will be shown.
        self.over = threading.Event()

    def __iter__(self) -> Iterator[Event | Waiting]:
        threading.Thread(target=self._work, name="turn", daemon=True).start()
        while (item := self._queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            if self.told_to:
                return
            yield item

    def end(self, how: How) -> None:
        """Ends the iteration now, and the turn before its next event; a turn that is not complete is not stored."""
        self.told_to = self.told_to or how
        self._queue.put(None)

    def _work(self) -> None:
        try:
            with closing(cast("Generator[Event]", self._turn())) as events:
                self._run(events)
        except Exception as error:
            self._queue.put(error)
        self._queue.put(None)

    def _run(self, events: Iterator[Event]) -> None:
        urgent = True
        while not self.told_to:
            with self._line.place(urgent, self._wait if urgent else _quietly, lambda: bool(self.told_to)) as inside:
                event = next(events, None) if inside else None
            if event is None or self.told_to:
                return
            self._queue.put(event)
            # From here on there is something to look at.
            urgent = urgent and not isinstance(event, (Cards, Sentence))

    def _wait(self, before: int) -> None:
        self._queue.put(Waiting(before))


def _quietly(before: int) -> None:
    """Says nothing of the line."""


@dataclass(slots=True)
class _Seat:
    """One conversation that somebody is in."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    people: int = 0
    # How often it was left: who waited for the lock before that does not want it any more.
    left: int = 0
    running: Running | None = None


class Seats:
    """One turn at a time in a conversation, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._seats: dict[str, _Seat] = {}
        self._lock = threading.Lock()

    @contextmanager
    def take(self, id: str) -> Iterator[bool]:
        """Waits until no turn runs in the conversation ``id``; False where it was left meanwhile."""
        with self._lock:
            seat = self._seats.setdefault(id, _Seat())
            seat.people += 1
            left = seat.left
        try:
            with seat.lock:
                yield seat.left == left
        finally:
            with self._lock:
                seat.people -= 1
                if not seat.people:
                    del self._seats[id]

    @contextmanager
    def run(self, id: str, running: Running) -> Iterator[None]:
        """Says that ``running`` is the turn of the conversation ``id``, whose seat is taken; ends it with the block."""
        self._seats[id].running = running
        try:
            yield
        finally:
            # Also when the visitor leaves: the model is not asked any further.
            running.end("leave")
            running.over.set()
            self._seats[id].running = None

    def busy(self, id: str) -> bool:
        """Whether somebody is in the conversation ``id``."""
        with self._lock:
            return id in self._seats

    def end(self, id: str, how: How, patience: float) -> None:
        """Ends the turn that runs in the conversation ``id``, if any; returns when its screen stopped growing.

        "leave" also sends those away who wait for the seat. Waits ``patience`` seconds at most.
        """
        with self._lock:
            seat = self._seats.get(id)
            running = seat.running if seat else None
            if seat and how == "leave":
                seat.left += 1
        if running is not None:
            running.end(how)
            running.over.wait(patience)
