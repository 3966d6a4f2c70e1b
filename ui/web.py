"""The web page: a chat with cards beside the wishes understood, served by this process alone.

Gradio carries the events and the streaming; what stands on the page is markup of our own (``ui.page``). Nothing is
loaded from another host, and a header makes the browser refuse to.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import fastapi
import gradio as gr
from fastapi.concurrency import run_in_threadpool

from retrieval.errors import QueryError
from ui.desk.app import add_desk
from ui.insights.kept import ShopReport
from ui.page import pictures
from ui.page.examples import examples
from ui.page.handlers import Handlers
from ui.page.seen import LARGEST, Seen
from ui.page.seen import ROUTE as SEEN
from ui.page.session import Conversations
from ui.page.view import View, remembered

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.desk.office import Office

# How many turns run at once; the embedded model answers as many calls at a time. The others see their place in line.
AT_ONCE = 4
# How many may have a turn running or waiting; each holds a thread.
_VISITORS = 256
# Seconds between two looks whether a person of the shop wrote.
_NEWS = 3
# For a picture opened on its own: an SVG from a feed may hold a script.
_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def build_page(
    assistant: Assistant, model_name: str, seen: Seen | None = None, customer: str | None = None
) -> gr.Blocks:
    """The page over one assistant; ``model_name`` is what the footer calls the model. Serve it with ``build_app``.

    ``customer`` is who is signed in; None for visitors nobody knows.
    """
    shelf = assistant.shelf
    talks = Conversations(assistant, pictures.address, examples(shelf), AT_ONCE, customer)
    on = Handlers(talks, shelf.name, len(shelf), model_name, seen)
    with gr.Blocks(title=f"{shelf.name} · ShopTalk", analytics_enabled=False, fill_width=True) as page:
        # Fixed names, so that a restarted server still reads what an earlier one kept in the browser.
        memory = gr.BrowserState(
            remembered(None),
            storage_key=f"shoptalk:{shelf.name}{f':{customer}' if customer else ''}",
            secret="shoptalk",
        )
        with gr.Row(elem_id="st-top"):
            head = _html("st-head")
        with gr.Row(elem_id="st-body"):
            with gr.Column(elem_id="st-main"):
                with gr.Column(elem_id="st-talk"):
                    history = _html("st-history")
                    live = _html("st-live", _text("page.js"))
                with gr.Column(elem_id="st-composer"):
                    picked = _html("st-picked")
                    with gr.Row(elem_id="st-say"):
                        plus = _html("st-plus")
                        box = gr.Textbox(container=False, max_lines=6, submit_btn=True, elem_id="st-box")
                    foot = _html("st-foot")
            with gr.Column(elem_id="st-side"):
                wishes = _html("st-wishes")
                chats = _html("st-chats")
        cart = _html("st-cart")
        parts: dict[str, Any] = {
            "memory": memory, "head": head, "history": history, "live": live, "wishes": wishes, "chats": chats,
            "cart": cart, "plus": plus, "picked": picked, "foot": foot, "box": box,
            "watch": gr.Timer(_NEWS, active=False),
        }  # fmt: skip
        outputs = [parts[f.name] for f in fields(View)]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # Whatever is pressed while an answer grows waits for its turn (``ui.page.running.Seats``).
        often: dict[str, Any] = {**quiet, "trigger_mode": "multiple"}
        page.load(on.load, memory, outputs, **quiet)
        box.submit(on.ask, [box, memory], outputs, **quiet)
        box.stop(on.stop, memory, None, queue=False, **quiet)
        live.act(on.act, memory, outputs, **often)
        live.rate(on.rate, memory, None, **often)
        live.restart(on.restart, memory, outputs, **quiet)
        live.reopen(on.reopen, memory, outputs, **quiet)
        live.discard(on.discard, memory, outputs, **often)
        live.profile(on.profile, memory, outputs, **often)
        live.language(on.language, memory, outputs, **quiet)
        seen = gr.State(0)
        parts["watch"].tick(on.look, [seen, memory], [seen, *outputs], **quiet)
    # The line is our own: there everybody sees their place in it.
    page.max_threads = _VISITORS
    page.queue(default_concurrency_limit=None)
    return page


def _html(id: str, script: str | None = None) -> gr.HTML:
    return gr.HTML("", elem_id=id, js_on_load=script, apply_default_css=False)


def _text(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _head() -> str:
    icon = quote(_text("icon.svg").strip())
    link = f'<link rel="icon" href="data:image/svg+xml,{icon}">'
    return f"{link}\n<style>{_style()}</style>\n<script>{_text('theme.js')}</script>"


def _style() -> str:
    # Not by Gradio's own ``css``, which rewrites selectors and loses media queries over the whole page.
    return "".join(_text(f"{part}.css") for part in ("style", "cards", "panels"))


def build_app(
    assistant: Assistant, model_name: str, office: Office | None = None, customer: str | None = None
) -> fastapi.FastAPI:
    """The page and the pictures of its products, and at ``/desk`` the service desk, as one application.

    Whoever opens it is ``customer`` where one is named: for a shop's own sign-in before it, or for trying it out.
    """
    app = fastapi.FastAPI(openapi_url=None)

    @app.get(pictures.ROUTE)
    def picture(id: str) -> fastapi.Response:
        product = assistant.shelf.product(id)
        if product is None:
            return fastapi.Response(status_code=404)
        content, kind = pictures.picture(assistant.shelf, product)
        headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": _NOTHING}
        return fastapi.Response(content, media_type=kind, headers=headers)

    seen = Seen() if assistant.shelf.sees else None

    @app.post(SEEN)
    async def look(request: fastapi.Request) -> fastapi.Response:
        content = b""
        async for part in request.stream():
            content += part
            if len(content) > LARGEST:
                return fastapi.Response(status_code=413)
        if seen is None:
            return fastapi.Response(status_code=404)
        try:
            return fastapi.Response(await run_in_threadpool(seen.keep, content), media_type="text/plain")
        except QueryError as error:
            return fastapi.Response(str(error), status_code=422, media_type="text/plain")

    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])
    if office:
        # Before the page, which answers on every path that is left.
        add_desk(app, office, assistant.shelf.name, _style(), theme, ShopReport(assistant))
    gr.mount_gradio_app(
        app,
        build_page(assistant, model_name, seen, customer),
        path="/",
        theme=theme,
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
