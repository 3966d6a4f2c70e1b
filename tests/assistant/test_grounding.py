"""A sentence says what its evidence says, and nothing else. These cases were written by hand, apart from the suite."""

import pytest

from assistant.grounding import check
from assistant.recommend import record_evidence
from assistant.state import Evidence
from retrieval.product import Kind, Money, Product

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

PAN = Product(
    "pan",
    "Norvik Sunday 28 Frying Pan, 28 cm, aluminium",
    "A 28 cm pan in aluminium for eggs on weekdays. It may go into the oven up to 180 °C. Lid sold separately.",
    "Norvik",
    Money(5799, "USD"),
    attributes={
        "colour": "terracotta",
        "diameter_cm": 28,
        "material": "aluminium",
        "coating": "ceramic",
        "handle": "plastic",
        "induction": False,
        "oven_safe_c": 180,
        "weight_kg": 1.2,
        "dishwasher_safe": False,
    },
    rating=4.1,
    rating_count=448,
    stock=2,
)
BOOTS = Product(
    "boots",
    "Keenwell Moor Hiking Boots for men, suede, olive green",
    "Boots for men in olive green suede. The high shaft holds the ankle.",
    "Keenwell",
    Money(22900, "USD"),
    attributes={"colour": "olive green", "upper": "suede", "waterproof": True, "weight_g": 590, "sizes": "40, 41, 42"},
    rating=4.6,
    rating_count=10,
    stock=62,
)
LAPTOP = Product(
    "laptop",
    'Tarvo dv7 Notebook Silver 43.2 cm (17") Intel® Core™2 Duo 4 GB DDR2-SDRAM 250 GB HDD',
    "",
    "Tarvo",
    Money(78000, "USD"),
    attributes={
        "product_colour": "Silver",
        "display_diagonal": 17,
        "internal_memory": 4,
        "maximum_internal_memory": 8,
        "total_storage_capacity": 250,
        "storage_media": "HDD",
        "processor_manufacturer": "Intel",
        "touchscreen": False,
        "bluetooth": True,
        "hdmi_ports_quantity": 1,
        "width": 396,
        "package_width": 480,
        "weight_kg": 3.46,
        "comfort_temp_c": -8,
    },
)
P, B, L = "Norvik Sunday 28 Frying Pan", "Keenwell Moor Hiking Boots for men", "Tarvo dv7 Notebook Silver"


def cards(first: Product) -> list[Evidence]:
    """The three products as evidence, ``first`` in front: that is what "it" means."""
    names = {"pan": P, "boots": B, "laptop": L}
    kinds = {"pan": "frying pan", "boots": "hiking boot", "laptop": "notebook"}
    others = [p for p in (PAN, BOOTS, LAPTOP) if p is not first]
    return [e for p in (first, *others) for e in record_evidence(p, Kind(kinds[p.id], "feed", 1.0), names[p.id])]


@pytest.mark.parametrize(
    "sentence",
    [
        "It is dark red, holds 1.5 litres and costs $31.20.",
        "This one from Norvik is cordless and costs $31.20.",
        "It costs $31.20, which is within your budget of $60.",
        "It is red.",
        "It is out of stock.",
        "It isn't waterproof.",
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
        "It costs $31.20, which is within your budget of $40.",  # a budget nobody named
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


WATCH = (
    Evidence("product", "w", "price", "$42.00"),
    Evidence("shop", "w", "type", "watch"),
    Evidence("product", "w", "attributes.glass", "mineral glass"),
    Evidence("product", "w", "attributes.case_material", "steel"),
    Evidence("product", "w", "attributes.charger", "USB charger"),
    Evidence("product", "w", "attributes.battery", "AA battery"),
    Evidence("product", "w", "attributes.strap", "optional leather strap"),
    Evidence("product", "w", "attributes.memory_card", "memory card up to 256 GB"),
)


@pytest.mark.parametrize(
    "said", ["This watch has mineral glass", "It comes with a USB charger", "It has an AA battery"]
)
def test_a_value_that_holds_the_name_of_its_field_needs_no_other(said: str) -> None:
    assert check(f"{said} and costs $42.00.", WATCH) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "It has steel glass and costs $42.00.",  # the case is of steel
        "It has a steel AA battery.",  # as above
        "This watch is made of mineral glass.",  # its glass is
        "It is mineral glass and costs $42.00.",
        "It needs mineral glass to match with.",
        "It fits with a USB charger.",
        "It has need of AA battery.",
        "We have mineral glass.",
        "It comes with a leather strap.",  # an optional one
        "It has a memory card up to 256 GB.",  # it takes one
    ],
)
def test_what_such_a_value_does_not_say(sentence: str) -> None:
    assert check(sentence, WATCH)


PAN_TRUE = f"""
It is terracotta.
It has a ceramic coating and a plastic handle.
This aluminium frying pan costs $57.99.
It is not dishwasher safe.
It costs $57.99 and has 4.1 stars.
Only 2 left in stock.
It weighs 1200 g.
It may go into the oven up to 180 °C.
With 4.1 stars from 448 customers, it costs $57.99.
{B} is waterproof and weighs 590 g.
{P} is cheaper than {B}.
{B} costs $171.01 more than {P}.
{B} is lighter than {P}.
{P} is rated lower than {B}.
{P} is the cheapest of these.
{P} is made of aluminium, while {B} is olive green.
Both {P} and {B} are in stock.
"""
PAN_FALSE = f"""
It is plastic.
It has a ceramic handle.
It has an aluminium handle and a plastic coating.
It weighs 28 kg.
It weighs 1.2 cm.
It has a diameter of 180 cm.
It works on induction.
It is dishwasher safe.
It has a lid.
It is in stock with 448 left.
It is rated 4.1 stars by 2 customers.
It is rated 4.1 out of 10.
Customers love it.
It costs only $57.
It costs $57.99 per month.
It is on sale for $57.99.
It is between $20.00 and $50.00.
It is a Sunday.
It is a Keenwell pan.
It comes with free shipping.
It has a warranty of 2 years.
{B} is terracotta.
{B} has a ceramic coating.
{P} and {B} are both waterproof.
{P} costs $229.00, and {B} costs $57.99.
{P} is more expensive than {B}.
{B} is heavier than {P}.
{B} costs $171.00 more than {P}.
{B} is the cheapest of these.
{P} is the cheapest.
{P} is waterproof, {B} is not.
Unlike {P}, {B} is not waterproof.
It does not have a handle.
It has two handles.
It is available in olive green.
Its handle is ceramic and its coating is plastic.
"""
LAPTOP_TRUE = """
It is Silver.
It has 4 GB of RAM.
It has a 250 GB HDD.
It has 4 GB DDR2-SDRAM and a 250 GB HDD.
It has a 17 inch screen.
It has Bluetooth and no touchscreen.
It has a width of 396.
It has a comfort temp c of -8.
"""
LAPTOP_FALSE = """
It has 250 GB of RAM.
It has a 4 GB HDD.
It has a 250 GB SSD.
It has 8 GB of memory.
It has 4 GB DDR3.
It has 4 HDMI ports.
It has a width of 480.
It is 480 wide.
It has a 15 inch screen.
It is a 17 inch tablet.
It is an Intel notebook.
It is from Intel.
It has a touchscreen.
It has no touchscreen and no Bluetooth.
It is in stock.
It is rated 4.6 stars.
It has a comfort temp c of 8.
It has a rating of 17.
"""


@pytest.mark.parametrize("sentence", PAN_TRUE.strip().splitlines())
def test_true_of_several_cards(sentence: str) -> None:
    assert check(sentence, cards(PAN)) == []


@pytest.mark.parametrize("sentence", PAN_FALSE.strip().splitlines())
def test_words_of_the_records_put_together_falsely(sentence: str) -> None:
    assert check(sentence, cards(PAN))


@pytest.mark.parametrize("sentence", LAPTOP_TRUE.strip().splitlines())
def test_numbers_of_a_long_record(sentence: str) -> None:
    assert check(sentence, cards(LAPTOP)) == []


@pytest.mark.parametrize("sentence", LAPTOP_FALSE.strip().splitlines())
def test_numbers_tied_to_another_field(sentence: str) -> None:
    assert check(sentence, cards(LAPTOP))


POLICY = [Evidence("policy", "returns", "passage", "Unused items can be returned within 30 days. Sale items cannot.")]


def test_a_policy_is_repeated_or_not_said() -> None:
    assert check("The shop's policy says: Unused items can be returned within 30 days.", POLICY) == []
    for lie in ("Items can be returned within 30 days.", "Unused items can be returned within 60 days."):
        assert check(lie, POLICY)


def test_a_quote_is_word_for_word() -> None:
    record = [*RECORD, Evidence("review", "r1", "text", "Boils fast. I love the red.")]
    assert check("A customer says “Boils fast.”.", record) != check("“Boils fast”.", record)
    assert check("“Boils fast”.", record) == []
    assert check("“Boils very fast”.", record)


def test_availability_may_be_said_where_the_record_has_stock() -> None:
    assert check("It is in stock.", [Evidence("product", "p", "stock", "4")]) == []


def test_a_rating_may_be_said_as_it_is() -> None:
    record = [Evidence("product", "p", "rating", "4.5")]
    assert check("It is rated 4.5 stars.", record) == []
    assert check("It is rated 4.8 stars.", record)


def test_a_count_is_the_shops_own() -> None:
    counted = [*RECORD, Evidence("shop", "", "matching products", "12")]
    assert check("12 products fit.", counted) == []
    assert check("13 products fit.", counted)
