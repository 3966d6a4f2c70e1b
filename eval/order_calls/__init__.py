"""Calls that the policy of the retail order database forbids, each with the rule it breaks, and calls that it allows.

They are made from the database and from the policy's text alone: nothing here knows how the policy is held in code.
Each illegal call breaks one rule and is otherwise in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from eval.order_calls.allowed import ALLOWED
from eval.order_calls.forbidden import FORBIDDEN
from eval.order_calls.making import Call, Maker, Row

__all__ = ["Call", "Calls"]


class Calls:
    """Calls on one database. Orders are used once, so that no call spoils another."""

    def __init__(self, database: Row, seed: int) -> None:
        self._maker = Maker(database, seed)

    def illegal(self, count: int) -> list[Call]:
        """``count`` forbidden calls, of all sorts alike."""
        return self._mixed(FORBIDDEN, count)

    def legal(self, count: int) -> list[Call]:
        """``count`` allowed calls, of all sorts alike."""
        return self._mixed(ALLOWED, count)

    def _mixed(self, makes: Sequence[Callable[[Maker], Iterator[Call]]], count: int) -> list[Call]:
        sorts = [make(self._maker) for make in makes]
        found: list[Call] = []
        while len(found) < count and sorts:
            for sort in list(sorts):
                call = next(sort, None)
                if call is None:
                    sorts.remove(sort)
                elif len(found) < count:
                    found.append(call)
        return found
