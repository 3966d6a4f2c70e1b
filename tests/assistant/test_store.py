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
