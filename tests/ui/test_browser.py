"""The page in a real Chromium: first over a small known shop, then over the demo shop with the embedded model."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from page_fakes import FakeAssistant
from visits import PHONE, Visit, any_port, served, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from retrieval.search import Shelf


def test_ask_narrow_reload_and_another_visitor_who_waits(
    browser: Browser, url: str, visitor: Visit, assistant: FakeAssistant
) -> None:
    visitor.ask("a cosy lamp")
    assert len(visitor.prices()) == 6
    visitor.ask("under 50 please")
    assert visitor.prices() and all(price <= 50 for price in visitor.prices())
    assert visitor.chips() == ["lamp", "up to $50", "cosy"]
    before = visitor.page.locator("#st-talk").inner_text()
    visitor.open()
    assert visitor.page.locator("#st-talk").inner_text() == before
    with visit(browser, url) as other:
        assert other.page.locator(".st-you").count() == 0
        assert other.page.locator("#st-wishes .st-chip").count() == 0
        assistant.go.clear()
        visitor.send("hold it")
        visitor.page.wait_for_selector("#st-live .st-working")
        other.send("a lamp")
        other.page.get_by_role("status").filter(has_text="Many people are asking right now. You are next.").wait_for()
        assistant.go.set()
        other.answered()
        visitor.answered()
        assistant.go.clear()
        assert len(other.prices()) == 6 and max(visitor.prices()) <= 50
        assert other.faults == []


def test_hostile_records_run_nothing_and_what_a_reader_opened_stays_open(visitor: Visit) -> None:
    page = visitor.page
    visitor.ask("a lamp")
    assert page.get_by_text("<script>window.hacked=1</script>").count() >= 1
    page.locator(".st-why summary").nth(4).click()
    assert page.evaluate("window.hacked") is None
    why = page.locator("#st-live .st-why").first
    why.locator("summary").click()
    assert "product record" in why.inner_text()
    assert visitor.nameless() == []
    visitor.ask("under 50")
    assert page.locator("#st-history .st-why").first.get_attribute("open") is not None
    assert page.get_by_role("textbox", name="Your message").count() == 1


def test_stop_gives_the_text_back_and_what_is_typed_meanwhile_stays(visitor: Visit, assistant: FakeAssistant) -> None:
    page = visitor.page
    assistant.closed.clear()
    visitor.send("wait for a lamp")
    page.wait_for_selector("#st-live .st-working")
    assert page.locator("#st-live .st-you").inner_text().endswith("wait for a lamp")
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for()
    assert page.input_value("#st-box textarea") == "wait for a lamp"
    assert assistant.closed.wait(5)
    assistant.go.clear()
    visitor.send("wait for a lamp")
    page.wait_for_selector("#st-live .st-working")
    page.fill("#st-box textarea", "next message")
    assistant.go.set()
    visitor.answered()
    assistant.go.clear()
    assert page.input_value("#st-box textarea") == "next message"
    assert len(visitor.prices()) == 6
    # A reload in the middle of an answer ends it.
    assistant.closed.clear()
    visitor.send("wait for it")
    page.wait_for_selector("#st-live .st-working")
    visitor.open()
    # Chromium tells of the stream that the reload broke off.
    visitor.faults.clear()
    assert assistant.closed.wait(20)
    visitor.ask("under 50")
    assert visitor.prices() and max(visitor.prices()) <= 50


def test_a_message_that_fails_is_one_line_and_stays_in_the_box(visitor: Visit) -> None:
    visitor.ask("a lamp")
    for text, line in (("x" * 100_000, "100,000 characters"), ("break it", "Something went wrong")):
        visitor.send(text)
        visitor.page.get_by_role("alert").filter(has_text=line).wait_for()
        assert visitor.page.input_value("#st-box textarea") == text
    # Control characters and half a character are none of a shopper's mistakes.
    visitor.page.evaluate(
        """() => {
            const box = document.querySelector('#st-box textarea')
            box.value = 'a lamp \\u0000\\u001b[2J \\ud83d under 50'
            box.dispatchEvent(new Event('input', { bubbles: true }))
        }"""
    )
    visitor.page.press("#st-box textarea", "Enter")
    visitor.page.wait_for_selector("#st-live .st-proof")
    assert visitor.prices() and all(price <= 50 for price in visitor.prices())


def test_all_of_it_works_by_keyboard(visitor: Visit) -> None:
    page = visitor.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "st-skip"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid" and page.locator(".st-skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.get_by_role("button", name="Your cart").press("Enter")
    page.get_by_role("dialog", name="Your cart").wait_for()
    for _ in range(4):
        page.keyboard.press("Tab")
        inside = page.evaluate("!document.activeElement.closest('#st-body, #st-top')")
        assert inside, "what lies behind the drawer is out of reach"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.classList.contains('st-open-cart')")
    example = page.locator(".st-examples button").first
    said = example.inner_text()
    example.focus()
    page.keyboard.press("Enter")
    visitor.answered()
    assert said in page.locator("#st-live .st-you").inner_text()
    visitor.ask("under 50")
    page.get_by_role("button", name="Remove: up to $50").first.press("Enter")
    visitor.did("No longer needed: up to $50")
    page.get_by_role("button", name="New chat").press("Enter")
    page.wait_for_selector(".st-welcome")
    assert visitor.chips() == []
    page.locator("#st-chats").get_by_role("button", name=said, exact=True).press("Enter")
    page.locator("#st-live .st-did", has_text="No longer needed: up to $50").wait_for()
    assert page.locator("#st-history .st-turn").count() == 2


def test_a_conversation_survives_a_restart_of_the_server(browser: Browser, assistant: FakeAssistant) -> None:
    from ui.web import build_app

    with served(build_app(cast(Any, assistant), "a model")) as first, visit(browser, first) as visitor:
        visitor.ask("a cosy lamp")
        kept = visitor.page.context.storage_state()
    again = FakeAssistant(assistant.store)
    port = int(first.rsplit(":", 1)[1].rstrip("/"))
    with served(build_app(cast(Any, again), "a model"), port) as second:
        context = browser.new_context(storage_state=kept)
        returned = Visit(context.new_page(), second)
        returned.open()
        assert "a cosy lamp" in returned.page.locator("#st-live").inner_text()
        context.close()


@dataclass
class Running:
    """A shoptalk command that serves a page."""

    process: subprocess.Popen[str]
    url: str

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C; the exit code and what it said on standard error from then on."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


@contextmanager
def command(*args: str) -> Iterator[Running]:
    """``shoptalk ARGS`` as a process of its own, once its page answers."""
    program = str(Path(sys.executable).with_name("shoptalk"))
    process = subprocess.Popen(
        [program, *args, "--no-browser"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://localhost:"), process.communicate(timeout=10)[1]
        yield Running(process, f"{address}/")
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=10)


def take(visitor: Visit, shelf: Shelf) -> None:
    """Puts what stands in the table's first column into the cart, twice, choosing a size where there is one."""
    form = visitor.page.locator("#st-live .st-table .st-actions:has(.st-add)").first
    product = shelf.product(form.get_attribute("data-product") or "")
    assert product is not None and product.price is not None
    if form.locator("select").count():
        form.locator("select").select_option(form.locator("option:enabled").nth(1).get_attribute("value"))
    form.locator(".st-add").click()
    visitor.did("Add to my cart")
    visitor.page.get_by_role("button", name="Your cart, 1 item").click()
    each = total(visitor)
    visitor.page.get_by_role("button", name="One more").click()
    visitor.page.locator("#st-cart output", has_text="2").wait_for()
    cents = [int(s.removeprefix("$").replace(",", "").replace(".", "")) for s in (each, total(visitor))]
    assert cents[1] == 2 * cents[0]
    visitor.page.keyboard.press("Escape")


def total(visitor: Visit) -> str:
    """What the cart costs, as it reads."""
    return visitor.page.locator("#st-cart .st-total b").inner_text()


def test_the_demo_shop_with_the_embedded_model(browser: Browser, own_demo_shop: Path) -> None:
    from assistant.models import weights
    from retrieval.query import Filters
    from retrieval.search import Shelf

    if fault := weights.fault(weights.CHAT):
        pytest.skip(f"the weights of the embedded model are not usable here ({fault}): run `shoptalk model pull`")
    shelf = Shelf.open(own_demo_shop)
    labels = sorted(shelf.vocabulary.to_dict()["labels"])
    fitting = {label: shelf.count(Filters(kinds=(label,), price_max=5000)) for label in labels}
    label = max(labels, key=lambda label: (fitting[label], label))
    with (
        command("web", "--shop", str(own_demo_shop), "--port", str(any_port())) as running,
        visit(browser, running.url) as visitor,
    ):
        visitor.ask(f"I'm looking for {label}", seconds=120)
        assert visitor.prices()
        visitor.ask("under 50", seconds=120)
        assert visitor.prices() and all(price <= 50 for price in visitor.prices())
        cards = visitor.page.locator("#st-live .st-fits .st-card")
        for n in range(cards.count()):
            kind = shelf.kind(cards.nth(n).get_attribute("data-product") or "")
            assert kind is not None and kind.label == label
        pictures = visitor.page.locator("#st-live .st-picture img")
        assert pictures.count() == cards.count() and pictures.first.evaluate("i => i.complete && i.naturalWidth > 0")
        visitor.page.get_by_role("button", name="Remove: up to $50").first.click()
        visitor.did("No longer needed: up to $50")
        assert visitor.chips() == [label]
        compared = [visitor.page.locator(".st-pick input").nth(n).get_attribute("value") for n in (0, 1)]
        for n in (0, 1):
            visitor.page.locator(".st-pick input").nth(n).check()
        visitor.page.locator(".st-picked .st-strong").click()
        columns = visitor.page.locator("#st-live .st-table thead th[data-product]")
        columns.nth(1).wait_for()
        visitor.answered(120)
        assert [columns.nth(n).get_attribute("data-product") for n in (0, 1)] == compared
        take(visitor, shelf)
        before = visitor.page.locator("#st-talk").inner_text()
        visitor.open()
        assert visitor.page.locator("#st-talk").inner_text() == before
        with visit(browser, running.url, PHONE) as other:
            assert other.page.locator(".st-you").count() == 0
            assert other.overflow() <= 0
            assert other.faults == []
        assert visitor.faults == []
        code, said = running.interrupt()
        assert code == 0 and "Traceback" not in said, said[-3000:]
