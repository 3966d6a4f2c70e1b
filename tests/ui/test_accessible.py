"""The page as axe-core sees it: no serious or critical fault in any state that a shopper meets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from visits import DESKTOP, PHONE, SMALL, Visit, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [(DESKTOP, "light", "en"), (PHONE, "light", "zh-CN"), (SMALL, "dark", "en")],
    ids=lambda value: str(value[0]) if isinstance(value, tuple) else value,
)
def test_no_serious_fault_in_any_state(
    browser: Browser, url: str, faults: Callable[[Visit], list[str]], size: tuple[int, int], scheme: str, language: str
) -> None:
    with visit(browser, url, size, scheme, language) as visitor:
        page, found = visitor.page, dict[str, list[str]]()
        found["welcome"] = faults(visitor)
        visitor.ask("a cosy lamp")
        visitor.ask("under 50")
        page.locator("#st-live .st-why summary").first.click()
        page.locator("#st-live .st-proof summary").click()
        found["list"] = faults(visitor)
        page.locator("#st-wishes .st-opens").first.click()
        found["wish"] = faults(visitor)
        page.keyboard.press("Escape")
        for n in (0, 1):
            page.locator(".st-pick input").nth(n).check()
        page.locator("#st-plus button").first.click()
        found["ticked, and the menu open"] = faults(visitor)
        page.keyboard.press("Escape")
        page.locator(".st-picked .st-strong").click()
        page.locator("#st-live .st-table").wait_for()
        visitor.answered()
        found["comparison"] = faults(visitor)
        for count, product in enumerate(("lamp-1", "lamp-2"), 1):
            form = page.locator(f".st-actions[data-product={product}]")
            if form.locator("select").count():
                form.locator("select").select_option("lamp-2-s")
            form.locator(".st-add").click()
            page.locator(".st-count", has_text=str(count)).wait_for()
        page.locator(".st-open-cart").click()
        assert page.locator("#st-cart .st-line").count() == 2
        found["cart"] = faults(visitor)
        page.keyboard.press("Escape")
        if size != DESKTOP:
            page.locator(".st-menu").click()
        page.locator("#st-chats .st-remove").first.click()
        found["delete"] = faults(visitor)
        assert {state: lines for state, lines in found.items() if lines} == {}
        assert page.locator("html").get_attribute("lang") == language[:2]
        assert visitor.overflow() <= 0
        assert visitor.faults == []
