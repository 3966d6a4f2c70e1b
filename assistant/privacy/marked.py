"""Sentences whose personal data somebody marked, as files; and which of them nothing is learned from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ShopTalkError
from assistant.privacy.values import TYPES, Span
from retrieval.jsonlines import read_rows

_FORM = 'A row is {"text", "template_id", "spans": [{"type", "start", "end"}]}'
# Of five templates, so many are held out.
_HELD = 2


class PersonalDataError(ShopTalkError):
    """Texts that cannot be masked or given out, or data that nothing can be learned from."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence, and which template it was filled from."""

    text: str
    template: str
    spans: tuple[Span, ...]

    @property
    def held_out(self) -> bool:
        """Whether its template is one that only judges. It follows from the template's name, whatever the file."""
        return int(hashlib.sha256(f"pii {self.template}".encode()).hexdigest(), 16) % 5 < _HELD


def sentences(path: Path) -> list[Marked]:
    """Every row of a file, in its order. Raises ``PersonalDataError`` with the first bad row."""
    found = []
    for number, row in enumerate(read_rows(path), start=1):
        try:
            text = str(row["text"])
            spans = [Span(int(s["start"]), int(s["end"]), str(s["type"])) for s in row["spans"]]
            if any(s.type not in TYPES or not 0 <= s.start < s.end <= len(text) for s in spans):
                raise ValueError("a span is of an unknown type or lies outside the text")
            found.append(Marked(text, str(row["template_id"]), tuple(sorted(spans))))
        except (KeyError, TypeError, ValueError) as error:
            raise PersonalDataError(f"{path}, row {number} is no marked sentence: {error!r}", _FORM) from error
    if not found:
        raise PersonalDataError(f"{path} is empty", _FORM)
    return found
