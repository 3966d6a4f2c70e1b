"""The service desk at ``/desk``: a door with a password, and behind it a page of its own.

The session is a cookie that no script reads and no other site sends along. Without it nothing behind the door answers.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastapi
import gradio as gr
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from assistant.desk.accounts import LONGEST_SESSION, Accounts
from assistant.desk.office import Office
from assistant.errors import DeskError
from ui.desk.handlers import COOKIE, Handlers, Seat

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PATH, SIGN_IN, SIGN_OUT, INSIGHTS = "/desk", "/desk/sign-in", "/desk/sign-out", "/desk/insights"
# Seconds between two looks for news.
_NEWS = 3
# Bytes of a sign-in form.
_LONGEST_FORM = 4_000


def add_desk(
    app: fastapi.FastAPI, office: Office, shop: str, style: str, theme: Any, insights: Callable[[], str]
) -> None:
    """The desk beside the shop's page. To be called before that page, which takes every other path, is mounted.

    ``insights`` gives the report of what customers tell as HTML; supervisors can read it.
    """
    app.add_middleware(Door, accounts=office.accounts)

    @app.get(SIGN_IN)
    def door(ended: bool = False) -> HTMLResponse:
        return _door(shop, style, "Your session has ended; sign in again" if ended else "")

    @app.post(SIGN_IN)
    async def sign_in(request: fastapi.Request) -> fastapi.Response:
        given = await _form(request)
        address = request.client.host if request.client else ""
        try:
            token = await _in_thread(office.accounts.sign_in, given.get("name", ""), given.get("password", ""), address)
        except DeskError as error:
            return _door(shop, style, str(error), 401)
        found = RedirectResponse(f"{PATH}/", 303)
        secure, longest = request.url.scheme == "https", int(LONGEST_SESSION.total_seconds())
        found.set_cookie(COOKIE, token, longest, path=PATH, secure=secure, httponly=True, samesite="strict")
        return found

    @app.post(SIGN_OUT)
    def sign_out(request: fastapi.Request) -> fastapi.Response:
        office.accounts.sign_out(request.cookies.get(COOKIE))
        found = RedirectResponse(SIGN_IN, 303)
        found.delete_cookie(COOKIE, path=PATH)
        return found

    @app.get(INSIGHTS)
    async def report(request: fastapi.Request) -> fastapi.Response:
        agent = await _in_thread(office.accounts.who, request.cookies.get(COOKIE))
        if agent.role != "supervisor":
            return PlainTextResponse("Only supervisors can read this.", 403)
        headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "Cache-Control": "no-store",
        }
        return HTMLResponse(await _in_thread(insights), headers=headers)

    gr.mount_gradio_app(
        app,
        build_desk(office, shop),
        path=PATH,
        theme=theme,
        head=f"<style>{style}{_text('desk.css')}</style>",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
    )


def build_desk(office: Office, shop: str) -> gr.Blocks:
    """The page behind the door."""
    on = Handlers(office, shop)
    with gr.Blocks(title=f"{shop} · service desk", analytics_enabled=False, fill_width=True) as page:
        seat = gr.State(Seat())
        head = _html("sd-top")
        with gr.Row(elem_id="sd-body"):
            with gr.Column(elem_id="sd-left"):
                left = _html("sd-queue", _text("desk.js"))
            with gr.Column(elem_id="sd-middle"):
                talk = _html("sd-talk")
                draft = gr.Textbox(
                    label="Your message", lines=4, max_lines=12, submit_btn="Send", elem_id="sd-draft", visible=False
                )
                presses = _html("sd-presses")
            with gr.Column(elem_id="sd-right"):
                side = _html("sd-side")
        parts = [seat, head, left, talk, presses, draft, side]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(on.load, None, parts, **quiet)
        left.act(on.act, seat, parts, trigger_mode="multiple", **quiet)
        draft.submit(on.send, [seat, draft], parts, **quiet)
        gr.Timer(_NEWS).tick(on.tick, seat, parts, **quiet)
    page.queue(default_concurrency_limit=None)
    return page


class Door:
    """Lets nobody without a session behind the door: a page leads to the sign-in, anything else is refused."""

    def __init__(self, app: ASGIApp, accounts: Accounts) -> None:
        self.app = app
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = str(scope.get("path", ""))
        behind = scope["type"] == "http" and (path == PATH or path.startswith(f"{PATH}/"))
        if not behind or path in (SIGN_IN, SIGN_OUT) or await self._may(scope):
            await self.app(scope, receive, send)
        elif scope["method"] == "GET" and path in (PATH, f"{PATH}/"):
            await RedirectResponse(SIGN_IN, 303)(scope, receive, send)
        else:
            await PlainTextResponse("Sign in first.", 401)(scope, receive, send)

    async def _may(self, scope: Scope) -> bool:
        token = cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE)
        try:
            await _in_thread(self._accounts.who, token, False)
        except DeskError:
            return False
        return True


async def _in_thread(what: Any, *given: Any) -> Any:
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(what, *given)


async def _form(request: fastapi.Request) -> dict[str, str]:
    """The fields of a small form, read without further libraries."""
    from urllib.parse import parse_qsl

    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _door(shop: str, style: str, fault: str = "", status: int = 200) -> HTMLResponse:
    line = f'<p class="st-note st-error" role="alert">{escape(fault)}</p>' if fault else ""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(shop)} · sign in</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}{_text('desk.css')}</style></head><body><main class='gradio-container sd-door'>"
        f'<form method="post" action="{SIGN_IN}" class="st-panel"><h1>{escape(shop)} · service desk</h1>{line}'
        '<label>Name<input name="name" autocomplete="username" required autofocus></label>'
        '<label>Password<input name="password" type="password" autocomplete="current-password" required></label>'
        '<button class="st-pill st-strong">Sign in</button></form></main></body></html>',
        status,
    )


def _html(id: str, script: str | None = None) -> gr.HTML:
    return gr.HTML("", elem_id=id, js_on_load=script, apply_default_css=False)


def _text(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
