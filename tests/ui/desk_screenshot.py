"""Takes docs/images/desk.png from the running desk: `python tests/ui/desk_screenshot.py`. Needs Chromium."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from visits import chromium, launch, served  # noqa: E402

SIZE = (1440, 900)
PASSWORD = "only for a picture"
# Customer, what they said.
WAITING = (
    (None, "a red raincoat under $60", "Could I speak with someone who works there?"),
    ("finn_cole_11", "the desk lamp I got from you started smoking"),
    ("ben_cole_1", "where is my order #W5150461", "This is absolutely ridiculous, three weeks and nothing"),
    ("ada_ende_3", "cancel order #W6124498, I no longer need it", "can't you make an exception just this once?"),
)


def main() -> None:
    """Four conversations of an invented shop wait; one of them is taken over."""
    from playwright.sync_api import sync_playwright

    from assistant.build import Settings, open_office, open_profiles
    from assistant.play import last_turn
    from benchmarks.handoff import desk_assistant
    from benchmarks.invented_orders import database
    from eval.order_tasks import make_shop
    from ui.web import build_app

    with tempfile.TemporaryDirectory() as place:
        folder = make_shop(database(), Path(place))
        assistant = desk_assistant(folder, None, "nobody")
        assert assistant.desk
        profiles = open_profiles(Settings(shop=folder), assistant.shelf, assistant.store, assistant.desk.gate)
        assistant = replace(assistant, profiles=profiles)
        office = open_office(assistant)
        office.accounts.add("sue", "supervisor", PASSWORD)
        for customer, *texts in WAITING:
            state = assistant.store.new(customer, customer is not None)
            for text in texts:
                last_turn(assistant.say(assistant.store.load(state.id), str(text)))
        with served(build_app(assistant, "a model", office)) as url, sync_playwright() as playwright:
            path = chromium(playwright)
            if path is None:
                sys.exit("desk_screenshot: there is no Chromium here. Run `playwright install chromium`.")
            page = launch(playwright, path).new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
            page.goto(f"{url}desk")
            page.get_by_label("Name").fill("sue")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.locator(".sd-item", has_text="exception").click()
            page.get_by_role("button", name="Take over").click()
            order = page.locator(".sd-order", has_text="#W5807738")
            order.locator("summary").first.click()
            order.get_by_text("Cancel the order").click()
            order.locator("form[data-action=cancel_pending_order]").get_by_role("button", name="Dry run").click()
            page.get_by_text("Nothing is written yet").wait_for()
            page.get_by_text("Ask the assistant").click()
            page.get_by_label("A question about policies").fill("where is order #W5807738?")
            page.get_by_role("button", name="Ask", exact=True).click()
            page.locator(".sd-source").first.wait_for()
            page.screenshot(path=ROOT / "docs" / "images" / "desk.png")


if __name__ == "__main__":
    main()
