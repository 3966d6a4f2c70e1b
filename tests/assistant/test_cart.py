"""The cart: nothing is taken that nobody chose, and what was taken stays what it was."""

import json
from pathlib import Path

import pytest
from shops import shelf as shop

from assistant.cart.values import CartCommand
from assistant.jsonable import from_dict, to_dict
from assistant.play import last_turn
from assistant.rows import turn_row
from assistant.state import DialogueState, Understanding
from assistant.store import Store
from assistant.turn import reply
from retrieval.product import Kind, Money, Product, Variant
from retrieval.search import Shelf


def sizes(id_: str, stock: dict[str, int]) -> tuple[Variant, ...]:
    return tuple(
        Variant(
            f"{id_}-{size.lower()}",
            {"colour": "black", "size": size},
            Money(5200, "USD") if size == "XL" else None,
            left,
        )
        for size, left in stock.items()
    )


BOOTS = Product("boots", "Norvik Moor hiking boots", brand="Norvik", price=Money(12995, "USD"), stock=9,
                variants=sizes("boots", {"42": 4, "43": 5, "44": 0}))  # fmt: skip
SHOES = Product("shoes", "Keenwell Trail hiking boots", brand="Keenwell", price=Money(8950, "USD"), stock=7,
                variants=sizes("shoes", {"42": 3, "43": 4}))  # fmt: skip
SHIRT = Product("shirt", "Tarvo Plain hiking shirt", brand="Tarvo", price=Money(4999, "USD"), stock=30,
                variants=sizes("shirt", {"S": 10, "M": 10, "L": 2, "XL": 8}))  # fmt: skip
POLES = Product("poles", "Norvik Stick hiking poles", brand="Norvik", price=Money(3310, "USD"), stock=5)
MAP = Product("map", "Hiking map of the coast", brand="Blatt", price=None, stock=5)
KINDS = {"boots": "hiking boot", "shoes": "hiking boot", "shirt": "shirt", "poles": "pole", "map": "map"}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    products = [BOOTS, SHOES, SHIRT, POLES, MAP]
    return shop(products, {i: Kind(k, "feed", 1.0) for i, k in KINDS.items()})


def talk(shelf: Shelf, *texts: str, state: DialogueState | None = None) -> DialogueState:
    state = state or DialogueState("c")
    for text in texts:
        state = state.append(last_turn(reply(state, text, shelf=shelf, model=None)))
    return state


def place(state: DialogueState, id_: str) -> str:
    ids = [c.product_id for c in state.shown]
    return ("first", "second", "third", "fourth")[ids.index(id_)]


def lines(state: DialogueState) -> list[tuple[str, str, int]]:
    return [(n.product_id, n.chosen, n.quantity) for n in state.cart.lines]


def with_boots(shelf: Shelf) -> DialogueState:
    state = talk(shelf, "hiking boots")
    return talk(shelf, f"add the {place(state, 'boots')} one to my cart in size 43", state=state)


def test_a_size_nobody_chose_is_asked_for(shelf: Shelf) -> None:
    state = talk(shelf, "hiking boots")
    state = talk(shelf, f"add the {place(state, 'boots')} one", state=state)
    assert lines(state) == []
    asked = state.turns[-1].reply
    assert asked.pending and asked.pending["needs"] == "variant"
    assert "42" in asked.text and "43" in asked.text and "Sold out: 44" in asked.text
    state = talk(shelf, "43", state=state)
    assert lines(state) == [("boots", "size 43", 1)]
    assert state.turns[-1].reply.committed == ("add boots-43 x1",)


def test_yes_chooses_no_size(shelf: Shelf) -> None:
    state = talk(shelf, "hiking boots")
    state = talk(shelf, f"add the {place(state, 'boots')} one", "yes please", state=state)
    assert lines(state) == []
    assert state.pending


def test_a_size_that_is_sold_out_is_not_replaced(shelf: Shelf) -> None:
    state = talk(shelf, "hiking boots")
    state = talk(shelf, f"add the {place(state, 'boots')} one in size 44", state=state)
    assert lines(state) == []
    assert "sold out" in state.turns[-1].reply.text and "42 or 43" in state.turns[-1].reply.text
    assert lines(talk(shelf, "then 43", state=state)) == [("boots", "size 43", 1)]


def test_two_sizes_are_two_lines_and_the_same_size_is_one(shelf: Shelf) -> None:
    state = talk(shelf, "a hiking shirt", "add it in M", "add it in L", "add it in M")
    assert lines(state) == [("shirt", "size M", 2), ("shirt", "size L", 1)]


def test_another_size_keeps_the_other_lines(shelf: Shelf) -> None:
    state = with_boots(shelf)
    state = talk(shelf, "hiking poles", "add it to my cart", state=state)
    before = lines(state)
    state = talk(shelf, "change the size of the boots in my cart to 42", state=state)
    assert lines(state) == [("boots", "size 42", 1), before[1]]
    state = talk(shelf, "make the boots 43 instead", state=state)
    assert lines(state)[0] == ("boots", "size 43", 1)


@pytest.mark.parametrize("text", ["add 0 of them", "add zero of it to the cart"])
def test_none_cannot_be_bought(shelf: Shelf, text: str) -> None:
    state = talk(shelf, "hiking poles", text)
    assert lines(state) == []
    assert "starts at one" in state.turns[-1].reply.text


def test_a_quantity_of_zero_leaves_the_line(shelf: Shelf) -> None:
    state = talk(shelf, "set the quantity to 0", state=with_boots(shelf))
    assert lines(state) == [("boots", "size 43", 1)]
    assert "starts at one" in state.turns[-1].reply.text
    assert state.turns[-1].reply.committed == ()


def test_quantities(shelf: Shelf) -> None:
    state = talk(shelf, "hiking poles", "add 2 of them to my cart")
    assert lines(state) == [("poles", "", 2)]
    assert lines(talk(shelf, "make it 3", state=state)) == [("poles", "", 3)]
    assert lines(talk(shelf, "one more", state=state)) == [("poles", "", 3)]
    assert lines(talk(shelf, "one less", state=state)) == [("poles", "", 1)]
    assert lines(talk(shelf, "change the quantity to four", state=state)) == [("poles", "", 4)]


def test_more_than_there_is_is_proposed_and_waits_for_a_yes(shelf: Shelf) -> None:
    state = talk(shelf, "hiking poles", "add 8 of them to my cart")
    assert lines(state) == []
    assert state.pending and state.pending["needs"] == "yes"
    assert lines(talk(shelf, "yes", state=state)) == [("poles", "", 5)]
    assert lines(talk(shelf, "no", state=state)) == []


def test_a_yes_is_bound_to_the_question_before_it(shelf: Shelf) -> None:
    state = talk(shelf, "hiking poles", "add 8 of them to my cart", "hiking boots", "yes")
    assert lines(state) == []
    assert state.turns[-1].reply.committed == ()


def test_the_same_yes_twice_does_it_once(shelf: Shelf) -> None:
    state = talk(shelf, "hiking poles", "add 8 of them to my cart", "yes", "yes")
    assert lines(state) == [("poles", "", 5)]


def test_which_product_is_asked_where_several_are_shown(shelf: Shelf) -> None:
    state = talk(shelf, "hiking boots", "add it to my cart")
    assert lines(state) == []
    assert state.pending and state.pending["needs"] == "product"
    state = talk(shelf, f"the {place(state, 'shoes')} one", "42", state=state)
    assert lines(state) == [("shoes", "size 42", 1)]


def test_both_are_added_each_in_its_size(shelf: Shelf) -> None:
    state = talk(shelf, "hiking boots", "add both in size 42 to my cart")
    assert sorted(lines(state)) == [("boots", "size 42", 1), ("shoes", "size 42", 1)]


def test_by_name(shelf: Shelf) -> None:
    state = talk(shelf, "hiking boots", "I'll take the Keenwell in 43")
    assert lines(state) == [("shoes", "size 43", 1)]


def test_taking_out(shelf: Shelf) -> None:
    state = talk(shelf, "hiking poles", "add it to my cart", state=with_boots(shelf))
    assert lines(talk(shelf, "remove the boots", state=state)) == [("poles", "", 1)]
    asked = talk(shelf, "remove it from my cart please", state=state)
    assert len(lines(asked)) == 1 or asked.pending
    emptied = talk(shelf, "empty my cart", state=state)
    assert len(lines(emptied)) == 2
    assert lines(talk(shelf, "yes", state=emptied)) == []


def test_money_is_exact_and_a_size_may_cost_more(shelf: Shelf) -> None:
    state = talk(shelf, "a hiking shirt", "add 3 of it in XL", "add it in S", "what's the total?")
    assert state.cart.total == Money(3 * 5200 + 4999, "USD")
    assert "$205.99" in state.turns[-1].reply.text
    assert "4 items" in state.turns[-1].reply.text


def test_what_has_no_price_cannot_be_bought(shelf: Shelf) -> None:
    state = talk(shelf, "a hiking map", "add it to my cart")
    assert lines(state) == []
    assert "no price" in state.turns[-1].reply.text


def test_wishes_stay_while_one_shops(shelf: Shelf) -> None:
    state = talk(shelf, "hiking boots under 200")
    before = state.preferences
    state = talk(shelf, f"add the {place(state, 'boots')} one", "43", "what's in my cart?", state=state)
    assert state.preferences == before


def test_a_wish_to_buy_is_no_order_to_the_cart(shelf: Shelf) -> None:
    for text in ("I want to buy hiking boots", "I'd like to get some hiking poles", "can I order a shirt here"):
        state = talk(shelf, text)
        assert state.turns[-1].understanding.intent == "find"


def test_the_cart_is_part_of_the_conversation(shelf: Shelf) -> None:
    state = with_boots(shelf)
    assert from_dict(DialogueState, json.loads(json.dumps(to_dict(state)))) == state
    row = turn_row(state.turns[-1])
    assert row["pending"] is None
    assert row["committed"] == ["add boots-43 x1"]


def test_nothing_in_it_is_said_so(shelf: Shelf) -> None:
    assert "empty" in talk(shelf, "what's in my cart?").turns[-1].reply.text
    assert "first" in talk(shelf, "add it to my cart").turns[-1].reply.text


def test_a_size_that_does_not_exist_is_not_replaced(shelf: Shelf) -> None:
    state = talk(shelf, "hiking boots")
    state = talk(shelf, f"add the {place(state, 'shoes')} one", "44", state=state)
    assert lines(state) == []
    assert state.pending and "42 or 43" in state.turns[-1].reply.text
    assert lines(talk(shelf, "42", state=state)) == [("shoes", "size 42", 1)]


def test_a_number_that_may_be_a_size_is_asked_about(shelf: Shelf) -> None:
    state = talk(shelf, "make it 42", state=with_boots(shelf))
    assert lines(state) == [("boots", "size 43", 1)]
    assert lines(talk(shelf, "yes", state=state)) == [("boots", "size 42", 1)]
    assert lines(talk(shelf, "no", state=state)) == [("boots", "size 43", 1)]


def test_sizes_of_one_stock_share_it(shelf: Shelf) -> None:
    belt = Product("belt", "Tarvo belt", price=Money(1500, "USD"), stock=5, attributes={"sizes": "S, M"})
    shared = shop([belt], {"belt": Kind("belt", "feed", 1.0)})
    state = talk(shared, "a belt", "add 3 of it in S", "add 3 of it in M")
    assert lines(state) == [("belt", "size S", 3)]
    assert state.pending and state.pending["quantity"] == 2


def control(shelf: Shelf, state: DialogueState, command: CartCommand) -> DialogueState:
    said = Understanding("cart", cart=command, decided_by="shopper")
    return state.append(last_turn(reply(state, "a control", shelf=shelf, model=None, said=said)))


def test_controls_say_it_exactly(shelf: Shelf) -> None:
    state = control(shelf, DialogueState("c"), CartCommand("add", "boots"))
    assert state.pending and state.pending["needs"] == "variant"
    assert state.turns[-1].reply.choices == ("42", "43")
    state = control(shelf, state, CartCommand("add", "boots", "boots-42", 2))
    assert lines(state) == [("boots", "size 42", 2)]
    state = control(shelf, state, CartCommand("variant", "boots", "boots-42", to="boots-43"))
    assert lines(state) == [("boots", "size 43", 2)]
    state = control(shelf, state, CartCommand("quantity", "boots", "boots-43", 3))
    assert state.cart.total == Money(3 * 12995, "USD")
    state = control(shelf, state, CartCommand("clear"))
    assert lines(state) and state.pending
    state = control(shelf, state, CartCommand("remove", "boots", "boots-43"))
    assert lines(state) == []


@pytest.mark.parametrize(
    "command",
    [
        CartCommand("add", "no such product"),
        CartCommand("add", "boots", "shoes-42"),
        CartCommand("add", "poles", quantity=0),
        CartCommand("add", "poles", quantity=10**9),
        CartCommand("remove", "poles"),
        CartCommand("quantity", "boots", "boots-43", -1),
        CartCommand("variant", "boots", "boots-43", to="shirt-m"),
        CartCommand("variant", "boots", "boots-43", to="boots-44"),
    ],
)
def test_what_a_control_invents_changes_nothing(shelf: Shelf, command: CartCommand) -> None:
    state = with_boots(shelf)
    after = control(shelf, state, command)
    assert after.cart == state.cart
    assert after.turns[-1].reply.committed == ()
    assert after.turns[-1].reply.sentences


def test_the_cart_survives_a_restart(shelf: Shelf, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    id_ = store.new().id
    for text in ("hiking poles", "add 2 of them to my cart"):
        store.append(id_, last_turn(reply(store.load(id_), text, shelf=shelf, model=None)))
    again = Store.open(tmp_path / "shop.sqlite").load(id_)
    assert lines(again) == [("poles", "", 2)]
    assert again.cart.total == Money(6620, "USD")


def test_the_last_size_on_hand_is_named(shelf: Shelf) -> None:
    state = with_boots(shelf)
    state = talk(shelf, "change the size", state=state)
    assert "42" in state.turns[-1].reply.text
    assert lines(state) == lines(talk(shelf, "hm", state=state)) == [("boots", "size 43", 1)]
    assert lines(talk(shelf, "yes", state=state)) == [("boots", "size 42", 1)]
    assert lines(talk(shelf, "42", state=state)) == [("boots", "size 42", 1)]


def test_one_of_several_lines_is_asked_for_and_of_one_line_is_one_piece(shelf: Shelf) -> None:
    state = talk(shelf, "hiking poles", "add it to my cart", state=with_boots(shelf))
    before = lines(state)
    state = talk(shelf, "take out one of them", state=state)
    assert lines(state) == before and state.pending and state.pending["needs"] == "line"
    assert lines(talk(shelf, "the poles", state=state)) == before[:1]
    poles = talk(shelf, "hiking poles", "add 3 of them to my cart", "delete one of them")
    assert lines(poles) == [("poles", "", 2)]


@pytest.mark.parametrize(("text", "left"), [("one pole less please", 2), ("one hiking pole more", 4)])
def test_one_thing_more_or_less_may_be_named(shelf: Shelf, text: str, left: int) -> None:
    assert lines(talk(shelf, "hiking poles", "add 3 of them to my cart", text)) == [("poles", "", left)]


def test_needing_so_many_of_them_says_how_many(shelf: Shelf) -> None:
    assert lines(talk(shelf, "hiking poles", "add it to my cart", "we need five of those")) == [("poles", "", 5)]


def test_also_the_first_is_taken_as_well(shelf: Shelf) -> None:
    state = talk(shelf, "hiking poles", "add the first one", "hiking map", "what do I owe you?")
    assert "$33.10" in state.turns[-1].reply.text
    state = talk(shelf, "hiking boots", "add the first one", "42", "also the second", "43")
    assert [n.variant for n in state.cart.lines] == [
        f"{state.shown[0].product_id}-42",
        f"{state.shown[1].product_id}-43",
    ]


def test_what_was_taken_out_is_not_followed_by_what_was_not_asked_for(shelf: Shelf) -> None:
    state = talk(shelf, "hiking poles", "add the first one", "remove it", "and the first one")
    assert state.cart.lines == ()
