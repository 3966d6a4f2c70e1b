"""A message to the cart, read by rules: what is to be done, with what, how often, in which size."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from assistant.cart.find import lines_meant, mostly_names, names_one
from assistant.pointing import pointed
from assistant.state import DialogueState, Understanding
from retrieval.text import words

Action = Literal["add", "remove", "quantity", "variant", "clear", "show", "checkout"]


_YES_NO = ("confirm", "decline")
_A_SIZE = re.compile(r"^\W*(?:(?:in|size|the|an?|please|one) ){0,3}[\w./-]{1,8}(?: (?:one|please))?\W*$", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:first|second|third|fourth|last|this|that|the|\w+er) one\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Command:
    """What the shopper wants done."""

    action: Action
    text: str
    # How many, where said; may be 0 or less, which nobody can buy.
    quantity: int | None = None
    # One more, or one less, than there are.
    step: int = 0


@cache
def _lists() -> dict[str, Any]:
    import yaml

    return cast(dict[str, Any], yaml.safe_load((Path(__file__).parent / "words.yaml").read_text("utf-8")))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    lists = _lists()
    found = lists["actions"].get(name) or lists[name]
    listed = [found] if isinstance(found, str) else found
    filled = (p.replace("{cart}", lists["cart"]).replace("{number}", lists["number"]) for p in listed)
    filled = (p.replace("{kept}", lists["kept"]) for p in filled)
    return re.compile("|".join(filled), re.IGNORECASE)


@cache
def _many() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p.replace("{number}", _lists()["number"]), re.IGNORECASE) for p in _lists()["many"])


def letters() -> Mapping[str, str]:
    """Sizes as words -> as they are printed."""
    return cast(Mapping[str, str], _lists()["letters"])


def read(text: str, said: Understanding | None = None) -> Command | None:
    """The command in ``text``; None where it has none. What is understood as the cart's business is one in any case."""
    for action in _lists()["actions"]:
        if _pattern(action).search(text):
            fewer = _pattern("fewer").search(text) or (action == "remove" and says_one_of(text))
            step = 1 if _pattern("more").search(text) else -1 if fewer else 0
            return Command(action, text, None if step else how_many(text), step)
    if said is not None and said.intent == "cart":
        return Command("add", text, how_many(text))
    return None


def how_many(text: str) -> int | None:
    """The number that says how many; None where none does. A size or a place in a list is none."""
    # A number behind "size" says which one, whatever stands before it.
    bare = re.sub(r"\b(?:size|number|option|no\.?|item|product|#)\s*\d[\d.,]*", " ", text, flags=re.IGNORECASE)
    if re.search(r"\b(?:quantity|amount|number) (?:to|of|is)", text, re.IGNORECASE):
        bare = text
    for pattern in _many():
        if match := pattern.search(bare):
            word = match["n"].lower()
            figures = _lists()["figures"]
            # "the first one", "that one": a pronoun.
            if word == "one" and _PRONOUN.search(bare):
                return None
            return int(figures[word]) if word in figures else int(word)
    return None


def says_one_of(text: str) -> bool:
    """Whether one of several is meant, and not said which: "remove one of them"."""
    return _pattern("one_of").search(text) is not None


def says_quantity(text: str) -> bool:
    """Whether a number in ``text`` can only be how many."""
    return (
        re.search(r"\b(?:quantity|amount|number|pieces?|pairs?|of (?:it|them|those|these))\b|数量", text, re.I)
        is not None
    )


def wants(state: DialogueState, said: Understanding, text: str) -> bool:
    """Whether the message is for the cart: by its words, or as the answer to what the cart asked.

    "Remove the first" and "make it two" are, where the cart was just spoken of or is named.
    """
    if said.intent in ("hand_off", "cancel_order", "change_order", "return_order", "exchange_order", "order_status"):
        return False
    asked = bool(state.pending) and (state.pending or {}).get("about") == "cart"
    latest = state.turns[-1] if state.turns else None
    recent = latest is not None and (latest.understanding.intent == "cart" or bool(latest.reply.committed) or asked)
    command = read(text)
    if command is None and _just_added(state) and _pattern("also").search(text):
        return True
    if command is None:
        taken = _pattern("taking").search(text)
        taking = taken is not None and mostly_names(state, text[taken.end() :])
        answers = said.intent in _YES_NO or is_answer(state, text) or _tries_to(state, said, text)
        return said.intent == "cart" or taking or (asked and answers)
    if command.action not in _lists()["loose"]:
        return True
    named = re.search(rf"\b{_lists()['cart']}\b", text, re.IGNORECASE) is not None
    return (bool(state.cart.lines) and (named or recent)) or asked or said.intent == "cart"


def _just_added(state: DialogueState) -> bool:
    """Whether the message before this one put something in."""
    before = state.turns[-2].cart.count if len(state.turns) > 1 else 0
    return bool(state.turns) and state.turns[-1].cart.count > before


def _tries_to(state: DialogueState, said: Understanding, text: str) -> bool:
    """Whether ``text`` names a size where one was asked for, though not one that there is: "44"."""
    if (state.pending or {}).get("needs") != "variant" or _A_SIZE.match(text) is None:
        return False
    if text.strip(" .!").isdigit():
        # A bare number is no price where a size was asked for.
        return True
    return not any(w.slot in ("category", "brand", "price_max", "price_min", "order") for w in said.wishes)


def is_answer(state: DialogueState, text: str) -> bool:
    """Whether ``text`` answers what the cart asked: it names one of what was offered, or a number."""
    pending = state.pending or {}
    if pending.get("needs") == "variant":
        said = set(words(text)) | {letters()[w] for w in letters() if w in text.lower()}
        return any(set(words(option)) <= said for option in pending["options"])
    if pending.get("needs") == "number":
        return how_many(text) is not None
    if pending.get("needs") == "product":
        return bool(pointed(state, text)) or names_one(state, text)
    if pending.get("needs") == "line":
        return len(lines_meant(state.cart.lines, text, "")) < len(state.cart.lines)
    return False
