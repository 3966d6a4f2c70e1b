"""Where results go, and what machine they were measured on. Nothing that names this very machine is written."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results"


def data_folder() -> Path | None:
    """The public data sets: SHOPTALK_DATA, else ``shared/data`` beside the checkout; None where they are absent."""
    folder = Path(os.environ.get("SHOPTALK_DATA") or ROOT.parent / "shared" / "data")
    return folder if folder.is_dir() else None


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> dict[str, Any]:
    """What a number depends on."""
    return {
        "cores": cores(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "shoptalk": version("shoptalk"),
        "date": datetime.now(UTC).date().isoformat(),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def write(name: str, title: str, values: Mapping[str, Any], table: Sequence[Sequence[str]], note: str) -> None:
    """Writes ``results/NAME.json`` (everything) and ``results/NAME.md`` (the table, its first row the head)."""
    RESULTS.mkdir(exist_ok=True)
    where = machine()
    (RESULTS / f"{name}.json").write_text(json.dumps({**values, "machine": where}, indent=2) + "\n", encoding="utf-8")
    head, *body = table
    rows = [head, ["---"] * len(head), *body]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    measured = ", ".join(f"{key} {value}" for key, value in where.items())
    text = f"# {title}\n\n" + "\n".join(lines) + f"\n\n{note}\n\nMeasured on: {measured}.\n"
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)
