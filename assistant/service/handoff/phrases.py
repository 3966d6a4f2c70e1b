"""The phrases of ``words.yaml``, read once and compiled."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, cast


@cache
def table() -> dict[str, Any]:
    """The whole file."""
    import yaml

    return cast(dict[str, Any], yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")))


@cache
def pattern(part: str, name: str = "") -> re.Pattern[str]:
    """What stands under ``part``, or under ``name`` in it, as one pattern without letter case."""
    found = table()[part][name] if name else table()[part]
    text = found if isinstance(found, str) else "|".join(found)
    while match := re.search(r"\{([a-z_]+)\}", text):
        text = f"{text[: match.start()]}(?:{'|'.join(table()['parts'][match[1]])}){text[match.end() :]}"
    return re.compile(text, re.IGNORECASE)
