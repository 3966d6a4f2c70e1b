"""`python -m benchmarks [NAME...]`: the named benchmarks, or all but those that take long."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = [
    "start_time",
    "demo_shop",
    "conversations",
    "dialogues",
    "grounding",
    "search",
    "indexing",
    "adapter",
    "reading",
    "load",
    "handoff",
    "questions",
    "policies",
    "preferences",
    "recommending",
    "intents",
    "privacy",
    "ads",
]
LONG = [
    "opinions",
    "service",
    "mixed_goals",
    "profile",
    "ablations",
    "embedder",
    "engines",
    "private",
    "dpo",
    "self_training",
    "training",
    "understanding",
    "handwritten",
    "exact",
    "filtered",
    "growth",
    "homedepot",
    "million",
    "crash",
    "fresh_clone",
    "oracles",
    "peers",
    "simulated",
    "segments",
    "found_target",
]


def main() -> None:
    """Runs them one after the other."""
    chosen = sys.argv[1:] or NAMES
    known = [*NAMES, *LONG]
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise SystemExit(f"benchmarks: there is no {unknown[0]!r}. Known are {', '.join(known)}.")
    for name in chosen:
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
