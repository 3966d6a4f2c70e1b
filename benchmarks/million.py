"""A feed of a million rows, imported without vectors: the time it takes, and the memory it never exceeds.

`python -m benchmarks.million [--rows N] [--with-category]`
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.icecat import PROGRAM
from benchmarks.invented_feed import write_feed
from benchmarks.record import write

ROWS = 1_000_000
# Megabytes.
LIMIT = 1024


def measured(feed: Path, shop: Path) -> tuple[float, int]:
    """Seconds of an import, and the most memory in MB that any import so far has taken."""
    started = time.perf_counter()
    command = [PROGRAM, "import", str(feed), "--shop", str(shop), "--no-embed"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def main(*options: str) -> None:
    """Measures and writes the results."""
    rows = int(options[options.index("--rows") + 1]) if "--rows" in options else ROWS
    with_category = "--with-category" in options
    with tempfile.TemporaryDirectory(prefix="shoptalk-million-") as folder:
        feed, shop = Path(folder) / "feed.csv", Path(folder) / "shop"
        write_feed(feed, rows, with_category=with_category)
        size = feed.stat().st_size
        first, peak = measured(feed, shop)
        again, peak_again = measured(feed, shop)
        disk = sum(f.stat().st_size for f in shop.rglob("*") if f.is_file())
    table = [
        ["import", "seconds", "rows a second", "peak memory, MB", "goal"],
        *(
            [name, f"{seconds:,.0f}", f"{rows / seconds:,.0f}", f"{memory:,}", f"at most {LIMIT:,} MB"]
            for name, seconds, memory in (("first", first, peak), ("again, unchanged", again, peak_again))
        ),
    ]
    category = "with a category column" if with_category else "without a category column, so that types are derived"
    note = (
        f"`shoptalk import feed.csv --no-embed` of {rows:,} invented rows ({size / 1e6:,.0f} MB of CSV, {category}), "
        "as a process of its own; its memory is the kernel's figure for the whole process (maximum resident set; for "
        f"the second import, of both). The shop takes {disk / 1e6:,.0f} MB on disk."
    )
    values = {"rows": rows, "with_category": with_category, "seconds": first, "peak_mb": peak, "seconds_again": again}
    write("million", "A feed of a million rows", values, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
