"""Segments: what is counted of whom, what is never counted, and that nobody shows in what leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from assistant.errors import InsightsError, PrivacyError
from assistant.insights import segments as told
from assistant.insights.clusters import Grouping, grouped
from assistant.insights.ledger import Cost, Ledger
from assistant.insights.noise import noisy
from assistant.insights.records import Records
from assistant.insights.themes import Themes, themes
from assistant.profile.evidence import Piece
from assistant.profile.tastes import Profile, Taste
from assistant.profile.traits import Trait
from benchmarks.neighbours import epsilon_at_least
from retrieval.product import Product

AREAS = ("Garden", "Kitchen", "Music", "Travel", "Toys for Children")


def _shelf() -> dict[str, Product]:
    found = {}
    for area in AREAS:
        for n in range(6):
            kind = ("Pots", "Pans")[n % 2]
            colour = ("navy", "red", "green")[n % 3]
            product = Product(
                f"{area}-{n}", f"{area} {n}", category=f"{area} > {area} {kind}", attributes={"colour": colour}
            )
            found[product.id] = product
    found["aid"] = Product("aid", "Amplifier", category="Music > Hearing Aids")
    return found


SHELF = _shelf()


def _customer(name: str, *bought: str, colour: str = "", level: float | None = None, quote: str = "") -> Profile:
    """Somebody who took one thing of each area in ``bought``, named by area and number: "Kitchen-0"."""
    tastes = []
    for area in dict.fromkeys(b.split("-")[0] for b in bought):
        about = Trait("department", area)
        pieces = tuple(Piece(about, 1.0, "order", f"o{b}", b) for b in bought if b.startswith(area))
        tastes.append(Taste(about, True, 0.9, 0.9, pieces))
    if colour:
        about = Trait("colour", colour)
        stated = Piece(about, 4.0, "review", "r", quote=quote or f"I love {colour}", stated=True)
        tastes.append(Taste(about, True, 0.9, 0.9, (stated,)))
    if level is not None:
        tastes.append(Taste(Trait("price", "all"), True, level, 0.9))
    return Profile(name, tuple(tastes))


def _people(each: int = 40) -> list[Profile]:
    """Four plain groups: most of a person's things are of one area."""
    return [
        _customer(
            f"{area}{n}",
            *(f"{area}-0", f"{area}-2"),
            *([f"{AREAS[(a + 1 + n % 3) % 4]}-1"] if n % 12 < 3 else []),
            level=0.9 if a == 0 else 0.5,
        )
        for a, area in enumerate(AREAS[:4])
        for n in range(each)
    ]


def _records(tmp_path: Path, budget: float = 100.0) -> Records:
    ledger = Ledger(create_engine(f"sqlite:///{tmp_path / 'shop.sqlite'}"), Cost(budget, 1e-3))
    groups = {id_: product.category for id_, product in SHELF.items()}
    return Records(tmp_path, "Shop", SHELF, None, ledger, groups)  # type: ignore[arg-type]


def test_plain_groups_are_found_named_and_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "noisy", lambda counts, *_: list(counts))
    found = told.segments(_records(tmp_path), _people)
    firsts = [s.name.split(" and ")[0] for s in found.segments]
    assert sorted(firsts) == sorted(AREAS[:4])
    garden = found.segments[firsts.index("Garden")]
    assert garden.customers.people == 40 and garden.themes[0].what == "Garden" and garden.themes[0].share == 1
    assert [p.people for p in garden.prices] == [0, 0, 40]
    assert [k.what for k in garden.kinds] == ["Garden Pots"]
    assert found.place(_customer("new", "Music-1")) == firsts.index("Music")
    assert found.place(Profile("nobody")) is None


def test_nothing_rests_on_a_sensitive_trait(tmp_path: Path) -> None:
    found = themes(SHELF.values())
    assert set(found.names) == set(AREAS[:4])
    assert found.refused == {"Toys for Children": "minors", "Music > Hearing Aids": "health"}
    # Who bought nothing else is in no segment, and who bought other things is there for these.
    assert found.cell(_customer("a", "Toys for Children-1", "Toys for Children-2")) is None
    assert found.counts(_customer("b", "Toys for Children-1", "Music-1")) == [(found.names.index("Music"), 1)]
    people = [
        *_people(),
        *(_customer(f"t{n}", "Toys for Children-1", "Toys for Children-2", "Music-1") for n in range(50)),
    ]
    text = repr(told.segments(_records(tmp_path), lambda: people).segments).casefold()
    assert "child" not in text and "hearing" not in text


def test_a_taste_that_rests_on_a_word_about_health_is_not_counted() -> None:
    columns = told.Columns((("Music > Music Pots",),) * 4, ("colour:navy",))
    shelf, groups = themes(SHELF.values()), {id_: p.category for id_, p in SHELF.items()}
    grouping = Grouping(tuple(range(4)) * 4, (), None)  # type: ignore[arg-type]
    plain = told.taste_counts([_customer("a", "Music-0", colour="navy")], shelf, grouping, columns, groups)
    health = _customer("a", "Music-0", colour="navy", quote="Navy calms my anxiety")
    silent = told.taste_counts([health], shelf, grouping, columns, groups)
    assert sum(plain) == 2 and sum(silent) == 1


def test_who_paused_their_profile_is_not_counted() -> None:
    shelf = themes(SHELF.values())
    one = _customer("a", "Music-0")
    assert sum(told.pair_counts([one], shelf)) == 1
    assert sum(told.pair_counts([Profile(one.customer, one.tastes, paused=True)], shelf)) == 0


def test_a_shop_with_few_customers_or_themes_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InsightsError, match="customers"):
        told.segments(_records(tmp_path), lambda: _people(2))
    with pytest.raises(InsightsError, match="makers"):
        themes([Product("a", "A", brand="Acme")])


def test_a_report_is_printed_again_without_asking_anybody(tmp_path: Path) -> None:
    records = _records(tmp_path, 2.0)

    def nobody() -> Sequence[Profile]:
        raise AssertionError("asked again")

    first = told.segments(records, _people)
    assert told.segments(records, nobody) == first


def test_a_shop_of_nobody_spends_nothing(tmp_path: Path) -> None:
    records = _records(tmp_path)
    for nobody in ([], [Profile("only", ())]):
        with pytest.raises(InsightsError, match="customers"):
            told.segments(records, lambda who=nobody: who)
    assert records.ledger.account().spent == Cost(0.0) and records.ledger.releases() == []


def test_a_budget_for_half_of_it_spends_nothing(tmp_path: Path) -> None:
    records = _records(tmp_path, 1.2)
    with pytest.raises(PrivacyError, match="epsilon 2"):
        told.segments(records, _people)
    assert records.ledger.account().spent == Cost(0.0)


def test_a_report_is_shown_as_it_was_counted_after_the_shelf_has_changed(tmp_path: Path) -> None:
    records = _records(tmp_path, 2.0)
    first = told.segments(records, _people)
    more = {
        f"Pets-{n}": Product(f"Pets-{n}", "Bowl", category="Pets > Bowls", attributes={"colour": "pink"})
        for n in range(9)
    }
    left = {id_: p for id_, p in {**SHELF, **more}.items() if not id_.startswith("Garden")}
    groups = {id_: product.category for id_, product in left.items()}
    later = Records(tmp_path, "Shop", left, None, records.ledger, groups)  # type: ignore[arg-type]

    def nobody() -> Sequence[Profile]:
        raise AssertionError("asked again")

    again = told.segments(later, nobody)
    assert again.segments == first.segments and again.themes.names == first.themes.names
    assert again.place(_customer("new", "Music-1")) == first.place(_customer("new", "Music-1"))
    assert again.place(_customer("new", "Pets-1")) is None


taken = st.lists(st.sampled_from(sorted(SHELF)), min_size=1, max_size=6)
person = st.builds(
    lambda bought, colour, level: _customer("x", *bought, colour=colour, level=level),
    taken,
    st.sampled_from(("", "navy", "red")),
    st.one_of(st.none(), st.floats(0, 1)),
)


@given(person)
@settings(max_examples=60, deadline=None)
def test_one_customer_changes_each_table_by_no_more_than_is_paid_for(one: Profile) -> None:
    shelf, groups = themes(SHELF.values()), {id_: p.category for id_, p in SHELF.items()}
    grouping = Grouping(tuple(n % 4 for n in range(16)), (), None)  # type: ignore[arg-type]
    columns = told.Columns(tuple(tuple(sorted(set(groups.values()))) for _ in range(4)), ("colour:navy", "colour:red"))
    others = _people(2)
    pairs = [told.pair_counts(who, shelf) for who in (others, [*others, one])]
    tastes = [told.taste_counts(who, shelf, grouping, columns, groups) for who in (others, [*others, one])]
    assert _distance(*pairs) <= told.PAIRS_EACH
    assert _distance(*tastes) <= told.TASTES_EACH


def _distance(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


# As few themes and columns as there can be: more draws of less tell the databases apart better.
_TWO = Themes(("Garden", "Kitchen"), {id_: AREAS.index(id_[:-2]) for id_ in SHELF if id_[:-2] in AREAS[:2]}, {})
_ONE_SEGMENT = Grouping((0, 0, 0, 0), (), None)  # type: ignore[arg-type]
_COLUMNS = told.Columns((("Garden > Garden Pots",),), ("colour:navy",))
_GROUPS = {id_: p.category for id_, p in SHELF.items()}


@pytest.mark.parametrize(
    ("count", "cost", "each"),
    [
        (lambda who: told.pair_counts(who, _TWO), told.PAIRS_COST, told.PAIRS_EACH),
        (
            lambda who: told.taste_counts(who, _TWO, _ONE_SEGMENT, _COLUMNS, _GROUPS),
            told.TASTES_COST,
            told.TASTES_EACH,
        ),
    ],
)
def test_neighbours_cannot_be_told_apart_beyond_what_was_paid(
    count: Callable[[Sequence[Profile]], list[int]], cost: Cost, each: int
) -> None:
    one = _customer("x", "Garden-0", colour="navy", level=0.9)
    near, far = count([]), count([one])
    assert near != far
    proved = epsilon_at_least(
        lambda: tuple(noisy(near, cost.epsilon, each)), lambda: tuple(noisy(far, cost.epsilon, each)), 1000
    )
    assert proved <= cost.epsilon


def test_the_number_of_segments_is_that_of_the_groups_there_are() -> None:
    size = 6
    table = [0] * size**2
    for theme in range(size):
        table[theme * size + theme] = 80
        for other in range(1, size):
            table[theme * size + (theme + other) % size] = 4
    found = grouped(table, size, 1.0)
    assert found.chosen.count == size and found.chosen.agreement >= 0.9
    assert len({found.of[theme * size + theme] for theme in range(size)}) == size
