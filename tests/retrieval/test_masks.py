"""The laws of search: every hit satisfies its filters, and none that satisfies them is lost."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shops import shelf

from retrieval.product import Kind, Money, Product
from retrieval.query import Condition, Filters, Query

WORDS = ["red", "lamp", "desk", "17 inch", "Black", "waterproof", "case", "!", "lamps", "16 GB"]
NAMES = ["colour", "size", "waterproof", "memory"]
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
brands = st.sampled_from(["HP", "hp", "Straße", "STRASSE", "Acme", ""])
values = st.sampled_from(["Black, Gray", "black", "red", True, False, 16, 16.0, 17.3, "16", "16 GB", 0, 1])
labels = st.sampled_from(["lamp", "case", ""])
prices = st.none() | st.integers(0, 5).map(lambda n: Money(n * 100, "USD"))
conditions = st.builds(
    Condition,
    phrase=phrases,
    attributes=st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
    op=st.sampled_from(["=", ">=", "<="]),
    value=st.none() | values,
    any_of=st.lists(st.lists(st.sampled_from(["red", "lamp", "17in", "black", "nothing"]), max_size=2).map(tuple), max_size=2).map(tuple),
    title_only=st.booleans(),
    upto=st.none() | st.just(17.9),
    unit=st.sampled_from(["", "gb", "in"]),
    scales=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([0.5, 16.0])), max_size=1).map(tuple),
    believed=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([5.0])), max_size=1).map(tuple),
)  # fmt: skip
FILTERS = {
    "price_min": st.integers(-1, 5).map(lambda n: n * 100),
    "price_max": st.integers(-1, 5).map(lambda n: n * 100),
    "brands": st.lists(brands, max_size=2).map(tuple),
    "not_brands": st.lists(brands, max_size=1).map(tuple),
    "kinds": st.lists(labels, max_size=2).map(tuple),
    "provided": st.lists(st.tuples(st.lists(labels, max_size=2).map(tuple), conditions), max_size=2).map(tuple),
    "attributes": st.dictionaries(st.sampled_from(NAMES), values, max_size=1),
    "must": st.lists(conditions, max_size=1).map(tuple),
    "must_not": st.lists(conditions, max_size=1).map(tuple),
    "min_rating": st.sampled_from([1.0, 4.0, 4.5]),
    "in_stock": st.booleans(),
}


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    """A few at a time: all at once admit nothing."""
    names = draw(st.lists(st.sampled_from(sorted(FILTERS)), max_size=3, unique=True))
    return Filters(**{name: draw(FILTERS[name]) for name in names})


products = st.builds(
    Product,
    id=st.just(""),
    title=phrases,
    description=phrases | st.just(""),
    brand=brands,
    price=prices,
    attributes=st.dictionaries(st.sampled_from(NAMES), values, max_size=3),
    rating=st.none() | st.sampled_from([1.0, 4.0, 4.5, 5.0]),
    rating_count=st.integers(0, 3),
    stock=st.none() | st.integers(0, 2),
)
shelves = st.lists(products, min_size=1, max_size=12).map(lambda ps: [replace(p, id=str(n)) for n, p in enumerate(ps)])
queries = st.builds(
    Query,
    text=phrases | st.just(""),
    k=st.integers(1, 15),
    filters=filters(),
    prefer=st.lists(conditions, max_size=2).map(tuple),
    order=st.sampled_from(["relevance", "price_up", "price_down", "rating"]),
)


@settings(max_examples=200, deadline=None)
@given(shelves, st.lists(st.none() | labels, min_size=12, max_size=12), queries)
def test_a_search_loses_none_and_adds_none(shop: list[Product], said: list[str | None], query: Query) -> None:
    kinds = {p.id: Kind(label, "feed", 1.0) for p, label in zip(shop, said, strict=False) if label is not None}
    opened = shelf(shop, kinds)
    right = {p.id for p in shop if query.filters.admits(p, kinds.get(p.id))}
    hits = opened.search(query)
    found = [hit.product.id for hit in hits]
    assert set(found) <= right
    assert len(found) == len(set(found)) == min(query.k, len(right))
    assert opened.count(query.filters) == len(right)
    assert [hit.product for hit in hits] == opened.products(found)
    assert found == [hit.product.id for hit in opened.search(query)]


@settings(max_examples=100, deadline=None)
@given(shelves, filters(), st.booleans())
def test_the_extreme_price_is_the_extreme_of_what_is_allowed(shop: list[Product], allowed: Filters, up: bool) -> None:
    right = [p.price.minor for p in shop if p.price and allowed.admits(p)]
    found = shelf(shop).extreme(allowed, "price", largest=up)
    assert (found.price.minor if found and found.price else None) == ((max if up else min)(right) if right else None)


@settings(max_examples=100, deadline=None)
@given(shelves, conditions)
def test_soft_wishes_move_and_never_remove(shop: list[Product], wish: Condition) -> None:
    opened = shelf(shop)
    plain = opened.search(Query("red lamp", k=20))
    wished = opened.search(Query("red lamp", k=20, prefer=(wish,)))
    assert {h.product.id for h in plain} == {h.product.id for h in wished}
    for hit in wished:
        assert hit.parts["prefer"] == wish.admits(hit.product)
    before = {h.product.id: h.score for h in plain}
    assert all((h.score > before[h.product.id]) == wish.admits(h.product) for h in wished)


def test_a_product_of_no_kind_is_of_none() -> None:
    opened = shelf([Product("1", "Lamp"), Product("2", "Lamp")], {"1": Kind("", "feed", 1.0)})
    assert [h.product.id for h in opened.search(Query("lamp", filters=Filters(kinds=("",))))] == ["1"]


def test_one_is_not_true() -> None:
    flags = [True, 1, 1.0, "1"]
    opened = shelf(Product(str(n), "Lamp", attributes={"dimmable": flag}) for n, flag in enumerate(flags))
    for wanted, found in ((True, ["0"]), (1, ["1", "2", "3"])):
        exact = Filters(attributes={"dimmable": wanted})
        assert [h.product.id for h in opened.search(Query("", filters=exact))] == found


@settings(max_examples=100, deadline=None)
@given(shelves, st.lists(conditions, min_size=1, max_size=2), st.integers(1, 4))
def test_the_best_with_soft_wishes_are_the_best_of_all(shop: list[Product], wishes: list[Condition], k: int) -> None:
    opened = shelf(shop)
    everything = opened.search(Query("red desk lamp", k=len(shop), prefer=tuple(wishes)))
    assert opened.search(Query("red desk lamp", k=k, prefer=tuple(wishes))) == everything[:k]


def test_the_usual_price_of_a_kind() -> None:
    """From half to twice the median is usual; a twentieth of it is an accessory's price."""
    prices = [1000, 2000, 4000, 100, None]
    goods = [Product(str(n), "Lamp", price=None if p is None else Money(p, "USD")) for n, p in enumerate(prices)]
    kinds = {p.id: Kind("lamp", "feed", 1.0) for p in goods}
    masks = shelf(goods, kinds)._masks
    rows = np.arange(5)
    # The median of the four prices is 1500.
    assert masks.price_fit(["lamp"], rows) == pytest.approx([1, 1, 0.75, 2 / 15, 0])
    assert masks.price_fit([], rows).tolist() == masks.price_fit(["chair"], rows).tolist() == [0] * 5


@pytest.mark.parametrize(
    ("actual", "wanted", "held"),
    [(2**60, 2**60, True), (2**60, 2**60 + 1, False), (2**60, 2**59, False), (16, "16", True), ("16 GB", 16, False)],
)
def test_exact_attribute_values(actual: int | str, wanted: int | str, held: bool) -> None:
    """Integers beyond a float's reach, and numbers beside texts, as ``Filters.admits`` has them."""
    product, exact = Product("1", "Disk", attributes={"size": actual}), Filters(attributes={"size": wanted})
    assert bool(shelf([product]).count(exact)) == exact.admits(product)
    assert exact.admits(product) == held
