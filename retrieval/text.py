"""Words as the whole shop compares them: lower case, stemmed, numbers joined to their unit.

``words('43.2 cm (17") Notebooks')`` is ``['43.2cm', '17in', 'notebook']``. Feeds, filters, BM25 and the grounding
check all use this one function, so that "17 inch" said by a shopper meets ``17"`` printed in a title.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

_UNITS = {
    "in": ('"', "''", "″", "”", "inch", "inches", "in.", "-in", "zoll"),
    "ft": ("'", "′", "ft", "ft.", "feet", "foot"),
    "cm": ("cm", "centimeter", "centimeters", "centimetre", "centimetres"),
    "mm": ("mm", "millimeter", "millimeters", "millimetre", "millimetres"),
    "m": ("m", "meter", "meters", "metre", "metres"),
    "kg": ("kg", "kilo", "kilos", "kilogram", "kilograms"),
    "g": ("g", "gram", "grams"),
    "lb": ("lb", "lbs", "pound", "pounds"),
    "oz": ("oz", "ounce", "ounces"),
    "l": ("l", "liter", "liters", "litre", "litres"),
    "ml": ("ml", "milliliter", "milliliters", "millilitre", "millilitres"),
    "kb": ("kb",),
    "mb": ("mb", "megabyte", "megabytes"),
    "gb": ("gb", "gigabyte", "gigabytes", "gig", "gigs"),
    "tb": ("tb", "terabyte", "terabytes"),
    "mah": ("mah",),
    "wh": ("wh",),
    "w": ("w", "watt", "watts"),
    "v": ("v", "volt", "volts"),
    "va": ("va",),
    "hz": ("hz", "hertz"),
    "mhz": ("mhz",),
    "ghz": ("ghz",),
    "mp": ("mp", "megapixel", "megapixels"),
    "rpm": ("rpm",),
    "dpi": ("dpi",),
    "ppm": ("ppm",),
    "page": ("page", "pages"),
    "pc": ("pc(s)", "pcs", "pcs.", "pieces", "piece"),
    "pack": ("pack", "-pack", "packs"),
    "mbit": ("mbit/s", "mbps"),
    "gbit": ("gbit/s", "gbps"),
    "%": ("%", "percent"),
}
_CANONICAL = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings}
_CANONICAL["in"] = "in"
_SPELLINGS = sorted(_CANONICAL, key=len, reverse=True)
# "17in" joins; "17 in black" does not: the preposition would become a length.
_SPACED = "|".join(re.escape(s) for s in _SPELLINGS if s != "in")
_JOINED = "|".join(re.escape(s) for s in _SPELLINGS)
# A run of digits is taken whole: no unit begins with one.
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d++)?|\d++(?:[.,]\d++)?"
# The plug, however it is written; "type C" without a hyphen may be a mains plug.
_PLUG = r"(?<![a-z0-9])(?:usb[\s\-]?(?:type[\s\-]?)?c|type-c)(?![a-z0-9])"
_TOKEN = re.compile(
    rf"(?P<plug>{_PLUG})|(?P<number>{_NUMBER})(?:[\s\-]?(?P<spaced>{_SPACED})(?![a-z0-9])|(?P<joined>{_JOINED})(?![a-z0-9]))"
    rf"|(?P<plain>(?<![a-z0-9])(?:{_NUMBER})(?![a-z0-9]))"
    r"|(?P<word>[a-z0-9]+)"
    r"|(?P<cjk>[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])",
)
# British spellings that the stem leaves apart from the American ones.
_AMERICAN = {
    "aluminium": "aluminum",
    "armour": "armor",
    "behaviour": "behavior",
    "centre": "center",
    "centres": "centers",
    "colour": "color",
    "coloured": "colored",
    "colours": "colors",
    "favour": "favor",
    "favourite": "favorite",
    "fibre": "fiber",
    "fibres": "fibers",
    "flavour": "flavor",
    "flavours": "flavors",
    "grey": "gray",
    "greyish": "grayish",
    "harbour": "harbor",
    "honour": "honor",
    "jewellery": "jewelry",
    "microfibre": "microfiber",
    "mould": "mold",
    "moulds": "molds",
    "moustache": "mustache",
    "multicolour": "multicolor",
    "multicoloured": "multicolored",
    "neighbour": "neighbor",
    "odour": "odor",
    "plough": "plow",
    "pyjama": "pajama",
    "pyjamas": "pajamas",
    "sulphate": "sulfate",
    "theatre": "theater",
    "theatres": "theaters",
    "tyre": "tire",
    "tyres": "tires",
    "vapour": "vapor",
    "yoghurt": "yogurt",
}
# Their stems are those of other things: a rounded corner is not round.
_APART = frozenset({"rounded", "squared"})
_stemmer = Stemmer.Stemmer("english")


def fold(text: str) -> str:
    """Lower case without accents or compatibility forms; keeps length meaning, not length."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("″", '"').replace("”", '"'))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def number(text: str) -> str:
    """The canonical spelling of a number: no thousands comma, no trailing zeros ("1,440.50" -> "1440.5")."""
    if text.isdigit():
        return text
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball English stem of one lower case word."""
    return str(_stemmer.stemWord(word))


def words(text: str) -> list[str]:
    """Normalised tokens of ``text`` in order, repeats kept."""
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        said = match[0]
        kind = match.lastgroup
        if kind == "word":
            found.append(stem(_AMERICAN.get(said, said)) if said.isalpha() and said not in _APART else said)
        elif kind == "plain":
            found.append(number(said))
        elif kind == "cjk":
            found.append(said)
        elif kind == "plug":
            # It is a USB plug, too.
            found += ["usb", "usbc"]
        else:
            found.append(number(match["number"]) + _CANONICAL[match["spaced"] or match["joined"]])
    return found
