"""Commands that open the web page: ``demo`` and ``web``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands.talk import AdapterOption, ModelOption, ShopOption, settings

if TYPE_CHECKING:
    from assistant.build import Assistant

BrowserOption = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")]
HostOption = Annotated[str, typer.Option("--host", help="Address to listen on; 0.0.0.0 for every network.")]

CustomerOption = Annotated[
    str | None,
    typer.Option("--customer", help="Who is signed in on this page: everybody who reaches it is taken for them."),
]


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    app.command("demo")(demo)
    app.command("web")(web)


def demo(
    port: Annotated[int | None, typer.Option("--port", help="Port; the first free one from 7860 by default.")] = None,
    host: HostOption = "127.0.0.1",
    model: ModelOption = None,
    adapter: AdapterOption = None,
    browser: BrowserOption = True,
    customer: CustomerOption = None,
) -> None:
    """Open the demo shop in the browser; fetches weights and builds the shop where they are missing."""
    from time import perf_counter

    started = perf_counter()
    from ui.demo import open_warm, prepare_demo
    from ui.page.server import free_port

    free_port(host, port)
    chosen = settings(None, model, adapter).model_copy(update={"shop": None})
    prepare_demo(chosen)
    # Asked again: the steps before took a while.
    _open(open_warm(chosen), host, free_port(host, port), browser, started, customer)


def web(
    shop: ShopOption = None,
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 7860,
    host: HostOption = "127.0.0.1",
    model: ModelOption = None,
    adapter: AdapterOption = None,
    browser: BrowserOption = True,
    customer: CustomerOption = None,
) -> None:
    """Open a shop in the browser."""
    from time import perf_counter

    started = perf_counter()
    from ui.demo import open_warm
    from ui.page.server import free_port

    free_port(host, port)
    _open(open_warm(settings(shop, model, adapter)), host, port, browser, started, customer)


def _open(
    assistant: Assistant, host: str, port: int, browser: bool, started: float, customer: str | None = None
) -> None:
    import webbrowser
    from threading import Thread
    from time import perf_counter

    from assistant.build import open_office
    from ui.demo import step
    from ui.page.server import serve
    from ui.render import model_label
    from ui.web import build_app

    with step("Page"):
        model = model_label(assistant.settings.model, assistant.settings.adapter)
        app = build_app(assistant, model, open_office(assistant), customer)

    def ready(address: str) -> None:
        print(f"Ready after {perf_counter() - started:.1f} s. Ctrl-C ends it; conversations are kept.", file=sys.stderr)
        print(address, flush=True)
        if browser:
            # Some systems wait for the browser to end.
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(app, host, port, ready)
