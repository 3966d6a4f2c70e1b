"""The explained no against brute force: every relaxation minimal, none missing, each count and nearest price right."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Literal

import pytest
from shops import shelf

from assistant.relax import relaxations
from assistant.state import Preferences, Wish
from eval.exactness import Fault, Oracle, random_wishes
from retrieval.product import Kind, Money, Product
from retrieval.search import Shelf

BRANDS = ["Acme", "Bolt", "Corvo"]
COLOURS = ["red", "blue", "green"]
LABELS = ["desk lamp", "floor lamp", "chair"]


def shop(seed: int) -> Shelf:
    """Forty products that differ in little, so that wishes contradict each other."""
    rng = random.Random(seed)
    products, kinds = [], {}
    for n in range(40):
        label, colour, brand = rng.choice(LABELS), rng.choice(COLOURS), rng.choice(BRANDS)
        price = Money(rng.randrange(500, 20_000, 250), "USD") if rng.random() < 0.9 else None
        rating = rng.choice([None, 2.5, 3.5, 4.5])
        products.append(
            Product(
                f"{n:02}", f"{brand} {label}", brand=brand, price=price, attributes={"colour": colour}, rating=rating
            )
        )
        kinds[f"{n:02}"] = Kind(label, "feed", 1.0)
    return shelf(products, kinds)


@pytest.mark.parametrize("seed", range(6))
def test_relaxations_are_what_trying_every_subset_finds(seed: int) -> None:
    opened = shop(seed)
    oracle, rng = Oracle(opened), random.Random(seed)
    faults: list[Fault] = []
    refused = 0
    while refused < 50:
        wishes = random_wishes(rng, oracle.products, LABELS)
        found = list(oracle.relaxation_faults(wishes)) if not oracle.answers(wishes) else None
        refused += found is not None
        faults += found or []
    assert faults == []


def test_the_closest_price_is_the_closest_of_all_that_would_fit() -> None:
    """Among eighty that match the words alike the cheapest stands last by id: no pool of the most relevant has it."""
    lamps = [Product(f"{n:02}", "Acme lamp", brand="Acme", price=Money(9000 - n * 100, "USD")) for n in range(80)]
    wishes = Preferences((Wish("brand", "Acme", True, "Acme"), Wish("feature", "lamp", True, "lamp"), Wish("price_max", 5, True, "under 5")))  # fmt: skip
    (found,) = relaxations(shelf(lamps), wishes)
    assert found.nearest is not None
    assert found.nearest.price == Money(1100, "USD")
    assert found.alternatives[0].product_id == found.nearest.id
    assert found.count == 80


@pytest.mark.parametrize(("slot", "value", "nearest"), [("price_max", 0.01, 1100), ("price_min", 500, 9000)])
def test_a_price_alone_has_its_nearest(slot: Literal["price_max", "price_min"], value: float, nearest: int) -> None:
    lamps = [Product(f"{n:02}", "Acme lamp", price=Money(9000 - n * 100, "USD")) for n in range(80)]
    (found,) = relaxations(shelf(lamps), Preferences((Wish(slot, value, True, "mine"),)))
    assert (found.nearest and found.nearest.price, found.count) == (Money(nearest, "USD"), 80)
    assert relaxations(shelf([]), Preferences((Wish(slot, value, True, "mine"),))) == []


def test_the_oracle_finds_a_wrong_relaxation(monkeypatch: pytest.MonkeyPatch) -> None:
    """An oracle that agrees with everything proves nothing."""
    opened = shelf(
        [Product("1", "Acme lamp", brand="Acme", price=Money(900, "USD")), Product("2", "Acme desk", brand="Acme")]
    )
    wishes = Preferences((Wish("brand", "Acme", True, "Acme"), Wish("feature", "lamp", True, "lamp"), Wish("price_max", 5, True, "under 5")))  # fmt: skip
    right = relaxations(opened, wishes)
    monkeypatch.setattr("eval.exactness.relaxations", lambda *_: [])
    assert [f.kind for f in Oracle(opened).relaxation_faults(wishes)] == ["missing"]
    wrong = [type(right[0])(right[0].dropped, 7, None, ())]
    monkeypatch.setattr("eval.exactness.relaxations", lambda *_: wrong)
    assert {f.kind for f in Oracle(opened).relaxation_faults(wishes)} == {"count", "breaks more", "not nearest"}
    both = [type(right[0])(wishes.wishes[1:], 2, None, ())]
    monkeypatch.setattr("eval.exactness.relaxations", lambda *_: both)
    assert {f.kind for f in Oracle(opened).relaxation_faults(wishes)} == {"missing", "not minimal"}


def test_relaxations_over_the_demo_shop(demo_shop: Path) -> None:
    oracle, rng = Oracle(Shelf.open(demo_shop)), random.Random(3)
    kinds = sorted({kind.label for p in oracle.products if (kind := oracle.shelf.kind(p.id))})
    drawn = [random_wishes(rng, oracle.products, kinds) for _ in range(40)]
    refused = [wishes for wishes in drawn if not oracle.answers(wishes)]
    assert len(refused) > 10
    assert [fault for wishes in refused for fault in oracle.relaxation_faults(wishes)] == []
