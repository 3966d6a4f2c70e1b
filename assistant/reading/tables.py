"""The phrase tables beside this module, read once: YAML lists of regular expressions with named parts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, cast


@cache
def table(name: str) -> dict[str, Any]:
    """The content of ``NAME.yaml`` in this folder."""
    import yaml

    return cast(dict[str, Any], yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text("utf-8")))


def filled(name: str, pattern: str) -> str:
    """``pattern`` with every ``{part}`` replaced by what stands under ``words`` in the table, parts of parts too."""
    parts = table(name)["words"]
    while match := re.search(r"\{([a-z_]+)\}", pattern):
        part = parts[match[1]]
        alternatives = part if isinstance(part, str) else f"(?:{'|'.join(part)})"
        pattern = pattern[: match.start()] + alternatives + pattern[match.end() :]
    return pattern


@cache
def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    return re.compile(filled(name, pattern), re.IGNORECASE)


def compiled(name: str, alternatives: str | list[str]) -> re.Pattern[str]:
    """One pattern without letter case; a list is one of its members."""
    return _compiled(name, alternatives if isinstance(alternatives, str) else "|".join(alternatives))
