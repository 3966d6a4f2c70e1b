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
    """Writes {desktop,phone}-{light,dark}.png and welcome.png."""
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
            for scheme in ("light", "dark"):
                with visit(browser, url, size, scheme) as visitor:
                    if (name, scheme) == ("desktop", "light"):
                        shoot(visitor, "welcome")
                    for text in TALK:
                        visitor.ask(text)
                    if scheme == "light":
                        visitor.page.locator("#st-live .st-why summary").first.click()
                    shoot(visitor, f"{name}-{scheme}")


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
