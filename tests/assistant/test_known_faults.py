"""Faults that shopping assistants are known for, one test each."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from shops import shelf as shop

from assistant.models.scripted import Scripted
from assistant.play import last_turn
from assistant.rows import turn_row
from assistant.state import DialogueState
from assistant.store import Store
from assistant.turn import reply
from retrieval.product import Kind, Money, Product
from retrieval.search import Shelf


def lamp(n: int, price: int, **more: object) -> Product:
    about = {"weight_kg": 9.0 - n / 100, "colour": ("red", "blue")[n % 2]}
    return Product(f"l{n:03d}", f"Norvik Glow {n} desk lamp", "A desk lamp for the desk.", "Norvik", Money(price, "USD"),
                   attributes=about, **more)  # type: ignore[arg-type]  # fmt: skip


# The cheap, the light and the red ones are those that a search for "desk lamp" ranks last.
LAMPS = [lamp(n, 9000 - n) for n in range(120)]
CHEAP = [Product(f"z{n}", f"Keenwell {n}", "Gives light.", "Keenwell", Money(900 + n, "USD"), attributes={"weight_kg": 0.5 + n})
         for n in range(3)]  # fmt: skip
BEST = Product("b1", "Tarvo shade", "Light.", "Tarvo", Money(8000, "USD"), rating=4.9, rating_count=20)
TOASTER = Product("t1", "Norvik Crisp toaster", "Toasts bread.", "Norvik", Money(4900, "USD"))
PRODUCTS = [*LAMPS, *CHEAP, BEST, TOASTER]
KINDS = {p.id: Kind("toaster" if p is TOASTER else "desk lamp", "feed", 1.0) for p in PRODUCTS}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shop(PRODUCTS, KINDS)


def talk(shelf: Shelf, *texts: str) -> DialogueState:
    state = DialogueState("k")
    for text in texts:
        state = state.append(last_turn(reply(state, text, shelf=shelf, model=None)))
    return state


def shown(state: DialogueState) -> list[str]:
    return [c.product_id for c in state.turns[-1].reply.shown]


def test_a_filter_is_not_applied_after_the_cut(shelf: Shelf) -> None:
    assert sorted(shown(talk(shelf, "desk lamp under $10"))) == ["z0", "z1", "z2"]


def test_a_superlative_is_not_that_of_the_most_relevant_only(shelf: Shelf) -> None:
    cheapest = talk(shelf, "the cheapest desk lamp")
    assert shown(cheapest)[:3] == ["z0", "z1", "z2"]
    assert "Keenwell 0 is the cheapest: $9.00" in cheapest.turns[-1].reply.text
    lightest = talk(shelf, "a desk lamp", "show me the lightest")
    assert shown(lightest)[0] == "z0"
    assert "is the lightest: 0.5 kg" in lightest.turns[-1].reply.text
    assert shown(talk(shelf, "the best rated desk lamp"))[0] == "b1"


def test_what_is_not_carried_is_not_replaced_by_something_else(shelf: Shelf) -> None:
    state = talk(shelf, "do you sell washing machines?")
    assert shown(state) == []
    assert state.turns[-1].reply.alternatives == ()
    assert "no washing machine" in state.turns[-1].reply.text


def test_a_refusal_names_what_was_asked_for(shelf: Shelf) -> None:
    state = talk(shelf, "a toaster", "under 20 dollars")
    text = state.turns[-1].reply.text
    assert "toaster" in text and "lamp" not in text
    assert {c.product_id for c in state.turns[-1].reply.alternatives} == {"t1"}


def test_the_answer_is_about_the_product_that_was_meant(shelf: Shelf) -> None:
    state = talk(shelf, "desk lamp under $10", "how much does the second one weigh?")
    asked = state.turns[0].reply.shown[1]
    assert shown(state) == [asked.product_id]
    assert state.turns[-1].reply.text.startswith(asked.name)


def test_the_count_is_one_in_reply_cards_and_row(shelf: Shelf) -> None:
    state = talk(shelf, "desk lamp under $10")
    row = turn_row(state.turns[-1])
    assert "3 products fit" in row["reply"]
    assert len(row["shown"]) == 3
    assert {e["value"] for e in row["evidence"] if e["field"] == "matching products"} == {"3"}


def test_history_is_not_ignored(shelf: Shelf) -> None:
    state = talk(shelf, "a desk lamp", "under 89.50 dollars", "not from Keenwell", "a red one")
    found = shelf.products(shown(state))
    assert found
    for product in found:
        assert product.price is not None
        assert product.price.minor <= 8950
        assert product.brand != "Keenwell"
        assert product.attributes.get("colour") == "red"


def test_two_conversations_share_nothing(shelf: Shelf, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    one, two = store.new(), store.new()
    for state, text in ((one, "a toaster"), (two, "desk lamp under $10"), (one, "add it to my cart")):
        now = store.load(state.id)
        store.append(state.id, last_turn(reply(now, text, shelf=shelf, model=None)))
    first, second = store.load(one.id), store.load(two.id)
    assert [n.product_id for n in first.cart.lines] == ["t1"]
    assert second.cart.lines == ()
    assert [str(w.value) for w in first.preferences.of("category")] == ["toaster"]
    assert second.preferences.of("price_max")


def test_ids_cannot_be_guessed_from_each_other(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    ids = [store.new().id for _ in range(200)]
    assert len(set(ids)) == 200
    # Neighbours share no beginning, as numbers and time stamps would.
    assert max(sum(a == b for a, b in zip(x, y, strict=True)) for x, y in pairwise(ids)) < 10


def test_a_turn_asks_the_model_so_often_and_no_more(shelf: Shelf) -> None:
    loops = Scripted([{"intent": "find"}, *['{"tool": "search", "arguments": {"text": "desk lamp"}}'] * 100])
    turn = last_turn(reply(DialogueState("k"), "desk lamp under $10", shelf=shelf, model=loops))
    # One reading, and two tries for each card.
    assert turn.ledger.model_calls <= 1 + 2 * len(turn.reply.shown)
    assert "tool" not in turn.reply.text
