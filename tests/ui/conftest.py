"""What the browser tests share: one Chromium and one page of the small known shop a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="module")
def faults() -> Callable[[Visit], list[str]]:
    """Every serious or critical fault of what a visitor sees, with the element it is in."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    checker = axe.Axe()

    def found(visitor: Visit) -> list[str]:
        # Colours are judged when cards have risen in.
        visitor.page.wait_for_function(
            "() => document.getAnimations().every((a) => a.effect.getTiming().iterations > 1)"
        )
        response = checker.run(visitor.page, options={"resultTypes": ["violations"]}).response
        assert len(response["passes"]) > 10, "axe looked at something"
        return [
            f"{v['id']} ({v['impact']}): {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
            for v in response["violations"]
            for node in v["nodes"]
            if v["impact"] in ("serious", "critical")
        ]

    return found
