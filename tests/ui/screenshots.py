"""Takes the screenshots of docs/images from the running page: `python tests/ui/screenshots.py`.

Needs Chromium and the weights; uses the demo shop where `shoptalk demo` keeps it and builds it if need be.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from visits import DESKTOP, PHONE, Visit, chromium, launch, served, visit  # noqa: E402

IMAGES = ROOT / "docs" / "images"
TALK = ("I need a jacket, ideally waterproof", "under $150 please")


def main() -> None:
    """Writes welcome.png and {desktop,phone}-{light,dark,comparison,cart}.png."""
    from playwright.sync_api import sync_playwright

    from assistant.config import Settings
    from ui.demo import open_warm, prepare_demo
    from ui.render import model_label
    from ui.web import build_app

    settings = Settings(shop=None)
    prepare_demo(settings)
    assistant = open_warm(settings)
    app = build_app(assistant, model_label(settings.model, settings.adapter))
    IMAGES.mkdir(parents=True, exist_ok=True)
    with served(app) as url, sync_playwright() as playwright:
        path = chromium(playwright)
        if path is None:
            sys.exit("screenshots: there is no Chromium here. Run `playwright install chromium`.")
        browser = launch(playwright, path)
        for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
            with visit(browser, url, size) as visitor:
                walk(visitor, name)


def walk(visitor: Visit, name: str) -> None:
    """What a shopper sees on the way from the welcome to the cart."""
    page = visitor.page
    if name == "desktop":
        shoot(visitor, "welcome")
    for text in TALK:
        visitor.ask(text)
    why = page.locator("#st-live .st-why summary").first
    why.click()
    shoot(visitor, f"{name}-light")
    why.click()
    other_light(visitor)
    shoot(visitor, f"{name}-dark")
    other_light(visitor)
    for n in (0, 1, 2):
        page.locator(".st-pick input").nth(n).check()
    page.locator(".st-picked .st-strong").click()
    visitor.did("Compare")
    shoot(visitor, f"{name}-comparison")
    for n in (0, 1):
        # The table moves up into the history with the next turn.
        form = page.locator("#st-talk .st-table .st-actions:has(.st-add)").nth(n)
        if form.locator("select").count():
            form.locator("select").select_option(form.locator("option:enabled").nth(1).get_attribute("value"))
        form.locator(".st-add").click()
        visitor.did("Add to my cart")
    page.locator(".st-open-cart").click()
    shoot(visitor, f"{name}-cart")


def other_light(visitor: Visit) -> None:
    """Dark where it is light, and the other way round."""
    visitor.page.evaluate("document.querySelector('[data-theme]').click()")


def shoot(visitor: Visit, name: str) -> None:
    """One picture of what the visitor sees."""
    from PIL import Image

    # Pictures load lazily and cards rise in.
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.evaluate("document.activeElement.blur()")
    visitor.page.wait_for_timeout(1000)
    picture = Image.open(io.BytesIO(visitor.page.screenshot())).convert("RGB")
    file = IMAGES / f"{name}.png"
    picture.save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size / 1000:.0f} kB  {visitor.faults or ''}")


if __name__ == "__main__":
    main()
