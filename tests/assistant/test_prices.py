"""Price bounds read from shoppers' words: what is a bound, and what only looks like one."""

import pytest

from assistant.reading.prices import read_prices

CASES = [
    ("laptop under $900", None, 900),
    ("max 120", None, 120),
    ("a page yield of 10000 or more", None, None),
    ("speeds of 3 or lower", None, None),
    ("headphones under 49.5", None, 49.5),
    ("a gift of at most 50", None, 50),
    ("a laptop of under 500", None, 500),
    ("a budget of 500 or less", None, 500),
    ("for the price of 30 or less", None, 30),
    ("between 40 and 80 that can crush ice", 40, 80),
    ("$5-10", 5, 10),
    ("around 20 bucks", None, 20),
    ("budget is 500", None, 500),
    ("my budget is around 1.5k", None, 1500),
    ("at least 16 GB of ram", None, None),
    ("under 2 kg", None, None),
    ("17 inch", None, None),
    ("over 4 stars", None, None),
    ("I paid $50 for it", None, None),
    ("20% off", None, None),
    ("$20 off", None, None),
    ("1,200 dollars or less", None, 1200),
    ("over 300", 300, None),
    ("100 to 200 dollars", 100, 200),
    ("100-200", 100, 200),
    ("$100", None, 100),
    ("for $200", None, 200),
    ("for 2 people", None, None),
    ("in the 300 range", None, 300),
    ("100元以下", None, 100),
    ("预算500", None, 500),
    ("not over 80 euros", None, 80),
    ("more than 2 ports", None, None),
    ("i want to spend about 60", None, 60),
    ("actually up to 300", None, 300),
    ("printer 100 to 250 eur please", 100, 250),
    ("from 20 to 50", 20, 50),
    ("less than 100 dollars", None, 100),
    ("cheaper than 50", None, 50),
    ("under $1,299.99", None, 1299.99),
    ("HP 15 Original under 40", None, 40),
    ("windows 10", None, None),
    ("iphone 11", None, None),
    ("at most 3 meters", None, None),
    ("order #1234", None, None),
    ("my budget's 45", None, 45),
    ("up to 64 GB", None, None),
    ("nothing over 25", None, 25),
    ("can be up to 150 now", None, 150),
    ("$80 or under", None, 80),
    ("80 max", None, 80),
    ("make it 250 max", None, 250),
    ("keep it below 35$", None, 35),
    ("at least 100 dollars", 100, None),
    ("between $30 and $60", 30, 60),
    ("30 - 60 €", 30, 60),
    ("more than 500 but less than 800", 500, 800),
    ("more than $500 and under $800", 500, 800),
    ("within 100", None, 100),
    ("2 or 3 of them", None, None),
    ("size 9 to 10", None, None),
    ("no more than about 70 bucks", None, 70),
    ("a 3000 mah battery under 25", None, 25),
    ("price range 40-90", 40, 90),
    ("cost me 40", None, None),
    ("24-27 inch monitor under 300", None, 300),
    ("can you go up to 100 sheets", None, None),
    ("i have about 75 to spend", None, 75),
    ("got 150 to spend", None, 150),
    ("i do not want to spend more than 130", None, 130),
    ("it mustn't cost more than 500", None, 500),
    ("nothing over 40 please", None, 40),
    ("not under 200 though", 200, None),
    ("could go to 420", None, 420),
    ("go to page 42", None, None),
]
CURRENCIES = [
    ("under $50", "USD"),
    ("50 bucks max", "USD"),
    ("up to 80 euros", "EUR"),
    ("预算500元", "CNY"),
    ("max 50", None),
]


@pytest.mark.parametrize(("text", "low", "high"), CASES)
def test_bounds(text: str, low: float | None, high: float | None) -> None:
    found = read_prices(text)
    said = (None, None) if found is None else (found.minimum, found.maximum)
    assert [None if s is None else float(s) for s in said] == [low, high]


@pytest.mark.parametrize(("text", "currency"), CURRENCIES)
def test_currency_as_said(text: str, currency: str | None) -> None:
    found = read_prices(text)
    assert found is not None
    assert found.currency == currency


def test_the_words_are_the_shoppers_own() -> None:
    text = "a blue kettle, under $40, please"
    found = read_prices(text)
    assert found is not None
    assert text[found.span[0] : found.span[1]].strip() == found.words == "under $40"


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("a phone case priced above 159 PHP", 159, None, "PHP"),
        ("elastics for more than 10 pesos", 10, None, None),
        ("a lamp under 300 zloty", None, 300, "PLN"),
        ("nothing over CHF 80", None, 80, "CHF"),
        ("a set of at least 3 pens", None, None, None),
        ("a welder with power between 1 and 500. My budget is only `1013`, with a voucher", None, 1013, None),
        ("at least 100, my budget is 300", 100, 300, None),
    ],
)
def test_sums_of_other_countries_and_a_stated_budget(
    text: str, low: int | None, high: int | None, currency: str | None
) -> None:
    found = read_prices(text)
    assert (found and (found.minimum, found.maximum, found.currency)) == (
        (low, high, currency) if low or high else None
    )
