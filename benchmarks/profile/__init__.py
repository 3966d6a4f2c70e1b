"""What profiles of customers are worth, measured on the demo shop's hidden tastes."""

from __future__ import annotations

import sys


def main() -> None:
    """Measures and writes the results."""
    from benchmarks.profile.__main__ import main as measured

    measured("--quick" in sys.argv[1:])
