"""Sentence forms filled with a product's own facts. Nothing is said that its attributes do not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from retrieval.demo.chance import Key, order, pick, roll
from retrieval.demo.spec import Category, Line, Sentence, Spec, placeholders
from retrieval.product import AttributeValue

Facts = Mapping[str, AttributeValue]

# How many ways of writing a brand's products up there are, and what fills up a text that came out too short.
_HANDS = 3
_SPARE = ("fact", "open", "closer", "aside")
_UNITS = {
    "in": "in", "kg": "kg", "g": "g", "cm": "cm", "mm": "mm", "m": "m", "km": "km", "l": "l", "ml": "ml", "h": "h",
    "min": "min", "s": "s", "days": "days", "weeks": "weeks", "years": "years", "gb": "GB", "hz": "Hz", "w": "W",
    "v": "V", "mah": "mAh", "ah": "Ah", "nm": "Nm", "lm": "lm", "lux": "lux", "db": "dB", "bar": "bar", "c": "°C",
    "mp": "MP", "dpi": "dpi", "hrc": "HRC", "gsm": "g/m²",
}  # fmt: skip
_ACRONYMS = {
    "usb": "USB", "hdmi": "HDMI", "ram": "RAM", "gps": "GPS", "spf": "SPF", "hepa": "HEPA", "bpa": "BPA", "c": "C",
}  # fmt: skip

_CHOICE = re.compile(r"<([^<>]*)>")
_SLOT = re.compile(r"(?:\b([Aa])n? )?\{([A-Za-z_]+)\}")
# Read aloud with a vowel first: 8, 11, 18, 80 ..., and letters such as "f" in "FM".
_VOWEL = re.compile(r"(?:[aeiou]|8|1[18](?!\d)|hour|honest|LED\b|HSS\b|SPF\b|LP\b)", re.IGNORECASE)
_SOUNDS_CONSONANT = re.compile(r"(?:uni|use|usb|ultra-?short|one\b|eu)", re.IGNORECASE)


def describe(spec: Spec, category: Category, line: Line, facts: Facts, *keys: Key) -> str:
    """What the shop says of a product; ``keys`` name it. Each brand is written up by a few hands of its own."""
    hands = order(spec.hands, line.brand.name, "hands", name=" ".join)[:_HANDS]
    slots = pick(hands, line.id, "hand", name=" ".join)
    pools = {
        "note": category.notes.get(line.model, ()),
        "open": category.opens,
        "fact": category.facts,
        "aside": category.asides,
        "closer": spec.closers,
    }
    # What is said of this model alone is worth more than what any could say, so it has the first choice of facts.
    note = order(can_say(pools["note"], facts), *keys, "note", name=_form)[:1]
    told = subjects(note[0]) if note and "note" in slots else set()
    said: list[str] = []
    for at, slot in enumerate((*slots, *_SPARE)):
        if at >= len(slots) and len(said) >= 2:
            break
        for form in note if slot == "note" else order(can_say(pools.get(slot, ()), facts), *keys, slot, name=_form):
            sentence = fill(form.text, facts, *keys)
            fresh = slot == "note" or not told & subjects(form)
            if fresh and sentence.split()[0] not in {s.split()[0] for s in said[-1:]}:
                told |= subjects(form)
                said.append(sentence)
                break
    rows = listed(facts, told, *keys) if "list" in slots else []
    return "\n".join([" ".join(said), *rows])


def listed(facts: Facts, told: set[str], *keys: Key) -> list[str]:
    """A line each for three to five facts that have not been told, as far as there are any."""
    free = [name for name, value in facts.items() if name not in told and value is not False and name != "colour"]
    chosen = set(order(free, *keys, "list")[: 3 + int(3 * roll(*keys, "listed"))])
    return [f"- {labelled(name, facts[name])}" for name in free if name in chosen]


def labelled(name: str, value: AttributeValue) -> str:
    """An attribute as shops print it: "Weight: 1.4 kg", "HEPA filter"."""
    words = name.split("_")
    unit = ""
    if value is not True and len(words) > 1 and words[-1] in _UNITS and re.search(r"\d", str(value)):
        unit = f" {_UNITS[words.pop()]}"
        unit = unit.removesuffix("s") if value == 1 and len(unit) > 3 else unit
    label = " ".join(_ACRONYMS.get(word, word) for word in words)
    label = label[:1].upper() + label[1:]
    return label if value is True else f"{label}: {spoken(value)}{unit}"


def can_say(forms: Iterable[Sentence], facts: Facts) -> list[Sentence]:
    """The forms whose conditions hold and whose every placeholder is a fact of the product."""
    return [f for f in forms if f.fits(facts) and all(name in facts for name in placeholders(f.text))]


def subjects(form: Sentence) -> set[str]:
    """Names of the attributes that a form tells or rests on."""
    return {*placeholders(form.text), *(test.name for test in form.needs)}


def fill(form: str, facts: Facts, *keys: Key) -> str:
    """The sentence itself: choices taken, facts set in, first letter large."""

    def choose(match: re.Match[str]) -> str:
        options: list[str] = match[1].split("|")
        return pick(options, *keys, form)

    def say(match: re.Match[str]) -> str:
        name = match[2]
        text = spoken(facts[name.lower()])
        if name[0].isupper():
            text = re.sub(r"(?<![\w'])[a-z]", lambda first: first[0].upper(), text)
        return f"{match[1]}{article(text)[1:]} {text}" if match[1] else text

    text = _SLOT.sub(say, _CHOICE.sub(choose, form))
    return text[:1].upper() + text[1:]


def spoken(value: AttributeValue) -> str:
    """A value as it stands in a sentence."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def article(text: str) -> str:
    """``a`` or ``an``, by the sound of what follows."""
    return "an" if _VOWEL.match(text) and not _SOUNDS_CONSONANT.match(text) else "a"


def _form(sentence: Sentence) -> str:
    return sentence.text
