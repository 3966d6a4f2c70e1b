"""How long `import assistant` and `shoptalk --help` take: ten runs of each in fresh processes.

`python -m benchmarks.start_time`
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.record import write

RUNS = 10
PROGRAM = str(Path(sys.executable).with_name("shoptalk"))
# What is started -> (command, limit in seconds).
STARTS = {
    "import assistant": ([sys.executable, "-X", "importtime", "-c", "import assistant"], 0.3),
    "shoptalk --help": ([PROGRAM, "--help"], 0.6),
}


def once(command: list[str]) -> tuple[float, float | None]:
    """Seconds of the whole process, and of the import alone where ``-X importtime`` tells it."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    whole = time.perf_counter() - started
    told = re.search(r"\|\s+(\d+) \| assistant\s*$", done.stderr, re.MULTILINE)
    return whole, int(told[1]) / 1e6 if told else None


def main() -> None:
    """Measures and writes the results."""
    table = [["start", "median", "slowest of ten", "the import alone, median", "limit"]]
    values = {}
    for name, (command, limit) in STARTS.items():
        once(command)  # the first run compiles and fills the disk cache
        runs = [once(command) for _ in range(RUNS)]
        whole = [w for w, _ in runs]
        alone = [a for _, a in runs if a is not None]
        median = statistics.median(whole)
        values[name] = {"seconds": whole, "median": median, "import_seconds": alone, "limit": limit}
        inner = f"{statistics.median(alone):.3f} s" if alone else "–"
        table.append([f"`{name}`", f"{median:.3f} s", f"{max(whole):.3f} s", inner, f"{limit} s"])
    note = f"Wall time of a fresh process with a warm disk cache, Python's own start included; {RUNS} runs."
    write("start_time", "Start", {"runs": RUNS, **values}, table, note)


if __name__ == "__main__":
    main()
