"""Rows of explanation: a wish, facts, and one sentence that says no more; each passes the chat's own check."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.grounding import check
from assistant.prompts import plain
from assistant.respond import fact, told
from assistant.state import Evidence, Recommendation
from finetune.goods import Goods, brand, goods, held_out, pools, rules
from retrieval.product import Product

_BOUND = re.compile(r"\{bound\}")
# What a shared value is called in a record, and how a sentence says it.
_NAMED = {
    "colour": (("colour", "color"), ("is {}", "comes in {}", "is {} in colour", "has the colour {}")),
    "fabric": (("material", "fabric"), ("is made of {}", "is of {}", "is made from {}")),
    "wood": (("material", "wood"), ("is made of {}", "is of {}")),
    "metal": (("material", "metal"), ("is made of {}", "is of {}")),
    "leather": (("material", "upper"), ("is made of {}",)),
    "pattern": (("pattern",), ("is {}", "has a {} pattern")),
    "shoe_size": (("size", "shoe size"), ("comes in size {}", "is a size {}")),
    "cloth_size": (("size",), ("comes in size {}", "is a size {}", "fits size {}")),
    "bed_size": (("bed size", "size"), ("comes in {}", "fits {}")),
    "inch_screen": (("screen size", "screen", "display size"), ("has a {} screen", "has a screen of {}")),
    "cm": (("width", "height", "length", "depth", "diameter"), ("has a {label} of {}", "measures {} in {label}")),
    "kg": (("weight",), ("weighs {}", "has a weight of {}")),
    "grams": (("net weight", "weight", "contents"), ("weighs {}", "comes with {}", "holds {}")),
    "ml": (("volume", "capacity"), ("holds {}", "has a {label} of {}")),
    "litres": (("capacity", "volume"), ("holds {}", "has a {label} of {}", "offers a {label} of {}")),
    "watt": (("power", "wattage"), ("runs at {}", "has a {label} of {}", "has {}")),
    "storage": (("storage", "memory"), ("has {} of storage", "comes with {}", "has {}")),
    "ram": (("ram", "memory"), ("has {} of {label}", "comes with {} of {label}")),
    "pack": (("pack size", "pieces", "quantity"), ("comes with {} to a pack", "has {} pieces", "has a {label} of {}")),
    "persons": (("persons", "capacity"), ("is for {} persons", "fits {} persons", "has a {label} of {}")),
    "scent": (("scent",), ("has a {} scent", "has a scent of {}")),
    "flavour": (("flavour", "taste"), ("comes in {}", "has a {} flavour")),
    "diet": (("diet",), ("is {}",)),
    "age": (("age", "recommended age"), ("is for age {}",)),
    "resolution": (("resolution",), ("has a resolution of {}", "shows {}", "offers {}")),
    "volt": (("voltage",), ("runs on {}", "has a voltage of {}")),
    "metres": (("length",), ("measures {}", "has a length of {}")),
    "connect": (("connection", "connectivity"), ("connects by {}", "has {}", "comes with {}")),
    "minutes": (("running time", "battery life"), ("runs for {}", "has a {label} of {}")),
}
_UNITS = {
    "inch_screen": " in", "cm": " cm", "kg": " kg", "grams": " g", "ml": " ml", "litres": " l", "watt": " W",
    "ram": " GB", "volt": " V", "metres": " m", "minutes": " min",
}  # fmt: skip
_PARTS = (
    ("features", "equipment", "details", "extras"),
    ("has {}", "comes with {}", "offers {}", "includes {}", "features {}"),
)
_USES = (
    ("suitable for", "use", "recommended for", "intended use"),
    ("is for {}", "is suitable for {}", "is made for {}"),
)


# Parts of a thing, each of a material of its own, which is not that of the whole thing.
_OF_PARTS = (
    ("body", "casing", "lid", "base", "lining", "sole", "top", "shell", "rim", "grip", "back", "stand"),
    ("has a {} {label}", "has a {label} of {}", "has a {label} made of {}", "comes with a {} {label}"),
)
_MATERIALS = ("fabric", "wood", "metal", "leather")
# What a record says in words that are no property by themselves, and that a sentence keeps beside their label.
_SORTS = {
    "finish": ("matt", "brushed", "high gloss", "satin", "powder-coated"),
    "closure": ("zip", "magnetic", "drawstring", "press stud", "hook and loop"),
    "form": ("teardrop", "bell", "wedge", "dome", "horseshoe"),
}
_DATED = ("launch date", "model year")


@dataclass(slots=True)
class Fact:
    """One piece of evidence that a sentence may speak of, with the clauses that say it."""

    evidence: Evidence
    clauses: tuple[str, ...]
    # Words that may stand before the type ("waterproof"), "" for none.
    before: str = ""
    # How a shopper would have wished for it.
    wish: str = ""


@dataclass(slots=True)
class Item:
    """A product as its card has it, real or invented."""

    kind: str
    maker: str
    price: str
    facts: list[Fact] = field(default_factory=list)
    # "jeans": no "this" before it.
    many: bool = False


def rows(rng: random.Random, count: int, dev: bool, products: Sequence[Product] = ()) -> Iterator[dict[str, Any]]:
    """``count`` rows ``{"wish", "facts", "answer", "evidence"}``; of ``products`` a third, the rest invented."""
    shelf = [g for g in goods() if held_out(g.name) == dev]
    seen: set[str] = set()
    while len(seen) < count:
        real = products and rng.random() < 0.33
        item = of_product(rng.choice(products), rng) if real else invented(rng, rng.choice(shelf), dev)
        row = _row(rng, item, dev)
        if row is None or (key := row["facts"] + row["answer"]) in seen:
            continue
        seen.add(key)
        yield row


def invented(rng: random.Random, kind: Goods, dev: bool) -> Item:
    """A product nobody sells."""
    value = round(kind.low + (kind.high - kind.low) * rng.random() ** 2, 2)
    value = rng.choice([value, round(value) - 0.01, round(value) + 0.9, float(round(value) or 1), round(value) + 0.5])
    price = f"{rng.choice('$$$$$$€€££')}{max(value, 0.5):,.2f}"
    facts: list[Fact] = []
    for phrase in rng.sample(kind.adjectives, min(rng.choice([0, 1, 1, 2]), len(kind.adjectives))):
        facts.append(_flag(phrase, True, f"is {phrase}"))
    for phrase in rng.sample(kind.parts, min(rng.choice([0, 0, 1, 1, 2]), len(kind.parts))):
        if not phrase.startswith("no "):
            facts.append(_stated(rng, _PARTS, phrase))
    if rng.random() < 0.3:
        facts.append(_stated(rng, _USES, rng.choice(kind.uses)))
    for name in rng.sample(kind.pools, min(rng.choice([0, 1, 2, 2]), len(kind.pools))):
        if name in _NAMED:
            facts.append(_measured(rng, name))
    if rng.random() < 0.3:
        facts.append(rng.choice([_of_a_part, _of_a_part, _sorted, _dated])(rng))
    if rng.random() < 0.08:
        facts.append(Fact(Evidence("product", "p", f"attributes.{_snake(rng.choice(kind.adjectives))}", "no"), ()))
    rng.shuffle(facts)
    return Item(kind.name, brand(rng, kind.department, dev), price, facts, kind.number == "many")


def of_product(product: Product, rng: random.Random) -> Item:
    """A product of a shop: its own attributes, as its card would have them."""
    facts: list[Fact] = []
    for name, value in rng.sample(sorted(product.attributes.items()), min(len(product.attributes), rng.randint(1, 3))):
        label = name.replace("_", " ")
        if isinstance(value, bool):
            facts.append(_flag(label, value))
        elif len(str(value)) <= 40:
            said = f"{value:g}" if isinstance(value, float) else str(value)
            evidence = Evidence("product", product.id, f"attributes.{name}", said)
            clauses = (f"has a {label} of {said}", f"has {said} as its {label}", f"comes with a {label} of {said}")
            facts.append(Fact(evidence, clauses, "", f"{said}"))
    kind = product.category.split(">")[-1].strip().lower() if product.category else "item"
    return Item(kind or "item", product.brand, "" if product.price is None else str(product.price), facts)


def _flag(phrase: str, value: bool, clause: str = "") -> Fact:
    # A shop's own flags: "washable" is an adjective, "zipper" is not.
    adjective = re.search(r"(?:proof|able|ible|less|free|ing|ed|ic|ive|ous|ful)$", phrase)
    clauses = (clause or (f"is {phrase}" if adjective else f"has {phrase}"),)
    evidence = Evidence("product", "p", f"attributes.{_snake(phrase)}", "yes" if value else "no")
    return Fact(evidence, clauses if value else (), phrase if value else "", phrase)


def _stated(rng: random.Random, form: tuple[tuple[str, ...], tuple[str, ...]], phrase: str) -> Fact:
    labels, ways = form
    label = rng.choice(labels)
    # A sentence may say "suitable" only where the record's own label does.
    ways = tuple(w for w in ways if "suitable" not in w or label.startswith("suitable"))
    bare = re.sub(r"^(?:an?|the) ", "", phrase)
    shown = bare if rng.random() < 0.7 else phrase
    return Fact(
        Evidence("product", "p", f"attributes.{_snake(label)}", shown), tuple(w.format(phrase) for w in ways), "", bare
    )


def _measured(rng: random.Random, name: str) -> Fact:
    labels, ways = _NAMED[name]
    label, value = rng.choice(labels), rng.choice(pools()[name].values) + _UNITS.get(name, "")
    clauses = tuple(w.replace("{label}", label).replace("{}", value) for w in ways)
    before = value if name in ("colour", "fabric", "wood", "diet", "pattern", "leather", "metal") else ""
    return Fact(Evidence("product", "p", f"attributes.{_snake(label)}", value), clauses, before, value)


def _of_a_part(rng: random.Random) -> Fact:
    """The material of a part: "lid: oak" makes an oak lid, and no thing of oak."""
    labels, ways = _OF_PARTS
    return _labelled(rng.choice(labels), rng.choice(pools()[rng.choice(_MATERIALS)].values), ways)


def _sorted(rng: random.Random) -> Fact:
    label = rng.choice(list(_SORTS))
    return _labelled(label, rng.choice(_SORTS[label]), ("has a {} {label}", "comes with a {} {label}"))


def _dated(rng: random.Random) -> Fact:
    label, year = rng.choice(_DATED), rng.randint(2015, 2025)
    value = str(year) if label == "model year" else f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return _labelled(label, value, ("has a {label} of {}",))


def _labelled(label: str, value: str, ways: Sequence[str]) -> Fact:
    clauses = tuple(w.replace("{label}", label).replace("{}", value) for w in ways)
    return Fact(Evidence("product", "p", f"attributes.{_snake(label)}", value), clauses, "", f"{value} {label}")


def _snake(text: str) -> str:
    return text.replace(" ", "_")


def _row(rng: random.Random, item: Item, dev: bool) -> dict[str, Any] | None:
    base = [Evidence("product", "p", "price", item.price)] if item.price else []
    if item.maker:
        base.append(Evidence("product", "p", "brand", item.maker))
    evidence = (*base, *(f.evidence for f in item.facts), Evidence("shop", "p", "type", item.kind))
    card = Recommendation("p", item.kind, evidence)
    shown = told(card)[: rng.choice([5, 5, 5, 3])]
    facts = "; ".join(fact(e) for e in shown)
    usable = [f for f in item.facts if f.evidence in shown and f.clauses]
    wished = [f for f in usable if rng.random() < 0.8]
    bound = _above(item.price, rng) if item.price and rng.random() < 0.4 else ""
    wish = " ".join([f.wish for f in wished] + [item.kind])
    if item.maker and rng.random() < 0.15:
        wish += f" from {item.maker}"
    wish += f" under {bound}" if bound else ""
    named = any(e.field == "brand" for e in shown)
    answer = _sentence(rng, item, wished or usable, named, bound, dev)
    proven = tuple(Evidence("shopper", "", "wish", f.wish) for f in wished)
    if answer is None or check(answer, (*shown, *proven), [bound] if bound else []):
        return None
    return {"wish": plain(wish, 160), "facts": plain(facts, 300), "answer": answer, "evidence": (*shown, *proven)}


def passes(row: Mapping[str, Any], sentence: str) -> bool:
    """Whether the chat would show ``sentence`` for a row of ``rows`` at the first try."""
    bound = re.search(r" under (\S+)$", row["wish"])
    return not check(sentence, row["evidence"], [bound[1]] if bound else [])


def _above(price: str, rng: random.Random) -> str:
    value = float(price[1:].replace(",", "")) if re.match(r"\D\d", price) else 0.0
    if not value:
        return ""
    step = 5 if value < 50 else 10 if value < 200 else 50
    return f"{price[0]}{(int(value * rng.uniform(1.02, 1.6)) // step + 1) * step:,}.00"


def _sentence(rng: random.Random, item: Item, say: list[Fact], named: bool, bound: str, dev: bool) -> str | None:
    table = rules("explain")
    rule = "sentence" if say and item.price else "unpriced" if say else "bare"
    if rule == "bare" and not item.price:
        return None
    own = [s for s in table[rule] if held_out(s) == dev] or list(table[rule])
    own = [
        s for s in own if ("{brand}" not in s or (named and rng.random() < 0.6)) and (bool(bound) or "{bound}" not in s)
    ]
    if bound and rng.random() < 0.3:
        own = [s for s in own if _BOUND.search(s)] or own
    if item.many:
        own = [s for s in own if not re.search(r"\b(?:This|this|A|a) (?:\{\w+\} )?\{type\}", s)]
    if not own:
        return None
    text = rng.choice(own)
    said = list(say[:3])
    if "{pre}" in text:
        fronted = [f for f in said if f.before]
        if not fronted or len(said) < 2:
            return None
        text = text.replace("{pre}", fronted[0].before)
        said.remove(fronted[0])
    if "{np}" in text:
        first = next((f for f in said if f.before), None)
        if first is None or len(said) < 2:
            return None
        text = text.replace(
            "{np}", f"a {first.before} {item.kind}" if rng.random() < 0.7 else f"{first.before} {item.kind}"
        )
        said.remove(first)
    follows = re.search(r"\{clauses\},? and", text) is not None
    text = text.replace("{clauses}", _clauses(rng, said, follows)).replace("{costs}", rng.choice(table["costs"]))
    text = (
        text.replace("{type}", item.kind)
        .replace("{brand}", item.maker)
        .replace("{price}", item.price)
        .replace("{bound}", bound)
    )
    return re.sub(r"\b([Aa]) (?=[aeioAEIO])", r"\1n ", text)


def _clauses(rng: random.Random, facts: list[Fact], follows: bool) -> str:
    """ "is red, has a lid and holds 1 l": what shares a verb is joined under it."""
    groups: dict[str, list[str]] = {}
    for f in facts:
        verb, _, rest = rng.choice(f.clauses).partition(" ")
        groups.setdefault(verb, []).append(rest)
    parts = [f"{verb} {_and(rests)}" for verb, rests in groups.items()]
    return ", ".join(parts) if follows or not parts else _and(parts)


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
