"""Words that every shop shares, read from ``lexicon.yaml``: colours, materials, properties, stop words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from retrieval.measures import read_table
from retrieval.text import fold

_PARTS = re.compile(r"[^\W_]+")


def key(phrase: str) -> str:
    """A phrase as look-ups compare it: lower case words with single spaces ("Wi-Fi" -> "wi fi")."""
    return " ".join(_PARTS.findall(fold(phrase)))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The shared words; every phrase is a ``key``."""

    colours: frozenset[str]
    shades: frozenset[str]
    unsure_colours: frozenset[str]
    materials: frozenset[str]
    unsure_materials: frozenset[str]
    # Every spelling of a property -> all its spellings, the usual one first.
    flags: Mapping[str, tuple[str, ...]]
    # (noun, name of what does more, words for that): a printer that scans is an all-in-one printer.
    doing_more: tuple[tuple[str, str, frozenset[str]], ...]
    # What is lacking -> the property of what lacks it: "cable" -> "wireless".
    lacking: Mapping[str, str]
    # A value -> other words for it.
    same_value: Mapping[str, tuple[str, ...]]
    # Sayings in which a colour or material is none.
    fixed: frozenset[str]
    stop_words: frozenset[str]
    # Words that say nothing more beside a value or an amount.
    beside_a_value: frozenset[str]
    ordinary: frozenset[str]

    def colour(self, phrase: str) -> str | None:
        """The colour that a key names ("dark blue", "black colour" -> "black"), or None."""
        parts = [p for p in phrase.split() if p not in ("colour", "color", "coloured", "colored")]
        if parts and any(p in self.colours for p in parts) and all(p in self.colours | self.shades for p in parts):
            return " ".join(parts)
        return None


@cache
def lexicon() -> Lexicon:
    """The words of ``lexicon.yaml``, read once."""
    raw = read_table("lexicon.yaml")
    flags: dict[str, tuple[str, ...]] = {}
    for row in raw["flags"]:
        spellings = tuple(dict.fromkeys(key(str(s)) for s in row))
        flags |= dict.fromkeys(spellings, spellings)
    return Lexicon(
        colours=frozenset(raw["colours"].split()),
        shades=frozenset(raw["shades"].split()),
        unsure_colours=frozenset(raw["unsure_colours"].split()),
        materials=frozenset(map(key, raw["materials"])),
        unsure_materials=frozenset(raw["unsure_materials"].split()),
        flags=flags,
        doing_more=tuple((noun, name, frozenset(does.split())) for noun, name, does in raw["doing_more"]),
        lacking={word: name for name, without in raw["lacking"].items() for word in without.split()},
        same_value={key(value): tuple(others) for value, others in raw["same_value"].items()},
        fixed=frozenset(map(key, raw["fixed"])),
        stop_words=frozenset(raw["stop_words"].split()),
        beside_a_value=frozenset(raw["beside_a_value"].split()),
        ordinary=frozenset(raw["ordinary"].split()),
    )
