"""No test reaches beyond this machine, and no library does so behind a test's back.

An audit hook refuses every connection and name look-up that leaves the loopback interface, and writes it down: a
library that swallows the refusal (telemetry does) still fails the run. ``sitecustomize.py`` beside this file brings the
same hook into child Python processes by way of PYTHONPATH.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

# Where attempts are written; a test that means to meet the refusal removes it from its child's environment.
LOG = "OFFLINE_GUARD_LOG"
_LOCAL_NAMES = {"", "localhost", "ip6-localhost", socket.gethostname()}


def is_local(host: object) -> bool:
    """Whether ``host``, a name or an address, is this machine's loopback or its wildcard address."""
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def target(event: str, args: tuple[Any, ...]) -> object:
    """The host that a socket event is about; None where there is none (a Unix socket, a datagram without address)."""
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        return args[0]
    if event in ("socket.connect", "socket.sendto"):
        return args[1][0] if isinstance(args[1], tuple) else None
    return None


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    host = target(event, args)
    # Asking for the route to an address (a datagram socket's connect) sends nothing; Gradio does it to learn its own.
    if is_local(host) or (event == "socket.connect" and args[0].type & 0xF == 2):
        return
    if log := os.environ.get(LOG):
        with Path(log).open("a", encoding="utf-8") as lines:
            # Which library asked: deep in its stack, below the HTTP client's own frames.
            callers = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_stack()[-2:-30:-1])
            lines.write(f"{event} {host!r} in {' '.join(sys.argv[:3])} by {callers}\n")
    raise ConnectionRefusedError(f"tests have no network: {event} {host!r}")


def install() -> None:
    """Puts the hook in force for the rest of this process; it cannot be taken out."""
    sys.addaudithook(_hook)
