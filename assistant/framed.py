"""Fixed sentences: frames in the shopper's language, and values of evidence in their slots.

A value comes into a sentence by one way only: a slot is named after the field whose value may stand in it, and each
piece of evidence goes to the slot of its field ("cart total" to ``{cart total}``). Nobody says which value goes where,
so no two can be exchanged. ``speak`` makes the words, at the last moment before they leave, and lets none out where a
slot is empty or a value left over, where one sentence mixes the records of two products, or where a value is not what
the record says now.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

from assistant.prompts import plain
from assistant.state import Evidence, Sentence
from retrieval.measures import split_suffix

_log = logging.getLogger(__name__)
_SLOT = re.compile(r"\{(?P<name>[^{}:!|]+)(?::(?P<fields>[^{}!|]+))?(?:!(?P<show>\w+))?(?:\|(?P<join>\w+))?\}")
# Characters of an attribute's value in a list of facts.
_SHORT = 80

# Whether a value is what its record says; the second argument is the product that the sentence names, "" for none.
True_ = Callable[[Evidence, str], bool]


@dataclass(frozen=True, slots=True)
class Framed:
    """A fixed sentence, or a piece of one, before it is put into words."""

    # Its name in ``framed.yaml``; what stands before "/" is the slot that it fills in another.
    frame: str
    filled: tuple[Evidence | Framed, ...] = ()
    # Evidence for a slot that admits several fields.
    roles: Mapping[str, Evidence] = field(default_factory=dict)
    # What it rests on beside what it prints.
    also: tuple[Evidence, ...] = ()


class Misplaced(ValueError):
    """A value that has no place in its sentence, or is not what the record says."""


def framed(frame: str, *filled: Evidence | Framed, also: Iterable[Evidence] = (), **roles: Evidence) -> Framed:
    """The sentence of this frame with these values, each in the slot of its field."""
    return Framed(frame, filled, roles, tuple(also))


def speak(said: Framed, language: str, true: True_ = lambda evidence, about: True) -> Sentence:
    """The sentence in words: "zh" or else English. One that fails its check is replaced by a plain admission."""
    try:
        text = phrase(said, language, true)
    except Misplaced:
        _log.exception("a fixed sentence was withheld")
        return Sentence(phrase(Framed("withheld"), language))
    return Sentence(text, rests_on(said))


def rests_on(said: Framed) -> tuple[Evidence, ...]:
    """The evidence that it prints, then what it has beside that."""
    return tuple(dict.fromkeys((*_printed(said), *_beside(said))))


def phrase(said: Framed, language: str, true: True_ = lambda evidence, about: True) -> str:
    """The words of a sentence or a piece; raises ``Misplaced``."""
    about = _one_record(said)
    fillings = _by_slot(said)
    slots = _slots(said.frame, language)
    if set(fillings) != {s["name"] for s in slots if not isinstance(s, str)}:
        raise Misplaced(f"{said.frame} is filled with {sorted(fillings)}")
    joined = {s["name"] for s in slots if not isinstance(s, str) and s["join"]}
    for name, values in fillings.items():
        if len(values) > 1 and name not in joined:
            raise Misplaced(f"{said.frame} has {len(values)} values for {name!r}")
        if untrue := next((v for v in values if isinstance(v, Evidence) and not true(v, about)), None):
            raise Misplaced(f"{untrue.field} of {untrue.id or untrue.source} is not {untrue.value!r}")
    parts = (s if isinstance(s, str) else _fill(s, fillings[s["name"]], language, true) for s in slots)
    return "".join(parts)


def label(name: str) -> str:
    """A field as a sentence begins with it: "attributes.weight_kg" -> "Weight (kg)"."""
    base, unit = _named(name, "en")
    return f"{base.capitalize()} ({unit})" if unit else base.capitalize()


def _fill(slot: Mapping[str, Any], values: Sequence[Evidence | Framed], language: str, true: True_) -> str:
    if not slot["join"]:
        values = values[:1]
    told = [
        phrase(v, language, true) if isinstance(v, Framed) else _shown(v, slot["show"] or "", language) for v in values
    ]
    return _joined([t for t in told if t], slot["join"] or "list", language)


def _shown(evidence: Evidence, how: str, language: str) -> str:
    """A value, or the name of its field, as the slot prints it."""
    base, unit = _named(evidence.field, language)
    match how:
        case "Name" | "name":
            name = base.capitalize() if how == "Name" else base
            return f"{name} ({unit})" if unit else name
        case "base":
            return base
        case "field":
            return f"{base} {unit}".strip()
        case "short":
            return plain(evidence.value, _SHORT)
        case "quoted":
            return f"“{evidence.value}”"
        case "told":
            return _in_language(evidence.value, language)
        case _:
            return evidence.value


def _named(name: str, language: str) -> tuple[str, str]:
    """What a field is called, and its unit as its name has it; "" for none."""
    name = name.removeprefix("attributes.")
    base, unit = split_suffix(name)
    if not unit:
        return _in_language(name.replace("_", " "), language), ""
    return _in_language(base.replace("_", " "), language), name.rpartition("_")[2]


def _in_language(name: str, language: str) -> str:
    return str(_tables()["names"][language].get(name.lower(), name))


def _joined(items: Sequence[str], how: str, language: str) -> str:
    between, last = _tables()["joins"][language][how]
    return last.join([between.join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def _by_slot(said: Framed) -> dict[str, list[Evidence | Framed]]:
    """The values of each slot, by the field of the evidence or the name of the piece."""
    admitted = {s["name"]: s["fields"] for s in _slots(said.frame, "en") if not isinstance(s, str) and s["fields"]}
    found: dict[str, list[Evidence | Framed]] = {}
    for value in said.filled:
        key = value.frame.partition("/")[0] if isinstance(value, Framed) else _kind(value)
        found.setdefault(key, []).append(value)
    for role, evidence in said.roles.items():
        if _kind(evidence) not in admitted.get(role, "").split(","):
            raise Misplaced(f"{evidence.field} is no {role} of {said.frame}")
        found.setdefault(role, []).append(evidence)
    return found


def _kind(evidence: Evidence) -> str:
    return "attribute" if evidence.field.startswith("attributes.") else evidence.field


def _one_record(said: Framed) -> str:
    """The product that the sentence speaks of, "" for none or a list of several."""
    records = set(_records(said))
    if len(records) > 1:
        raise Misplaced(f"{said.frame} mixes the records of {', '.join(sorted(records))}")
    return next(iter(records), "")


def _records(said: Framed) -> Iterator[str]:
    """The products whose records stand in single slots, pieces included; a piece of a list may name its own."""
    for values in _by_slot(said).values():
        for value in values:
            if isinstance(value, Framed):
                if len(values) == 1 or "title" not in _by_slot(value):
                    yield from _records(value)
            elif len(values) == 1 and value.source in ("product", "shop") and value.id:
                yield value.id


def _printed(said: Framed) -> Iterator[Evidence]:
    for value in (*said.filled, *said.roles.values()):
        if isinstance(value, Framed):
            yield from _printed(value)
        else:
            yield value


def _beside(said: Framed) -> Iterator[Evidence]:
    yield from said.also
    for value in said.filled:
        if isinstance(value, Framed):
            yield from _beside(value)


@cache
def _tables() -> dict[str, Any]:
    import yaml

    return cast(dict[str, Any], yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


@cache
def _slots(frame: str, language: str) -> tuple[str | dict[str, Any], ...]:
    """A frame as its constant texts and its slots, in order."""
    text = str(_tables()["frames"][frame][language])
    parts: list[str | dict[str, Any]] = []
    end = 0
    for match in _SLOT.finditer(text):
        parts += [text[end : match.start()], match.groupdict()]
        end = match.end()
    return (*parts, text[end:])
