"""Phrasings expanded into words with labels: what a simulated shopper says, and what it means."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from finetune import amounts
from finetune.goods import Goods, Pool, brand, held_out, plural, pools, rules


@dataclass(slots=True)
class Chunk:
    """A stretch of a message; ``slot`` "" says nothing. ``value`` is the label where it is not the words themselves."""

    text: str
    slot: str = ""
    value: Any = None
    # A type said in the plural: its label is the singular, misspelt alike.
    plural: bool = False


class Spent(Exception):
    """The need has nothing left of what a phrasing asks for, or says a price twice; another is drawn."""


Token = tuple[str, Any]
_TOKEN = re.compile(r"\{(\w+)\}|\[(\w+):")


@cache
def tokens(text: str) -> tuple[Token, ...]:
    """A phrasing cut up: ("text", words), ("slot", name), ("label", (slot, tokens))."""
    found, rest = _cut(text, 0, False)
    assert rest == len(text), text
    return found


def _cut(text: str, at: int, inside: bool) -> tuple[tuple[Token, ...], int]:
    found: list[Token] = []
    start = at
    while at < len(text):
        if inside and text[at] == "]":
            if start < at:
                found.append(("text", text[start:at]))
            return tuple(found), at + 1
        match = _TOKEN.match(text, at)
        if match is None:
            at += 1
            continue
        if start < at:
            found.append(("text", text[start:at]))
        if match[1]:
            found.append(("slot", match[1]))
            at = match.end()
        else:
            inner, at = _cut(text, match.end(), True)
            found.append(("label", (match[2], inner)))
        start = at
    if start < len(text):
        found.append(("text", text[start:]))
    return tuple(found), at


class Speech:
    """One message in the making: a need, and what has been said of it. ``dev`` draws what training never sees."""

    def __init__(self, rng: random.Random, need: Goods, grammar: tuple[str, ...], dev: bool, other: Goods) -> None:
        self.rng, self.need, self.dev, self.other = rng, need, dev, other
        self.rules = _merged(grammar)
        self.chunks: list[Chunk] = []
        self.used: set[str] = set()
        self.many = need.number == "many"
        self.money = amounts.Style(rng)
        self.bound: dict[str, float] = {}

    def choose(self, rule: str, top: bool = False) -> str:
        """One alternative of a rule that this split may say; ``top`` insists on one of the split's own."""
        own, shared = _split(self.rules[rule])
        if self.dev and own and (top or self.rng.random() < 0.5):
            return self.rng.choice(own)
        return self.rng.choice(shared)

    def say(self, rule: str, top: bool = False) -> None:
        """Adds one alternative of ``rule`` to the message."""
        self.expand(tokens(self.choose(rule, top)))

    def expand(self, parts: tuple[Token, ...]) -> None:
        """Adds a phrasing to the message."""
        for kind, what in parts:
            if kind == "text":
                self.chunks.append(Chunk(what))
            elif kind == "label":
                self._label(*what)
            elif what in self.rules:
                self.say(what)
            else:
                getattr(self, f"_{what}")()

    def _label(self, slot: str, inner: tuple[Token, ...]) -> None:
        before = len(self.chunks)
        self.expand(inner)
        text = "".join(c.text for c in self.chunks[before:])
        del self.chunks[before:]
        self.chunks.append(Chunk(text, "" if slot == "x" else slot))

    def add(self, text: str, slot: str = "") -> None:
        """Adds words, once a message where they are labelled."""
        if slot:
            if text.lower() in self.used:
                raise Spent
            self.used.add(text.lower())
        self.chunks.append(Chunk(text, slot))

    # ---- the need: its type

    def _A(self) -> None:  # noqa: N802
        draw = self.rng.random()
        if self.need.number == "one" and draw < 0.68:
            self.many = False
            self.add(
                self.rng.choice(
                    ["a ", "a ", "a ", "a ", "a ", "a new ", "a good ", "one ", "some kind of ", "a decent ", ""]
                )
            )
            self._premods()
            self._cat()
            return
        lead = ["", "", "", "some ", "new ", "some good ", "some new ", "good ", "nice "]
        if self.need.number == "many" or self.need.department == "wear":
            lead += ["a pair of ", "a pair of ", "a new pair of "]
        self.add(self.rng.choice(lead))
        self._S()

    def _S(self) -> None:  # noqa: N802
        self.many = self.need.number != "mass"
        self._premods()
        self._cats()

    def _N(self) -> None:  # noqa: N802
        if self.rng.random() < 0.12:
            self._cat()
            for _ in range(self.rng.randint(1, 2)):
                self.add(" ")
                self.expand((("slot", self.rng.choice(["adj", "pool", "pool"])),))
            return
        self._premods(keen=True)
        self._cat() if self.rng.random() < 0.6 else self._cats()

    def _premods(self, keen: bool = False) -> None:
        count = self.rng.choice([0, 1, 1, 2, 2, 3] if keen else [0, 0, 0, 1, 1, 1, 2, 2])
        for _ in range(count):
            if self.rng.random() < 0.5:
                self._adj()
            else:
                self._pool()
            self.add(self.rng.choice([" ", " ", " ", " ", ", "]))

    def _cat(self) -> None:
        self.chunks.append(Chunk(self.need.name, "category"))

    def _cats(self) -> None:
        many = plural(self.need.name) if self.need.number == "one" else self.need.name
        self.chunks.append(Chunk(many, "category", plural=many != self.need.name))

    # ---- its properties

    def _unused(self, phrases: tuple[str, ...]) -> str:
        left = [p for p in phrases if p.lower() not in self.used]
        if not left:
            raise Spent
        phrase = self.rng.choice(left)
        self.used.add(phrase.lower())
        return phrase

    def _adj(self) -> None:
        self.chunks.append(Chunk(self._unused(self.need.adjectives), "features"))

    def _with(self) -> None:
        phrase = self._unused(self.need.parts)
        article = re.match(r"(?:an?|the) ", phrase)
        if phrase.startswith("no "):
            self.chunks += [Chunk("no "), Chunk(phrase[3:], "dislikes")]
        else:
            self.chunks.append(Chunk(article[0] if article else ""))
            self.chunks.append(Chunk(phrase[article.end() if article else 0 :], "features"))

    def _for(self) -> None:
        phrase = self._unused(self.need.uses)
        article = re.match(r"(?:an?|the|my) ", phrase)
        self.chunks += [
            Chunk(article[0] if article else ""),
            Chunk(phrase[article.end() if article else 0 :], "features"),
        ]

    def _that(self) -> None:
        phrase = self._unused(self.need.does)
        self.chunks.append(Chunk(_for_many(phrase) if self.many else _for_one(phrase), "features"))

    def _thatp(self) -> None:
        self.chunks.append(Chunk(_for_many(self._unused(self.need.does)), "features"))

    def _that0(self) -> None:
        able = tuple(d for d in self.need.does if not re.match(r"(?:doesn't|don't|isn't|aren't|can't)", d))
        if able:
            self.chunks.append(Chunk(_bare(self._unused(able)), "features"))
        else:
            self.add("be ")
            self._adj()

    def _pool(self) -> None:
        self._from_pool("pre")

    def _post(self) -> None:
        kinds = ["with"] * 4 + ["for"] * 3 + ["that"] * 2 + ["pool"] * 5
        kind = self.rng.choice(kinds)
        if kind == "pool":
            self._from_pool("post")
            return
        phrase = {
            "with": [
                "with {with}",
                "with {with}",
                "with {with}",
                "with {with} and {with}",
                "that has {with}",
                "which has {with}",
                "having {with}",
                "w/ {with}",
                "featuring {with}",
            ],
            "for": [
                "for {for}",
                "for {for}",
                "for {for}",
                "suitable for {for}",
                "to use for {for}",
                "good for {for}",
                "ideal for {for}",
            ],
            "that": ["that {that}", "that {that}", "which {that}"],
        }[kind]
        text = self.rng.choice(phrase)
        if self.many:
            text = text.replace("that has", "that have").replace("which has", "which have")
        self.expand(tokens(text))

    def _say(self) -> None:
        if self.rng.random() < 0.3:
            self._adj()
        else:
            self._from_pool("say")

    def _from_pool(self, form: str) -> None:
        names = [n for n in self.need.pools if f"pool {n}" not in self.used]
        if not names:
            raise Spent
        name = self.rng.choice(names)
        self.used.add(f"pool {name}")
        pool = pools()[name]
        pattern = self.rng.choice(getattr(pool, form))
        value = _value(self.rng, pool)
        if name == "gender" and "'s" in pattern:
            pattern = "[*]"
            value += "'s" if value in ("men", "women") else "" if value == "unisex" else "'"
        if name == "age":
            # Years are no feature: who they are said of is.
            self.add(pattern.replace("*", value))
            return
        if name == "cloth_size":
            # "size 12", but of "size small" the size alone.
            number = re.match(r"\d", value) is not None
            pattern = pattern.replace("size [*]", "[size *]") if number else pattern.replace("[size *]", "size [*]")
        before, said, after = re.fullmatch(r"(.*?)\[(.*?)\](.*)", pattern).groups()  # type: ignore[union-attr]
        if before == "that is " and self.many:
            before = "that are "
        self.chunks.append(Chunk(before))
        self.chunks.append(Chunk(said.replace("*", value), "features"))
        self.chunks.append(Chunk(after.replace("*", value)))

    def _choice(self) -> None:
        names = [n for n in self.need.pools if f"pool {n}" not in self.used and not n.endswith("_fit")]
        if not names:
            raise Spent
        name = self.rng.choice(names)
        self.used.add(f"pool {name}")
        values = pools()[name].values
        one, two = self.rng.sample(values, 2)
        self.add(f"{one} or {two}", "features")

    def _with0(self) -> None:
        self.add(re.sub(r"^(?:an?|the) ", "", self._unused(self.need.parts).removeprefix("no ")), "features")

    def _colour(self) -> None:
        self._of(("colour",))

    def _size(self) -> None:
        self._of(tuple(_SIZES))

    def _size_v(self) -> None:
        names = [n for n in self.need.pools if n in _SIZES]
        if not names:
            raise Spent
        self.used.add(f"pool {names[0]}")
        self.add(_value(self.rng, pools()[names[0]]), "features")

    def _of(self, names: tuple[str, ...]) -> None:
        """A value of one of these pools, bare."""
        own = [n for n in self.need.pools if n in names and f"pool {n}" not in self.used]
        if not own:
            raise Spent
        self.used.add(f"pool {own[0]}")
        said = self.rng.choice([p for p in pools()[own[0]].pre if p.startswith("[")])
        self.add(re.sub(r"[\[\]]", "", said).replace("*", _value(self.rng, pools()[own[0]])), "features")

    def _A_other(self) -> None:  # noqa: N802
        """A second thing in one message; its properties count, its type does not."""
        self.need, self.other = self.other, self.need
        self._A()

    def _fit(self) -> None:
        names = [n for n in self.need.pools if n.endswith("_fit")]
        if not names:
            raise Spent
        self.add("my ")
        self.add(_value(self.rng, pools()[names[0]]), "features")

    # ---- money, names, people

    def _hi(self) -> None:
        self._amount("price_max", False)

    def _him(self) -> None:
        self._amount("price_max", True)

    def _lo(self) -> None:
        self._amount("price_min", False)

    def _lom(self) -> None:
        self._amount("price_min", True)

    def _amount(self, slot: str, sign: bool) -> None:
        # A range is said from its lower end; whoever has named a limit names no floor after it.
        if slot in self.bound or (slot == "price_min" and "price_max" in self.bound):
            raise Spent
        low, high = self.need.low * 0.6, self.need.high * 1.15
        if slot == "price_max" and "price_min" in self.bound:
            low = self.bound["price_min"] * 1.15 + 1
            high = max(high, low * 1.6)
        value = amounts.draw(self.rng, low, high * (0.6 if slot == "price_min" else 1))
        if slot == "price_max" and value <= self.bound.get("price_min", 0):
            raise Spent
        self.bound[slot] = value
        self.chunks.append(Chunk(self.money.write(value, sign), slot, amounts.number(value)))

    def _money(self) -> None:
        self.add(self.money.write(amounts.draw(self.rng, self.need.low, self.need.high), True))

    def _x_money(self) -> None:
        self._money()

    def _brand(self) -> None:
        self.add(brand(self.rng, self.need.department, self.dev), "brands")

    def _brand2(self) -> None:
        self._brand()

    def _nbrand(self) -> None:
        self.add(brand(self.rng, self.need.department, self.dev), "not_brands")

    def _x_brand(self) -> None:
        self.add(brand(self.rng, self.need.department, self.dev))

    def _disn(self) -> None:
        own = [re.sub(r"^(?:an?|the) ", "", p) for p in self.need.parts if not p.startswith("no ")]
        self.add(self.rng.choice(own) if own and self.rng.random() < 0.4 else self.choose("unwanted"), "dislikes")

    def _disa(self) -> None:
        # "Too heavy" rejects what is heavy.
        said = self.choose("too")
        self.add("too " if said.startswith("too ") else "")
        self.add(said.removeprefix("too "), "dislikes")

    def _disp(self) -> None:
        named = [
            n
            for n in self.need.pools
            if n in ("colour", "fabric", "wood", "metal", "leather", "pattern", "scent", "flavour")
        ]
        if not named:
            self._disn()
        else:
            self.add(_value(self.rng, pools()[self.rng.choice(named)]), "dislikes")

    def _stars(self) -> None:
        value = self.rng.choice([3, 3.5, 4, 4, 4, 4.2, 4.5, 4.5, 4.7, 5])
        if "min_rating" in self.bound:
            raise Spent
        self.bound["min_rating"] = value
        self.chunks.append(Chunk(f"{value:g}", "min_rating", value))

    def _num(self) -> None:
        self.add(str(self.rng.randint(2, 9)))

    def _oid(self) -> None:
        self.add(order_id(self.rng))

    # ---- words that carry no label

    def _x_pool(self) -> None:
        named = [n for n in self.need.pools if not n.endswith("_fit")]
        self.add(_value(self.rng, pools()[self.rng.choice(named or ["colour"])]))

    def _x_disp(self) -> None:
        self.add(_value(self.rng, pools()[self.rng.choice(["fabric", "wood", "metal", "leather"])]))

    def _x_adj(self) -> None:
        self.add(self.rng.choice(self.need.adjectives))

    def _x_with(self) -> None:
        self.add(self.rng.choice(self.need.parts))

    def _x_with0(self) -> None:
        self.add(re.sub(r"^(?:an?|the|no) ", "", self.rng.choice(self.need.parts)))

    def _x_for(self) -> None:
        self.add(self.rng.choice(self.need.uses))

    def _x_thing(self) -> None:
        words = [re.sub(r"^(?:an?|the|no) ", "", p) for p in self.need.parts]
        self.add(self.rng.choice(words))

    def _x_that0(self) -> None:
        self.add(_bare(self.rng.choice(self.need.does)))

    def _x_cat(self) -> None:
        self.add(self.need.name if self.many or self.rng.random() < 0.85 else self.need.name.split()[-1])

    def _x_cats(self) -> None:
        self.add(plural(self.need.name) if self.need.number == "one" else self.need.name)

    def _fit_x(self) -> None:
        self.add("my " + _value(self.rng, pools()[self.rng.choice(["car_fit", "phone_fit", "laptop_fit"])]))


_SIZES = (
    "shoe_size cloth_size bed_size ring_size waist bra_size inch_screen inch_small cm pack litres ml kg persons "
    "dog_size"
).split()


@cache
def _merged(grammar: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for name in grammar:
        merged |= rules(name)
    return merged


@cache
def _split(alternatives: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(kept for dev, free to train on); short rules are shared, since a split would leave them nothing."""
    if len(alternatives) < 12:
        return (), alternatives
    own = tuple(a for a in alternatives if held_out(a))
    return own, tuple(a for a in alternatives if not held_out(a))


def _value(rng: random.Random, pool: Pool) -> str:
    return rng.choice(pool.values)


def _for_many(phrase: str) -> str:
    first, _, rest = phrase.partition(" ")
    changed = {"doesn't": "don't", "isn't": "aren't", "is": "are", "has": "have"}.get(first)
    return f"{changed or _bare_verb(first)} {rest}".strip()


def _for_one(phrase: str) -> str:
    first, _, rest = phrase.partition(" ")
    changed = {"don't": "doesn't", "aren't": "isn't", "are": "is", "have": "has"}.get(first)
    if changed is None and not first.endswith(("s", "n't")):
        changed = first + ("es" if first.endswith(("sh", "ch", "x", "ss")) else "s")
    return f"{changed or first} {rest}".strip()


def _bare(phrase: str) -> str:
    first, _, rest = phrase.partition(" ")
    changed = {
        "is": "be",
        "has": "have",
        "doesn't": "not",
        "don't": "not",
        "isn't": "not be",
        "aren't": "not be",
        "are": "be",
    }
    return f"{changed.get(first) or _bare_verb(first)} {rest}".strip()


def _bare_verb(verb: str) -> str:
    if verb.endswith(("n't", "ss")) or not verb.endswith("s"):
        return verb
    if re.search(r"(?:sh|ch|x|ss|o)es$", verb):
        return verb[:-2]
    return verb[:-3] + "y" if verb.endswith("ies") else verb[:-1]


def order_id(rng: random.Random) -> str:
    """An order's id as some shop or other writes it."""
    digits = "".join(rng.choice("0123456789") for _ in range(rng.randint(4, 12)))
    letters = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(rng.randint(1, 3)))
    return rng.choice(
        [
            digits,
            digits,
            f"#{digits}",
            f"{letters}-{digits}",
            f"{letters}{digits}",
            f"#{letters}{digits}",
            f"{digits[:3]}-{digits[:7]}-{digits[-7:]}",
            f"2026-{digits[:5]}",
            f"ORD-{digits}",
            f"ord_{digits}",
            f"#W{digits[:7]}",
            f"{letters}/{digits[:4]}/{rng.randint(1, 99)}",
            f"{digits[:4]} {digits[:4]}",
        ]
    )
