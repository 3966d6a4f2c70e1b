"""The phrase tables beside this module, read once: YAML lists of regular expressions with named parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast


@cache
def table(name: str) -> dict[str, Any]:
    """The content of ``NAME.yaml`` in this folder."""
    import yaml

    return cast(dict[str, Any], yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text("utf-8")))


def patterns(
    rows: Sequence[Mapping[str, str]], parts: Mapping[str, str], becomes: str, flags: int = 0
) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What the rows say under "said", compiled, and what it ``becomes``, in order.

    ``{part}`` stands for what ``parts`` has under that name; a part may hold those that stand before it.
    """
    found = []
    for row in rows:
        pattern = row["said"]
        for name, part in reversed([*parts.items()]):
            pattern = pattern.replace(f"{{{name}}}", part)
        found.append((re.compile(pattern, flags), row[becomes]))
    return tuple(found)


@cache
def entry(name: str, key: str) -> re.Pattern[str]:
    """The pattern under ``key`` in the table ``name``, without letter case; a list is one of its members."""
    return compiled(name, table(name)[key])


def compiled(name: str, alternatives: str | list[str]) -> re.Pattern[str]:
    """A pattern with every ``{part}`` replaced by what stands under ``words`` in the table, parts of parts too."""
    pattern = alternatives if isinstance(alternatives, str) else "|".join(alternatives)
    parts = table(name)["words"]
    while match := re.search(r"\{([a-z_]+)\}", pattern):
        part = parts[match[1]]
        text = part if isinstance(part, str) else f"(?:{'|'.join(part)})"
        pattern = pattern[: match.start()] + text + pattern[match.end() :]
    return re.compile(pattern, re.IGNORECASE)
