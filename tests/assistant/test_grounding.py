"""A sentence says what its evidence says, and nothing else."""

import pytest

from assistant.grounding import check
from assistant.state import Evidence

RECORD = (
    Evidence("product", "p1", "price", "$31.20"),
    Evidence("product", "p1", "brand", "Norvik"),
    Evidence("product", "p1", "attributes.colour", "dark red"),
    Evidence("product", "p1", "attributes.capacity_l", "1.5"),
    Evidence("product", "p1", "attributes.waterproof", "no"),
    Evidence("product", "p1", "attributes.cordless", "yes"),
    Evidence("product", "p1", "stock", "0"),
    Evidence("shopper", "", "wish", "1.5 litres"),
)


@pytest.mark.parametrize(
    "sentence",
    [
        "It is dark red, holds 1.5 litres and costs $31.20.",
        "This one from Norvik is cordless and costs $31.20.",
        "It costs $31.20, which is within your budget of $60.",
        "It is red.",
    ],
)
def test_true_sentences_pass(sentence: str) -> None:
    assert check(sentence, RECORD, ["$60.00"]) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "It costs $29.99.",  # another price
        "It costs $60.",  # the bound as the price
        "It is under $31.20.",  # the price as a bound
        "It is blue.",  # another colour
        "It holds 2.5 litres.",  # another number
        "It holds 1.5 kg.",  # another unit
        "It is waterproof.",  # a flag that the record denies
        "It is not cordless.",  # a denial of what the record says
        "It is durable and red.",  # a claim nobody made
        "It is from Keenwell.",  # another brand
        "It is in stock.",  # the record says none
        "It is the cheapest red one.",  # a superlative
        "It is rated 5 stars.",  # no rating in the record
        "It is dark red and costs",  # cut short
        "It is dark red, it is dark red.",  # said twice
    ],
)
def test_false_sentences_do_not(sentence: str) -> None:
    assert check(sentence, RECORD, ["$60.00"])


def test_availability_may_be_said_where_the_record_has_stock() -> None:
    assert check("It is in stock.", [Evidence("product", "p", "stock", "4")]) == []


def test_a_rating_may_be_said_as_it_is() -> None:
    record = [Evidence("product", "p", "rating", "4.5")]
    assert check("It is rated 4.5 stars.", record) == []
    assert check("It is rated 4.8 stars.", record)
