"""A picture in the browser: dropped, pasted or chosen, it finds what looks like it in a shop that has looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from page_fakes import FakeStore
from test_looks import Histogram, made, picture
from visits import Visit, served, visit

from assistant.state import DialogueState, Done, Event, Understanding
from assistant.turn import reply

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Seeing:
    """An assistant on rules alone over a real shop with the looks of a small image model."""

    def __init__(self, folder: Path) -> None:
        self.shelf, _ = made(folder / "shop", folder / "feed", Histogram())
        self.store = FakeStore()
        self.queue = None

    def say(
        self, state: DialogueState, text: str, said: Understanding | None = None, picture: bytes = b""
    ) -> Iterator[Event]:
        for event in reply(state, text, shelf=self.shelf, model=None, said=said, picture=picture):
            if isinstance(event, Done):
                self.store.append(state.id, event.turn)
            yield event


@pytest.fixture
def seeing(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    from ui.web import build_app

    with served(build_app(cast(Any, Seeing(tmp_path)), "rules alone")) as url, visit(browser, url) as opened:
        yield opened


def first_card(visitor: Visit) -> str:
    visitor.answered()
    return visitor.page.locator("#st-live .st-fits .st-card h3").first.inner_text()


def test_a_picture_finds_what_looks_like_it(seeing: Visit, tmp_path: Path) -> None:
    page = seeing.page
    (tmp_path / "green.png").write_bytes(picture((30, 170, 50)))
    page.locator("#st-plus [popovertarget]").click()
    page.set_input_files("#st-look", tmp_path / "green.png")
    page.wait_for_function("() => document.querySelector('#st-live .st-you')")
    assert "green" in first_card(seeing)
    # Words beside it hold as wishes do.
    page.fill("#st-box textarea", "under 60 dollars")
    page.evaluate(
        """(bytes) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "blue.png", { type: "image/png" }));
            document.querySelector("#st-box textarea").dispatchEvent(
                new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
        }""",
        list(picture((20, 40, 200))),
    )
    page.wait_for_function("() => document.querySelector('#st-live .st-you p')?.textContent.includes('under 60')")
    assert "red" in first_card(seeing)
    assert seeing.faults == []


def test_what_is_no_picture_is_said_to_be_none(seeing: Visit, tmp_path: Path) -> None:
    page = seeing.page
    (tmp_path / "notes.png").write_text("no picture")
    page.set_input_files("#st-look", tmp_path / "notes.png")
    page.wait_for_function("() => document.querySelector('#st-status').textContent.includes('could not be read')")
    assert page.locator("#st-plus-menu").is_visible()
    assert not page.locator("#st-live .st-you").count()
    # The answer of the server is no surprise; nothing else may go wrong.
    assert all("422" in fault for fault in seeing.faults)
