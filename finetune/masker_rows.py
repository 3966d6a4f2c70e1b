"""Sentences with personal data to learn from: templates filled anew, in every way people write."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import yaml

from assistant.privacy.marked import Marked
from assistant.privacy.values import Span

_GRAMMAR = Path(__file__).with_name("grammar")
_SLOT = re.compile(r"\{([A-Z_]+)\}")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

# A text cut up: what stands as it is, and the kind of what is filled in.
Template = list[tuple[str, str]]


def rows(marked: Sequence[Marked], count: int, seed: int) -> list[Marked]:
    """``marked``, and ``count`` more: its templates and those of ``personal.yaml``, filled with other values."""
    rng = random.Random(seed)
    filler = _Filler(marked, rng)
    templates = {m.template: _cut(m) for m in marked}
    given = list(templates.values())
    own = [_parsed(text) for text in _yaml("personal.yaml")["with"]]
    plain = [_parsed(text) for text in _yaml("personal.yaml")["without"]]
    made = []
    for _ in range(count):
        pool = rng.choices((given, own, plain), (0.5, 0.45, 0.05))[0]
        made.append(_written(filler.fill(rng.choice(pool)), rng))
    return [*marked, *made]


class _Filler:
    """Values by kind: of the marked sentences, and of ``personal_values.yaml``."""

    def __init__(self, marked: Sequence[Marked], rng: random.Random) -> None:
        self._rng = rng
        self._seen: dict[str, list[str]] = defaultdict(list)
        for m in marked:
            for span in m.spans:
                self._seen[span.type].append(m.text[span.start : span.end])
        self._own: dict[str, Callable[[], str]] = {
            "PERSON": self._person,
            "STREET_ADDRESS": self._address,
            "GPE": self._place,
            "ORGANIZATION": self._firm,
            "TITLE": lambda: self._one("titles", "|") if rng.random() < 0.5 else self._one("jobs"),
            "DATE_TIME": self._date,
            "AGE": lambda: str(rng.randint(1, 99)),
            "NRP": self._people,
            "ZIP_CODE": self._zip,
            "PHONE_NUMBER": lambda: self._digits(
                rng.choice(("### ### ####", "(###) ###-####", "+## ### ######", "0### ######"))
            ),
            "EMAIL_ADDRESS": lambda: f"{self._one('last', None)}{rng.randint(1, 99)}@example.com".lower(),
            "CREDIT_CARD": lambda: self._digits("4### #### #### ####"),
            "IBAN_CODE": lambda: self._digits("GB##ABCD##############"),
            "US_SSN": lambda: self._digits("###-##-####"),
            "US_DRIVER_LICENSE": lambda: self._digits("D#######"),
            "IP_ADDRESS": lambda: ".".join(str(rng.randint(1, 254)) for _ in range(4)),
            "DOMAIN_NAME": lambda: f"www.{self._one('firms').lower()}.com",
        }

    def fill(self, template: Template) -> Marked:
        """The template with a value for each kind, nobody's where the marked sentences have none."""
        text, spans = "", []
        for before, kind in template:
            text += before
            if kind:
                value = self._value(kind)
                spans.append(Span(len(text), len(text) + len(value), kind))
                text += value
        return Marked(text, "", tuple(spans))

    def _value(self, kind: str) -> str:
        seen = self._seen[kind]
        return self._rng.choice(seen) if seen and self._rng.random() < 0.55 else self._own[kind]()

    def _one(self, name: str, between: str | None = ";") -> str:
        return self._rng.choice(_list(name, between))

    def _person(self) -> str:
        first, last = self._one("first", None), self._one("last", None)
        middle = f" {self._rng.choice('ABCDEFGHJKLMNPRST')}."
        forms = (
            first,
            first,
            last,
            f"{first} {last}",
            f"{first} {last}",
            f"{first}{middle} {last}",
            f"{first[0]}. {last}",
        )
        return self._rng.choice(forms)

    def _address(self) -> str:
        rng = self._rng
        street, number = self._one("streets"), str(rng.randint(1, 9999 if rng.random() < 0.4 else 250))
        flat = self._digits(self._one("flats", "|").format(n=rng.randint(1, 999), d=rng.randint(1, 9)))
        whole = rng.choice((f"{number} {street}", f"{street} {number}", f"{number} {street}"))
        town = rng.choice(_list("towns"))
        forms = (
            (whole, 5),
            (street, 3),
            (f"{whole} {flat}", 2),
            (flat, 2),
            (number, 1),
            (self._zip(), 1),
            (self._one("places", "|").format(n=rng.randint(1, 9999), m=rng.randint(100, 9999)), 1),
            (f"{whole}\n{flat}\n{town}\n{self._one('countries')} {self._zip()}", 1),
            (f"{whole}, {town}, {self._one('regions', None)} {self._zip()}", 1),
            (f"{whole}\n{town}\n, {self._one('regions', None)}\n {self._zip()}", 1),
        )
        return rng.choices([f for f, _ in forms], [w for _, w in forms])[0]

    def _place(self) -> str:
        return self._rng.choices(
            (self._one("towns"), self._one("countries"), self._one("regions", None), self._one("towns").upper()),
            (10, 8, 1, 1),
        )[0]

    def _firm(self) -> str:
        firm, other, end = self._one("firms"), self._one("firms"), self._one("firm_ends", "|")
        last, second = self._one("last", None), self._one("last", None)
        forms = (
            self._one("known_firms"),
            self._one("known_firms"),
            f"{firm} {end}",
            f"{last} {end}",
            firm + other.lower(),
            f"{firm} {other}",
            f"{last}-{second}",
            f"{last}, {second} and {self._one('last', None)}",
            f"{firm}.com",
        )
        return self._rng.choice(forms)

    def _date(self) -> str:
        rng = self._rng
        y, m, d = rng.randint(1930, 2026), rng.randint(1, 12), rng.randint(1, 28)
        month = _MONTHS[m - 1]
        forms = (
            f"{m}/{d}/{y}", f"{d:02}.{m:02}.{y}", f"{y}-{m:02}-{d:02}", str(y), str(y),
            rng.choice(_DAYS), rng.choice(_DAYS),
            f"{month} {d}, {y}", f"{d} {month} {y}", f"{month} {y}", month, f"{d} {month[:3]}", f"the {y // 10 * 10}s",
            f"{y}-{m:02}-{d:02} {rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00",
            f"{rng.choice(_DAYS)}, {month} {d}",
            "tomorrow", "yesterday", f"{rng.randint(1, 12)} {rng.choice(('am', 'pm'))}",
        )  # fmt: skip
        return rng.choice(forms)

    def _people(self) -> str:
        name = self._one("peoples")
        return f"{name}s" if name.endswith(("n", "c", "t", "k")) and self._rng.random() < 0.25 else name

    def _zip(self) -> str:
        return self._digits(
            self._rng.choice(("#####", "#####", "####", "### ##", "##-###", "AB# #CD", "A#B #C#", "#####-####"))
        )

    def _digits(self, form: str) -> str:
        return "".join(str(self._rng.randint(0, 9)) if c == "#" else c for c in form)


def _written(row: Marked, rng: random.Random) -> Marked:
    """The row as somebody else types: now and then all in small letters or capitals, or without its last mark."""
    text, way = row.text, rng.random()
    if way < 0.12 and len(text.lower()) == len(text):
        text = text.lower()
    elif way < 0.15 and len(text.upper()) == len(text):
        text = text.upper()
    elif way < 0.25 and text.endswith((".", "?", "!")) and all(s.end < len(text) for s in row.spans):
        text = text[:-1]
    return Marked(text, row.template, row.spans)


def _cut(row: Marked) -> Template:
    """The template that a marked sentence was filled from."""
    parts, at = [], 0
    for span in row.spans:
        parts.append((row.text[at : span.start], span.type))
        at = span.end
    return [*parts, (row.text[at:], "")]


def _parsed(text: str) -> Template:
    pieces = _SLOT.split(text.replace("|", "\n"))
    return [(pieces[n], pieces[n + 1] if n + 1 < len(pieces) else "") for n in range(0, len(pieces), 2)]


@cache
def _yaml(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load((_GRAMMAR / name).read_text(encoding="utf-8"))
    return found


@cache
def _list(name: str, between: str | None = ";") -> list[str]:
    text: str = yaml.safe_load((_GRAMMAR / "personal_values.yaml").read_text(encoding="utf-8"))[name]
    return [value.strip() for value in text.split(between) if value.strip()]
