"""What the simulated shopper's moves sound like: fixed phrases by style, drawn by seed, or a model's own words."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.prompts import plain, render
from assistant.shopper.wants import Goal, Want
from retrieval.product import SYMBOLS

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Act = Literal["open", "reveal", "complain", "restate", "correct", "change", "give_way", "indifferent"]
_PHRASES = Path(__file__).with_name("phrases.yaml")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Move:
    """What the shopper does in one turn, before it is put into words."""

    act: Act
    # The wishes that the message says.
    wants: tuple[Want, ...] = ()
    # What it takes back: the wish replaced, given up, or said by mistake.
    old: Want | None = None


# A move in words.
Voice = Callable[[Move], str]


@cache
def phrases() -> Any:
    """The phrases as they stand in ``phrases.yaml``."""
    import yaml

    return yaml.safe_load(_PHRASES.read_text(encoding="utf-8"))


def by_phrases(rng: random.Random, goal: Goal, style: str, currency: str = "USD") -> Voice:
    """A voice of ``style`` that needs no model; equal seeds say equal words."""
    typos = phrases()["styles"][style]["typos"]

    def say(move: Move) -> str:
        frame = rng.choice(phrases()["acts"][move.act][style])
        said = [_want(rng, want, currency) for want in move.wants]
        old = _want(rng, move.old, currency) if move.old else ""
        values = {
            "sort": _article(goal.sort.name),
            "wants": ", ".join(said),
            "want": said[0] if said else "",
            "old": old,
            "wrong": old,
        }
        # Slips of the pen fall on the frame: a misspelt value would be another wish.
        parts = re.split(r"(\{\w+\})", frame)
        text = "".join(values[p[1:-1]] if p.startswith("{") else _typed(rng, p, typos) for p in parts)
        text = " ".join(text.split()).replace(" ,", ",").strip()
        return text if style in ("terse", "sloppy") else text[0].upper() + text[1:]

    return say


def by_model(model: BaseChatModel, first: Voice, values: Callable[[Move], Sequence[str]]) -> Voice:
    """The words of ``first`` said anew by ``model``, kept where every value of the move still stands in them.

    ``values`` are the words that a message must hold. Raises what ``model`` raises: a dead one has no voice.
    """

    def say(move: Move) -> str:
        text = first(move)
        answer = model.invoke(list(render("shopper", text=text)))
        said = plain(str(answer.text), _LONGEST).strip('"“” ')
        kept = said and all(v.casefold() in said.casefold() for v in values(move))
        return said if kept else text

    return say


def must_say(goal: Goal, move: Move) -> list[str]:
    """The values without which a message would not say ``move``."""
    spoken = [goal.sort.name] if move.act in ("open", "restate") else []
    for want in (*move.wants, *([move.old] if move.old else [])):
        spoken.append(want.field.replace("_", " ") if want.kind == "flag" else f"{want.value}")
    return spoken


def label(field: str) -> tuple[str, str]:
    """An attribute's name as it is said, and its unit: ``"weight_kg"`` -> ("weight", "kg")."""
    name, _, last = field.rpartition("_")
    unit = phrases()["units"].get(last, "")
    return (name.replace("_", " "), unit) if name and unit else (field.replace("_", " "), "")


def _want(rng: random.Random, want: Want, currency: str) -> str:
    name, unit = label(want.field) if want.kind in ("least", "most") else (want.field.replace("_", " "), "")
    kind = "colour" if want.kind == "value" and re.search(r"colou?r", want.field) else want.kind
    symbol = SYMBOLS.get(currency)
    money = f"{symbol}{want.value}" if symbol else f"{want.value} {currency}"
    amount = f"{want.value} {unit}".strip()
    frame: str = rng.choice(phrases()["wants"][kind])
    return frame.format(money=money, value=want.value, field=name, amount=amount)


def _article(name: str) -> str:
    """With its article where it is no plural."""
    return name if name.endswith("s") else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _typed(rng: random.Random, text: str, typos: float) -> str:
    """``text`` as typed in haste: in a word of five letters or more two neighbours change places now and then."""

    def slip(match: re.Match[str]) -> str:
        word = match[0]
        if rng.random() >= typos:
            return word
        at = rng.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return re.sub(r"[a-z]{5,}", slip, text) if typos else text
