"""`python -m benchmarks [NAME...]`: the named benchmarks, or all but the fresh clone, which takes long."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ["start_time", "conversations", "search", "exact", "filtered", "fresh_clone"]


def main() -> None:
    """Runs them one after the other."""
    chosen = sys.argv[1:] or NAMES[:-1]
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        raise SystemExit(f"benchmarks: there is no {unknown[0]!r}. Known are {', '.join(NAMES)}.")
    for name in chosen:
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
