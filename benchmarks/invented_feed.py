"""Feeds of any length for measurements: invented products as a large shop might export them."""

from __future__ import annotations

import csv
import random
from pathlib import Path

_THINGS = """
desk lamp, floor lamp, kettle, toaster, office chair, bookshelf, running shoes, rain jacket, backpack, water bottle,
notebook, ballpoint pen, laptop stand, wireless mouse, keyboard, headphones, phone case, tent, sleeping bag, yoga mat,
frying pan, knife set, cutting board, bath towel, bed sheet, wall clock, picture frame, garden hose, pruning shears,
cordless drill, screwdriver set, tape measure, dog bed, cat tree, fish tank, hair dryer, face cream, jigsaw puzzle
"""
_COLOURS = "black, white, red, blue, green, grey, yellow, beige, navy, silver"
_MATERIALS = "steel, oak, cotton, plastic, leather, glass, aluminium, bamboo, wool, ceramic"
_SAID = """
Made for everyday use and easy to clean., Comes fully assembled and ready to use., Folds flat when it is not needed.,
Light enough to carry along wherever you go., Tested by hand before it leaves the workshop., Safe with pets.,
Fits small rooms as well as large ones., A simple design that lasts for years., Works with what you already have.
"""
_HEADER = "sku title description brand price colour material weight_g width_cm stock ean"


def write_feed(path: Path, rows: int, *, with_category: bool, seed: int = 11) -> None:
    """A CSV of ``rows`` products; the same seed gives the same file. Without a category, types must be derived."""
    chance = random.Random(seed)
    things, colours, materials, said = map(_list, (_THINGS, _COLOURS, _MATERIALS, _SAID))
    brands = [f"{a}{b}" for a in "Al Bor Cas Del Er Fen Gor Hal".split() for b in ("mark", "vik", "dane")]
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(_HEADER.split() + ["category"] * with_category)
        for n in range(rows):
            thing, brand = chance.choice(things), chance.choice(brands)
            colour, material = chance.choice(colours), chance.choice(materials)
            model = f"{chance.choice('ABCDEFGH')}{chance.randrange(100, 100_000)}"
            price = f"{chance.randrange(5, 900)}.{chance.choice(('00', '49', '90', '95', '99'))}"
            row: list[str | int] = [
                f"S{n:07d}",
                f"{brand} {model} {thing} {material} {colour}",
                " ".join(chance.sample(said, 4)),
            ]
            row += [brand, price, colour, material, chance.randrange(50, 20_000), chance.randrange(3, 250)]
            row += [chance.randrange(0, 90), 4 * 10**12 + n]
            table.writerow(row + [f"Everything > {thing.title()}"] * with_category)


def _list(text: str) -> list[str]:
    return [" ".join(entry.split()) for entry in text.split(",")]
