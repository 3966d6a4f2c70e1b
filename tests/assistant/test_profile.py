"""Tastes with their evidence, what their owners do to them, and the order that they give."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import profile_shop
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.build import Assistant, open_profiles, open_shelf, open_store
from assistant.config import Settings
from assistant.errors import ProfileError
from assistant.models.scripted import Scripted
from assistant.profile import opinions
from assistant.profile.evidence import Piece
from assistant.profile.keeping import Profiles, parsed
from assistant.profile.ranking import Ranking, in_order, reason
from assistant.profile.tastes import faded, without
from assistant.profile.traits import Trait, lacks, traits
from assistant.state import DialogueState, Done, Turn, Understanding, Wish
from retrieval.product import Product, Review
from retrieval.query import Hit

LAMP = Product(
    "l1", "Lamp", brand="Larkholm", attributes={"colour": "navy", "material": "faux leather, oak", "dimmable": False}
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return profile_shop.make(tmp_path_factory.mktemp("profiles"))


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "shop"))


@pytest.fixture
def profiles(shop: Path) -> Profiles:
    return profile_shop.profiles(shop)


def assistant(shop: Path) -> Assistant:
    chosen = Settings(shop=shop)
    shelf, store = open_shelf(chosen), open_store(chosen)
    return Assistant(shelf, Scripted(["It fits."] * 99), store, chosen, profiles=open_profiles(chosen, shelf, store))


def said(shopper: Assistant, state: DialogueState, text: str, reading: Understanding) -> Turn:
    """One turn whose reading is given."""
    return next(e.turn for e in shopper.say(state, text, reading) if isinstance(e, Done))


def lamps(**more: object) -> Understanding:
    return Understanding("find", (Wish("category", "desk lamp", True, "desk lamp", 1),), fresh=True, **more)  # type: ignore[arg-type]


def test_traits_are_what_the_record_says() -> None:
    assert traits(LAMP) == {Trait("brand", "Larkholm"), Trait("colour", "navy"), Trait("material", "oak")}
    assert lacks(LAMP) == {Trait("feature", "dimmable")}


@pytest.mark.parametrize(
    ("text", "rating", "about", "polarity"),
    [
        ("I love navy.", 5, Trait("colour", "navy"), 1),
        ("Nice light. However, I can't stand oak.", 4, Trait("material", "oak"), -1),
        ("If only it were dimmable.", 2, Trait("feature", "dimmable"), 1),
        ("It flickers. At least it is navy.", 1, Trait("colour", "navy"), 1),
        ("The battery is weak.", 2, Trait("aspect", "battery"), -1),
    ],
)
def test_a_review_is_read_for_what_its_product_has(text: str, rating: float, about: Trait, polarity: int) -> None:
    found = {o.about: o.polarity for o in opinions.read(Review("r", "l1", rating, text), LAMP)}
    assert found[about] == polarity


def test_a_review_of_a_gift_tells_only_what_its_writer_says_of_themselves() -> None:
    text = "Bought for my brother. The switch is loose. I love navy."
    assert [o.about.value for o in opinions.read(Review("r", "l1", 4, text), LAMP)] == ["navy"]


def test_each_taste_rests_on_evidence_that_names_its_record(profiles: Profiles) -> None:
    profile = profiles.of("ANNA-1")
    navy, red = profile.of("colour:navy"), profile.of("colour:red")
    assert navy is not None
    assert navy.likes
    assert red is not None
    assert not red.likes
    assert {p.ref for p in navy.evidence} == {"r1", "r2", "#W0000001", "#W0000002"}
    quotes = {p.quote for p in navy.evidence if p.quote}
    assert quotes == {"I love navy and buy everything in it.", "Navy again, which I love."}


def test_a_gift_in_a_review_is_no_taste(profiles: Profiles) -> None:
    assert profiles.of("BERT-22").of("colour:red") is None


def test_evidence_fades() -> None:
    assert faded("2024-11-28", date(2026, 11, 28)) == pytest.approx(0.5)
    assert faded("", date(2026, 11, 28)) == 1.0


def test_deleting_holds_against_the_same_evidence_and_yields_to_new(profiles: Profiles, shop: Path) -> None:
    profiles.edit("ANNA-1", Trait("colour", "navy"), "dislike")
    assert profiles.delete("ANNA-1", "colour:navy").of("colour:navy") is None
    assert profile_shop.profiles(shop).of("ANNA-1").of("colour:navy") is None
    with pytest.raises(ProfileError, match="no entry"):
        profiles.delete("ANNA-1", "colour:navy")
    state = open_store(Settings(shop=shop)).new("ANNA-1", verified=True)
    never = Wish("feature", "navy", True, "always navy for me", 1, "always")
    said(assistant(shop), state, "always navy for me", lamps().__class__("find", (*lamps().wishes, never)))
    assert profiles.of("ANNA-1").of("colour:navy") is not None


def test_a_deal_breaker_is_set_apart_and_comes_last(profiles: Profiles, shop: Path) -> None:
    taste = profiles.edit("ANNA-1", Trait("brand", "osterby"), "never").of("brand:osterby")
    assert taste is not None
    assert taste.deal_breaker
    shopper = assistant(shop)
    turn = said(shopper, shopper.store.new("ANNA-1", True), "a desk lamp", lamps())
    assert all("osterby" not in card.product_id for card in turn.reply.shown)
    asked = Wish("brand", "Osterby", True, "Osterby", 2)
    turn = said(
        shopper, shopper.store.new("ANNA-1", True), "from Osterby", lamps().__class__("find", (*lamps().wishes, asked))
    )
    assert all("osterby" in card.product_id for card in turn.reply.shown), "the wish of the dialogue wins"


def test_the_chat_ranks_by_it_and_says_why(shop: Path) -> None:
    shopper = assistant(shop)
    turn = said(shopper, shopper.store.new("ANNA-1", True), "a desk lamp", lamps())
    assert "navy" in turn.reply.shown[0].product_id
    why = [s for s in turn.reply.sentences if "stands higher because" in s.text]
    assert why
    assert "you praised navy 2 times" in why[0].text
    assert {e.source for e in why[0].evidence} == {"product", "profile"}
    stranger = said(shopper, shopper.store.new("ANNA-1", verified=False), "a desk lamp", lamps())
    assert not [s for s in stranger.reply.sentences if "because" in s.text], "whoever proved nothing learns nothing"


def test_the_reason_is_said_in_chinese(shop: Path) -> None:
    shopper = assistant(shop)
    turn = said(shopper, shopper.store.new("ANNA-1", True), "desk lamp", lamps(language="zh"))
    assert any("称赞过 navy" in s.text for s in turn.reply.sentences)


def test_without_its_reason_a_product_stands_lower(profiles: Profiles) -> None:
    profile, shares = profiles.of("ANNA-1"), profiles.shares
    shelf = [Product(f"p{n}", "x", attributes={"colour": c}) for n, c in enumerate(("red", "green", "navy"))]
    hits = [Hit(p, None, 1.0 - n / 100) for n, p in enumerate(shelf)]
    found = reason(hits[2], hits, Ranking(profile, shares), shares)
    assert found is not None
    assert found.id == "colour:navy"
    assert in_order(hits, Ranking(profile, shares))[0] is not hits[0]
    assert in_order(hits, Ranking(without(profile, "colour:navy"), shares))[0].product.id != "p2"


def test_a_gift_leaves_no_trace(profiles: Profiles, shop: Path) -> None:
    before = profiles.of("ANNA-1").hash
    shopper = assistant(shop)
    gift = Wish("feature", "green", False, "green", 1, "gift")
    said(shopper, shopper.store.new("ANNA-1", True), "a green gift", lamps().__class__("find", (*lamps().wishes, gift)))
    talk = shopper.store.new("ANNA-1", True)
    profiles.gift(talk.id, True)
    own = Wish("feature", "green", False, "green", 1)
    turn = said(shopper, talk, "green", lamps().__class__("find", (*lamps().wishes, own)))
    assert not [s for s in turn.reply.sentences if "because" in s.text]
    assert profiles.of("ANNA-1").hash == before


def test_a_pause_ranks_nothing_and_learns_nothing(shop: Path) -> None:
    moments = iter(datetime(2026, 11, 28, 10, n, tzinfo=UTC) for n in range(60))
    chosen = Settings(shop=shop)
    shopper = assistant(shop)
    profiles = Profiles(shopper.store.engine, open_profiles(chosen)._shop, lambda: next(moments))
    before = profiles.of("ANNA-1").tastes
    profiles.pause("ANNA-1", True)
    assert profiles.personal("ANNA-1") is None
    shopper.store._now = lambda: datetime(2026, 11, 28, 10, 5, tzinfo=UTC)
    wish = Wish("feature", "green", True, "always green", 1, "always")
    said(shopper, shopper.store.new("ANNA-1", True), "always green", Understanding("find", (wish,)))
    for _ in range(10):
        profiles.edits("ANNA-1")
        next(moments)
    profiles.pause("ANNA-1", False)
    assert profiles.of("ANNA-1").tastes == before


ACTS = st.lists(
    st.tuples(st.sampled_from(("delete", "edit", "gift", "pause", "resume")), st.integers(0, 9)), max_size=6
)


@pytest.fixture
def owned(profiles: Profiles) -> Iterator[Profiles]:
    yield profiles


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_the_owner_does_holds_at_once(owned: Profiles, acts: list[tuple[str, int]]) -> None:
    profile_shop.hold(owned, "ANNA-1", acts)


def test_a_taste_is_named_by_facet_and_value() -> None:
    assert parsed("Colour: navy") == Trait("colour", "navy")
    with pytest.raises(ProfileError, match="names no taste"):
        parsed("navy")


def test_a_piece_keeps_its_name() -> None:
    piece = Piece(Trait("colour", "navy"), 1.0, "review", "r1", "p1")
    assert piece.id == "review|r1|p1|colour:navy"
