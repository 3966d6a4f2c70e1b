"""Prices as shops print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.amounts import currency_code, parse_price
from retrieval.product import Money


@pytest.mark.parametrize(
    ("printed", "minor", "currency"),
    [
        ("$1,299.00", 129900, "USD"),
        ("1.299,00 €", 129900, "EUR"),
        ("€1.299", 129900, "EUR"),
        ("49.95 USD", 4995, "USD"),
        ("USD 49.95", 4995, "USD"),
        ("$49.95 USD", 4995, "USD"),
        ("US$ 49.95", 4995, "USD"),
        (49.95, 4995, "USD"),
        (49, 4900, "USD"),
        ("49.95", 4995, "USD"),
        ("49,95", 4995, "USD"),
        ("1,299", 129900, "USD"),
        ("1.299", 130, "USD"),
        ("0,999", 100, "USD"),
        ("1'299.50 CHF", 129950, "CHF"),
        ("1 299,00 kr", 129900, "SEK"),
        ("1 299,00 zł", 129900, "PLN"),
        ("1,234,567.89", 123456789, "USD"),
        ("1.234.567,89 EUR", 123456789, "EUR"),
        ("49,-", 4900, "USD"),
        ("¥1,299", 1299, "JPY"),
        ("₹1,29,900.00", 12990000, "INR"),
        ("Rs.1299/-", 129900, "INR"),
        ("CHF 1'299.-", 129900, "CHF"),
        ("CHF 1’299.–", 129900, "CHF"),
        ("US $12", 1200, "USD"),
        ("NT$1,299", 129900, "TWD"),
        ("12.99€", 1299, "EUR"),
        ("12.99 Euro", 1299, "EUR"),
        ("EUR12.99", 1299, "EUR"),
        ("1.299,00 €*", 129900, "EUR"),
        ("12,99 € inkl. MwSt.", 1299, "EUR"),
        ("£12.99 each", 1299, "GBP"),
        ("$.99", 99, "USD"),
        ("￥１,２９９", 1299, "JPY"),
        ("1\u00a0299\u202f000,00\u00a0₽", 129900000, "RUB"),
        ("2.499.000₫", 2499000, "VND"),
        ("RM12.90", 1290, "MYR"),
        ("12.50 Dhs", 1250, "AED"),
        ("0", 0, "USD"),
        ("KWD 1.299", 1299, "KWD"),
    ],
)
def test_a_printed_price_is_read_exactly(printed: str | float, minor: int, currency: str) -> None:
    assert parse_price(printed, stated=None, default="USD") == Money(minor, currency)


@pytest.mark.parametrize(
    ("printed", "default", "currency"),
    [("$5", "CAD", "CAD"), ("$5", "EUR", "USD"), ("¥5", "CNY", "CNY"), ("5 kr", "NOK", "NOK"), ("5", "EUR", "EUR")],
)
def test_a_sign_that_several_currencies_share_means_the_shops(printed: str, default: str, currency: str) -> None:
    assert parse_price(printed, stated=None, default=default).currency == currency


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("ten", "not an amount"),
        ("49.95-59.95", "not an amount"),
        ("1,2,3", "not an amount"),
        ("$1,29,900", "not an amount"),
        ("1 29", "not an amount"),
        ("$5 €", "not an amount"),
        ("12.34.56", "not an amount"),
        ("-5", "below zero"),
        ("-$5", "not an amount"),
        ("5 bananas", "no currency we know"),
        ("9" * 30, "out of range"),
        (float("nan"), "not an amount"),
        (float("inf"), "not an amount"),
        (True, "not an amount"),
        ("", "not an amount"),
    ],
)
def test_what_is_no_price_is_refused_with_the_reason(printed: str | float, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_price(printed, stated=None, default="USD")


def test_a_currency_beside_the_price_holds_and_must_not_contradict_it() -> None:
    assert parse_price(5, stated="EUR", default="USD") == Money(500, "EUR")
    assert parse_price("$5", stated="CAD", default="USD") == Money(500, "CAD")
    with pytest.raises(ValueError, match="in USD but the currency column says EUR"):
        parse_price("$5", stated="EUR", default="EUR")


def test_currency_names() -> None:
    assert [currency_code(t) for t in ("usd", " EUR ", "£", "zł")] == ["USD", "EUR", "GBP", "PLN"]
    with pytest.raises(ValueError, match="bucks"):
        currency_code("bucks")


@given(st.integers(0, 10**11), st.sampled_from(["USD", "EUR", "GBP", "JPY"]))
def test_what_we_print_we_read(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse_price(str(money), stated=None, default=currency) == money


@given(st.integers(0, 10**11))
def test_continental_prices(minor: int) -> None:
    whole, cents = divmod(minor, 100)
    printed = f"{whole:,}".replace(",", ".") + f",{cents:02d} €"
    assert parse_price(printed, stated=None, default="USD") == Money(minor, "EUR")
