"""Products of the demo shop: as many as promised, and words that say only what their attributes hold."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from retrieval.demo import DemoFeed
from retrieval.demo.days import TODAY
from retrieval.demo.feed import World
from retrieval.demo.prices import price_on
from retrieval.demo.prose import can_say, fill, labelled
from retrieval.demo.shop import items
from retrieval.demo.spec import Spec
from retrieval.feeds import read_products, read_reviews
from retrieval.product import Product, Review
from retrieval.shapes.colours import HEX, hex_of

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def test_the_shop_is_as_big_as_promised(feed: DemoFeed, rows: list[dict[str, Any]], spec: Spec) -> None:
    assert feed.product_count == len(rows) >= 1200
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({row["category"].split(" > ")[0] for row in rows}) >= 12
    assert len({row["category"] for row in rows}) >= 60
    assert len({row["brand"] for row in rows}) >= 80
    assert min(Counter(row["category"] for row in rows).values()) >= 3
    made = {(line.brand.name, c.department) for c in spec.categories for line in c.lines}
    assert all(department in spec.brands[name].departments for name, department in made)


def test_the_ordinary_feed_readers_take_every_row(feed: DemoFeed) -> None:
    products = [row for _, row in read_products(feed.products)]
    written = [row for _, row in read_reviews(feed.reviews)]
    assert [p for p in products if not isinstance(p, Product)] == []
    assert [r for r in written if not isinstance(r, Review)] == []
    assert (len(products), len(written)) == (feed.product_count, feed.review_count)
    first = products[0]
    assert isinstance(first, Product)
    assert first.price is not None and first.price.currency == feed.currency and first.pictures
    assert first.attributes["screen_size_in"] == 14 and first.rating and first.codes


def test_numbers_in_titles_and_words_stand_in_the_attributes(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        known = _numbers(" ".join(map(str, row["attributes"].values())))
        assert _numbers(row["description"]) <= known, row["id"]
        assert _numbers(row["title"]) <= known | _numbers(row["id"].replace("-", " ")), row["id"]


def test_no_sentence_says_a_number_colour_or_material_that_the_product_has_not(spec: Spec) -> None:
    """Checked on every sentence that could be said of a product, not only on those that are."""
    shelf = list(items(spec, 7))
    named = {word for item in shelf for name in ("material", "cover", "shell", "upper") for word in
             str(item.attributes.get(name, "")).split()}  # fmt: skip
    named -= set("recycled organic engineered blend and memory soft fine particle board wood fibre paper".split())
    vocabulary = ({name for name in HEX if " " not in name} - {"clear", "natural", "rose"}) | named
    assert {"leather", "steel", "cotton", "navy"} <= vocabulary
    for item in shelf:
        facts = " ".join(f"{name} {value}" for name, value in item.attributes.items()).lower().replace("_", " ")
        words, numbers = set(re.findall(r"[a-z]+", facts)), _numbers(facts)
        pools = (item.category.opens, item.category.facts, item.category.asides, item.category.notes[item.line.model])
        for form in can_say([form for pool in pools for form in pool], item.attributes):
            for alternative in range(3):
                text = fill(form.text, item.attributes, alternative)
                assert set(re.findall(r"[a-z]+", text.lower())) & vocabulary <= words, (item.id, text)
                assert _numbers(text) <= numbers, (item.id, text)


def _numbers(text: str) -> set[str]:
    return {f"{float(number):g}" for number in _NUMBER.findall(text)}


def test_descriptions_are_varied_and_whole(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        said = row["title"] + row["description"]
        assert not re.search(r"[{}<>|\[\]]|\ba [aeio]|  ", said), row["id"]
        assert 30 <= len(row["description"]) <= 500, row["id"]
        assert row["description"][-1] in ".!?" or "\n- " in row["description"], row["id"]
    # Colours of one model may share their words.
    twice = [text for text, n in Counter(row["description"] for row in rows).items() if n > 1]
    assert len(twice) < len(rows) / 10
    listed = sum("\n- " in row["description"] for row in rows)
    assert len(rows) / 6 < listed < len(rows) / 2
    # No skeleton rules a category: sentences with their numbers and colours taken out are seldom met again.
    for category in {row["category"] for row in rows}:
        here = [row["description"] for row in rows if row["category"] == category]
        openings = Counter(_skeleton(text.split(". ")[0]) for text in here)
        assert max(openings.values()) <= max(4, len(here) / 4), (category, openings.most_common(1))


def _skeleton(sentence: str) -> str:
    return re.sub(r"\d+(?:\.\d+)?", "0", " ".join(w for w in sentence.split() if w.strip(".,") not in HEX))


def test_every_model_has_a_sentence_of_its_own(spec: Spec) -> None:
    for category in spec.categories:
        assert set(category.notes) == {line.model for line in category.lines}, category.name
    for item in items(spec, 7):
        assert can_say(item.category.notes[item.line.model], item.attributes), item.id
    notes = [form.text for c in spec.categories for forms in c.notes.values() for form in forms]
    assert len(set(notes)) == len(notes)


def test_facts_are_in_range(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert re.fullmatch(r"\d+\.\d\d", row["price"]) and float(row["price"]) > 0
        assert 1 <= row["rating"] <= 5 and row["rating_count"] > 0 and row["stock"] >= 0
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in row["attributes"]), row["id"]
        assert all(isinstance(value, (str, int, float, bool)) for value in row["attributes"].values())
        (code,) = row["codes"]
        assert sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(code)) % 10 == 0
        assert "colour" not in row["attributes"] or hex_of(row["attributes"]["colour"])
    assert 5 <= sum(row["stock"] == 0 for row in rows) <= len(rows) / 6
    assert len({row["codes"][0] for row in rows}) == len(rows)


def test_better_lines_cost_more_and_please_more(world: World, rows: list[dict[str, Any]]) -> None:
    prices, stars = defaultdict(list), defaultdict(list)
    for item, row in zip(world.shelf, rows, strict=True):
        low, high = item.category.prices
        prices[item.line.level].append((item.price_cents / 100 - low) / (high - low))
        stars[item.line.level].append(row["rating"])

    def means(values: Mapping[int, list[float]]) -> list[float]:
        return [sum(values[level]) / len(values[level]) for level in sorted(values)]

    assert means(prices) == sorted(means(prices))
    assert means(stars)[-1] - means(stars)[0] > 0.5
    # Dear is no guarantee: some cheap line pleases more than some dear one.
    assert max(stars[1] + stars[2]) > min(stars[4] + stars[5])


def test_variants_share_the_stock_of_their_product(world: World, rows: list[dict[str, Any]]) -> None:
    with_variants = [row for row in rows if "variants" in row]
    assert len(with_variants) > 150
    ids = Counter(variant["id"] for row in with_variants for variant in row["variants"])
    assert set(ids.values()) == {1} and not set(ids) & {row["id"] for row in rows}
    for row in with_variants:
        assert sum(variant["stock"] for variant in row["variants"]) == row["stock"]
        assert all(len(v["options"]) == 2 and v["options"]["colour"] == row["attributes"]["colour"]
                   for v in row["variants"])  # fmt: skip
    sold_out = sum(variant["stock"] == 0 for row in with_variants for variant in row["variants"])
    assert sold_out > 50
    dearer = {v["options"].get("size") for row in with_variants for v in row["variants"] if v["price"] != row["price"]}
    assert dearer == {"XXL"}


def test_prices_have_a_history_that_ends_today(world: World, rows: list[dict[str, Any]]) -> None:
    for item, row in zip(world.shelf, rows, strict=True):
        prices = world.prices[item.line.id]
        days = [price.day for price in prices]
        assert days == sorted(set(days)) and days[-1] <= TODAY
        assert prices[-1].cents == item.price_cents == price_on(prices, TODAY)
        assert all(a.cents != b.cents for a, b in pairwise(prices))
        assert prices[0].reason == "launch" and row["release_date"] == days[0].isoformat()
    told = {price.reason for prices in world.prices.values() for price in prices}
    assert told == {"launch", "change", "sale", "sale ends"}
    years = Counter(date.fromisoformat(row["release_date"]).year for row in rows)
    assert len(years) >= 5


def test_a_listed_fact_has_its_unit() -> None:
    assert labelled("battery_life_h", 12) == "Battery life: 12 h"
    assert labelled("warranty_years", 1) == "Warranty: 1 year"
    assert labelled("size_cm", "135 x 200") == "Size: 135 x 200 cm"
    assert labelled("made_in", "Italy") == "Made in: Italy"
    assert labelled("hepa_filter", True) == "HEPA filter"
