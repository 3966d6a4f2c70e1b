"""A stranger's first minutes: a clean clone, an empty home, `make demo`, and a question asked in the browser.

`python -m benchmarks.fresh_clone [--repository URL]` prints the seconds from `make demo` to the page, to the first
card and to the first checked sentence. It needs Chromium and the network (for pip), and nothing this checkout built.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.record import ROOT, write

QUESTION = "a red desk lamp under $60"
# Downloading and installing is the network's time; an hour is far beyond it.
PATIENCE = 3600.0


def clean_environment(home: Path) -> dict[str, str]:
    """This shell's environment with an empty home and none of our settings, caches or virtual environments."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHOPTALK_", "XDG_", "HF_", "PIP_CACHE", "VIRTUAL_ENV", "PYTHONPATH", "MAKE", "MFLAGS"))
    }
    own = str(Path(sys.executable).parent)
    kept["PATH"] = os.pathsep.join(part for part in kept["PATH"].split(os.pathsep) if part != own)
    return {**kept, "HOME": str(home)}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def demo(clone: Path, home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`make demo` as a process group of its own, ended with all its children."""
    command = ["make", "demo", f"ARGS=--no-browser --port {port}"]
    process = subprocess.Popen(
        command,
        cwd=clone,
        env=clean_environment(home),
        stdout=sys.stderr,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for_page(process: subprocess.Popen[bytes], address: str) -> None:
    """Returns when the page answers; ends the program when `make demo` ends first or patience does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"fresh_clone: `make demo` ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise SystemExit(f"fresh_clone: no page at {address} after {PATIENCE:,.0f} s")


def ask(address: str, started: float) -> tuple[float, float, str]:
    """Asks ``QUESTION`` in Chromium; seconds since ``started`` to the first card, to the first sentence, and it."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        box = page.get_by_role("textbox").first
        box.fill(QUESTION)
        box.press("Enter")
        page.locator("article.st-card").first.wait_for(timeout=120_000)
        card = time.monotonic() - started
        sentence = page.locator("p.st-says").first
        sentence.wait_for(timeout=120_000)
        said = time.monotonic() - started
        text = sentence.inner_text()
        browser.close()
    return card, said, text


def main(*options: str) -> None:
    """Measures and writes the results."""
    source = options[1] if options[:1] == ("--repository",) and len(options) > 1 else str(ROOT)
    with tempfile.TemporaryDirectory(prefix="shoptalk-fresh-") as folder:
        clone, home, port = Path(folder) / "shoptalk", Path(folder) / "home", free_port()
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", source, str(clone)], check=True)
        address = f"http://127.0.0.1:{port}/"
        started = time.monotonic()
        with demo(clone, home, port) as process:
            wait_for_page(process, address)
            page = time.monotonic() - started
            card, sentence, text = ask(address, started)
    values = {"page": round(page, 1), "first_card": round(card, 1), "first_sentence": round(sentence, 1)}
    table = [["from `make demo` to", "seconds"], *([n.replace("_", " "), f"{s:,.1f}"] for n, s in values.items())]
    note = (
        "A clean clone with an empty home: no virtual environment, no pip cache, no weights, no shop. Asked in "
        f"Chromium: “{QUESTION}”. Most of it is downloading and installing packages, at this network's speed; between "
        "page and first sentence lie the browser's start, too."
    )
    write("fresh_clone", "Fresh clone", {**values, "question": QUESTION, "answer": text}, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
