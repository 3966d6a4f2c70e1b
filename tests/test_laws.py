"""Laws of the central types, on generated values."""

import json
from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from assistant.cart.values import Cart, CartCommand, CartLine
from assistant.jsonable import from_dict, to_dict
from assistant.preferences import merge
from assistant.state import (
    DialogueState,
    Intent,
    Ledger,
    Preferences,
    Recommendation,
    Reply,
    Sentence,
    Slot,
    Turn,
    Understanding,
    Wish,
)
from retrieval.product import Money, Product, Variant
from retrieval.text import words

SINGLE = {"category", "price_min", "price_max", "currency", "min_rating", "in_stock", "for_whom", "order"}
NUMBERS = {"price_min", "price_max", "min_rating"}
text = st.text(max_size=20)
slots = st.sampled_from(get_args(Slot))


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    slot: Slot = draw(slots)
    value = (
        draw(st.integers(0, 500)) if slot in NUMBERS else draw(st.sampled_from(["HP", "black", "laptop", "17 inch"]))
    )
    return Wish(slot, value, draw(st.booleans()), draw(text), draw(st.integers(1, 9)))


understandings = st.builds(
    Understanding,
    intent=st.sampled_from(get_args(Intent)),
    wishes=st.lists(wishes(), max_size=5).map(tuple),
    retracts=st.lists(st.tuples(slots, text), max_size=2).map(tuple),
    fresh=st.booleans(),
    references=st.lists(text, max_size=2).map(tuple),
    order_id=st.none() | text,
    cart=st.none() | st.builds(CartCommand, st.sampled_from(["add", "remove", "clear"]), text, text),
)
cards = st.builds(Recommendation, text, text, st.just(()), st.lists(text, max_size=2).map(tuple), text)
replies = st.builds(
    Reply,
    sentences=st.lists(st.builds(Sentence, text), max_size=3).map(tuple),
    shown=st.lists(cards, max_size=3).map(tuple),
    pending=st.none() | st.dictionaries(text, text, max_size=2),
)
lines = st.builds(CartLine, text, text, st.integers(1, 9), st.builds(Money, st.integers(0, 9999), st.just("USD")), text)
turns = st.builds(
    Turn,
    number=st.integers(1, 99),
    text=text,
    understanding=understandings,
    preferences=st.lists(wishes(), max_size=4).map(lambda w: Preferences(tuple(w))),
    reply=replies,
    cart=st.lists(lines, max_size=2).map(lambda held: Cart(tuple(held))),
    ledger=st.builds(Ledger, first_card=st.none() | st.floats(0, 1e4), model_calls=st.integers(0, 9)),
)
states = st.builds(DialogueState, text, st.none() | text, st.booleans(), st.lists(turns, max_size=2).map(tuple))


@given(states)
def test_a_conversation_survives_json(state: DialogueState) -> None:
    assert from_dict(DialogueState, json.loads(json.dumps(to_dict(state)))) == state


@given(states, turns)
def test_a_turn_only_appends(state: DialogueState, turn: Turn) -> None:
    longer = state.append(turn)
    assert longer.turns[:-1] == state.turns
    assert longer.preferences == turn.preferences


@given(st.lists(understandings, max_size=5))
def test_replaying_the_messages_rebuilds_the_preferences(said: list[Understanding]) -> None:
    first, second = Preferences(), Preferences()
    for understanding in said:
        first = merge(first, understanding)
    for understanding in [from_dict(Understanding, to_dict(u)) for u in said]:
        second = merge(second, understanding)
    assert first == second


@given(st.lists(understandings, max_size=4), st.sampled_from(get_args(Intent)))
def test_merging_nothing_changes_nothing(said: list[Understanding], intent: Intent) -> None:
    preferences = Preferences()
    for understanding in said:
        preferences = merge(preferences, understanding)
    assert merge(preferences, Understanding(intent)) == preferences


@given(st.lists(understandings, max_size=4), wishes())
def test_the_later_word_wins(said: list[Understanding], wish: Wish) -> None:
    preferences = Preferences()
    for understanding in said:
        preferences = merge(preferences, understanding)
    merged = merge(preferences, Understanding("refine", (wish,)))
    values = [words(str(w.value)) for w in merged.of(wish.slot)]
    assert words(str(wish.value)) in values
    if wish.slot in SINGLE:
        assert len(values) == 1


@given(st.integers(0, 10**12), st.sampled_from(["USD", "JPY", "KWD", "EUR"]))
def test_money_is_exact(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of(money.major, currency) == money
    assert Money.of(str(money.major), currency) == money


prices = st.none() | st.builds(Money, st.integers(0, 10**9), st.sampled_from(["USD", "JPY"]))
variants = st.builds(Variant, text, st.dictionaries(text, text, max_size=2), prices, st.none() | st.integers(0, 99))
products = st.builds(
    Product,
    id=text,
    title=text,
    description=text,
    brand=text,
    price=prices,
    attributes=st.dictionaries(
        text, st.text(max_size=9) | st.integers() | st.booleans() | st.floats(-1e6, 1e6), max_size=4
    ),
    rating=st.none() | st.floats(1, 5),
    stock=st.none() | st.integers(0, 999),
    variants=st.lists(variants, max_size=2).map(tuple),
    pictures=st.lists(text, max_size=2).map(tuple),
    codes=st.lists(text, max_size=2).map(tuple),
)


@given(products)
def test_a_product_survives_json(product: Product) -> None:
    assert Product.from_dict(json.loads(json.dumps(product.to_dict()))) == product


@given(st.decimals(min_value=0, max_value=10**6, places=2))
def test_money_rounds_to_the_nearest_cent(amount: Decimal) -> None:
    assert Money.of(amount, "USD").major == amount
