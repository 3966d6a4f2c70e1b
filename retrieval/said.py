"""A shopper's phrase said another way: each of several that would do, numbers in figures."""

from __future__ import annotations

import re

# "white or pink", and not "14 inches or more".
_GRADE = (
    "so|up|above|over|below|under|more|less|fewer|better|bigger|larger|longer|wider|taller|higher|heavier|faster|newer|"
    "thicker|deeper|stronger|louder|brighter|smaller|shorter|narrower|lower|lighter|slower|thinner|quieter|cheaper"
)
_OR = re.compile(rf"\s?,\s?or\s|\sor\s(?!(?:{_GRADE})\b)", re.IGNORECASE)
_FIGURES = "zero one two three four five six seven eight nine ten eleven twelve".split()
NUMBER_WORD = re.compile(rf"\b({'|'.join(_FIGURES[2:])})(?=[\s-]+[a-z]|$)", re.IGNORECASE)
_ONE_UNIT = re.compile(
    r"\bone (?=(?:lit(?:re|er)|met(?:re|er)|inch|foot|gig|gigabyte|terabyte|kilo|kilogram|pound|gallon|watt|cup)s?\b)",
    re.IGNORECASE,
)
_HALF = re.compile(r"\b(?:a )?half an? (?=[a-z])", re.IGNORECASE)
# In a wish for a thing pounds are no price.
_POUNDS = re.compile(r"(?<=\d)\s?pounds?\b", re.IGNORECASE)
_PACK_OF = re.compile(r"\b(?:pack|set|box|bag|bundle)s? (?:of|with) (\d+)(?: (?:pieces|pcs))?$", re.IGNORECASE)
_FOR_SO_MANY = re.compile(r"\b(?:sleeps?|serves?|feeds?) ((?:at least |up to )?\d+)$", re.IGNORECASE)


def alternatives(phrase: str) -> list[str]:
    """The phrases of which any does: "pink, red or white" is three; of any other phrase itself."""
    *before, last = _OR.split(phrase)
    return [*(part for said in before for part in said.split(", ")), last] if before else [phrase]


def in_figures(phrase: str) -> str:
    """ "Two screens" as "2 screens", "half a litre" as "0.5 litre", "sleeps four" as "4 persons"."""
    said = NUMBER_WORD.sub(lambda m: str(_FIGURES.index(m[1].lower())), phrase)
    said = _PACK_OF.sub(r"\1 pieces", _ONE_UNIT.sub("1 ", said))
    return _FOR_SO_MANY.sub(r"\1 persons", _POUNDS.sub(" lb", _HALF.sub("0.5 ", said)))
