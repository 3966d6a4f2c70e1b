"""The panel of a signed-in customer's own tastes: what it shows, and what its controls do."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, cast

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "assistant"))
import profile_shop
from typed import typed

from assistant.ads.consent import Consents
from assistant.build import Assistant, open_profiles, open_shelf, open_store
from assistant.config import Settings
from ui.page.session import Conversations
from ui.page.tastes import Own
from ui.words import words


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return profile_shop.make(tmp_path_factory.mktemp("panel"))


@pytest.fixture
def talks(made: Path, tmp_path: Path) -> Conversations:
    shop = Path(shutil.copytree(made, tmp_path / "shop"))
    chosen = Settings(shop=shop)
    shelf, store = open_shelf(chosen), open_store(chosen)
    assistant = Assistant(shelf, cast(Any, None), store, chosen, profiles=open_profiles(chosen, shelf, store))
    return Conversations(assistant, lambda product: "", (), 1, "ANNA-1")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_taste_stands_there_with_its_reason(talks: Conversations, language: str) -> None:
    panel = talks.open("", words(language)).wishes
    assert words(language)("tastes.title") in panel
    assert "I love navy and buy everything in it." in panel
    assert 'data-entry="colour:navy"' in panel


def test_what_is_deleted_is_gone_at_once(talks: Conversations) -> None:
    screen = talks.change("", {"do": "delete", "entry": "colour:navy"}, words("en"))
    assert 'data-entry="colour:navy"' not in screen.wishes
    assert 'data-entry="colour:navy"' not in talks.open("", words("en")).wishes


def test_not_for_me_turns_it_round(talks: Conversations) -> None:
    screen = talks.change("", {"do": "change", "entry": "colour:navy", "to": "dislike"}, words("en"))
    assert "not navy" in screen.wishes
    assert "You said so yourself." in screen.wishes


def test_gift_and_pause_are_said(talks: Conversations) -> None:
    screen = talks.change("", {"do": "gift"}, words("en"))
    assert screen.id
    assert words("en")("tastes.gift_on") in screen.wishes
    assert words("en")("tastes.gift_on") not in talks.change(screen.id, {"do": "own"}, words("en")).wishes
    assert words("en")("tastes.paused") in talks.change(screen.id, {"do": "pause"}, words("en")).wishes
    assert "data-entry" in talks.change(screen.id, {"do": "resume"}, words("en")).wishes


def test_advertisements_are_the_owners_choice_and_the_same_one_as_on_the_command_line(talks: Conversations) -> None:
    say, folder = words("en"), talks._assistant.settings.shop_folder
    consents = Consents(cast(Any, talks._assistant.profiles).engine, folder)
    assert not consents.of("ANNA-1") and say("tastes.ads") in talks.open("", say).wishes
    on = talks.change("", {"do": "ads"}, say).wishes
    assert consents.of("ANNA-1") and say("tastes.no_ads") in on and say("tastes.ads") not in on
    assert say("tastes.ads_on") in on
    typed("profile", "edit", "ANNA-1", "--no-ads", "--shop", folder)
    assert say("tastes.ads") in talks.open("", say).wishes
    talks.change("", {"do": "ads"}, say)
    assert say("tastes.ads_off") in talks.change("", {"do": "no_ads"}, say).wishes and not consents.of("ANNA-1")
    # While nothing is chosen for them there is nothing to choose.
    talks.change("", {"do": "ads"}, say)
    paused = talks.change("", {"do": "pause"}, say).wishes
    assert not any(say(f"tastes.{name}") in paused for name in ("ads", "no_ads", "ads_on")) and not consents.of(
        "ANNA-1"
    )
    talks.change("", {"do": "resume"}, say)
    assert consents.of("ANNA-1")


@pytest.mark.parametrize(
    "sent", [{}, {"do": "delete", "entry": "colour:nowhere"}, {"do": "change", "entry": "colour:navy", "to": "x"}]
)
def test_what_a_browser_sends_may_be_anything(talks: Conversations, sent: dict[str, Any]) -> None:
    before = talks.open("", words("en"))
    assert talks.change("", sent, words("en")) == before


def test_a_stranger_sees_no_panel(talks: Conversations) -> None:
    own = cast(Own, talks._own)
    nobody = Conversations(talks._assistant, lambda product: "", (), 1)
    assert words("en")("tastes.title") not in nobody.open("", words("en")).wishes
    assert own.customer == "ANNA-1"
    state = talks._new()
    assert nobody.find(state.id) is None
    assert talks.find(state.id) is not None
