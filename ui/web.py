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


def build_page(assistant: Assistant, model_name: str) -> gr.Blocks:
    """The page over one assistant; ``model_name`` is what the footer calls the model. Serve it with ``build_app``."""
    shelf = assistant.shelf
    openings = [(e.text, pictures.address(e.product)) for e in examples(shelf)]
    talks = Conversations(assistant, pictures.address, frame.welcome(shelf.name, openings))

    def shown(screen: Screen, kept: dict[str, Any], same: Screen | None = None) -> list[Any]:
        """The updates that turn ``same``, what stands there, into ``screen``; in the order of ``outputs``."""
        here = remembered(kept, screen.id)
        return [
            here,
            gr.skip() if same and same.history == screen.history else screen.history,
            screen.live,
            gr.skip() if same and same.wishes == screen.wishes else screen.wishes,
            gr.skip() if same and same.busy == screen.busy and screen.box is None else _box(screen),
            gr.skip() if same else frame.earlier([(id, talks.title(id)) for id in here["earlier"]]),
        ]

    def load(kept: Any) -> list[Any]:
        kept = remembered(kept)
        return shown(talks.open(kept["id"]), kept)

    def ask(text: str, kept: Any) -> Iterator[list[Any]]:
        kept, before = remembered(kept), None
        for screen in talks.ask(kept["id"], text):
            yield shown(screen, kept, before)
            before = screen

    def say(kept: Any, event: gr.EventData) -> Iterator[list[Any]]:
        yield from ask(str(event.text), kept)

    def stop(kept: Any) -> None:
        talks.end(remembered(kept)["id"], "stop")

    def switch(kept: Any, id: str) -> list[Any]:
        kept = remembered(kept)
        talks.end(kept["id"], "leave")
        return shown(talks.open(id), kept)

    def restart(kept: Any) -> list[Any]:
        return switch(kept, "")

    def reopen(kept: Any, event: gr.EventData) -> list[Any]:
        return switch(kept, str(event.id))

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
        page.load(load, memory, outputs, **quiet)
        box.submit(ask, [box, memory], outputs, **quiet)
        live.say(say, memory, outputs, **quiet)
        box.stop(stop, memory, None, queue=False, **quiet)
        new.click(restart, memory, outputs, **quiet)
        live.reopen(reopen, memory, outputs, **quiet)
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
