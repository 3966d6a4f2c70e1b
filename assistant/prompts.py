"""The one renderer of prompts, used by chat, evaluation and training alike.

The words stand in ``prompts/*.md``: a heading a message (``# system``, ``# user``, ``# assistant``), placeholders in
double braces. Values are put in after the file is cut into messages, so no value can open a message of its own.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

Message = tuple[str, str]
_HEADING = re.compile(r"^# (system|user|assistant)\s*$", re.MULTILINE)
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# Terminal sequences whole, so that "\x1b[31m" does not leave a length of 31 m behind.
_CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|"
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]"
)


@cache
def _messages(name: str) -> tuple[Message, ...]:
    parts = _HEADING.split((Path(__file__).parent / "prompts" / f"{name}.md").read_text("utf-8"))
    return tuple((role, text.strip()) for role, text in zip(parts[1::2], parts[2::2], strict=True))


def plain(text: str, limit: int) -> str:
    """Shopper or catalogue text as one line of at most ``limit`` characters, without control characters."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def is_tuned(model: object) -> bool:
    """Whether ``model`` was trained for the short prompts, as the adapter that ships was."""
    return getattr(model, "prompts", "") == "tuned"


def render_for(model: object, name: str, **values: str) -> list[Message]:
    """``render`` with the prompts that ``model`` learnt: a tuned one needs no examples, and is told the context."""
    return render(f"{name}_tuned" if is_tuned(model) else name, **values)


def render(name: str, **values: str) -> list[Message]:
    """The messages of ``prompts/NAME.md`` with every ``{{ value }}`` filled in; values without a place are left out.

    Everything before the last user message is the same in each call, so an engine reads it once.
    """

    def fill(text: str) -> str:
        return _PLACE.sub(lambda m: values[m[1]], text)

    return [(role, fill(text)) for role, text in _messages(name)]
