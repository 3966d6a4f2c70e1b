"""Messages that no rule was written for, read by rules and under a model that is right about everything.

The rules may be changed while looking at the open half. The closed half (by hash of the id) only scores: its floors
say how the rules read what nobody looked at.
"""

from __future__ import annotations

import pytest
from reading_scores import VOCABULARY, rows, score, totals

# Measured F1 (for intent and row: the share that is right), less a row or two.
FLOORS = {
    "open": {"row": 0.91, "intent": 0.99, "category": 0.98, "price": 0.98, "features": 0.96, "retracts": 0.90},
    "closed": {"row": 0.76, "intent": 0.95, "category": 0.88, "price": 0.92, "features": 0.92, "retracts": 0.80},
}
# What the model may say; the other fields are the rules' own.
MODEL = ("intent", "category", "features", "dislikes", "brands", "not_brands", "price_min", "price_max", "references")


@pytest.mark.parametrize("half", ["open", "closed"])
def test_rules_read_what_they_were_not_written_for(half: str) -> None:
    found = totals(score(row, VOCABULARY) for row in rows(half))
    missed = {slot: (found[slot], floor) for slot, floor in FLOORS[half].items() if found[slot] < floor}
    assert missed == {}


def test_the_halves_are_halves() -> None:
    sizes = [len(rows(half)) for half in ("open", "closed")]
    assert sum(sizes) == 214
    assert min(sizes) > 0.4 * sum(sizes)


@pytest.mark.parametrize("half", ["open", "closed"])
def test_a_trusted_model_that_is_right_is_not_overruled(half: str) -> None:
    answers = [(row, {k: v for k, v in row["expect"].items() if k in MODEL}) for row in rows(half)]
    found = totals(score(row, VOCABULARY, answer, "model") for row, answer in answers)
    assert found["intent"] == found["brands"] == 1
    assert found["category"] > 0.97
    assert found["row"] > 0.86


def test_an_untrusted_model_that_talks_nonsense_changes_little() -> None:
    nonsense = {"intent": "find", "category": "lamp", "features": ["red", "kids room"], "brands": ["Ikea"]}
    alone = totals(score(row, VOCABULARY) for row in rows("open"))
    beside = totals(score(row, VOCABULARY, nonsense) for row in rows("open"))
    assert beside["row"] > alone["row"] - 0.02
    led = totals(score(row, VOCABULARY, nonsense, "model") for row in rows("open"))
    assert led["row"] < beside["row"] - 0.2
