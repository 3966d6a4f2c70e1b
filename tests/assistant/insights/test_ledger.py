"""The privacy budget: what leaves is paid for, what was paid for is kept, and at the budget it stops."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from assistant.errors import PrivacyError
from assistant.insights.ledger import Cost, Ledger, Table
from assistant.insights.noise import least, noisy, noisy_known
from benchmarks.neighbours import epsilon_at_least


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path / 'shop.sqlite'}")


def _ledger(engine: Engine, epsilon: float = 2.0, month: int = 11) -> Ledger:
    return Ledger(engine, Cost(epsilon, 1e-4), lambda: datetime(2026, month, 28, tzinfo=UTC))


def _same(counted: list[int]) -> list[int]:
    return counted


def test_what_was_released_is_shown_again_for_nothing(engine: Engine) -> None:
    ledger = _ledger(engine)
    first = ledger.release("sizes", Cost(0.5), lambda: [7], _same)
    again = _ledger(engine).release("sizes", Cost(0.5), lambda: [8], _same)
    assert first == again and again.value == [7]
    assert ledger.account().spent == Cost(0.5)


def test_a_fresh_release_costs_anew(engine: Engine) -> None:
    ledger = _ledger(engine)
    ledger.release("sizes", Cost(0.5), lambda: [7], _same)
    assert ledger.release("sizes", Cost(0.5, 1e-5), lambda: [9], _same, fresh=True).value == [9]
    assert ledger.account().spent == Cost(1.0, 1e-5)
    assert [r.value for r in ledger.releases()] == [[9], [7]]


def test_several_tables_are_released_together_or_none_is(engine: Engine) -> None:
    counted: list[str] = []

    def table(name: str, epsilon: float) -> Table:
        return Table(name, Cost(epsilon), lambda: counted.append(name) or 1, int)

    ledger = _ledger(engine, 1.2)
    with pytest.raises(PrivacyError, match=r"epsilon 1\.5"):
        ledger.release_all([table("a", 0.5), table("b", 1.0)])
    assert counted == [] and ledger.account().spent == Cost(0.0) and ledger.releases() == []
    assert [r.name for r in ledger.release_all([table("a", 0.5), table("c", 0.5)])] == ["a", "c"]
    assert ledger.account().spent == Cost(1.0)
    # What was released is not paid for twice: only the new one of these two is.
    assert [r.name for r in ledger.release_all([table("a", 0.5), table("d", 0.2)])] == ["a", "d"]
    assert counted == ["a", "c", "d"] and ledger.account().spent == Cost(1.2)
    # One that cannot be counted takes the other along.
    broken = Table("f", Cost(0.1), lambda: 0, lambda n: 1 // n)
    with pytest.raises(ZeroDivisionError):
        _ledger(engine, 9.0, month=12).release_all([table("e", 0.1), broken])
    assert _ledger(engine, 9.0, month=12).account().spent == Cost(0.0)


def test_a_table_in_the_form_of_an_earlier_version_is_not_shown(engine: Engine) -> None:
    ledger = _ledger(engine)
    ledger.release("sizes", Cost(0.5), lambda: [7], _same)
    with engine.begin() as db:
        db.execute(text("UPDATE privacy_releases SET about = 'what it was about then'"))
    assert ledger.release("sizes", Cost(0.5), lambda: [8], _same).value == [8]


def test_it_stops_at_the_budget_before_anything_is_counted_and_says_so(engine: Engine) -> None:
    ledger = _ledger(engine, 1.0)
    # Ten times a tenth is one, whatever floating point makes of it.
    for n in range(10):
        ledger.release(f"table {n}", Cost(0.1), lambda: 1, int)
    counted: list[int] = []
    with pytest.raises(PrivacyError) as stopped:
        ledger.release("one more", Cost(0.000001), lambda: counted.append(1) or 1, int)
    assert "2026-11" in str(stopped.value) and "1 of 1" in str(stopped.value) and "\n" not in str(stopped.value)
    assert counted == [] and len(ledger.releases()) == 10
    # What was released is still to be had, and the next month has a budget of its own.
    assert ledger.release("table 3", Cost(0.1), lambda: 2, int).value == 1
    assert _ledger(engine, 1.0, month=12).release("one more", Cost(0.1), lambda: 2, int).value == 2


def test_delta_has_a_budget_too(engine: Engine) -> None:
    ledger = _ledger(engine)
    ledger.release("needs", Cost(0.1, 1e-4), lambda: 1, int)
    with pytest.raises(PrivacyError):
        ledger.release("more needs", Cost(0.1, 1e-6), lambda: 1, int)


def test_a_release_that_fails_spends_nothing(engine: Engine) -> None:
    ledger = _ledger(engine)
    with pytest.raises(ZeroDivisionError):
        ledger.release("broken", Cost(0.5), lambda: 0, lambda n: 1 // n)
    assert ledger.account().spent == Cost(0.0) and ledger.releases() == []


def test_a_larger_budget_does_not_reopen_a_month(engine: Engine) -> None:
    _ledger(engine, 1.0).release("sizes", Cost(1.0), lambda: 1, int)
    with pytest.raises(PrivacyError):
        _ledger(engine, 9.0).release("more", Cost(1.0), lambda: 1, int)


def test_of_many_at_the_same_moment_no_more_than_the_budget_get_through(engine: Engine) -> None:
    def one(n: int) -> bool:
        try:
            _ledger(engine, 1.0).release(f"table {n}", Cost(0.3), lambda: 1, int)
        except PrivacyError:
            return False
        return True

    _ledger(engine)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 3


@pytest.mark.parametrize("cost", [Cost(0.0), Cost(-1.0)])
def test_nothing_is_free(engine: Engine, cost: Cost) -> None:
    with pytest.raises(ValueError, match="epsilon above 0"):
        _ledger(engine).release("sizes", cost, lambda: 1, int)


def test_noise_keeps_its_epsilon_and_the_measure_would_see_if_it_did_not() -> None:
    def draw(counts: list[int], epsilon: float) -> tuple[int, ...]:
        return tuple(noisy(counts, epsilon, 2))

    near, far = [4, 9], [5, 10]
    assert epsilon_at_least(lambda: draw(near, 1.0), lambda: draw(far, 1.0), 1000) <= 1.0
    assert epsilon_at_least(lambda: draw(near, 3.0), lambda: draw(far, 3.0), 1000) > 1.0


def test_what_few_said_is_not_told_and_what_many_said_is() -> None:
    epsilon, delta = 1.0, 1e-5
    told = [noisy_known({"rare": 1, "common": 3 * least(epsilon, delta, 1)}, epsilon, delta, 1) for _ in range(200)]
    assert all(set(t) == {"common"} for t in told)
    with pytest.raises(ValueError, match="delta"):
        noisy_known({"rare": 1}, epsilon, 0.0, 1)


def test_the_noise_is_not_what_pythons_dice_give() -> None:
    random.seed(1)
    first = noisy([1000] * 40, 0.5, 1)
    random.seed(1)
    assert noisy([1000] * 40, 0.5, 1) != first
