"""Personal data found and hidden, beside Presidio; and who can be told in what was given out under pseudonyms."""

from __future__ import annotations


def main() -> None:
    """Measures and writes the results."""
    from benchmarks.privacy.__main__ import main as measured

    measured()
