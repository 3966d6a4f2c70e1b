"""The line before a busy model, and one turn at a time in a conversation."""

from __future__ import annotations

import threading
import time

from ui.page.line import Line
from ui.page.running import Seats


class Visitor:
    """Somebody who takes a place on a thread of their own and holds it until told."""

    def __init__(self, line: Line, urgent: bool = True) -> None:
        self.urgent = urgent
        self.told: list[int] = []
        self.inside, self.over = threading.Event(), threading.Event()
        self.leave, self.gone = threading.Event(), threading.Event()
        self.got: bool | None = None
        self._line = line
        threading.Thread(target=self._stand, daemon=True).start()

    def _stand(self) -> None:
        with self._line.place(self.urgent, self.told.append, self.gone.is_set) as self.got:
            if self.got:
                self.inside.set()
                self.leave.wait(10)
        self.over.set()

    def waits(self, before: int) -> bool:
        """Whether this one hears soon that so many are before them."""
        for _ in range(200):
            if self.told and self.told[-1] == before:
                return True
            time.sleep(0.01)
        return False


def test_first_come_first_served_and_everybody_hears_their_place() -> None:
    line = Line(2)
    first, second = Visitor(line), Visitor(line)
    assert first.inside.wait(5) and second.inside.wait(5)
    assert first.told == second.told == []
    third = Visitor(line)
    assert third.waits(0)
    fourth = Visitor(line)
    assert fourth.waits(1)
    second.leave.set()
    assert third.inside.wait(5) and fourth.waits(0)
    assert not fourth.inside.is_set()
    first.leave.set()
    assert fourth.inside.wait(5)
    assert fourth.told == [1, 0]


def test_who_has_seen_nothing_yet_comes_before_those_who_have() -> None:
    line = Line(1)
    first = Visitor(line)
    assert first.inside.wait(5)
    calm = Visitor(line, urgent=False)
    assert calm.waits(0)
    urgent = Visitor(line)
    assert urgent.waits(0) and calm.waits(1)
    first.leave.set()
    assert urgent.inside.wait(5) and not calm.inside.is_set()
    urgent.leave.set()
    assert calm.inside.wait(5)


def test_who_gives_up_leaves_the_line_and_takes_no_place() -> None:
    line = Line(1)
    first = Visitor(line)
    assert first.inside.wait(5)
    second = Visitor(line)
    assert second.waits(0)
    third = Visitor(line)
    assert third.waits(1)
    second.gone.set()
    assert second.over.wait(5) and second.got is False
    assert third.waits(0)
    first.leave.set()
    assert third.inside.wait(5)


def test_turns_of_one_conversation_come_one_after_the_other() -> None:
    seats, order = Seats(), list[str]()
    started = threading.Event()

    def later() -> None:
        started.set()
        with seats.take("a") as welcome:
            order.append(f"second {welcome}")

    with seats.take("a") as welcome:
        assert welcome
        thread = threading.Thread(target=later)
        thread.start()
        assert started.wait(5)
        with seats.take("b") as other:
            assert other, "another conversation is not held up"
        order.append("first")
    thread.join(5)
    assert order == ["first", "second True"]


def test_who_waits_in_a_conversation_that_is_left_is_sent_away() -> None:
    seats = Seats()
    got = list[bool]()

    def later() -> None:
        with seats.take("a") as welcome:
            got.append(welcome)

    with seats.take("a"):
        thread = threading.Thread(target=later)
        thread.start()
        for _ in range(200):
            if seats._seats["a"].people == 2:
                break
            time.sleep(0.01)
        seats.end("a", "leave", 1)
    thread.join(5)
    assert got == [False]
    assert seats._seats == {}
