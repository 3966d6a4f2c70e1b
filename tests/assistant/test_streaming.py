"""Nothing that was not checked leaves the assistant, whatever becomes of the check or of the model."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from shops import shelf as shop

from assistant import respond
from assistant.jsonable import to_dict
from assistant.models.scripted import Planned, Scripted
from assistant.state import Cards, DialogueState, Done, Event, Sentence
from assistant.turn import reply
from retrieval.product import Kind, Money, Product
from retrieval.search import Shelf

# What a model says that is in no record: it must never be seen.
LIE = "It is the finest ZEBRAWOOD kettle ever made for $1.00."
KETTLES = [
    Product(
        f"k{n}", f"Norvik Boil {n} kettle", brand="Norvik", price=Money(2000 + n, "USD"), attributes={"colour": "red"}
    )
    for n in range(3)
]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shop(KETTLES, {p.id: Kind("kettle", "feed", 1.0) for p in KETTLES})


def lying(delay_ms: float = 0.0) -> Scripted:
    return Scripted([Planned({"intent": "find", "category": "kettle"}), *[Planned(LIE, delay_ms=delay_ms)] * 9])


def tapped(events: Iterator[Event]) -> tuple[list[str], Event]:
    """Everything that leaves, as text, event by event, and the last one."""
    seen: list[str] = []
    last: Event | None = None
    for event in events:
        seen.append(str(to_dict(event)))
        last = event
    assert last is not None
    return seen, last


def finished(shelf: Shelf, model: Scripted, patience: float = 15.0) -> tuple[list[str], Done]:
    seen, last = tapped(reply(DialogueState("t"), "a kettle", shelf=shelf, model=model, patience=patience))
    assert isinstance(last, Done)
    return seen, last


def test_a_lie_never_leaves(shelf: Shelf) -> None:
    seen, done = finished(shelf, lying())
    assert not any("ZEBRAWOOD" in s for s in seen)
    assert len(done.turn.reply.shown) == 3


def test_while_the_check_is_slow_nothing_of_the_sentence_leaves(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way: list[bool] = []

    def slow(*args: object) -> list[str]:
        under_way.append(True)
        time.sleep(0.1)
        under_way.clear()
        return ["false"]

    monkeypatch.setattr(respond, "check", slow)
    for event in reply(DialogueState("t"), "a kettle", shelf=shelf, model=lying()):
        assert not under_way
        assert "ZEBRAWOOD" not in str(to_dict(event))


def test_a_check_that_fails_lets_nothing_pass_and_is_told_of(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*args: object) -> list[str]:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(respond, "check", failing)
    seen, done = finished(shelf, lying())
    assert not any("ZEBRAWOOD" in s for s in seen)
    assert all(s.origin == "plain" for s in done.turn.reply.sentences)
    assert "cannot be checked" in done.turn.reply.notice
    # One to read the message, one sentence; it was not tried again and again.
    assert done.turn.ledger.model_calls == 2


def test_a_check_that_is_killed_ends_the_turn_before_the_sentence(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: object) -> list[str]:
        raise SystemExit

    monkeypatch.setattr(respond, "check", killed)
    seen: list[str] = []
    with pytest.raises(SystemExit):
        for event in reply(DialogueState("t"), "a kettle", shelf=shelf, model=lying()):
            seen.append(str(to_dict(event)))
    assert seen
    assert not any("ZEBRAWOOD" in s for s in seen)


def test_a_model_that_hangs_leaves_plain_sentences_and_a_note(shelf: Shelf) -> None:
    started = time.perf_counter()
    seen, done = finished(shelf, lying(delay_ms=60_000), patience=0.3)
    assert time.perf_counter() - started < 10
    assert done.turn.reply.shown
    assert all(s.origin == "plain" for s in done.turn.reply.sentences)
    assert "did not answer within 0.3 seconds" in done.turn.reply.notice
    assert not any("ZEBRAWOOD" in s for s in seen)


def test_a_model_that_hangs_while_reading_leaves_the_rules(shelf: Shelf) -> None:
    _, done = finished(shelf, Scripted([Planned({"intent": "find"}, delay_ms=60_000)]), patience=0.3)
    assert done.turn.reply.shown
    assert "did not answer within 0.3 seconds" in done.turn.reply.notice


def test_a_model_that_dies_on_the_way_leaves_plain_sentences_and_a_note(shelf: Shelf) -> None:
    _, done = finished(shelf, Scripted([{"intent": "find"}, "It costs $20.00.", Planned(error="gone")]))
    assert len(done.turn.reply.shown) == 3
    assert "does not answer" in done.turn.reply.notice


def test_a_model_that_babbles_is_cut_off(shelf: Shelf) -> None:
    seen, done = finished(shelf, Scripted([{"intent": "find"}, *["kettle " * 20_000] * 9]))
    assert all(s.origin == "plain" for s in done.turn.reply.sentences)
    assert max(map(len, seen[:-1])) < 3000


def test_cards_do_not_wait_for_the_model(shelf: Shelf) -> None:
    events = reply(DialogueState("t"), "a kettle", shelf=shelf, model=lying(delay_ms=60_000), patience=0.3)
    kinds = [type(e) for e in events]
    assert kinds.index(Cards) < kinds.index(Sentence)
