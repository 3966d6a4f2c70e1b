"""Nothing is put into a cart and no order is touched unless the words are of that act, whatever a model says."""

from __future__ import annotations

import pytest
from shops import shelf as shop

from assistant.models.scripted import Scripted
from assistant.play import last_turn
from assistant.state import DialogueState
from assistant.turn import reply
from retrieval.product import Kind, Money, Product
from retrieval.search import Shelf

MAKERS = ("Norvik", "Keenwell", "Tarvo")
PRODUCTS = [
    Product(f"k{n}", f"{maker} {colour} kettle {size} l", brand=maker, price=Money(3000 + n, "USD"),
            attributes={"colour": colour, "volume_l": size})
    for n, (maker, colour, size) in enumerate(zip(MAKERS, ("white", "red", "black"), (1.0, 1.5, 2.0), strict=True))
]  # fmt: skip
WRITES = ["cart", "change_order", "cancel_order", "return_order", "exchange_order", "order_status"]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shop(PRODUCTS, {p.id: Kind("kettle", "feed", 1.0) for p in PRODUCTS})


def after(shelf: Shelf, text: str, intent: str) -> DialogueState:
    state = DialogueState("a")
    state = state.append(last_turn(reply(state, "a kettle", shelf=shelf, model=None)))
    # What is said after the reading is of no matter here.
    model = Scripted([{"intent": intent}, *["Not a word of it."] * 24])
    return state.append(last_turn(reply(state, text, shelf=shelf, model=model, trust="model")))


NO_ACT = [
    "I'd rather not have Tarvo",
    "forget the white. It should have a handle",
    "oh wait, wrong size, I meant 2 litres",
    "take back the limit",
    "take that back, red is better",
    "add a handle",
    "order them by price",
    "sort these by price, please",
    "I have the Norvik at home already",
    "it must have the Tarvo filter",
    "do you have the white in a bigger size?",
    "small enough to take it on trips",
    "I don't want to buy the Keenwell",
    "I wouldn't take the black",
    "my wife would get the red",
    "something I can put in my basket",
    "let me check out some others",
    "I want to get one that whistles",
    "the last one I had broke",
    "in that order: quiet, light, red",
    "I'd like to have a white Norvik",
    "place matters, it must be narrow",
]


@pytest.mark.parametrize("intent", ["cart", "change_order"])
@pytest.mark.parametrize("text", NO_ACT)
def test_words_of_no_act_touch_nothing(text: str, intent: str, shelf: Shelf) -> None:
    state = after(shelf, text, intent)
    assert state.cart.lines == ()
    assert state.turns[-1].reply.committed == ()
    assert state.pending is None or state.pending.get("about") != "cart"
    assert state.turns[-1].understanding.intent not in WRITES


@pytest.mark.parametrize(
    "text",
    [
        "I'll take the white one",
        "add the Keenwell",
        "ok, take the Tarvo",
        "buy the second",
        "could I have the Norvik, please",
        "put the black one in my basket",
        "let me get the red kettle",
        "I'd like to order the first one",
    ],
)
@pytest.mark.parametrize("intent", ["cart"])
def test_words_of_taking_one_take_it(text: str, intent: str, shelf: Shelf) -> None:
    state = after(shelf, text, intent)
    assert len(state.cart.lines) == 1 or (state.pending or {}).get("about") == "cart"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("please cancel order #W1234567", "cancel_order"),
        ("the parcel still isn't here", "order_status"),
        ("my address is wrong on that order", "change_order"),
        ("how do I send it back?", "return_order"),
        ("I'd swap the kettle for another", "exchange_order"),
    ],
)
def test_words_of_an_order_leave_the_model_its_say(text: str, intent: str, shelf: Shelf) -> None:
    assert after(shelf, text, intent).turns[-1].understanding.intent in (intent, "ask_policy")
