"""What customer service says, in Chinese: sentence by sentence, with the same evidence.

Proposals, refusals and the audit keep the English that a yes is bound to; the words here are for the shopper's eyes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from assistant.state import Sentence

_SLOT = re.compile(r"\\\{(\w+)\\\}")


def in_chinese(sentences: Iterable[Sentence]) -> list[Sentence]:
    """The sentences in Chinese. Those without a Chinese form stay as they are, behind a word that says so."""
    found: list[Sentence] = []
    original = False
    for sentence in sentences:
        said = translated(sentence.text, [e.value for e in sentence.evidence if e.field.startswith("items.")])
        if said is None and not original:
            found.append(Sentence(_table()["original"]))
        original = said is None
        found.append(sentence if said is None else replace(sentence, text=said))
    return found


# Characters of the longest sentence of ours; what is longer is a document's, or somebody's to slow this down.
_LONGEST = 1000


def translated(text: str, names: Sequence[str] = ()) -> str | None:
    """One fixed sentence in Chinese; None for words that are not ours, as a shop's own rule or document.

    ``names`` of things stay as they are, whatever words are in them.
    """
    if len(text) > _LONGEST:
        return None
    for pattern, chinese in _sentences():
        if match := pattern.fullmatch(text):
            return chinese.format(**{slot: _value(slot, value, names) for slot, value in match.groupdict().items()})
    return None


def _value(slot: str, value: str, names: Sequence[str]) -> str:
    """What stands in a slot: names and sums as they are, words and days in Chinese."""
    kept = sorted({name for name in names if name in value}, key=len, reverse=True)
    for n, name in enumerate(kept):
        value = value.replace(name, _hidden(n))
    for english, chinese in _table()["values"].get(slot, {}).items():
        value = re.sub(english, chinese, value, flags=re.IGNORECASE)
    value = re.sub(_day(), lambda m: f" {m[3]} 年 {_table()['months'].index(m[2]) + 1} 月 {m[1]} 日", value).strip()
    for n, name in enumerate(kept):
        value = value.replace(_hidden(n), name)
    return value


def _hidden(number: int) -> str:
    return f"\0{number}\0"


@cache
def _day() -> str:
    return rf"\b(\d{{1,2}}) ({'|'.join(_table()['months'])}) (\d{{4}})\b"


@cache
def _sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(_SLOT.sub(lambda m: f"(?P<{m[1]}>{_holds(m[1])})", re.escape(english)), re.DOTALL), chinese)
        for english, chinese in _table()["sentences"]
    )


def _holds(slot: str) -> str:
    """What may stand in a slot: one of its values where those are all that there are, else anything."""
    values = list(_table()["values"].get(slot, ()))
    if values and all(v.startswith("^") and v.endswith("$") for v in values):
        return "|".join(v[1:-1].replace("(\\S+)", "\\S+") for v in values)
    # The name of one thing, and no sentence before it.
    return r"(?:(?!\. ).)+?" if slot == "thing" else ".+?"


@cache
def _table() -> dict[str, Any]:
    import yaml

    return cast(dict[str, Any], yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")))
