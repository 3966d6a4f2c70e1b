"""Advertisements: to nobody who did not agree, within limits, aimed by nothing sensitive, and foretold better than chance."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profile_shop import make, products, write
from sqlalchemy import create_engine

from assistant.ads.clicking import known_at, learn
from assistant.ads.consent import Consents
from assistant.ads.features import Goods, Theme
from assistant.ads.limits import Limits
from assistant.ads.serving import AdServer, aimable, choose_rows, refused
from assistant.ads.values import Ad, AdsError, Shown, read_ads, shown_in
from assistant.build import open_insights
from assistant.config import Settings
from assistant.errors import InsightsError
from assistant.insights.ads import CLICKED_COST, CLICKED_EACH, campaigns, responded
from assistant.profile.past import Act
from retrieval.importer import import_shop
from retrieval.product import Product

START = datetime(2026, 6, 1, 9)
ADS = [Ad("scarves", "Scarves", "Warm necks."), Ad("lamps", "Desk Lamps", "See more.")]
TOUCHY = Ad("pens", "Desk Lamps", "For diabetics: lamps for insulin pens.")


def _goods() -> Goods:
    found = [Product.from_dict({**row, "price": None}) for row in products()]
    return Goods(found, np.eye(len(found), dtype=np.float32))


def _themes(goods: Goods) -> dict[str, Theme]:
    size = len(goods.products)
    return {ad.id: Theme(*goods.about(ad), np.ones(size) / size**0.5) for ad in [*ADS, TOUCHY]}


def _world(people: int = 60) -> tuple[dict[str, list[Act]], list[Shown]]:
    """Half of the customers buy scarves and follow scarves, half lamps."""
    rng, past, shown = random.Random(1), {}, []
    rows = products()
    for n in range(people):
        noun = ("scarf", "lamp")[n % 2]
        own = [row["id"] for row in rows if row["id"].startswith(noun)]
        past[f"c{n}"] = [Act(id_, "ordered", "2026-03-01") for id_ in rng.sample(own, 3)]
        for day in range(6):
            ad = rng.choice(ADS)
            clicked = rng.random() < (0.5 if ad.id.startswith(noun[:3]) else 0.05)
            shown.append(Shown((START - timedelta(days=60 - day, minutes=n)).isoformat(), f"c{n}", ad.id, clicked))
    return past, sorted(shown, key=lambda s: s.time)


def _server(consents: dict[str, bool]) -> AdServer:
    goods = _goods()
    past, shown = _world()
    return AdServer([*ADS, TOUCHY], goods, _themes(goods), past, shown, consents)


def test_who_buys_scarves_is_shown_scarves_and_who_did_not_agree_nothing() -> None:
    server = _server({"c0": True, "c1": True, "c2": False})
    (first, chance), (second, less) = server.choose("c0", START, 2).ads
    assert (first, second) == ("scarves", "lamps") and 0 < less < chance < 1
    assert server.choose("c1", START, 1).ads[0][0] == "lamps"
    assert "health" in server.choose("c0", START, 2).held_back["pens"]
    for nobody in ("c2", "c3", "stranger"):
        assert server.choose(nobody, START, 2).ads == () and server.choose(nobody, START, 2).held_back[""]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 23)), min_size=1, max_size=60), st.data())
def test_limits_hold_however_often_somebody_asks(hours: list[tuple[int, int]], data: st.DataObject) -> None:
    limits = Limits(a_day=2, the_same=2, days=10, apart=12)
    shown: list[Shown] = []
    for day, hour in sorted(hours):
        now = START + timedelta(days=day, hours=hour)
        ad = data.draw(st.sampled_from(("a", "b", "c")))
        if limits.hold_back(ad, now, shown) is None:
            shown.append(Shown(now.isoformat(), "c", ad, False))
    times = [(datetime.fromisoformat(s.time), s.ad) for s in shown]
    for now, ad in times:
        ago = [(now - t, a) for t, a in times if t <= now]
        assert sum(age < timedelta(days=1) for age, _ in ago) <= 2
        assert sum(age < timedelta(days=10) for age, a in ago if a == ad) <= 2
        assert sum(age < timedelta(hours=12) for age, a in ago if a == ad) == 1


def test_what_was_shown_counts_against_the_limits_of_the_next_request() -> None:
    server = _server({"c0": True})
    for minute in range(3):
        now = START + timedelta(minutes=minute)
        for ad, _ in server.choose("c0", now, 1).ads:
            server.note(Shown(now.isoformat(), "c0", ad, False))
    chosen = server.choose("c0", START + timedelta(minutes=5), 1)
    assert chosen.ads == () and "hours ago" in chosen.held_back["scarves"]


@pytest.mark.parametrize(
    ("about", "text", "wrong"),
    [
        ("Home", "Prayer mats for Ramadan", True),
        ("Home", "Posters for the election", True),
        ("Health", "Insulin coolers", True),
        ("Kids", "For children under ten", True),
        ("Home", "Lamps that see you through the night", False),
    ],
)
def test_what_touches_on_a_sensitive_trait_is_refused(about: str, text: str, wrong: bool) -> None:
    assert (refused([Ad("x", about, text)]) != {}) is wrong


def test_nothing_is_aimed_by_a_sensitive_purchase() -> None:
    goods = _goods()
    goods = Goods([*goods.products, Product("pump", "Breast pump")], goods.vectors)
    acts = {"c": [Act("pump", "ordered", "2026-01-01"), Act(goods.products[0].id, "ordered", "2026-01-01")]}
    assert [act.product_id for act in aimable(goods, acts)["c"]] == [goods.products[0].id]


def test_a_row_knows_nothing_of_its_own_day_or_of_later() -> None:
    goods = _goods()
    past, shown = _world()
    rows, _ = known_at(shown, goods, _themes(goods), past, shown[0].time)
    later = {c: [*acts, Act(goods.products[0].id, "ordered", shown[50].time[:10])] for c, acts in past.items()}
    turned = [s if n < 50 else Shown(s.time, s.customer, s.ad, not s.clicked) for n, s in enumerate(shown)]
    again, _ = known_at(turned, goods, _themes(goods), later, shown[0].time)
    assert np.array_equal(rows[:51], again[:51])
    assert learn(rows, np.array([s.clicked for s in shown], float)).chances(rows).shape == (len(shown),)
    with pytest.raises(AdsError, match="too few"):
        learn(rows[:9], np.zeros(9))


def test_the_owners_word_counts_over_the_feed_and_a_pause_over_both(tmp_path: Path) -> None:
    folder = make(tmp_path)
    consents = Consents(create_engine(f"sqlite:///{folder / 'shop.sqlite'}"), folder)
    assert not consents.of("ANNA-1") and not consents.of("nobody")
    consents.say("ANNA-1", True)
    assert consents.of("ANNA-1")
    consents.say("ANNA-1", False)
    assert not consents.of("ANNA-1") and consents.everybody()["BERT-22"] is False


def test_files_are_read_or_refused(tmp_path: Path) -> None:
    (tmp_path / "ads.jsonl").write_text(json.dumps({"id": "a", "about": "Home", "text": "T"}) + "\n")
    assert read_ads(tmp_path) == [Ad("a", "Home", "T")]
    (tmp_path / "ads.jsonl").write_text(json.dumps({"id": "a", "about": "Home"}) + "\n")
    with pytest.raises(AdsError, match="row 1"):
        read_ads(tmp_path)
    event = {"kind": "ad", "customer_id": "c", "ad_id": "a", "time": "2026-06-01T10:00:00Z", "clicked": True}
    odd = [{**event, "time": "soon"}, {"kind": "view"}, {**event, "ad_id": None}]
    assert shown_in([*odd, event]) == [Shown("2026-06-01T10:00:00", "c", "a", True)]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=20))
def test_one_person_more_changes_the_released_table_by_no_more_than_it_is_paid_for(
    acts: list[tuple[str, bool]],
) -> None:
    of = {ad: f"department {ad}" for ad in "abcdef"}
    others = [Shown("2026-06-01T10:00:00", f"c{n}", "abcdef"[n % 6], n % 3 == 0) for n in range(12)]
    more = [Shown("2026-06-02T10:00:00", "new", ad, clicked) for ad, clicked in acts]
    before, after = responded(others, of), responded([*others, *more], of)
    assert sum(abs(after[cell] - before[cell]) for cell in before | after) <= CLICKED_EACH


def test_no_more_than_so_many_in_a_day_whatever_is_asked_for() -> None:
    now = datetime(2026, 5, 2, 12)
    seen = [Shown("2026-05-02T09:00:00", "C1", "gone", False), Shown("2026-05-01T09:00:00", "C1", "old", False)]
    assert (Limits(a_day=3).left_today(now, seen), Limits(a_day=1).left_today(now, seen)) == (2, 0)


def test_a_customer_who_stands_in_a_batch_twice_has_one_days_limit() -> None:
    server = _server({"c0": True, "c1": True})
    rows = [{"id": n, "customer": c} for n, c in enumerate(("c0", "c1", "c0", "c0"))]
    one, other, again, last = choose_rows(rows, server, START, 1)
    assert one["ads"] and other["ads"] and again["ads"] and again["ads"] != one["ads"]
    assert last["ads"] == [] and "hours ago" in last["held_back"][one["ads"][0]]
    # Nobody has seen them yet: they say nothing of how well an advertisement is followed.
    (alone,) = choose_rows(rows[1:2], _server({"c1": True}), START, 1)
    assert alone == other
    server = _server({"c0": True})
    server.limits = Limits(a_day=1)
    assert [len(row["ads"]) for row in choose_rows(rows[:1] * 3, server, START, 2)] == [1, 0, 0]


def test_a_time_with_a_zone_is_read_on_the_clock_of_the_shop() -> None:
    told = {"kind": "ad", "customer_id": "C1", "ad_id": "a", "time": "2026-05-02T09:00:00+05:00"}
    (found,) = shown_in([told])
    here = datetime.fromisoformat(told["time"]).astimezone().replace(tzinfo=None)
    assert found.time == here.isoformat()


def test_a_shop_of_nobody_counts_nobody_and_spends_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    import_shop(folder, [write(tmp_path / "products.jsonl", products())], currency="USD")
    write(folder / "ads.jsonl", [{"id": ad.id, "about": ad.about, "text": ad.text} for ad in ADS])
    records = open_insights(Settings(shop=folder))
    with pytest.raises(InsightsError, match="no customers"):
        campaigns(records)
    # Somebody was shown one: only that table is drawn.
    write(
        folder / "clicks.jsonl",
        [{"kind": "ad", "customer_id": "C1", "ad_id": "scarves", "time": "2026-06-01T10:00:00"}],
    )
    found = campaigns(records)
    assert records.ledger.account().spent.epsilon == CLICKED_COST.epsilon
    assert all(r.people is None for r in found.responses) and all(r.shown is not None for r in found.responses)


def test_a_new_advertisement_costs_nothing_and_is_listed_beside_what_was_counted(tmp_path: Path) -> None:
    folder = make(tmp_path)
    write(folder / "ads.jsonl", [{"id": "scarves", "about": "Scarves", "text": "Warm necks."}])
    records = open_insights(Settings(shop=folder, privacy_epsilon=0.7))
    (first,) = campaigns(records).responses
    write(folder / "ads.jsonl", [{"id": ad.id, "about": ad.about, "text": ad.text} for ad in ADS])
    found = {r.department: r for r in campaigns(records).responses}
    assert found[first.department].people == first.people
    (new,) = (r for r in found.values() if r.department != first.department)
    assert new.people is None and new.shown is None and [ad.id for ad in new.ads] == ["lamps"]
    assert records.ledger.account().spent.epsilon <= 0.7
