"""The network guard itself: it refuses, it writes down, it lets this machine talk to itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import guard
import pytest

# Reserved for documentation (RFC 5737, RFC 2606): nobody's host, should the guard ever fail.
OUTSIDE = "192.0.2.1"


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of this test's own, so that its deliberate attempts do not fail the run."""
    monkeypatch.setenv(guard.LOG, str(tmp_path / "network.log"))
    return tmp_path / "network.log"


def test_a_connection_outward_is_refused_and_written_down(log: Path) -> None:
    with socket.socket() as out, pytest.raises(ConnectionRefusedError):
        out.connect((OUTSIDE, 80))
    with pytest.raises(ConnectionRefusedError):
        socket.getaddrinfo("shop.example", 443)
    assert [line.split()[:2] for line in log.read_text().splitlines()] == [
        ["socket.connect", f"'{OUTSIDE}'"],
        ["socket.getaddrinfo", "'shop.example'"],
    ]


def test_the_guard_holds_in_a_child_process(log: Path) -> None:
    code = "import socket; socket.create_connection(('shop.example', 443), timeout=1)"
    child = subprocess.run([sys.executable, "-c", code], env=os.environ.copy(), capture_output=True, text=True)
    assert "tests have no network" in child.stderr
    assert "shop.example" in log.read_text()


def test_this_machine_may_talk_to_itself(log: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    assert not log.exists()
