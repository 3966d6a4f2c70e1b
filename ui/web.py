"""The web page: a chat with cards beside the wishes understood, served by this process alone.

Gradio carries the events and the streaming; what stands on the page is markup of our own (``ui.page``). Nothing is
loaded from another host, and a header makes the browser refuse to.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import fastapi
import gradio as gr

from ui.page import frame, pictures
from ui.page.examples import examples
from ui.page.session import Conversations, Screen

if TYPE_CHECKING:
    from assistant.build import Assistant

# How many conversations may wait for the model at once; the model itself decides how many it answers at a time.
_AT_ONCE = 8
_EARLIER = 12
# For a picture opened on its own: an SVG from a feed may hold a script.
_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class Handlers:
    """What the page's events do. Each answers with updates in the order of the page's ``outputs``."""

    def __init__(self, talks: Conversations) -> None:
        self.talks = talks

    def shown(self, screen: Screen, kept: dict[str, Any], same: Screen | None = None) -> list[Any]:
        """The updates that turn ``same``, what stands there, into ``screen``."""
        here = remembered(kept, screen.id)
        return [
            here,
            gr.skip() if same and same.history == screen.history else screen.history,
            screen.live,
            gr.skip() if same and same.wishes == screen.wishes else screen.wishes,
            gr.skip() if same and same.busy == screen.busy and screen.box is None else _box(screen),
            gr.skip() if same else frame.earlier([(id, self.talks.title(id)) for id in here["earlier"]]),
        ]

    def load(self, kept: Any) -> list[Any]:
        """The page was opened or reloaded."""
        kept = remembered(kept)
        return self.shown(self.talks.open(kept["id"]), kept)

    def ask(self, text: str, kept: Any) -> Iterator[list[Any]]:
        """A message was sent from the box."""
        kept, before = remembered(kept), None
        for screen in self.talks.ask(kept["id"], text):
            yield self.shown(screen, kept, before)
            before = screen

    def say(self, kept: Any, event: gr.EventData) -> Iterator[list[Any]]:
        """A button that stands for a message was pressed."""
        yield from self.ask(str(event.text), kept)

    def stop(self, kept: Any) -> None:
        """The running turn shall end; its own event shows that it did."""
        self.talks.end(remembered(kept)["id"], "stop")

    def restart(self, kept: Any) -> list[Any]:
        """A new conversation was asked for."""
        return self._switch(kept, "")

    def reopen(self, kept: Any, event: gr.EventData) -> list[Any]:
        """An earlier conversation was chosen."""
        return self._switch(kept, str(event.id))

    def _switch(self, kept: Any, id: str) -> list[Any]:
        kept = remembered(kept)
        self.talks.end(kept["id"], "leave")
        return self.shown(self.talks.open(id), kept)


def build_page(assistant: Assistant, model_name: str) -> gr.Blocks:
    """The page over one assistant; ``model_name`` is what the footer calls the model. Serve it with ``build_app``."""
    shelf = assistant.shelf
    openings = [(e.text, pictures.address(e.product)) for e in examples(shelf)]
    on = Handlers(Conversations(assistant, pictures.address, frame.welcome(shelf.name, openings)))
    with gr.Blocks(title=f"{shelf.name} · ShopTalk", analytics_enabled=False, fill_width=True) as page:
        # Fixed names, so that a restarted server still reads what an earlier one kept in the browser.
        memory = gr.BrowserState({"id": "", "earlier": []}, storage_key=f"shoptalk:{shelf.name}", secret="shoptalk")
        plain: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}
        with gr.Row(elem_id="st-top"):
            gr.HTML(frame.masthead(shelf.name), **plain)
            new = gr.Button("New chat", elem_id="st-new", size="sm")
        with gr.Row(elem_id="st-body"):
            with gr.Column(elem_id="st-main"):
                with gr.Column(elem_id="st-talk"):
                    history = gr.HTML("", elem_id="st-history", **plain)
                    live = gr.HTML("", elem_id="st-live", js_on_load=_text("page.js"), apply_default_css=False)
                with gr.Column(elem_id="st-composer"):
                    box = gr.Textbox(
                        label="Your message",
                        placeholder="Say what you are looking for",
                        container=False,
                        max_lines=6,
                        submit_btn="Send",
                        elem_id="st-box",
                    )
                    gr.HTML(frame.footer(model_name, shelf.name, len(shelf)), **plain)
            with gr.Column(elem_id="st-side"):
                wishes = gr.HTML("", elem_id="st-wishes", **plain)
                earlier = gr.HTML("", elem_id="st-earlier", **plain)
        outputs = [memory, history, live, wishes, box, earlier]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(on.load, memory, outputs, **quiet)
        box.submit(on.ask, [box, memory], outputs, **quiet)
        live.say(on.say, memory, outputs, **quiet)
        box.stop(on.stop, memory, None, queue=False, **quiet)
        new.click(on.restart, memory, outputs, **quiet)
        live.reopen(on.reopen, memory, outputs, **quiet)
    page.queue(default_concurrency_limit=_AT_ONCE)
    return page


def _text(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _head() -> str:
    icon = quote(_text("icon.svg").strip())
    return f'<link rel="icon" href="data:image/svg+xml,{icon}">\n<script>{_text("theme.js")}</script>'


def _box(screen: Screen) -> Any:
    changes: dict[str, Any] = {} if screen.box is None else {"value": screen.box}
    return gr.update(submit_btn=not screen.busy and "Send", stop_btn=screen.busy and "Stop", **changes)


def remembered(kept: Any, id: str | None = None) -> dict[str, Any]:
    """What the browser keeps: the conversation that is open and, latest first, those before it.

    ``kept`` is what it kept until now, whatever that is: a visitor can change it. ``id`` is the one now open.
    """
    kept = kept if isinstance(kept, dict) else {}
    was, before = kept.get("id"), kept.get("earlier")
    known = [i for i in [was, *(before if isinstance(before, list) else [])] if isinstance(i, str) and i]
    now = (was if isinstance(was, str) else "") if id is None else id
    return {"id": now, "earlier": [i for i in dict.fromkeys(known) if i != now][:_EARLIER]}


def build_app(assistant: Assistant, model_name: str) -> fastapi.FastAPI:
    """The page and the pictures of its products, as one application."""
    app = fastapi.FastAPI(openapi_url=None)

    @app.get(pictures.ROUTE)
    def picture(id: str) -> fastapi.Response:
        product = assistant.shelf.product(id)
        if product is None:
            return fastapi.Response(status_code=404)
        content, kind = pictures.picture(assistant.shelf, product)
        headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": _NOTHING}
        return fastapi.Response(content, media_type=kind, headers=headers)

    gr.mount_gradio_app(
        app,
        build_page(assistant, model_name),
        path="/",
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        css=_text("style.css"),
        head=_head(),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
    )
    return app
