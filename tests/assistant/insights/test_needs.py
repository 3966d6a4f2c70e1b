"""What was asked for in vain, and what runs out: who counts, how often, and that nobody shows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from profile_shop import make

from assistant.build import open_insights
from assistant.config import Settings
from assistant.errors import InsightsError, PrivacyError
from assistant.insights import needs as told
from assistant.insights.noise import noisy, noisy_known
from assistant.insights.records import Records
from assistant.state import Preferences, Reply, Turn, Understanding, Wish
from assistant.store import Store
from benchmarks.neighbours import epsilon_at_least


def _searches(*asked: tuple[str, str, int]) -> list[dict[str, object]]:
    """Rows of the log: (customer, query, results)."""
    return [
        {
            "kind": "search",
            "customer_id": who,
            "session": "s",
            "query": query,
            "results": n,
            "time": "2026-11-01T10:00:00",
        }
        for who, query, n in asked
    ]


def _with(records: Records, rows: list[dict[str, object]]) -> Records:
    (records.folder / "clicks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return records


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("needs"))


@pytest.fixture
def records(shop: Path, tmp_path: Path) -> Records:
    folder = Path(shutil.copytree(shop, tmp_path / "shop"))
    return open_insights(Settings(shop=folder, privacy_epsilon=100))


def test_what_many_asked_for_is_told_and_what_one_asked_for_is_not(records: Records) -> None:
    many = _searches(*((f"C{n}", "Standing  DESK!", 0) for n in range(60)))
    rows = [*many, *_searches(("C1", "my name is Bert Secret", 0), ("C2", "desk lamp", 12))]
    found = told.needs(_with(records, rows))
    assert [a.what for a in found.asked] == ["standing desk"]
    assert found.asked[0].low <= found.asked[0].people <= found.asked[0].high and abs(found.asked[0].people - 60) < 40
    assert "secret" not in repr(found).casefold()


def test_a_turn_that_found_nothing_is_a_need_and_one_with_cards_or_another_intent_is_none(records: Records) -> None:
    store = Store(records.engine)

    def said(intent: str, *wishes: Wish) -> str:
        state = store.new("C7")
        understanding = Understanding(intent, wishes)  # type: ignore[arg-type]
        store.append(state.id, Turn(1, "hello", understanding, Preferences(wishes), Reply()))
        return state.id

    said(
        "find",
        Wish("category", "kayak", True, "kayak"),
        Wish("feature", "blue", True, "blue"),
        Wish("price_max", 50.0, True, "$50"),
    )
    said("return_order")
    assert list(told.unmet(records)) == [("C7", "blue kayak")]


def test_what_runs_out_while_people_look_is_told(records: Records) -> None:
    short = [i for i, p in records.products.items() if p.category.endswith("Scarves")][:3]
    for id_ in short:
        object.__setattr__(records.products[id_], "stock", 1)
    looks = [
        {"kind": "view", "customer_id": f"C{n}", "product_id": short[n % 3], "time": "2026-11-01"} for n in range(90)
    ]
    (hint,) = told.needs(_with(records, looks)).stock
    assert hint.kind == "Clothing > Scarves" and sorted(hint.short) == sorted(short) and hint.all == 18
    assert abs(hint.people.people - 90) < 40


def test_a_shop_without_conversations_and_log_is_told_so(records: Records) -> None:
    with pytest.raises(InsightsError, match="no conversations"):
        told.needs(records)


def _scarce(records: Records, category: str, stock: int = 1) -> list[str]:
    short = [i for i, p in records.products.items() if p.category.endswith(category)][:3]
    for id_ in short:
        object.__setattr__(records.products[id_], "stock", stock)
    return short


def test_a_restock_costs_nothing_and_what_was_counted_is_shown_of_what_still_runs_out(
    shop: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(shop, tmp_path / "shop"))
    records = open_insights(Settings(shop=folder, privacy_epsilon=1.25))
    scarves, lamps = _scarce(records, "Scarves"), _scarce(records, "Desk Lamps")
    looks = [
        {"kind": "view", "customer_id": f"C{n}", "product_id": (scarves, lamps)[n % 2][n % 3], "time": "2026-11-01"}
        for n in range(160)
    ]
    first = told.needs(_with(records, [*looks, *_searches(("C1", "kayak", 0))]))
    assert {h.kind for h in first.stock} == {"Clothing > Scarves", "Home > Desk Lamps"} and first.since == ()
    spent = records.ledger.account().spent
    # The month's budget is gone; the scarves are back, and one lamp of three.
    _scarce(records, "Scarves", 50)
    object.__setattr__(records.products[lamps[0]], "stock", 50)
    (hint,) = told.needs(records).stock
    (before,) = (h for h in first.stock if h.kind == hint.kind)
    assert hint.people == before.people and sorted(hint.short) == sorted(lamps[1:])
    # What runs out again is shown again.
    _scarce(records, "Scarves")
    again = told.needs(records)
    assert {h.kind for h in again.stock} == {"Clothing > Scarves", "Home > Desk Lamps"}
    assert records.ledger.account().spent == spent


def test_a_kind_that_runs_out_after_the_count_is_named_without_people(records: Records) -> None:
    scarves = _scarce(records, "Scarves")
    looks = [{"kind": "view", "customer_id": f"C{n}", "product_id": scarves[0]} for n in range(90)]
    told.needs(_with(records, looks))
    spent = records.ledger.account().spent
    _scarce(records, "Desk Lamps")
    found = told.needs(records)
    assert found.since == ("Home > Desk Lamps",) and [h.kind for h in found.stock] == ["Clothing > Scarves"]
    assert records.ledger.account().spent == spent
    assert told.needs(records, fresh=True).since == ()


def test_a_budget_for_half_of_it_spends_nothing(shop: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shop, tmp_path / "shop"))
    records = open_insights(Settings(shop=folder, privacy_epsilon=1.0))
    looks = [{"kind": "view", "customer_id": "C1", "product_id": _scarce(records, "Scarves")[0]}]
    with pytest.raises(PrivacyError, match=r"1\.25"):
        told.needs(_with(records, [*looks, *_searches(("C1", "kayak", 0))]))
    assert records.ledger.account().spent.epsilon == 0


def test_a_log_in_which_nobody_asked_or_looked_counts_nobody(records: Records) -> None:
    scarves = _scarce(records, "Scarves")
    with pytest.raises(InsightsError, match="no conversations"):
        told.needs(_with(records, [{"kind": "ad", "customer_id": "C1", "ad_id": "a"}]))
    assert records.ledger.account().spent.epsilon == 0
    # Somebody looked and nobody asked: one table of two, and the other is empty and not drawn.
    looks = [{"kind": "view", "customer_id": f"C{n}", "product_id": scarves[0]} for n in range(90)]
    assert told.needs(_with(records, looks)).asked == ()
    assert records.ledger.account().spent.epsilon == told.LOOKED_COST.epsilon


asked = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(("kayak", "desk", "drone"))), max_size=12)


@given(asked, st.lists(st.sampled_from(("kayak", "desk", "drone")), max_size=5))
@settings(max_examples=60, deadline=None)
def test_one_person_changes_the_needs_by_one(others: list[tuple[str, str]], one: list[str]) -> None:
    without = told.asked_counts(iter(others))
    with_one = told.asked_counts(iter([*others, *(("X", what) for what in one)]))
    assert sum(abs(with_one.get(w, 0) - without.get(w, 0)) for w in {*without, *with_one}) <= told.EACH


@given(st.lists(st.sampled_from(("a", "b", "c")), max_size=6))
@settings(max_examples=60, deadline=None)
def test_one_person_changes_the_stock_hints_by_one(looked: list[str]) -> None:
    place = {"a": 0, "b": 1}
    rows = [{"kind": "view", "customer_id": "X", "product_id": p} for p in looked]
    others = [{"kind": "view", "customer_id": "Y", "product_id": "a"}]
    without, with_one = (told.looked_counts(iter(r), place, 2) for r in (others, [*others, *rows]))
    assert sum(abs(a - b) for a, b in zip(without, with_one, strict=True)) <= told.EACH


def test_neighbours_cannot_be_told_apart_beyond_what_was_paid() -> None:
    near = told.asked_counts(iter((f"C{n}", "desk") for n in range(16)))
    far = told.asked_counts(iter((f"C{n}", "desk") for n in range(17)))
    cost = told.ASKED_COST

    def drawn(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
        return tuple(noisy_known(counts, cost.epsilon, cost.delta, told.EACH).items())

    assert epsilon_at_least(lambda: drawn(near), lambda: drawn(far), 1000, cost.delta) <= cost.epsilon
    # Somebody who is alone with what they asked for.
    alone = told.asked_counts(iter([("X", "my own words")]))
    assert epsilon_at_least(lambda: drawn({}), lambda: drawn(alone), 1000, cost.delta) <= cost.epsilon


def test_neighbours_cannot_be_told_apart_by_stock_hints() -> None:
    row = {"kind": "view", "customer_id": "X", "product_id": "a"}
    near, far = (told.looked_counts(iter(rows), {"a": 0, "b": 1}, 2) for rows in ([], [row]))
    epsilon = told.LOOKED_COST.epsilon
    proved = epsilon_at_least(
        lambda: tuple(noisy(near, epsilon, told.EACH)), lambda: tuple(noisy(far, epsilon, told.EACH)), 1000
    )
    assert proved <= epsilon


def test_who_signs_in_midway_counts_once() -> None:
    rows = [
        {"kind": "view", "product_id": "P", "session": "s1"},
        {"kind": "view", "product_id": "P", "session": "s1", "customer_id": "C1"},
    ]
    assert told.looked_counts(iter(rows), {"P": 0}, 1) == [1]
