"""An amount that a message puts in the place of another: "not over 900 but 700", "900, no wait, 700"."""

from __future__ import annotations

import pytest
from reading_scores import VOCABULARY

from assistant.preferences import merge
from assistant.state import DialogueState, Preferences, Reply, Turn, Understanding, Wish
from assistant.understand import combine

SOFA = Wish("category", "sofa", True, "sofa", 1)
MOST_50 = Wish("price_max", 50, True, "under 50", 1)
LEAST_50 = Wish("price_min", 50, True, "over 50", 1)
MOST_900 = Wish("price_max", 900, True, "under 900", 1)
FROM_30, TO_60 = Wish("price_min", 30, True, "30", 1), Wish("price_max", 60, True, "60", 1)
Price = tuple[float | None, float | None]


def held(text: str, *before: Wish) -> Preferences:
    """The wishes in force after ``text``."""
    turn = Turn(1, "...", Understanding("find", before), Preferences(before), Reply())
    state = DialogueState("c", turns=(turn,) if before else ())
    return merge(state.preferences, combine({}, state, text, VOCABULARY))


def price(wishes: Preferences) -> Price:
    low, high = (next((float(str(w.value)) for w in wishes.of(slot)), None) for slot in ("price_min", "price_max"))
    return low, high


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("a sofa not over 900 but 700", None, 700),
        ("a sofa, not more than 900 but 700", None, 700),
        ("a sofa, not under 200 but 300", 300, None),
        ("a sofa under 900, no wait, 700", None, 700),
        ("a sofa under 900 - sorry, 700", None, 700),
        ("I need a sofa, my budget is 900, or rather 700", None, 700),
        ("a sofa for $900, I mean $700", None, 700),
        ("a sofa over 900, no, 1,200", 1200, None),
        ("a sofa, 900 dollars at most, scratch that, 1200 dollars at most", None, 1200),
        ("a sofa between 200 and 300, no wait, between 250 and 350", 250, 350),
        ("a sofa between 200 and 300, sorry, 250 to 350", 250, 350),
        ("a sofa between 200 and 300, no wait, under 250", None, 250),
        ("a sofa up to 250 rather than 200", None, 250),
        ("a sofa, I'd rather spend 250 than 200", None, 250),
        ("a sofa under 700 instead of 900", None, 700),
        ("a sofa around 900, make that 700", None, 700),
        ("a sofa not for $900 but $700", None, 700),
        ("a sofa under 900, oops, 90", None, 90),
        ("a sofa. I said under 900 but I meant 700", None, 700),
        ("a sofa under 900, no wait, 800, no wait, 700", None, 700),
        ("a sofa between 800 and 900, oops, 500 and 600", 500, 600),
        ("a sofa under 900, make it 800", None, 800),
        ("a sofa under 500, actually $55", None, 55),
    ],
)
def test_a_price_is_put_right_in_the_message_that_names_it(text: str, low: float | None, high: float | None) -> None:
    wishes = held(text)
    assert price(wishes) == (low, high)
    assert [(w.slot, w.value) for w in wishes if w.slot in ("category", "feature", "dislike")] == [("category", "sofa")]


@pytest.mark.parametrize(
    ("before", "text", "low", "high"),
    [
        ((MOST_900,), "not 900 but 700", None, 700),
        ((MOST_900,), "not over 1200 but 1000", None, 1000),
        ((MOST_900,), "800, no wait, 700", None, 700),
        ((MOST_900,), "make it 800, sorry, 850", None, 850),
        ((MOST_900,), "700 instead of 900 please", None, 700),
        ((MOST_900,), "raise it from 900 to 1100", None, 1100),
        ((MOST_900,), "lower my budget from 900 to 700", None, 700),
        ((MOST_900,), "change 900 to 1100", None, 1100),
        ((MOST_900,), "I wrote 900, but I meant 90", None, 90),
        ((MOST_900,), "I'd rather pay 700 than 900", None, 700),
        ((MOST_900,), "no longer under 900 but over 400", 400, None),
        ((MOST_50,), "make that 40 instead of 50", None, 40),
        ((LEAST_50,), "make that 40 instead of 50", 40, None),
        ((LEAST_50,), "40, not 50", 40, None),
        ((LEAST_50,), "I said 50 but I meant 60", 60, None),
        ((FROM_30, TO_60), "make that 40 instead of 30", 40, 60),
        ((FROM_30, TO_60), "not 60 but 80", 30, 80),
        ((FROM_30, TO_60), "no longer 30 to 60 but 50 to 80", 50, 80),
        ((FROM_30, TO_60), "change 30 to 40", 40, 60),
        ((MOST_900,), "not over 1000 but 900, at least 300", 300, 900),
        ((MOST_900,), "at least 300 but not over 900", 300, 900),
        ((MOST_900,), "not 900 but maybe 800", None, 800),
        ((MOST_900,), "not 900 but perhaps 800", None, 800),
        ((MOST_900,), "not 900 but more like 800", None, 800),
        ((MOST_900,), "drop it from 900 to 700", None, 700),
        ((MOST_900,), "bump it up from 900 to 1100", None, 1100),
    ],
)
def test_a_price_in_force_gives_way_at_the_end_it_stands_for(
    before: tuple[Wish, ...], text: str, low: float | None, high: float | None
) -> None:
    wishes = held(text, SOFA, *before)
    assert price(wishes) == (low, high)
    assert [(w.slot, w.value) for w in wishes if w.slot in ("category", "feature", "dislike")] == [("category", "sofa")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a sofa not over 900 but 700, please", "not over 900 but 700"),
        ("we can go to 700 now instead of 900", "go to 700 now instead of 900"),
        ("my budget is 900, no wait, 700", "my budget is 900, no wait, 700"),
        ("I don't want to pay 900 but 700", "don't want to pay 900 but 700"),
    ],
)
def test_the_words_of_a_price_put_right_are_the_shoppers_own(text: str, words: str) -> None:
    assert [w.words for w in held(text, SOFA).of("price_max")] == [words]


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("a sofa not over £900 but £700", 700, "GBP"),
        ("a sofa not over 900 but 700 euros", 700, "EUR"),
        ("a sofa up to 900 euros, no wait, 700", 700, "EUR"),
        ("a sofa for 900 dollars, sorry, 900 euros", 900, "EUR"),
        ("a sofa at most ₹70000 rather than ₹90000", 70000, "INR"),
    ],
)
def test_the_currency_of_an_amount_stays_with_the_one_that_replaces_it(text: str, amount: int, currency: str) -> None:
    wishes = held(text)
    assert (price(wishes), [w.value for w in wishes.of("currency")]) == ((None, amount), [currency])


@pytest.mark.parametrize(
    ("before", "text", "low", "high"),
    [
        ((), "a tent, not 1 but 2 HDMI ports", None, None),
        ((MOST_50,), "not 1 but 2 HDMI ports", None, 50),
        ((MOST_50,), "not 50 but 60 cushions", None, 50),
        ((MOST_50,), "not 50 but 60 cm wide", None, 50),
        ((MOST_50,), "size 43, no wait, 44", None, 50),
        ((MOST_50,), "24, no wait, 27 inch", None, 50),
        ((MOST_50,), "not 42 but 43", None, 50),
        ((MOST_50,), "43 rather than 42 cm", None, 50),
        ((), "a sofa, not over 5 but 4 metres", None, None),
        ((), "a sofa under 900 but not refurbished", None, 900),
        ((), "a sofa between 200 and 300 but rather near 200", 200, 300),
        ((), "a sofa not over 900 but over 700", 700, 900),
        ((), "a sofa not under 300 but under 500", 300, 500),
        ((), "a sofa under 900, sorry for the trouble, with 2 cushions", None, 900),
        ((), "a sofa under 900, no, really, 2 seats are enough", None, 900),
        ((), "a sofa from 200 to 300 dollars", 200, 300),
        ((MOST_900,), "make it 200 to 300", 200, 300),
        ((MOST_900,), "under 800, not 3 seats but 2", None, 800),
        ((), "a monitor not over $200 but 144 Hz", None, 200),
        ((), "a monitor under $200, sorry, 144 Hz", None, 200),
        ((), "a monitor under 200, I mean 144 Hz", None, 200),
        ((), "a printer not more than $50 but 30 pages per minute", None, 50),
        ((), "a TV not over 60 but 55 inch", None, 60),
        ((), "a mattress under 300, sorry, 200 cm", None, 300),
        ((MOST_900,), "not over 300 but 200 Hz", None, 300),
        ((), "a TV under 500, make it 55", None, 500),
        ((), "shoes under 100, better 43", None, 100),
        ((), "a monitor under 300, let's say 27 or 32 inch", None, 300),
        ((), "12 plates under 60, actually 8", None, 60),
        ((MOST_50,), "I said 50 but I need 2 more", None, 50),
        ((), "a toy for ages 5 to 7, sorry, 6 to 8", None, None),
        ((MOST_900,), "is it on sale for 700 instead of 900?", None, 900),
        ((MOST_900,), "the second one is 700 not 900", None, 900),
        ((MOST_50,), "43 instead of 42", None, 50),
    ],
)
def test_what_only_looks_like_a_correction_of_a_price(
    before: tuple[Wish, ...], text: str, low: float | None, high: float | None
) -> None:
    assert price(held(text, *((SOFA, *before) if before else ()))) == (low, high)


@pytest.mark.parametrize(
    ("old", "text", "features"),
    [
        ("24 inch", "not 24 inch but 27 inch", ["27 inch"]),
        ("24 inch", "27 inch instead of 24 inch", ["27 inch"]),
        ("24 inch", "I said 24 inch but I meant 27 inch", ["27 inch"]),
        ("180 cm", "200 cm rather than 180 cm", ["200 cm"]),
        ("180 cm", "160 cm, no wait, 200 cm", ["200 cm"]),
        ("2 kg", "under 3 kg, sorry, under 4 kg", ["under 4 kg"]),
    ],
)
def test_another_amount_gives_way_and_is_no_price(old: str, text: str, features: list[str]) -> None:
    wishes = held(text, SOFA, Wish("feature", old, True, old, 1), MOST_900)
    assert [w.value for w in wishes.of("feature")] == features
    assert price(wishes) == (None, 900)


def test_a_price_beside_a_size_keeps_its_currency() -> None:
    wishes = held("a charger at most 50 euros, oh wait, 65 W")
    assert (price(wishes), [w.value for w in wishes.of("currency")]) == ((None, 50), ["EUR"])
    assert [w.value for w in wishes.of("feature")] == ["65 W"]


@pytest.mark.parametrize(
    ("text", "torn"),
    [
        ("a TV between 50 and 55 inch, no wait, 65 inch", "between 50 and"),
        ("a TV from 50 to 55 inch, no wait, 65 inch", "from 50 to"),
        ("a bag of 10 to 12 kg, sorry, 15 kg", "10 to"),
    ],
)
def test_no_piece_of_an_amount_becomes_a_wish(text: str, torn: str) -> None:
    wishes = held(text)
    assert torn not in [w.value for w in wishes.of("feature")]
    assert price(wishes) == (None, None)


def test_words_of_raising_a_price_are_no_wish() -> None:
    assert not held("bump it up from 900 to 1100", SOFA, MOST_900).of("feature")


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("a 15 inch laptop, no wait, 17 inch", "17 inch"),
        ("a laptop with 16 GB RAM, no wait, 32 GB RAM", "32 GB RAM"),
        ("a TV between 50 and 55 inch, no wait, 65 inch", "65 inch"),
        ("a TV from 50 to 55 inch, no wait, 65 inch", "65 inch"),
    ],
)
def test_of_sizes_in_one_breath_the_last_counts(text: str, last: str) -> None:
    assert [w.value for w in held(text).of("feature")] == [last]
