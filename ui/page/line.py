"""The line before a busy model: first come, first served, and everybody sees how many are before them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Seconds after which somebody in line looks whether they still want to be there.
_GLANCE = 0.25


class Line:
    """Lets so many in at once; the others stand in the order in which they came, the urgent before the rest.

    A turn takes a place for each of its steps: whoever has seen nothing yet comes before those who have their products
    and wait for the next sentence, and among these nobody is served twice before another.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._urgent: deque[object] = deque()
        self._calm: deque[object] = deque()
        self._moved = threading.Condition()

    @contextmanager
    def place(self, urgent: bool, tell: Callable[[int], None], gone: Callable[[], bool]) -> Iterator[bool]:
        """Waits for a place and holds it for the block; False where ``gone`` said so before one was free.

        ``tell`` hears how many are before this one, when it has to wait and whenever that changes; 0 is "you are next".
        """
        me = object()
        line = self._urgent if urgent else self._calm
        got = False
        with self._moved:
            line.append(me)
            try:
                got = self._stand(me, line, tell, gone)
            finally:
                line.remove(me)
                self._free -= got
                self._moved.notify_all()
        try:
            yield got
        finally:
            with self._moved:
                self._free += got
                self._moved.notify_all()

    def _stand(self, me: object, line: deque[object], tell: Callable[[int], None], gone: Callable[[], bool]) -> bool:
        told = None
        while not (self._free > 0 and (self._urgent or self._calm)[0] is me):
            if gone():
                return False
            before = line.index(me) + (0 if line is self._urgent else len(self._urgent))
            if before != told:
                told = before
                tell(before)
            self._moved.wait(_GLANCE)
        return True
