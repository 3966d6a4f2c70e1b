"""Work that may not take for ever: a model that is slow or hangs is left, not waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

from assistant.errors import ModelSlow

T = TypeVar("T")


def within(seconds: float, work: Callable[[threading.Event], T]) -> T:
    """What ``work`` returns or raises; ``ModelSlow`` after ``seconds``.

    ``work`` runs on a thread of its own and is handed an event that is set when nobody waits for it any more: what
    reads a stream ends it then. A call that cannot be ended goes on unheard, and holds up nobody.
    """
    done: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
    left = threading.Event()

    def run() -> None:
        try:
            done.put((work(left), None))
        except BaseException as error:
            done.put((None, error))

    threading.Thread(target=run, name="model", daemon=True).start()
    try:
        value, error = done.get(timeout=seconds)
    except Empty:
        raise ModelSlow(
            f"The language model did not answer within {seconds:g} seconds",
            "What you see comes from the shop's records alone; ask again later",
        ) from None
    finally:
        # Also when whoever waited was ended.
        left.set()
    if error is not None:
        raise error
    return value  # type: ignore[return-value]
