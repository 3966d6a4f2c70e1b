"""What a simulated shopper can want: several hundred product types with properties that fit each, from grammar/."""

from __future__ import annotations

import random
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent / "grammar"
# One in so many types, brands and phrasings is kept for the dev split alone.
HELD = 8


def held_out(what: str) -> bool:
    """Whether a type, brand or phrasing belongs to the dev split; the same on every machine."""
    return zlib.crc32(what.encode()) % HELD == 0


@dataclass(frozen=True, slots=True)
class Goods:
    """One product type; the phrases are as a shopper says them."""

    name: str
    department: str
    # "one" (a lamp, lamps), "many" (jeans) or "mass" (rice).
    number: str
    adjectives: tuple[str, ...]
    parts: tuple[str, ...]
    uses: tuple[str, ...]
    # Verb phrases in the third person.
    does: tuple[str, ...]
    pools: tuple[str, ...]
    # In major units.
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Values that many goods share, with the ways to put them; "[*]" is the labelled part, * the value."""

    values: tuple[str, ...]
    pre: tuple[str, ...]
    post: tuple[str, ...]
    say: tuple[str, ...]


@cache
def goods() -> tuple[Goods, ...]:
    """Every product type of the tables."""
    found = []
    for path in sorted((HERE / "goods").glob("*.yaml")):
        for name, line in yaml.load(path.read_text("utf-8"), Loader=_LOADER).items():
            fields = [_list(part) for part in line.split("|")]
            low, high = (float(x) for x in line.rsplit("|", 1)[1].split("-"))
            bare = name.removeprefix("~")
            many = re.search(r"[^sui]s$", bare) and not re.search(r"^(?:nas|lens|canvas|chest of drawers)$", bare)
            number = "mass" if name.startswith("~") else "many" if many else "one"
            pools = tuple(fields[4][0].split())
            adjectives = tuple(a for a in fields[0] if a != "cheap")
            found.append(Goods(bare, path.stem, number, adjectives, fields[1], fields[2], fields[3], pools, low, high))
    return tuple(found)


@cache
def pools() -> dict[str, Pool]:
    """The shared values by name."""
    table = yaml.load((HERE / "pools.yaml").read_text("utf-8"), Loader=_LOADER)
    return {
        name: Pool(_list(str(p["values"])), tuple(p["pre"]), tuple(p["post"]), tuple(p["say"]))
        for name, p in table.items()
    }


@cache
def rules(name: str) -> dict[str, tuple[str, ...]]:
    """The phrasings of grammar/NAME.yaml: rule -> alternatives."""
    table = yaml.load((HERE / f"{name}.yaml").read_text("utf-8"), Loader=_LOADER)
    return {rule: tuple(str(a) for a in alternatives) for rule, alternatives in table.items()}


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def plural(noun: str) -> str:
    """The plural of a type's name: its head noun's, before any "for" or "of"."""
    head, joint, rest = re.match(r"(.*?)( (?:for|of) |$)(.*)", noun).groups()  # type: ignore[union-attr]
    if head.endswith("mouse"):
        head = head[:-5] + "mice"
    elif re.search(r"(?:kni|shel|scar|lea)fe?$", head):
        head = re.sub(r"fe?$", "ves", head)
    elif re.search(r"[^aeiou]y$", head):
        head = head[:-1] + "ies"
    elif re.search(r"(?:s|x|ch|sh|z)$", head):
        head += "es"
    else:
        head += "s"
    return head + joint + rest


_STARTS = (
    "B Br Bel Bor C Cal Cor D Dar Dro E El Em F Fal Fen G Gal Gre H Hal Hol I In J Jor K Kel Kor L Lam Lun M Mar Mel N Nor Nev "
    "O Or Os P Pel Pra Qu R Ral Ros S Sal Sol St T Tal Tor Tr U Ul V Val Ver W Wil Wen X Y Yar Z Zel Zen"
).split()
_MIDDLES = "a e i o u an en in on ar er or al el ol av ev iv ad ed am em om ata ela iva ora una ist act ith".split()
_ENDS = (
    "den ton mark ra na lo vo x za ty by well field son ix ara eo io ia us os en er el is wick stead holm gear ware tech "
    "lab co craft line works worth dale ridge"
).split()
_WORDS = (
    "Copper Fox, North Pier, Little Harbor, Blue Anvil, Second Nature, Wild Fig, Plain Jane, Iron Oak, Paper Crane, Red Barn, "
    "Quiet Hours, Old Mill, Bright Side, Lucky Goat, Stone & Sons, Mint Lane, Oak Street, Silver Birch, Daily Bread, Odd Sock, "
    "Tall Tree, Mr Finch, The Good Kettle, Tiny Giant, Urban Otter, High Tide, Deep Root, True Grain, Fern & Co, Apex, Vertex, "
    "Pulse, Orbit, Summit, Atlas, Nova, Ember, Drift, Zephyr, Juniper, Falcon, Comet, Cobalt, Prism, Harvest, Lotus, Titan, "
    "Pioneer, Breeze, Echo, Onyx, Rover, Spark, Willow, Raven, Beacon, Anchor, Bramble, Cinder, Delta, Fable, Glacier"
).split(", ")
# Makers that shoppers do name. Public knowledge, by department; "" is any.
_KNOWN = {
    "computing": "HP, Dell, Lenovo, Asus, Acer, Apple, MSI, Logitech, Samsung, Canon, Epson, Brother, Seagate, Razer, Microsoft, TP-Link, Netgear, LG, BenQ, Corsair",
    "devices": "Sony, Bose, JBL, Samsung, Apple, LG, Panasonic, Philips, Garmin, Fitbit, Nikon, Canon, GoPro, Anker, Xiaomi, Sennheiser, Nintendo, Google, Ring, Nokia, Motorola, Fujifilm",
    "kitchen": "KitchenAid, Bosch, Philips, Ninja, De'Longhi, Breville, Tefal, Siemens, Bialetti, Le Creuset, Braun, Miele, Krups, Smeg, Lodge, Zwilling, Oxo",
    "furniture": "Ikea, Herman Miller, Ashley, Zinus, Secretlab, Wayfair",
    "home": "Dyson, Philips, Shark, Miele, Brabantia, Singer, Honeywell, iRobot, Osram, Yankee Candle, Rowenta, Levoit",
    "clothing": "Levi's, Nike, Adidas, Patagonia, Uniqlo, Columbia, H&M, Zara, Carhartt, Under Armour, The North Face, Gap, Hanes, Speedo",
    "wear": "Nike, Adidas, Asics, Brooks, New Balance, Hoka, Saucony, Puma, Crocs, Birkenstock, Merrell, Salomon, Skechers, Casio, Seiko, Fossil, Ray-Ban, Samsonite, Vans, Converse, Timberland, Dr. Martens, Mizuno, On, Altra, Reebok",
    "beauty": "L'Oreal, Nivea, Dove, Maybelline, CeraVe, The Ordinary, Oral-B, Braun, Gillette, Neutrogena, Garnier, Clinique, Revlon, Philips",
    "groceries": "Nestle, Heinz, Lindt, Barilla, Lipton, Lavazza, Kellogg's, Coca-Cola, Pepsi, Twinings, Starbucks, Haribo",
    "family": "Lego, Fisher-Price, Pampers, Hasbro, Ravensburger, Graco, Chicco, Yamaha, Fender, Casio, Moleskine, Faber-Castell, Playmobil, Nintendo, Crayola, Gibson",
    "outdoors": "Trek, Giant, Specialized, Cannondale, Coleman, Weber, Gardena, Bosch, MSR, Osprey, Shimano, Garmin, Wilson, Head, Salomon, Decathlon, Stihl, Scott, Cube, Santa Cruz",
    "workshop": "Bosch, Makita, DeWalt, Stanley, Black+Decker, Michelin, Karcher, Milwaukee, Ryobi, Castrol, Goodyear, 3M, Dremel",
    "pets": "Royal Canin, Purina, Kong, Whiskas, Pedigree, Hill's, Trixie, Flexi",
}


def brand(rng: random.Random, department: str, dev: bool) -> str:
    """A maker's name of the split: mostly invented, so that a name is learnt by its place and not by heart."""
    while True:
        name = _brand(rng, department)
        if held_out(name.lower()) == dev:
            return name


def _brand(rng: random.Random, department: str) -> str:
    draw = rng.random()
    if draw < 0.3 and department in _KNOWN:
        return rng.choice(_KNOWN[department].split(", "))
    if draw < 0.45:
        return rng.choice(_WORDS)
    if draw < 0.52:
        return "".join(rng.choice("ABCDEFGHKLMNPRSTVXZ") for _ in range(rng.randint(2, 4)))
    name = rng.choice(_STARTS) + rng.choice(_MIDDLES) + rng.choice(_ENDS)
    if len(name) < 5 or rng.random() < 0.2:
        name = rng.choice(_STARTS) + rng.choice(_MIDDLES) + rng.choice(_MIDDLES) + rng.choice(_ENDS)
    if rng.random() < 0.06:
        name += rng.choice(["-Tec", " Pro", " & Sons", " Home", " Labs", "X", " Sport", "3", " Basics", " Co"])
    return name
