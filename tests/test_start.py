"""Starting is quick: nothing heavy is imported before a command needs it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEAVY = ("bm25s", "chromadb", "gradio", "langchain", "langchain_core", "numpy", "pandas", "sentence_transformers")
HEAVY += ("sqlalchemy", "torch", "transformers", "xllamacpp")
PROGRAM = str(Path(sys.executable).with_name("shoptalk"))


def plain_environment() -> dict[str, str]:
    """As a shopper's own shell: without what the tests put on the path."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def quickest(command: list[str], limit: float, runs: int = 10) -> float:
    """Seconds of wall time of the quickest run: what the work costs, without what else the machine was doing."""
    best = float("inf")
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=plain_environment())
        best = min(best, time.perf_counter() - started)
        if best < limit:
            break
    return best


@pytest.mark.parametrize(
    ("command", "limit"),
    [([sys.executable, "-c", "import assistant"], 0.3), ([PROGRAM, "--help"], 0.6)],
    ids=["import assistant", "shoptalk --help"],
)
def test_starts_within_its_limit(command: list[str], limit: float) -> None:
    taken = quickest(command, limit)
    assert taken < limit, f"{taken:.2f} s, the limit is {limit} s"


# The editable install's finder imports nothing of ours, so what is loaded was imported by the module under test.
@pytest.mark.parametrize(
    "code",
    ["import assistant", "import ui.cli", "from typer.main import get_command; import ui.cli; get_command(ui.cli.app)"],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    report = f"{code}\nimport sys; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    child = subprocess.run(
        [sys.executable, "-c", report], check=True, capture_output=True, text=True, env=plain_environment()
    )
    assert child.stdout.split() == []
