"""Reviews follow from hidden taste and from the product; the feed keeps both to itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import correlation, mean
from typing import Any

from feed_files import read

from retrieval.demo import DemoFeed
from retrieval.demo.days import TODAY
from retrieval.demo.feed import World
from retrieval.demo.spec import Spec

ROOT = Path(__file__).resolve().parents[3]


def test_there_are_as_many_as_promised(feed: DemoFeed, review_rows: list[dict[str, Any]], world: World) -> None:
    assert feed.review_count == len(review_rows) >= 12_000
    assert len({row["id"] for row in review_rows}) == len(review_rows)
    products, people = {item.id for item in world.shelf}, {c.id for c in world.people}
    assert all(row["product_id"] in products and row["customer_id"] in people for row in review_rows)
    assert all(row["text"] and "2023" < row["date"] <= TODAY.isoformat() for row in review_rows)
    # A page with ten reviews does not repeat itself, and a customer with none is no exception.
    assert len({row["text"] for row in review_rows}) > 0.93 * len(review_rows)
    written = Counter(row["customer_id"] for row in review_rows)
    assert sum(written[c] == 0 for c in people) >= 5 and sum(written[c] >= 10 for c in people) > 300
    assert sum(written[c] in (1, 2) for c in people) >= 10


def test_stars_are_spread_like_stars(review_rows: list[dict[str, Any]]) -> None:
    stars = Counter(row["rating"] for row in review_rows)
    share = {n: stars[n] / len(review_rows) for n in range(1, 6)}
    assert all(share[n] > low for n, low in {1: 0.015, 2: 0.04, 3: 0.1, 4: 0.25, 5: 0.25}.items()), share


def test_stars_follow_the_brands_and_materials_that_somebody_likes(world: World) -> None:
    given: dict[tuple[str, bool], list[int]] = defaultdict(list)
    plain: list[int] = []
    for purchase in world.bought:
        for reason in purchase.reasons:
            if reason.kind in ("brand", "material", "feature", "animal"):
                given[reason.kind, reason.amount > 0].append(purchase.stars)
        if not purchase.reasons:
            plain.append(purchase.stars)
    for kind in ("brand", "material", "feature"):
        assert mean(given[kind, True]) > mean(plain) + 0.1, kind
        assert mean(given[kind, False]) < mean(plain) - 0.1, kind
    assert mean(given["animal", False]) < mean(plain) - 0.8


def test_stars_follow_what_somebody_looks_at(world: World) -> None:
    caring = [
        (reason.amount, purchase.stars)
        for purchase in world.bought
        for reason in purchase.reasons
        if reason.kind == "aspect"
    ]
    assert len(caring) > 2000
    assert correlation(*map(list, zip(*caring, strict=True))) > 0.3
    # Of a present the giver's taste says nothing.
    assert all(not purchase.reasons for purchase in world.bought if purchase.gift)


def test_stars_follow_the_quality_of_the_product(world: World, review_rows: list[dict[str, Any]]) -> None:
    quality = {item.id: item.quality for item in world.shelf}
    stars = defaultdict(list)
    for row in review_rows:
        stars[row["product_id"]].append(row["rating"])
    often = [(quality[i], mean(given)) for i, given in stars.items() if len(given) >= 8]
    assert len(often) > 400
    assert correlation(*map(list, zip(*often, strict=True))) > 0.4


def test_the_rating_is_that_of_the_reviews_and_of_silent_raters(
    rows: list[dict[str, Any]], review_rows: list[dict[str, Any]]
) -> None:
    written = defaultdict(list)
    for row in review_rows:
        written[row["product_id"]].append(row["rating"])
    for row in rows:
        stars, count = written[row["id"]], row["rating_count"]
        assert count > len(stars)
        silent = count - len(stars)
        assert sum(stars) + silent <= (row["rating"] + 0.05) * count + 1e-6
        assert sum(stars) + 5 * silent >= (row["rating"] - 0.05) * count - 1e-6


def test_what_a_review_says_agrees_with_its_stars(world: World) -> None:
    for opinion in world.opinions:
        good, bad = (sum(point.good is kind for point in opinion.points) for kind in (True, False))
        if opinion.manner == "off topic":
            assert not opinion.points
        elif opinion.rating == 5:
            assert good and not bad, opinion
        elif opinion.rating >= 3:
            assert good >= bad, opinion
        else:
            assert bad >= good and bad, opinion
    mixed = sum({point.good for point in opinion.points} == {True, False} for opinion in world.opinions)
    manners = Counter(opinion.manner for opinion in world.opinions)
    assert mixed > 1500 and manners["gift"] > 400 and manners["ironic"] > 100 and manners["off topic"] > 150


def test_a_taste_that_is_told_is_one_that_is_there(world: World) -> None:
    taste = {customer.id: customer.taste for customer in world.people}
    told = 0
    for opinion in world.opinions:
        for point in opinion.points:
            kind, _, value = point.about.partition(":")
            if kind == "brand":
                assert (taste[opinion.customer_id].brands[value] > 0) is point.good
                told += 1
                assert value.lower() in opinion.text.lower() or len(opinion.text) < len(point.text) + 400
            elif kind == "material":
                assert (taste[opinion.customer_id].materials[value] > 0) is point.good
    assert told > 400


def test_some_people_type_badly(review_rows: list[dict[str, Any]], spec: Spec) -> None:
    texts = [row["text"] for row in review_rows]
    assert sum(text == text.lower() for text in texts) > 300
    assert sum(text == text.upper() for text in texts) > 30
    assert sum("definately" in text or "beleive" in text or "qualty" in text for text in texts) > 10
    ironic = {form.text.lower() for part in ("ironic_bad", "ironic_good") for form in spec.voices[part]}
    assert sum(any(said in text.lower() for said in ironic) for text in texts) > 60


def test_the_hidden_files_say_what_the_feed_does_not(feed: DemoFeed, hidden: Path, world: World) -> None:
    tastes, points = read(hidden / "tastes.jsonl"), read(hidden / "reviews.jsonl")
    assert {row["customer_id"] for row in tastes} == {c.id for c in world.people}
    assert {row["id"] for row in points} == {opinion.id for opinion in world.opinions}
    kinds = Counter(taste["kind"] for row in tastes for taste in row["tastes"])
    assert set(kinds) == {"brand", "colour", "material", "feature", "aspect", "department"}
    # Most tastes have left a trace; those that have not are marked.
    shown = [taste["bought"] > 0 for row in tastes for taste in row["tastes"] if taste["kind"] == "department"]
    assert mean(shown) > 0.7
    assert not any("taste" in file.name or "hidden" in file.name for file in feed.folder.rglob("*"))
    secret = {"taste", "tastes", "voice", "manner", "points", "quality", "content", "reasons", "generosity", "level"}
    for file in feed.folder.glob("*.jsonl"):
        assert not secret & set(_keys(read(file)[:50])), file.name


def _keys(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


def test_only_evaluation_may_read_what_is_hidden() -> None:
    named = {
        path.relative_to(ROOT).parts[0]
        for top in ("retrieval", "assistant", "ui", "finetune", "eval", "benchmarks")
        for path in (ROOT / top).rglob("*.py")
        if "retrieval.demo.hidden" in path.read_text(encoding="utf-8")
    }
    assert named <= {"eval", "benchmarks"}
