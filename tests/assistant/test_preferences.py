"""Wishes over time: the later word wins, and what they mean for a search."""

from collections.abc import Sequence

from assistant.preferences import merge, summary, to_filters
from assistant.reading.phrases import Mentioned
from assistant.state import Preferences, Slot, Understanding, Wish
from retrieval.link import Sort
from retrieval.product import Product
from retrieval.query import Condition


class Words:
    """A shop that knows laptops, and looks for features in a product's words."""

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        return ("notebook", "chromebook") if phrase == "laptop" else ()

    def sort(self, phrase: str) -> Sort:
        labels = self.resolve_kind(phrase)
        return Sort(labels, ((labels[1:], Condition("laptop")),) if labels else ())

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        return Condition(phrase)


def say(*wishes: Wish, fresh: bool = False, retracts: tuple[tuple[Slot, str], ...] = ()) -> Understanding:
    return Understanding("refine", wishes, retracts=retracts, fresh=fresh)


def wish(slot: Slot, value: str | int | float, turn: int = 1, hard: bool = True) -> Wish:
    return Wish(slot, value, hard, str(value), turn)


START = Preferences(
    (wish("category", "laptop"), wish("price_max", 900), wish("brand", "HP"), wish("feature", "black", hard=False))
)


def test_nothing_said_changes_nothing() -> None:
    assert merge(START, say()) == START


def test_the_later_price_wins() -> None:
    merged = merge(START, say(wish("price_max", 700, 2)))
    assert [w.value for w in merged.of("price_max")] == [700]


def test_a_lower_bound_above_the_old_limit_ends_the_limit() -> None:
    merged = merge(START, say(wish("price_min", 1000, 2)))
    assert merged.of("price_max") == []


def test_another_brand_replaces_and_two_in_one_message_stand_together() -> None:
    merged = merge(START, say(wish("brand", "Acer", 2), wish("brand", "ASUS", 2)))
    assert [w.value for w in merged.of("brand")] == ["Acer", "ASUS"]


def test_a_rejected_brand_is_wanted_no_longer() -> None:
    merged = merge(START, say(wish("not_brand", "HP", 2)))
    assert merged.of("brand") == []
    assert [w.value for w in merged.of("not_brand")] == ["HP"]


def test_a_new_need_starts_empty() -> None:
    merged = merge(START, say(wish("category", "mouse", 2), fresh=True))
    assert [w.value for w in merged] == ["mouse"]


def test_what_is_taken_back_is_gone() -> None:
    assert merge(START, say(retracts=(("price_max", ""),))).of("price_max") == []
    assert merge(START, say(retracts=(("feature", "Black"),))).of("feature") == []


def test_hard_wishes_filter_and_soft_ones_rank() -> None:
    plan = to_filters(
        merge(START, say(wish("feature", "17 inch", 2), wish("dislike", "refurbished", 2))), Words(), "USD"
    )
    assert plan.filters.kinds == ("notebook", "chromebook")
    assert plan.filters.price_max == 90000
    assert plan.filters.brands == ("HP",)
    assert [c.phrase for c in plan.filters.must] == ["17 inch"]
    assert [c.phrase for c in plan.filters.must_not] == ["refurbished"]
    assert [w.value for w, _ in plan.soft] == ["black"]


def test_a_type_the_shop_does_not_know_is_looked_for_in_titles_only() -> None:
    plan = to_filters(Preferences((wish("category", "umbrella"),)), Words(), "USD")
    assert plan.unknown_category
    assert plan.filters.must == (Condition("umbrella", title_only=True),)


def test_yen_have_no_cents() -> None:
    plan = to_filters(Preferences((wish("price_max", 5000),)), Words(), "JPY")
    assert plan.filters.price_max == 5000


def test_summary_is_one_plain_line() -> None:
    wishes = merge(START, say(wish("not_brand", "Dell", 2)))
    assert summary(wishes, "USD") == "black laptop from HP under $900.00, not Dell"


class Systems(Words):
    """A shop in which one maker's name is a system of other makers' things too."""

    def brands(self, text: str) -> Sequence[Mentioned]:
        return [Mentioned(0, len(text), text, text)] if text in ("Norvo", "Kilo") else []

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        return Condition(phrase, ("capsule_system",), "=", "norvo") if phrase == "Norvo" else Condition(phrase)


def test_a_rejected_name_is_rejected_as_a_system_and_as_a_word_too() -> None:
    machines = [
        Product("own", "Norvo One", brand="Norvo", attributes={"capsule_system": "Norvo"}),
        Product("made for it", "Brew 2", brand="Brew", attributes={"capsule_system": "Norvo"}),
        Product("other", "Brew 3", "Not for norvo pods", brand="Brew", attributes={"capsule_system": "Kilo"}),
        Product("by word", "Brew 4 for Vanto pods", brand="Brew"),
    ]
    for name, left in {"Norvo": ["other", "by word"], "Vanto": ["own", "made for it", "other"], "Kilo": None}.items():
        filters = to_filters(Preferences((wish("not_brand", name),)), Systems(), "EUR").filters
        found = [p.id for p in machines if filters.admits(p)]
        assert found == ([p.id for p in machines] if left is None else left), name
