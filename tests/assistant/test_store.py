"""Conversations outlive the process and belong to whoever knows their id."""

from pathlib import Path

import pytest

from assistant.errors import ConversationError
from assistant.state import Ledger, Preferences, Reply, Sentence, Turn, Understanding, Wish
from assistant.store import Store


def turn(number: int, text: str = "a red lamp") -> Turn:
    wish = Wish("feature", "red", False, "red", number)
    return Turn(
        number,
        text,
        Understanding("find", (wish,)),
        Preferences((wish,)),
        Reply((Sentence("Hi."),)),
        Ledger(total=12.5),
    )


def test_a_conversation_survives_a_restart(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    state = store.new("anna")
    store.append(state.id, turn(1))
    store.append(state.id, turn(2))
    again = Store.open(tmp_path / "shop.sqlite").load(state.id)
    assert again == state.append(turn(1)).append(turn(2))


def test_ids_cannot_be_guessed_or_repeated(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    ids = {store.new().id for _ in range(50)}
    assert len(ids) == 50
    assert min(map(len, ids)) >= 24


def test_an_unknown_conversation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConversationError, match="no conversation 'nobody'"):
        Store.open(tmp_path / "shop.sqlite").load("nobody")


def test_a_turn_is_stored_once(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    state = store.new()
    store.append(state.id, turn(1, "first"))
    with pytest.raises(ConversationError):
        store.append(state.id, turn(1, "second"))
    assert [t.text for t in store.load(state.id).turns] == ["first"]


def test_the_latest_rating_of_an_answer_counts_and_can_be_taken_back(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    one, two = store.new(), store.new()
    for id in (one.id, two.id):
        store.append(id, turn(1))
    store.rate(one.id, 1, 1)
    store.rate(one.id, 1, -1)
    store.rate(two.id, 1, 1)
    assert (store.ratings(one.id), store.ratings(two.id)) == ({1: -1}, {1: 1})
    store.rate(one.id, 1, 0)
    assert Store.open(tmp_path / "shop.sqlite").ratings(one.id) == {}


def test_deleting_a_conversation_leaves_nothing_of_it_and_all_of_the_others(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    one, two = store.new(), store.new()
    for id in (one.id, two.id):
        store.append(id, turn(1))
        store.rate(id, 1, 1)
    store.delete(one.id)
    store.delete("nobody")
    with pytest.raises(ConversationError, match="There is no conversation"):
        store.load(one.id)
    assert store.ratings(one.id) == {}
    assert (store.load(two.id).turns, store.ratings(two.id)) == ((turn(1),), {1: 1})


def test_the_list_shows_first_words_and_only_ones_own(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    mine, other = store.new("anna"), store.new("ben")
    store.append(mine.id, turn(1, "a lamp"))
    store.append(other.id, turn(1, "a chair"))
    assert [(s.title, s.turns) for s in store.list(customer="anna")] == [("a lamp", 1)]
    assert len(store.list()) == 2


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConversationError, match="folder"):
        Store.open(tmp_path / "folder")
