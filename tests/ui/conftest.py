"""What the browser tests share: one Chromium and one page of the small known shop a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest
from page_fakes import FakeAssistant
from visits import PHONE, Visit, chromium, launch, served, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; skips where the machine has none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as driver:
        path = chromium(driver)
        if path is None:
            pytest.skip("no Chromium here: install Debian's `chromium`, or run `playwright install chromium`")
        started = launch(driver, path)
        yield started
        started.close()


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def url(assistant: FakeAssistant) -> Iterator[str]:
    from ui.web import build_app

    with pytest.MonkeyPatch.context() as patch:
        # One at a time, so that two visitors are enough for a line.
        patch.setattr("ui.web.AT_ONCE", 1)
        app = build_app(cast(Any, assistant), "a model")
    with served(app) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser, url: str) -> Iterator[Visit]:
    """Somebody at a desk; nothing may go wrong on their page."""
    with visit(browser, url) as opened:
        yield opened
        assert opened.faults == []


@pytest.fixture
def phone(browser: Browser, url: str) -> Iterator[Visit]:
    """Somebody with a phone."""
    with visit(browser, url, PHONE) as opened:
        yield opened
        assert opened.faults == []
