"""What a message points at among a customer's own records: an order, things of it, a variant, a means of payment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from assistant.service.identity import order_id
from assistant.service.values import Address, Customer, Line, Method, Order
from assistant.state import Intent
from retrieval.product import Product, Variant
from retrieval.text import words

_ORDER = re.compile(r"#?W?\d{4,12}\b|#\w{4,20}", re.IGNORECASE)
# What can be nothing but the number of an order.
_NUMBER = re.compile(r"#\w{4,20}\b|\bW\d{5,12}\b", re.IGNORECASE)
# "12 Oak Street, Apt 3, Salem, OR 97301, USA"
_ADDRESS = re.compile(
    r"(?<![\w#])(?P<line1>\d{1,5}\b[\w.\- ]*? [A-Za-z][\w.'\- ]+?)\s*,\s*(?:(?P<line2>[^,\n]{1,40}?)\s*,\s*)?"
    r"(?P<city>[A-Za-z][A-Za-z .'\-]+?)\s*,\s*(?P<state>[A-Za-z][A-Za-z .]{1,30}?)[\s,]+"
    r"(?P<postcode>\d{5}(?:-\d{4})?)(?:\s*,?\s*(?P<country>USA?|United States))?"
)


def said(name: str, text: str) -> bool:
    """Whether the text holds the words under ``name`` in ``words.yaml``, or those of a kind of means of payment."""
    return _pattern(_table().get(name) or _table()["methods"][name]).search(text) is not None


def order_number(text: str) -> bool:
    """Whether the text holds what looks like the number of an order."""
    return _ORDER.search(text) is not None


def act(text: str) -> str:
    """What a text asks for beside cancelling, changing and sending back: "again", "fell", "damaged", "missing", ""."""
    if not (numbers(text) or said("own", text)):
        return ""
    return next((name for name in ("again", "fell", "damaged", "missing") if said(name, text)), "")


def does(text: str) -> Intent | None:
    """What a message asks to be done to an order by how it begins: "cancel the one with the pan"."""
    so, acts = _table()["so"], _table()["does"]
    return next((intent for intent, act in acts.items() if _pattern(act.replace("{so}", so)).search(text)), None)


def numbers(text: str) -> list[str]:
    """The numbers of orders in the text, whether there are such orders or not."""
    return list(dict.fromkeys(order_id(match[0]) for match in _NUMBER.finditer(text)))


def order_in(text: str, orders: Sequence[Order]) -> Order | None:
    """The order whose number stands in the text."""
    numbers = {order_id(match[0]).lstrip("#W") for match in _ORDER.finditer(text)}
    found = [order for order in orders if order.id.lstrip("#").lstrip("W") in numbers]
    return found[0] if len(found) == 1 else None


def orders_with(text: str, orders: Sequence[Order]) -> list[Order]:
    """Those orders that hold something the text names; those that hold most of it."""
    scored = [(max((_likeness(text, line) for line in order.lines), default=0.0), order) for order in orders]
    best = max((score for score, _ in scored), default=0.0)
    return [order for score, order in scored if score == best] if best > 0 else []


def lines_in(text: str, order: Order) -> list[Line]:
    """The lines of the order that the text names, each as often as it holds it where all is meant."""
    if said("all", text) or sum(order.units.values()) == 1:
        return [line for line in order.lines for _ in range(line.quantity)]
    scores = [(_likeness(text, line), line) for line in order.lines]
    return [line for score, line in scores if score > 0 and not _outdone(line, score, scores)]


def likeliest(text: str, lines: Sequence[Line]) -> Line | None:
    """The line whose name the text holds most of, the first of equals; None where it names the thing of none."""
    there = {_stem(word) for word in words(text)}
    scored = [(_likeness(text, line), line) for line in lines if _stem(_thing(line)) in there]
    best = max((score for score, _ in scored), default=0.0)
    return next((line for score, line in scored if score == best), None)


def _thing(line: Line) -> str:
    """What a line is called at the end of its name, before whom or what it is for: "lamp"."""
    return (words(line.name.partition(",")[0].partition(" for ")[0]) or [""])[-1]


def _outdone(line: Line, score: float, scores: Sequence[tuple[float, Line]]) -> bool:
    """Whether another line is meant by the same word: "the black lamp" beside a white one."""
    same = [s for s, other in scores if set(words(other.name)) & set(words(line.name)) and s > score]
    return bool(same)


def _likeness(text: str, line: Line) -> float:
    """How much of a line's name the text holds; its last word, the thing itself, counts most."""
    there = {_stem(word) for word in words(text)}
    name = [_stem(word) for word in words(line.name.partition(",")[0])]
    hits = [word for word in name if word in there and (len(word) > 2 or word.isdigit())]
    if not hits:
        return 0.0
    options = [_stem(w) for value in line.options.values() for w in words(value)]
    chosen = sum(word in there for word in options)
    return len(hits) + 2.0 * (name[-1] in there) + 0.5 * chosen


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def variants_in(text: str, product: Product, line: Line) -> list[Variant]:
    """Variants that the text may mean in place of ``line``: those with most of the values it names, else unchanged."""
    there = f" {' '.join(words(text))} "
    scored = []
    for variant in product.variants:
        if variant.id == line.item_id:
            continue
        named = sum(f" {' '.join(words(value))} " in there for value in variant.options.values())
        news = sum(
            f" {' '.join(words(value))} " in there
            for name, value in variant.options.items()
            if line.options.get(name) != value
        )
        kept = sum(line.options.get(name) == value for name, value in variant.options.items())
        if news:
            scored.append(((news, named, kept), variant))
    best = max((score for score, _ in scored), default=None)
    return [variant for score, variant in scored if score == best]


def names(text: str, option: str) -> bool:
    """Whether the text holds a word of an option that tells something."""
    there = {_stem(word) for word in words(text)}
    return any(_stem(word) in there for word in words(option.partition(",")[0]) if len(word) > 2 or word.isdigit())


def method_in(text: str, customer: Customer) -> list[Method]:
    """The means of payment on the account that the text names."""
    by_id = [m for m in customer.methods if m.id.casefold() in text.casefold()]
    by_digits = [m for m in customer.methods if m.last_four and m.last_four in text]
    if by_id or by_digits:
        return by_id or by_digits
    # "Gift card" is no card.
    for kind, pattern in _table()["methods"].items():
        if _pattern(pattern).search(text):
            return [m for m in customer.methods if m.kind == kind]
    return []


def names_method(text: str) -> bool:
    """Whether the text names a kind of means of payment."""
    return any(_pattern(pattern).search(text) for pattern in _table()["methods"].values())


def reason_in(text: str) -> str | None:
    """Why an order is cancelled, in the words of the shipped rules."""
    return next((reason for reason, p in _table()["reasons"].items() if _pattern(p).search(text)), None)


def address_in(text: str) -> Address | None:
    """An address in the text, in one line with commas."""
    match = _ADDRESS.search(text)
    if not match:
        return None
    part = {name: (value or "").strip() for name, value in match.groupdict().items()}
    return Address(**{**part, "country": "USA" if part["country"].startswith("U") or not part["country"] else ""})


@cache
def _table() -> Mapping[str, Any]:
    import yaml

    found: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    return found


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
