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
from visits import PHONE, Visit, served, visit

from ui.page.server import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_ask_narrow_reload_and_another_visitor(browser: Browser, url: str, visitor: Visit) -> None:
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
        assert other.faults == []


def test_hostile_titles_run_nothing(visitor: Visit) -> None:
    visitor.ask("a lamp")
    assert visitor.page.get_by_text("<script>window.hacked=1</script>").count() >= 1
    visitor.page.locator(".st-why summary").nth(4).click()
    assert visitor.page.evaluate("window.hacked") is None


def test_what_a_reader_opened_stays_open(visitor: Visit) -> None:
    visitor.ask("a lamp")
    why = visitor.page.locator("#st-live .st-why").first
    why.locator("summary").click()
    assert "product record" in why.inner_text()
    visitor.ask("under 50")
    assert visitor.page.locator("#st-history .st-why").first.get_attribute("open") is not None


def test_stop_gives_the_text_back_and_the_next_turn_works(visitor: Visit, assistant: FakeAssistant) -> None:
    assistant.closed.clear()
    visitor.send("wait for a lamp")
    visitor.page.wait_for_selector("#st-live .st-working")
    assert visitor.page.locator("#st-live .st-you").inner_text().endswith("wait for a lamp")
    visitor.page.get_by_role("button", name="Stop").click()
    visitor.page.get_by_text("Stopped.").wait_for()
    assert visitor.page.input_value("#st-box textarea") == "wait for a lamp"
    assert assistant.closed.wait(5)
    visitor.ask("a lamp")
    assert len(visitor.prices()) == 6


def test_what_is_typed_while_an_answer_grows_stays(visitor: Visit, assistant: FakeAssistant) -> None:
    assistant.go.clear()
    visitor.send("wait for a lamp")
    visitor.page.wait_for_selector("#st-live .st-working")
    visitor.page.fill("#st-box textarea", "next message")
    assistant.go.set()
    visitor.page.wait_for_selector("#st-live .st-proof")
    assistant.go.clear()
    assert visitor.page.input_value("#st-box textarea") == "next message"


@pytest.mark.parametrize(
    ("text", "line"), [("x" * 100_000, "100,000 characters"), ("break it", "Something went wrong")]
)
def test_a_failed_message_is_one_line_and_stays_in_the_box(visitor: Visit, text: str, line: str) -> None:
    visitor.ask("a lamp")
    visitor.send(text)
    visitor.page.get_by_role("alert").filter(has_text=line).wait_for()
    assert visitor.page.input_value("#st-box textarea") == text
    visitor.ask("under 50")
    assert all(price <= 50 for price in visitor.prices())


def test_control_characters_and_half_characters_are_answered(visitor: Visit) -> None:
    visitor.page.evaluate(
        """() => {
            const box = document.querySelector('#st-box textarea');
            box.value = 'a lamp \\u0000\\u001b[2J \\ud83d under 50';
            box.dispatchEvent(new Event('input', { bubbles: true }));
        }"""
    )
    visitor.page.press("#st-box textarea", "Enter")
    visitor.page.wait_for_selector("#st-live .st-proof")
    assert visitor.prices() and all(price <= 50 for price in visitor.prices())


def test_examples_chips_and_earlier_conversations_work_by_keyboard(visitor: Visit) -> None:
    page = visitor.page
    example = page.locator(".st-examples button").first
    said = example.inner_text()
    example.focus()
    page.keyboard.press("Enter")
    visitor.answered()
    assert said in page.locator("#st-live .st-you").inner_text()
    visitor.ask("under 50")
    page.get_by_role("button", name="Remove: up to $50").first.press("Enter")
    page.locator("#st-live .st-did", has_text="No longer needed: up to $50").wait_for()
    visitor.answered()
    page.get_by_role("button", name="New chat").press("Enter")
    page.wait_for_selector(".st-welcome")
    assert visitor.chips() == []
    page.locator("#st-chats").get_by_role("button", name=said, exact=True).press("Enter")
    page.locator("#st-live .st-did", has_text="No longer needed: up to $50").wait_for()
    assert page.locator("#st-history .st-turn").count() == 2


def test_everything_that_can_be_pressed_has_a_name(visitor: Visit) -> None:
    visitor.ask("a lamp under 50")
    controls = visitor.page.locator("button:visible, textarea:visible, summary:visible, a:visible")
    nameless = [
        controls.nth(n).evaluate("e => e.outerHTML.slice(0, 200)")
        for n in range(controls.count())
        if not controls.nth(n).evaluate(
            "e => (e.getAttribute('aria-label') || e.innerText || (e.labels && e.labels[0]?.innerText) || '').trim()"
        )
    ]
    assert nameless == []
    assert visitor.page.get_by_role("textbox", name="Your message").count() == 1
    assert visitor.page.locator("html").get_attribute("lang") == "en"


def test_a_phone_has_no_sideways_scroll(browser: Browser, url: str) -> None:
    with visit(browser, url, PHONE, "dark") as phone:
        assert phone.overflow() <= 0
        phone.ask("a cosy lamp")
        phone.ask("under 50 " + "verylongwordwithoutanyspace" * 12)
        phone.page.locator("#st-live .st-why summary").first.click()
        phone.page.locator("#st-live .st-proof summary").click()
        assert phone.overflow() <= 0
        assert phone.faults == []


def test_a_conversation_survives_a_restart_of_the_server(browser: Browser, assistant: FakeAssistant) -> None:
    from ui.web import build_app

    port = free_port("127.0.0.1", None)
    with served(build_app(cast(Any, assistant), "a model"), port) as first, visit(browser, first) as visitor:
        visitor.ask("a cosy lamp")
        kept = visitor.page.context.storage_state()
    again = FakeAssistant(assistant.store)
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
    port = str(free_port("127.0.0.1", None))
    with (
        command("web", "--shop", str(own_demo_shop), "--port", port) as running,
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
        visitor.page.locator("#st-live .st-did").wait_for()
        visitor.answered(120)
        assert visitor.chips() == [label]
        compared = [visitor.page.locator(".st-pick input").nth(n).get_attribute("value") for n in (0, 1)]
        for n in (0, 1):
            visitor.page.locator(".st-pick input").nth(n).check()
        visitor.page.locator(".st-picked .st-strong").click()
        columns = visitor.page.locator("#st-live .st-table thead th[data-product]")
        columns.nth(1).wait_for()
        visitor.answered(120)
        assert [columns.nth(n).get_attribute("data-product") for n in (0, 1)] == compared
        before = visitor.page.locator("#st-talk").inner_text()
        visitor.open()
        assert visitor.page.locator("#st-talk").inner_text() == before
        with visit(browser, running.url, PHONE) as other:
            assert other.page.locator(".st-you").count() == 0
            assert other.overflow() <= 0
            assert other.faults == []
        assert visitor.faults == []
        code, said = running.interrupt()
        assert (code, "Traceback" in said) == (0, False)
