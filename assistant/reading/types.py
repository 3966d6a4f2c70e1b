"""Types that a model names: in the shop's words, and only where the message asks for such a thing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from assistant.reading.needs import is_its_wire, relation
from assistant.reading.slots import Reader, Reading
from assistant.reading.spelling import mended
from assistant.state import Preferences, Wish
from retrieval.nouns import singular

# What follows says more of the thing, and is not the thing.
_MORE = re.compile(r"\s+(?:for|with|without|in|from|of|that|which|to|on|under)\s.*", re.IGNORECASE)


def as_type(wish: Wish, reading: Reading, vocabulary: Reader) -> Wish | None:
    """The type in the shop's words: "calculater for school" is a calculator; as said where the shop has no such type.

    None where the rules found a type that the shop knows in place of one that it does not.
    """
    if vocabulary.resolve_kind(str(wish.value)):
        return wish
    said = _MORE.sub("", wish.words) or wish.words
    if vocabulary.resolve_kind(said):
        return replace(wish, value=singular(said), words=said)
    start = reading.text.find(said)
    noun = mended(reading.text, start, start + len(said), vocabulary)
    if noun is not None and vocabulary.resolve_kind(noun.value):
        return replace(wish, value=noun.value, words=noun.words)
    if any(w.slot == "category" and vocabulary.resolve_kind(str(w.value)) for w in reading.wishes):
        return None
    return wish


def may_be_type(
    wish: Wish,
    reading: Reading,
    before: Preferences,
    vocabulary: Reader,
    trust: Literal["rules", "model", "model alone"],
) -> bool:
    """Whether a type that a model names is one: not the type under way once more, nor one that nobody asks for."""
    current = next((str(w.value) for w in before.of("category")), None)
    if trust != "model":
        return trust == "model alone" or current is None
    if _beside_the_point(wish, reading, vocabulary) or _at_hand(wish, reading, vocabulary):
        return False
    at = reading.text.find(wish.words)
    asked = any(c.act == "opens" and c.start <= at < c.end for c in reading.clauses)
    if current is not None and not asked and not vocabulary.resolve_kind(str(wish.value)):
        # "Grandma adds something": what the shop does not know is another need only where it is asked for.
        return False
    if current is not None and is_its_wire(reading.text, at, at + len(wish.words), current, vocabulary):
        return False
    return current is None or relation(current, str(wish.value), vocabulary) != "same"


_OWNED = re.compile(r"\b(?:my|our|his|her|their)\s+(?:(?:old|own|new|current)\s+)?$", re.IGNORECASE)


def _at_hand(wish: Wish, reading: Reading, vocabulary: Reader) -> bool:
    """Whether a type is what somebody has ("my old camera takes SD cards"), and another one is named as well."""
    at = reading.text.find(wish.words)
    others = (k for k in vocabulary.kinds(reading.text) if not k.start <= at < k.end)
    return _OWNED.search(reading.text[: max(at, 0)]) is not None and any(True for _ in others)


def _beside_the_point(wish: Wish, reading: Reading, vocabulary: Reader) -> bool:
    """Whether only a reason names the type, or a remark beside what is asked for.

    "Moving house again. I need sturdy boxes": what is asked for by a verb is the thing.
    """
    need = reading.need
    if need is None or need.told:
        return False
    acts = {c.act for c in reading.clauses if wish.words in reading.text[c.start : c.end]}
    asked = any(c.act == "opens" and c.start <= need.mention.start < c.end for c in reading.clauses)
    other = asked and relation(need.mention.value, str(wish.value), vocabulary) == "other"
    return acts == {"tells"} or (other and "opens" not in acts)
