"""A real browser for the tests and the screenshots: finds Chromium, serves a page, watches what the page does."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DESKTOP, PHONE, SMALL = (1280, 900), (390, 844), (320, 640)


def chromium(playwright: Playwright) -> str | None:
    """The path of a Chromium: the one that CHROMIUM names, Playwright's own, or the system's; None where there is none."""
    own = playwright.chromium.executable_path
    candidates = [os.environ.get("CHROMIUM"), own, *map(shutil.which, NAMES)]
    return next((c for c in candidates if c and Path(c).exists()), None)


def launch(playwright: Playwright, path: str) -> Browser:
    """A headless browser that also runs in a container, without a GPU."""
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


def any_port() -> int:
    """A port that nobody listens on, chosen by the system, so that two runs on one machine do not meet."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    """The application on a port of this machine (0: any free one), in a thread; ends with the block."""
    import uvicorn

    from ui.page.server import Fence

    server = uvicorn.Server(uvicorn.Config(Fence(app), log_level="error", timeout_graceful_shutdown=1, ws="none"))
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the page's server did not start")
            thread.join(0.05)
        try:
            yield f"http://localhost:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(20)


@dataclass
class Visit:
    """One visitor with a browser profile of their own, and everything that went wrong on their page."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Notes console errors, uncaught errors, failed answers and requests to any other host."""
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.faults.append(f"console: {m.text}"))
        self.page.on("pageerror", lambda e: self.faults.append(f"uncaught: {e}"))
        self.page.on("response", lambda r: r.status >= 400 and self.faults.append(f"{r.status}: {r.url}"))
        self.page.on("request", lambda r: self.local(r.url) or self.faults.append(f"foreign: {r.url}"))

    def local(self, url: str) -> bool:
        """Whether an address is this page's own server, or data inside the page."""
        return url.startswith((self.url, "data:", "blob:"))

    def open(self) -> None:
        """Loads the page, afresh or again, until it can be used."""
        self.page.goto(self.url)
        self.page.wait_for_selector("#st-live .st-welcome, #st-live .st-you")

    def send(self, text: str) -> None:
        """Types a message and presses Enter; once more where the answer before it was not quite over."""
        from playwright.sync_api import TimeoutError as Late

        self.page.fill("#st-box textarea", text)
        for last in (False, False, True):
            self.page.press("#st-box textarea", "Enter")
            try:
                self.page.wait_for_function(
                    "(start) => document.querySelector('#st-live .st-you p')?.textContent.startsWith(start)",
                    arg=text[:80],
                    timeout=10_000,
                )
                return
            except Late:
                if last:
                    raise

    def ask(self, text: str, seconds: float = 60) -> None:
        """Sends a message and waits for the whole answer."""
        self.send(text)
        self.page.wait_for_function(
            """(text) => {
                const said = document.querySelector('#st-live .st-you p');
                return said && said.textContent === text && !document.querySelector('#st-live .st-working');
            }""",
            arg=text,
            timeout=seconds * 1000,
        )

    def answered(self, seconds: float = 60) -> None:
        """Waits until no answer grows."""
        self.page.wait_for_function(
            "() => document.querySelector('#st-live .st-thumbs') && !document.querySelector('#st-live .st-working')",
            timeout=seconds * 1000,
        )

    def chips(self) -> list[str]:
        """The wishes in force, as they read."""
        return [c.strip() for c in self.page.locator("#st-wishes .st-opens").all_inner_texts()]

    def prices(self) -> list[float]:
        """The prices on the cards of the latest answer that fit, in major units."""
        cards = self.page.locator("#st-live .st-fits .st-card")
        return [float(cards.nth(n).get_attribute("data-price") or "nan") for n in range(cards.count())]

    def nameless(self) -> list[str]:
        """Markup of every visible control that a screen reader would call nothing, as the page is at one moment."""
        return list(
            self.page.evaluate(
                """() => [...document.querySelectorAll('button, textarea, input, select, summary, a[href]')]
                    .filter((e) => e.checkVisibility() && !(e.getAttribute('aria-label') || e.innerText
                        || (e.labels && e.labels[0] && e.labels[0].innerText) || '').trim())
                    .map((e) => e.outerHTML.slice(0, 200))"""
            )
        )

    def did(self, words: str) -> None:
        """Waits for the answer to a control that said ``words``."""
        self.page.locator("#st-live .st-did", has_text=words).wait_for()
        self.answered()

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@contextmanager
def visit(
    browser: Browser, url: str, size: tuple[int, int] = DESKTOP, scheme: Any = "light", language: str = "en-GB"
) -> Iterator[Visit]:
    """A new visitor who has opened the page."""
    with profile(browser, url, size, scheme, language) as context:
        visitor = Visit(context.new_page(), url)
        visitor.listen()
        visitor.open()
        yield visitor


# Profiles that nobody uses meanwhile: where a visitor has been before, the page's own code is at hand and compiled,
# which halves the cost of opening it.
_idle: WeakKeyDictionary[Browser, dict[tuple[Any, ...], list[BrowserContext]]] = WeakKeyDictionary()


@contextmanager
def profile(
    browser: Browser, url: str, size: tuple[int, int] = DESKTOP, scheme: Any = "light", language: str = "en-GB"
) -> Iterator[BrowserContext]:
    """A browser profile that remembers nobody: no cookie, nothing stored; one that a test failed on is not used again."""
    idle = _idle.setdefault(browser, {}).setdefault((url, size, scheme, language), [])
    context = idle.pop() if idle else _new(browser, size, scheme, language)
    try:
        yield context
        page = context.pages[0]
        page.goto("about:blank")
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})
        context.clear_cookies()
        for page in context.pages:
            page.close()
    except BaseException:
        context.close()
        raise
    idle.append(context)


def _new(browser: Browser, size: tuple[int, int], scheme: Any, language: str) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale=language, has_touch=size != DESKTOP
    )
    # A machine that does other things besides may be slow; nothing here waits so long on one that does not.
    context.set_default_timeout(120_000)
    return context
