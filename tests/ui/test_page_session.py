"""A visitor's conversation: what stands on the screen as a turn grows, fails, is stopped, is opened again."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from page_fakes import LONGEST, FakeAssistant

from assistant.store import Store
from ui.page import markup
from ui.page.examples import examples
from ui.page.session import Conversations, Screen
from ui.page.view import remembered
from ui.words import Words, words

SAY = words()


class Talks(Conversations):
    """Conversations in English."""

    def open(self, id: str, say: Words = SAY) -> Screen:
        return super().open(id, say)

    def ask(self, id: str, text: str, say: Words = SAY) -> Iterator[Screen]:
        return super().ask(id, text, say)

    def act(self, id: str, name: str, sent: Mapping[str, Any], say: Words = SAY) -> Iterator[Screen]:
        return super().act(id, name, sent, say)


def talks(assistant: FakeAssistant, at_once: int = 8) -> Talks:
    return Talks(cast(Any, assistant), lambda p: p.id, examples(cast(Any, assistant.shelf)), at_once)


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
        assert "What are you looking for?" in talks(assistant).open(id).live
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
    assert kept == {"id": "a", "earlier": ["c", "b"], "language": ""}
    for n in range(40):
        kept = remembered(kept, str(n))
    assert len(kept["earlier"]) == 12 and kept["earlier"][0] == "38"
    assert remembered(kept) == kept
    assert remembered({**kept, "language": "zh"})["language"] == "zh"
    for nonsense in (None, "x", [], {"id": 7, "earlier": "x", "language": []}, {"earlier": [None, {}], "more": 1}):
        assert remembered(nonsense) == {"id": "", "earlier": [], "language": ""}


def test_conversations_of_a_restarted_server_are_there(tmp_path: Path) -> None:
    last = list(talks(FakeAssistant(Store.open(tmp_path / "shop.sqlite"))).ask("", "a cosy lamp"))[-1]
    again = talks(FakeAssistant(Store.open(tmp_path / "shop.sqlite")))
    assert again.open(last.id) == last
    assert "under 50" in list(again.ask(last.id, "under 50"))[-1].live


def revise(slot: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"slot": slot, "value": str(value), "do": "drop", **more}


def test_a_chip_taken_back_or_changed_acts_on_the_next_list(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    id = list(page.ask("", "a lamp under 30"))[-1].id
    assert "I found 2 lamps" in page.open(id).live
    after = list(page.act(id, "revise", revise("price_max", 30, do="save", new="45")))
    assert after[0].box is None, "what is being typed stays"
    assert "I found 3 lamps" in after[-1].live and "up to $45" in after[-1].wishes
    assert "up to $45 instead of up to $30" in after[-1].live
    last = list(page.act(id, "revise", revise("price_max", 45)))[-1]
    assert "I found 6 lamps" in last.live and "$45" not in last.wishes
    turn = assistant.store.states[id].turns[-1]
    assert (turn.understanding.decided_by, turn.understanding.retracts) == ("shopper", (("price_max", "45"),))
    assert page.open(id) == last


def test_an_example_opens_a_conversation_in_the_pages_language(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    last = list(page.act("", "example", {"number": "0"}, words("zh")))[-1]
    assert "我想找 lamp，$40 以下" in last.live and "st-did" not in last.live and "st-understood" in last.live
    assert "I found 3 lamps" in last.live
    for number in ("1", "-1", "x", None, [0]):
        assert list(page.act("", "example", {"number": number})) == []


def test_products_ticked_are_compared_side_by_side(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    id = list(page.ask("", "a lamp"))[-1].id
    last = list(page.act(id, "compare", {"products": ["lamp-3", "lamp-1", "nobody"]}))[-1]
    assert "Compare the first and the third" in last.live and "st-table" in last.live
    assert last.live.count('scope="col" data-product') == 2
    for products in (["lamp-1"], ["nobody", "none"], [], None, "lamp-1", {"lamp-1": 1}):
        assert list(page.act(id, "compare", {"products": products})) == []


def test_a_person_is_one_press_away_and_a_question_that_waits_can_be_answered(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    last = list(page.act("", "want", {"intent": "hand_off"}))[-1]
    assert "A person of the shop takes over." in last.live
    # Nothing waits for a yes here, and nothing else can be wanted.
    for intent in ("confirm", "decline", "cart", "find", None):
        assert list(page.act(last.id, "want", {"intent": intent})) == []
    before = len(assistant.store.states)
    assert list(page.act("", "revise", revise("price_max", 30))) == []
    assert list(page.act("", "no such control", {})) == []
    assert len(assistant.store.states) == before, "a control that means nothing opens no conversation"


def cart(assistant: FakeAssistant, id: str) -> list[tuple[str, str, int]]:
    return [(n.product_id, n.variant, n.quantity) for n in assistant.store.states[id].cart.lines]


def test_a_size_nobody_chose_is_asked_for_and_the_answer_is_one_press(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    id = list(page.ask("", "a lamp"))[-1].id
    asks = list(page.act(id, "add", {"product": "lamp-2", "variant": ""}))[-1]
    assert cart(assistant, id) == [] and asks.items == 0
    assert 'data-text="L"' in asks.live and "Yes, do it" not in asks.live
    assert list(page.act(id, "say", {"text": "XXL"})) == [], "only what was offered can be pressed"
    done = list(page.act(id, "say", {"text": "L"}))[-1]
    assert cart(assistant, id) == [("lamp-2", "lamp-2-l", 1)] and done.items == 1
    assert "st-did" not in done.live, "the answer is the shopper's own word"
    assert 'data-drawer="st-cart"' in done.live and "$49.00" in done.cart
    assert page.open(id) == done


def test_every_control_of_the_cart_does_what_it_says(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    id = list(page.ask("", "a lamp"))[-1].id
    list(page.act(id, "add", {"product": "lamp-2", "variant": "lamp-2-s"}))
    list(page.act(id, "add", {"product": "lamp-1", "variant": ""}))
    assert cart(assistant, id) == [("lamp-2", "lamp-2-s", 1), ("lamp-1", "", 1)]
    list(page.act(id, "cart", {"do": "quantity", "product": "lamp-1", "variant": "", "quantity": "3"}))
    last = list(page.act(id, "cart", {"do": "variant", "product": "lamp-2", "was": "lamp-2-s", "variant": "lamp-2-l"}))[
        -1
    ]
    assert cart(assistant, id) == [("lamp-2", "lamp-2-l", 1), ("lamp-1", "", 3)]
    assert last.items == 4 and "$168.85" in last.cart, "49.00 + 3 x 39.95"
    # Only so many are there: the cart stays, and the drawer says why.
    last = list(page.act(id, "cart", {"do": "quantity", "product": "lamp-2", "variant": "lamp-2-l", "quantity": "2"}))[
        -1
    ]
    assert cart(assistant, id) == [("lamp-2", "lamp-2-l", 1), ("lamp-1", "", 3)]
    assert 'role="status">' + markup.text(assistant.store.states[id].turns[-1].reply.text) in last.cart
    last = list(page.act(id, "cart", {"do": "remove", "product": "lamp-2", "variant": "lamp-2-l"}))[-1]
    assert cart(assistant, id) == [("lamp-1", "", 3)] and "Swing" not in last.cart.split("</p>", 1)[1]


def test_a_cart_control_that_fits_nothing_does_nothing(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    id = list(page.ask("", "a lamp"))[-1].id
    list(page.act(id, "add", {"product": "lamp-2", "variant": "lamp-2-s"}))
    line = {"product": "lamp-2", "variant": "lamp-2-s"}
    for sent in (
        {"do": "remove", "product": "lamp-1", "variant": ""},
        {"do": "quantity", **line, "quantity": "0"},
        {"do": "quantity", **line, "quantity": "100"},
        {"do": "quantity", **line, "quantity": "two"},
        {"do": "variant", "product": "lamp-2", "was": "lamp-2-s", "variant": "lamp-9"},
        {"do": "variant", "product": "lamp-2", "was": "lamp-2-s", "variant": ["lamp-2-l"]},
        {"do": "burn", **line},
        {},
    ):
        assert list(page.act(id, "cart", sent)) == [], sent
    for product in ("nobody", "", None, ["lamp-1"]):
        assert list(page.act(id, "add", {"product": product})) == []
    assert cart(assistant, id) == [("lamp-2", "lamp-2-s", 1)]


def test_the_list_shown_last_can_be_acted_on_until_another_is_shown(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    id = list(page.ask("", "a lamp"))[-1].id
    added = list(page.act(id, "add", {"product": "lamp-1"}))[-1]
    assert added.history.count("st-add") == 5, "all but the one sold out"
    assert 'data-send="add"' not in added.live
    again = list(page.ask(id, "under 50"))[-1]
    assert 'data-send="add"' not in again.history and 'data-send="add"' in again.live
    assert page.open(id) == again


def test_controls_used_while_an_answer_grows_come_after_it(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    id = list(page.ask("", "a lamp under 30"))[-1].id
    turn = page.ask(id, "wait for it")
    [next(turn) for _ in range(3)]
    after: list[Screen] = []
    thread = threading.Thread(target=lambda: after.extend(page.act(id, "revise", revise("price_max", 30))))
    thread.start()
    assert not after
    assistant.go.set()
    assert "wait for it" in list(turn)[-1].live
    thread.join(5)
    assert "No longer needed: up to $30" in after[-1].live
    assert [t.text for t in assistant.store.states[id].turns][1:] == ["wait for it", "No longer needed: up to $30"]


def test_a_stopped_control_changes_nothing_and_leaves_the_box_alone(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    id = list(page.ask("", "a lamp"))[-1].id
    turn = page.act(id, "revise", revise("category", "lamp", do="save", new="wait"))
    [next(turn) for _ in range(3)]
    stopper = threading.Thread(target=page.end, args=(id, "stop"))
    stopper.start()
    last = list(turn)[-1]
    stopper.join(5)
    assert "Stopped. Nothing was changed." in last.live and last.box is None
    assert ">lamp<" in last.wishes and len(assistant.store.states[id].turns) == 1


def test_who_waits_in_line_sees_how_many_are_before_them(assistant: FakeAssistant) -> None:
    page = talks(assistant, at_once=1)
    first, second, third = (page.ask("", f"hold lamp {n}") for n in range(3))
    assert "Looking along the shelves" in [next(first) for _ in range(2)][-1].live
    assert "You are next" in [next(second) for _ in range(2)][-1].live
    assert "One is before you" in [next(third) for _ in range(2)][-1].live
    stopper = threading.Thread(target=page.end, args=([*assistant.store.states][1], "stop"))
    stopper.start()
    assert "Stopped" in list(second)[-1].live
    stopper.join(5)
    assert "You are next" in next(third).live
    assistant.go.set()
    assert "I found 6 lamps" in list(first)[-1].live
    assert "I found 6 lamps" in list(third)[-1].live


def test_nobody_waits_for_the_sentences_of_others_before_seeing_products(assistant: FakeAssistant) -> None:
    page = talks(assistant, at_once=1)
    first = page.ask("", "a slow lamp")
    while "st-card" not in next(first).live:
        pass
    second = page.ask("", "another lamp")
    while "st-card" not in next(second).live:
        pass
    assert [len(s.turns) for s in assistant.store.states.values()] == [0, 0], "the first one's answer still grows"
    assert "I found 6 lamps" in list(second)[-1].live
    assert "I found 6 lamps" in list(first)[-1].live


def test_answers_are_rated_and_the_rating_is_there_again(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    page = talks(FakeAssistant(store))
    id = list(page.ask("", "a lamp"))[-1].id
    list(page.ask(id, "under 50"))
    for turn, value in ((1, 1), (2, 1), (2, -1)):
        assert page.rate(id, turn, value)
    assert store.ratings(id) == {1: 1, 2: -1}
    screen = page.open(id)
    assert screen.history.count('aria-pressed="true"') == screen.live.count('aria-pressed="true"') == 1
    assert page.rate(id, 2, 0) and store.ratings(id) == {1: 1}
    for what in ((id, 3, 1), (id, 0, 1), (id, 1, 5), ("nobody", 1, 1), ("", 1, 1)):
        assert not page.rate(*what)
    customers = store.new("customer-7")
    assert not page.rate(customers.id, 1, 1)


def test_a_deleted_conversation_is_gone_with_all_that_was_kept_of_it(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    page = talks(FakeAssistant(store))
    gone, stays = (list(page.ask("", text))[-1].id for text in ("a lamp", "another lamp"))
    for id in (gone, stays):
        page.rate(id, 1, 1)
    page.discard(gone)
    assert page.find(gone) is None and store.ratings(gone) == {}
    assert page.find(stays) is not None and store.ratings(stays) == {1: 1}
    customers = store.new("customer-7")
    page.discard(customers.id)
    page.discard("nobody")
    assert store.load(customers.id)


def test_a_conversation_deleted_while_its_answer_grows_does_not_come_back(assistant: FakeAssistant) -> None:
    page = talks(assistant)
    id = list(page.ask("", "a lamp"))[-1].id
    turn = page.ask(id, "wait for it")
    [next(turn) for _ in range(3)]
    threading.Thread(target=page.discard, args=(id,)).start()
    list(turn)
    assert assistant.closed.wait(5)
    for _ in range(100):
        if page.find(id) is None:
            break
        threading.Event().wait(0.02)
    assert page.find(id) is None
    assert id not in assistant.store.states


def test_the_page_speaks_chinese_and_leaves_the_shoppers_words_alone(assistant: FakeAssistant) -> None:
    page, chinese = talks(assistant), words("zh")
    last = list(page.ask("", "a cosy lamp under 50", chinese))[-1]
    assert "最多 $50" in last.wishes and "cosy" in last.wishes
    assert "加入购物车" in last.live and "Add to cart" not in last.live
    assert "Add to cart" in page.open(last.id).live
