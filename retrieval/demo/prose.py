"""Sentence forms filled with a product's own facts. Nothing is said that its attributes do not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from retrieval.demo.chance import Key, order, pick, roll
from retrieval.demo.spec import Category, Sentence, placeholders
from retrieval.product import AttributeValue

Facts = Mapping[str, AttributeValue]

_CHOICE = re.compile(r"<([^<>]*)>")
_SLOT = re.compile(r"(?:\b([Aa])n? )?\{([A-Za-z_]+)\}")
# Read aloud with a vowel first: 8, 11, 18, 80 ..., and letters such as "f" in "FM".
_VOWEL = re.compile(r"(?:[aeiou]|8|1[18](?!\d)|hour|honest|LED\b|HSS\b|SPF\b|LP\b)", re.IGNORECASE)
_SOUNDS_CONSONANT = re.compile(r"(?:uni|use|usb|ultra-?short|one\b|eu)", re.IGNORECASE)


def describe(category: Category, facts: Facts, closers: Sequence[Sentence], *keys: Key) -> str:
    """Two or three sentences: an opening, then facts that it has not told yet. ``keys`` name the product."""
    opening = pick(can_say(category.opens, facts), *keys, "opens", name=_form)
    told = subjects(opening)
    sentences = [fill(opening.text, facts, *keys)]
    wanted = 2 if roll(*keys, "length") < 0.3 else 3
    pool = order(can_say(category.facts, facts), *keys, "facts", name=_form)
    if roll(*keys, "closes") < 0.4:
        pool = [*pool[:1], *order(can_say(closers, facts), *keys, "closers", name=_form), *pool[1:]]
    for form in pool:
        sentence = fill(form.text, facts, *keys)
        monotonous = sentence.split()[0] == sentences[-1].split()[0]
        if len(sentences) < wanted and not told & subjects(form) and not monotonous:
            told |= subjects(form)
            sentences.append(sentence)
    if len(sentences) == 1:
        rest = sorted([*pool, *can_say(closers, facts)], key=lambda form: len(subjects(form) & told))
        sentences += [fill(form.text, facts, *keys) for form in rest[:1]]
    return " ".join(sentences)


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
