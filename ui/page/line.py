"""The line before a busy model: first come, first served, and everybody sees how many are before them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Seconds after which somebody in line looks whether they still want to be there.
_GLANCE = 0.25


class Line:
    """Lets so many in at once; the others stand in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._line: deque[object] = deque()
        self._moved = threading.Condition()

    @contextmanager
    def place(self, tell: Callable[[int], None], gone: Callable[[], bool]) -> Iterator[bool]:
        """Waits for a place and holds it for the block; False where ``gone`` said so before one was free.

        ``tell`` hears how many are before this one, when it has to wait and whenever that changes; 0 is "you are next".
        """
        me = object()
        got = False
        with self._moved:
            self._line.append(me)
            try:
                got = self._stand(me, tell, gone)
            finally:
                self._line.remove(me)
                self._free -= got
                self._moved.notify_all()
        try:
            yield got
        finally:
            with self._moved:
                self._free += got
                self._moved.notify_all()

    def _stand(self, me: object, tell: Callable[[int], None], gone: Callable[[], bool]) -> bool:
        told = None
        while not (self._free > 0 and self._line[0] is me):
            if gone():
                return False
            before = self._line.index(me)
            if before != told:
                told = before
                tell(before)
            self._moved.wait(_GLANCE)
        return True
