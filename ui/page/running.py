"""A turn on a thread of its own, so that ending it does not wait for the model to finish a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from queue import SimpleQueue
from typing import Literal, cast

from assistant.state import Event

How = Literal["stop", "leave"]


class Running:
    """The events of a turn as they happen. Iterate it once; ``end`` may be called from any thread at any time."""

    def __init__(self, turn: Callable[[], Iterator[Event]]) -> None:
        self._turn = turn
        # None ends the iteration; an exception is raised where the events are read.
        self._queue: SimpleQueue[Event | Exception | None] = SimpleQueue()
        # How the turn was told to end; "" while it was not.
        self.told_to: How | Literal[""] = ""
        # Set by the reader when nothing more will be shown.
        self.over = threading.Event()

    def __iter__(self) -> Iterator[Event]:
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
                for event in events:
                    if self.told_to:
                        break
                    self._queue.put(event)
        except Exception as error:
            self._queue.put(error)
        self._queue.put(None)
