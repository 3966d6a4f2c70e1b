"""The sentences that a truth check is tested with: true ones are the record's, false ones are false."""

import re

from eval.claims import Claim, claims
from eval.claims.policy import shipped_passages
from retrieval.product import Money, Product

SHELF = [
    Product(
        f"k{n}",
        f"Norvik Boil {n} Kettle",
        brand=("Norvik", "Keenwell", "Tarvo")[n % 3],
        price=Money(2000 + 731 * n, "USD"),
        attributes={
            "colour": ("red", "blue", "green", "white")[n % 4],
            "capacity_l": 1.0 + n / 10,
            "weight_kg": 0.7 + n / 20,
            "cordless": n % 2 == 0,
            "timer": n % 3 == 0,
        },
        rating=3.1 + n / 10,
        rating_count=10 + n,
        stock=None if n == 5 else n,
    )
    for n in range(9)
]
LABELS = {p.id: "kettle" for p in SHELF}


def draw(seed: int = 0, n: int = 200) -> list[Claim]:
    return claims(SHELF, LABELS, lambda cards: {p.id: p.title for p in cards}, shipped_passages(), n=n, seed=seed)


def test_the_same_seed_draws_the_same_sentences() -> None:
    assert draw() == draw()
    assert draw() != draw(1)


def test_as_many_of_each_kind_as_asked_for_over_every_sort() -> None:
    made = draw()
    assert [sum(c.true for c in made), sum(not c.true for c in made)] == [200, 200]
    for true in (True, False):
        assert len({c.sort for c in made if c.true == true}) == 10
    assert all(c.how for c in made if not c.true)


def test_a_true_price_is_the_records_and_a_false_one_is_not() -> None:
    shelf = {p.id: p for p in SHELF}
    for claim in draw():
        price = str(shelf[claim.cards[0]].price)
        if claim.sort == "price" and claim.true:
            assert re.search(rf"{re.escape(price)}(?!\d)", claim.text)
        elif claim.sort == "price" and "bound" not in claim.how:
            own = [p for p in re.findall(r"\$[\d.]+\d", claim.text) if p == price]
            assert len(own) < len(re.findall(r"\$[\d.]+\d", claim.text))


def test_exchanged_values_are_the_other_cards_own() -> None:
    shelf = {p.id: p for p in SHELF}
    seen = 0
    for claim in draw(n=600):
        if claim.how == "values exchanged":
            one, two = (str(shelf[i].attributes["colour"]) for i in claim.cards[:2])
            assert claim.text.index(two) < claim.text.index(one)
            seen += 1
    assert seen
