"""A visitor's conversation: what stands on the screen as a turn grows, fails, is stopped, is opened again."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, cast

import pytest
from page_fakes import LONGEST, FakeAssistant

from assistant.store import Store
from ui.page.session import Conversations, Screen
from ui.web import remembered

WELCOME = "<p>welcome</p>"


def talks(assistant: FakeAssistant) -> Conversations:
    return Conversations(cast(Any, assistant), lambda p: p.id, WELCOME)


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


def test_a_turn_grows_from_bubble_to_cards_to_sentences(assistant: FakeAssistant) -> None:
    screens = list(talks(assistant).ask("", "a cosy lamp"))
    first, last = screens[0], screens[-1]
    assert "a cosy lamp" in first.live and "st-working" in first.live and "st-card" not in first.live
    assert (first.box, first.busy) == ("", True)
    with_cards = next(s for s in screens if "st-card" in s.live)
    assert "I found" not in with_cards.live
    assert "I found 6 lamps" in last.live and "st-working" not in last.live and not last.busy
    assert "cosy" in last.wishes
    assert all(s.box is None for s in screens[1:]), "what is typed meanwhile stays"
    assert len({s.id for s in screens}) == 1 and len(first.id) >= 16


def test_the_finished_screen_is_the_one_that_is_opened_again(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    last: Screen | None = None
    for text in ("a lamp", "under 50", "three of them"):
        last = list(page.ask(last.id if last else "", text))[-1]
    assert last is not None
    assert last.history.count("st-turn") == 2
    assert talks(FakeAssistant(assistant.store)).open(last.id) == last
    assert page.title(last.id) == "a lamp"


def test_an_empty_or_unknown_conversation_shows_the_welcome_and_stores_nothing(assistant: FakeAssistant) -> None:
    for id in ("", "nobody-knows-this"):
        assert talks(assistant).open(id).live == WELCOME
        assert talks(assistant).open(id).id == ""
    assert list(talks(assistant).ask("", " \n\t ")) == []
    assert assistant.store.states == {}


def test_a_customers_conversation_is_not_opened_by_its_id_alone(assistant: FakeAssistant) -> None:
    state = assistant.store.new("customer-7")
    assert talks(assistant).find(state.id) is None
    assert list(talks(assistant).ask(state.id, "a lamp"))[-1].id != state.id


def test_two_visitors_do_not_see_each_other(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    one, two = (list(page.ask("", t))[-1] for t in ("a cosy lamp", "a lamp under 30"))
    assert one.id != two.id
    assert "under 30" not in page.open(one.id).live + page.open(one.id).wishes
    assert "cosy" not in page.open(two.id).live + page.open(two.id).wishes


def test_a_message_that_is_too_long_is_one_line_and_comes_back(assistant: FakeAssistant) -> None:
    page, text = talks(assistant), "x" * 100_000
    before = list(page.ask("", "a lamp"))[-1]
    after = list(page.ask(before.id, text))[-1]
    assert f"A message of 100,000 characters. Say it in {LONGEST:,}".lower() in after.live.lower()
    assert 'role="alert"' in after.live
    assert (after.box, after.busy, after.id) == (text, False, before.id)
    assert len(after.live) < 10_000, "the bubble shows the beginning only"
    assert "a lamp" in after.history
    assert len(assistant.store.states[before.id].turns) == 1


def test_control_characters_and_half_characters_are_no_fault(assistant: FakeAssistant) -> None:
    last = list(talks(assistant).ask("", "a\x00 lamp\x1b[2J \ud83d under 50\u202e"))[-1]
    assert "I found 4 lamps" in last.live
    (turn,) = assistant.store.states[last.id].turns
    turn.text.encode("utf-8")
    last.live.encode("utf-8")


def test_a_defect_is_a_kind_line_a_log_entry_and_loses_nothing(
    assistant: FakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    last = list(talks(assistant).ask("", "break it"))[-1]
    assert "Something went wrong on my side" in last.live and "RuntimeError" not in last.live
    assert (last.box, last.busy) == ("break it", False)
    assert "a defect" in caplog.text


def test_stopping_gives_the_text_back_and_asks_the_model_no_further(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    turn = page.ask("", "wait for a lamp")
    running = [next(turn) for _ in range(3)][-1]
    assert not assistant.closed.is_set()
    stopper = threading.Thread(target=page.end, args=(running.id, "stop"))
    stopper.start()
    last = list(turn)[-1]
    stopper.join(5)
    assert "Stopped" in last.live and (last.box, last.busy) == ("wait for a lamp", False)
    assert assistant.closed.wait(5)
    assert assistant.store.states[running.id].turns == ()


def test_a_visitor_who_leaves_or_changes_conversation_ends_the_turn_quietly(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    turn = page.ask("", "wait for a lamp")
    running = [next(turn) for _ in range(3)][-1]
    threading.Thread(target=page.end, args=(running.id, "leave")).start()
    assert all("Stopped" not in screen.live for screen in turn)
    assert assistant.closed.wait(5)
    assistant.closed.clear()
    turn = page.ask("", "wait for a lamp")
    assert [next(turn) for _ in range(3)]
    cast(Any, turn).close()
    assert assistant.closed.wait(5)
    page.end("nobody", "stop")


def test_the_browser_keeps_the_open_conversation_and_those_before_it() -> None:
    kept: Any = None
    for id in ("a", "a", "b", "", "c", "a"):
        kept = remembered(kept, id)
    assert kept == {"id": "a", "earlier": ["c", "b"]}
    for n in range(40):
        kept = remembered(kept, str(n))
    assert len(kept["earlier"]) == 12 and kept["earlier"][0] == "38"
    assert remembered(kept) == kept
    for nonsense in (None, "x", [], {"id": 7, "earlier": "x"}, {"earlier": [None, {}], "more": 1}):
        assert remembered(nonsense) == {"id": "", "earlier": []}


def test_conversations_of_a_restarted_server_are_there(tmp_path: Path) -> None:
    last = list(talks(FakeAssistant(Store.open(tmp_path / "shop.sqlite"))).ask("", "a cosy lamp"))[-1]
    again = talks(FakeAssistant(Store.open(tmp_path / "shop.sqlite")))
    assert again.open(last.id) == last
    assert "under 50" in list(again.ask(last.id, "under 50"))[-1].live
