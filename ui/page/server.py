"""The page's process: a free port, the headers that keep a browser from other hosts, serving until interrupted."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assistant.errors import ShopTalkError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIRST_PORT = 7860
_TRIED = 100
# Pictures may lie where the feed says; everything else comes from this server and talks to this server.
_HEADERS = {
    b"content-security-policy": (
        b"default-src 'self'; img-src 'self' data: https: http:; style-src 'self' 'unsafe-inline'; "
        b"font-src 'self' data:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; connect-src 'self'; "
        b"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    ),
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}


class PortTaken(ShopTalkError):
    """A port that another program listens on, or that this user may not listen on."""


class Fence:
    """Adds the headers to every answer that does not bring its own. Passes streams through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def fenced(message: Message) -> None:
            if message["type"] == "http.response.start":
                have = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((n, v) for n, v in _HEADERS.items() if n not in have)]
            await send(message)

        await self.app(scope, receive, fenced)


def free_port(host: str, port: int | None) -> int:
    """``port`` if it can be listened on (``PortTaken`` if not); the first free one from 7860 where None."""
    for candidate in [port] if port is not None else range(FIRST_PORT, FIRST_PORT + _TRIED):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, candidate))
            except (OSError, OverflowError) as error:
                reason = getattr(error, "strerror", None) or str(error)
            else:
                return candidate
    wanted = f"port {port}" if port is not None else f"any port from {FIRST_PORT} to {FIRST_PORT + _TRIED - 1}"
    raise PortTaken(f"cannot listen on {wanted} of {host}: {reason}", "name another one with --port")


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the page."""
    name = "localhost" if host in ("0.0.0.0", "::", "127.0.0.1") else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _is_fault(record: logging.LogRecord) -> bool:
    """Whether a line of the server's log tells of a fault: an event stream that ends with the server is none."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def serve(app: Any, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serves until interrupted; ``on_ready`` gets the page's address once it answers."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                on_ready(address(host, port))

    # Browsers hold their event streams open; they are not waited for.
    config = uvicorn.Config(Fence(app), host=host, port=port, log_level="error", timeout_graceful_shutdown=1, ws="none")
    logging.getLogger("uvicorn.error").addFilter(_is_fault)
    with suppress(KeyboardInterrupt):  # uvicorn raises it again once everything is closed
        Server(config).run()
