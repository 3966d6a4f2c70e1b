"""Starts a PostgreSQL server of its own in a temporary folder and runs the tests of customer service on it.

Needs PostgreSQL's programs (Debian: ``apt-get install postgresql``); an installed server is not touched. The server will
not run as root, so root lets the user ``postgres`` run it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def programs() -> Path:
    """The folder of ``initdb`` and ``pg_ctl``."""
    known = [Path(found).resolve().parent for name in ("initdb",) if (found := shutil.which(name))]
    known += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in known:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise SystemExit("test-postgres: PostgreSQL is not installed. Install it (Debian: apt-get install postgresql).")


def main() -> int:
    """Runs the tests; the exit code is theirs."""
    bin_ = programs()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        folder.mkdir()
        if os.getuid() == 0:
            Path(place).chmod(0o755)
            shutil.chown(folder, "postgres")

        def server(program: str, *words: str) -> None:
            as_user = {"user": "postgres"} if os.getuid() == 0 else {}
            subprocess.run([bin_ / program, *words], check=True, cwd="/", stdout=subprocess.DEVNULL, **as_user)  # type: ignore[call-overload]

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server("initdb", "-D", str(folder), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        server("pg_ctl", "-D", str(folder), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            address = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
            given = sys.argv[1:]
            # Options alone name no tests.
            tests = [] if any(not word.startswith("-") for word in given) else ["tests/assistant/service"]
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *given, *tests],
                cwd=ROOT,
                env={**os.environ, "SHOPTALK_TEST_POSTGRES": address},
            )
            return done.returncode
        finally:
            server("pg_ctl", "-D", str(folder), "-m", "immediate", "stop")


if __name__ == "__main__":
    sys.exit(main())
