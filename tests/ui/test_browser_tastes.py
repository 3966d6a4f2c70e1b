"""A signed-in customer's own tastes in a real Chromium: beside the talk at a desk, folded away on a phone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from visits import DESKTOP, PHONE, Visit, served, visit

from assistant.build import Assistant, open_profiles, open_shelf, open_store
from assistant.config import Settings

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "assistant"))
import profile_shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAVY = "#st-own li[data-entry='colour:navy']"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The page of a shop for a customer who praised navy."""
    from ui.web import build_app

    chosen = Settings(shop=profile_shop.make(tmp_path))
    shelf, store = open_shelf(chosen), open_store(chosen)
    assistant = Assistant(shelf, cast(Any, None), store, chosen, profiles=open_profiles(chosen, shelf, store))
    with served(build_app(assistant, "a model", customer="ANNA-1")) as found:
        yield found


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_tastes_are_seen_explained_and_deleted(
    browser: Browser, address: str, size: tuple[int, int], faults: Callable[[Visit], list[str]]
) -> None:
    with visit(browser, address, size) as visitor:
        page = visitor.page
        if size == PHONE:
            assert not page.locator(NAVY).is_visible()
            assert page.locator("#st-wishes").bounding_box()["height"] < 60  # type: ignore[index]
            page.locator(".st-own-opens").click()
        assert page.locator(NAVY).is_visible()
        assert faults(visitor) == []
        page.locator(f"{NAVY} .st-opens").click()
        page.get_by_text("I love navy and buy everything in it.").wait_for()
        assert faults(visitor) == []
        page.keyboard.press("Escape")
        page.locator(f"{NAVY} .st-remove").click()
        page.locator(NAVY).wait_for(state="detached")
        visitor.open()
        assert page.locator(NAVY).count() == 0
        assert visitor.overflow() <= 0
        assert visitor.faults == []
