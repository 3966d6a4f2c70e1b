"""Cues that plain words give: what is asked for, what is pointed at, which language, which order.

The phrases stand in ``cues.yaml``, where they can be read and extended without reading code.
"""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from assistant.reading.tables import compiled, entry, table
from assistant.state import Intent

_ORDER_ID = re.compile(r"(?<![\w#-])#?(?=[A-Z0-9-]{5,}\b)(?:W\d{6,8}|[A-Z]{1,4}-?\d{4,}(?:-\d+)*|\d{5,}(?:-\d+)*)\b")
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_ORDINALS |= {"fifth": 5, "5th": 5, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_SEVERAL = {"two": 2, "three": 3, "four": 4}

_STARS = ("one", "two", "three", "four", "five")


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The compiled alternatives listed under ``name`` in ``cues.yaml``."""
    return entry("cues", name)


@cache
def _intent_patterns() -> tuple[tuple[Intent, re.Pattern[str]], ...]:
    return tuple(
        (cast(Intent, intent), compiled("cues", alternatives))
        for intent, alternatives in table("cues")["intents"].items()
    )


@cache
def stop_words() -> frozenset[str]:
    """Words that never describe a thing by themselves, lower case."""
    return frozenset(table("cues")["stop_words"].split())


def language(text: str) -> str:
    """ISO 639-1 of the message: "zh" where at least a fifth of its letters are Han, else "en"."""
    letters = [c for c in text if c.isalpha()]
    han = sum("\u3400" <= c <= "\u9fff" for c in letters)
    return "zh" if letters and han / len(letters) >= 0.2 else "en"


def order_id(text: str) -> str | None:
    """The order number in the message, "#W1234567" or one beside the word "order", else None."""
    order_word = compiled("cues", "{order}")
    for match in _ORDER_ID.finditer(text):
        around = text[max(0, match.start() - 40) : match.end() + 20]
        if match[0].startswith("#") or re.match(r"W\d{6,8}$", match[0]) or order_word.search(around):
            return match[0]
    return None


def intents(text: str) -> list[Intent]:
    """The intents that the words speak for, in order of precedence."""
    return [intent for intent, phrases in _intent_patterns() if phrases.search(text)]


def supports(intent: Intent, text: str) -> bool:
    """Whether ``text`` has words of the act that ``intent`` is; what acts on nothing needs none."""
    acts = table("cues")["acts"]
    return intent not in acts or compiled("cues", acts[intent]).search(text) is not None


def says(name: str, text: str) -> str | None:
    """The words of ``text`` that match the phrases under ``name``, or None."""
    match = pattern(name).search(text)
    return match[0].strip() if match else None


def references(text: str, *, pronouns: bool = True) -> tuple[str, ...]:
    """The words that point at something shown, in order; bare pronouns on demand only."""
    found = []
    for match in pattern("pointing").finditer(text):
        word = match[0].strip()
        # "one that is red": nothing is pointed at.
        relative = word.lower() == "that" and pattern("filler").match(text[match.end() :])
        if not match["it"] or " " in word or (pronouns and not relative):
            found.append(word)
    return tuple(found)


def pointing(text: str) -> list[tuple[int, int]]:
    """Where the message points at something shown by its place: "the second one"."""
    return [m.span() for m in pattern("pointing").finditer(text) if not m["it"]]


def pointed_at(text: str, count: int) -> list[int]:
    """0-based positions among ``count`` shown products that the message points at, without repeats."""
    found = places(text, count)
    if not found and (together := says_both(text)):
        # "both the first and the third" says by itself which.
        found = list(range(count if together == "all" else min(2, count)))
    return found


def places(text: str, count: int) -> list[int]:
    """The same by place alone: "both" has none."""
    found: list[int] = []
    if several := pattern("several").search(text):
        word = several["n"].lower()
        found += range(min(int(word) if word.isdigit() else _SEVERAL[word], count))
    for match in pattern("pointing").finditer(text):
        word = (match["n"] or match["zh"] or "").lower()
        place = count if word == "last" else _ORDINALS.get(word) or (int(match["d"]) if match["d"] else 0)
        if 1 <= place <= count:
            found.append(place - 1)
    return list(dict.fromkeys(found))


def says_both(text: str) -> str:
    """ "all" where the message means all things spoken of, "both" where two of them, else ""."""
    match = next((m for m in pattern("pointing").finditer(text) if m["both"]), None)
    return "" if match is None else "all" if match["both"].lower().startswith("all") else "both"


def order_wish(text: str) -> tuple[str, str] | None:
    """A superlative over the whole selection as ("price_up" | "price_down" | "rating", its words), or None."""
    for value, name in (("price_up", "cheapest"), ("price_down", "priciest"), ("rating", "best_rated")):
        if words := says(name, text):
            return value, words
    return None


def stars(text: str) -> tuple[float, str] | None:
    """The least mean rating asked for and its words, or None."""
    match = pattern("stars").search(text)
    if match is None:
        return None
    said = match["n"].lower()
    return float(_STARS.index(said) + 1 if said in _STARS else said), match[0]


def for_whom(text: str) -> str | None:
    """Whom the thing is for, in the shopper's words, or None."""
    match = pattern("for_whom").search(text)
    return None if match is None else (match["who"] or match["age"] or match["zh"])
