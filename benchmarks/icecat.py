"""The shop made of the real catalogue, and what the suites say of it; imported once and kept under SHOPTALK_HOME."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.record import data_folder

PROGRAM = str(Path(sys.executable).with_name("shoptalk"))


class NoData(SystemExit):
    """The public data set is absent."""


def home() -> Path:
    """Where shops and reports of the benchmarks lie: they hold other people's product texts and are not committed."""
    return Path(os.environ.get("SHOPTALK_HOME") or "~/.cache/shoptalk").expanduser() / "benchmarks"


def catalogue() -> Path:
    """The folder of the data set; ends the program with one line where it is absent."""
    folder = data_folder()
    if folder is None or not (folder / "icecat" / "products.jsonl.gz").is_file():
        raise NoData("benchmarks: the data set icecat is absent. Set SHOPTALK_DATA (see docs/data.md).")
    return folder / "icecat"


def shop() -> tuple[Path, float | None]:
    """The shop's folder, and the seconds its import took where it had to be imported now."""
    folder, feed = home() / "icecat", catalogue() / "products.jsonl.gz"
    if folder.is_dir() and any(folder.iterdir()):
        return folder, None
    started = time.perf_counter()
    subprocess.run([PROGRAM, "import", str(feed), "--shop", str(folder)], check=True, stdout=sys.stderr)
    return folder, time.perf_counter() - started


def run_suite(suite: str, out: Path, *options: str) -> dict[str, Any]:
    """Runs ``shoptalk eval run SUITE --out OUT``; returns its ``metrics.json``."""
    command = [PROGRAM, "eval", "run", suite, "--out", str(out), *options]
    subprocess.run(command, check=True, stdout=sys.stderr)
    found: dict[str, Any] = json.loads((out / suite / "metrics.json").read_text(encoding="utf-8"))
    return found


def evaluate(suite: str, *options: str) -> dict[str, Any]:
    """Runs one suite on that shop with the command line; returns its ``metrics.json``."""
    folder, _ = shop()
    out = home() / "out"
    found = run_suite(suite, out, "--data", str(catalogue()), "--shop", str(folder), *options)
    print(f"benchmarks: report in {out / suite / 'report.html'}", file=sys.stderr)
    return found


def row(name: str, metric: dict[str, float]) -> list[str]:
    """One metric as a row of a table."""
    digits = 0 if name.endswith(("_p50", "_p95")) else 3
    return [
        f"`{name}`",
        f"{metric['value']:,.{digits}f}",
        f"{metric['low']:,.{digits}f} – {metric['high']:,.{digits}f}",
        str(metric["n"]),
    ]
