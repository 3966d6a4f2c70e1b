"""Whether a text stands in a test set: by its words, whatever its id says."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from finetune.settings import RecipeError

# A run of so many words in common is no chance; shorter texts count where they are the same from end to end.
RUN = 13
_SHORT = 5
_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")


class Held:
    """The words of test items, as digests: of each run of 13, and of each short text whole."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.runs: set[int] = set()
        self.whole: set[int] = set()
        for text in texts:
            words = _words(text)
            if len(words) >= _SHORT:
                self.whole.add(_digest(words))
            self.runs.update(_digest(words[i : i + RUN]) for i in range(len(words) - RUN + 1))

    @classmethod
    def read(cls, places: Iterable[Path]) -> Held:
        """From files of JSON Lines (also .gz) or folders of them: every string of a row counts."""
        return cls(text for place in places for path in _files(place) for text in _texts(path))

    def has(self, text: str) -> bool:
        """Whether ``text`` shares a run of 13 words with a test item, or is one of at least five words."""
        words = _words(text)
        return (len(words) >= _SHORT and _digest(words) in self.whole) or any(
            _digest(words[i : i + RUN]) in self.runs for i in range(len(words) - RUN + 1)
        )


def words_held(places: Iterable[Path]) -> frozenset[str]:
    """The texts of test sets by ``whole_words``, however short: a query of one word is a query."""
    return frozenset(whole_words(text) for place in places for path in _files(place) for text in _texts(path))


def whole_words(text: str) -> str:
    """A text's words in lower case, by which two spellings of one query are the same."""
    return " ".join(_words(text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def _digest(words: tuple[str, ...]) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(words).encode(), digest_size=8).digest(), "big")


def _files(place: Path) -> list[Path]:
    if not place.exists():
        raise RecipeError(f"The test items to hold out, {place}, do not exist", "Name files or folders in held_out")
    found = sorted(place.rglob("*")) if place.is_dir() else [place]
    return [p for p in found if p.is_file() and p.name.removesuffix(".gz").endswith((".jsonl", ".json", ".txt"))]


def _texts(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            try:
                yield from _strings(json.loads(line))
            except ValueError:
                yield line


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
