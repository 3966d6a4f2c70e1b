"""JSON Lines: one object a line."""

from __future__ import annotations

import io
import json
from typing import NoReturn

from retrieval.formats.encoding import is_broken
from retrieval.formats.row import Refused, Row, Rows


def jsonl_rows(text: io.TextIOWrapper, file: str) -> Rows:
    """One row for each object; blank lines count as lines and hold nothing."""
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        if is_broken(line, text.encoding):
            yield Refused(file, number, "not UTF-8 text")
            continue
        try:
            value = json.loads(line, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            reason = str(error) if not isinstance(error, RecursionError) else "nested too deeply"
            yield Refused(file, number, f"not JSON ({reason})")
            continue
        if isinstance(value, dict):
            yield Row(number, value, typed=True)
        else:
            yield Refused(file, number, f"a JSON {type(value).__name__} where an object is wanted")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
